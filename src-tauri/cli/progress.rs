//! How far a command is, for somebody who watches it in a terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

/// The width of the line that is shown.
static SHOWN: Mutex<usize> = Mutex::new(0);

/// Replaces the line of progress, if the standard error output is a terminal.
pub fn show(text: &str) {
    let mut output = io::stderr().lock();
    if !output.is_terminal() {
        return;
    }
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    // The cursor returns to the start of the line, so that the next output replaces it.
    write!(output, "\r{text:<width$}\r", width = *shown).and_then(|()| output.flush()).ok();
    *shown = text.chars().count();
}

pub fn clear() {
    if *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) > 0 {
        show("");
    }
}

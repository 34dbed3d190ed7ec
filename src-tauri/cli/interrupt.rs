//! What Ctrl-C and other signals do to a command.

use std::io;
use std::path::{Path, PathBuf};

use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Exit};
use super::progress;
use crate::app::signals::Signals;

const ENDED: &str = "Ended before the command was done. Nothing is lost: a change is saved completely or not at all, and the change \
                     history says what was saved.";

/// The signals that the process received.
pub struct Interrupts {
    /// Cancelled by the first signal. The next one ends the process at once.
    pub cancelled: CancellationToken,
    /// Cancelled once the command has answered. It only prints from then on, so a signal ends the process at once.
    pub answered: CancellationToken,
}

impl Interrupts {
    /// `intermediate` is removed before a signal ends the process.
    ///
    /// # Errors
    /// Fails when the signals cannot be received.
    pub fn receive(json: bool, intermediate: Option<&Path>) -> io::Result<Interrupts> {
        let mut signals = Signals::new()?;
        let (cancelled, answered) = (CancellationToken::new(), CancellationToken::new());
        let tokens = (cancelled.clone(), answered.clone());
        let intermediate = intermediate.map(Path::to_owned);
        tauri::async_runtime::spawn(async move {
            let (cancelled, answered) = tokens;
            while signals.next().await {
                if answered.is_cancelled() {
                    exit(intermediate);
                }
                if cancelled.is_cancelled() {
                    progress::clear();
                    Answer::refused(Exit::Cancelled, ENDED).print(json).ok();
                    exit(intermediate);
                }
                cancelled.cancel();
            }
        });
        Ok(Interrupts { cancelled, answered })
    }
}

/// Ends the process, which drops nothing.
fn exit(intermediate: Option<PathBuf>) -> ! {
    if let Some(folder) = intermediate {
        std::fs::remove_dir_all(folder).ok();
    }
    std::process::exit(Exit::Cancelled as i32);
}

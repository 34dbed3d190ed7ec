//! Failures of the program itself: a panic in Rust, an error in the page. Each reaches the log, the report for support and
//! the screen. Only the location of the failure is logged; its message may quote names.

use std::cell::Cell;
use std::panic::{PanicHookInfo, UnwindSafe, catch_unwind};

use serde::Deserialize;
use specta::Type;

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Logs every panic and passes its location to `report`, before the previously installed hook runs.
pub fn install_hook(report: impl Fn(&str) + Send + Sync + 'static) {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if EXPECTED.get() || is_caught(panic) {
            return;
        }
        let location = location_of(panic);
        tracing::error!(location, "panicked");
        report(&location);
        previous(panic);
    }));
}

/// `partner::tables` catches the panics of these libraries: one panics if the disk is full, the other in damaged workbooks.
fn is_caught(panic: &PanicHookInfo<'_>) -> bool {
    panic.location().is_some_and(|location| is_of_caught_library(location.file()))
}

fn is_of_caught_library(file: &str) -> bool {
    ["rust_xlsxwriter", "calamine"].iter().any(|library| file.contains(library))
}

/// Returns the last two parts of the path and the line: the rest of the path is of the computer that built the program.
fn location_of(panic: &PanicHookInfo<'_>) -> String {
    let Some(location) = panic.location() else { return String::new() };
    let mut parts: Vec<&str> = location.file().rsplit(['/', '\\']).take(2).collect();
    parts.reverse();
    format!("{}:{}", parts.join("/"), location.line())
}

/// Runs `work`, which panics if the system lacks a component. Such panics are not reported.
pub fn catch_expected<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    EXPECTED.set(true);
    let done = catch_unwind(work);
    EXPECTED.set(false);
    done.ok()
}

/// An error that the page did not handle.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct PageError {
    /// The name of its class, such as `TypeError`.
    name: String,
    /// The location of the script that threw it, such as `index-D4f.js:1:20113`.
    location: String,
}

impl PageError {
    /// Logs the error. Characters that occur in neither a class nor a location are left out.
    pub fn log(&self) {
        let name: String = self.name.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        let allowed = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        let location: String = self.location.chars().filter(allowed).take(80).collect();
        tracing::error!(class = name, location, "unhandled page error");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::app::lock::locked;

    #[test]
    fn panics_that_are_caught_are_not_reported() {
        let source = "/home/me/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f";
        assert!(is_of_caught_library(&format!("{source}/calamine-0.38.0/src/xls.rs")));
        assert!(is_of_caught_library(&format!("{source}/rust_xlsxwriter-0.102.0/src/packager.rs")));
        assert!(!is_of_caught_library("src-tauri/shell/crashes.rs"));
    }

    #[test]
    fn a_panic_is_reported_with_its_location_unless_it_was_expected() {
        let reported = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reported);
        install_hook(move |location| locked(&sink).push(location.to_owned()));
        std::thread::Builder::new()
            .name("crash".into())
            .spawn(|| {
                assert_eq!(catch_expected(|| panic!("no tray")), None::<()>);
                panic!("Chai Nagar Official");
            })
            .unwrap()
            .join()
            .unwrap_err();
        // Other tests of this process may panic as well.
        let reported = locked(&reported);
        let ours: Vec<_> =
            reported.iter().filter(|location| location.starts_with("shell/crashes.rs:")).collect();
        assert_eq!(ours.len(), 1, "{reported:?}");
    }
}

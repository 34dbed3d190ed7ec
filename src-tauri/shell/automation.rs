//! Keeps WebDriver away from the window of programs that people install.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// Lets WebDriver control the window. Tauri reads it in every build.
const VARIABLE: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Starts the program again, in the same process, without the variable that allows automation. Returns only if the variable
/// is not set or that fails.
///
/// # Errors
/// When the program cannot be started again.
pub fn forbid() -> io::Result<()> {
    if std::env::var_os(VARIABLE).is_none() {
        return Ok(());
    }
    Err(Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).env_remove(VARIABLE).exec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_continues_without_the_variable_and_with_its_arguments() {
        const CHILD: &str = "XPO_TEST_AUTOMATION_CHILD";
        if std::env::var_os(CHILD).is_some() {
            forbid().unwrap();
            assert_eq!(std::env::var_os(VARIABLE), None);
            return println!("continued as {}", std::process::id());
        }
        let name = "the_program_continues_without_the_variable_and_with_its_arguments";
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("shell::automation::tests::{name}"), "--nocapture"])
            .env(CHILD, "1")
            .env(VARIABLE, "true")
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let id = child.id();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains(&format!("continued as {id}")), "{text}");
    }
}

//! The application's windows, tray, notices and updates.

#[cfg(target_os = "linux")]
pub mod automation;
pub mod crashes;
pub mod file_dialog;
#[cfg(target_os = "linux")]
pub mod graphics;
#[cfg(target_os = "macos")]
pub mod menu;
pub mod notices;
#[cfg(target_os = "linux")]
pub mod page_process;
pub mod region;
pub mod sign_in;
pub mod tray;
pub mod updates;
pub mod window;

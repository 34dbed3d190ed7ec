//! The icon in the system's tray, while syncs go on without a window (if the admin wants that).

use std::panic::AssertUnwindSafe;

use tauri::menu::{MenuBuilder, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Wry};

use crate::shell::{crashes, window};

const TRAY: &str = "tray";

/// Show the icon, or take it away. Where the system has no tray the application can still be shown by starting it again.
pub fn set(app: &AppHandle, shown: bool) {
    if !shown {
        app.remove_tray_by_id(TRAY);
        return;
    }
    if app.tray_by_id(TRAY).is_some() {
        return;
    }
    // The library of Linux's tray ends in a panic where it is not installed.
    match crashes::catch_expected(AssertUnwindSafe(|| build(app))) {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::warn!(%error, "there is no icon in the tray"),
        None => tracing::warn!("this system has no tray"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let show: MenuItem<Wry> = MenuItem::with_id(app, "show", "Open XPO Admin", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit XPO Admin", true, None::<&str>)?;
    let menu = MenuBuilder::new(app).items(&[&show, &quit]).build()?;
    let mut tray = TrayIconBuilder::with_id(TRAY).menu(&menu).tooltip("XPO Admin");
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.on_menu_event(|app, event| match event.id().as_ref() {
        "show" => window::show(app),
        "quit" => app.exit(0),
        _ => {}
    })
    .build(app)?;
    Ok(())
}

//! The tray icon, shown while the admin lets syncs continue without a window.

use std::panic::AssertUnwindSafe;

use tauri::menu::{MenuBuilder, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use crate::shell::{crashes, window};

const TRAY: &str = "tray";

/// Shows or removes the icon. On a desktop without a tray, starting the application again shows its window.
pub fn set(app: &AppHandle, shown: bool) {
    if !shown {
        app.remove_tray_by_id(TRAY);
        return;
    }
    if app.tray_by_id(TRAY).is_some() {
        return;
    }
    // The tray library for Linux panics where libayatana-appindicator is missing.
    match crashes::catch_expected(AssertUnwindSafe(|| build(app))) {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::warn!(%error, "failed to show the tray icon"),
        None => tracing::warn!("the desktop has no tray"),
    }
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let show: MenuItem<Wry> = MenuItem::with_id(app, "show", "Open XPO Admin", true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", "Quit XPO Admin", true, None::<&str>)?;
    let menu = MenuBuilder::new(app).items(&[&show, &quit]).build()?;
    let mut tray = TrayIconBuilder::with_id(TRAY).menu(&menu).tooltip("XPO Admin");
    if cfg!(target_os = "macos") {
        // The menu bar colors it.
        tray = tray.icon(tauri::include_image!("icons/symbolic.png")).icon_as_template(true);
    } else if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    if cfg!(windows) {
        tray = tray.show_menu_on_left_click(false).on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        });
    }
    tray.on_menu_event(|app, event| match event.id().as_ref() {
        "show" => window::show(app),
        "quit" if !window::ask_to_quit(app) => app.exit(0),
        _ => {}
    })
    .build(app)?;
    Ok(())
}

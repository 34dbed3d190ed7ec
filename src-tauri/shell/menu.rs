//! The menu bar of macOS: Tauri's default menu with Settings.

use tauri::AppHandle;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};

use crate::events::{ScreenChosen, emit};
use crate::shell::window;

/// Shows the menu bar.
pub fn set(app: &AppHandle) -> tauri::Result<()> {
    let menu = Menu::default(app)?;
    let settings = MenuItem::with_id(app, "settings", "Settings…", true, Some("Cmd+,"))?;
    // The first menu is the application's. Settings follow "About" and its separator.
    if let Some(application) = menu.items()?.first().and_then(|item| item.as_submenu()) {
        application.insert_items(&[&settings, &PredefinedMenuItem::separator(app)?], 2)?;
    }
    app.set_menu(menu)?;
    app.on_menu_event(|app, event| {
        if event.id() == "settings" {
            window::show(app);
            emit(app, ScreenChosen::Settings);
        }
    });
    Ok(())
}

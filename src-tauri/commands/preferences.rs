//! Settings: notifications, and syncing without a window.

use services::problem::Problem;
use tauri::AppHandle;

use super::App;
use crate::app::preferences::Preferences;
use crate::shell::tray;

#[tauri::command]
#[specta::specta]
pub async fn preferences(state: App<'_>) -> Result<Preferences, Problem> {
    Ok(state.preferences.get())
}

#[tauri::command]
#[specta::specta]
pub async fn save_preferences(
    app: AppHandle,
    state: App<'_>,
    preferences: Preferences,
) -> Result<(), Problem> {
    state.preferences.put(preferences)?;
    let handle = app.clone();
    app.run_on_main_thread(move || tray::set(&handle, preferences.keep_running)).map_err(Problem::internal)
}

/// Quits the application, even where closing its window keeps it running.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: AppHandle) {
    app.exit(0);
}

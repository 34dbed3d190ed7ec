//! Settings: notices, and whether syncs go on without a window.

use services::problem::Problem;
use tauri::AppHandle;

use super::App;
use crate::app::preferences::Preferences;
use crate::shell::tray;

/// As they are now.
#[tauri::command]
#[specta::specta]
pub async fn preferences(state: App<'_>) -> Result<Preferences, Problem> {
    Ok(state.preferences.get())
}

/// Choose.
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

/// End the application, also where closing its window does not.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: AppHandle) {
    app.exit(0);
}

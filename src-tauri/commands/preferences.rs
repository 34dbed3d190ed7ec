//! Settings: notifications, and syncing without a window.

use std::sync::atomic::Ordering;

use serde::Serialize;
use services::problem::Problem;
use specta::Type;
use tauri::{AppHandle, Theme};

use super::App;
use crate::app::background::run;
use crate::app::preferences::{Preferences, Profile};
use crate::app::zoom::ZoomStep;
use crate::shell::{tray, window};

#[derive(Debug, Clone, Serialize, Type)]
pub struct ProfileAnswer {
    pub profile: Profile,
    pub asked: bool,
}

#[tauri::command]
#[specta::specta]
pub async fn preferences(state: App<'_>) -> Result<Preferences, Problem> {
    Ok(state.preferences.get().preferences)
}

#[tauri::command]
#[specta::specta]
pub async fn save_preferences(
    app: AppHandle,
    state: App<'_>,
    preferences: Preferences,
) -> Result<(), Problem> {
    state.preferences.change(|saved| saved.preferences = preferences)?;
    let handle = app.clone();
    app.run_on_main_thread(move || tray::set(&handle, preferences.keep_running)).map_err(Problem::internal)
}

/// The profile, or a proposal as long as the admin was not asked.
#[tauri::command]
#[specta::specta]
pub async fn profile(state: App<'_>) -> Result<ProfileAnswer, Problem> {
    match state.preferences.get().profile {
        Some(profile) => Ok(ProfileAnswer { profile, asked: true }),
        // The system may have to ask a server.
        None => Ok(ProfileAnswer { profile: run(Profile::proposed).await?, asked: false }),
    }
}

#[tauri::command]
#[specta::specta]
pub async fn save_profile(state: App<'_>, profile: Profile) -> Result<(), Problem> {
    let profile = profile.checked()?;
    state.preferences.change(|saved| saved.profile = Some(profile))
}

/// Makes everything in the window larger or smaller, also after a restart.
#[tauri::command]
#[specta::specta]
pub async fn zoom(app: AppHandle, state: App<'_>, step: ZoomStep) -> Result<(), Problem> {
    state.preferences.change(|saved| saved.zoom = saved.zoom.step(step))?;
    window::zoom(&app, state.preferences.get().zoom);
    Ok(())
}

/// Draws the window like the page, also before the page of the next start is read. `None` follows the system.
#[tauri::command]
#[specta::specta]
pub async fn show_theme(app: AppHandle, state: App<'_>, dark: Option<bool>) -> Result<(), Problem> {
    let theme = dark.map(|dark| if dark { Theme::Dark } else { Theme::Light });
    if state.preferences.get().theme != theme {
        state.preferences.change(|saved| saved.theme = theme)?;
    }
    let handle = app.clone();
    app.run_on_main_thread(move || window::set_theme(&handle, theme)).map_err(Problem::internal)
}

/// Sets whether leaving the page asks first, such as about a running import, and whether the page has unsaved changes. If it
/// asks, it is asked to quit when the admin closes the window. Runs on the main thread, so that it comes before a later request
/// to close.
#[tauri::command]
#[specta::specta]
pub fn set_leaving(state: App<'_>, asks: bool, unsaved: bool) -> Result<(), Problem> {
    state.leaving_asks.store(asks, Ordering::Relaxed);
    state.unsaved.store(unsaved, Ordering::Relaxed);
    Ok(())
}

/// Quits the application, even where closing its window keeps it running.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: AppHandle) {
    app.exit(0);
}

//! Help: which version this is, a newer one, and a report for support.

use jiff::Timestamp;
use serde::Serialize;
use services::diagnostics::support_report::{Application, save_report};
use services::problem::Problem;
use specta::Type;
use tauri::AppHandle;

use super::files::downloads;
use super::{App, blocking};
use crate::shell::updates;

/// What the menu says of this version.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ThisVersion {
    /// Its number.
    pub version: &'static str,
    /// Whether it looks for newer ones itself; one from a distribution's package does not.
    pub updates: bool,
}

/// What this is.
#[tauri::command]
#[specta::specta]
pub async fn this_version() -> ThisVersion {
    ThisVersion { version: env!("CARGO_PKG_VERSION"), updates: updates::ON }
}

/// Write a report for support among the downloads. Its path.
#[tauri::command]
#[specta::specta]
pub async fn save_support_report(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let folder = downloads(&app)?;
    let open = state.open().ok();
    let application = Application {
        version: env!("CARGO_PKG_VERSION"),
        webview: tauri::webview_version().ok(),
        secret_storage: open.as_ref().map_or(&state.keys, |open| &open.keys).storage().await,
        preferences: serde_json::to_value(state.preferences.get()).map_err(Problem::internal)?,
    };
    let root = state.folder.root().to_owned();
    let path = blocking(move || {
        let book = open.as_ref().map(|open| &*open.book);
        save_report(&folder, &root, &application, book, Timestamp::now())
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// The version that could be installed, if there is a newer one.
#[tauri::command]
#[specta::specta]
pub async fn newer_version(app: AppHandle) -> Result<Option<String>, Problem> {
    updates::newer(&app).await
}

/// Install the newer version and start it.
#[tauri::command]
#[specta::specta]
pub async fn install_newer_version(app: AppHandle) -> Result<(), Problem> {
    updates::install(&app).await
}

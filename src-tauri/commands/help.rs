//! Help: the version, updates, crash reports from the page, and the report for support.

use jiff::Timestamp;
use serde::Serialize;
use services::diagnostics::support_report::{Application, save_report};
use services::problem::Problem;
use specta::Type;
use tauri::AppHandle;

use super::App;
use super::files::export_folder;
use crate::app::background::run;
use crate::shell::crashes::PageError;
use crate::shell::updates::{self, UpdateMethod};

/// The version, as the Help menu shows it.
#[derive(Debug, Clone, Serialize, Type)]
pub struct ThisVersion {
    pub version: &'static str,
    /// `None` in builds that cannot check for newer versions.
    pub updates: Option<UpdateMethod>,
}

#[tauri::command]
#[specta::specta]
pub async fn this_version() -> ThisVersion {
    ThisVersion { version: env!("CARGO_PKG_VERSION"), updates: updates::method() }
}

/// Logs an error that the page did not handle.
#[tauri::command]
#[specta::specta]
pub async fn report_page_error(error: PageError) {
    error.log();
}

/// Writes a report for support to the folder of the last export or the downloads folder, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn save_support_report(app: AppHandle, state: App<'_>) -> Result<String, Problem> {
    let folder = export_folder(&app, &state)?;
    let open = state.open_partner.current().ok();
    let application = Application {
        version: env!("CARGO_PKG_VERSION"),
        system: whoami::distro().ok(),
        webview: tauri::webview_version().ok(),
        secret_storage: open.as_ref().map_or(&state.secrets, |open| &open.secrets).storage().await,
        preferences: serde_json::to_value(state.preferences.get().preferences).map_err(Problem::internal)?,
    };
    let root = state.folder.root().to_owned();
    let path = run(move || {
        let book = open.as_ref().map(|open| &*open.book);
        save_report(&folder, &root, &application, book, Timestamp::now())
    })
    .await??;
    Ok(path.to_string_lossy().into_owned())
}

/// Returns the newer version that is available, if any.
#[tauri::command]
#[specta::specta]
pub async fn newer_version(app: AppHandle) -> Result<Option<String>, Problem> {
    updates::newer(&app).await
}

/// Downloads the newer version, which `install_newer_version` then installs. Returns false if there is none any more.
#[tauri::command]
#[specta::specta]
pub async fn download_newer_version(app: AppHandle) -> Result<bool, Problem> {
    updates::download(&app).await
}

/// Installs the downloaded version and restarts, or opens the download page.
#[tauri::command]
#[specta::specta]
pub async fn install_newer_version(app: AppHandle) -> Result<(), Problem> {
    updates::install(&app).await
}

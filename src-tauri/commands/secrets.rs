//! Where the open partner's secrets are kept when the keychain does not take them.

use std::sync::Arc;

use services::problem::Problem;
use tauri::AppHandle;

use super::partners::Session;
use super::{App, import};

/// Keep secrets in memory until the application ends.
#[tauri::command]
#[specta::specta]
pub async fn keep_keys_for_this_run(state: App<'_>) -> Result<Session, Problem> {
    let open = state.open()?;
    open.keys.keep_in_memory().await;
    Session::of(open).await
}

/// Keep secrets in a file sealed with a passphrase.
#[tauri::command]
#[specta::specta]
pub async fn seal_keys(state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open()?;
    open.keys.seal(passphrase.into()).await?;
    Session::of(open).await
}

/// Open the sealed file.
#[tauri::command]
#[specta::specta]
pub async fn unseal_keys(app: AppHandle, state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open()?;
    open.keys.unseal(passphrase.into()).await?;
    open.hurry_mail().await?;
    import::check_log_ins(app, Arc::clone(&open));
    Session::of(open).await
}

/// Go back to the keychain, which may work by now.
#[tauri::command]
#[specta::specta]
pub async fn try_keychain_again(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    let open = state.open()?;
    open.keys.move_to_keychain().await?;
    open.hurry_mail().await?;
    import::check_log_ins(app, Arc::clone(&open));
    Session::of(open).await
}

//! Secret storage for computers without a usable keychain.

use std::path::PathBuf;
use std::sync::Arc;

use services::problem::Problem;
use tauri::AppHandle;

use super::App;
use super::partners::Session;
use crate::app::open_partner::OpenPartner;
use crate::app::tiktok::check_sign_ins;

/// Keeps secrets in memory until the application quits.
#[tauri::command]
#[specta::specta]
pub async fn keep_secrets_for_this_run(state: App<'_>) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.secrets.keep_in_memory().await;
    Session::of(open).await
}

/// Keeps secrets in a file encrypted with a passphrase.
#[tauri::command]
#[specta::specta]
pub async fn encrypt_secrets(state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    let set_aside = open.secrets.encrypt(passphrase.into()).await?;
    session_after(open, set_aside).await
}

/// Unlocks the encrypted file.
#[tauri::command]
#[specta::specta]
pub async fn unlock_secrets(app: AppHandle, state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.secrets.unlock(passphrase.into()).await?;
    check_sign_ins(app, &open);
    Session::of(open).await
}

/// Moves the secrets back to the keychain, which may work again.
#[tauri::command]
#[specta::specta]
pub async fn try_keychain_again(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    let set_aside = open.secrets.move_to_keychain().await?;
    check_sign_ins(app, &open);
    session_after(open, set_aside).await
}

/// Returns the session, with the path of an encrypted file that was set aside, which the window mentions.
async fn session_after(open: Arc<OpenPartner>, set_aside: Option<PathBuf>) -> Result<Session, Problem> {
    let set_aside = set_aside.map(|path| path.to_string_lossy().into_owned());
    Ok(Session { set_aside, ..Session::of(open).await? })
}

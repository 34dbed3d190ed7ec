//! Secret storage for computers without a usable keychain.

use services::problem::Problem;
use tauri::AppHandle;

use super::App;
use super::partners::Session;
use crate::app::tiktok::check_sign_ins;

/// Keeps secrets in memory until the application quits.
#[tauri::command]
#[specta::specta]
pub async fn keep_keys_for_this_run(state: App<'_>) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.keys.keep_in_memory().await;
    Session::of(open).await
}

/// Keeps secrets in a file sealed with a passphrase.
#[tauri::command]
#[specta::specta]
pub async fn seal_keys(state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.keys.seal(passphrase.into()).await?;
    Session::of(open).await
}

/// Unlocks the sealed file.
#[tauri::command]
#[specta::specta]
pub async fn unseal_keys(app: AppHandle, state: App<'_>, passphrase: String) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.keys.unseal(passphrase.into()).await?;
    open.retry_mail().await?;
    check_sign_ins(app, &open);
    Session::of(open).await
}

/// Moves the secrets back to the keychain, which may work again.
#[tauri::command]
#[specta::specta]
pub async fn try_keychain_again(app: AppHandle, state: App<'_>) -> Result<Session, Problem> {
    let open = state.open_partner.current()?;
    open.keys.move_to_keychain().await?;
    open.retry_mail().await?;
    check_sign_ins(app, &open);
    Session::of(open).await
}

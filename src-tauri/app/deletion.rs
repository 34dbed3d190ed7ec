//! Deletes the open partner, with what it left elsewhere on this computer and at TikTok.

use std::sync::Arc;

use partner::Folder;
use partner::facts::users::UserState;
use services::mail::password_key;
use services::problem::Problem;
use services::tiktok::credentials::app_secret_key;
use services::tiktok::import::disconnect_locally;
use tauri::AppHandle;

use super::background;
use super::open_partner::OpenPartner;
use super::state::State;
use super::tiktok::importer;
use super::{practice, session};

/// Revokes the sign-ins at TikTok, then deletes the secrets, the file and the backups.
///
/// # Errors
/// Fails when a sign-in cannot be revoked or a secret cannot be deleted, unless `even_if_unreachable` is set. The file and
/// its backups are then unchanged.
pub async fn delete(app: &AppHandle, state: &State, even_if_unreachable: bool) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    let left = forget_secrets(&open, even_if_unreachable).await;
    if let Err(problem) = left {
        if !even_if_unreachable {
            return Err(problem);
        }
        tracing::warn!(code = ?problem.code, "failed to delete the secrets of a partner");
    }
    drop(open);
    session::close_for_good(app, state, Folder::delete).await
}

async fn forget_secrets(open: &OpenPartner, even_if_unreachable: bool) -> Result<(), Problem> {
    let book = Arc::clone(&open.book);
    let users = background::run(move || book.tiktok_users()).await??;
    for user in users.iter().filter(|user| user.state != UserState::Disconnected) {
        match importer(open).await {
            Ok(importer) => importer.disconnect(&user.id, even_if_unreachable).await?,
            Err(problem) if !even_if_unreachable => return Err(problem),
            // Without the app secret nothing can be revoked.
            Err(_) => disconnect_locally(&open.book, &open.keys, &user.id).await?,
        }
    }
    let partner = &open.book.partner().id;
    for key in [app_secret_key(partner), password_key(partner)] {
        open.keys.remove(&key).await?;
    }
    Ok(())
}

/// Deletes the practice partner with its simulator and mails, and opens a new one.
///
/// # Errors
/// Fails when a file cannot be deleted or created.
pub async fn reset_practice(app: &AppHandle, state: &State) -> Result<Arc<OpenPartner>, Problem> {
    let delete = |folder: &Folder, file: &str| {
        folder.delete(file)?;
        Ok(std::fs::remove_dir_all(practice::folder(folder.root()))?)
    };
    session::close_for_good(app, state, delete).await?;
    session::open_practice(app, state).await
}

//! Deletes the open partner, with what it left elsewhere on this computer and at TikTok.

use std::sync::Arc;

use partner::Folder;
use partner::facts::users::UserState;
use services::mail::password_key;
use services::problem::{Problem, ProblemCode};
use services::tiktok::credentials::app_secret_key;
use services::tiktok::import::disconnect_locally;
use tauri::AppHandle;

use super::background;
use super::open_partner::OpenPartner;
use super::state::State;
use super::tiktok::importer;
use super::{practice, session};

/// Revokes the sign-ins at TikTok and deletes the secrets, unless a copy of the partner needs them, then the backups and the
/// file. Returns why a sign-in or a secret could not be removed: nothing else is deleted then, unless `even_if_unreachable`
/// is set.
///
/// # Errors
/// Fails when a file cannot be deleted. The partner is then still open if its file is intact.
pub async fn delete(
    app: &AppHandle,
    state: &State,
    even_if_unreachable: bool,
) -> Result<Option<Problem>, Problem> {
    let open = state.open_partner.current()?;
    let file = open.file.clone();
    if !has_copy(state, &file).await? {
        for problem in forget_secrets(&open, even_if_unreachable).await? {
            if !even_if_unreachable {
                return Ok(Some(problem));
            }
            tracing::warn!(code = ?problem.code, "failed to delete a secret of a partner");
        }
    }
    drop(open);
    session::close_then(app, state, file, Folder::delete).await?;
    Ok(None)
}

/// Returns whether another file may have the partner of a file, and so the same secrets.
///
/// # Errors
/// Fails when the folder of partners cannot be read.
pub async fn has_copy(state: &State, file: &str) -> Result<bool, Problem> {
    let (folder, file) = (state.folder.clone(), file.to_owned());
    Ok(background::run(move || folder.has_copy(&file)).await??)
}

/// Returns what could not be removed. Unless `even_if_unreachable` is set, the first failure ends the attempt.
async fn forget_secrets(open: &OpenPartner, even_if_unreachable: bool) -> Result<Vec<Problem>, Problem> {
    let book = Arc::clone(&open.book);
    let users = background::run(move || book.tiktok_users()).await??;
    let mut failures = Vec::new();
    for user in users.iter().filter(|user| user.state != UserState::Disconnected) {
        failures.extend(disconnect(open, &user.id, even_if_unreachable).await.err());
        if !even_if_unreachable && !failures.is_empty() {
            return Ok(failures);
        }
    }
    let partner = &open.book.partner().id;
    for key in [app_secret_key(partner), password_key(partner)] {
        failures.extend(open.secrets.remove(&key).await.err().map(Problem::from));
    }
    Ok(failures)
}

async fn disconnect(open: &OpenPartner, user: &str, even_if_unreachable: bool) -> Result<(), Problem> {
    let revoke = async { importer(open).await?.disconnect(user, even_if_unreachable).await };
    match revoke.await {
        // Without the app secret nothing can be revoked.
        Err(_) if even_if_unreachable => disconnect_locally(&open.book, &open.secrets, user).await,
        done => done,
    }
}

/// Deletes the practice partner with its simulator and mails, and opens a new one.
///
/// # Errors
/// [`ProblemCode::PartnerNotOpen`] if another partner is open. Fails when a file cannot be deleted or created.
pub async fn reset_practice(app: &AppHandle, state: &State) -> Result<Arc<OpenPartner>, Problem> {
    let delete = |folder: &Folder, file: &str| {
        folder.delete(file)?;
        Ok(std::fs::remove_dir_all(practice::folder(folder.root()))?)
    };
    session::close_then(app, state, practice_file(state)?, delete).await?;
    session::open_practice(app, state).await
}

fn practice_file(state: &State) -> Result<String, Problem> {
    let open = state.open_partner.current_if(|open| open.book.partner().practice);
    open.map(|open| open.file.clone()).ok_or_else(|| ProblemCode::PartnerNotOpen.into())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use partner::facts::accounts::UserFacts;

    use super::*;
    use crate::app::lock::locked;
    use crate::app::open_partner::tests::open_partner;

    #[tokio::test]
    async fn a_real_partner_is_not_reset_as_the_practice_partner() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(Folder::at(dir.path()));
        *locked(&state.open_partner.current) = Some(open_partner(&state.folder));
        assert_eq!(practice_file(&state).unwrap_err().code, ProblemCode::PartnerNotOpen);
    }

    #[tokio::test]
    async fn deleting_anyway_tries_to_remove_every_sign_in_and_secret() {
        let dir = tempfile::tempdir().unwrap();
        // Secrets in an encrypted file cannot be removed before it is opened.
        std::fs::write(dir.path().join("secrets.age"), "").unwrap();
        let open = open_partner(&Folder::at(dir.path()));
        for user in ["7111", "7222"] {
            let user = UserFacts { id: user.into(), name: user.into(), email: String::new() };
            open.book.record_import(&user, &[], true, Timestamp::UNIX_EPOCH).unwrap();
        }
        let codes = async |anyway| {
            let failures = forget_secrets(&open, anyway).await.unwrap();
            failures.into_iter().map(|problem| problem.code).collect::<Vec<_>>()
        };
        assert_eq!(codes(false).await, [ProblemCode::AppNotSetUp]);
        assert_eq!(codes(true).await, [ProblemCode::SecretStorageLocked; 4]);
        open.secrets.keep_in_memory().await;
        assert_eq!(codes(true).await, []);
        let users = open.book.tiktok_users().unwrap();
        assert!(users.iter().all(|user| user.state == UserState::Disconnected));
    }
}

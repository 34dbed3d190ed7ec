//! The lifecycle of the open partner: opening, closing, and reopening the last one at start.
//!
//! At most one partner is open. Opening and closing take turns; a partner counts as closed once its file is closed, so that
//! the same file can be reopened immediately and the next start need not check it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use partner::requests::mail_settings::MailSettings;
use partner::store::paths::read_regular;
use partner::store::permissions::write_private_file;
use partner::{Book, Folder};
use services::mail::Transport;
use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

use super::lock::locked;
use super::open_partner::{CLOSING_TIMEOUT, OpenPartner};
use super::state::State;
use super::{background, observers, practice, tiktok};
use crate::events::{DataChanged, Topic, emit};
use crate::shell::window;

/// How long work on the file of the open partner waits for what still uses it, such as a backup.
const FILE_TIMEOUT: Duration = Duration::from_secs(30);

/// Creates a partner and opens it.
///
/// # Errors
/// Fails when the name is taken or invalid, and when the file cannot be written. The open partner then stays open.
pub async fn create(app: &AppHandle, state: &State, name: String) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    let subject = name.clone();
    let email = state.preferences.get().profile.map(|profile| profile.email).unwrap_or_default();
    replace(app, state, &subject, move |folder| {
        let (file, book) = folder.create(&name)?;
        book.save_mail_settings(&MailSettings { reply_to: email, ..MailSettings::default() })?;
        Ok((file, book))
    })
    .await
}

/// Opens a file of the folder of partners.
///
/// # Errors
/// Fails when it cannot be opened. The open partner then stays open.
pub async fn open(app: &AppHandle, state: &State, file: String) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    if let Some(open) = state.open_partner.current_if(|open| open.file == file) {
        return Ok(open);
    }
    open_file(app, state, file, Folder::open).await
}

/// Opens a file that [`open`] refuses, with another function of the folder.
///
/// # Errors
/// When it cannot be opened. The partner that is open stays open then.
pub async fn open_with(
    app: &AppHandle,
    state: &State,
    file: String,
    open: fn(&Folder, &str) -> partner::Result<Book>,
) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    open_file(app, state, file, open).await
}

/// Opens the practice partner, which is created if needed.
///
/// # Errors
/// Fails when it cannot be opened. The open partner then stays open.
pub async fn open_practice(app: &AppHandle, state: &State) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    if let Some(open) = state.open_partner.current_if(|open| open.book.partner().practice) {
        return Ok(open);
    }
    replace(app, state, practice::NAME, |folder| folder.practice(practice::NAME)).await
}

/// Opens the partner that was open last, unless one is open.
///
/// # Errors
/// Fails when it cannot be opened, also because its file is missing.
pub async fn reopen(app: &AppHandle, state: &State) -> Result<Option<Arc<OpenPartner>>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    if let Some(open) = state.open_partner.current_if(|_| true) {
        return Ok(Some(open));
    }
    let Some(file) = last_partner(&state.folder) else { return Ok(None) };
    open_file(app, state, file, Folder::open).await.map(Some)
}

/// Closes the open partner, so that the partner picker is shown.
pub async fn close(app: &AppHandle, state: &State) {
    let _transition = state.open_partner.transition.lock().await;
    close_current(state).await;
    show_none(app, state);
}

/// Shows that no partner is open.
fn show_none(app: &AppHandle, state: &State) {
    remember(&state.folder, None);
    window::set_partner(app, None);
    emit(app, DataChanged { topics: vec![Topic::Partners] });
}

/// Closes the partner with this file and runs `work` on the file, for example to delete it. If that fails, the partner is
/// opened again if possible.
///
/// # Errors
/// Fails with the errors of `work`, and with [`ProblemCode::PartnerNotOpen`] if another partner is open by now.
pub async fn close_then(
    app: &AppHandle,
    state: &State,
    file: String,
    work: impl FnOnce(&Folder, &str) -> partner::Result<()> + Send + 'static,
) -> Result<(), Problem> {
    let _transition = state.open_partner.transition.lock().await;
    let done = close_and_run(state, &file, work).await?;
    if done.is_err() && open_file(app, state, file, Folder::open_copy).await.is_ok() {
        return Ok(done?);
    }
    show_none(app, state);
    Ok(done?)
}

/// Returns the result of `work`, unless the partner is not open.
async fn close_and_run(
    state: &State,
    file: &str,
    work: impl FnOnce(&Folder, &str) -> partner::Result<()> + Send + 'static,
) -> Result<partner::Result<()>, Problem> {
    if state.open_partner.current_if(|open| open.file == file).is_none() {
        return Err(ProblemCode::PartnerNotOpen.into());
    }
    close_current_within(state, FILE_TIMEOUT).await;
    let (folder, file) = (state.folder.clone(), file.to_owned());
    background::run(move || work(&folder, &file)).await
}

/// Closes the open partner before the process ends. The next start reopens it.
pub async fn close_for_exit(state: &State) {
    let _transition = state.open_partner.transition.lock().await;
    close_current(state).await;
}

/// Closes the open partner, runs `work` on its file, and opens it again, whatever `work` returned.
///
/// # Errors
/// Fails with [`ProblemCode::PartnerNotOpen`] if another file is open than `file`, with the errors of `work`, and with those of
/// opening.
pub async fn with_closed_file(
    app: &AppHandle,
    state: &State,
    file: String,
    work: impl FnOnce(&Folder, &str) -> partner::Result<()> + Send + 'static,
) -> Result<Arc<OpenPartner>, Problem> {
    let _transition = state.open_partner.transition.lock().await;
    let done = close_and_run(state, &file, work).await?;
    let open = open_file(app, state, file, Folder::open_copy).await;
    if open.is_err() {
        show_none(app, state);
    }
    done?;
    open
}

async fn open_file(
    app: &AppHandle,
    state: &State,
    file: String,
    open: fn(&Folder, &str) -> partner::Result<Book>,
) -> Result<Arc<OpenPartner>, Problem> {
    let subject = file.clone();
    replace(app, state, &subject, move |folder| {
        let book = open(folder, &file)?;
        Ok((file, book))
    })
    .await
}

/// Opens a partner in place of the current one. Nothing of the current one is stopped until the other one runs.
async fn replace(
    app: &AppHandle,
    state: &State,
    subject: &str,
    open: impl FnOnce(&Folder) -> partner::Result<(String, Book)> + Send + 'static,
) -> Result<Arc<OpenPartner>, Problem> {
    let open = load(state, subject, open).await?;
    let (of_syncs, of_outbox) = (observers::of_syncs(app, &open.file), observers::of_outbox(app, &open.file));
    if let Err(problem) = open.start(of_syncs, of_outbox).await {
        open.close(CLOSING_TIMEOUT).await;
        return Err(problem);
    }
    close_current(state).await;
    *locked(&state.open_partner.current) = Some(Arc::clone(&open));
    remember(&state.folder, Some(&open.file));
    window::set_partner(app, Some(&open.book.partner().name));
    tiktok::check_sign_ins(app.clone(), &open);
    let notified = app.clone();
    open.start_daily_backups(move || emit(&notified, DataChanged { topics: vec![Topic::Settings] }));
    emit(app, DataChanged::everything());
    Ok(open)
}

/// Opens a partner and starts nothing for it. [`OpenPartner::close`] closes it.
async fn load(
    state: &State,
    subject: &str,
    open: impl FnOnce(&Folder) -> partner::Result<(String, Book)> + Send + 'static,
) -> Result<Arc<OpenPartner>, Problem> {
    let folder = state.folder.clone();
    let opened = background::run(move || open(&folder)).await?;
    let (file, book) = opened.map_err(|error| Problem::from(error).or_about(subject))?;
    let proxy = Arc::clone(&state.proxy);
    let book = Arc::new(book);
    let open = if book.partner().practice {
        let (sandbox, secrets) = practice::start(&book, state.folder.root()).await?;
        let mail = Transport::Folder(practice::mails(state.folder.root()));
        OpenPartner::new(book, file, secrets, mail, proxy, Some(sandbox))
    } else {
        let mail = Transport::Smtp { extra_roots: Vec::new() };
        OpenPartner::new(book, file, state.secrets.clone(), mail, proxy, None)
    };
    Ok(Arc::new(open))
}

/// Opens a file of the folder of partners without a window. Nothing is started for it, and it is not what the next start opens.
///
/// # Errors
/// Fails when it cannot be opened.
pub async fn load_file(state: &State, file: String) -> Result<Arc<OpenPartner>, Problem> {
    let subject = file.clone();
    load(state, &subject, move |folder| {
        let book = folder.open(&file)?;
        Ok((file, book))
    })
    .await
}

async fn close_current(state: &State) {
    close_current_within(state, CLOSING_TIMEOUT).await;
}

async fn close_current_within(state: &State, limit: Duration) {
    state.sign_in.cancel();
    let current = locked(&state.open_partner.current).take();
    if let Some(open) = current {
        open.close(limit).await;
    }
}

fn last_partner_path(folder: &Folder) -> PathBuf {
    folder.root().join("last-partner")
}

/// Returns the file of the partner that is or was open last.
pub fn last_partner(folder: &Folder) -> Option<String> {
    String::from_utf8(read_regular(&last_partner_path(folder)).ok()?).ok()
}

/// Saves which partner the next start reopens. A failure costs the admin one click, so it is only logged.
fn remember(folder: &Folder, file: Option<&str>) {
    let path = last_partner_path(folder);
    let noted = match file {
        Some(file) => write_private_file(&path, file),
        None => std::fs::remove_file(path),
    };
    if let Err(error) = noted {
        tracing::warn!(%error, "failed to save the last partner");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::open_partner::tests::open_partner;

    #[tokio::test]
    async fn a_partner_is_not_deleted_in_place_of_one_that_was_closed_meanwhile() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(Folder::at(dir.path()));
        let (deleted, book) = state.folder.create("Knorex Europe").unwrap();
        drop(book);
        let other = open_partner(&state.folder);
        let file = other.file.clone();
        *locked(&state.open_partner.current) = Some(other);
        let refused = close_and_run(&state, &deleted, Folder::delete).await.unwrap_err();
        assert_eq!(refused.code, ProblemCode::PartnerNotOpen);
        assert!(state.open_partner.current_if(|open| open.file == file).is_some());
        assert_eq!(state.folder.list().unwrap().len(), 2);

        close_and_run(&state, &file, Folder::delete).await.unwrap().unwrap();
        let left: Vec<String> = state.folder.list().unwrap().into_iter().map(|found| found.file).collect();
        assert_eq!(left, [deleted]);
    }

    #[tokio::test]
    async fn closing_waits_until_a_reader_has_released_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::new(Folder::at(dir.path()));
        let open = open_partner(&state.folder);
        let marker = dir.path().join("partners").join(format!("{}.open", open.file));
        let reader = Arc::clone(&open);
        *locked(&state.open_partner.current) = Some(open);
        assert!(reader.continue_unless_closing().is_continue());

        let mut closing = std::pin::pin!(close_for_exit(&state));
        tokio::select! {
            biased;
            () = &mut closing => panic!("closed while the file was in use"),
            () = std::future::ready(()) => assert!(marker.exists()),
        }
        assert!(reader.continue_unless_closing().is_break(), "an export stops");
        drop(reader);
        closing.await;
        assert!(!marker.exists());
    }
}

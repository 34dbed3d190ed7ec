//! Settings: the mail server, sender and recipients.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use partner::requests::mail_settings::MailSettings;
use partner::store::paths::read_regular;
use serde::Serialize;
use services::mail::{Transport, password_key, validate};
use services::problem::{Problem, ProblemCode};
use services::runtime::with_book;
use services::secrets::{Origin, SecretString};
use specta::Type;
use tauri::AppHandle;
use tiktok_business::SystemClock;

use super::App;
use crate::app::background::{in_book, run};
use crate::app::lock::locked;
use crate::app::tested_mail::TestedMail;
use crate::events::{DataChanged, Topic, emit};

/// The settings as the screen shows them.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailSetup {
    pub settings: MailSettings,
    /// Whether a password is stored. The password itself is never sent to the window.
    pub has_password: bool,
    /// The last successful test of what is saved, in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub tested_at: Option<i64>,
}

/// A mail that the practice partner wrote to a file instead of sending it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticeMail {
    pub file: String,
    /// Milliseconds since 1970, UTC.
    pub written_at: f64,
    /// The whole message. Untrusted text.
    pub text: String,
}

#[tauri::command]
#[specta::specta]
pub async fn mail_settings(state: App<'_>) -> Result<MailSetup, Problem> {
    let open = state.open_partner.current()?;
    let (settings, tested_at) =
        in_book(&state, |book| Ok((book.mail_settings()?, book.mail_settings_tested_at()?))).await?;
    // A keychain that fails is reported when the password is needed.
    let origin = Origin::of_mail_server(&settings.host);
    let password = open.secrets.get_for(&origin, &password_key(&open.book.partner().id)).await.ok().flatten();
    Ok(MailSetup { settings, has_password: password.is_some(), tested_at })
}

/// Returns every error in the settings.
#[tauri::command]
#[specta::specta]
pub async fn check_mail_settings(settings: MailSettings) -> Vec<Problem> {
    validate(&trimmed(settings))
}

/// Saves valid settings. `None` keeps the stored password.
#[tauri::command]
#[specta::specta]
pub async fn save_mail_settings(
    app: AppHandle,
    state: App<'_>,
    settings: MailSettings,
    password: Option<String>,
) -> Result<MailSetup, Problem> {
    let open = state.open_partner.current()?;
    let settings = trimmed(settings);
    if let Some(problem) = validate(&settings).into_iter().next() {
        return Err(problem);
    }
    let key = password_key(&open.book.partner().id);
    let origin = Origin::of_mail_server(&settings.host);
    let needs_password = !settings.user.is_empty();
    let password = non_empty(password);
    let other_password = password.is_some();
    let tested = locked(&open.tested_mail).clone();
    let tested_at =
        tested.filter(|tested| tested.is_of(&settings, password.as_ref())).map(|tested| tested.at);
    let save = with_book(&open.book, move |book| {
        if tested_at.is_some() || other_password {
            book.save_mail_settings_tested(&settings, tested_at)
        } else {
            book.save_mail_settings(&settings)
        }
    });
    match password {
        Some(password) => open.secrets.put_with(&origin, &key, Some(&password), save).await?,
        None if needs_password && open.secrets.get_for(&origin, &key).await?.is_none() => {
            return Err(ProblemCode::MailPasswordMissing.into());
        }
        None => save.await?,
    }
    *locked(&open.tested_mail) = None;
    let book = Arc::clone(&open.book);
    if let Err(error) = run(move || book.retry_mails(Timestamp::now())).await? {
        tracing::warn!(%error, "failed to make mails due");
    }
    open.send_due_mail();
    emit(&app, DataChanged { topics: vec![Topic::Settings, Topic::Requests] });
    mail_settings(state).await
}

/// Tests the settings with a mail to the Reply-To address, without saving them. `None` uses the stored password. Records a
/// success of what is saved, or of what is saved next.
#[tauri::command]
#[specta::specta]
pub async fn test_mail(
    state: App<'_>,
    settings: MailSettings,
    password: Option<String>,
) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    let settings = trimmed(settings);
    if let Some(problem) = validate(&settings).into_iter().next() {
        return Err(problem);
    }
    let partner = open.book.partner();
    let entered = non_empty(password);
    let password = match &entered {
        Some(password) => Some(password.clone()),
        None if settings.user.is_empty() => None,
        None => {
            let origin = Origin::of_mail_server(&settings.host);
            open.secrets.get_for(&origin, &password_key(&partner.id)).await?
        }
    };
    let (tested, clock) = (settings.clone(), Arc::new(SystemClock));
    services::mail::test_settings(&open.mail, settings, password, &partner.name, clock).await?;
    let at = Timestamp::now();
    *locked(&open.tested_mail) = Some(TestedMail::new(tested.clone(), entered.as_ref(), at));
    if entered.is_none()
        && let Err(problem) = with_book(&open.book, move |book| book.record_mail_test(&tested, at)).await
    {
        tracing::warn!(code = ?problem.code, "failed to record the test of the mail settings");
    }
    Ok(())
}

/// The number of practice mails that are shown.
const SHOWN: usize = 100;

/// Returns the practice partner's mails, newest first. Other partners have none.
#[tauri::command]
#[specta::specta]
pub async fn practice_mails(state: App<'_>) -> Result<Vec<PracticeMail>, Problem> {
    let open = state.open_partner.current()?;
    let Transport::Folder(folder) = open.mail.clone() else { return Ok(Vec::new()) };
    run(move || {
        // The folder does not exist before the first mail.
        let Ok(entries) = folder.read_dir() else { return Vec::new() };
        let mut files: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .filter_map(|path| Some((path.metadata().ok()?.modified().ok()?, path)))
            .collect();
        files.sort();
        let mail = |(written, path): (SystemTime, PathBuf)| {
            let since = written.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Some(PracticeMail {
                file: path.file_name()?.to_string_lossy().into_owned(),
                written_at: (since.as_secs_f64() * 1000.0).floor(),
                text: String::from_utf8_lossy(&read_regular(&path).ok()?).into_owned(),
            })
        };
        files.into_iter().rev().take(SHOWN).filter_map(mail).collect()
    })
    .await
}

fn non_empty(password: Option<String>) -> Option<SecretString> {
    password.filter(|password| !password.is_empty()).map(SecretString::from)
}

fn trimmed(settings: MailSettings) -> MailSettings {
    let trim = |text: String| text.trim().to_owned();
    MailSettings {
        host: trim(settings.host),
        user: trim(settings.user),
        sender: trim(settings.sender),
        reply_to: trim(settings.reply_to),
        account_manager: trim(settings.account_manager),
        team: trim(settings.team),
        ..settings
    }
}

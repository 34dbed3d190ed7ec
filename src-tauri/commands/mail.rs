//! Settings: the mail server, and who writes to whom.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use partner::requests::mail_settings::MailSettings;
use serde::Serialize;
use services::mail::{Transport, password_key, validate};
use services::problem::{Problem, ProblemCode};
use services::secrets::SecretString;
use specta::Type;
use tauri::AppHandle;
use tiktok_business::SystemClock;

use super::{App, blocking, in_book};
use crate::events::{Changed, What, tell};

/// The settings, as the screen shows them.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailSetup {
    /// All but the password.
    pub settings: MailSettings,
    /// Whether a password is kept; the password itself never leaves.
    pub has_password: bool,
}

/// A mail that the practice partner wrote instead of sending it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PracticeMail {
    /// The name of its file.
    pub file: String,
    /// When it was written: milliseconds since 1970, UTC.
    pub written_at: f64,
    /// All of it, as a mail server would get it. Hostile text.
    pub text: String,
}

/// The settings as they are saved.
#[tauri::command]
#[specta::specta]
pub async fn mail_settings(state: App<'_>) -> Result<MailSetup, Problem> {
    let open = state.open()?;
    let settings = in_book(&state, |book| book.mail_settings()).await?;
    // A keychain that does not answer is told of when the password is needed.
    let password = open.keys.get(&password_key(&open.book.partner().id)).await.ok().flatten();
    Ok(MailSetup { settings, has_password: password.is_some() })
}

/// Everything that is wrong with the settings.
#[tauri::command]
#[specta::specta]
pub async fn check_mail_settings(settings: MailSettings) -> Vec<Problem> {
    validate(&tidied(settings))
}

/// Save the settings, if nothing is wrong with them. Nothing keeps the password that is saved.
#[tauri::command]
#[specta::specta]
pub async fn save_mail_settings(
    app: AppHandle,
    state: App<'_>,
    settings: MailSettings,
    password: Option<String>,
) -> Result<MailSetup, Problem> {
    let open = state.open()?;
    let settings = tidied(settings);
    if let Some(problem) = validate(&settings).into_iter().next() {
        return Err(problem);
    }
    let key = password_key(&open.book.partner().id);
    let password = entered(password);
    let another = password.is_some();
    // Without a log-in nothing is asked of the keychain, and there need not be one.
    let before = if another || !settings.user.is_empty() { open.keys.get(&key).await? } else { None };
    match password {
        Some(password) => open.keys.put(&key, password).await?,
        None if before.is_none() && !settings.user.is_empty() => {
            return Err(ProblemCode::MailPasswordMissing.into());
        }
        None => {}
    }
    let book = Arc::clone(&open.book);
    let saved = blocking(move || {
        book.save_mail_settings(&settings)?;
        book.retry_mails(Timestamp::now())
    })
    .await?;
    if let Err(error) = saved {
        // Both or neither: the old password goes with the old settings.
        let undone = match before {
            Some(before) => open.keys.put(&key, before).await,
            None if another => open.keys.remove(&key).await,
            None => Ok(()),
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "the mail server's old password was not put back");
        }
        return Err(error.into());
    }
    open.look_for_mail();
    tell(&app, Changed { what: vec![What::Settings, What::Requests] });
    mail_settings(state).await
}

/// Try the settings out, with a mail to where answers go; nothing is saved. Nothing uses the password that is saved.
#[tauri::command]
#[specta::specta]
pub async fn test_mail(
    state: App<'_>,
    settings: MailSettings,
    password: Option<String>,
) -> Result<(), Problem> {
    let open = state.open()?;
    let settings = tidied(settings);
    if let Some(problem) = validate(&settings).into_iter().next() {
        return Err(problem);
    }
    let partner = open.book.partner();
    let password = match entered(password) {
        Some(password) => Some(password),
        None if settings.user.is_empty() => None,
        None => open.keys.get(&password_key(&partner.id)).await?,
    };
    services::mail::test_settings(&open.mail, settings, password, &partner.name, Arc::new(SystemClock)).await
}

/// How many mails of the practice partner are shown.
const SHOWN: usize = 100;

/// What the practice partner wrote instead of sending it, newest first; nothing of another partner.
#[tauri::command]
#[specta::specta]
pub async fn practice_mails(state: App<'_>) -> Result<Vec<PracticeMail>, Problem> {
    let open = state.open()?;
    let Transport::Folder(folder) = open.mail.clone() else { return Ok(Vec::new()) };
    blocking(move || {
        // Before the first mail there is no folder.
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
                text: String::from_utf8_lossy(&std::fs::read(&path).ok()?).into_owned(),
            })
        };
        files.into_iter().rev().take(SHOWN).filter_map(mail).collect()
    })
    .await
}

fn entered(password: Option<String>) -> Option<SecretString> {
    password.filter(|password| !password.is_empty()).map(SecretString::from)
}

fn tidied(settings: MailSettings) -> MailSettings {
    let trimmed = |text: String| text.trim().to_owned();
    MailSettings {
        host: trimmed(settings.host),
        user: trimmed(settings.user),
        sender: trimmed(settings.sender),
        reply_to: trimmed(settings.reply_to),
        account_manager: trimmed(settings.account_manager),
        team: trimmed(settings.team),
        ..settings
    }
}

//! Checks what the application depends on.

use std::path::Path;
use std::sync::Arc;

use partner::Folder;
use partner::store::backup::Backup;
use serde_json::json;
use services::mail::{Transport, check_server, password_key, validate};
use services::problem::{Problem, ProblemCode};
use services::runtime::with_book;
use services::secrets::{Origin, SecretStorage, SecretStore};
use services::tiktok::connection_test::{self, TestedPart};
use tiktok_business::SystemClock;

use super::answer::{Answer, Exit, details};
use super::context::Context;
use crate::app::open_partner::OpenPartner;
use crate::app::tiktok::{connect, parse_address};

type Check = (&'static str, Result<String, Problem>);

pub async fn run(on: &Context<'_>) -> Result<Answer, Answer> {
    let open = on.open;
    let storage = storage(&open.secrets, &open.book.partner().id).await;
    let mut checks = vec![("File", file(on).await), ("Secure storage", storage), ("Mail", mail(open).await)];
    checks.extend(tiktok(open).await);
    let book = Arc::clone(&open.book);
    let backups = crate::app::background::run(move || book.backups()).await?.unwrap_or_default();
    let restore = "In XPO Admin's window, Settings → Backup and restore restores one.";
    Ok(answer(&checks, &restoring(&backups, restore)))
}

/// Checks what does not need the partner's file, which cannot be opened because of `problem`.
pub async fn run_without_file(
    folder: &Folder,
    file: &str,
    secrets: &SecretStore,
    problem: Problem,
) -> Answer {
    let checks = [("File", Err(problem)), ("Secure storage", storage(secrets, "").await)];
    let backups = folder.backups(file).unwrap_or_default();
    let restore = "In XPO Admin's window, the list of partners shows them below this partner. Choose Restore beside one.";
    let mut answer = answer(&checks, &restoring(&backups, restore));
    answer
        .lines
        .push("SKIPPED  Mail and TikTok: their settings are in the file, which can't be opened.".into());
    answer
}

/// Returns where the backups of a file are, which are sorted from the newest, and how to restore one.
fn restoring(backups: &[Backup], restore: &str) -> String {
    let Some(newest) = backups.first() else {
        return "Backups: none of this file on this computer.".to_owned();
    };
    let folder = newest.path.parent().unwrap_or(Path::new("")).display();
    let name = newest.path.file_name().unwrap_or_default().display();
    let count = backups.len();
    format!("Backups: {count} in {folder}, the newest is {name}. {restore}")
}

/// `restoring` is said of a file that a backup can replace.
fn answer(checks: &[Check], restoring: &str) -> Answer {
    let failed = checks.iter().any(|(_, checked)| checked.is_err());
    let mut lines = Vec::new();
    for (what, checked) in checks {
        match checked {
            Ok(fine) => lines.push(format!("OK       {what}: {fine}")),
            Err(problem) => {
                let words = problem.code.words();
                let text = words.text(problem.subject.as_deref());
                lines.push(format!("PROBLEM  {what}: {}. {text}", words.title));
                lines.extend(details(problem).into_iter().map(|line| format!("         {line}")));
                if is_restorable(problem.code) {
                    lines.push(format!("         {restoring}"));
                }
            }
        }
    }
    let data: Vec<_> = checks
        .iter()
        .map(|(what, checked)| json!({ "check": what, "ok": checked.is_ok(), "problem": checked.as_ref().err() }))
        .collect();
    Answer::new(if failed { Exit::Partly } else { Exit::Done }, lines, json!({ "checks": data }))
}

/// Whether the window offers the backups of a file with this problem.
fn is_restorable(code: ProblemCode) -> bool {
    use ProblemCode::{FileDamaged, FileIncomplete, FileMissing, FileNotPartner};
    matches!(code, FileDamaged | FileIncomplete | FileMissing | FileNotPartner)
}

async fn file(on: &Context<'_>) -> Result<String, Problem> {
    let (open, cancelled) = (Arc::clone(on.open), on.cancelled.clone());
    let end = move || cancelled.is_cancelled() || open.continue_unless_closing().is_break();
    let checked = with_book(&on.open.book, move |book| book.check_until(end)).await;
    checked.map_err(|problem| problem.or_about(&on.open.file))?;
    Ok(format!("{} is not damaged", on.open.file))
}

async fn storage(secrets: &SecretStore, partner: &str) -> Result<String, Problem> {
    // Reading shows whether the keychain runs and is unlocked, also if it has no such secret.
    secrets.get(&password_key(partner)).await?;
    Ok(match secrets.storage().await {
        SecretStorage::Keychain => "the system keychain",
        SecretStorage::Encrypted | SecretStorage::EncryptedLocked => "an encrypted file",
        SecretStorage::ThisRun => "for this run only",
    }
    .to_owned())
}

async fn mail(open: &OpenPartner) -> Result<String, Problem> {
    let book = Arc::clone(&open.book);
    let settings = crate::app::background::run(move || book.mail_settings()).await??;
    if let Some(problem) = validate(&settings).into_iter().next() {
        return Err(problem);
    }
    let mut password = None;
    if !settings.user.is_empty() {
        let origin = Origin::of_mail_server(&settings.host);
        password = open.secrets.get_for(&origin, &password_key(&open.book.partner().id)).await?;
        if password.is_none() {
            return Err(ProblemCode::MailPasswordMissing.into());
        }
    }
    let server = format!("{}:{}", settings.host, settings.port);
    check_server(&open.mail, settings, password, Arc::new(SystemClock)).await?;
    Ok(match open.mail {
        Transport::Smtp { .. } => format!("{server} accepts mail for the recipients of requests"),
        Transport::Folder(_) => "written to files, because this is the practice partner".to_owned(),
    })
}

async fn tiktok(open: &OpenPartner) -> Vec<Check> {
    match tested(open).await {
        Ok(checks) => checks,
        Err(problem) => vec![("TikTok", Err(problem))],
    }
}

async fn tested(open: &OpenPartner) -> Result<Vec<Check>, Problem> {
    let book = Arc::clone(&open.book);
    let (app, users) =
        crate::app::background::run(move || partner::Result::Ok((book.tiktok_app()?, book.tiktok_users()?)))
            .await??;
    let (client, credentials) = connect(open, &app).await?;
    let steps = connection_test::test(&client, &credentials, &parse_address(&app.sign_in_address)?).await;
    let mut checks: Vec<Check> = steps
        .into_iter()
        .map(|step| {
            let what = match step.step {
                TestedPart::Api => "TikTok's API",
                TestedPart::SignInPage => "TikTok's sign-in page",
                TestedPart::AppCredentials => "TikTok app",
            };
            (what, step.problem.map_or_else(|| Ok("reachable and accepted".to_owned()), Err))
        })
        .collect();
    for user in users {
        use partner::facts::users::UserState;
        checks.push(match user.state {
            UserState::Connected => ("TikTok user", Ok(user.name)),
            UserState::NeedsAuthorization => {
                ("TikTok user", Err(Problem::new(ProblemCode::SignInRequired).about(user.name)))
            }
            UserState::Disconnected => continue,
        });
    }
    Ok(checks)
}

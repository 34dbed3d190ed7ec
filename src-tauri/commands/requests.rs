//! Requests for new TikTok ad accounts. They are asked for, withdrawn and fulfilled through `decisions`.

use std::sync::Arc;

use jiff::Timestamp;
use partner::ids::RequestId;
use partner::queries::requests::RequestCounts;
use partner::requests::options::RequestChoices;
use services::mail::{Addresses, MailShown};
use services::outbox::{Outbox, OutboxEvent, Setup};
use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

use super::{App, blocking, in_book};
use crate::app::state::Open;
use crate::events::{Changed, What, tell};
use crate::shell::notices;

/// What the form offers.
#[tauri::command]
#[specta::specta]
pub async fn request_choices() -> Result<RequestChoices, Problem> {
    blocking(|| RequestChoices::at(Timestamp::now())).await
}

/// How many requests are where.
#[tauri::command]
#[specta::specta]
pub async fn request_counts(state: App<'_>) -> Result<RequestCounts, Problem> {
    in_book(&state, |book| book.request_counts()).await
}

/// Send the mail of an open request now; of one that was sent, a reminder, if the admin knows that it was.
#[tauri::command]
#[specta::specta]
pub async fn resend_request(
    app: AppHandle,
    state: App<'_>,
    request: RequestId,
    remind: bool,
) -> Result<(), Problem> {
    let open = state.open()?;
    if !in_book(&state, move |book| book.resend_mail(&request, remind, Timestamp::now())).await? {
        return Err(ProblemCode::RequestEnded.into());
    }
    open.look_for_mail();
    tell(&app, Changed { what: vec![What::Requests] });
    Ok(())
}

/// The last mail of a request as it was or will be sent; nothing where another computer sends it.
#[tauri::command]
#[specta::specta]
pub async fn mail_of_request(state: App<'_>, request: RequestId) -> Result<Option<MailShown>, Problem> {
    let (mail, settings, partner) = in_book(&state, move |book| {
        Ok((book.mail_of(&request)?, book.mail_settings()?, book.partner().name.clone()))
    })
    .await?;
    let Some(mail) = mail else { return Ok(None) };
    let addresses = Addresses::of(&settings)
        .map_err(|mut problems| problems.pop().unwrap_or_else(|| ProblemCode::MailNoRecipient.into()))?;
    Ok(Some(MailShown::of(&mail, &partner, &addresses)))
}

/// Begin the outbox of a partner that was just opened.
pub async fn start(app: &AppHandle, open: &Open) -> Result<Outbox, Problem> {
    let app = app.clone();
    let observer = Arc::new(move |event| pass_on(&app, event));
    let setup = Setup::new(Arc::clone(&open.book), open.keys.clone(), open.mail.clone());
    Outbox::start(setup, observer).await
}

/// Tell the window, and the system, what the outbox tells.
fn pass_on(app: &AppHandle, event: OutboxEvent) {
    tell(app, Changed { what: vec![What::Requests] });
    if let OutboxEvent::Failed { name, .. } = event {
        let name = notices::harmless(&name);
        notices::show(app, &format!("The request for “{name}” could not be mailed; Requests says why."));
    }
}

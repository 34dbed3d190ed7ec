//! Requests for new TikTok ad accounts. They are asked for, withdrawn and fulfilled through `decisions`.

use std::sync::Arc;

use jiff::Timestamp;
use partner::ids::RequestId;
use partner::queries::paging::{Key, Listing, Page, Place};
use partner::queries::requests::{RequestCounts, RequestQuery};
use partner::requests::options::RequestChoices;
use services::mail::{Addresses, MailPreview};
use services::outbox::{AccountRequest, Outbox, OutboxEvent, Setup};
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

/// How many requests match, and the first of them.
#[tauri::command]
#[specta::specta]
pub async fn list_requests(state: App<'_>, query: RequestQuery) -> Result<Listing<AccountRequest>, Problem> {
    in_book(&state, move |book| Ok(book.list(&query)?.map(AccountRequest::from))).await
}

/// Another page of requests.
#[tauri::command]
#[specta::specta]
pub async fn page_of_requests(
    state: App<'_>,
    query: RequestQuery,
    place: Place,
) -> Result<Page<AccountRequest>, Problem> {
    in_book(&state, move |book| Ok(book.page(&query, &place)?.map(AccountRequest::from))).await
}

/// Where the pages of requests begin.
#[tauri::command]
#[specta::specta]
pub async fn marks_of_requests(state: App<'_>, query: RequestQuery) -> Result<Vec<Key>, Problem> {
    in_book(&state, move |book| book.marks(&query)).await
}

/// All requests that match, for "select all".
#[tauri::command]
#[specta::specta]
pub async fn ids_of_requests(state: App<'_>, query: RequestQuery) -> Result<Vec<RequestId>, Problem> {
    in_book(&state, move |book| book.ids(&query)).await
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
pub async fn mail_of_request(state: App<'_>, request: RequestId) -> Result<Option<MailPreview>, Problem> {
    let (mail, settings, partner) = in_book(&state, move |book| {
        Ok((book.mail_of(&request)?, book.mail_settings()?, book.partner().name.clone()))
    })
    .await?;
    let Some(mail) = mail else { return Ok(None) };
    let addresses = Addresses::from_settings(&settings)
        .map_err(|mut problems| problems.pop().unwrap_or_else(|| ProblemCode::MailNoRecipient.into()))?;
    Ok(Some(MailPreview::new(&mail, &partner, &addresses)))
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
    match event {
        OutboxEvent::Changed { .. } => {}
        OutboxEvent::Delayed { name, .. } => {
            let name = notices::harmless(&name);
            notices::show(
                app,
                &format!(
                    "The request for “{name}” hasn't been mailed yet and is tried again. See Requests for the reason."
                ),
            );
        }
        OutboxEvent::Failed { name, .. } => {
            let name = notices::harmless(&name);
            notices::show(app, &format!("The request for “{name}” could not be mailed; Requests says why."));
        }
    }
}

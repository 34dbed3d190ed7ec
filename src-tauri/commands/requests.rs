//! Requests for new TikTok ad accounts. Submitting, withdrawing and fulfilling are decisions.

use jiff::Timestamp;
use partner::ids::RequestId;
use partner::queries::requests::RequestCounts;
use partner::requests::options::RequestChoices;
use services::mail::{Addresses, MailPreview};
use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

use super::App;
use crate::app::background::{in_book, run};
use crate::events::{DataChanged, Topic, emit};

/// Returns the options of the form.
#[tauri::command]
#[specta::specta]
pub async fn request_choices() -> Result<RequestChoices, Problem> {
    run(|| RequestChoices::at(Timestamp::now())).await
}

/// Returns the number of requests by state.
#[tauri::command]
#[specta::specta]
pub async fn request_counts(state: App<'_>) -> Result<RequestCounts, Problem> {
    in_book(&state, |book| book.request_counts()).await
}

/// Sends the mail of an open request now. `remind` allows a reminder for one that was sent already.
#[tauri::command]
#[specta::specta]
pub async fn resend_request(
    app: AppHandle,
    state: App<'_>,
    request: RequestId,
    remind: bool,
) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    if !in_book(&state, move |book| book.resend_mail(&request, remind, Timestamp::now())).await? {
        return Err(ProblemCode::RequestEnded.into());
    }
    open.send_due_mail();
    emit(&app, DataChanged { topics: vec![Topic::Requests] });
    Ok(())
}

/// Returns the last mail of a request as it was or will be sent. `None` where another computer sends it.
#[tauri::command]
#[specta::specta]
pub async fn mail_of_request(state: App<'_>, request: RequestId) -> Result<Option<MailPreview>, Problem> {
    let (mail, settings, partner) = in_book(&state, move |book| {
        Ok((book.last_mail_of(&request)?, book.mail_settings()?, book.partner().name.clone()))
    })
    .await?;
    let Some(mail) = mail else { return Ok(None) };
    let addresses = Addresses::from_settings(&settings)
        .map_err(|mut problems| problems.pop().unwrap_or_else(|| ProblemCode::MailNoRecipient.into()))?;
    Ok(Some(MailPreview::new(&mail, &partner, &addresses)))
}

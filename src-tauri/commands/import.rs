//! Importing: the sign-in in the popup or the system browser, and the import that follows.

use std::sync::Arc;

use serde::Deserialize;
use services::problem::{Problem, ProblemCode};
use services::tiktok::import::{ImportReport, Progress, Stage, disconnect_locally};
use services::tiktok::loopback::LoopbackListener;
use services::tiktok::sign_in::{SignInAttempt, SignInError};
use specta::Type;
use tauri::AppHandle;
use tiktok_business::{AccessToken, AuthorizationCode};

use super::App;
use crate::app::background::run;
use crate::app::lock::locked;
use crate::app::open_partner::OpenPartner;
use crate::app::state::SignInGuard;
use crate::app::tiktok::{importer, parse_address};
use crate::events::{DataChanged, ImportStage, Topic, emit};
use crate::shell::sign_in;

/// Where the TikTok user signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// A window with a temporary browser profile.
    Popup,
    /// The system browser.
    Browser,
}

/// Signs a TikTok user in and imports its ad accounts. `user_id` is the user whose sign-in is to be renewed.
#[tauri::command]
#[specta::specta]
pub async fn import_accounts(
    app: AppHandle,
    state: App<'_>,
    way: SignInMethod,
    user_id: Option<String>,
) -> Result<ImportReport, Problem> {
    let guard = state.sign_in.take().inspect_err(|_| sign_in::show(&app))?;
    let open = state.open_partner.current()?;
    *locked(&open.unfinished) = None;
    let token = guard.run(sign_in_user(&app, &open, way)).await?;
    finish(&app, &open, &guard, token, user_id).await
}

/// Continues an import that failed after its sign-in succeeded.
#[tauri::command]
#[specta::specta]
pub async fn continue_import(app: AppHandle, state: App<'_>) -> Result<ImportReport, Problem> {
    let guard = state.sign_in.take()?;
    let open = state.open_partner.current()?;
    let unfinished = locked(&open.unfinished).clone();
    let (token, expected) = unfinished.ok_or_else(|| Problem::new(ProblemCode::SignInRequired))?;
    finish(&app, &open, &guard, token, expected).await
}

/// Cancels the running sign-in or import.
#[tauri::command]
#[specta::specta]
pub async fn cancel_import(state: App<'_>) -> Result<(), Problem> {
    state.sign_in.cancel();
    Ok(())
}

/// Revokes a TikTok user's token at TikTok and deletes it here.
#[tauri::command]
#[specta::specta]
pub async fn disconnect_user(
    app: AppHandle,
    state: App<'_>,
    id: String,
    even_if_unreachable: bool,
) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    match importer(&open).await {
        Ok(importer) => importer.disconnect(&id, even_if_unreachable).await?,
        Err(problem) if !even_if_unreachable => return Err(problem),
        // Without the app secret nothing can be revoked. The token is deleted here all the same.
        Err(_) => disconnect_locally(&open.book, &open.secrets, &id).await?,
    }
    emit(&app, DataChanged { topics: vec![Topic::Users, Topic::Accounts] });
    Ok(())
}

async fn sign_in_user(
    app: &AppHandle,
    open: &OpenPartner,
    way: SignInMethod,
) -> Result<AccessToken, Problem> {
    emit(app, ImportStage(Progress::at(Stage::SignIn)));
    let importer = importer(open).await?;
    let book = Arc::clone(&open.book);
    let settings = run(move || book.tiktok_app()).await??;
    let page = parse_address(&settings.sign_in_address)?;
    // A popup cannot detect that its page failed to load, so check before it opens.
    importer.client.check_page(&page).await?;
    let attempt =
        SignInAttempt::new(&page, settings.app_id, &settings.redirect_url).map_err(Problem::internal)?;
    let code = match way {
        SignInMethod::Popup => sign_in::in_popup(app, attempt).await?,
        SignInMethod::Browser => in_browser(attempt).await?,
    };
    emit(app, ImportStage(Progress::at(Stage::Exchange)));
    importer.exchange(code).await
}

async fn in_browser(attempt: SignInAttempt) -> Result<AuthorizationCode, Problem> {
    let listener = LoopbackListener::bind(attempt).await?;
    let page = listener.start_url().clone();
    run(move || open::that_detached(page.as_str())).await?.map_err(|_| SignInError::NoBrowser)?;
    Ok(listener.wait().await?)
}

async fn finish(
    app: &AppHandle,
    open: &OpenPartner,
    guard: &SignInGuard<'_>,
    token: AccessToken,
    expected: Option<String>,
) -> Result<ImportReport, Problem> {
    *locked(&open.unfinished) = Some((token.clone(), expected.clone()));
    let importer = importer(open).await.map_err(|problem| Problem { can_continue: true, ..problem })?;
    let fetch = importer.fetch(token.clone(), |progress| emit(app, ImportStage(progress)));
    let fetched = guard.run(fetch).await.inspect_err(|problem| {
        if problem.code == ProblemCode::SignInCancelled {
            *locked(&open.unfinished) = None;
            importer.discard(token);
        }
    })?;
    let report = importer.save(fetched, expected).await?;
    *locked(&open.unfinished) = None;
    // A requested account may be among them.
    emit(app, DataChanged { topics: vec![Topic::Accounts, Topic::Users, Topic::Requests] });
    // Resumes the jobs that waited for this sign-in.
    open.syncs()?.wake().await?;
    Ok(report)
}

//! Importing: the log-in, in the popup or in the system's browser, and what follows it.

use std::sync::Arc;

use serde::Deserialize;
use services::problem::{Problem, ProblemCode};
use services::tiktok::import::{ImportReport, Importer, Progress, Stage, forget};
use services::tiktok::loopback::{self, Loopback};
use services::tiktok::sign_in::{LoginAttempt, LoginError};
use specta::Type;
use tauri::AppHandle;
use tiktok_business::{AccessToken, AuthorizationCode};

use super::{App, blocking, settings};
use crate::app::state::{Open, Turn, locked};
use crate::events::{Changed, ImportStage, What, tell};
use crate::shell::sign_in;

/// Where the TikTok user logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LoginWay {
    /// In a window of ours that forgets everything.
    Popup,
    /// In the system's browser.
    Browser,
}

/// Log a TikTok user in and import its ad accounts; `user_id` is whose log-in is to be renewed.
#[tauri::command]
#[specta::specta]
pub async fn import_accounts(
    app: AppHandle,
    state: App<'_>,
    way: LoginWay,
    user_id: Option<String>,
) -> Result<ImportReport, Problem> {
    let turn = state.begin_login().inspect_err(|_| sign_in::show(&app))?;
    let open = state.open()?;
    *locked(&open.unfinished) = None;
    let token = turn.unless_cancelled(log_in(&app, &open, way)).await?;
    finish(&app, &open, &turn, token, user_id).await
}

/// Go on with an import that failed after its log-in succeeded.
#[tauri::command]
#[specta::specta]
pub async fn continue_import(app: AppHandle, state: App<'_>) -> Result<ImportReport, Problem> {
    let turn = state.begin_login()?;
    let open = state.open()?;
    let unfinished = locked(&open.unfinished).clone();
    let (token, expected) = unfinished.ok_or_else(|| Problem::new(ProblemCode::SignInRequired))?;
    finish(&app, &open, &turn, token, expected).await
}

/// Give up the log-in or import under way.
#[tauri::command]
#[specta::specta]
pub async fn cancel_import(state: App<'_>) -> Result<(), Problem> {
    state.cancel_login();
    Ok(())
}

/// Give a TikTok user's log-in back to TikTok and forget it.
#[tauri::command]
#[specta::specta]
pub async fn disconnect_user(
    app: AppHandle,
    state: App<'_>,
    id: String,
    even_if_unreachable: bool,
) -> Result<(), Problem> {
    let open = state.open()?;
    match importer(&open).await {
        Ok(importer) => importer.disconnect(&id, even_if_unreachable).await?,
        Err(problem) if !even_if_unreachable => return Err(problem),
        // Without the app's secret nobody can revoke; the log-in is forgotten here all the same.
        Err(_) => forget(&open.book, &open.keys, &id).await?,
    }
    tell(&app, Changed { what: vec![What::Users, What::Accounts] });
    Ok(())
}

/// Look, in the background, whether the open partner's log-ins still work.
pub fn check_log_ins(app: AppHandle, open: Arc<Open>) {
    tauri::async_runtime::spawn(async move {
        let check = async { importer(&open).await?.check_log_ins().await };
        let checked = tokio::select! {
            checked = check => checked,
            () = open.closed.cancelled() => return,
        };
        match checked {
            Ok(true) => tell(&app, Changed { what: vec![What::Users, What::Accounts] }),
            Ok(false) => {}
            // Without an app, a key or a network there is nothing to know; whoever needs it is told then.
            Err(problem) => tracing::info!(code = ?problem.code, "log-ins were not checked"),
        }
    });
}

async fn log_in(app: &AppHandle, open: &Arc<Open>, way: LoginWay) -> Result<AccessToken, Problem> {
    tell(app, ImportStage(Progress::at(Stage::LogIn)));
    let importer = importer(open).await?;
    let book = Arc::clone(&open.book);
    let settings = blocking(move || book.tiktok_app()).await??;
    let page = settings::address(&settings.login_address)?;
    // A popup cannot tell that it shows nothing, so ask before it opens.
    importer.client.reach(&page).await?;
    let attempt =
        LoginAttempt::new(&page, settings.app_id, &settings.redirect_url).map_err(Problem::internal)?;
    let code = match way {
        LoginWay::Popup => sign_in::in_popup(app, attempt).await?,
        LoginWay::Browser => in_browser(attempt).await?,
    };
    tell(app, ImportStage(Progress::at(Stage::Exchange)));
    importer.exchange(&code).await
}

async fn in_browser(attempt: LoginAttempt) -> Result<AuthorizationCode, Problem> {
    let listener = Loopback::bind(attempt).await?;
    let page = listener.attempt().authorization_url();
    blocking(move || open::that_detached(page.as_str())).await?.map_err(|_| LoginError::NoBrowser)?;
    Ok(listener.wait(loopback::PATIENCE).await?)
}

async fn finish(
    app: &AppHandle,
    open: &Arc<Open>,
    turn: &Turn<'_>,
    token: AccessToken,
    expected: Option<String>,
) -> Result<ImportReport, Problem> {
    *locked(&open.unfinished) = Some((token.clone(), expected.clone()));
    let importer = importer(open).await.map_err(|problem| Problem { can_continue: true, ..problem })?;
    let fetched =
        turn.unless_cancelled(importer.fetch(token, |progress| tell(app, ImportStage(progress)))).await?;
    let report = importer.save(fetched, expected).await?;
    *locked(&open.unfinished) = None;
    // One that was requested may be among them.
    tell(app, Changed { what: vec![What::Accounts, What::Users, What::Requests] });
    // What waited for this log-in goes on.
    open.syncs()?.wake().await?;
    Ok(report)
}

/// The open partner's way to TikTok.
async fn importer(open: &Arc<Open>) -> Result<Importer, Problem> {
    let book = Arc::clone(&open.book);
    let settings = blocking(move || book.tiktok_app()).await??;
    let (client, app) = settings::connect(open, &settings).await?;
    Ok(Importer { book: Arc::clone(&open.book), keys: open.keys.clone(), client, app })
}

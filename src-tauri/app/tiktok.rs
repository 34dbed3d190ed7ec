//! The open partner's access to TikTok: a client with the app that its settings name.

use std::sync::Arc;

use partner::facts::tiktok_app::TiktokApp;
use services::problem::{Problem, ProblemCode};
use services::secrets::{ExposeSecret, SecretString};
use services::tiktok::credentials::app_secret_key;
use services::tiktok::import::Importer;
use tauri::AppHandle;
use tiktok_business::{App as AppCredentials, Client, ClientSecret, Options};
use url::Url;

use super::background;
use super::open_partner::{OpenPartner, USER_AGENT};
use crate::events::{Changed, What, tell};

/// Returns a client for the saved TikTok app.
///
/// # Errors
/// [`ProblemCode::AppNotSetUp`], [`ProblemCode::SecretMissing`], and when the secret storage fails.
pub async fn connect(open: &OpenPartner, app: &TiktokApp) -> Result<(Client, AppCredentials), Problem> {
    if app.app_id.is_empty() {
        return Err(ProblemCode::AppNotSetUp.into());
    }
    connect_with(open, app, None).await
}

/// Returns a client for `app`, with the stored secret where `secret` is `None`.
///
/// # Errors
/// [`ProblemCode::SecretMissing`], and when the secret storage fails.
pub async fn connect_with(
    open: &OpenPartner,
    app: &TiktokApp,
    secret: Option<SecretString>,
) -> Result<(Client, AppCredentials), Problem> {
    let secret = match secret {
        Some(secret) => secret,
        None => {
            let stored = open.keys.get(&app_secret_key(&open.book.partner().id)).await?;
            stored.ok_or_else(|| Problem::new(ProblemCode::SecretMissing))?
        }
    };
    let client = open.proxy.client(Options::new(parse_address(&app.api_address)?, USER_AGENT)).await?;
    let secret = ClientSecret::new(secret.expose_secret().to_owned());
    Ok((client, AppCredentials { id: app.app_id.clone(), secret }))
}

/// Returns an importer for the saved TikTok app.
///
/// # Errors
/// Fails with the errors of [`connect`], and when the book cannot be read.
pub async fn importer(open: &OpenPartner) -> Result<Importer, Problem> {
    let book = Arc::clone(&open.book);
    let settings = background::run(move || book.tiktok_app()).await??;
    let (client, app) = connect(open, &settings).await?;
    Ok(Importer { book: Arc::clone(&open.book), keys: open.keys.clone(), client, app })
}

/// Checks in the background whether TikTok still accepts the partner's sign-ins.
pub fn check_sign_ins(app: AppHandle, open: &Arc<OpenPartner>) {
    let partner = Arc::clone(open);
    open.spawn(async move {
        let check = async { importer(&partner).await?.check_sign_ins().await };
        match check.await {
            Ok(true) => tell(&app, Changed { what: vec![What::Users, What::Accounts] }),
            Ok(false) => {}
            // The next operation that needs the app, the secrets or the network reports what is missing.
            Err(problem) => tracing::info!(code = ?problem.code, "failed to check the sign-ins"),
        }
    });
}

/// # Errors
/// [`ProblemCode::ApiAddressInvalid`]; saved addresses were checked when they were saved.
pub fn parse_address(text: &str) -> Result<Url, Problem> {
    Url::parse(text).map_err(|_| Problem::new(ProblemCode::ApiAddressInvalid).about(text))
}

//! The open partner's access to TikTok: a client with the app that its settings name.

use std::sync::Arc;

use partner::facts::tiktok_app::TiktokApp;
use services::problem::{Problem, ProblemCode};
use services::secrets::{ExposeSecret, Origin, SecretString};
use services::tiktok::credentials::app_secret_key;
use services::tiktok::import::Importer;
use services::tiktok::sign_in::server_address;
use tauri::AppHandle;
use tiktok_business::urls::is_loopback;
use tiktok_business::{App as AppCredentials, Client, ClientSecret, Options};
use url::Url;

use super::background;
use super::open_partner::{OpenPartner, USER_AGENT};
use crate::events::{DataChanged, Topic, emit};

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
/// [`ProblemCode::SecretMissing`], [`ProblemCode::SecretForOtherServer`], the error of [`check_practice`], and when the secret
/// storage fails.
pub async fn connect_with(
    open: &OpenPartner,
    app: &TiktokApp,
    secret: Option<SecretString>,
) -> Result<(Client, AppCredentials), Problem> {
    check_practice(open, app)?;
    let api = parse_address(&app.api_address)?;
    let secret = match secret {
        Some(secret) => secret,
        None => {
            let stored =
                open.secrets.get_for(&Origin::of(&api), &app_secret_key(&open.book.partner().id)).await?;
            stored.ok_or_else(|| Problem::new(ProblemCode::SecretMissing))?
        }
    };
    let client = open.proxy.client(Options::new(api, USER_AGENT)).await?;
    let secret = ClientSecret::new(secret.expose_secret().to_owned());
    Ok((client, AppCredentials { id: app.app_id.clone(), secret }))
}

/// # Errors
/// [`ProblemCode::PracticeOnly`] if the practice partner would connect to another computer.
pub fn check_practice(open: &OpenPartner, app: &TiktokApp) -> Result<(), Problem> {
    let is_here = |address: &String| {
        server_address(address).is_some_and(|address| address.host_str().is_some_and(is_loopback))
    };
    match open.book.partner().practice && ![&app.api_address, &app.sign_in_address].into_iter().all(is_here) {
        true => Err(ProblemCode::PracticeOnly.into()),
        false => Ok(()),
    }
}

/// Returns an importer for the saved TikTok app.
///
/// # Errors
/// Fails with the errors of [`connect`], and when the book cannot be read.
pub async fn importer(open: &OpenPartner) -> Result<Importer, Problem> {
    let book = Arc::clone(&open.book);
    let settings = background::run(move || book.tiktok_app()).await??;
    let (client, app) = connect(open, &settings).await?;
    Ok(Importer { book: Arc::clone(&open.book), secrets: open.secrets.clone(), client, app })
}

/// Checks in the background whether TikTok still accepts the partner's sign-ins.
pub fn check_sign_ins(app: AppHandle, open: &Arc<OpenPartner>) {
    let partner = Arc::clone(open);
    open.spawn(async move {
        let check = async { importer(&partner).await?.check_sign_ins().await };
        match check.await {
            Ok(true) => {
                // A user who was marked as signed out may be connected after all.
                if let Ok(syncs) = partner.syncs()
                    && let Err(problem) = syncs.wake().await
                {
                    tracing::warn!(code = ?problem.code, "failed to wake syncs");
                }
                emit(&app, DataChanged { topics: vec![Topic::Users, Topic::Accounts] });
            }
            Ok(false) => {}
            // The next operation that needs the app, the secrets or the network reports what is missing.
            Err(problem) => tracing::info!(code = ?problem.code, "failed to check the sign-ins"),
        }
    });
}

/// # Errors
/// [`ProblemCode::ApiAddressInvalid`]; a saved address was checked when it was saved, but the file may come from anywhere.
pub fn parse_address(text: &str) -> Result<Url, Problem> {
    server_address(text).ok_or_else(|| Problem::new(ProblemCode::ApiAddressInvalid).about(text))
}

/// The first of the app's servers that is not TikTok's, as the window names it.
pub fn other_server(app: &TiktokApp) -> Option<String> {
    let own = TiktokApp::default();
    let addresses = [(&app.api_address, own.api_address), (&app.sign_in_address, own.sign_in_address)];
    let origin = |text: &str| server_address(text).map(|address| Origin::of(&address));
    let (used, _) = addresses.into_iter().find(|(used, own)| origin(used) != origin(own))?;
    Some(match server_address(used) {
        Some(address) if address.host_str().is_some_and(is_loopback) => "this computer".to_owned(),
        Some(address) => Origin::of(&address).to_string(),
        None => used.clone(),
    })
}

#[cfg(test)]
mod tests {
    use partner::Folder;

    use super::*;
    use crate::app::open_partner::tests::{of_book, open_partner};

    #[test]
    fn servers_other_than_tiktoks_are_named() {
        let app = |api: &str, sign_in: &str| TiktokApp {
            api_address: api.into(),
            sign_in_address: sign_in.into(),
            ..TiktokApp::default()
        };
        let (api, sign_in) = (TiktokApp::default().api_address, TiktokApp::default().sign_in_address);
        assert_eq!(other_server(&app(&api, &sign_in)), None);
        assert_eq!(other_server(&app("https://business-api.tiktok.com/open_api/v1.4", &sign_in)), None);
        let other = Some("https://evil.example:8443".to_owned());
        assert_eq!(other_server(&app("https://evil.example:8443/v1.3", &sign_in)), other);
        assert_eq!(other_server(&app(&api, "https://evil.example:8443/auth")), other);
        assert_eq!(other_server(&app("http://evil.example/v1", &sign_in)).unwrap(), "http://evil.example/v1");
        assert_eq!(other_server(&app("http://localhost:3000/v1", &sign_in)).unwrap(), "this computer");
    }

    #[test]
    fn the_practice_partner_connects_to_this_computer_only() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::at(dir.path());
        let here = TiktokApp {
            api_address: "http://127.0.0.1:3000/open_api/v1.3".into(),
            sign_in_address: "http://127.0.0.1:3000/portal/auth".into(),
            ..TiktokApp::default()
        };
        let mixed = TiktokApp { api_address: TiktokApp::default().api_address, ..here.clone() };
        let own = open_partner(&folder);
        let (file, book) = folder.practice("Practice partner").unwrap();
        let practice = of_book(&folder, file, book);
        for (app, code) in [
            (here, None),
            (mixed, Some(ProblemCode::PracticeOnly)),
            (TiktokApp::default(), Some(ProblemCode::PracticeOnly)),
        ] {
            check_practice(&own, &app).unwrap();
            assert_eq!(check_practice(&practice, &app).err().map(|problem| problem.code), code);
        }
    }

    #[tokio::test]
    async fn the_stored_app_secret_is_for_the_server_that_it_was_entered_for() {
        let dir = tempfile::tempdir().unwrap();
        let open = open_partner(&Folder::at(dir.path()));
        open.secrets.keep_in_memory().await;
        let app = TiktokApp { app_id: "7".into(), ..TiktokApp::default() };
        let origin = Origin::of(&parse_address(&app.api_address).unwrap());
        let key = app_secret_key(&open.book.partner().id);
        open.secrets.put_for(&origin, &key, &SecretString::from("the secret")).await.unwrap();
        assert_eq!(connect(&open, &app).await.unwrap().1.secret.secret(), "the secret");
        // As a file from elsewhere names it, or as it was just typed into Settings.
        let other = |address: &str| TiktokApp { api_address: address.into(), ..app.clone() };
        let evil = other("https://evil.example/open_api/v1.3");
        let refused = connect(&open, &evil).await.unwrap_err();
        assert_eq!(refused.code, ProblemCode::SecretForOtherServer);
        let entered = connect_with(&open, &evil, Some(SecretString::from("another"))).await.unwrap();
        assert_eq!(entered.1.secret.secret(), "another");
        let unencrypted = connect(&open, &other("http://business-api.tiktok.com/open_api/v1.3")).await;
        assert_eq!(unencrypted.unwrap_err().code, ProblemCode::ApiAddressInvalid);
    }
}

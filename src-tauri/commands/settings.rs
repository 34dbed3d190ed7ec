//! Settings: the partner's TikTok app.

use jiff::Timestamp;
use partner::facts::tiktok_app::TiktokApp as Saved;
use serde::{Deserialize, Serialize};
use services::problem::{Problem, ProblemCode};
use services::runtime::with_book;
use services::secrets::{Origin, SecretString};
use services::tiktok::connection_test::{self, TestStep};
use services::tiktok::credentials::app_secret_key;
use services::tiktok::sign_in::{AppForm, check, server_address};
use specta::Type;
use tauri::AppHandle;

use super::App;
use crate::app::background::in_book;
use crate::app::lock::locked;
use crate::app::tiktok::{check_practice, check_sign_ins, connect_with, parse_address};
use crate::events::{DataChanged, Topic, emit};

/// The partner's TikTok app as the screen shows it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TiktokApp {
    /// Empty until one is entered.
    pub app_id: String,
    /// Whether a secret is stored. The secret itself is never sent to the window.
    pub has_secret: bool,
    pub redirect_url: String,
    pub api_address: String,
    pub sign_in_address: String,
    /// The last successful test of what is saved, in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub tested_at: Option<i64>,
}

/// The partner's TikTok app as the admin enters it.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TiktokAppForm {
    pub app_id: String,
    /// `None` keeps the stored secret.
    pub secret: Option<String>,
    pub redirect_url: String,
    pub api_address: String,
    pub sign_in_address: String,
}

impl TiktokAppForm {
    fn app(&self) -> Saved {
        let trimmed = |text: &str| text.trim().to_owned();
        Saved {
            app_id: trimmed(&self.app_id),
            redirect_url: trimmed(&self.redirect_url),
            api_address: trimmed(&self.api_address).trim_end_matches('/').to_owned(),
            sign_in_address: trimmed(&self.sign_in_address),
        }
    }

    fn secret(&self) -> Option<SecretString> {
        let secret = self.secret.as_deref().map(str::trim).filter(|secret| !secret.is_empty());
        secret.map(SecretString::from)
    }
}

#[tauri::command]
#[specta::specta]
pub async fn tiktok_app(state: App<'_>) -> Result<TiktokApp, Problem> {
    let open = state.open_partner.current()?;
    let (saved, tested_at) =
        in_book(&state, |book| Ok((book.tiktok_app()?, book.tiktok_app_tested_at()?))).await?;
    // A keychain that fails is reported when the secret is needed.
    let key = app_secret_key(&open.book.partner().id);
    let secret = match server_address(&saved.api_address) {
        Some(api) => open.secrets.get_for(&Origin::of(&api), &key).await.ok().flatten(),
        None => None,
    };
    Ok(TiktokApp {
        app_id: saved.app_id,
        has_secret: secret.is_some(),
        redirect_url: saved.redirect_url,
        api_address: saved.api_address,
        sign_in_address: saved.sign_in_address,
        tested_at,
    })
}

/// Returns every error in the form, except a missing secret: checking for it would access the keychain at every keystroke.
#[tauri::command]
#[specta::specta]
pub async fn check_tiktok_app(form: TiktokAppForm) -> Vec<Problem> {
    problems(&form.app())
}

/// Saves a valid form.
#[tauri::command]
#[specta::specta]
pub async fn save_tiktok_app(
    app: AppHandle,
    state: App<'_>,
    form: TiktokAppForm,
) -> Result<TiktokApp, Problem> {
    let open = state.open_partner.current()?;
    let entered = form.app();
    if let Some(problem) = problems(&entered).into_iter().next() {
        return Err(problem);
    }
    check_practice(&open, &entered)?;
    let key = app_secret_key(&open.book.partner().id);
    let origin = Origin::of(&parse_address(&entered.api_address)?);
    let previous_api = in_book(&state, |book| book.tiktok_app()).await?.api_address;
    let secret = form.secret();
    let other_secret = secret.is_some();
    let save = with_book(&open.book, move |book| {
        if other_secret { book.save_tiktok_app_untested(&entered) } else { book.save_tiktok_app(&entered) }
    });
    match secret {
        Some(secret) => open.secrets.put_with(&origin, &key, Some(&secret), save).await?,
        None if open.secrets.get_for(&origin, &key).await?.is_none() => {
            return Err(ProblemCode::SecretMissing.into());
        }
        None => save.await?,
    }
    if server_address(&previous_api).map(|api| Origin::of(&api)) != Some(origin) {
        // Its token belongs to the previous server.
        *locked(&open.unfinished) = None;
    }
    open.syncs()?.wake().await?;
    check_sign_ins(app.clone(), &open);
    emit(&app, DataChanged { topics: vec![Topic::Settings] });
    tiktok_app(state).await
}

/// Tests the form without saving it. Records a success of what is saved.
#[tauri::command]
#[specta::specta]
pub async fn test_connection(state: App<'_>, form: TiktokAppForm) -> Result<Vec<TestStep>, Problem> {
    let open = state.open_partner.current()?;
    let entered = form.app();
    if let Some(problem) = problems(&entered).into_iter().next() {
        return Err(problem);
    }
    let secret = form.secret();
    let with_saved_secret = secret.is_none();
    let (client, keys) = connect_with(&open, &entered, secret).await?;
    let login_page = parse_address(&entered.sign_in_address)?;
    let steps = connection_test::test(&client, &keys, &login_page).await;
    if with_saved_secret && connection_test::passed(&steps) {
        let record = move |book: &partner::Book| book.record_tiktok_app_test(&entered, Timestamp::now());
        if let Err(problem) = with_book(&open.book, record).await {
            tracing::warn!(code = ?problem.code, "failed to record the test of the TikTok app");
        }
    }
    Ok(steps)
}

fn problems(app: &Saved) -> Vec<Problem> {
    let form = AppForm {
        app_id: &app.app_id,
        secret: None,
        redirect_url: &app.redirect_url,
        api_address: &app.api_address,
        sign_in_address: &app.sign_in_address,
    };
    check(form, true).into_iter().map(Problem::from).collect()
}

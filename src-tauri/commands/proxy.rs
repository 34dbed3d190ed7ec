//! Settings: the proxy of this computer.

use services::problem::{Problem, ProblemCode};
use services::tiktok::connection_test::{self, TestStep};
use tauri::AppHandle;
use tiktok_business::{Client, Options};

use super::App;
use crate::app::background::{in_book, run};
use crate::app::open_partner::USER_AGENT;
use crate::app::proxy::{ProxyForm, ProxySettings, system_client};
use crate::app::tiktok::parse_address;
use crate::events::{DataChanged, Topic, emit};

#[tauri::command]
#[specta::specta]
pub async fn proxy_settings(state: App<'_>) -> Result<ProxySettings, Problem> {
    Ok(state.proxy.settings())
}

#[tauri::command]
#[specta::specta]
pub async fn check_proxy(state: App<'_>, form: ProxyForm) -> Result<Vec<Problem>, Problem> {
    Ok(state.proxy.entered(&form).err().into_iter().collect())
}

/// Saves a valid form, and lets what waits for a connection try again.
#[tauri::command]
#[specta::specta]
pub async fn save_proxy(app: AppHandle, state: App<'_>, form: ProxyForm) -> Result<ProxySettings, Problem> {
    state.proxy.save(&state.secrets, form).await?;
    // The proxy is saved whatever becomes of the syncs, which also try again on their own.
    if let Ok(syncs) = state.open_partner.current().and_then(|open| open.syncs())
        && let Err(problem) = syncs.wake().await
    {
        tracing::warn!(%problem, "failed to wake the syncs");
    }
    emit(&app, DataChanged { topics: vec![Topic::Settings] });
    Ok(state.proxy.settings())
}

/// Tests whether the partner's TikTok addresses can be reached through the proxy in the form, without saving it.
#[tauri::command]
#[specta::specta]
pub async fn test_proxy(state: App<'_>, form: ProxyForm) -> Result<Vec<TestStep>, Problem> {
    if state.open_partner.current()?.book.partner().practice {
        return Err(ProblemCode::PracticeOnly.into());
    }
    let saved = in_book(&state, |book| book.tiktok_app()).await?;
    let options = Options::new(parse_address(&saved.api_address)?, USER_AGENT);
    let client = match state.proxy.entered(&form)? {
        Some(proxy) => {
            let options = Options { proxy: Some(proxy), ..options };
            run(move || Client::new(options)).await??
        }
        None => system_client(options).await?,
    };
    Ok(connection_test::addresses(&client, &parse_address(&saved.sign_in_address)?).await)
}

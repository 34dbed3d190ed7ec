//! TikTok Accounts: the list, its TikTok users, and links to TikTok's pages.

use partner::facts::objects::FactKind;
use partner::facts::users::TiktokUser;
use partner::ids::AdAccountId;
use partner::named::Named;
use partner::queries::account_page::AccountPage;
use partner::queries::accounts::AccountRow;
use partner::queries::facets::AccountFacets;
use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tiktok_business::{AdvertiserId, urls::payment_page};

use super::App;
use crate::app::background::{in_book, run};

/// TikTok's Payments page.
#[derive(Debug, Clone, Serialize, Type)]
pub struct PaymentPage {
    pub url: String,
    /// Whether the system browser was opened. It is not for the practice partner, whose ad accounts TikTok does not have.
    pub opened: bool,
}

#[tauri::command]
#[specta::specta]
pub async fn tiktok_users(state: App<'_>) -> Result<Vec<TiktokUser>, Problem> {
    in_book(&state, |book| book.tiktok_users()).await
}

/// Returns rows of the list.
#[tauri::command]
#[specta::specta]
pub async fn account_rows(state: App<'_>, ids: Vec<String>) -> Result<Vec<AccountRow>, Problem> {
    in_book(&state, move |book| book.account_rows(&ids)).await
}

/// Returns every ad account by name, for pickers.
#[tauri::command]
#[specta::specta]
pub async fn account_names(state: App<'_>) -> Result<Vec<Named>, Problem> {
    in_book(&state, |book| book.account_names()).await
}

/// Returns the filters of the list, with counts.
#[tauri::command]
#[specta::specta]
pub async fn account_facets(state: App<'_>) -> Result<AccountFacets, Problem> {
    in_book(&state, |book| book.account_facets()).await
}

/// Returns an ad account's own page, without its lists.
#[tauri::command]
#[specta::specta]
pub async fn account_page(state: App<'_>, id: AdAccountId) -> Result<Option<AccountPage>, Problem> {
    in_book(&state, move |book| book.account_page(&id)).await
}

/// Returns the JSON of a campaign, ad group, ad or audience as TikTok returned it.
#[tauri::command]
#[specta::specta]
pub async fn raw_json(
    state: App<'_>,
    kind: FactKind,
    ad_account: AdAccountId,
    id: String,
) -> Result<Option<String>, Problem> {
    in_book(&state, move |book| book.raw_json(kind, &ad_account, &id)).await
}

/// Opens the ad account's Payments page (R5, A25).
#[tauri::command]
#[specta::specta]
pub async fn add_payment(state: App<'_>, id: String) -> Result<PaymentPage, Problem> {
    let open = state.open_partner.current()?;
    let wanted = id.clone();
    let owner = in_book(&state, move |book| book.owner_bc_of(&wanted)).await?;
    let account: AdvertiserId = id.parse().map_err(Problem::internal)?;
    let url = payment_page(&account, owner.as_deref()).map_err(Problem::internal)?.to_string();
    if open.book.partner().practice {
        return Ok(PaymentPage { url, opened: false });
    }
    let address = url.clone();
    run(move || open::that_detached(address))
        .await?
        .map_err(|error| Problem::new(ProblemCode::BrowserMissing).about(&url).because(error))?;
    Ok(PaymentPage { url, opened: true })
}

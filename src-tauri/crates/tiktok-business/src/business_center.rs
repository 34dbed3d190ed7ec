//! Business Centers, and the balances of their ad accounts. Source: `tiktok-api.md` 3.9 and 3.11.

use compact_str::CompactString;
use serde::Deserialize;

use crate::{
    AccessToken, BusinessCenterId, Client, Error, Json, Page,
    column::read,
    listing::{Listing, Part},
    row::{Row, row},
};

type Text = Option<CompactString>;

const PAGE_SIZE: u32 = 50;

/// A Business Center that the TikTok user belongs to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BusinessCenter {
    /// The Business Center.
    #[serde(rename = "bc_info")]
    pub info: BusinessCenterInfo,
    /// What the user may do there: `ADMIN`, `STANDARD`.
    #[serde(default, deserialize_with = "read")]
    pub user_role: Text,
    /// The whole row, `ext_user_role` included.
    #[serde(skip)]
    pub json: Json,
}

/// The Business Center itself, within [`BusinessCenter`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct BusinessCenterInfo {
    /// Its id.
    #[serde(rename = "bc_id", deserialize_with = "read")]
    pub id: BusinessCenterId,
    /// Its name.
    #[serde(default, deserialize_with = "read")]
    pub name: Text,
    /// The company behind it.
    #[serde(default, deserialize_with = "read")]
    pub company: Text,
    /// ISO 4217.
    #[serde(default, deserialize_with = "read")]
    pub currency: Text,
    /// ISO 3166-1, two letters.
    #[serde(default, deserialize_with = "read")]
    pub registered_area: Text,
    /// `REVIEWING`, `DENY`, `ENABLE`, `PUNISH`.
    #[serde(default, deserialize_with = "read")]
    pub status: Text,
    /// IANA.
    #[serde(default, deserialize_with = "read")]
    pub timezone: Text,
    /// `NORMAL`, `DIRECT`, `AGENCY`, …
    #[serde(rename = "type", default, deserialize_with = "read")]
    pub center_type: Text,
}

impl Row for BusinessCenter {
    const ENDPOINT: &'static str = "bc/get/";
    const ID: &'static str = "bc_id";

    fn key(&self) -> &str {
        self.info.id.as_str()
    }

    fn keep(&mut self, json: Json) {
        self.json = json;
    }
}

row! {
    /// What an ad account of a Business Center has left, in its currency.
    Balance at "advertiser/balance/get/" "advertiser_account_list" {
        AdvertiserId = "advertiser_id",
    }
    /// The ad account's name.
    name: Text = "advertiser_name",
    /// `SHOW_ACCOUNT_STATUS_APPROVED` and others.
    status: Text = "advertiser_status",
    /// ISO 4217.
    currency: Text = "currency",
    /// All.
    balance: Option<f64> = "account_balance",
    /// What of it can be spent.
    valid_balance: Option<f64> = "valid_account_balance",
    /// What of it is held back.
    frozen_balance: Option<f64> = "frozen_balance",
    /// `UNLIMITED`, `MONTHLY_BUDGET`, …
    budget_mode: Text = "budget_mode",
    /// Zero without one.
    budget: Option<f64> = "budget",
    /// What of the budget is spent.
    budget_cost: Option<f64> = "budget_cost",
}

impl Client {
    /// Every Business Center that the TikTok user belongs to: v1.3 `GET /bc/get/`.
    ///
    /// # Errors
    /// The first one ends the call.
    pub async fn business_centers(&self, token: &AccessToken) -> Result<Page<BusinessCenter>, Error> {
        Listing::new(self, token, vec![Part { page_size: PAGE_SIZE, query: Vec::new() }]).all().await
    }

    /// The balance of every ad account of a Business Center: v1.3 `GET /advertiser/balance/get/`. The TikTok user has
    /// to be Finance Manager or Analyst there.
    ///
    /// # Errors
    /// The first one ends the call.
    pub async fn balances(
        &self,
        token: &AccessToken,
        business_center: &BusinessCenterId,
    ) -> Result<Page<Balance>, Error> {
        let query = vec![("bc_id", business_center.to_string())];
        Listing::new(self, token, vec![Part { page_size: PAGE_SIZE, query }]).all().await
    }
}

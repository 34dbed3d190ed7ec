//! Custom audiences. Source: `tiktok-api.md` 3.6.

use compact_str::CompactString;
use serde::Deserialize;
use serde_json::json;

use crate::{
    AccessToken, AdvertiserId, AudienceId, Client, Error, Json, Page,
    column::read,
    listing::{Listing, Part},
    row::{Row, row},
};

type Text = Option<CompactString>;

/// Rows of one page, and ids of one request, at most.
const PAGE_SIZE: u32 = 100;

row! {
    /// A custom audience. There is no status: what it is good for follows from `is_valid` and `size`. Its times are said to
    /// be UTC, yet TikTok's own examples differ by hours.
    Audience at "dmp/custom_audience/list/" "list" {
        AudienceId = "audience_id",
    }
    /// Its name.
    name: Text = "name",
    /// `Customer File Audience`, `Lookalike Audience`, …
    audience_type: Text = "audience_type",
    /// How its members were matched; for customer files only.
    calculate_type: Text = "calculate_type",
    /// Matched users: `cover_num`.
    size: Option<i64> = "cover_num",
    /// False while it is computed, and after it expired.
    is_valid: Option<bool> = "is_valid",
    /// Within 60 days.
    is_expiring: Option<bool> = "is_expiring",
    /// Shared to this account, or by it.
    shared: Option<bool> = "shared",
    /// This account made it.
    is_creator: Option<bool> = "is_creator",
    /// When it was made.
    create_time: Text = "create_time",
    /// When it expires.
    expired_time: Text = "expired_time",
}

/// What TikTok tells of a single audience.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AudienceDetails {
    /// The audience.
    #[serde(rename = "audience_details")]
    pub audience: AudienceDetail,
    /// The whole row, `audience_history` included.
    #[serde(skip)]
    pub json: Json,
}

/// The audience itself, within [`AudienceDetails`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct AudienceDetail {
    /// Its id.
    #[serde(rename = "audience_id", deserialize_with = "read")]
    pub id: AudienceId,
    /// Its name.
    #[serde(default, deserialize_with = "read")]
    pub name: Text,
    /// As [`Audience::audience_type`].
    #[serde(rename = "type", default, deserialize_with = "read")]
    pub audience_type: Text,
    /// `NORMAL` or `REACH_FREQUENCY`.
    #[serde(default, deserialize_with = "read")]
    pub audience_sub_type: Text,
    /// Matched users.
    #[serde(rename = "cover_num", default, deserialize_with = "read")]
    pub size: Option<i64>,
    /// False while it is computed, and after it expired.
    #[serde(default, deserialize_with = "read")]
    pub is_valid: Option<bool>,
    /// Computed again every day.
    #[serde(default, deserialize_with = "read")]
    pub is_auto_refresh: Option<bool>,
    /// The ad account that made it.
    #[serde(default, deserialize_with = "read")]
    pub owner_id: Text,
    /// A remark of TikTok's.
    #[serde(default, deserialize_with = "read")]
    pub msg: Text,
    /// Why it is not valid.
    #[serde(default, deserialize_with = "read")]
    pub error_msg: Text,
    /// Who belongs to it: JSON in a text.
    #[serde(default, deserialize_with = "read")]
    pub rule: Text,
}

impl Row for AudienceDetails {
    const ENDPOINT: &'static str = "dmp/custom_audience/get/";
    const ID: &'static str = "audience_id";

    fn key(&self) -> &str {
        self.audience.id.as_str()
    }

    fn keep(&mut self, json: Json) {
        self.json = json;
    }
}

impl Client {
    /// All custom audiences of an ad account: v1.3 `GET /dmp/custom_audience/list/`. Deleted ones vanish from it.
    pub fn audiences(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Audience> {
        let query = vec![("advertiser_id", advertiser.to_string())];
        Listing::new(self, token, vec![Part { page_size: PAGE_SIZE, query }])
    }

    /// Details of any number of audiences, 100 to a request: v1.3 `GET /dmp/custom_audience/get/`.
    ///
    /// # Errors
    /// The first one ends the call.
    pub async fn audience_details(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids: &[AudienceId],
    ) -> Result<Page<AudienceDetails>, Error> {
        let mut found = Page::default();
        for ids in ids.chunks(PAGE_SIZE as usize) {
            let ids = json!(ids).to_string();
            let query = [("advertiser_id", advertiser.as_str()), ("custom_audience_ids", &ids)];
            found.append(self.rows(token, &query).await?);
        }
        Ok(found)
    }
}

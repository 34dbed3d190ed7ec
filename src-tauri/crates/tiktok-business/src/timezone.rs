//! Time zones that a new ad account can have. Source: `tiktok-api.md` 3.10.

use compact_str::CompactString;
use serde::Deserialize;

use crate::{AccessToken, AdvertiserId, Client, Error, Json, Page, column::read, row::Row};

/// A time zone of TikTok's. There is no daylight saving.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Timezone {
    /// IANA: `Pacific/Auckland`.
    #[serde(rename = "timezone")]
    pub name: CompactString,
    /// `GMT+12:00`.
    #[serde(default, deserialize_with = "read")]
    pub gmt_offset: Option<CompactString>,
}

impl Row for Timezone {
    const ENDPOINT: &'static str = "tool/timezone/";
    const LIST: &'static str = "timezones";
    const ID: &'static str = "timezone";

    fn key(&self) -> &str {
        &self.name
    }

    fn keep(&mut self, _: Json) {}
}

impl Client {
    /// Time zones: v1.3 `GET /tool/timezone/`, for which any ad account will do.
    ///
    /// # Errors
    /// All that a network can do.
    pub async fn timezones(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
    ) -> Result<Page<Timezone>, Error> {
        self.rows(token, &[("advertiser_id", advertiser.as_str())]).await
    }
}

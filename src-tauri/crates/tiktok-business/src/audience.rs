//! Custom audiences. Source: `docs/tiktok-api.md`, section "3.6 Custom audiences".

use crate::{AccessToken, AdvertiserId, AudienceId, Client, Listing, listing::Query, row::row};

const MAX_PAGE_SIZE: u32 = 100;

row! {
    /// TikTok has no status for audiences: `is_valid`, `is_expiring` and `size` say whether one can be used. Its times are
    /// documented as UTC, but TikTok's own examples differ by hours.
    Audience from "dmp/custom_audience/list/"
    required {
        id: AudienceId = "audience_id",
    }
    optional {
        name: Option<String> = "name",
        audience_type: Option<String> = "audience_type",
        /// The number of matched users.
        size: Option<i64> = "cover_num",
        /// False while TikTok processes the audience and after it expired.
        is_valid: Option<bool> = "is_valid",
        /// Whether it expires within 60 days.
        is_expiring: Option<bool> = "is_expiring",
        /// Whether it is shared, by this ad account or with it.
        shared: Option<bool> = "shared",
        /// Whether this ad account created it.
        is_creator: Option<bool> = "is_creator",
        create_time: Option<String> = "create_time",
        expired_time: Option<String> = "expired_time",
    }
}

impl Client {
    /// Lists an ad account's audiences without deleted ones, which TikTok no longer returns.
    pub fn audiences(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Audience> {
        let parameters = vec![("advertiser_id", advertiser.to_string())];
        Listing::new(self, token, vec![Query { page_size: MAX_PAGE_SIZE, parameters }])
    }
}

//! Campaigns, their ad groups, and the ads in these.
//!
//! Times are `YYYY-MM-DD HH:MM:SS` in UTC, amounts of money in the ad account's currency. Lists include deleted objects
//! and those bought as TopView. Values of the statuses: `docs/tiktok-api.md`, section "3.5 Statuses".

use serde_json::{Value, json};

use crate::{
    AccessToken, AdGroupId, AdId, AdvertiserId, CampaignId, Client, Listing, listing::Query, row::row,
};

const MAX_PAGE_SIZE: u32 = 1000;
/// TikTok's maximum for ad groups bought as TopView.
const TOP_VIEW_AD_GROUPS_PAGE_SIZE: u32 = 100;

row! {
    /// Source: `docs/tiktok-api.md`, section "3.2 `GET /campaign/get/`".
    Campaign from "campaign/get/"
    required {
        id: CampaignId = "campaign_id",
    }
    optional {
        name: Option<String> = "campaign_name",
        /// What the advertiser set: `ENABLE`, `DISABLE`, `DELETE`.
        operation_status: Option<String> = "operation_status",
        /// Whether it delivers, and why not: `CAMPAIGN_STATUS_ENABLE` and many others.
        secondary_status: Option<String> = "secondary_status",
        objective_type: Option<String> = "objective_type",
        /// Zero if there is none.
        budget: Option<f64> = "budget",
        budget_mode: Option<String> = "budget_mode",
        create_time: Option<String> = "create_time",
        modify_time: Option<String> = "modify_time",
    }
}

row! {
    /// Source: `docs/tiktok-api.md`, section "3.3 `GET /adgroup/get/`".
    AdGroup from "adgroup/get/"
    required {
        id: AdGroupId = "adgroup_id",
        campaign_id: CampaignId = "campaign_id",
    }
    optional {
        name: Option<String> = "adgroup_name",
        operation_status: Option<String> = "operation_status",
        secondary_status: Option<String> = "secondary_status",
        /// Zero if the campaign has the budget.
        budget: Option<f64> = "budget",
        budget_mode: Option<String> = "budget_mode",
        optimization_goal: Option<String> = "optimization_goal",
        bid_type: Option<String> = "bid_type",
        /// Zero if there is none.
        bid_price: Option<f64> = "bid_price",
        /// Zero if there is none.
        conversion_bid_price: Option<f64> = "conversion_bid_price",
        schedule_start_time: Option<String> = "schedule_start_time",
        /// Ten years ahead for an ad group without an end.
        schedule_end_time: Option<String> = "schedule_end_time",
        create_time: Option<String> = "create_time",
        modify_time: Option<String> = "modify_time",
    }
}

row! {
    /// Source: `docs/tiktok-api.md`, section "3.4 `GET /ad/get/`".
    Ad from "ad/get/"
    required {
        id: AdId = "ad_id",
        ad_group_id: AdGroupId = "adgroup_id",
        campaign_id: CampaignId = "campaign_id",
    }
    optional {
        name: Option<String> = "ad_name",
        operation_status: Option<String> = "operation_status",
        secondary_status: Option<String> = "secondary_status",
        format: Option<String> = "ad_format",
        text: Option<String> = "ad_text",
        /// The brand that the ad shows.
        display_name: Option<String> = "display_name",
        call_to_action: Option<String> = "call_to_action",
        landing_page_url: Option<String> = "landing_page_url",
        video_id: Option<String> = "video_id",
        /// The ad's images, or the cover of its video. They contain `/`.
        image_ids: Vec<String> = "image_ids",
        create_time: Option<String> = "create_time",
        /// Some Smart+ ads have none.
        modify_time: Option<String> = "modify_time",
    }
}

impl Client {
    pub fn campaigns(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Campaign> {
        Listing::new(self, token, queries(advertiser, MAX_PAGE_SIZE))
    }

    pub fn ad_groups(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<AdGroup> {
        Listing::new(self, token, queries(advertiser, TOP_VIEW_AD_GROUPS_PAGE_SIZE))
    }

    pub fn ads(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Ad> {
        Listing::new(self, token, queries(advertiser, MAX_PAGE_SIZE))
    }
}

/// TikTok omits deleted objects and TopView unless asked for them, and TopView needs a query of its own. The other buying
/// types are named, because sources disagree on the default.
fn queries(advertiser: &AdvertiserId, top_view_page_size: u32) -> Vec<Query> {
    let query = |page_size, filtering: Value| Query {
        page_size,
        parameters: vec![
            ("advertiser_id", advertiser.to_string()),
            ("filtering", filtering.to_string()),
            // A third of an ad group is nulls.
            ("exclude_field_types_in_response", json!(["NULL_FIELD"]).to_string()),
        ],
    };
    let bought_as = |types: Value| json!({ "primary_status": "STATUS_ALL", "buying_types": types });
    vec![
        query(MAX_PAGE_SIZE, bought_as(json!(["AUCTION", "RESERVATION_RF"]))),
        query(top_view_page_size, bought_as(json!(["RESERVATION_TOP_VIEW"]))),
    ]
}

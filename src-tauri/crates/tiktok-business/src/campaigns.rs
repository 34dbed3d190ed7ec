//! Campaigns, their ad groups, and the ads in these.
//!
//! Times are `YYYY-MM-DD HH:MM:SS` in UTC, amounts of money in the ad account's currency. Lists include deleted objects
//! and those bought as TopView. Values of the statuses: `docs/tiktok-api.md`, section "3.5 Statuses".

use compact_str::CompactString;
use serde_json::{Value, json};

use crate::{
    AccessToken, AdGroupId, AdId, AdvertiserId, CampaignId, Client, Listing, listing::Query, row::row,
};

type Text = Option<CompactString>;

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
        name: Text = "campaign_name",
        /// What the advertiser set: `ENABLE`, `DISABLE`, `DELETE`.
        operation_status: Text = "operation_status",
        /// Whether it delivers, and why not: `CAMPAIGN_STATUS_ENABLE` and many others.
        secondary_status: Text = "secondary_status",
        objective_type: Text = "objective_type",
        /// Zero if there is none.
        budget: Option<f64> = "budget",
        budget_mode: Text = "budget_mode",
        create_time: Text = "create_time",
        modify_time: Text = "modify_time",
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
        name: Text = "adgroup_name",
        operation_status: Text = "operation_status",
        secondary_status: Text = "secondary_status",
        /// Zero if the campaign has the budget.
        budget: Option<f64> = "budget",
        budget_mode: Text = "budget_mode",
        optimization_goal: Text = "optimization_goal",
        bid_type: Text = "bid_type",
        /// Zero if there is none.
        bid_price: Option<f64> = "bid_price",
        /// Zero if there is none.
        conversion_bid_price: Option<f64> = "conversion_bid_price",
        schedule_start_time: Text = "schedule_start_time",
        /// Ten years ahead for an ad group without an end.
        schedule_end_time: Text = "schedule_end_time",
        create_time: Text = "create_time",
        modify_time: Text = "modify_time",
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
        name: Text = "ad_name",
        operation_status: Text = "operation_status",
        secondary_status: Text = "secondary_status",
        format: Text = "ad_format",
        text: Text = "ad_text",
        /// The brand that the ad shows.
        display_name: Text = "display_name",
        call_to_action: Text = "call_to_action",
        landing_page_url: Text = "landing_page_url",
        video_id: Text = "video_id",
        /// The ad's images, or the cover of its video. They contain `/`.
        image_ids: Vec<CompactString> = "image_ids",
        create_time: Text = "create_time",
        /// Some Smart+ ads have none.
        modify_time: Text = "modify_time",
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

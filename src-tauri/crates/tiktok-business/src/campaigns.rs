//! What runs on TikTok: campaigns, their ad groups, and the ads in them.
//!
//! Times are `YYYY-MM-DD HH:MM:SS` in UTC, money is in the ad account's currency. Columns that TikTok left out or wrote as
//! null are `None`. Source: `tiktok-api.md` 3.2 to 3.5.

use compact_str::CompactString;
use serde_json::{Value, json};

use crate::{
    AccessToken, AdvertiserId, Client,
    listing::{Listing, Part},
    row::row,
};

type Text = Option<CompactString>;

/// Rows of one page, at most.
const PAGE_SIZE: u32 = 1000;
const TOP_VIEW_AD_GROUPS: u32 = 100;

row! {
    /// A campaign.
    Campaign at "campaign/get/" "list" {
        CampaignId = "campaign_id",
    }
    /// Its name.
    name: Text = "campaign_name",
    /// What the advertiser set: `ENABLE`, `DISABLE`, `DELETE`.
    operation_status: Text = "operation_status",
    /// What is so: `CAMPAIGN_STATUS_ENABLE` and many others.
    secondary_status: Text = "secondary_status",
    /// `TRAFFIC`, `WEB_CONVERSIONS`, …
    objective_type: Text = "objective_type",
    /// `REGULAR_CAMPAIGN`, …
    campaign_type: Text = "campaign_type",
    /// Zero without one.
    budget: Option<f64> = "budget",
    /// `BUDGET_MODE_DAY`, `BUDGET_MODE_TOTAL`, `BUDGET_MODE_INFINITE`, …
    budget_mode: Text = "budget_mode",
    /// When it was made.
    create_time: Text = "create_time",
    /// When it was last changed.
    modify_time: Text = "modify_time",
}

row! {
    /// An ad group.
    AdGroup at "adgroup/get/" "list" {
        AdGroupId = "adgroup_id",
        /// Its campaign.
        campaign_id: CampaignId = "campaign_id",
    }
    /// Its name.
    name: Text = "adgroup_name",
    /// `ENABLE`, `DISABLE`, `DELETE`, `FROZEN`.
    operation_status: Text = "operation_status",
    /// `ADGROUP_STATUS_DELIVERY_OK` and many others.
    secondary_status: Text = "secondary_status",
    /// Zero where the campaign has it.
    budget: Option<f64> = "budget",
    /// As a campaign's.
    budget_mode: Text = "budget_mode",
    /// `CLICK`, `CONVERT`, …
    optimization_goal: Text = "optimization_goal",
    /// What is paid for: `CPC`, `OCPM`, …
    billing_event: Text = "billing_event",
    /// `BID_TYPE_NO_BID`, `BID_TYPE_CUSTOM`, …
    bid_type: Text = "bid_type",
    /// Zero without one.
    bid_price: Option<f64> = "bid_price",
    /// Zero without one.
    conversion_bid_price: Option<f64> = "conversion_bid_price",
    /// `SCHEDULE_START_END`, or `SCHEDULE_FROM_NOW`, whose end is ten years ahead.
    schedule_type: Text = "schedule_type",
    /// When it begins.
    schedule_start_time: Text = "schedule_start_time",
    /// When it ends.
    schedule_end_time: Text = "schedule_end_time",
    /// When it was made.
    create_time: Text = "create_time",
    /// When it was last changed.
    modify_time: Text = "modify_time",
}

row! {
    /// An ad.
    Ad at "ad/get/" "list" {
        AdId = "ad_id",
        /// Its ad group.
        ad_group_id: AdGroupId = "adgroup_id",
        /// Its campaign.
        campaign_id: CampaignId = "campaign_id",
    }
    /// Its name.
    name: Text = "ad_name",
    /// `ENABLE`, `DISABLE`, `DELETE`, `FROZEN`.
    operation_status: Text = "operation_status",
    /// `AD_STATUS_DELIVERY_OK` and many others.
    secondary_status: Text = "secondary_status",
    /// `SINGLE_VIDEO`, `SINGLE_IMAGE`, `CAROUSEL_ADS`, …
    format: Text = "ad_format",
    /// What it says.
    text: Text = "ad_text",
    /// The brand it shows.
    display_name: Text = "display_name",
    /// `LEARN_MORE`, …
    call_to_action: Text = "call_to_action",
    /// Where a click leads.
    landing_page_url: Text = "landing_page_url",
    /// Its video, if it has one.
    video_id: Text = "video_id",
    /// Its pictures, or the video's cover. They contain `/`.
    image_ids: Vec<CompactString> = "image_ids",
    /// When it was made.
    create_time: Text = "create_time",
    /// When it was last changed; some Smart+ ads have none.
    modify_time: Text = "modify_time",
}

impl Client {
    /// All campaigns of an ad account, deleted ones and TopView's included: v1.3 `GET /campaign/get/`.
    pub fn campaigns(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Campaign> {
        Listing::new(self, token, parts(advertiser, PAGE_SIZE))
    }

    /// All ad groups of an ad account, deleted ones and TopView's included: v1.3 `GET /adgroup/get/`.
    pub fn ad_groups(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<AdGroup> {
        Listing::new(self, token, parts(advertiser, TOP_VIEW_AD_GROUPS))
    }

    /// All ads of an ad account, deleted ones and TopView's included: v1.3 `GET /ad/get/`.
    pub fn ads(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Ad> {
        Listing::new(self, token, parts(advertiser, PAGE_SIZE))
    }
}

/// TikTok leaves out what is deleted, and TopView, unless asked; TopView must be asked for alone.
fn parts(advertiser: &AdvertiserId, top_view_page_size: u32) -> Vec<Part> {
    let part = |page_size, filtering: Value| Part {
        page_size,
        query: vec![
            ("advertiser_id", advertiser.to_string()),
            ("filtering", filtering.to_string()),
            // A third of an ad group is nulls.
            ("exclude_field_types_in_response", json!(["NULL_FIELD"]).to_string()),
        ],
    };
    let top_view = json!({ "primary_status": "STATUS_ALL", "buying_types": ["RESERVATION_TOP_VIEW"] });
    vec![part(PAGE_SIZE, json!({ "primary_status": "STATUS_ALL" })), part(top_view_page_size, top_view)]
}

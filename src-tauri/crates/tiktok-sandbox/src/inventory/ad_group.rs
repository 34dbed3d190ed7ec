//! Ad groups, as in `GET /adgroup/get/`.

use super::account_view::AccountView;
use super::campaign::Campaign;
use super::fields::AD_GROUP_FIELDS;
use super::kind::ObjectKind;
use super::listed::{ListedObject, ObjectBase};
use super::row::RowWriter;
use super::{status, time};

const TEN_YEARS: i64 = 3650 * time::DAY;

pub(crate) struct AdGroup<'a> {
    pub campaign: Campaign<'a>,
    base: ObjectBase<'a>,
    pub operation_status: &'a str,
}

impl AdGroup<'_> {
    pub(crate) fn optimization_goal(&self) -> &'static str {
        match self.campaign.objective {
            "TRAFFIC" | "RF_TRAFFIC" => "CLICK",
            "REACH" | "RF_REACH" | "TOPVIEW_REACH" => "REACH",
            "VIDEO_VIEWS" | "RF_VIDEO_VIEW" => "VIDEO_VIEW",
            "LEAD_GENERATION" => "LEAD_GENERATION",
            "APP_PROMOTION" | "APP_INSTALL" => "INSTALL",
            _ => "CONVERT",
        }
    }

    pub(crate) fn promotion_type(&self) -> &'static str {
        match self.campaign.objective {
            "APP_PROMOTION" | "APP_INSTALL" => "APP_ANDROID",
            "LEAD_GENERATION" => "LEAD_GENERATION",
            _ => "WEBSITE",
        }
    }

    pub(crate) fn billing_event(&self) -> &'static str {
        match self.optimization_goal() {
            "CLICK" => "CPC",
            "REACH" => "CPM",
            "VIDEO_VIEW" => "CPV",
            _ => "OCPM",
        }
    }

    pub(crate) fn material_mode(&self) -> &'static str {
        if self.campaign.is_smart() { "SMART_CREATIVE" } else { "CUSTOM" }
    }

    pub(crate) fn bid_type(&self) -> &'static str {
        if self.base.index.is_multiple_of(3) { "BID_TYPE_CUSTOM" } else { "BID_TYPE_NO_BID" }
    }

    fn write_audiences(&self, row: &mut RowWriter<'_>, number: u64) {
        let audiences = u64::from(self.base.view.initial(ObjectKind::Audience));
        let id = number.checked_rem(audiences).filter(|_| number % 5 < 2);
        let id = id
            .and_then(|index| u32::try_from(index).ok())
            .map(|index| self.base.view.id(ObjectKind::Audience, index));
        match id {
            Some(id) => row.texts("audience_ids", &[&id.to_string()]),
            None => row.raw("audience_ids", "[]"),
        }
    }
}

impl<'a> ListedObject<'a> for AdGroup<'a> {
    const KIND: ObjectKind = ObjectKind::AdGroup;
    const FIELDS: &'static [&'static str] = AD_GROUP_FIELDS;

    fn at(view: &'a AccountView, index: u32) -> Option<AdGroup<'a>> {
        if view.is_removed(Self::KIND, index) {
            return None;
        }
        let campaign = Campaign::at(view, view.parent(Self::KIND, index, ObjectKind::Campaign))?;
        let overridden = |field| view.overridden_text(Self::KIND, index, field);
        let mut rng = view.rng(Self::KIND, index);
        let state = rng.below(100);
        let operation_status = overridden("operation_status").unwrap_or(match state {
            0..10 => "DISABLE",
            10..14 => "DELETE",
            14 => "FROZEN",
            _ => "ENABLE",
        });
        let is_reserved = campaign.base().buying_type != "AUCTION";
        let own: &'a str = overridden("secondary_status").unwrap_or_else(|| match (state, is_reserved) {
            (15..45, false) => rng.pick(status::AD_GROUP_NOT_DELIVERY),
            (45..50, false) => rng.pick(status::AD_GROUP_DELIVERY_OK),
            (50..58, false) => status::AD_GROUP_TIME_DONE[0],
            (15..35, true) => rng.pick(status::AD_GROUP_RF_NOT_DELIVERY),
            (35..58, true) => rng.pick(status::AD_GROUP_RF_CLOSED),
            (58..68, true) => rng.pick(status::AD_GROUP_RF_TIME_DONE),
            _ => "ADGROUP_STATUS_DELIVERY_OK",
        });
        let secondary_status = match (operation_status, view.condition.inherited_status(Self::KIND)) {
            _ if campaign.is_deleted() => "ADGROUP_STATUS_CAMPAIGN_DELETE",
            ("DELETE", _) => "ADGROUP_STATUS_DELETE",
            (_, Some(inherited)) => inherited,
            _ if campaign.operation_status == "DISABLE" => "ADGROUP_STATUS_CAMPAIGN_DISABLE",
            ("DISABLE", _) => "ADGROUP_STATUS_DISABLE",
            ("FROZEN", _) => "ADGROUP_STATUS_FROZEN",
            _ if campaign.base().secondary_status == "CAMPAIGN_STATUS_BUDGET_EXCEED" => {
                "ADGROUP_STATUS_CAMPAIGN_EXCEED"
            }
            _ => own,
        };
        let ObjectBase { buying_type, origin, .. } = *campaign.base();
        let base = ObjectBase { view, index, rng, secondary_status, buying_type, origin };
        Some(AdGroup { campaign, base, operation_status })
    }

    fn base(&self) -> &ObjectBase<'a> {
        &self.base
    }

    fn write(&self, row: &mut RowWriter<'_>) {
        let mut rng = self.base.rng.clone();
        let (kind, number) = (rng.below(100), rng.next());
        let created = self.created();
        let from_now = kind < 60;
        row.text("budget_mode", if kind < 70 { "BUDGET_MODE_DAY" } else { "BUDGET_MODE_TOTAL" });
        row.money("budget", 2_000 + number % 500 * 100);
        row.id("adgroup_id", self.id());
        row.id("campaign_id", self.campaign.id());
        row.id("advertiser_id", self.base.view.account);
        row.lazy_text("adgroup_name", || self.name());
        row.lazy_text("campaign_name", || self.campaign.name());
        row.text("operation_status", self.operation_status);
        row.text("secondary_status", self.base.secondary_status);
        row.time("create_time", created);
        row.time("modify_time", created + (number % (40 * time::DAY as u64)) as i64);
        row.text("schedule_type", if from_now { "SCHEDULE_FROM_NOW" } else { "SCHEDULE_START_END" });
        row.time("schedule_start_time", created + 3600);
        let length = if from_now { TEN_YEARS } else { 30 * time::DAY };
        row.time("schedule_end_time", created + 3600 + length);
        row.text("dayparting", if kind % 10 == 0 { OFFICE_HOURS } else { ALWAYS });
        if kind % 20 == 7 {
            row.null("placements");
        } else {
            row.texts("placements", &["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"][..1 + kind as usize % 2]);
        }
        row.text("placement_type", "PLACEMENT_TYPE_NORMAL");
        // Documented as a boolean, but recorded responses contain 0.
        row.raw("skip_learning_phase", if kind < 50 { "0" } else { "false" });
        row.optional_text("category_id", (kind % 10 < 8).then_some("0"));
        row.text("promotion_type", self.promotion_type());
        row.text("optimization_goal", self.optimization_goal());
        row.text("billing_event", self.billing_event());
        row.text("creative_material_mode", self.material_mode());
        row.text("bid_type", self.bid_type());
        let bid = if self.bid_type() == "BID_TYPE_CUSTOM" { number % 700 } else { 0 };
        row.money("bid_price", bid);
        for field in ["conversion_bid_price", "deep_cpa_bid", "scheduled_budget"] {
            row.number(field, 0);
        }
        row.text("bid_display_mode", "CPMV");
        row.text("pacing", "PACING_MODE_SMOOTH");
        row.text("gender", "GENDER_UNLIMITED");
        row.text("brand_safety_type", "NO_BRAND_SAFETY");
        row.text("ios14_quota_type", "UNOCCUPIED");
        row.texts("location_ids", &[["6252001", "1880251", "2921044"][kind as usize % 3]]);
        row.texts("operating_systems", &["ANDROID"]);
        if kind < 40 {
            row.texts("age_groups", &["AGE_18_24", "AGE_25_34"]);
        } else {
            row.null("age_groups");
        }
        self.write_audiences(row, number);
        for field in EMPTY_LISTS {
            row.raw(field, "[]");
        }
        for field in FALSE_FLAGS {
            row.flag(field, false);
        }
        if self.base.buying_type == "AUCTION" {
            row.null("frequency");
            row.null("frequency_schedule");
        } else {
            row.number("frequency", 1 + number % 4);
            row.number("frequency_schedule", 7);
        }
        row.optional_text("pixel_id", (kind % 8 == 3).then_some("7450000000000000001"));
        if kind % 11 == 5 {
            row.raw("device_price_ranges", "[250,1000]");
        } else {
            row.null("device_price_ranges");
        }
        row.flag("is_new_structure", true);
        if kind >= 25 {
            row.text("campaign_system_origin", self.base.origin);
            row.flag("is_smart_performance_campaign", self.campaign.is_smart());
        }
        row.nulls(NULLS);
    }
}

const EMPTY_LISTS: &[&str] = &[
    "included_custom_actions",
    "excluded_custom_actions",
    "interest_category_ids",
    "network_types",
    "actions",
    "languages",
    "excluded_audience_ids",
    "interest_keyword_ids",
];
const FALSE_FLAGS: &[&str] = &[
    "auto_targeting_enabled",
    "share_disabled",
    "video_download_disabled",
    "is_hfss",
    "search_result_enabled",
    "inventory_filter_enabled",
    "comment_disabled",
];
const NULLS: &[&str] = &[
    "delivery_mode",
    "app_download_url",
    "conversion_window",
    "brand_safety_partner",
    "schedule_infos",
    "app_type",
    "deep_bid_type",
    "purchased_impression",
    "app_id",
    "next_day_retention",
    "optimization_event",
    "secondary_optimization_event",
    "rf_estimated_cpr",
    "rf_purchased_type",
    "adgroup_app_profile_page_state",
    "rf_estimated_frequency",
    "statistic_type",
    "purchased_reach",
    "keywords",
    "feed_type",
];
// One digit per half hour of the week, from Monday 0:00.
const ALWAYS: &str = match str::from_utf8(&week(0, 48)) {
    Ok(text) => text,
    Err(_) => "",
};
const OFFICE_HOURS: &str = match str::from_utf8(&week(18, 36)) {
    Ok(text) => text,
    Err(_) => "",
};

/// Sets the half hours of every day from `from` to `to`.
const fn week(from: usize, to: usize) -> [u8; 336] {
    let mut hours = [b'0'; 336];
    let mut at = 0;
    while at < hours.len() {
        if at % 48 >= from && at % 48 < to {
            hours[at] = b'1';
        }
        at += 1;
    }
    hours
}

//! Campaigns, as in `GET /campaign/get/`.

use super::account_view::AccountView;
use super::fields::CAMPAIGN_FIELDS;
use super::kind::ObjectKind;
use super::listed::{ListedObject, ObjectBase};
use super::row::RowWriter;
use super::{status, time};

const OBJECTIVES: &[&str] = &[
    "TRAFFIC",
    "WEB_CONVERSIONS",
    "APP_PROMOTION",
    "REACH",
    "VIDEO_VIEWS",
    "LEAD_GENERATION",
    "ENGAGEMENT",
    "PRODUCT_SALES",
    "CATALOG_SALES",
    "BRAND_CONSIDERATION",
    "CONVERSIONS",
    "APP_INSTALL",
];
const RESERVED_OBJECTIVES: &[&str] = &["RF_REACH", "RF_TRAFFIC", "RF_VIDEO_VIEW", "RF_ENGAGEMENT"];

/// A campaign without its texts, which are computed only when written, so that a million campaigns can be filtered.
pub(crate) struct Campaign<'a> {
    base: ObjectBase<'a>,
    pub operation_status: &'a str,
    pub objective: &'a str,
    /// `MANUAL`, `SMART_PLUS` or `UPGRADED_SMART_PLUS`
    pub automation: &'static str,
}

impl Campaign<'_> {
    pub(crate) fn is_smart(&self) -> bool {
        self.automation != "MANUAL"
    }
}

impl<'a> ListedObject<'a> for Campaign<'a> {
    const KIND: ObjectKind = ObjectKind::Campaign;
    const FIELDS: &'static [&'static str] = CAMPAIGN_FIELDS;

    fn at(view: &'a AccountView, index: u32) -> Option<Campaign<'a>> {
        if view.is_removed(Self::KIND, index) {
            return None;
        }
        let overridden = |field| view.overridden_text(Self::KIND, index, field);
        let mut rng = view.rng(Self::KIND, index);
        let (state, sort) = (rng.below(100), rng.below(1000));
        let operation_status = overridden("operation_status").unwrap_or(match state {
            0..22 => "DISABLE",
            22..28 => "DELETE",
            _ => "ENABLE",
        });
        let own = overridden("secondary_status").unwrap_or(match state {
            28..32 => status::CAMPAIGN_NOT_DELIVERY[0],
            32 => status::CAMPAIGN_NOT_DELIVERY[1],
            33 => status::CAMPAIGN_DISABLE[0],
            _ => "CAMPAIGN_STATUS_ENABLE",
        });
        let secondary_status = match (operation_status, view.condition.inherited_status(Self::KIND)) {
            ("DELETE", _) => "CAMPAIGN_STATUS_DELETE",
            (_, Some(inherited)) => inherited,
            ("DISABLE", _) => "CAMPAIGN_STATUS_DISABLE",
            _ => own,
        };
        let (buying_type, objective) = match sort {
            0..30 => ("RESERVATION_TOP_VIEW", "TOPVIEW_REACH"),
            30..90 => ("RESERVATION_RF", rng.pick(RESERVED_OBJECTIVES)),
            _ => ("AUCTION", rng.pick(OBJECTIVES)),
        };
        let origin = if (970..990).contains(&sort) { "PROMOTE" } else { "TT_ADS_PLATFORM" };
        Some(Campaign {
            operation_status,
            objective: overridden("objective_type").unwrap_or(objective),
            automation: match sort {
                90..140 => "SMART_PLUS",
                140..180 => "UPGRADED_SMART_PLUS",
                _ => "MANUAL",
            },
            base: ObjectBase { view, index, rng, secondary_status, buying_type, origin },
        })
    }

    fn base(&self) -> &ObjectBase<'a> {
        &self.base
    }

    fn write(&self, row: &mut RowWriter<'_>) {
        let ObjectBase { view, index, secondary_status, buying_type, origin, .. } = self.base;
        let mut rng = self.base.rng.clone();
        let (kind, money, number) = (rng.below(100), rng.below(100_000), rng.next());
        // Older campaigns lack the fields that TikTok added later.
        let is_old = index < view.initial(Self::KIND) / 4;
        let is_app = self.objective.starts_with("APP");
        row.text("secondary_status", secondary_status);
        row.id("advertiser_id", view.account);
        row.flag("is_smart_performance_campaign", self.is_smart());
        row.lazy_text("campaign_name", || self.name());
        row.flag("is_new_structure", !is_old || kind < 50);
        row.text("campaign_type", if is_app && kind < 40 { "IOS14_CAMPAIGN" } else { "REGULAR_CAMPAIGN" });
        row.id("campaign_id", self.id());
        row.number("roas_bid", 0);
        let budget_mode = match kind {
            0..45 => "BUDGET_MODE_INFINITE",
            45..75 => "BUDGET_MODE_DAY",
            75..85 => "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            _ => "BUDGET_MODE_TOTAL",
        };
        row.text("budget_mode", budget_mode);
        // Most budgets are whole amounts.
        let budget = if number.is_multiple_of(9) { money } else { money / 100 * 100 };
        row.money("budget", if kind < 45 { 0 } else { 5_000 + budget });
        let created = self.created();
        row.time("modify_time", created + (number % (60 * time::DAY as u64)) as i64);
        row.time("create_time", created);
        row.text("operation_status", self.operation_status);
        row.text("objective", if is_app { "APP" } else { "LANDING_PAGE" });
        row.text("objective_type", self.objective);
        row.nulls(&["deep_bid_type", "bid_type", "optimization_goal", "rta_id"]);
        if is_old {
            return;
        }
        row.text("campaign_system_origin", origin);
        row.text("app_promotion_type", if is_app { "APP_INSTALL" } else { "UNSET" });
        match buying_type {
            "AUCTION" => row.null("rf_campaign_type"),
            "RESERVATION_RF" => row.text("rf_campaign_type", if kind < 80 { "STANDARD" } else { "PULSE" }),
            _ => row.text("rf_campaign_type", "TOPVIEW"),
        }
        row.optional_text("app_id", (is_app && kind < 90).then_some("7080116242086625282"));
        row.optional_text("virtual_objective_type", self.objective.contains("SALES").then_some("SALES"));
        row.optional_text("sales_destination", self.objective.contains("SALES").then_some("WEBSITE"));
        if number.is_multiple_of(2) {
            row.text("campaign_automation_type", self.automation);
        }
        for (name, percent) in [
            ("is_search_campaign", 5),
            ("is_advanced_dedicated_campaign", 0),
            ("catalog_enabled", 10),
            ("budget_optimize_on", 30),
            ("rta_bid_enabled", 1),
            ("rta_product_selection_enabled", 1),
        ] {
            row.flag(name, number % 100 < percent);
        }
        match number % 100 {
            0..3 => row.flag("disable_skan_campaign", true),
            3..50 => row.flag("disable_skan_campaign", false),
            _ => row.null("disable_skan_campaign"),
        }
        let industries: &[&str] = if kind == 99 { &["HOUSING", "CREDIT"] } else { &[] };
        row.texts("special_industries", industries);
        row.nulls(&[
            "bid_align_type",
            "campaign_app_profile_page_state",
            "campaign_product_source",
            "postback_window_mode",
            "po_number",
        ]);
    }
}

//! One campaign, as `GET /campaign/get/` tells it.

use std::borrow::Cow;

use super::row::Row;
use super::{Kind, View, names, status, time};
use crate::data::Draw;

/// What may be asked for in `fields`.
pub(crate) const FIELDS: &[&str] = &[
    "advertiser_id",
    "campaign_id",
    "campaign_system_origin",
    "campaign_name",
    "create_time",
    "modify_time",
    "objective_type",
    "objective",
    "app_promotion_type",
    "virtual_objective_type",
    "sales_destination",
    "campaign_type",
    "campaign_automation_type",
    "app_id",
    "bid_align_type",
    "campaign_app_profile_page_state",
    "rf_campaign_type",
    "campaign_product_source",
    "bid_type",
    "deep_bid_type",
    "optimization_goal",
    "budget_mode",
    "budget",
    "rta_id",
    "operation_status",
    "secondary_status",
    "postback_window_mode",
    "po_number",
    "is_search_campaign",
    "is_smart_performance_campaign",
    "is_advanced_dedicated_campaign",
    "disable_skan_campaign",
    "catalog_enabled",
    "budget_optimize_on",
    "rta_bid_enabled",
    "rta_product_selection_enabled",
    "is_new_structure",
    "roas_bid",
    "special_industries",
];

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
const RESERVED: &[&str] = &["RF_REACH", "RF_TRAFFIC", "RF_VIDEO_VIEW", "RF_ENGAGEMENT"];

/// One campaign; without its texts, so that a million can be looked at.
pub(crate) struct Campaign<'a> {
    pub view: &'a View,
    pub index: u32,
    pub operation: &'a str,
    pub secondary: &'a str,
    pub objective: &'a str,
    pub buying: &'static str,
    pub origin: &'static str,
    /// `MANUAL`, `SMART_PLUS` or `UPGRADED_SMART_PLUS`
    pub automation: &'static str,
    draw: Draw,
}

impl<'a> Campaign<'a> {
    /// Nothing when it was taken away without a trace.
    pub(crate) fn at(view: &'a View, index: u32) -> Option<Campaign<'a>> {
        if view.is_gone(Kind::Campaign, index) {
            return None;
        }
        let set = |field| view.set_text(Kind::Campaign, index, field);
        let mut draw = view.draw(Kind::Campaign, index);
        let (state, sort) = (draw.below(100), draw.below(1000));
        let operation = set("operation_status").unwrap_or(match state {
            0..22 => "DISABLE",
            22..28 => "DELETE",
            _ => "ENABLE",
        });
        let own = set("secondary_status").unwrap_or(match state {
            28..32 => status::CAMPAIGN_NOT_DELIVERY[0],
            32 => status::CAMPAIGN_NOT_DELIVERY[1],
            33 => status::CAMPAIGN_DISABLE[0],
            _ => "CAMPAIGN_STATUS_ENABLE",
        });
        let secondary = match (operation, view.condition.shown(Kind::Campaign)) {
            ("DELETE", _) => "CAMPAIGN_STATUS_DELETE",
            (_, Some(shown)) => shown,
            ("DISABLE", _) => "CAMPAIGN_STATUS_DISABLE",
            _ => own,
        };
        let (buying, objective) = match sort {
            0..30 => ("RESERVATION_TOP_VIEW", "TOPVIEW_REACH"),
            30..90 => ("RESERVATION_RF", draw.pick(RESERVED)),
            _ => ("AUCTION", draw.pick(OBJECTIVES)),
        };
        Some(Campaign {
            view,
            index,
            operation,
            secondary,
            objective: set("objective_type").unwrap_or(objective),
            buying,
            origin: if (970..990).contains(&sort) { "PROMOTE" } else { "TT_ADS_PLATFORM" },
            automation: match sort {
                90..140 => "SMART_PLUS",
                140..180 => "UPGRADED_SMART_PLUS",
                _ => "MANUAL",
            },
            draw,
        })
    }

    pub(super) fn view(&self) -> &'a View {
        self.view
    }

    pub(super) fn campaign(&self) -> Option<&Campaign<'a>> {
        Some(self)
    }

    pub(crate) fn id(&self) -> u64 {
        self.view.id(Kind::Campaign, self.index)
    }

    pub(crate) fn name(&self) -> Cow<'a, str> {
        match self.view.set_text(Kind::Campaign, self.index, "campaign_name") {
            Some(name) => name.into(),
            None => names::campaign(&mut self.draw.clone(), self.index + 1).into(),
        }
    }

    /// Unix seconds.
    pub(crate) fn created(&self) -> i64 {
        let set = self.view.set_text(Kind::Campaign, self.index, "create_time").and_then(time::read);
        set.unwrap_or_else(|| time::created(self.index, self.view.base(Kind::Campaign)))
    }

    pub(crate) fn is_smart(&self) -> bool {
        self.automation != "MANUAL"
    }

    pub(crate) fn is_deleted(&self) -> bool {
        status::is_deleted(self.secondary)
    }

    pub(crate) fn write(&self, row: &mut Row<'_>) {
        let mut draw = self.draw.clone();
        let (kind, money, number) = (draw.below(100), draw.below(100_000), draw.next());
        // Campaigns from before the newer fields do not have them at all.
        let is_old = self.index < self.view.base(Kind::Campaign) / 4;
        let is_app = self.objective.starts_with("APP");
        row.text("secondary_status", self.secondary);
        row.id("advertiser_id", self.view.account);
        row.flag("is_smart_performance_campaign", self.is_smart());
        if row.wants("campaign_name") {
            row.text("campaign_name", &self.name());
        }
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
        // Cents are rare.
        let budget = if number.is_multiple_of(9) { money } else { money / 100 * 100 };
        row.money("budget", if kind < 45 { 0 } else { 5_000 + budget });
        let created = self.created();
        row.time("modify_time", created + (number % (60 * time::DAY as u64)) as i64);
        row.time("create_time", created);
        row.text("operation_status", self.operation);
        row.text("objective", if is_app { "APP" } else { "LANDING_PAGE" });
        row.text("objective_type", self.objective);
        row.nulls(&["deep_bid_type", "bid_type", "optimization_goal", "rta_id"]);
        if is_old {
            return;
        }
        row.text("campaign_system_origin", self.origin);
        row.text("app_promotion_type", if is_app { "APP_INSTALL" } else { "UNSET" });
        match self.buying {
            "AUCTION" => row.null("rf_campaign_type"),
            "RESERVATION_RF" => row.text("rf_campaign_type", if kind < 80 { "STANDARD" } else { "PULSE" }),
            _ => row.text("rf_campaign_type", "TOPVIEW"),
        }
        row.maybe_text("app_id", (is_app && kind < 90).then_some("7080116242086625282"));
        row.maybe_text("virtual_objective_type", self.objective.contains("SALES").then_some("SALES"));
        row.maybe_text("sales_destination", self.objective.contains("SALES").then_some("WEBSITE"));
        if number.is_multiple_of(2) {
            row.text("campaign_automation_type", self.automation);
        }
        for (name, percent) in [
            ("is_search_campaign", 5),
            ("is_advanced_dedicated_campaign", 0),
            ("disable_skan_campaign", 3),
            ("catalog_enabled", 10),
            ("budget_optimize_on", 30),
            ("rta_bid_enabled", 1),
            ("rta_product_selection_enabled", 1),
        ] {
            row.flag(name, number % 100 < percent);
        }
        let industries: &[&str] = if kind == 99 { &["HOUSING", "CREDIT"] } else { &[] };
        row.plain_texts("special_industries", industries);
        let never = ["bid_align_type", "campaign_app_profile_page_state", "campaign_product_source"];
        row.nulls(&never);
        row.nulls(&["postback_window_mode", "po_number"]);
    }
}

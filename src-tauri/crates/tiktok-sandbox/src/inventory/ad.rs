//! One ad ("creative"), as `GET /ad/get/` tells it.

use std::borrow::Cow;

use super::ad_group::AdGroup;
use super::campaign::Campaign;
pub(crate) use super::constants::AD_FIELDS as FIELDS;
use super::row::Row;
use super::{Kind, View, names, status, time};
use crate::data::Draw;

/// One ad with its ad group and campaign.
pub(crate) struct Ad<'a> {
    pub group: AdGroup<'a>,
    pub index: u32,
    pub operation: &'a str,
    pub secondary: &'a str,
    draw: Draw,
}

impl<'a> Ad<'a> {
    /// Nothing when it, or what it hangs on, was taken away without a trace.
    pub(crate) fn at(view: &'a View, index: u32) -> Option<Ad<'a>> {
        if view.is_gone(Kind::Ad, index) {
            return None;
        }
        let group = AdGroup::at(view, view.parent(Kind::Ad, index, Kind::AdGroup))?;
        let set = |field| view.set_text(Kind::Ad, index, field);
        let mut draw = view.draw(Kind::Ad, index);
        let state = draw.below(100);
        let operation = set("operation_status").unwrap_or(match state {
            0..10 => "DISABLE",
            10..13 => "DELETE",
            _ => "ENABLE",
        });
        let own: &'a str = set("secondary_status").unwrap_or_else(|| match state {
            13..38 => draw.pick(status::AD_NOT_DELIVERY),
            38..42 => draw.pick(status::AD_DELIVERY_OK),
            _ => "AD_STATUS_DELIVERY_OK",
        });
        let campaign = &group.campaign;
        let secondary = match (operation, view.condition.shown(Kind::Ad)) {
            _ if campaign.is_deleted() => "AD_STATUS_CAMPAIGN_DELETE",
            _ if group.is_deleted() => "AD_STATUS_ADGROUP_DELETE",
            ("DELETE", _) => "AD_STATUS_DELETE",
            (_, Some(shown)) => shown,
            _ if campaign.operation == "DISABLE" => "AD_STATUS_CAMPAIGN_DISABLE",
            _ if group.operation == "DISABLE" => "AD_STATUS_ADGROUP_DISABLE",
            ("DISABLE", _) => "AD_STATUS_DISABLE",
            _ => status::of_ad_group(group.secondary).unwrap_or(own),
        };
        Some(Ad { group, index, operation, secondary, draw })
    }

    pub(super) fn view(&self) -> &'a View {
        self.group.campaign.view
    }

    pub(super) fn campaign(&self) -> Option<&Campaign<'a>> {
        Some(&self.group.campaign)
    }

    pub(super) fn is_deleted(&self) -> bool {
        status::is_deleted(self.secondary)
    }

    pub(crate) fn id(&self) -> u64 {
        self.view().id(Kind::Ad, self.index)
    }

    pub(crate) fn name(&self) -> Cow<'a, str> {
        match self.view().set_text(Kind::Ad, self.index, "ad_name") {
            Some(name) => name.into(),
            None => names::ad(&mut self.draw.clone(), self.index + 1).into(),
        }
    }

    /// Unix seconds.
    pub(crate) fn created(&self) -> i64 {
        let set = self.view().set_text(Kind::Ad, self.index, "create_time").and_then(time::read);
        set.unwrap_or_else(|| time::created(self.index, self.view().base(Kind::Ad)) + 120)
    }

    /// Unix seconds; nothing for some Smart+ ads, as seen in production (airbyte PR 65602).
    pub(crate) fn modified(&self) -> Option<i64> {
        match self.view().set(Kind::Ad, self.index).and_then(|set| set.get("modify_time")) {
            Some(set) => set.as_str().and_then(time::read),
            None if self.group.campaign.is_smart() && self.index.is_multiple_of(2) => None,
            None => Some(self.created() + (self.draw.clone().next() % (25 * time::DAY as u64)) as i64),
        }
    }

    pub(crate) fn write(&self, row: &mut Row<'_>) {
        let mut draw = self.draw.clone();
        let (kind, number) = (draw.below(100), draw.next());
        let (video, format) = match kind {
            0..70 => (true, "SINGLE_VIDEO"),
            70..85 => (false, "SINGLE_IMAGE"),
            85..90 => (false, "CAROUSEL"),
            90..95 => (false, "CAROUSEL_ADS"),
            95..98 => (false, "CATALOG_CAROUSEL"),
            _ => (true, "LIVE_CONTENT"),
        };
        row.id("ad_id", self.id());
        if row.wants("ad_name") {
            row.text("ad_name", &self.name());
        }
        row.id("adgroup_id", self.group.id());
        if row.wants("adgroup_name") {
            row.text("adgroup_name", &self.group.name());
        }
        row.id("campaign_id", self.group.campaign.id());
        if row.wants("campaign_name") {
            row.text("campaign_name", &self.group.campaign.name());
        }
        row.id("advertiser_id", self.view().account);
        row.text("operation_status", self.operation);
        row.text("secondary_status", self.secondary);
        row.time("create_time", self.created());
        match self.modified() {
            Some(modified) => row.time("modify_time", modified),
            None => row.null("modify_time"),
        }
        row.text("ad_format", format);
        row.text("ad_text", if kind % 10 == 3 { "🍜 「本日限定」 \"50 % off\"\n→ now" } else { "Text" });
        if kind < 90 {
            row.text("call_to_action", if kind < 50 { "LEARN_MORE" } else { "SHOP_NOW" });
        }
        row.maybe_text("video_id", video.then(|| self.video_id()).as_deref());
        if row.wants("image_ids") {
            row.plain_texts("image_ids", &[&self.image_id()]);
        }
        let identity = ["CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", "UNSET"];
        row.text("identity_type", identity[(number % 40) as usize % identity.len()]);
        row.id("identity_id", 7_244_085_252_222_255_106 + number % 1000);
        row.text("display_name", "Brand");
        row.text("landing_page_url", "https://example.com/?a=1&b=%20");
        row.text("profile_image_url", "https://example.com/p.jpg");
        row.text("avatar_icon_web_uri", "ad-site-i18n-sg/202110205d0d488b68ead898460bad74");
        // These two ids are numbers.
        row.number("tracking_pixel_id", if kind < 60 { 0 } else { 7_400_000_000_000_000_001 });
        if kind < 90 {
            row.null("page_id");
        } else {
            row.number("page_id", 7_010_000_000_000_000_000 + number % 1_000_000_000_000);
        }
        row.maybe_text("tiktok_item_id", (kind % 7 == 0).then_some("7080116242086625283"));
        row.flag("is_aco", self.group.campaign.is_smart());
        row.flag("is_new_structure", true);
        row.flag("creative_authorized", false);
        row.flag("vast_moat_enabled", false);
        for (name, value) in [
            ("app_name", ""),
            ("playable_url", ""),
            ("deeplink", ""),
            ("deeplink_type", "NORMAL"),
            ("fallback_type", "UNSET"),
            ("brand_safety_postbid_partner", "UNSET"),
            ("viewability_postbid_partner", "UNSET"),
        ] {
            row.text(name, value);
        }
        if kind >= 25 {
            row.text("campaign_system_origin", self.group.campaign.origin);
        }
        row.nulls(NULLS);
    }

    fn video_id(&self) -> String {
        format!("{VIDEO}{:024x}", self.id())
    }

    fn image_id(&self) -> String {
        format!("{IMAGE}{:024x}", self.id())
    }
}

/// Ids of videos and, with a slash in them, of images begin so; the ad's id follows.
const VIDEO: &str = "v10033g5";
const IMAGE: &str = "ad-site-i18n-sg/20211020";

/// The id and the number of the ad that an image or a video belongs to, if it is one of this account.
pub(crate) fn ad_of(view: &View, material: &str) -> Option<(u64, u32)> {
    let id = material.strip_prefix(IMAGE).or_else(|| material.strip_prefix(VIDEO))?;
    let id = u64::from_str_radix(id, 16).ok().filter(|_| id.len() == 24)?;
    Some((id, view.index(Kind::Ad, id)?))
}

const NULLS: &[&str] = &[
    "landing_page_urls",
    "click_tracking_url",
    "call_to_action_id",
    "optimization_event",
    "viewability_vast_url",
    "brand_safety_vast_url",
    "impression_tracking_url",
    "creative_type",
    "card_id",
    "ad_texts",
];

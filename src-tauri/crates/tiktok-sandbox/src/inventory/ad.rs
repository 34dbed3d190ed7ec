//! Ads, as in `GET /ad/get/`.

use super::account_view::AccountView;
use super::ad_group::AdGroup;
use super::fields::AD_FIELDS;
use super::kind::ObjectKind;
use super::listed::{ListedObject, ObjectBase};
use super::row::RowWriter;
use super::{status, time};

pub(crate) struct Ad<'a> {
    pub ad_group: AdGroup<'a>,
    base: ObjectBase<'a>,
    operation_status: &'a str,
}

impl Ad<'_> {
    /// Returns the time of the last change in Unix seconds; `None` for some Smart+ ads, as seen in production (airbyte PR
    /// 65602).
    pub(crate) fn modified(&self) -> Option<i64> {
        match self
            .base
            .view
            .overrides(Self::KIND, self.base.index)
            .and_then(|fields| fields.get("modify_time"))
        {
            Some(time) => time.as_str().and_then(time::parse),
            None if self.ad_group.campaign.is_smart() && self.base.index.is_multiple_of(2) => None,
            None => Some(self.created() + (self.base.rng.clone().next() % (25 * time::DAY as u64)) as i64),
        }
    }

    fn format(&self) -> &'static str {
        match self.base.rng.clone().below(100) {
            0..70 => "SINGLE_VIDEO",
            70..85 => "SINGLE_IMAGE",
            85..90 => "CAROUSEL",
            90..95 => "CAROUSEL_ADS",
            95..98 => "CATALOG_CAROUSEL",
            _ => "LIVE_CONTENT",
        }
    }

    pub(crate) fn has_video(&self) -> bool {
        matches!(self.format(), "SINGLE_VIDEO" | "LIVE_CONTENT")
    }

    pub(crate) fn video_id(&self) -> String {
        format!("{VIDEO_PREFIX}{:024x}", self.id())
    }

    pub(crate) fn image_id(&self) -> String {
        format!("{IMAGE_PREFIX}{:024x}", self.id())
    }
}

impl<'a> ListedObject<'a> for Ad<'a> {
    const KIND: ObjectKind = ObjectKind::Ad;
    const FIELDS: &'static [&'static str] = AD_FIELDS;

    fn at(view: &'a AccountView, index: u32) -> Option<Ad<'a>> {
        if view.is_removed(Self::KIND, index) {
            return None;
        }
        let ad_group = AdGroup::at(view, view.parent(Self::KIND, index, ObjectKind::AdGroup))?;
        let overridden = |field| view.overridden_text(Self::KIND, index, field);
        let mut rng = view.rng(Self::KIND, index);
        let state = rng.below(100);
        let operation_status = overridden("operation_status").unwrap_or(match state {
            0..10 => "DISABLE",
            10..13 => "DELETE",
            _ => "ENABLE",
        });
        let own: &'a str = overridden("secondary_status").unwrap_or_else(|| match state {
            13..38 => rng.pick(status::AD_NOT_DELIVERY),
            38..42 => rng.pick(status::AD_DELIVERY_OK),
            _ => "AD_STATUS_DELIVERY_OK",
        });
        let campaign = &ad_group.campaign;
        let secondary_status = match (operation_status, view.condition.inherited_status(Self::KIND)) {
            _ if campaign.is_deleted() => "AD_STATUS_CAMPAIGN_DELETE",
            _ if ad_group.is_deleted() => "AD_STATUS_ADGROUP_DELETE",
            ("DELETE", _) => "AD_STATUS_DELETE",
            (_, Some(inherited)) => inherited,
            _ if campaign.operation_status == "DISABLE" => "AD_STATUS_CAMPAIGN_DISABLE",
            _ if ad_group.operation_status == "DISABLE" => "AD_STATUS_ADGROUP_DISABLE",
            ("DISABLE", _) => "AD_STATUS_DISABLE",
            _ => status::inherited_from_ad_group(ad_group.base().secondary_status).unwrap_or(own),
        };
        let ObjectBase { buying_type, origin, .. } = *ad_group.base();
        let base = ObjectBase { view, index, rng, secondary_status, buying_type, origin };
        Some(Ad { ad_group, base, operation_status })
    }

    fn base(&self) -> &ObjectBase<'a> {
        &self.base
    }

    fn write(&self, row: &mut RowWriter<'_>) {
        let mut rng = self.base.rng.clone();
        let (kind, number) = (rng.below(100), rng.next());
        row.id("ad_id", self.id());
        row.lazy_text("ad_name", || self.name());
        row.id("adgroup_id", self.ad_group.id());
        row.lazy_text("adgroup_name", || self.ad_group.name());
        row.id("campaign_id", self.ad_group.campaign.id());
        row.lazy_text("campaign_name", || self.ad_group.campaign.name());
        row.id("advertiser_id", self.base.view.account);
        row.text("operation_status", self.operation_status);
        row.text("secondary_status", self.base.secondary_status);
        row.time("create_time", self.created());
        match self.modified() {
            Some(modified) => row.time("modify_time", modified),
            None => row.null("modify_time"),
        }
        row.text("ad_format", self.format());
        row.text("ad_text", if kind % 10 == 3 { "🍜 「本日限定」 \"50 % off\"\n→ now" } else { "Text" });
        if kind < 90 {
            row.text("call_to_action", if kind < 50 { "LEARN_MORE" } else { "SHOP_NOW" });
        }
        row.optional_text("video_id", self.has_video().then(|| self.video_id()).as_deref());
        row.texts("image_ids", &[&self.image_id()]);
        let identity = ["CUSTOMIZED_USER", "AUTH_CODE", "TT_USER", "BC_AUTH_TT", "UNSET"];
        row.text("identity_type", identity[(number % 40) as usize % identity.len()]);
        if number % 40 % 5 == 4 {
            row.text("identity_id", "");
        } else {
            row.id("identity_id", 7_244_085_252_222_255_106 + number % 1000);
        }
        row.text("display_name", "Brand");
        row.text("landing_page_url", "https://example.com/?a=1&b=%20");
        row.text("profile_image_url", "https://example.com/p.jpg");
        row.text("avatar_icon_web_uri", "ad-site-i18n-sg/202110205d0d488b68ead898460bad74");
        // Unlike other ids, these two are numbers.
        row.number("tracking_pixel_id", if kind < 60 { 0 } else { 7_400_000_000_000_000_001 });
        if kind < 90 {
            row.null("page_id");
        } else {
            row.number("page_id", 7_010_000_000_000_000_000 + number % 1_000_000_000_000);
        }
        let ids = [("call_to_action_id", 13), ("music_id", 12)];
        for (name, part) in ids {
            row.optional_text(name, (kind % part == 5).then_some("7080116242086625284"));
        }
        row.optional_text("tiktok_item_id", (kind % 7 == 0).then_some("7080116242086625283"));
        row.flag("is_aco", self.ad_group.campaign.is_smart());
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
            row.text("campaign_system_origin", self.base.origin);
        }
        row.nulls(NULLS);
    }
}

/// The prefixes of video and image ids, before the ad's id in hexadecimal.
const VIDEO_PREFIX: &str = "v10033g5";
const IMAGE_PREFIX: &str = "ad-site-i18n-sg/20211020";

/// Returns the id and index of the ad that an image or video of this account belongs to.
pub(crate) fn ad_of_media(view: &AccountView, media_id: &str) -> Option<(u64, u32)> {
    let id = media_id.strip_prefix(IMAGE_PREFIX).or_else(|| media_id.strip_prefix(VIDEO_PREFIX))?;
    let id = u64::from_str_radix(id, 16).ok().filter(|_| id.len() == 24)?;
    Some((id, view.index(ObjectKind::Ad, id)?))
}

const NULLS: &[&str] = &[
    "landing_page_urls",
    "click_tracking_url",
    "optimization_event",
    "viewability_vast_url",
    "brand_safety_vast_url",
    "impression_tracking_url",
    "creative_type",
    "card_id",
    "ad_texts",
];

//! One custom audience, as `GET /dmp/custom_audience/list/` and `…/get/` tell it. The two name some fields differently.

use std::borrow::Cow;

use serde_json::Value;

use super::campaign::Campaign;
use super::row::{Pick, Row};
use super::{Kind, View, names, time};
use crate::data::Draw;

/// The texts that stand for types in answers; there is no other list of them.
const TYPES: &[&str] = &[
    "Customer File Audience",
    "Engagement Audience",
    "App Activity Audience",
    "Website Audience",
    "Lookalike Audience",
    "Lead Generation",
    "Rule Business Account",
    "Rule ad shop",
    "Partner",
    "Challenge",
    "Preferred Population",
];
/// TikTok's own examples of the same audience differ by so much between the two endpoints.
const LIST_AHEAD: i64 = 8 * 3600;
const MONTH: i64 = 30 * time::DAY;

/// One audience.
pub(crate) struct Audience<'a> {
    view: &'a View,
    pub index: u32,
    audience_type: &'static str,
    cover: u64,
    processing: bool,
    owned: bool,
    shared: bool,
    created: i64,
    expires: i64,
    draw: Draw,
}

impl<'a> Audience<'a> {
    /// Nothing when it was deleted: then nothing is left of it.
    pub(crate) fn at(view: &'a View, index: u32) -> Option<Audience<'a>> {
        if view.is_gone(Kind::Audience, index) {
            return None;
        }
        let mut draw = view.draw(Kind::Audience, index);
        let audience_type = TYPES[(u64::from(index) + draw.below(3)) as usize % TYPES.len()];
        let state = draw.below(100);
        let processing = state < 8;
        let cover = match state {
            0..8 => 0,
            8..20 => draw.below(1000),
            _ => 1000 + draw.below(8_000_000),
        };
        let set = view.set_text(Kind::Audience, index, "create_time").and_then(time::read);
        let created = set.unwrap_or_else(|| time::created(index, view.base(Kind::Audience)) + 30);
        // A few end soon, whatever the sandbox's time is.
        let expires = match draw.below(100) {
            0..8 => (view.now.div_euclid(MONTH) + 1) * MONTH + draw.below(MONTH as u64) as i64,
            8..20 => created + 30 * time::DAY,
            _ => {
                view.now.max(created).div_euclid(365 * time::DAY) * 365 * time::DAY
                    + (425 + draw.below(300) as i64) * time::DAY
            }
        };
        let (owned, shared) = match draw.below(10) {
            0..2 => (false, true),
            2..4 => (true, true),
            _ => (true, false),
        };
        Some(Audience {
            view,
            index,
            audience_type,
            cover,
            processing,
            owned,
            shared,
            created,
            expires,
            draw,
        })
    }

    pub(super) fn view(&self) -> &'a View {
        self.view
    }

    /// Audiences hang on the account.
    pub(super) fn campaign(&self) -> Option<&Campaign<'a>> {
        None
    }

    /// Deleted ones are not there at all.
    pub(super) fn is_deleted(&self) -> bool {
        false
    }

    pub(crate) fn id(&self) -> u64 {
        self.view.id(Kind::Audience, self.index)
    }

    fn name(&self) -> Cow<'a, str> {
        match self.view.set_text(Kind::Audience, self.index, "name") {
            Some(name) => name.into(),
            None => names::audience(&mut self.draw.clone(), self.index + 1).into(),
        }
    }

    fn is_valid(&self) -> bool {
        !self.processing && self.expires > self.view.now
    }

    /// Within 60 days.
    fn is_expiring(&self) -> bool {
        (self.view.now..self.view.now + 60 * time::DAY).contains(&self.expires)
    }

    fn calculate_type(&self) -> Option<&'static str> {
        let of_files = ["MULTIPLE_TYPES", "EMAIL_SHA256", "PHONE_SHA256", "GAID_MD5"];
        let is_file = self.audience_type == TYPES[0];
        is_file.then(|| of_files[self.index as usize % of_files.len()])
    }

    fn write_common(&self, row: &mut Row<'_>, ahead: i64) {
        row.id("audience_id", self.id());
        if row.wants("name") {
            row.text("name", &self.name());
        }
        row.maybe_text("calculate_type", self.calculate_type());
        row.number("cover_num", self.cover);
        row.flag("is_valid", self.is_valid());
        row.flag("is_creator", self.owned);
        row.flag("is_expiring", self.is_expiring());
        row.flag("shared", self.shared);
        row.time("create_time", self.created + ahead);
        row.time("expired_time", self.expires + ahead);
    }

    /// As in the list.
    pub(crate) fn write(&self, row: &mut Row<'_>) {
        row.text("audience_type", self.audience_type);
        self.write_common(row, LIST_AHEAD);
    }

    /// As in the details, with at most `history` entries.
    pub(crate) fn write_details(&self, out: &mut Vec<u8>, history: u64) {
        let pick = Pick::default();
        out.extend_from_slice(b"{\"audience_details\":");
        // The list calls it `audience_type`.
        let mut set = self.view.set(Kind::Audience, self.index).cloned().unwrap_or_default();
        let set_type = set.remove("audience_type");
        let mut row = Row::open(out, &pick, Some(&set));
        row.text("type", set_type.as_ref().and_then(Value::as_str).unwrap_or(self.audience_type));
        self.write_common(&mut row, 0);
        row.text("audience_sub_type", if self.index % 9 == 4 { "REACH_FREQUENCY" } else { "NORMAL" });
        row.id("owner_id", if self.owned { self.view.account } else { 7_000_000_000_000_000_002 });
        row.flag("is_auto_refresh", self.index.is_multiple_of(2));
        row.maybe_text("msg", self.processing.then_some("calculating"));
        row.null("error_msg");
        row.text("rule", r#"{"inclusions": null, "exclusions": null}"#);
        if self.audience_type == "Lookalike Audience" {
            row.raw("lookalike_spec", LOOKALIKE);
        } else {
            row.null("lookalike_spec");
        }
        row.close();
        out.extend_from_slice(b",\"audience_history\":[");
        let entries = (1 + u64::from(self.index % 3)).min(history);
        for entry in 0..entries {
            if entry > 0 {
                out.push(b',');
            }
            let mut row = Row::open(out, &pick, None);
            row.text("action", if entry + 1 == entries { "create" } else { "update" });
            row.text("action_detail", &self.cover.to_string());
            row.text("editor", "open_api");
            row.null("msg");
            row.time("opt_time", self.created + (entries - 1 - entry) as i64 * time::DAY);
            row.close();
        }
        out.extend_from_slice(b"]}");
    }
}

const LOOKALIKE: &str = r#"{"source_audience_id":"123","include_source":false,"mobile_os":"ALL","placements":["PLACEMENT_TIKTOK"],"location_ids":["6252001"],"audience_size":"BALANCED"}"#;

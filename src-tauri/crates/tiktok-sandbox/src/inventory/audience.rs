//! Custom audiences, as in `GET /dmp/custom_audience/list/` and `…/get/`, which name some fields differently.

use serde_json::Value;

use super::account_view::AccountView;
use super::kind::ObjectKind;
use super::listed::{ListedObject, ObjectBase};
use super::row::{FieldSelection, RowWriter};
use super::time;

/// The types observed in responses; TikTok publishes no list of them.
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
const MONTH: i64 = 30 * time::DAY;

pub(crate) struct Audience<'a> {
    base: ObjectBase<'a>,
    audience_type: &'static str,
    cover: u64,
    is_processing: bool,
    is_owned: bool,
    is_shared: bool,
    created: i64,
    expires: i64,
}

impl Audience<'_> {
    fn is_valid(&self) -> bool {
        !self.is_processing && self.expires > self.base.view.now
    }

    /// Returns whether the audience expires within 60 days or has expired.
    fn is_expiring(&self) -> bool {
        self.expires < self.base.view.now + 60 * time::DAY
    }

    fn calculate_type(&self) -> Option<&'static str> {
        let file_types = ["MULTIPLE_TYPES", "EMAIL_SHA256", "PHONE_SHA256", "GAID_MD5"];
        let is_file = self.audience_type == TYPES[0];
        is_file.then(|| file_types[self.base.index as usize % file_types.len()])
    }

    fn write_common(&self, row: &mut RowWriter<'_>, time_offset: i64) {
        row.id("audience_id", self.id());
        row.lazy_text("name", || self.name());
        row.optional_text("calculate_type", self.calculate_type());
        row.number("cover_num", self.cover);
        row.flag("is_valid", self.is_valid());
        row.flag("is_creator", self.is_owned);
        row.flag("is_expiring", self.is_expiring());
        row.flag("shared", self.is_shared);
        row.time("create_time", self.created + time_offset);
        row.time("expired_time", self.expires + time_offset);
    }

    /// Writes the details, with at most `history` entries of the history.
    pub(crate) fn write_details(&self, out: &mut Vec<u8>, history: u64) {
        let selection = FieldSelection::default();
        out.extend_from_slice(b"{\"audience_details\":");
        // In the details `audience_type` is called `type`.
        let mut overrides =
            self.base.view.overrides(Self::KIND, self.base.index).cloned().unwrap_or_default();
        let overridden_type = overrides.remove("audience_type");
        let mut row = RowWriter::open(out, &selection, Some(&overrides));
        row.text("type", overridden_type.as_ref().and_then(Value::as_str).unwrap_or(self.audience_type));
        // Recorded responses have UTC in the list, and the account's time zone here.
        self.write_common(&mut row, self.base.view.utc_offset);
        row.text("audience_sub_type", if self.base.index % 9 == 4 { "REACH_FREQUENCY" } else { "NORMAL" });
        row.id("owner_id", if self.is_owned { self.base.view.account } else { 7_000_000_000_000_000_002 });
        row.flag("is_auto_refresh", self.base.index.is_multiple_of(2));
        row.optional_text("msg", self.is_processing.then_some("calculating"));
        row.null("error_msg");
        row.text("rule", r#"{"inclusions": null, "exclusions": null}"#);
        if self.audience_type == "Lookalike Audience" {
            row.raw("lookalike_spec", LOOKALIKE);
        } else {
            row.null("lookalike_spec");
        }
        row.close();
        out.extend_from_slice(b",\"audience_history\":[");
        let entries = (1 + u64::from(self.base.index % 3)).min(history);
        for entry in 0..entries {
            if entry > 0 {
                out.push(b',');
            }
            let mut row = RowWriter::open(out, &selection, None);
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

impl<'a> ListedObject<'a> for Audience<'a> {
    const KIND: ObjectKind = ObjectKind::Audience;
    const FIELDS: &'static [&'static str] = &[];

    fn at(view: &'a AccountView, index: u32) -> Option<Audience<'a>> {
        if view.is_removed(Self::KIND, index) {
            return None;
        }
        let mut rng = view.rng(Self::KIND, index);
        let audience_type = TYPES[(u64::from(index) + rng.below(3)) as usize % TYPES.len()];
        let state = rng.below(100);
        let cover = match state {
            0..8 => 0,
            8..20 => rng.below(1000),
            _ => 1000 + rng.below(8_000_000),
        };
        let created = view.created(Self::KIND, index);
        // Some expire soon, whatever the sandbox's time is.
        let expires = match rng.below(100) {
            0..8 => (view.now.div_euclid(MONTH) + 1) * MONTH + rng.below(MONTH as u64) as i64,
            8..20 => created + 30 * time::DAY,
            _ => {
                view.now.max(created).div_euclid(365 * time::DAY) * 365 * time::DAY
                    + (425 + rng.below(300) as i64) * time::DAY
            }
        };
        let (is_owned, is_shared) = match rng.below(10) {
            0..2 => (false, true),
            2..4 => (true, true),
            _ => (true, false),
        };
        let is_processing = state < 8;
        Some(Audience {
            base: ObjectBase { view, index, rng, secondary_status: "", buying_type: "", origin: "" },
            audience_type,
            cover,
            is_processing,
            is_owned,
            is_shared,
            created,
            expires,
        })
    }

    fn base(&self) -> &ObjectBase<'a> {
        &self.base
    }

    fn write(&self, row: &mut RowWriter<'_>) {
        row.text("audience_type", self.audience_type);
        self.write_common(row, 0);
    }
}

const LOOKALIKE: &str = r#"{"source_audience_id":"123","include_source":false,"mobile_os":"ALL","placements":["PLACEMENT_TIKTOK"],"location_ids":["6252001"],"audience_size":"BALANCED"}"#;

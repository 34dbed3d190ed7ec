//! The labels of TikTok's statuses and types (`docs/product.md`, section 4). Unknown values are their own label.

use serde::Serialize;
use specta::Type;

use crate::facts::objects::FactKind;
use crate::text_enum::text_enum;

/// The color of a status. Screens never convey it by color alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Working, active or approved.
    Ok,
    /// Waiting for somebody to act.
    Wait,
    /// Failed, rejected or blocked.
    Bad,
    /// Switched off, or unknown.
    Off,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AccountStatus {
    /// TikTok's own value.
    pub raw: String,
    pub label: String,
    pub tone: Tone,
}

/// Values of `status` in v1.3 `GET /advertiser/info/`.
const ACCOUNT: &[(&str, &str, Tone)] = &[
    ("STATUS_ENABLE", "Approved", Tone::Ok),
    ("STATUS_PENDING_CONFIRM", "In review", Tone::Wait),
    ("STATUS_PENDING_VERIFIED", "In review", Tone::Wait),
    ("STATUS_PENDING_CONFIRM_MODIFY", "In review", Tone::Wait),
    ("STATUS_WAIT_FOR_BPM_AUDIT", "In review", Tone::Wait),
    ("STATUS_WAIT_FOR_PUBLIC_AUTH", "In review", Tone::Wait),
    ("STATUS_SELF_SERVICE_UNAUDITED", "In review", Tone::Wait),
    ("STATUS_CONFIRM_FAIL", "Disapproved", Tone::Bad),
    ("STATUS_CONFIRM_FAIL_END", "Disapproved", Tone::Bad),
    ("STATUS_CONFIRM_MODIFY_FAIL", "Disapproved", Tone::Bad),
    ("STATUS_LIMIT", "Suspended", Tone::Bad),
    ("STATUS_CONTRACT_PENDING", "Contract has not taken effect", Tone::Wait),
    ("STATUS_DISABLE", "Disabled", Tone::Off),
];

/// The label of an empty status.
const UNKNOWN: &str = "Unknown";

impl AccountStatus {
    pub fn of(raw: &str) -> AccountStatus {
        let (label, tone) = match ACCOUNT.iter().find(|(value, ..)| *value == raw) {
            Some(&(_, label, tone)) => (label, tone),
            None if raw.is_empty() => (UNKNOWN, Tone::Off),
            None => (raw, Tone::Off),
        };
        AccountStatus { raw: raw.to_owned(), label: label.to_owned(), tone }
    }

    /// Returns all values of TikTok's with this label.
    pub fn values_with_label(label: &str) -> Vec<&str> {
        let mut raws: Vec<&str> =
            ACCOUNT.iter().filter(|(_, l, _)| *l == label).map(|(raw, ..)| *raw).collect();
        if raws.is_empty() {
            raws.push(if label == UNKNOWN { "" } else { label });
        }
        raws
    }

    /// Returns the labels of the known values.
    pub fn labels() -> Vec<&'static str> {
        distinct(ACCOUNT.iter().map(|(_, label, _)| *label))
    }

    /// Returns all values of TikTok's with this tone.
    pub(crate) fn values_with_tone(tone: Tone) -> Vec<&'static str> {
        ACCOUNT.iter().filter(|(.., other)| *other == tone).map(|(raw, ..)| *raw).collect()
    }

    /// Returns an SQL expression for the label of the value in `column`.
    pub(crate) fn label_sql(column: &str) -> String {
        let cases: String =
            ACCOUNT.iter().map(|(raw, label, _)| format!(" WHEN '{raw}' THEN '{label}'")).collect();
        format!("CASE {column}{cases} WHEN '' THEN '{UNKNOWN}' ELSE {column} END")
    }
}

/// Whether the campaign `c` is deleted on TikTok: a complete list did not contain it (A18), or its status says so.
pub(crate) const CAMPAIGN_DELETED: &str = "(c.deleted_on_tiktok
    OR c.traits IN (SELECT id FROM campaign_traits WHERE operation_status = 'DELETE'))";

/// The label of an object that a complete list did not contain (A18).
pub const DELETED_ON_TIKTOK: &str = "Deleted on TikTok";

/// `secondary_status`, label, reason and tone of campaigns, ad groups and ads. Source: `docs/tiktok-api.md`, section 3.5.
const DELIVERY: &[(&str, &str, &str, Tone)] = &[
    ("CAMPAIGN_STATUS_ENABLE", "Active", "", Tone::Ok),
    ("ADGROUP_STATUS_DELIVERY_OK", "Active", "", Tone::Ok),
    ("AD_STATUS_DELIVERY_OK", "Active", "", Tone::Ok),
    ("CAMPAIGN_STATUS_DISABLE", "Inactive", "", Tone::Off),
    ("ADGROUP_STATUS_DISABLE", "Inactive", "", Tone::Off),
    ("AD_STATUS_DISABLE", "Inactive", "", Tone::Off),
    ("ADGROUP_STATUS_CAMPAIGN_DISABLE", "Inactive", "campaign inactive", Tone::Off),
    ("AD_STATUS_CAMPAIGN_DISABLE", "Inactive", "campaign inactive", Tone::Off),
    ("AD_STATUS_ADGROUP_DISABLE", "Inactive", "ad group inactive", Tone::Off),
    ("CAMPAIGN_STATUS_DELETE", "Deleted", "", Tone::Off),
    ("ADGROUP_STATUS_DELETE", "Deleted", "", Tone::Off),
    ("AD_STATUS_DELETE", "Deleted", "", Tone::Off),
    ("ADGROUP_STATUS_CAMPAIGN_DELETE", "Deleted", "campaign deleted", Tone::Off),
    ("ADGROUP_STATUS_TIME_DONE", "Completed", "", Tone::Off),
    ("AD_STATUS_DONE", "Completed", "", Tone::Off),
    ("ADGROUP_STATUS_NOT_START", "Not delivering", "not started", Tone::Wait),
    ("ADGROUP_STATUS_CREATE", "Not delivering", "no ads", Tone::Wait),
    ("CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY", "Not delivering", "account not approved", Tone::Bad),
    ("ADGROUP_STATUS_ADVERTISER_AUDIT_DENY", "Not delivering", "account not approved", Tone::Bad),
    ("AD_STATUS_ADVERTISER_AUDIT_DENY", "Not delivering", "account not approved", Tone::Bad),
    ("CAMPAIGN_STATUS_ADVERTISER_AUDIT", "Not delivering", "account in review", Tone::Wait),
    ("ADGROUP_STATUS_ADVERTISER_AUDIT", "Not delivering", "account in review", Tone::Wait),
    ("AD_STATUS_ADVERTISER_AUDIT", "Not delivering", "account in review", Tone::Wait),
    ("ADVERTISER_CONTRACT_PENDING", "Not delivering", "contract pending", Tone::Wait),
    ("ADVERTISER_ACCOUNT_PUNISH", "Not delivering", "account penalized", Tone::Bad),
    ("ADGROUP_STATUS_AUDIT", "Not delivering", "in review", Tone::Wait),
    ("AD_STATUS_AUDIT", "Not delivering", "in review", Tone::Wait),
    ("ADGROUP_STATUS_AUDIT_DENY", "Not delivering", "not approved", Tone::Bad),
    ("AD_STATUS_AUDIT_DENY", "Not delivering", "not approved", Tone::Bad),
    ("CAMPAIGN_STATUS_BUDGET_EXCEED", "Not delivering", "out of budget", Tone::Bad),
    ("ADGROUP_STATUS_BUDGET_EXCEED", "Not delivering", "out of budget", Tone::Bad),
    ("ADGROUP_STATUS_CAMPAIGN_EXCEED", "Not delivering", "out of budget", Tone::Bad),
    ("ADGROUP_STATUS_BALANCE_EXCEED", "Not delivering", "out of balance", Tone::Bad),
];

/// The status of a campaign, ad group or ad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct DeliveryStatus {
    pub label: String,
    /// Why the object does not deliver; often empty.
    pub reason: String,
    pub tone: Tone,
}

impl DeliveryStatus {
    pub fn of(operation: &str, secondary: &str, deleted_on_tiktok: bool) -> DeliveryStatus {
        let secondary = match (operation, secondary) {
            ("DELETE", _) => "CAMPAIGN_STATUS_DELETE",
            ("ENABLE", "") => "CAMPAIGN_STATUS_ENABLE",
            ("DISABLE", "") => "CAMPAIGN_STATUS_DISABLE",
            (operation, "") => operation,
            (_, secondary) => secondary,
        };
        let (label, reason, tone) = match DELIVERY.iter().find(|(value, ..)| *value == secondary) {
            _ if deleted_on_tiktok => (DELETED_ON_TIKTOK, "", Tone::Off),
            Some(&(_, label, reason, tone)) => (label, reason, tone),
            None if secondary.is_empty() => (UNKNOWN, "", Tone::Off),
            None => (secondary, "", Tone::Off),
        };
        DeliveryStatus { label: label.to_owned(), reason: reason.to_owned(), tone }
    }

    /// Returns the labels of the known values of campaigns.
    pub fn campaign_labels() -> Vec<&'static str> {
        let is_of_campaign = |raw: &str| raw.starts_with("CAMPAIGN_") || raw.starts_with("ADVERTISER_");
        let labels = DELIVERY.iter().filter(|(raw, ..)| is_of_campaign(raw)).map(|(_, label, ..)| *label);
        distinct(labels.chain([DELETED_ON_TIKTOK]))
    }

    /// Returns an SQL expression for the label of `c`, a campaign, ad group or ad.
    pub(crate) fn label_sql(kind: FactKind) -> String {
        let cases: String =
            DELIVERY.iter().map(|(raw, label, ..)| format!(" WHEN '{raw}' THEN '{label}'")).collect();
        format!(
            "iif(c.deleted_on_tiktok, '{DELETED_ON_TIKTOK}',
             (SELECT CASE iif(k.operation_status = 'DELETE', 'CAMPAIGN_STATUS_DELETE',
              iif(k.secondary_status <> '', k.secondary_status, CASE k.operation_status
              WHEN 'ENABLE' THEN 'CAMPAIGN_STATUS_ENABLE' WHEN 'DISABLE' THEN 'CAMPAIGN_STATUS_DISABLE'
              ELSE k.operation_status END)){cases} WHEN '' THEN '{UNKNOWN}' ELSE iif(k.secondary_status <> '',
              k.secondary_status, k.operation_status) END FROM {}_traits k WHERE k.id = c.traits))",
            kind.as_str()
        )
    }
}

fn distinct(labels: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found = Vec::new();
    for label in labels {
        if !found.contains(&label) {
            found.push(label);
        }
    }
    found
}

/// Values of `audience_type` in v1.3 `GET /dmp/custom_audience/list/`, and their labels.
const AUDIENCE: &[(&str, &str)] = &[
    ("Customer File Audience", "Customer File"),
    ("Engagement Audience", "Engagement"),
    ("App Activity Audience", "App Activity"),
    ("Website Audience", "Website Traffic"),
    ("Lookalike Audience", "Lookalike"),
    ("Rule Business Account", "Business Account"),
    ("Rule ad shop", "Shop Activity"),
    ("Preferred Population", "Premium"),
];

/// Returns the label of an audience type.
pub fn audience_type(raw: &str) -> &str {
    AUDIENCE.iter().find(|(value, _)| *value == raw).map_or(raw, |(_, label)| label)
}

/// Returns an SQL expression for [`audience_type`] of the value in `column`.
pub(crate) fn audience_type_sql(column: &str) -> String {
    let cases: String = AUDIENCE.iter().map(|(raw, label)| format!(" WHEN '{raw}' THEN '{label}'")).collect();
    format!("CASE {column}{cases} ELSE {column} END")
}

text_enum! {
    /// Whether an audience can be used.
    Availability {
        Ready = "ready", "Ready"
        /// TikTok requires at least 1,000 matched users (product.md 4).
        TooSmall = "too_small", "Fewer than 1,000"
        /// TikTok still computes the audience, or it has expired.
        NotReady = "not_ready", "Not ready"
        DeletedOnTiktok = "deleted_on_tiktok", "Deleted on TikTok"
    }
}

/// The [`Availability`] of the audience `c`. One of unknown size is not too small.
pub(crate) const AVAILABILITY: &str = "CASE WHEN c.deleted_on_tiktok THEN 'deleted_on_tiktok'
    WHEN NOT c.valid THEN 'not_ready' WHEN c.size < 1000 THEN 'too_small' ELSE 'ready' END";

/// Returns an SQL expression for the label of [`AVAILABILITY`].
pub(crate) fn availability_label_sql() -> String {
    let case = |value: &Availability| format!(" WHEN '{}' THEN '{}'", value.as_str(), value.label());
    let cases: String = Availability::ALL.iter().map(case).collect();
    format!("CASE ({AVAILABILITY}){cases} END")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_is_its_own_label() {
        assert_eq!(AccountStatus::of("STATUS_PUNISH").label, "STATUS_PUNISH");
        assert_eq!(AccountStatus::values_with_label("STATUS_PUNISH"), ["STATUS_PUNISH"]);
    }

    #[test]
    fn every_label_leads_back_to_its_values() {
        for (raw, label, _) in ACCOUNT {
            assert_eq!(AccountStatus::of(raw).label, *label);
            assert!(AccountStatus::values_with_label(label).contains(raw));
        }
        assert_eq!(AccountStatus::values_with_label(&AccountStatus::of("").label), [""]);
    }

    #[test]
    fn a_suspended_account_is_bad_and_a_disabled_account_is_off() {
        assert_eq!(AccountStatus::of("STATUS_LIMIT").tone, Tone::Bad);
        assert_eq!(AccountStatus::of("STATUS_DISABLE").tone, Tone::Off);
    }
}

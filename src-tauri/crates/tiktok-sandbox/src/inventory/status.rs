//! Secondary statuses: their values, the primary status of each, and what children inherit from their parents.
//!
//! TikTok API for Business, "Supported secondary statuses for a primary status" (document 1757239620352002).

use super::kind::ObjectKind;

/// The account's condition, which determines the status of every object in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AccountCondition {
    Normal,
    Audit,
    AuditDenied,
    ContractPending,
    Punished,
}

impl AccountCondition {
    /// `status` is that of `GET /advertiser/info/`.
    pub(crate) fn from_status(status: &str) -> AccountCondition {
        match status {
            "STATUS_LIMIT" => AccountCondition::Punished,
            "STATUS_CONTRACT_PENDING" => AccountCondition::ContractPending,
            "STATUS_CONFIRM_FAIL" | "STATUS_CONFIRM_FAIL_END" | "STATUS_CONFIRM_MODIFY_FAIL" => {
                AccountCondition::AuditDenied
            }
            "STATUS_PENDING_CONFIRM"
            | "STATUS_PENDING_VERIFIED"
            | "STATUS_PENDING_CONFIRM_MODIFY"
            | "STATUS_WAIT_FOR_BPM_AUDIT"
            | "STATUS_WAIT_FOR_PUBLIC_AUTH"
            | "STATUS_SELF_SERVICE_UNAUDITED" => AccountCondition::Audit,
            _ => AccountCondition::Normal,
        }
    }

    /// Returns the secondary status that replaces the objects' own; `None` if the condition is normal.
    pub(crate) fn inherited_status(self, kind: ObjectKind) -> Option<&'static str> {
        let for_kind = |names: [&'static str; 3]| names.get(kind as usize).copied();
        match self {
            AccountCondition::Normal => None,
            AccountCondition::Punished => Some("ADVERTISER_ACCOUNT_PUNISH"),
            AccountCondition::ContractPending => Some("ADVERTISER_CONTRACT_PENDING"),
            AccountCondition::Audit => for_kind([
                "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
                "ADGROUP_STATUS_ADVERTISER_AUDIT",
                "AD_STATUS_ADVERTISER_AUDIT",
            ]),
            AccountCondition::AuditDenied => for_kind([
                "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
                "ADGROUP_STATUS_ADVERTISER_AUDIT_DENY",
                "AD_STATUS_ADVERTISER_AUDIT_DENY",
            ]),
        }
    }
}

/// The values of the filter `primary_status`.
pub(crate) const PRIMARY: &[&str] = &[
    "STATUS_ALL",
    "STATUS_NOT_DELETE",
    "STATUS_DELETE",
    "STATUS_DELIVERY_OK",
    "STATUS_DISABLE",
    "STATUS_NOT_DELIVERY",
    "STATUS_TIME_DONE",
    "STATUS_RF_CLOSED",
    "STATUS_FROZEN",
    "STATUS_DELIVERY_PARTIAL",
    "STATUS_DELIVERY_CATALOG",
];

macro_rules! statuses {
    ($($constant:ident $($status:literal)+;)+) => {
        $(pub(crate) const $constant: &[&str] = &[$($status),+];)+
    };
}

// The statuses an object can have by itself, besides disabled, frozen and deleted.
statuses! {
    CAMPAIGN_NOT_DELIVERY "CAMPAIGN_STATUS_BUDGET_EXCEED" "CAMPAIGN_STATUS_IDENTITY_USED_BY_GMV_MAX_AD";
    CAMPAIGN_DISABLE "CAMPAIGN_STATUS_AWAITING_RELEASE";
    AD_GROUP_NOT_DELIVERY "ADGROUP_STATUS_BALANCE_EXCEED" "ADGROUP_STATUS_CREATE" "ADGROUP_STATUS_TRANSCODING_FAIL"
        "ADGROUP_STATUS_AUDIT" "ADGROUP_STATUS_REAUDIT" "ADGROUP_STATUS_AUDIT_DENY"
        "ADGROUP_STATUS_PARTIAL_AUDIT_NO_DELIVERY" "ADGROUP_STATUS_LIVE_NOT_START"
        "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_MISSING" "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_EXPIRED"
        "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_DENY" "ADGROUP_STATUS_BUDGET_EXCEED"
        "ADGROUP_STATUS_ADGROUP_PRE_ONLINE" "ADGROUP_STATUS_NOT_START" "ADGROUP_STATUS_ASSET_AUTHORIZATION_LOST"
        "ADGROUP_STATUS_PIXEL_UNBIND" "ADGROUP_STATUS_ADGROUP_QUOTA_LIMIT"
        "ADGROUP_STATUS_IDENTITY_USED_BY_GMV_MAX_AD" "ADGROUP_STATUS_SEARCH_KEYWORDS_IN_REVIEW"
        "ADGROUP_STATUS_SEARCH_KEYWORDS_NOT_AVAILABLE";
    AD_GROUP_RF_NOT_DELIVERY "ADGROUP_STATUS_RF_NO_DELIVERY_CREATIVE" "ADGROUP_STATUS_RF_SHORT_BALANCE"
        "ADGROUP_STATUS_RF_BOOKING" "ADGROUP_STATUS_RF_SCHEDULE";
    AD_GROUP_DELIVERY_OK "ADGROUP_STATUS_DELIVERY_OK" "ADGROUP_STATUS_SEARCH_KEYWORDS_PARTIAL_APPROVED"
        "ADGROUP_STATUS_PARTIAL_AUDIT_DELIVERY_OK" "ADGROUP_STATUS_SHADOW_ADGROUP_REAUDIT"
        "ADGROUP_STATUS_REVIEW_PARTIALLY_APPROVED";
    AD_GROUP_TIME_DONE "ADGROUP_STATUS_TIME_DONE";
    AD_GROUP_RF_TIME_DONE "ADGROUP_STATUS_RF_TERMINATE" "ADGROUP_STATUS_RF_TIME_DONE";
    AD_GROUP_RF_CLOSED "ADGROUP_STATUS_RF_DEDUCTION_FAILED" "ADGROUP_STATUS_RF_NO_VALID_CREATIVE"
        "ADGROUP_STATUS_RF_CLOSED_OTHERS" "ADGROUP_STATUS_RF_AD_AUDIT_DENY" "ADVERTISER_ACCOUNT_INVALID"
        "ADGROUP_STATUS_RF_ADGROUP_INVALID" "ADGROUP_STATUS_RF_WITHDRAW_ORDER";
    AD_NOT_DELIVERY "AD_STATUS_LIVE_OFFLINE" "AD_STATUS_PARTIAL_AUDIT_NO_DELIVERY"
        "AD_STATUS_MUSIC_AUTHORIZATION_MISSING" "AD_STATUS_TRANSCODING_FAIL" "AD_STATUS_AUDIT" "AD_STATUS_REAUDIT"
        "AD_STATUS_AUDIT_DENY" "AD_STATUS_PROCESS_AUDIO" "AD_STATUS_AD_PRE_ONLINE"
        "AD_STATUS_ASSET_AUTHORIZATION_LOST" "AD_STATUS_AD_QUOTA_LIMIT" "AD_STATUS_PRODUCT_UNAVAILABLE"
        "AD_STATUS_ANCHOR_UNAVAILABLE" "AD_STATUS_NO_AUTHORIZATION_OF_SHOWCASE" "AD_STAUS_PIXEL_UNBIND";
    AD_DELIVERY_OK "AD_STATUS_DELIVERY_OK" "AD_STATUS_PARTIAL_AUDIT_DELIVERY_OK"
        "AD_STATUS_REVIEW_PARTIALLY_APPROVED";
}

// The statuses inherited from the account and the parents.
statuses! {
    INHERITED_NOT_DELIVERY "ADVERTISER_CONTRACT_PENDING" "ADVERTISER_ACCOUNT_PUNISH"
        "CAMPAIGN_STATUS_ADVERTISER_AUDIT" "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY"
        "ADGROUP_STATUS_ADVERTISER_AUDIT" "ADGROUP_STATUS_ADVERTISER_AUDIT_DENY" "ADGROUP_STATUS_CAMPAIGN_EXCEED"
        "AD_STATUS_ADVERTISER_AUDIT" "AD_STATUS_ADVERTISER_AUDIT_DENY" "AD_STATUS_BALANCE_EXCEED"
        "AD_STATUS_ADGROUP_PARTIAL_AUDIT_NO_DELIVERY" "AD_STATUS_ADGROUP_AUDIT_DENY"
        "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_MISSING" "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_EXPIRED"
        "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_DENY" "AD_STATUS_CAMPAIGN_EXCEED" "AD_STATUS_BUDGET_EXCEED"
        "AD_STATUS_NOT_START" "AD_STATUS_ADGROUP_ASSET_AUTHORIZATION_LOST";
}

/// Returns the status an ad inherits from its ad group; `None` if the ad has its own.
pub(crate) fn inherited_from_ad_group(secondary: &str) -> Option<&'static str> {
    Some(match secondary {
        "ADGROUP_STATUS_BALANCE_EXCEED" => "AD_STATUS_BALANCE_EXCEED",
        "ADGROUP_STATUS_PARTIAL_AUDIT_NO_DELIVERY" => "AD_STATUS_ADGROUP_PARTIAL_AUDIT_NO_DELIVERY",
        "ADGROUP_STATUS_AUDIT_DENY" => "AD_STATUS_ADGROUP_AUDIT_DENY",
        "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_MISSING" => "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_MISSING",
        "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_EXPIRED" => "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_EXPIRED",
        "ADGROUP_STATUS_INDUSTRY_QUALIFICATION_DENY" => "AD_STATUS_ADGROUP_INDUSTRY_QUALIFICATION_DENY",
        "ADGROUP_STATUS_CAMPAIGN_EXCEED" => "AD_STATUS_CAMPAIGN_EXCEED",
        "ADGROUP_STATUS_BUDGET_EXCEED" => "AD_STATUS_BUDGET_EXCEED",
        "ADGROUP_STATUS_NOT_START" | "ADGROUP_STATUS_LIVE_NOT_START" => "AD_STATUS_NOT_START",
        "ADGROUP_STATUS_ASSET_AUTHORIZATION_LOST" => "AD_STATUS_ADGROUP_ASSET_AUTHORIZATION_LOST",
        "ADGROUP_STATUS_FROZEN" => "ADGROUP_STATUS_FROZEN",
        "ADGROUP_STATUS_TIME_DONE" | "ADGROUP_STATUS_RF_TERMINATE" | "ADGROUP_STATUS_RF_TIME_DONE" => {
            "AD_STATUS_DONE"
        }
        closed if AD_GROUP_RF_CLOSED.contains(&closed) => "AD_STATUS_RF_ADGROUP_CLOSED",
        _ => return None,
    })
}

pub(crate) fn is_deleted(secondary: &str) -> bool {
    secondary.ends_with("_DELETE")
}

/// Returns whether an object of this kind with this secondary status has the primary status.
pub(crate) fn has_primary(primary: &str, kind: ObjectKind, secondary: &str) -> bool {
    let is_in = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&secondary));
    match primary {
        "STATUS_ALL" => true,
        "STATUS_NOT_DELETE" => !is_deleted(secondary),
        "STATUS_DELETE" => is_deleted(secondary),
        "STATUS_DELIVERY_OK" => {
            secondary == "CAMPAIGN_STATUS_ENABLE" || is_in(&[AD_GROUP_DELIVERY_OK, AD_DELIVERY_OK])
        }
        "STATUS_DISABLE" => secondary.ends_with("_DISABLE") || is_in(&[CAMPAIGN_DISABLE]),
        "STATUS_NOT_DELIVERY" => {
            (secondary == "ADGROUP_STATUS_FROZEN" && kind == ObjectKind::AdGroup)
                || is_in(&[
                    CAMPAIGN_NOT_DELIVERY,
                    AD_GROUP_NOT_DELIVERY,
                    AD_GROUP_RF_NOT_DELIVERY,
                    AD_NOT_DELIVERY,
                    INHERITED_NOT_DELIVERY,
                ])
        }
        "STATUS_TIME_DONE" => {
            secondary == "AD_STATUS_DONE" || is_in(&[AD_GROUP_TIME_DONE, AD_GROUP_RF_TIME_DONE])
        }
        "STATUS_RF_CLOSED" => secondary == "AD_STATUS_RF_ADGROUP_CLOSED" || is_in(&[AD_GROUP_RF_CLOSED]),
        "STATUS_FROZEN" => secondary == "ADGROUP_STATUS_FROZEN" && kind == ObjectKind::Ad,
        _ => false,
    }
}

/// Returns whether a filter may ask for this secondary status, judged by its prefix.
pub(crate) fn is_valid_secondary(kind: ObjectKind, text: &str) -> bool {
    let prefixes: &[&str] = match kind {
        ObjectKind::Campaign => &["CAMPAIGN_STATUS_", "ADVERTISER_"],
        ObjectKind::AdGroup => &["ADGROUP_STATUS_", "ADVERTISER_"],
        ObjectKind::Ad => &["AD_STATUS_", "AD_STAUS_", "ADGROUP_STATUS_FROZEN", "ADVERTISER_"],
        ObjectKind::Audience => &[],
    };
    prefixes.iter().any(|prefix| text.starts_with(prefix))
}

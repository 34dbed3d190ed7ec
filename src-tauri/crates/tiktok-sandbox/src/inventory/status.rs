//! Secondary statuses: which there are, which primary status stands for which, and what a child shows of its parents.
//!
//! TikTok API for Business, "Supported secondary statuses for a primary status" (document 1757239620352002).

use super::Kind;

/// What the state of the account makes of everything in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Condition {
    Good,
    Audit,
    AuditDenied,
    ContractPending,
    Punished,
}

impl Condition {
    /// From the `status` of `GET /advertiser/info/`.
    pub(crate) fn of(status: &str) -> Condition {
        match status {
            "STATUS_LIMIT" => Condition::Punished,
            "STATUS_CONTRACT_PENDING" => Condition::ContractPending,
            "STATUS_CONFIRM_FAIL" | "STATUS_CONFIRM_FAIL_END" | "STATUS_CONFIRM_MODIFY_FAIL" => {
                Condition::AuditDenied
            }
            "STATUS_PENDING_CONFIRM"
            | "STATUS_PENDING_VERIFIED"
            | "STATUS_PENDING_CONFIRM_MODIFY"
            | "STATUS_WAIT_FOR_BPM_AUDIT"
            | "STATUS_WAIT_FOR_PUBLIC_AUTH"
            | "STATUS_SELF_SERVICE_UNAUDITED" => Condition::Audit,
            _ => Condition::Good,
        }
    }

    /// The secondary status that it gives; nothing when all is well.
    pub(crate) fn shown(self, kind: Kind) -> Option<&'static str> {
        let of_level = |names: [&'static str; 3]| names.get(kind as usize).copied();
        match self {
            Condition::Good => None,
            Condition::Punished => Some("ADVERTISER_ACCOUNT_PUNISH"),
            Condition::ContractPending => Some("ADVERTISER_CONTRACT_PENDING"),
            Condition::Audit => of_level([
                "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
                "ADGROUP_STATUS_ADVERTISER_AUDIT",
                "AD_STATUS_ADVERTISER_AUDIT",
            ]),
            Condition::AuditDenied => of_level([
                "CAMPAIGN_STATUS_ADVERTISER_AUDIT_DENY",
                "ADGROUP_STATUS_ADVERTISER_AUDIT_DENY",
                "AD_STATUS_ADVERTISER_AUDIT_DENY",
            ]),
        }
    }
}

/// The primary statuses that can be filtered by.
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

// What an object can have of its own, apart from being switched off, frozen or deleted.
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

// What comes from the account and the parents.
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

/// What an ad shows of the state of its ad group; nothing when it shows its own.
pub(crate) fn of_ad_group(secondary: &str) -> Option<&'static str> {
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

/// Whether a secondary status is one of a deleted thing.
pub(crate) fn is_deleted(secondary: &str) -> bool {
    secondary.ends_with("_DELETE")
}

/// Whether a primary status stands for this secondary status of an object of this kind.
pub(crate) fn stands_for(primary: &str, kind: Kind, secondary: &str) -> bool {
    let among = |lists: &[&[&str]]| lists.iter().any(|list| list.contains(&secondary));
    match primary {
        "STATUS_ALL" => true,
        "STATUS_NOT_DELETE" => !is_deleted(secondary),
        "STATUS_DELETE" => is_deleted(secondary),
        "STATUS_DELIVERY_OK" => {
            secondary == "CAMPAIGN_STATUS_ENABLE" || among(&[AD_GROUP_DELIVERY_OK, AD_DELIVERY_OK])
        }
        "STATUS_DISABLE" => secondary.ends_with("_DISABLE") || among(&[CAMPAIGN_DISABLE]),
        "STATUS_NOT_DELIVERY" => {
            (secondary == "ADGROUP_STATUS_FROZEN" && kind == Kind::AdGroup)
                || among(&[
                    CAMPAIGN_NOT_DELIVERY,
                    AD_GROUP_NOT_DELIVERY,
                    AD_GROUP_RF_NOT_DELIVERY,
                    AD_NOT_DELIVERY,
                    INHERITED_NOT_DELIVERY,
                ])
        }
        "STATUS_TIME_DONE" => {
            secondary == "AD_STATUS_DONE" || among(&[AD_GROUP_TIME_DONE, AD_GROUP_RF_TIME_DONE])
        }
        "STATUS_RF_CLOSED" => secondary == "AD_STATUS_RF_ADGROUP_CLOSED" || among(&[AD_GROUP_RF_CLOSED]),
        "STATUS_FROZEN" => secondary == "ADGROUP_STATUS_FROZEN" && kind == Kind::Ad,
        _ => false,
    }
}

/// Whether a text could be a secondary status of this kind.
pub(crate) fn is_secondary(kind: Kind, text: &str) -> bool {
    let prefixes: &[&str] = match kind {
        Kind::Campaign => &["CAMPAIGN_STATUS_", "ADVERTISER_"],
        Kind::AdGroup => &["ADGROUP_STATUS_", "ADVERTISER_"],
        Kind::Ad => &["AD_STATUS_", "AD_STAUS_", "ADGROUP_STATUS_FROZEN", "ADVERTISER_"],
        Kind::Audience => &[],
    };
    prefixes.iter().any(|prefix| text.starts_with(prefix))
}

//! What TikTok's statuses of an ad account mean to a person (product rules, section 4).

use serde::Serialize;
use specta::Type;

/// How good a status is; never told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Works.
    Ok,
    /// Somebody has to decide first.
    Wait,
    /// Does not work.
    Bad,
    /// Switched off, or unknown.
    Off,
}

/// A status as TikTok says it and as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct AccountStatus {
    /// TikTok's own value.
    pub raw: String,
    /// What it means.
    pub label: String,
    /// How good it is.
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

/// What an account shows before TikTok told its status.
const UNTOLD: &str = "Unknown";

impl AccountStatus {
    /// The status for TikTok's value; a value nobody knows stands for itself.
    pub fn of(raw: &str) -> AccountStatus {
        let known = ACCOUNT.iter().find(|(known, ..)| *known == raw);
        let (label, tone) = match known {
            Some(&(_, label, tone)) => (label, tone),
            None if raw.is_empty() => (UNTOLD, Tone::Off),
            None => (raw, Tone::Off),
        };
        AccountStatus { raw: raw.to_owned(), label: label.to_owned(), tone }
    }

    /// Every value of TikTok's that reads as `label`.
    pub fn raws_of(label: &str) -> Vec<&str> {
        let mut raws: Vec<&str> =
            ACCOUNT.iter().filter(|(_, l, _)| *l == label).map(|(raw, ..)| *raw).collect();
        if raws.is_empty() {
            raws.push(if label == UNTOLD { "" } else { label });
        }
        raws
    }

    /// An SQL expression for the label of the value in `column`, to sort by.
    pub(crate) fn label_sql(column: &str) -> String {
        let cases: String =
            ACCOUNT.iter().map(|(raw, label, _)| format!(" WHEN '{raw}' THEN '{label}'")).collect();
        format!("CASE {column}{cases} WHEN '' THEN '{UNTOLD}' ELSE {column} END")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_status_stands_for_itself() {
        assert_eq!(AccountStatus::of("STATUS_PUNISH").label, "STATUS_PUNISH");
        assert_eq!(AccountStatus::raws_of("STATUS_PUNISH"), ["STATUS_PUNISH"]);
    }

    #[test]
    fn every_label_finds_its_values_again() {
        for (raw, label, _) in ACCOUNT {
            assert_eq!(AccountStatus::of(raw).label, *label);
            assert!(AccountStatus::raws_of(label).contains(raw));
        }
        assert_eq!(AccountStatus::raws_of(&AccountStatus::of("").label), [""]);
    }

    #[test]
    fn a_suspended_account_is_bad_and_a_disabled_one_is_off() {
        assert_eq!(AccountStatus::of("STATUS_LIMIT").tone, Tone::Bad);
        assert_eq!(AccountStatus::of("STATUS_DISABLE").tone, Tone::Off);
    }
}

//! The kind of error that each of TikTok's return codes means.
//!
//! Codes and meanings are from the official SDK's `tiktok_code.py` and from `docs/tiktok-api.md`, section "2.2 Codes".
//! [`crate::error`] refines the kind where a message is more specific than its code.

use crate::error_kind::ErrorKind::{
    self, AccountUnavailable, CountryBlocked, InvalidApp, InvalidAuthCode, Maintenance, RateLimited,
    Rejected, ServerError, SignInRequired,
};

/// 0 means complete success, 20001 partial success. Both come with data.
pub const SUCCESS: [i64; 2] = [0, 20001];

/// Returns the kind of a code other than [`SUCCESS`].
pub fn kind_of(code: i64) -> ErrorKind {
    match code {
        // Per app and endpoint; 40132 per value of one field, 40133 per ad account.
        40016 | 40100 | 40132 | 40133 | 61000 => RateLimited,
        // The id and secret do not match, or the app or its developer lacks a permission.
        40101 | 40113 | 40117 | 40124 | 40125 => InvalidApp,
        // The token is missing, wrong, expired or revoked, or its user is invalid or signed out.
        40102..=40106 | 40114 | 40115 | 40120 | 40130 | 40131 | 40309 => SignInRequired,
        40110 => InvalidAuthCode,
        // The account does not exist or was deleted, is not granted, not on an allowlist, or belongs to another company.
        40001 | 40003 | 40118 | 40119 | 40300..=40302 => AccountUnavailable,
        // A task that is not ready, a write conflict, a video or URL that is not available yet.
        40200..=40202 | 40700 | 40901..=40903 | 40913 | 41013 | 50000 | 50002 => ServerError,
        41000 => CountryBlocked,
        60001 => Maintenance,
        // Authentication codes that blame the request.
        40107..=40109 | 40112 | 40116 | 40121 | 40122 | 40126..=40129 => Rejected,
        // Codes that TikTok has not published, by their hundreds: authentication, and services inside TikTok such as 51001 for
        // statistics.
        40_100..=40_199 => SignInRequired,
        50_000..=59_999 => ServerError,
        // Invalid parameters, withdrawn endpoints, and other unpublished codes.
        _ => Rejected,
    }
}

impl ErrorKind {
    /// Returns the kind of a return code, without regard to its message. Success is not a kind.
    pub fn of_code(code: i64) -> Self {
        kind_of(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_every_published_code_to_its_kind() {
        let published = include_str!("codes.txt");
        assert_eq!(published.lines().count(), 98);
        for line in published.lines() {
            let (code, class) = line.split_once(' ').unwrap();
            let code: i64 = code.parse().unwrap();
            if class == "ok" {
                assert!(SUCCESS.contains(&code), "{code}");
                continue;
            }
            let expected = match (code, class) {
                (40110, _) => InvalidAuthCode,
                (41000, _) => CountryBlocked,
                (_, "throttle") => RateLimited,
                (_, "retry") => ServerError,
                (_, "retry_later") => Maintenance,
                (_, "reauth") => SignInRequired,
                (_, "app") => InvalidApp,
                (_, "account") => AccountUnavailable,
                (_, "bug" | "bug_or_account") => Rejected,
                (code, class) => panic!("unknown class {class} of {code}"),
            };
            assert_eq!(kind_of(code), expected, "{code}");
        }
    }

    #[test]
    fn maps_unknown_codes_by_their_hundreds() {
        for code in [40_134, 40_199] {
            assert_eq!(kind_of(code), SignInRequired);
        }
        for code in [50_404, 51_999, 52_000, 53_999, 59_999] {
            assert_eq!(kind_of(code), ServerError);
        }
        for code in [-1, 1, 39_999, 40_299, 61_001, i64::MAX] {
            assert_eq!(kind_of(code), Rejected);
        }
    }
}

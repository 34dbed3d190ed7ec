//! What each of TikTok's codes asks of us.
//!
//! Codes and meanings: the official SDK's `tiktok_code.py` and TikTok API for Business, Return codes. What to do is our
//! reading. A message can tell more than its code; [`crate::error`] reads it.

use crate::Kind::{
    self, Account, App, AuthCode, CountryBlocked, LoginNeeded, Maintenance, Refused, Retry, Throttled,
};

/// The answer is usable: 0 is complete, 20001 partly succeeded.
pub const OK: [i64; 2] = [0, 20001];

/// What a code other than [`OK`] asks of us. 51xxx, 52xxx and 53xxx are TikTok's own services; any other unknown code
/// is a refusal.
pub fn kind(code: i64) -> Kind {
    match FAILURES.binary_search_by_key(&code, |failure| failure.0) {
        Ok(at) => FAILURES[at].1,
        Err(_) if (51_000..54_000).contains(&code) => Retry,
        Err(_) => Refused,
    }
}

/// Sorted by code.
const FAILURES: &[(i64, Kind)] = &[
    (40000, Refused),        // invalid parameters
    (40001, Account),        // no permission: account not granted or removed, or scope missing
    (40002, Refused), // parameter error, detail only in message; older: no permission for the account; audience too small or still processed
    (40003, Account), // forbidden
    (40006, Refused), // version does not fit the parameters
    (40007, Refused), // object or operation does not exist
    (40008, Refused), // endpoint does not exist or not in sandbox
    (40009, Refused), // parameter or method not in sandbox
    (40010, Refused), // wrong host for this version
    (40011, Refused), // too many ids in one request
    (40012, Refused), // nothing to update
    (40013, Refused), // sandbox account does not exist
    (40014, Refused), // not available in sandbox
    (40016, Throttled), // throttled at app level for the endpoint
    (40050, Refused), // duplicated request
    (40051, Refused), // invalid API version
    (40052, Refused), // ACO material exists already
    (40053, Refused), // invalid video id
    (40061, Refused), // invalid batch size
    (40062, Refused), // personal data not hashed
    (40063, Refused), // invalid partner name
    (40065, Refused), // targeting not allowed for 13-17 in the US
    (40067, Refused), // report query too large (seen by Airbyte, not in the code list)
    (40100, Throttled), // throttled at app level for the endpoint
    (40101, App),     // secret and app id do not match, or invalid auth_code
    (40102, LoginNeeded), // access token expired
    (40103, LoginNeeded), // refresh token expired (other APIs)
    (40104, LoginNeeded), // access token missing
    (40105, LoginNeeded), // access token wrong or revoked
    (40106, LoginNeeded), // user behind the token is invalid
    (40107, Refused), // refresh token wrong, or used for a Marketing token
    (40108, Refused), // unsupported grant type
    (40109, Refused), // decipher error
    (40110, AuthCode), // auth_code used, cancelled or expired
    (40112, Refused), // wrong password
    (40113, App),     // app blocked or unknown; app id differs from the token's app
    (40114, LoginNeeded), // advertiser logged out
    (40115, LoginNeeded), // authentication timestamp expired
    (40116, Refused), // bad signature
    (40117, App),     // method may not be used by the app
    (40118, Account), // not on the allowlist
    (40119, Account), // developer and advertiser are of different companies
    (40120, LoginNeeded), // TikTok user not logged in
    (40121, Refused), // not a marketplace creator
    (40122, Refused), // creator not in a valid region
    (40124, App),     // developer profile not approved
    (40125, App),     // developer lacks permission
    (40126, Refused), // GARM authentication failed
    (40127, Refused), // GARM authentication failed
    (40128, Refused), // GARM validation failed
    (40129, Refused), // GARM validation failed
    (40130, LoginNeeded), // scope not authorized
    (40131, LoginNeeded), // TikTok user authorization failed
    (40132, Throttled), // throttled for one field value (pixel_code)
    (40133, Throttled), // throttled at advertiser level for the endpoint
    (40200, Retry),   // task error
    (40201, Retry),   // task not ready
    (40202, Retry),   // write conflict
    (40300, Account), // account does not exist or was deleted
    (40301, Account), // account cannot be matched
    (40302, Account), // customer account does not exist
    (40309, LoginNeeded), // login required
    (40400, Refused), // route not found
    (40502, Refused), // ad limit reached
    (40700, Retry),   // internal validation error
    (40900, Refused), // file signature mismatch
    (40901, Retry),   // video still being transcoded
    (40902, Retry),   // could not fetch the URL
    (40903, Retry),   // URL unavailable
    (40904, Refused), // image format or content not allowed
    (40905, Refused), // file does not exist
    (40906, Refused), // file empty
    (40907, Refused), // file too large
    (40908, Refused), // file type unsupported
    (40909, Refused), // encryption type unsupported
    (40910, Refused), // file expired
    (40911, Refused), // material name exists
    (40912, Refused), // image URL unavailable
    (40913, Retry),   // could not fetch the image
    (40914, Refused), // upload invalid
    (40915, Refused), // upload does not meet the rules
    (40916, Refused), // video content not allowed
    (41000, CountryBlocked), // client address in a banned country
    (41001, Refused), // endpoint withdrawn
    (41002, Refused), // field withdrawn
    (41013, Retry),   // site-to-video error
    (50000, Retry),   // system error
    (50002, Retry),   // processing error or timeout
    (51001, Retry),   // statistics service error
    (51002, Retry),   // internal service error, retry later (PostHog PR 82513)
    (51010, Retry),   // internal timeout
    (51039, Retry),   // auth service error (seen as internal service timeout)
    (51305, Retry),   // satellite service error
    (60001, Maintenance), // maintenance
    (61000, Throttled), // too many requests (name only known from the SDK)
    (70001, Refused), // invalid business authorization type
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_code_has_its_kind() {
        let published = include_str!("codes.txt");
        let mut failures = 0;
        for line in published.lines() {
            let (code, class) = line.split_once(' ').unwrap();
            let code: i64 = code.parse().unwrap();
            if class == "ok" {
                assert!(OK.contains(&code), "{code}");
                continue;
            }
            failures += 1;
            let expected = match (code, class) {
                (40110, _) => AuthCode,
                (41000, _) => CountryBlocked,
                (_, "throttle") => Throttled,
                (_, "retry") => Retry,
                (_, "retry_later") => Maintenance,
                (_, "reauth") => LoginNeeded,
                (_, "app") => App,
                (_, "account") => Account,
                _ => Refused,
            };
            assert_eq!(kind(code), expected, "{code}");
        }
        assert_eq!(failures, FAILURES.len());
        assert!(FAILURES.is_sorted_by(|a, b| a.0 < b.0), "binary search needs the order");
    }

    #[test]
    fn unknown_codes_are_server_trouble_from_51000_to_53999_and_refusals_elsewhere() {
        for code in [51_999, 52_000, 53_999] {
            assert_eq!(kind(code), Retry);
        }
        for code in [-1, 1, 39_999, 54_000, i64::MAX] {
            assert_eq!(kind(code), Refused);
        }
    }
}

//! The addresses of TikTok's API and web pages.

use std::net::IpAddr;

use url::Url;

use crate::AdvertiserId;

/// Base address of the API. Every endpoint's path is relative to it.
pub const API: &str = "https://business-api.tiktok.com/open_api/v1.3";

/// Returns the web page where an ad account is paid for: that of its Business Center if one owns the account, because
/// TikTok manages the balance there. It uses the browser's own session, not an access token. Source: `docs/tiktok-api.md`,
/// section "5. Deep links".
pub fn payment_page(advertiser: &AdvertiserId, owner_bc_id: Option<&str>) -> Result<Url, url::ParseError> {
    match owner_bc_id {
        Some(bc) => Url::parse_with_params("https://business.tiktok.com/manage/payment/v2", [("org_id", bc)]),
        None => Url::parse_with_params(
            "https://ads.tiktok.com/i18n/account/payment",
            [("aadvid", advertiser.as_str())],
        ),
    }
}

/// Returns whether `host` is this computer. An IPv6 address may be in brackets, as [`Url::host_str`] writes it.
pub fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a25_payments_open_the_business_center_that_owns_the_account() {
        let account: AdvertiserId = "7002238017842757633".parse().unwrap();
        let page = |bc| payment_page(&account, bc).unwrap().to_string();
        assert_eq!(page(None), "https://ads.tiktok.com/i18n/account/payment?aadvid=7002238017842757633");
        assert_eq!(page(Some("71&x=1")), "https://business.tiktok.com/manage/payment/v2?org_id=71%26x%3D1");
    }

    #[test]
    fn only_localhost_and_loopback_addresses_are_loopback() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "localhost.example.com", "127.0.0.1.example.com", "10.0.0.1", "[::2]", "0.0.0.0"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}

//! TikTok's own pages for people. They use the browser's log-in, not the API's token.

use url::Url;

use crate::AdvertiserId;

/// Where an ad account is paid for: its Business Center's page when one owns it, since TikTok manages the balance
/// there, else its own.
pub fn payment_page(advertiser: &AdvertiserId, owner_bc_id: Option<&str>) -> Result<Url, url::ParseError> {
    match owner_bc_id {
        Some(bc) => Url::parse_with_params("https://business.tiktok.com/manage/payment/v2", [("org_id", bc)]),
        None => Url::parse_with_params(
            "https://ads.tiktok.com/i18n/account/payment",
            [("aadvid", advertiser.as_str())],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a25_an_account_is_paid_for_where_its_owner_pays() {
        let account: AdvertiserId = "7002238017842757633".parse().unwrap();
        let page = |bc| payment_page(&account, bc).unwrap().to_string();
        assert_eq!(page(None), "https://ads.tiktok.com/i18n/account/payment?aadvid=7002238017842757633");
        assert_eq!(page(Some("71&x=1")), "https://business.tiktok.com/manage/payment/v2?org_id=71%26x%3D1");
    }
}

//! The ad account and page that a request is for, which faults can be restricted to.

use url::form_urlencoded;

use super::fault::Fault;

pub(crate) struct RequestTarget {
    pub account: Option<String>,
    /// `advertiser_ids` as the JSON text of the request.
    accounts: String,
    pub page: u64,
    query: Vec<(String, String)>,
}

impl RequestTarget {
    pub(crate) fn from_query(query: &str) -> RequestTarget {
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        RequestTarget {
            account: value("advertiser_id"),
            accounts: value("advertiser_ids").unwrap_or_default(),
            page: value("page").and_then(|page| page.parse().ok()).unwrap_or(1),
            query,
        }
    }

    pub(super) fn matches(&self, fault: &Fault) -> bool {
        let is_for = |account: &String| {
            self.account.as_ref() == Some(account) || self.accounts.contains(&format!("\"{account}\""))
        };
        fault.account.as_ref().is_none_or(is_for) && fault.page.is_none_or(|page| page == self.page)
    }

    /// Returns the ad account, or the first of `advertiser_ids`.
    pub(super) fn first_account(&self) -> Option<&str> {
        let digits = |text: &&str| text.len() >= 16 && text.bytes().all(|byte| byte.is_ascii_digit());
        self.account.as_deref().or_else(|| self.accounts.split('"').find(digits))
    }

    /// Returns the query for the previous page; for page 1 the same query.
    pub(crate) fn previous_page_query(&self) -> String {
        let page = self.page.saturating_sub(1).max(1).to_string();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.query {
            query.append_pair(name, if name == "page" { &page } else { value });
        }
        query.finish()
    }
}

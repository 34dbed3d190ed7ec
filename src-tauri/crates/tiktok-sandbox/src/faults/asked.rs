//! What a request is for, as far as faults care.

use url::form_urlencoded;

use super::Fault;

/// The ad account and the page that a request names.
pub(crate) struct Asked {
    pub account: Option<String>,
    /// Several accounts, as the JSON text of the request.
    accounts: String,
    pub page: u64,
    query: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn of(query: &str) -> Asked {
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Asked {
            account: value("advertiser_id"),
            accounts: value("advertiser_ids").unwrap_or_default(),
            page: value("page").and_then(|page| page.parse().ok()).unwrap_or(1),
            query,
        }
    }

    /// Whether a fault that is about one account or one page is about this request.
    pub(super) fn fits(&self, fault: &Fault) -> bool {
        let is_for = |account: &String| {
            self.account.as_ref() == Some(account) || self.accounts.contains(&format!("\"{account}\""))
        };
        fault.account.as_ref().is_none_or(is_for) && fault.page.is_none_or(|page| page == self.page)
    }

    /// The query that asks for the page before; the same when there is none.
    pub(crate) fn page_before(&self) -> String {
        let page = self.page.saturating_sub(1).max(1).to_string();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.query {
            query.append_pair(name, if name == "page" { &page } else { value });
        }
        query.finish()
    }
}

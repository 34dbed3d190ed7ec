//! The texts that the API sends with 40001, "no permission", which mean different things.

use serde::{Deserialize, Serialize};

use crate::endpoint::API_PATH;

/// Which text a refusal has. All were seen in production.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The advertiser granted the app no access to the ad account.
    Account,
    /// The ad account is gone.
    Deleted,
    /// The advertiser did not grant the endpoint.
    Endpoint,
    /// The token lacks the scope of the endpoint.
    Scope,
    /// It does not say what is missing.
    Plain,
}

impl Refusal {
    /// Returns the text for a request to `path`, which names `account`.
    pub(super) fn message(self, path: &str, account: Option<&str>) -> String {
        let account = account.unwrap_or("7002238017842757633");
        let endpoint = path.strip_prefix(API_PATH).unwrap_or(path);
        match self {
            Refusal::Account => format!("No permission to operate advertiser {account}"),
            Refusal::Deleted => format!("The advertiser {account} doesn't exist or has been deleted."),
            Refusal::Endpoint => format!("advertiser does not grant you {endpoint}:GET permission"),
            Refusal::Scope => format!("The access token lacks the required scope for endpoint {path}"),
            Refusal::Plain => "You do not have permission to access this resource.".to_owned(),
        }
    }
}

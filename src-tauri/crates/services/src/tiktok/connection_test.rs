//! Trying the settings of a TikTok app out, without a log-in.

use serde::Serialize;
use specta::Type;
use tiktok_business::{App, AuthorizationCode, Client, ErrorKind};
use url::Url;

use crate::problem::Problem;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestedPart {
    /// Whether TikTok's API answers at its address.
    Api,
    /// Whether something answers where the log-in page should be.
    LoginPage,
    /// Whether TikTok takes the app id with the secret.
    AppKeys,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct TestStep {
    /// What was tried.
    pub step: TestedPart,
    /// Nothing when it works.
    pub problem: Option<Problem>,
}

/// Try the addresses and the app's keys.
///
/// TikTok has no call that only checks keys. An auth code that cannot exist makes it tell: keys that
/// fit lead to "wrong code", others to "wrong app".
pub async fn test(client: &Client, app: &App, login_page: &Url) -> Vec<TestStep> {
    let code = AuthorizationCode::new("connection-test".to_owned());
    let keys = client.access_token(app, &code).await.err();
    let (api, keys) = match keys {
        Some(error) if error.kind == ErrorKind::InvalidAuthCode => (None, Some(None)),
        Some(error) if error.code.is_some() => (None, Some(Some(Problem::from(error)))),
        Some(error) => (Some(Problem::from(error)), None),
        None => (None, Some(None)),
    };
    let login_page = client.check_page(login_page).await.err().map(Problem::from);
    let mut steps = vec![
        TestStep { step: TestedPart::Api, problem: api },
        TestStep { step: TestedPart::LoginPage, problem: login_page },
    ];
    steps.extend(keys.map(|problem| TestStep { step: TestedPart::AppKeys, problem }));
    steps
}

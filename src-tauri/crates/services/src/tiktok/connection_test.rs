//! Tests the settings of a TikTok app without signing in.

use serde::Serialize;
use specta::Type;
use tiktok_business::{App, AuthorizationCode, Client, ErrorKind};
use url::Url;

use crate::problem::Problem;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum TestedPart {
    /// TikTok's API answers at its address.
    Api,
    /// A web server answers at the address of the sign-in page.
    SignInPage,
    /// TikTok accepts the app id and secret.
    AppCredentials,
}

#[derive(Debug, Clone, PartialEq, Serialize, Type)]
pub struct TestStep {
    pub step: TestedPart,
    /// `None` if the part works.
    pub problem: Option<Problem>,
}

/// Returns whether everything that was tested works.
pub fn passed(steps: &[TestStep]) -> bool {
    steps.iter().all(|step| step.problem.is_none())
}

/// Tests both addresses and the app's keys. The keys are left out if the API cannot be reached.
///
/// TikTok has no endpoint that only checks the keys, so this exchanges an auth code that cannot exist: TikTok rejects the
/// code if the keys are right, and the app otherwise.
pub async fn test(client: &Client, app: &App, sign_in_page: &Url) -> Vec<TestStep> {
    let code = AuthorizationCode::new("connection-test".to_owned());
    let (api, keys) = match client.access_token(app, &code).await {
        Err(error) if error.kind != ErrorKind::InvalidAuthCode && error.code.is_some() => {
            (None, Some(Some(Problem::from(error))))
        }
        Err(error) if error.kind != ErrorKind::InvalidAuthCode => (Some(Problem::from(error)), None),
        _ => (None, Some(None)),
    };
    let mut steps =
        vec![TestStep { step: TestedPart::Api, problem: api }, page_step(client, sign_in_page).await];
    steps.extend(keys.map(|problem| TestStep { step: TestedPart::AppCredentials, problem }));
    steps
}

/// Tests whether both addresses can be reached.
pub async fn addresses(client: &Client, sign_in_page: &Url) -> Vec<TestStep> {
    let api = client.check_api().await.err().map(Problem::from);
    vec![TestStep { step: TestedPart::Api, problem: api }, page_step(client, sign_in_page).await]
}

async fn page_step(client: &Client, page: &Url) -> TestStep {
    let problem = client.check_page(page).await.err().map(Problem::from);
    TestStep { step: TestedPart::SignInPage, problem }
}

//! Tests of the client against `tiktok-sandbox`, a simulator of TikTok's API.

use std::collections::BTreeSet;

use serde_json::json;
use tiktok_business::{
    AccessToken, AdvertiserId, App, AuthorizationCode, Client, ClientSecret, Error, ErrorKind, MissingReason,
};
use tiktok_sandbox::{Fault, Options, Sandbox, SignInScript, Times, Via};
use url::Url;

use crate::stub::client;

pub struct World {
    pub sandbox: Sandbox,
    pub client: Client,
    app: App,
}

impl World {
    async fn new(accounts: usize) -> Self {
        World::with(Options { accounts, ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Self {
        let options = Options { qps: Some(0), hostile_names: true, ..options };
        let sandbox = Sandbox::start(options).await.unwrap();
        let client = client(sandbox.api_address().parse().unwrap(), |_| {});
        let app = App { id: sandbox.app_id().into(), secret: ClientSecret::new(sandbox.secret().into()) };
        World { sandbox, client, app }
    }

    /// Returns the first user's id, and a token for all of the user's accounts.
    pub fn token(&self) -> (String, AccessToken) {
        let user = self.sandbox.users()[0].id.clone();
        let token = self.sandbox.authorize(&user).unwrap();
        (user, AccessToken::new(token))
    }

    /// Signs in and confirms the authorization, like a browser without JavaScript.
    async fn sign_in(&self) -> AuthorizationCode {
        self.sandbox.script_sign_in(SignInScript { via: Via::Redirects, ..SignInScript::default() });
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let redirect = &self.sandbox.redirect_urls()[0];
        let query = [("app_id", self.app.id.as_str()), ("state", "s"), ("redirect_uri", redirect)];
        let mut url = Url::parse_with_params(&self.sandbox.sign_in_address(), query).unwrap();
        while !url.as_str().starts_with(redirect) {
            let answer = browser.get(url.clone()).send().await.unwrap();
            url = url.join(answer.headers()["location"].to_str().unwrap()).unwrap();
        }
        let code = url.query_pairs().find(|(name, _)| name == "auth_code").unwrap().1;
        AuthorizationCode::new(code.into_owned())
    }

    pub async fn ids(&self, token: &AccessToken) -> Vec<AdvertiserId> {
        let advertisers = self.client.advertisers(&self.app, token).await.unwrap();
        assert_eq!(advertisers.unreadable, 0);
        advertisers.list.into_iter().map(|account| account.id).collect()
    }

    async fn control(&self, method: reqwest::Method, path: &str, body: serde_json::Value) {
        let browser = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/sandbox/{path}", self.sandbox.address());
        let answer = browser.request(method, url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
    }

    pub fn fault(&self, endpoint: &str, times: Times, fault: Fault) {
        self.sandbox.inject_fault(Fault { endpoint: endpoint.into(), times, ..fault });
    }
}

#[tokio::test]
async fn a_sign_in_leads_to_a_token_a_user_and_accounts() {
    let world = World::new(40).await;
    let code = world.sign_in().await;
    let token = world.client.access_token(&world.app, &code).await.unwrap();
    let user = world.client.user_info(&token).await.unwrap();
    let expected = &world.sandbox.users()[0];
    assert_eq!((user.id.as_str(), &user.display_name), (expected.id.as_str(), &expected.name));
    assert_eq!(world.ids(&token).await.len(), expected.accounts);

    let error = world.client.access_token(&world.app, &code).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::InvalidAuthCode, "a code is valid once: {error}");
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_app_are_reported_as_an_invalid_app() {
    let world = World::new(5).await;
    let (_, token) = world.token();
    let code = world.sign_in().await;
    let wrong_secret = App { secret: ClientSecret::new("wrong".into()), ..world.app.clone() };
    let unknown = App { id: "7999999999999999999".into(), ..world.app.clone() };
    for app in [wrong_secret, unknown] {
        assert_eq!(world.client.access_token(&app, &code).await.unwrap_err().kind, ErrorKind::InvalidApp);
        assert_eq!(world.client.advertisers(&app, &token).await.unwrap_err().kind, ErrorKind::InvalidApp);
    }
}

#[tokio::test]
async fn fetches_all_details_of_more_accounts_than_fit_into_one_request() {
    let world = World::new(750).await;
    let (_, token) = world.token();
    let ids = world.ids(&token).await;
    assert!(ids.len() > 100, "{}", ids.len());
    let mut last = 0;
    let infos = world.client.advertiser_info(&token, &ids, |done| last = done).await.unwrap();
    assert_eq!((infos.list.len(), infos.missing.len(), last), (ids.len(), 0, ids.len()));
    let fetched: BTreeSet<_> = infos.list.iter().map(|account| &account.id).collect();
    assert_eq!(fetched, ids.iter().collect());
    for account in &infos.list {
        assert!(
            account.name.is_some() && account.status.is_some() && account.currency.is_some(),
            "{account:?}"
        );
        assert!(account.display_timezone.is_some() && account.create_time.is_some(), "{account:?}");
        assert!(account.other_fields.is_empty(), "{:?}", account.other_fields);
    }
}

#[tokio::test]
async fn only_an_account_removed_between_listing_and_details_is_missing() {
    for behaviour in ["fail_batch", "leave_out"] {
        let world = World::new(120).await;
        world.control(reqwest::Method::POST, "behaviour", json!({ "bad_id": behaviour })).await;
        let (_, token) = world.token();
        let ids = world.ids(&token).await;
        let removed = &ids[ids.len() / 2];
        world.control(reqwest::Method::DELETE, &format!("accounts/{removed}"), json!({})).await;
        let infos = world.client.advertiser_info(&token, &ids, |_| {}).await.unwrap();
        assert_eq!(infos.list.len(), ids.len() - 1, "{behaviour}");
        let [missing] = infos.missing.as_slice() else { panic!("{:?}", infos.missing) };
        assert_eq!(&missing.id, removed);
        match &missing.reason {
            MissingReason::Rejected(error) => {
                assert_eq!((behaviour, error.kind), ("fail_batch", ErrorKind::AccountUnavailable));
                assert_eq!(error.advertiser.as_ref(), Some(removed));
            }
            reason => assert_eq!((behaviour, reason), ("leave_out", &MissingReason::Omitted)),
        }
    }
}

#[tokio::test]
async fn a_revoked_token_requires_a_new_sign_in() {
    let world = World::new(5).await;
    let (user, first) = world.token();
    let (_, second) = world.token();
    world.client.revoke(&world.app, &first).await.unwrap();
    assert_eq!(world.client.user_info(&first).await.unwrap_err().kind, ErrorKind::SignInRequired);
    assert_eq!(world.client.revoke(&world.app, &first).await.unwrap_err().kind, ErrorKind::SignInRequired);
    assert!(world.client.user_info(&second).await.is_ok());
    world.sandbox.revoke_user(&user);
    let error: Error = world.client.advertisers(&world.app, &second).await.unwrap_err();
    assert_eq!((error.kind, error.code), (ErrorKind::SignInRequired, Some(40105)));
    assert!(error.request_id.is_some());
}

#[tokio::test]
async fn short_failures_are_retried_and_long_ones_reported_by_kind() {
    let world = World::new(5).await;
    let (_, token) = world.token();
    let html = Some("<html>Gateway</html>".to_owned());
    for (fault, kind) in [
        (Fault { code: Some(40100), ..Fault::default() }, ErrorKind::RateLimited),
        (Fault { code: Some(50000), ..Fault::default() }, ErrorKind::ServerError),
        (Fault { status: Some(504), html: html.clone(), ..Fault::default() }, ErrorKind::Unavailable),
        (Fault { html, ..Fault::default() }, ErrorKind::Unavailable),
        (Fault { drop: true, ..Fault::default() }, ErrorKind::Unavailable),
        (Fault { cut: true, ..Fault::default() }, ErrorKind::Unavailable),
    ] {
        // A new client each time, because its rate limiter remembers rejections.
        let client = client(world.sandbox.api_address().parse().unwrap(), |_| {});
        world.fault("user/info", Times::Number(2), fault.clone());
        assert!(client.user_info(&token).await.is_ok(), "{fault:?}");
        world.fault("user/info", Times::Forever, fault.clone());
        assert_eq!(client.user_info(&token).await.unwrap_err().kind, kind, "{fault:?}");
        world.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn retries_only_the_batch_that_was_rate_limited() {
    let world = World::new(750).await;
    let (_, token) = world.token();
    let ids = world.ids(&token).await;
    world.fault(
        "advertiser/info",
        Times::Number(1),
        Fault { skip: 1, code: Some(40100), ..Fault::default() },
    );
    let infos = world.client.advertiser_info(&token, &ids, |_| {}).await.unwrap();
    assert_eq!(infos.list.len(), ids.len());
    assert_eq!(world.sandbox.log(Some("advertiser/info")).len(), ids.len().div_ceil(100) + 1);
}

//! The client against TikTok's side as `tiktok-sandbox` plays it.

use std::collections::BTreeSet;

use serde_json::json;
use tiktok_business::{
    AccessToken, AdvertiserId, App, AuthorizationCode, Client, ClientSecret, Error, Kind, MissingReason,
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
        let options = Options { qps: Some(0), ..options };
        let sandbox = Sandbox::start(options).await.unwrap();
        let client = client(sandbox.api_address().parse().unwrap(), |_| {});
        let app = App { id: sandbox.app_id().into(), secret: ClientSecret::new(sandbox.secret().into()) };
        World { sandbox, client, app }
    }

    /// The first user's id, and a token that reaches all of their accounts.
    pub fn token(&self) -> (String, AccessToken) {
        let user = self.sandbox.users()[0].id.clone();
        let token = self.sandbox.authorize(&user).unwrap();
        (user, AccessToken::new(token))
    }

    /// Logs in and confirms, as a browser without scripts.
    async fn log_in(&self) -> AuthorizationCode {
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
        let found = self.client.advertisers(&self.app, token).await.unwrap();
        assert_eq!(found.unreadable, 0);
        found.list.into_iter().map(|account| account.id).collect()
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
async fn a_log_in_becomes_a_token_a_user_and_accounts() {
    let world = World::new(40).await;
    let code = world.log_in().await;
    let grant = world.client.access_token(&world.app, &code).await.unwrap();
    assert!(!grant.scope.is_empty());
    let user = world.client.user_info(&grant.token).await.unwrap();
    let expected = &world.sandbox.users()[0];
    assert_eq!((user.id.as_str(), &user.display_name), (expected.id.as_str(), &expected.name));
    assert_eq!(world.ids(&grant.token).await.len(), expected.accounts);

    let again = world.client.access_token(&world.app, &code).await.unwrap_err();
    assert_eq!(again.kind, Kind::AuthCode, "a code is good once: {again}");
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_app_are_the_apps_trouble() {
    let world = World::new(5).await;
    let (_, token) = world.token();
    let code = world.log_in().await;
    let wrong_secret = App { secret: ClientSecret::new("wrong".into()), ..world.app.clone() };
    let unknown = App { id: "7999999999999999999".into(), ..world.app.clone() };
    for app in [wrong_secret, unknown] {
        assert_eq!(world.client.access_token(&app, &code).await.unwrap_err().kind, Kind::App);
        assert_eq!(world.client.advertisers(&app, &token).await.unwrap_err().kind, Kind::App);
    }
}

#[tokio::test]
async fn more_accounts_than_fit_one_request_come_with_all_their_details() {
    let world = World::new(750).await;
    let (_, token) = world.token();
    let ids = world.ids(&token).await;
    assert!(ids.len() > 100, "{}", ids.len());
    let mut last = 0;
    let infos = world.client.advertiser_info(&token, &ids, |done| last = done).await.unwrap();
    assert_eq!((infos.list.len(), infos.missing.len(), last), (ids.len(), 0, ids.len()));
    let found: BTreeSet<_> = infos.list.iter().map(|account| &account.id).collect();
    assert_eq!(found, ids.iter().collect());
    for account in &infos.list {
        assert!(
            account.name.is_some() && account.status.is_some() && account.currency.is_some(),
            "{account:?}"
        );
        assert!(account.display_timezone.is_some() && account.create_time.is_some(), "{account:?}");
        assert!(account.rest.is_empty(), "{:?}", account.rest);
    }
}

#[tokio::test]
async fn an_account_removed_between_the_list_and_the_details_is_the_only_one_missing() {
    for behaviour in ["fail_batch", "leave_out"] {
        let world = World::new(120).await;
        world.control(reqwest::Method::POST, "behaviour", json!({ "bad_id": behaviour })).await;
        let (_, token) = world.token();
        let ids = world.ids(&token).await;
        let gone = &ids[ids.len() / 2];
        world.control(reqwest::Method::DELETE, &format!("accounts/{gone}"), json!({})).await;
        let infos = world.client.advertiser_info(&token, &ids, |_| {}).await.unwrap();
        assert_eq!(infos.list.len(), ids.len() - 1, "{behaviour}");
        let [missing] = infos.missing.as_slice() else { panic!("{:?}", infos.missing) };
        assert_eq!(&missing.id, gone);
        match &missing.reason {
            MissingReason::Refused(error) => {
                assert_eq!((behaviour, error.kind), ("fail_batch", Kind::Account));
                assert_eq!(error.advertiser.as_ref(), Some(gone));
            }
            reason => assert_eq!((behaviour, reason), ("leave_out", &MissingReason::LeftOut)),
        }
    }
}

#[tokio::test]
async fn a_token_given_back_or_revoked_needs_a_new_log_in() {
    let world = World::new(5).await;
    let (user, first) = world.token();
    let (_, second) = world.token();
    world.client.revoke(&world.app, &first).await.unwrap();
    assert_eq!(world.client.user_info(&first).await.unwrap_err().kind, Kind::LoginNeeded);
    assert_eq!(world.client.revoke(&world.app, &first).await.unwrap_err().kind, Kind::LoginNeeded);
    assert!(world.client.user_info(&second).await.is_ok());
    world.sandbox.revoke_user(&user);
    let error: Error = world.client.advertisers(&world.app, &second).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::LoginNeeded, Some(40105)));
    assert!(error.request_id.is_some());
}

#[tokio::test]
async fn bad_days_pass_when_short_and_are_named_when_long() {
    let world = World::new(5).await;
    let (_, token) = world.token();
    let html = Some("<html>Gateway</html>".to_owned());
    for (fault, kind) in [
        (Fault { code: Some(40100), ..Fault::default() }, Kind::Throttled),
        (Fault { code: Some(50000), ..Fault::default() }, Kind::Retry),
        (Fault { status: Some(504), html: html.clone(), ..Fault::default() }, Kind::Unavailable),
        (Fault { html, ..Fault::default() }, Kind::Unavailable),
        (Fault { drop: true, ..Fault::default() }, Kind::Unavailable),
        (Fault { cut: true, ..Fault::default() }, Kind::Unavailable),
    ] {
        // A new one: long throttling is remembered.
        let client = client(world.sandbox.api_address().parse().unwrap(), |_| {});
        world.fault("user/info", Times::Number(2), fault.clone());
        assert!(client.user_info(&token).await.is_ok(), "{fault:?}");
        world.fault("user/info", Times::Forever, fault.clone());
        assert_eq!(client.user_info(&token).await.unwrap_err().kind, kind, "{fault:?}");
        world.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn throttled_in_the_middle_of_many_batches_only_that_batch_is_asked_again() {
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

//! A running sandbox and an HTTP client that does not follow redirects.

use reqwest::{Client, Method, Response, Url};
use serde_json::{Value, json};
use tiktok_sandbox::{Options, Sandbox};

/// The app's registered redirect URL.
pub const REDIRECT_URL: &str = "http://localhost:3456/callback";

pub struct Harness {
    pub sandbox: Sandbox,
    pub http: Client,
}

impl Harness {
    /// Starts a sandbox with three users and 40 accounts.
    pub async fn new() -> Harness {
        Harness::with(Options::default()).await
    }

    /// Starts a sandbox without rate limits.
    pub async fn unlimited() -> Harness {
        Harness::with(Options { qps: Some(0), ..Options::default() }).await
    }

    pub async fn with(options: Options) -> Harness {
        Harness {
            sandbox: Sandbox::start(options).await.unwrap(),
            http: Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.address())
    }

    /// Calls a control endpoint, which must succeed.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = self.url(&format!("/sandbox/{path}"));
        let response = self.http.request(method, url).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap());
        response.json().await.unwrap()
    }

    /// Sends `POST /sandbox/…`.
    pub async fn post_control(&self, path: &str, body: Value) -> Value {
        self.control(Method::POST, path, body).await
    }

    /// Sends `GET /sandbox/…`.
    pub async fn get_control(&self, path: &str) -> Value {
        self.control(Method::GET, path, json!({})).await
    }

    /// Sends a GET request to the API and returns the envelope.
    pub async fn get(&self, path: &str, token: &str, query: &[(&str, &str)]) -> Value {
        self.response(path, token, query).await.json().await.unwrap()
    }

    /// Sends a GET request to the API.
    pub async fn response(&self, path: &str, token: &str, query: &[(&str, &str)]) -> Response {
        let url = format!("{}/{path}", self.sandbox.api_address());
        let request = self.http.get(url).query(query);
        request.header("Access-Token", token).send().await.unwrap()
    }

    /// Sends a POST request to the API and returns the envelope.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.sandbox.api_address());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// Returns the app's id and secret, and more fields.
    pub fn with_app(&self, more: Value) -> Value {
        let mut body = json!({"app_id": self.sandbox.app_id(), "secret": self.sandbox.secret()});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    /// Returns the address of the sign-in page with an app's parameters.
    pub fn sign_in_url(&self) -> String {
        self.sign_in_url_for(self.sandbox.app_id(), REDIRECT_URL)
    }

    pub fn sign_in_url_for(&self, app_id: &str, redirect_uri: &str) -> String {
        let query = [("app_id", app_id), ("state", "s t&te"), ("redirect_uri", redirect_uri)];
        Url::parse_with_params(&self.sandbox.sign_in_address(), query).unwrap().into()
    }

    /// Signs in by redirects as the script says and returns the final address.
    pub async fn sign_in(&self, script: Value) -> Url {
        let mut script = script;
        script["via"] = json!("redirects");
        self.post_control("login", script).await;
        let mut address = self.sign_in_url();
        while address.starts_with(&self.sandbox.address()) {
            address = location(&self.http.get(&address).send().await.unwrap());
            if address.starts_with('/') {
                address = self.url(&address);
            }
        }
        Url::parse(&address).unwrap()
    }

    pub async fn code(&self, script: Value) -> String {
        parameter(&self.sign_in(script).await, "auth_code").expect("no auth_code")
    }

    /// Exchanges a code and returns the envelope.
    pub async fn exchange(&self, code: &str) -> Value {
        let body = self.with_app(json!({"auth_code": code}));
        self.post("oauth2/access_token/", body).await
    }

    /// Signs in as the script says and returns a token.
    pub async fn token(&self, script: Value) -> String {
        let code = self.code(script).await;
        text(&self.exchange(&code).await["data"]["access_token"])
    }

    /// Returns the ids of `GET /oauth2/advertiser/get/`.
    pub async fn granted_accounts(&self, token: &str) -> Vec<String> {
        let query = [("app_id", self.sandbox.app_id()), ("secret", self.sandbox.secret())];
        let envelope = self.get("oauth2/advertiser/get/", token, &query).await;
        assert_eq!(envelope["code"], 0, "{envelope}");
        let list = envelope["data"]["list"].as_array().unwrap();
        list.iter().map(|account| text(&account["advertiser_id"])).collect()
    }

    /// Sends `GET /advertiser/info/` for these ids.
    pub async fn account_info(&self, token: &str, ids: &[String]) -> Value {
        let ids = json!(ids).to_string();
        self.get("advertiser/info/", token, &[("advertiser_ids", &ids)]).await
    }

    /// Lists objects of an ad account, with more parameters, and returns the envelope.
    pub async fn list(&self, path: &str, account: &str, more: &[(&str, &str)]) -> Value {
        let token = self.sandbox.authorize(&self.user(0)).unwrap();
        let mut query = vec![("advertiser_id", account)];
        query.extend(more);
        self.get(path, &token, &query).await
    }

    /// Reads all rows of a listing in pages of this size.
    pub async fn list_all(&self, path: &str, account: &str, size: &str, filtering: Value) -> Vec<Value> {
        let filtering = filtering.to_string();
        let mut rows = Vec::new();
        loop {
            let page = (rows.len() / size.parse::<usize>().unwrap() + 1).to_string();
            let query = [("page", &*page), ("page_size", size), ("filtering", &filtering)];
            let envelope = self.list(path, account, &query).await;
            assert_eq!(envelope["code"], 0, "{envelope}");
            rows.extend(envelope["data"]["list"].as_array().unwrap().clone());
            let info = &envelope["data"]["page_info"];
            if info["page"].as_u64() >= info["total_page"].as_u64() {
                assert_eq!(info["total_number"], rows.len());
                return rows;
            }
        }
    }

    /// Returns the first account of the first user with this status and at least one campaign.
    pub async fn account_with_status(&self, status: &str) -> String {
        let token = self.sandbox.authorize(&self.user(0)).unwrap();
        for id in self.accounts_of(&self.user(0)).await {
            let campaigns = self.list("campaign/get/", &id, &[]).await;
            let info = self.account_info(&token, std::slice::from_ref(&id)).await;
            let has_campaigns = campaigns["data"]["page_info"]["total_number"] != 0;
            if has_campaigns && info["data"]["list"][0]["status"] == status {
                return id;
            }
        }
        panic!("no account has the status {status}");
    }

    /// Returns the ids of the accounts that a user has access to.
    pub async fn accounts_of(&self, user: &str) -> Vec<String> {
        let envelope = self.get_control(&format!("users/{user}/accounts")).await;
        let list = envelope["accounts"].as_array().unwrap();
        list.iter().map(|account| text(&account["id"])).collect()
    }

    pub fn user(&self, index: usize) -> String {
        self.sandbox.users()[index].id.clone()
    }
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into())
}

/// Returns the target of a 302.
pub fn location(response: &Response) -> String {
    assert_eq!(response.status(), 302);
    response.headers()["location"].to_str().unwrap().to_owned()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

/// Returns the code and the message of an envelope without data.
pub fn api_error(envelope: &Value) -> (i64, &str) {
    assert_eq!(envelope["data"], json!({}));
    (envelope["code"].as_i64().unwrap(), envelope["message"].as_str().unwrap())
}

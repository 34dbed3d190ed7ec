//! A running sandbox and a plain HTTP client that follows no redirect by itself.

use reqwest::{Client, Method, Response, Url};
use serde_json::{Value, json};
use tiktok_sandbox::{Options, Sandbox};

/// What the app is registered with.
pub const REDIRECT_URL: &str = "http://localhost:3456/callback";

/// A sandbox and a client.
pub struct Bench {
    pub sandbox: Sandbox,
    pub http: Client,
}

impl Bench {
    /// With three users and 40 accounts.
    pub async fn new() -> Bench {
        Bench::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Bench {
        Bench {
            sandbox: Sandbox::start(options).await.unwrap(),
            http: Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap(),
        }
    }

    /// The address of a path of the sandbox.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.address())
    }

    /// Calls a route under `/sandbox/`, which has to succeed.
    pub async fn control(&self, method: Method, path: &str, body: Value) -> Value {
        let url = self.url(&format!("/sandbox/{path}"));
        let response = self.http.request(method, url).json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap());
        response.json().await.unwrap()
    }

    /// `POST /sandbox/…`
    pub async fn order(&self, path: &str, body: Value) -> Value {
        self.control(Method::POST, path, body).await
    }

    /// `GET /sandbox/…`
    pub async fn ask(&self, path: &str) -> Value {
        self.control(Method::GET, path, json!({})).await
    }

    /// A GET to the API: the whole envelope.
    pub async fn get(&self, path: &str, token: &str, query: &[(&str, &str)]) -> Value {
        self.answer(path, token, query).await.json().await.unwrap()
    }

    /// A GET to the API.
    pub async fn answer(&self, path: &str, token: &str, query: &[(&str, &str)]) -> Response {
        let url = format!("{}/{path}", self.sandbox.api_address());
        let request = self.http.get(url).query(query);
        request.header("Access-Token", token).send().await.unwrap()
    }

    /// A POST to the API: the whole envelope.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/{path}", self.sandbox.api_address());
        let response = self.http.post(url).json(&body).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// The app's id and secret with more fields.
    pub fn with_app(&self, more: Value) -> Value {
        let mut body = json!({"app_id": self.sandbox.app_id(), "secret": self.sandbox.secret()});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    /// The log-in address as an app opens it.
    pub fn log_in_url(&self) -> String {
        self.log_in_url_of(self.sandbox.app_id(), REDIRECT_URL)
    }

    pub fn log_in_url_of(&self, app_id: &str, redirect_uri: &str) -> String {
        let query = [("app_id", app_id), ("state", "s t&te"), ("redirect_uri", redirect_uri)];
        Url::parse_with_params(&self.sandbox.log_in_address(), query).unwrap().into()
    }

    /// Where the log-in ends when it goes as `plan` says, from redirect to redirect.
    pub async fn log_in(&self, plan: Value) -> Url {
        let mut plan = plan;
        plan["via"] = json!("redirects");
        self.order("login", plan).await;
        let mut at = self.log_in_url();
        while at.starts_with(&self.sandbox.address()) {
            at = location(&self.http.get(&at).send().await.unwrap());
            if at.starts_with('/') {
                at = self.url(&at);
            }
        }
        Url::parse(&at).unwrap()
    }

    /// An auth_code.
    pub async fn code(&self, plan: Value) -> String {
        parameter(&self.log_in(plan).await, "auth_code").expect("no auth_code")
    }

    /// Exchanges a code: the whole envelope.
    pub async fn exchange(&self, code: &str) -> Value {
        let body = self.with_app(json!({"auth_code": code}));
        self.post("oauth2/access_token/", body).await
    }

    /// A token, from a log-in as planned.
    pub async fn token(&self, plan: Value) -> String {
        let code = self.code(plan).await;
        text(&self.exchange(&code).await["data"]["access_token"])
    }

    /// The ids of `GET /oauth2/advertiser/get/`.
    pub async fn granted(&self, token: &str) -> Vec<String> {
        let query = [("app_id", self.sandbox.app_id()), ("secret", self.sandbox.secret())];
        let answer = self.get("oauth2/advertiser/get/", token, &query).await;
        assert_eq!(answer["code"], 0, "{answer}");
        let list = answer["data"]["list"].as_array().unwrap();
        list.iter().map(|account| text(&account["advertiser_id"])).collect()
    }

    /// `GET /advertiser/info/` of these ids.
    pub async fn info(&self, token: &str, ids: &[String]) -> Value {
        let ids = json!(ids).to_string();
        self.get("advertiser/info/", token, &[("advertiser_ids", &ids)]).await
    }

    /// A listing of an ad account, `more` beside its id: the whole envelope.
    pub async fn list(&self, path: &str, account: &str, more: &[(&str, &str)]) -> Value {
        let token = self.sandbox.authorize(&self.user(0)).unwrap();
        let mut query = vec![("advertiser_id", account)];
        query.extend(more);
        self.get(path, &token, &query).await
    }

    /// All rows of a listing, read in pages of this size.
    pub async fn all(&self, path: &str, account: &str, size: &str, filtering: Value) -> Vec<Value> {
        let filtering = filtering.to_string();
        let mut rows = Vec::new();
        loop {
            let page = (rows.len() / size.parse::<usize>().unwrap() + 1).to_string();
            let query = [("page", &*page), ("page_size", size), ("filtering", &filtering)];
            let answer = self.list(path, account, &query).await;
            assert_eq!(answer["code"], 0, "{answer}");
            rows.extend(answer["data"]["list"].as_array().unwrap().clone());
            let info = &answer["data"]["page_info"];
            if info["page"].as_u64() >= info["total_page"].as_u64() {
                assert_eq!(info["total_number"], rows.len());
                return rows;
            }
        }
    }

    /// The first account of the first user that has this status and campaigns.
    pub async fn account(&self, status: &str) -> String {
        let token = self.sandbox.authorize(&self.user(0)).unwrap();
        for id in self.reached(&self.user(0)).await {
            let campaigns = self.list("campaign/get/", &id, &[]).await;
            let info = self.info(&token, std::slice::from_ref(&id)).await;
            let filled = campaigns["data"]["page_info"]["total_number"] != 0;
            if filled && info["data"]["list"][0]["status"] == status {
                return id;
            }
        }
        panic!("no account is {status}");
    }

    /// The ids of the accounts that a user reaches.
    pub async fn reached(&self, user: &str) -> Vec<String> {
        let answer = self.ask(&format!("users/{user}/accounts")).await;
        let list = answer["accounts"].as_array().unwrap();
        list.iter().map(|account| text(&account["id"])).collect()
    }

    /// The id of user number `index`.
    pub fn user(&self, index: usize) -> String {
        self.sandbox.users()[index].id.clone()
    }
}

/// A parameter of an address.
pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into())
}

/// Where a 302 leads.
pub fn location(response: &Response) -> String {
    assert_eq!(response.status(), 302);
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// A JSON string's text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}")).to_owned()
}

/// The code and the message of an envelope.
pub fn refusal(answer: &Value) -> (i64, &str) {
    assert_eq!(answer["data"], json!({}));
    (answer["code"].as_i64().unwrap(), answer["message"].as_str().unwrap())
}

//! The sign-in page, the Authorization page and the redirect.

use crate::harness::{Harness, REDIRECT_URL, location, parameter};
use reqwest::Response;
use serde_json::{Value, json};
use tiktok_sandbox::Options;

/// Returns the unescaped values of the fields with this name.
fn values(html: &str, name: &str) -> Vec<String> {
    let tag = format!("name=\"{name}\" value=\"");
    let found = html.split(&tag).skip(1).map(|rest| rest.split('"').next().unwrap());
    found.map(|text| text.replace("&amp;", "&")).collect()
}

async fn send(harness: &Harness, path: &str, html: &str, more: &[(&str, &str)]) -> Response {
    let hidden = ["app_id", "state", "redirect_uri", "ticket"];
    let read = |name| values(html, name).into_iter().next().map(|value| (name, value));
    let mut fields: Vec<(&str, String)> = hidden.into_iter().filter_map(read).collect();
    fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    harness.http.post(harness.url(path)).form(&fields).send().await.unwrap()
}

async fn page(response: Response) -> String {
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// Signs in by form and returns the Authorization page and the user's id.
async fn authorization_page(harness: &Harness) -> (String, String) {
    let sign_in = page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
    let user = values(&sign_in, "user").remove(0);
    let next = location(&send(harness, "/portal/login", &sign_in, &[("user", &user)]).await);
    let authorize = page(harness.http.get(harness.url(&next)).send().await.unwrap()).await;
    (authorize, user)
}

#[tokio::test]
async fn a_person_signs_in_selects_an_account_and_confirms() {
    let harness = Harness::new().await;
    let (html, user) = authorization_page(&harness).await;
    let accounts = values(&html, "account");
    assert_eq!(accounts, harness.accounts_of(&user).await);
    assert_eq!(html.matches(" checked>").count(), accounts.len(), "all accounts are selected initially");
    let fields = [("user", user.as_str()), ("decision", "confirm"), ("account", accounts[2].as_str())];
    let target = location(&send(&harness, "/portal/authorize", &html, &fields).await);
    assert!(target.starts_with(REDIRECT_URL));
    let target = target.parse().unwrap();
    assert_eq!(parameter(&target, "state").unwrap(), "s t&te");
    let code = parameter(&target, "auth_code").unwrap();
    assert_eq!(parameter(&target, "code").unwrap(), code);
    let envelope = harness.exchange(&code).await;
    assert_eq!(envelope["data"]["advertiser_ids"], json!([accounts[2]]));
}

#[tokio::test]
async fn a_form_of_any_length_does_not_fill_the_memory() {
    let harness = Harness::new().await;
    for path in ["/portal/login", "/portal/authorize"] {
        let form = harness.http.post(harness.url(path)).body("a".repeat(9 << 20));
        let form = form.header("content-type", "application/x-www-form-urlencoded");
        // The connection may be closed before the form is sent.
        let refused = form.send().await.map_or(413, |response| response.status().as_u16());
        assert_eq!(refused, 413, "{path}");
    }
}

#[tokio::test]
async fn a_person_can_sign_in_with_an_email_address() {
    let harness = Harness::new().await;
    let sign_in = page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
    let email = harness.sandbox.users()[1].email.to_uppercase();
    let next = location(&send(&harness, "/portal/login", &sign_in, &[("email", &email)]).await);
    assert!(next.contains(&harness.user(1)));
    let again =
        page(send(&harness, "/portal/login", &sign_in, &[("email", "nobody@example.com")]).await).await;
    assert!(again.contains("There is no such account."));
}

#[tokio::test]
async fn cancel_redirects_with_an_error_or_shows_a_page() {
    let harness = Harness::new().await;
    let (html, user) = authorization_page(&harness).await;
    let fields = [("user", user.as_str()), ("decision", "cancel")];
    let target = location(&send(&harness, "/portal/authorize", &html, &fields).await);
    assert_eq!(target, format!("{REDIRECT_URL}?error=access_denied&state=s+t%26te"));
    harness.post_control("behaviour", json!({"cancel": "page"})).await;
    let shown = page(send(&harness, "/portal/authorize", &html, &fields).await).await;
    assert!(shown.contains("You can close this window."));
}

#[tokio::test]
async fn an_unknown_app_or_redirect_url_gets_an_error_page_and_no_redirect() {
    let harness = Harness::new().await;
    let app_id = harness.sandbox.app_id();
    for (app_id, redirect_uri) in [
        ("7300000000000000001", REDIRECT_URL),
        (app_id, "http://localhost:3456/callback/"),
        (app_id, "https://evil.example/\"><script>alert(1)</script>"),
        (app_id, ""),
    ] {
        let url = harness.sign_in_url_for(app_id, redirect_uri);
        let response = harness.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 400);
        let html = response.text().await.unwrap();
        assert!(html.contains("Something went wrong") && !html.contains("<script>"));
    }
}

#[tokio::test]
async fn the_older_address_shows_the_same_page() {
    let harness = Harness::new().await;
    let older = harness.sign_in_url().replace("/portal/auth", "/marketing_api/auth");
    assert!(page(harness.http.get(older).send().await.unwrap()).await.contains("Log in"));
}

#[tokio::test]
async fn hostile_names_are_escaped() {
    let harness = Harness::with(Options { users: 1, hostile_names: true, ..Options::default() }).await;
    harness.post_control("login", json!({"action": "stay"})).await;
    let (html, _) = authorization_page(&harness).await;
    assert!(html.contains("&lt;script&gt;document.title=&#39;pwned&#39;&lt;/script&gt;"));
    assert!(!html.contains("<script>document") && !html.contains("<img"));
}

#[tokio::test]
async fn pages_of_a_scripted_sign_in_submit_themselves() {
    let harness = Harness::new().await;
    let wanted = harness.accounts_of(&harness.user(1)).await[..2].to_vec();
    harness.post_control("login", json!({"user": harness.user(1), "grant": wanted})).await;
    let sign_in = page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
    let auto_click = format!("name=\"user\" value=\"{}\" data-auto-click", harness.user(1));
    assert!(sign_in.contains(&auto_click) && sign_in.contains("[data-auto-click]"));
    let next = location(&send(&harness, "/portal/login", &sign_in, &[("user", &harness.user(1))]).await);
    let html = page(harness.http.get(harness.url(&next)).send().await.unwrap()).await;
    assert!(html.contains("value=\"confirm\" data-auto-click"));
    assert_eq!(html.matches(" checked>").count(), 2);
    let later = page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
    assert!(!later.contains("data-auto-click"), "a script applies to one sign-in");
}

#[tokio::test]
async fn a_scripted_sign_in_by_redirects_ends_as_its_action_says() {
    let harness = Harness::new().await;
    let host = |target: &reqwest::Url| target.host_str().unwrap().to_owned();
    let end = async |action: &str| harness.sign_in(json!({"action": action})).await;
    assert_eq!(parameter(&end("cancel").await, "error").unwrap(), "access_denied");
    assert_ne!(parameter(&end("wrong_state").await, "state").unwrap(), "s t&te");
    assert_eq!(host(&end("wrong_host").await), "evil.example");
    let wrong_path = end("wrong_path").await;
    assert_eq!((host(&wrong_path).as_str(), wrong_path.path()), ("localhost", "/callback-elsewhere"));
    assert_eq!(parameter(&end("no_code").await, "auth_code"), None);
    assert_eq!(parameter(&end("auth_code_only").await, "code"), None);
    assert_eq!(parameter(&end("code_only").await, "auth_code"), None);
    let used = parameter(&end("used_code").await, "auth_code").unwrap();
    assert_eq!(harness.exchange(&used).await["code"], 40110);
}

#[tokio::test]
async fn a_script_can_apply_forever_and_be_cleared() {
    let harness = Harness::new().await;
    harness.post_control("login", json!({"times": "forever", "via": "redirects"})).await;
    for _ in 0..3 {
        location(&harness.http.get(harness.sign_in_url()).send().await.unwrap());
    }
    harness.control(reqwest::Method::DELETE, "login", json!({})).await;
    page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
}

#[tokio::test]
async fn html_can_be_injected_into_pages_and_can_send_reports() {
    let harness = Harness::new().await;
    let html = "<script>fetch('/sandbox/reports',{method:'POST',body:'{}'})</script>";
    harness.post_control("script", json!({"html": html})).await;
    let sign_in = page(harness.http.get(harness.sign_in_url()).send().await.unwrap()).await;
    assert!(sign_in.contains(html));
    assert!(authorization_page(&harness).await.0.contains(html));
    let reports_url = harness.url("/sandbox/reports");
    for body in ["{\"ipc\":null}", "just text"] {
        let sent = harness.http.post(&reports_url).body(body).send().await.unwrap();
        assert_eq!(sent.headers()["access-control-allow-origin"], "*");
    }
    let reports: Vec<Value> = harness.get_control("reports").await.as_array().unwrap().clone();
    assert_eq!(reports, [json!({"ipc": null}), json!("just text")]);
}

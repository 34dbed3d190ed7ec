//! The log-in page, the Authorization page and the redirect.

use crate::bench::{Bench, REDIRECT_URL, location, parameter};
use reqwest::Response;
use serde_json::{Value, json};
use tiktok_sandbox::Options;

/// The values of the fields of this name, as a browser would read them.
fn values(html: &str, name: &str) -> Vec<String> {
    let tag = format!("name=\"{name}\" value=\"");
    let found = html.split(&tag).skip(1).map(|rest| rest.split('"').next().unwrap());
    found.map(|text| text.replace("&amp;", "&")).collect()
}

async fn send(bench: &Bench, path: &str, html: &str, more: &[(&str, &str)]) -> Response {
    let carried = ["app_id", "state", "redirect_uri", "ticket"];
    let read = |name| values(html, name).into_iter().next().map(|value| (name, value));
    let mut fields: Vec<(&str, String)> = carried.into_iter().filter_map(read).collect();
    fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    bench.http.post(bench.url(path)).form(&fields).send().await.unwrap()
}

async fn page(response: Response) -> String {
    assert_eq!(response.status(), 200);
    response.text().await.unwrap()
}

/// The Authorization page after a log-in by hand, and its user.
async fn authorization_page(bench: &Bench) -> (String, String) {
    let log_in = page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
    let user = values(&log_in, "user").remove(0);
    let next = location(&send(bench, "/portal/login", &log_in, &[("user", &user)]).await);
    let authorize = page(bench.http.get(bench.url(&next)).send().await.unwrap()).await;
    (authorize, user)
}

#[tokio::test]
async fn a_person_logs_in_ticks_and_confirms() {
    let bench = Bench::new().await;
    let (html, user) = authorization_page(&bench).await;
    let accounts = values(&html, "account");
    assert_eq!(accounts, bench.reached(&user).await);
    assert_eq!(html.matches(" checked>").count(), accounts.len(), "all are ticked at first");
    let fields = [("user", user.as_str()), ("decision", "confirm"), ("account", accounts[2].as_str())];
    let target = location(&send(&bench, "/portal/authorize", &html, &fields).await);
    assert!(target.starts_with(REDIRECT_URL));
    let target = target.parse().unwrap();
    assert_eq!(parameter(&target, "state").unwrap(), "s t&te");
    let code = parameter(&target, "auth_code").unwrap();
    assert_eq!(parameter(&target, "code").unwrap(), code);
    let answer = bench.exchange(&code).await;
    assert_eq!(answer["data"]["advertiser_ids"], json!([accounts[2]]));
}

#[tokio::test]
async fn an_e_mail_address_does_for_the_log_in() {
    let bench = Bench::new().await;
    let log_in = page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
    let email = bench.sandbox.users()[1].email.to_uppercase();
    let next = location(&send(&bench, "/portal/login", &log_in, &[("email", &email)]).await);
    assert!(next.contains(&bench.user(1)));
    let again = page(send(&bench, "/portal/login", &log_in, &[("email", "nobody@example.com")]).await).await;
    assert!(again.contains("There is no such account."));
}

#[tokio::test]
async fn cancel_redirects_with_an_error_or_shows_a_page() {
    let bench = Bench::new().await;
    let (html, user) = authorization_page(&bench).await;
    let fields = [("user", user.as_str()), ("decision", "cancel")];
    let target = location(&send(&bench, "/portal/authorize", &html, &fields).await);
    assert_eq!(target, format!("{REDIRECT_URL}?error=access_denied&state=s+t%26te"));
    bench.order("behaviour", json!({"cancel": "page"})).await;
    let shown = page(send(&bench, "/portal/authorize", &html, &fields).await).await;
    assert!(shown.contains("You can close this window."));
}

#[tokio::test]
async fn an_unknown_app_or_redirect_url_gets_an_error_page_and_no_redirect() {
    let bench = Bench::new().await;
    let app_id = bench.sandbox.app_id();
    for (app_id, redirect_uri) in [
        ("7300000000000000001", REDIRECT_URL),
        (app_id, "http://localhost:3456/callback/"),
        (app_id, "https://evil.example/\"><script>alert(1)</script>"),
        (app_id, ""),
    ] {
        let url = bench.log_in_url_of(app_id, redirect_uri);
        let response = bench.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 400);
        let html = response.text().await.unwrap();
        assert!(html.contains("Something went wrong") && !html.contains("<script>"));
    }
}

#[tokio::test]
async fn the_older_door_leads_to_the_same_page() {
    let bench = Bench::new().await;
    let older = bench.log_in_url().replace("/portal/auth", "/marketing_api/auth");
    assert!(page(bench.http.get(older).send().await.unwrap()).await.contains("Log in"));
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let bench = Bench::with(Options { users: 1, ..Options::default() }).await;
    bench.order("login", json!({"action": "stay"})).await;
    let (html, _) = authorization_page(&bench).await;
    assert!(html.contains("&lt;script&gt;document.title=&#39;pwned&#39;&lt;/script&gt;"));
    assert!(!html.contains("<script>document") && !html.contains("<img"));
}

#[tokio::test]
async fn planned_pages_send_themselves() {
    let bench = Bench::new().await;
    let wanted = bench.reached(&bench.user(1)).await[..2].to_vec();
    bench.order("login", json!({"user": bench.user(1), "grant": wanted})).await;
    let log_in = page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
    let going_on = format!("name=\"user\" value=\"{}\" data-go-on", bench.user(1));
    assert!(log_in.contains(&going_on) && log_in.contains("[data-go-on]"));
    let next = location(&send(&bench, "/portal/login", &log_in, &[("user", &bench.user(1))]).await);
    let html = page(bench.http.get(bench.url(&next)).send().await.unwrap()).await;
    assert!(html.contains("value=\"confirm\" data-go-on"));
    assert_eq!(html.matches(" checked>").count(), 2);
    let later = page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
    assert!(!later.contains("data-go-on"), "a plan is for one visit");
}

#[tokio::test]
async fn planned_redirects_end_as_ordered() {
    let bench = Bench::new().await;
    let host = |target: &reqwest::Url| target.host_str().unwrap().to_owned();
    let end = async |action: &str| bench.log_in(json!({"action": action})).await;
    assert_eq!(parameter(&end("cancel").await, "error").unwrap(), "access_denied");
    assert_ne!(parameter(&end("wrong_state").await, "state").unwrap(), "s t&te");
    assert_eq!(host(&end("wrong_host").await), "evil.example");
    let elsewhere = end("wrong_path").await;
    assert_eq!((host(&elsewhere).as_str(), elsewhere.path()), ("localhost", "/callback-elsewhere"));
    assert_eq!(parameter(&end("no_code").await, "auth_code"), None);
    assert_eq!(parameter(&end("auth_code_only").await, "code"), None);
    assert_eq!(parameter(&end("code_only").await, "auth_code"), None);
    let used = parameter(&end("used_code").await, "auth_code").unwrap();
    assert_eq!(bench.exchange(&used).await["code"], 40110);
}

#[tokio::test]
async fn a_plan_can_hold_for_ever_and_be_forgotten() {
    let bench = Bench::new().await;
    bench.order("login", json!({"times": "forever", "via": "redirects"})).await;
    for _ in 0..3 {
        location(&bench.http.get(bench.log_in_url()).send().await.unwrap());
    }
    bench.control(reqwest::Method::DELETE, "login", json!({})).await;
    page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
}

#[tokio::test]
async fn a_hostile_page_can_be_made_and_tell_what_it_found() {
    let bench = Bench::new().await;
    let html = "<script>fetch('/sandbox/reports',{method:'POST',body:'{}'})</script>";
    bench.order("script", json!({"html": html})).await;
    let log_in = page(bench.http.get(bench.log_in_url()).send().await.unwrap()).await;
    assert!(log_in.contains(html));
    assert!(authorization_page(&bench).await.0.contains(html));
    let reports = bench.url("/sandbox/reports");
    for body in ["{\"ipc\":null}", "just text"] {
        let sent = bench.http.post(&reports).body(body).send().await.unwrap();
        assert_eq!(sent.headers()["access-control-allow-origin"], "*");
    }
    let kept: Vec<Value> = bench.ask("reports").await.as_array().unwrap().clone();
    assert_eq!(kept, [json!({"ipc": null}), json!("just text")]);
}

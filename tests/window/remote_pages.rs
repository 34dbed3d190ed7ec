//! A hostile page at the sign-in address can neither call commands nor keep anything, and the application's own page reaches
//! no other server.

use std::path::PathBuf;

use serde_json::{Value, json};
use tiktok_sandbox::Action;

use crate::harness::{Harness, files_below, wait_for};
use crate::start_configured;

/// Tries to create partners in every way that a page has, with the key that it finds in the messages of the first, and
/// to download a file and to open a window. Then it reports the answers, and what it finds from earlier visits.
const ATTACK: &str = r#"<script>
(async () => {
  const before = { cookie: document.cookie.includes("visited"), storage: localStorage.getItem("visited") };
  document.cookie = "visited=1; path=/; max-age=100000";
  localStorage.setItem("visited", "1");

  const sent = [];
  const fetch = window.fetch;
  window.fetch = (url, options) => { sent.push({ url: String(url), options }); return fetch(url, options); };
  const post = window.webkit?.messageHandlers?.ipc;
  const answers = {};
  const attempt = async (way, act) => {
    const silence = new Promise((resolve) => setTimeout(resolve, 1500, "nothing"));
    try { answers[way] = "answered: " + JSON.stringify(await Promise.race([act(), silence])); }
    catch (error) { answers[way] = "threw: " + error; }
  };
  const invoke = (page, name) => page.__TAURI_INTERNALS__.invoke("create_partner", { name });
  const frame = (url) => new Promise((resolve) => {
    const element = document.createElement("iframe");
    element.onload = () => resolve(element.contentWindow);
    if (url) element.src = url;
    document.body.append(element);
  });

  await attempt("invoke", () => invoke(window, "By invoke"));
  const found = sent.find((message) => message.url.includes("create_partner"));
  const headers = found?.options?.headers;
  await attempt("ipc", async () => {
    const response = await fetch("ipc://localhost/create_partner", { method: "POST", headers, body: JSON.stringify({ name: "By ipc" }) });
    return [response.status, await response.text()];
  });
  await attempt("message", () => post.postMessage(JSON.stringify({
    cmd: "create_partner", callback: 1, error: 2, payload: { name: "By message" }, options: {},
    __TAURI_INVOKE_KEY__: headers && new Headers(headers).get("Tauri-Invoke-Key"),
  })));
  await attempt("frame", async () => invoke(await frame(), "By frame"));
  await attempt("application frame", async () => invoke(await frame("tauri://localhost/"), "By application frame"));
  await attempt("listen", () => window.__TAURI_INTERNALS__.invoke("plugin:event|listen",
    { event: "changed", target: { kind: "Any" }, handler: 1 }));
  await attempt("download", () => {
    const link = document.createElement("a");
    link.href = "data:application/octet-stream,attack";
    link.download = "attack.bin";
    link.click();
  });
  // An address that the popup does not follow: leaving this page would lose the report.
  await attempt("window", () => String(window.open("ftp://example.com/attack", "attack")));
  await fetch("/sandbox/reports", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ before, answers, key: Boolean(headers) }) });
})();
</script>"#;

/// A page that is all one link to a new window, and that reports where it is.
fn linking_to(address: &str) -> Value {
    json!({"html": format!(
        r#"<a target="_blank" href="{address}" style="position: fixed; inset: 0">Help</a>
        <script>fetch("/sandbox/reports", {{ method: "POST", headers: {{ "content-type": "application/json" }},
          body: JSON.stringify({{ page: location.pathname + location.search }}) }})</script>"#
    )})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_new_window_opens_in_the_popup_or_the_main_window_says_why_not() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    let screen = harness.screen();
    harness.script_sign_in(Action::Stay);
    harness.post_to_sandbox("script", linking_to("/portal/auth?forgot-password")).await;
    window.click("Import TikTok Account").await;
    wait_for("the sign-in page", async || (!harness.sandbox_reports().await.is_empty()).then_some(())).await;

    harness.post_to_sandbox("script", linking_to("http://help.example/a?b")).await;
    wait_for("the linked page in the popup", async || {
        screen.click_window("Sign in to TikTok")?;
        let reports = harness.sandbox_reports().await;
        reports.iter().any(|report| report["page"] == "/portal/auth?forgot-password").then_some(())
    })
    .await;

    wait_for("a click on the second link", async || {
        screen.click_window("Sign in to TikTok")?;
        window.text().await.contains("A link was not opened").then_some(())
    })
    .await;
    window.wait_for_text("http://help.example/a?b").await;
    window.wait_for_text("Use my browser instead").await;
    window.click("Cancel").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_at_the_sign_in_address_cannot_call_commands_and_its_profile_is_discarded() {
    let harness = Harness::new().await;
    let window = start_configured(&harness).await;
    harness.post_to_sandbox("script", json!({"html": ATTACK})).await;

    for visit in 1..=2 {
        harness.script_sign_in(Action::Stay);
        window.click("Import TikTok Account").await;
        let reports = wait_for("the page's report", async || {
            let reports = harness.sandbox_reports().await;
            (reports.len() >= visit).then_some(reports)
        })
        .await;
        let report = &reports[visit - 1];
        assert_eq!(report["key"], true, "the attack is weaker than it says: it found no key");
        let refusal = report["answers"]["invoke"].as_str().unwrap();
        assert!(refusal.contains("create_partner not allowed on window"), "{report:#}");
        let refusal = report["answers"]["listen"].as_str().unwrap();
        assert!(refusal.contains("listen not allowed"), "{report:#}");
        assert_eq!(report["answers"]["window"], "answered: \"null\"");
        assert_eq!(report["before"]["storage"], Value::Null, "the popup's profile was kept");
        assert_eq!(report["before"]["cookie"], false);
        window.click("Cancel").await;
        window.wait_until_gone("Sign in to TikTok in the window").await;
    }

    // What counts is what happened, because an exception in the page would also come from a typing error.
    let partners = window.invoke("partners", json!({})).await;
    assert_eq!(partners.as_array().unwrap().len(), 1, "{partners}");
    let mut files = files_below(harness.home());
    files.retain(|path| path.to_string_lossy().contains("attack"));
    assert_eq!(files, Vec::<PathBuf>::new());

    // The application's own page may do what the attack tried.
    window.invoke("create_partner", json!({"name": "By the application"})).await;
    window.close().await;
}

/// Tries to load from a server, to send to it, and to run code that is not a file of the application. Ends when the policy has
/// blocked all of it.
const REQUESTS: &str = r#"
const [origin, done] = arguments;
let blocked = 0;
document.addEventListener("securitypolicyviolation", () => { if (++blocked === 14) done(); });
const add = (tag, attributes) => {
  const element = Object.assign(document.createElement(tag), attributes);
  document.body.append(element);
  return element;
};
const attempt = (act) => { try { act()?.catch?.(() => undefined); } catch { /* It is counted as blocked. */ } };
add("script", { src: origin + "/script" });
add("script", { textContent: "window.ran = 'inline'" });
add("div", { innerHTML: `<img src="data:," onerror="window.ran = 'handler'">` });
attempt(() => (0, eval)("window.ran = 'eval'"));
add("img", { src: origin + "/image" });
add("video", { src: origin + "/video" });
add("link", { rel: "stylesheet", href: origin + "/style" });
add("iframe", { src: origin + "/frame" });
add("object", { data: origin + "/object" });
add("form", { action: origin + "/form", method: "post" }).submit();
attempt(() => fetch(origin + "/fetch"));
attempt(() => { navigator.sendBeacon(origin + "/beacon"); });
attempt(() => { new WebSocket(origin.replace("http", "ws")); });
attempt(() => { new EventSource(origin + "/events"); });
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_applications_page_cannot_leave_reach_another_server_or_run_other_code() {
    let harness = Harness::without_keychain().await;
    let origin = harness.sandbox().address();
    let window = harness.start_app().await;
    window.wait_for_text("Create partner").await;
    for navigation in [
        "location.assign(url)",
        "window.open(url)",
        "Object.assign(document.createElement('a'), { href: url }).click()",
        "Object.assign(document.createElement('a'), { href: url, target: '_blank' }).click()",
        "document.head.append(Object.assign(document.createElement('meta'),
            { httpEquiv: 'refresh', content: '0; url=' + url }))",
    ] {
        window.run_script(&format!("const url = '{origin}'; {navigation}")).await.unwrap();
        // The system answers this later than what came before.
        window.invoke("partners", json!({})).await;
    }
    window.page.execute_async(REQUESTS, vec![json!(origin)]).await.expect("everything is blocked");
    window.create_partner("Still here").await;
    assert!(window.run_script("return window.ran ?? null").await.unwrap().is_null());
    window.close().await;
    let requests = harness.sandbox().log(None);
    assert!(requests.is_empty(), "{requests:?}");
}

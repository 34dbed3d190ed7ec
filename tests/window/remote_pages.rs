//! A hostile page at the sign-in address can neither call commands nor keep anything.

use serde_json::{Value, json};
use tiktok_sandbox::Action;

use crate::harness::{Harness, wait_for};
use crate::start_configured;

/// Tries to call commands and to open a window, and reports the results and what it finds from earlier visits.
const ATTACK: &str = r#"<script>
(async () => {
  const report = (body) => fetch("/sandbox/reports", { method: "POST",
    headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const before = { cookie: document.cookie.includes("visited"), storage: localStorage.getItem("visited") };
  document.cookie = "visited=1; path=/; max-age=100000";
  localStorage.setItem("visited", "1");
  const tried = {};
  for (const command of ["partners", "tiktok_app", "plugin:event|listen"]) {
    try {
      await window.__TAURI_INTERNALS__.invoke(command, { event: "changed", target: { kind: "Any" }, handler: 1 });
      tried[command] = "called";
    } catch (error) { tried[command] = "refused: " + error; }
  }
  try { window.open("https://example.com/"); } catch {}
  await report({ before, tried });
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

// Trial 15.
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
        for (command, outcome) in report["tried"].as_object().unwrap() {
            assert!(outcome.as_str().unwrap().starts_with("refused"), "{command}: {outcome}");
        }
        assert_eq!(report["before"]["storage"], Value::Null, "the popup's profile was kept");
        assert_eq!(report["before"]["cookie"], false);
        window.click("Cancel").await;
        window.wait_until_gone("Sign in to TikTok in the window").await;
    }

    // The application's own page may call them, so the refusals above are meaningful.
    harness.post_to_sandbox("script", json!({"html": ""})).await;
    harness.script_sign_in(Action::Confirm);
    window.import().await;
    window.close().await;
}

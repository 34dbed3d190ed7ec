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

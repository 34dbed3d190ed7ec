//! What a page from the log-in address can do to us: nothing.

use serde_json::{Value, json};
use tiktok_sandbox::Action;

use crate::harness::{Harness, until};
use crate::{IMPORTED, next, set_up};

/// Tries every door there is and reports what came of it, each time with what it finds of earlier visits.
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
async fn a_page_from_the_log_in_address_cannot_call_a_command_and_is_forgotten() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    set_up(&window, &harness).await;
    harness.control("script", json!({"html": ATTACK})).await;

    for visit in 1..=2 {
        next(&harness, Action::Stay);
        window.press("Import TikTok Account").await;
        let reports = until("the page's report", async || {
            let reports = harness.reports().await;
            (reports.len() >= visit).then_some(reports)
        })
        .await;
        let report = &reports[visit - 1];
        for (command, outcome) in report["tried"].as_object().unwrap() {
            assert!(outcome.as_str().unwrap().starts_with("refused"), "{command}: {outcome}");
        }
        assert_eq!(report["before"]["storage"], Value::Null, "the popup's profile is forgotten (incognito)");
        assert_eq!(report["before"]["cookie"], false);
        window.press("Cancel").await;
        window.hides("Sign in to TikTok in the window").await;
    }

    // The same application's own page may call them, so the refusals above mean something.
    harness.control("script", json!({"html": ""})).await;
    next(&harness, Action::Confirm);
    window.press("Import TikTok Account").await;
    window.dialog(IMPORTED).await;
    window.close().await;
}

//! Crashes of the application are shown on screen and logged.

use serde_json::json;

use crate::fixture::Fixture;
use crate::harness::wait_for;

#[tokio::test(flavor = "multi_thread")]
async fn an_unhandled_error_in_the_page_is_shown_and_is_logged_without_its_message() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    window.wait_for_text("Overview").await;
    // The notification plugin's script calls this at every start. A refusal would be shown as a crash.
    window.invoke("plugin:notification|is_permission_granted", json!({})).await;

    window.run_script("setTimeout(() => { throw new TypeError('Harbor Coffee') })").await.unwrap();
    window.wait_for_text("Something went wrong in XPO Admin").await;

    let logs = fixture.harness.data_dir().join("logs");
    let line = wait_for("the error in the log", async || {
        let files =
            logs.read_dir().ok()?.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
        let text: String = files.collect();
        text.lines().find(|line| line.contains("unhandled page error")).map(str::to_owned)
    })
    .await;
    assert!(line.contains("\"class\":\"TypeError\""), "{line}");
    assert!(!line.contains("Harbor"), "{line}");

    window.click("Reload").await;
    window.wait_until_gone("Something went wrong in XPO Admin").await;
    window.wait_for_text("Overview").await;
    fixture.close().await;
}

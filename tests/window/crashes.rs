//! Crashes of the application are shown on screen and logged.

use std::process::Command;

use serde_json::json;

use crate::fixture::Fixture;
use crate::harness::{Harness, is_running, wait_for};

/// Waits until a line of the log contains `text`, and returns it.
async fn wait_for_log(harness: &Harness, text: &str) -> String {
    let logs = harness.data_dir().join("logs");
    wait_for("a line in the log", async || {
        let files =
            logs.read_dir().ok()?.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
        let all: String = files.collect();
        all.lines().find(|line| line.contains(text)).map(str::to_owned)
    })
    .await
}

/// Returns the process in which WebKit runs the page of an application.
fn page_process(application: u32) -> Option<u32> {
    let parent_of = |process: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).find(|process| {
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        let ancestors = std::iter::successors(Some(*process), |process| parent_of(*process));
        name.starts_with("WebKitWebProces") && ancestors.into_iter().any(|process| process == application)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unhandled_error_in_the_page_is_shown_and_is_logged_without_its_message() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    window.wait_for_text("Overview").await;
    // The notification plugin's script calls this at every start. A refusal would be shown as a crash.
    window.invoke("plugin:notification|is_permission_granted", json!({})).await;

    window.run_script("setTimeout(() => { throw new TypeError('Harbor Coffee') })").await.unwrap();
    window.wait_for_text("Something went wrong in XPO Admin").await;

    let line = wait_for_log(&fixture.harness, "unhandled page error").await;
    assert!(line.contains("\"class\":\"TypeError\""), "{line}");
    assert!(!line.contains("Harbor"), "{line}");

    window.click("Reload").await;
    window.wait_until_gone("Something went wrong in XPO Admin").await;
    window.wait_for_text("Overview").await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_process_was_killed_is_shown_again_and_asks_about_no_changes() {
    let fixture = Fixture::from_file(&[]).await;
    let (window, screen) = (&fixture.window, fixture.harness.screen());
    window.click("Settings").await;
    window.fill("App ID", "7123").await;
    window.wait_for_text("Unsaved changes").await;
    let page = page_process(window.process).unwrap();
    assert!(Command::new("kill").args(["-s", "KILL", &page.to_string()]).status().unwrap().success());
    let line = wait_for_log(&fixture.harness, "the process of the page ended").await;
    assert!(line.contains("\"kind\":\"Crashed\""), "{line}");
    // WebDriver does not follow the page into its new process.
    wait_for("the page", async || page_process(window.process).filter(|new| *new != page)).await;
    // The first click closes the window.
    screen.close_window("XPO Admin").unwrap();
    wait_for("the application to end", async || (!is_running(window.process)).then_some(())).await;
}

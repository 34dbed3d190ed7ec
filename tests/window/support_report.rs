//! Help: the support report.

use std::fs::File;
use std::io::Read;

use zip::ZipArchive;

use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread")]
async fn a_support_report_contains_counts_and_logs_but_no_names() {
    let fixture = Fixture::from_file(&["Summer"]).await;
    let window = &fixture.window;
    window.click("Help").await;
    window.click("Save a report for support").await;
    window.wait_for_dialog("Save a report for support").await;
    window.click("Save").await;
    window.wait_for_text("Report saved: ").await;
    let text = window.text().await;
    let path = text.lines().find_map(|line| line.strip_prefix("Report saved: ")).unwrap();

    let mut zip = ZipArchive::new(File::open(path.trim()).unwrap()).unwrap();
    let mut report = String::new();
    for index in 0..zip.len() {
        zip.by_index(index).unwrap().read_to_string(&mut report).unwrap();
    }
    assert!(report.contains("the window is ready"), "{report}");
    assert!(report.contains("\"xpo_account\": 3"), "{report}");
    for name in
        ["Knorex Asia", "Harbor Coffee", "Aurora", "Summer", "Maria", fixture.account_id("Pine Bikes")]
    {
        assert!(!report.contains(name), "{name} is in the report:\n{report}");
    }
    fixture.close().await;
}

//! Exports to files that the admin names in the system's dialog.

use std::fs::{self, File};
use std::io::Read;

use zip::ZipArchive;

use crate::fixture::Fixture;
use crate::harness::{ESCAPE, FileManager, RETURN};

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_exported_as_a_workbook_in_two_presses_to_the_folder_that_the_next_export_starts_in() {
    let fixture = Fixture::from_file(&[]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    let folder = harness.home().join("Reports");
    fs::create_dir(&folder).unwrap();
    let path = folder.join("accounts");
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;
    window.count_presses().await;
    window.click("Export").await;
    window.click("Excel workbook…").await;
    window.assert_presses("l: export the allocations, before the system's dialog", 2).await;
    harness.answer_file_dialog(path.to_str().unwrap(), RETURN).await;
    let path = path.with_extension("xlsx");
    window.wait_for_text(&format!("Exported to {}", path.display())).await;
    let mut sheet = String::new();
    let mut book = ZipArchive::new(File::open(&path).unwrap()).unwrap();
    book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    for text in [fixture.account_id("Harbor Coffee"), "Bluebird Foods", "Bluebird Tea"] {
        assert!(sheet.contains(text), "{text} is not in {sheet}");
    }
    let file_manager = FileManager::start(harness).await;
    window.click("Show in folder").await;
    assert_eq!(file_manager.selected(), format!("file://{}", path.display()));

    // Nothing is written without a file name.
    window.click("Export").await;
    window.click("CSV…").await;
    harness.answer_file_dialog("", ESCAPE).await;
    // Can be clicked only after the export has ended.
    window.click("Export").await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);

    let Fixture { harness, window, .. } = fixture;
    window.close().await;
    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    window.click("Export").await;
    window.click("CSV…").await;
    harness.answer_file_dialog("", RETURN).await;
    window.wait_for_text(&format!("Exported to {}", folder.display())).await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    window.close().await;
}

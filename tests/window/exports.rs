//! Exports to files that the admin names in the system's dialog.

use std::fs::{self, File};
use std::io::Read;

use calamine::{Reader, Xlsx, open_workbook};
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

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_exported_as_one_table_for_each_kind_in_a_new_folder() {
    let fixture = Fixture::from_file(&["Summer"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.allocate("Northwind Shoes", &["Aurora Flights"]).await;
    window.click("Settings").await;
    for (format, ending) in [("Excel workbook…", "xlsx"), ("CSV…", "csv"), ("JSON…", "json")] {
        let parent = harness.home().join(ending);
        fs::create_dir(&parent).unwrap();
        window.click("Export").await;
        window.click(format).await;
        harness.answer_file_dialog(parent.to_str().unwrap(), RETURN).await;
        window.wait_for_text(&format!("Exported to {}", parent.display())).await;
        let folder = fs::read_dir(&parent).unwrap().next().unwrap().unwrap().path();
        let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        let mut files: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
        files.sort();
        assert_eq!(files, TABLES.map(|table| format!("{table}.{ending}")));
    }

    let folder = fs::read_dir(harness.home().join("xlsx")).unwrap().next().unwrap().unwrap().path();
    for (table, texts) in [
        ("campaigns", &["Summer"][..]),
        ("xpo-accounts-and-advertisers", &["Aurora Travel", "Lantern Quest"]),
        ("allocated-accounts", &[fixture.account_id("Northwind Shoes"), "Aurora Flights"]),
        ("change-history", &["Northwind Shoes", "Ana Admin"]),
    ] {
        let mut book: Xlsx<_> = open_workbook(folder.join(format!("{table}.xlsx"))).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let cells: Vec<String> = sheet.cells().map(|(_, _, cell)| cell.to_string()).collect();
        for text in texts {
            assert!(cells.iter().any(|cell| cell == text), "{text} is not in {table}: {cells:?}");
        }
    }
    fixture.close().await;
}

/// The names of the files of an export of everything.
const TABLES: [&str; 21] = [
    "ad-groups",
    "ads",
    "allocated-accounts",
    "allocated-audiences",
    "allocated-campaigns",
    "audiences",
    "campaigns",
    "change-history",
    "default-accounts",
    "excluded-audiences",
    "goals-and-tags",
    "images-and-videos",
    "last-syncs",
    "mails",
    "payment-modes",
    "raw-json",
    "requests",
    "syncs",
    "tiktok-ad-accounts",
    "tiktok-users",
    "xpo-accounts-and-advertisers",
];

//! Allocations in a spreadsheet: an export, edits, an import with its preview, one Save and one Undo.

use std::path::Path;

use calamine::{Reader, Xlsx, open_workbook};
use rust_xlsxwriter::Workbook;

use crate::fixture::Fixture;
use crate::harness::RETURN;

/// Changes the cells of a workbook, as an admin does in a spreadsheet program.
fn edit(path: &Path, edit: impl Fn(&str, &mut Vec<String>)) {
    let mut read: Xlsx<_> = open_workbook(path).unwrap();
    let mut written = Workbook::new();
    for name in ["Accounts", "Campaigns", "Audiences"] {
        let cells = read.worksheet_range(name).unwrap();
        let sheet = written.add_worksheet().set_name(name).unwrap();
        for (line, row) in (0..).zip(cells.rows()) {
            let mut row: Vec<String> = row.iter().map(ToString::to_string).collect();
            edit(name, &mut row);
            for (column, cell) in (0..).zip(&row) {
                sheet.write_string(line, column, cell).unwrap();
            }
        }
    }
    written.save(path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn allocations_are_exported_edited_in_a_spreadsheet_imported_and_undone() {
    let fixture = Fixture::from_file(&["Orbit A", "Orbit B"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.allocate("Northwind Shoes", &["Aurora Flights"]).await;
    let path = harness.home().join("allocations.xlsx");
    window.click("Export").await;
    window.click("Allocations…").await;
    harness.answer_file_dialog(path.to_str().unwrap(), RETURN).await;
    window.wait_for_text(&format!("Exported to {}", path.display())).await;

    // Nothing changes without an edit.
    window.click("Import…").await;
    window.wait_for_dialog("Import allocations").await;
    window.attach_file(&path).await;
    window.wait_for_row(&["Orbit A", "As it is"]).await;
    window.wait_for_text("0 rows will be saved").await;
    window.wait_until_disabled("Save").await;
    window.click("Cancel").await;

    edit(&path, |_, row| match row[1].as_str() {
        "Harbor Coffee" => {
            (row[2], row[3], row[4]) = ("Bluebird Foods".into(), "Bluebird Tea".into(), "Knorex".into())
        }
        "Orbit A" => (row[3], row[4]) = ("Aurora Travel".into(), "Aurora Flights".into()),
        "Orbit B" => (row[3], row[4]) = ("Bluebird Foods".into(), "Bluebird Tea".into()),
        _ => {}
    });
    window.click("Import…").await;
    window.wait_for_dialog("Import allocations").await;
    window.attach_file(&path).await;
    window
        .wait_for_row(&["Harbor Coffee", "Bluebird Tea", "Will be allocated, payment mode becomes Knorex"])
        .await;
    window.wait_for_row(&["Orbit A", "Aurora Flights", "Will be allocated"]).await;
    // The ad account of Orbit B is not allocated to Bluebird Tea.
    window.wait_for_row(&["Orbit B", "Blocked: "]).await;
    window.wait_until_disabled("Save").await;
    window.wait_for_text("2 of 3 rows can be saved").await;
    window.click("Save the other changes").await;
    window.wait_for_text("Success: ").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;
    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.wait_until_no_row(&["Bluebird Tea"]).await;

    // Another heading is matched first, and what is missing is removed only when asked.
    let csv = harness.home().join("accounts.csv");
    let text = format!(
        "TikTok Ad Account ID,Client,Advertiser\n{},Lantern Games,Tiny Harbor\n",
        fixture.account_id("Pine Bikes")
    );
    std::fs::write(&csv, text).unwrap();
    window.click("Import…").await;
    window.wait_for_dialog("Import allocations").await;
    window.attach_file(&csv).await;
    window.wait_for_text("The first ten rows of each imported sheet are shown.").await;
    window.select_by_label("Client", "XPO account").await;
    window.click("Continue").await;
    window.wait_for_row(&["Pine Bikes", "Tiny Harbor", "Will be allocated"]).await;
    window.toggle("Also remove what is missing from this file (1 allocation)").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Flights", "Will be deallocated"]).await;
    window.wait_for_text("2 rows will be saved").await;
    window.click("Save").await;
    window.wait_for_dialog("Manage Default TikTok Accounts").await;
    window.toggle("Leave Aurora Travel without a TikTok account").await;
    window.click("Save").await;
    window.wait_for_row(&["Pine Bikes", "Tiny Harbor"]).await;
    window.wait_until_no_row(&["Aurora Flights"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_workbook_is_refused_in_both_imports_which_then_read_another_file() {
    let fixture = Fixture::from_file(&[]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    // The signature of a compound file, and the name of the stream in it.
    let name = "Workbook".encode_utf16().flat_map(u16::to_le_bytes);
    let content: Vec<u8> = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1].into_iter().chain(name).collect();
    let [old, clients, accounts] =
        ["old.xls", "clients.csv", "accounts.csv"].map(|name| harness.home().join(name));
    std::fs::write(&old, content).unwrap();
    std::fs::write(&clients, "XPO account,Advertiser\nOrbit Media,Orbit Films\n").unwrap();
    let row = format!("{},Lantern Games,Tiny Harbor", fixture.account_id("Pine Bikes"));
    std::fs::write(&accounts, format!("TikTok Ad Account ID,XPO account,Advertiser\n{row}\n")).unwrap();
    let refuse = async || {
        window.attach_file(&old).await;
        window.wait_for_text("XPO Admin can't read .xls files").await;
        window.wait_for_text("Open the file in a spreadsheet program, save it as .xlsx").await;
        window.wait_until_disabled("Save").await;
    };

    window.click("Import…").await;
    window.wait_for_dialog("Import allocations").await;
    refuse().await;
    window.attach_file(&accounts).await;
    window.wait_for_row(&["Pine Bikes", "Tiny Harbor", "Will be allocated"]).await;
    window.wait_until_gone("can't read .xls files").await;
    window.click("Cancel").await;

    window.click("XPO Accounts").await;
    window.click("Import…").await;
    window.click("XPO accounts and advertisers…").await;
    window.wait_for_dialog("Import XPO accounts").await;
    refuse().await;
    window.attach_file(&clients).await;
    window.wait_for_row(&["Orbit Media", "Orbit Films", "Will be added"]).await;
    window.wait_until_gone("can't read .xls files").await;
    fixture.close().await;
}

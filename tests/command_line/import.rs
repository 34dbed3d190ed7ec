//! Imports of allocations.

use std::ops::ControlFlow;

use partner::tables::allocations::export::AllocationScope;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::Computer;
use crate::book::{account_id, campaign_id, open_book};

const ACCOUNTS: &str = "TikTok Ad Account ID,XPO account,Advertiser,Payment mode\n";

fn campaigns(rows: &[(&str, &str)]) -> String {
    let rows: String = rows.iter().map(|(id, advertiser)| format!("{id},{advertiser}\n")).collect();
    format!("Campaign ID,Advertiser\n{rows}")
}

#[test]
fn an_import_is_previewed_and_saved_as_one_entry_and_changes_nothing_the_second_time() {
    let computer = Computer::new();
    let rows = format!("{},Client 1,Brand 3,Knorex\n{},,Brand 1,\n", account_id(3).0, account_id(2).0);
    let file = computer.file("accounts.csv", format!("{ACCOUNTS}{rows}"));
    let before = computer.entries();

    let (code, output, errors) = computer.run(&["import", &file, "--dry-run"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let lines: Vec<&str> = output.lines().collect();
    assert!(lines[0].starts_with("Would save: ") && lines[0].ends_with(" (1 added)."), "{output}");
    assert_eq!(lines[1], "Rows: 1 added, 1 unchanged.");
    assert_eq!(
        lines[2],
        "3 allocations are missing from the file and stay; --remove-missing deallocates what is missing."
    );
    assert!(lines[3].starts_with("ROW         ID "), "{output}");
    assert!(lines[4].starts_with(&format!("Accounts 2  {}  شركة الإعلانات ", account_id(3).0)), "{output}");
    assert!(lines[4].ends_with("Will be allocated, payment mode becomes Knorex"), "{output}");
    assert_eq!(lines[5..], ["Nothing was saved: this was a dry run."]);
    let dry = computer.json(&["import", &file, "--dry-run"]);
    assert_eq!(dry["counts"], json!({ "added": 1, "unchanged": 1 }));
    assert_eq!(dry["rows"].as_array().unwrap().len(), 1);
    assert_eq!(dry["rows"][0]["effect"], "Will be allocated, payment mode becomes Knorex");
    assert_eq!((&dry["missing"], &dry["outcome"]["entry"]), (&json!(3), &json!(null)));
    assert_eq!(computer.entries(), before);

    let (code, output, errors) = computer.run(&["import", &file]);
    assert_eq!((code, errors.as_str()), (0, ""));
    let entry = computer.entries();
    assert_eq!(entry, before + 1);
    assert!(output.starts_with("Saved: "), "{output}");
    assert!(output.contains(&format!(" (no. {entry} of the change history).\nRows: 1 added, ")), "{output}");

    let (code, output, errors) = computer.run(&["import", &file]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.starts_with("There is nothing to change.\nRows: 2 unchanged.\n"), "{output}");
    assert_eq!(computer.json(&["import", &file])["outcome"], json!(null));
    assert_eq!(computer.entries(), entry);
}

#[test]
fn blocked_rows_save_nothing_and_unreadable_rows_are_reported() {
    let computer = Computer::new();
    let (blocked, free) = (campaign_id(10), campaign_id(20));
    // The ad account is not allocated to Brand 3.
    let mut rows =
        vec![(blocked.as_str(), "Brand 3"), (&free, "Brand 2"), ("1779923800010999999", "Brand 2")];
    let file = computer.file("campaigns.csv", campaigns(&rows));
    let before = computer.entries();
    for more in [&[][..], &["--dry-run"]] {
        let (code, output, errors) = computer.run(&[&["import", &file], more].concat());
        assert_eq!((code, output.as_str()), (3, ""), "{errors}");
        assert!(
            errors.starts_with(
                "Blocked. Nothing was changed.\nRows: 1 added, 1 blocked, 1 can't be imported.\n"
            )
        );
        let happens = |row: &str| errors.lines().find(|line| line.starts_with(row)).map(str::to_owned);
        let expected = "Blocked: TikTok ad account “Northwind Trading Pte. Ltd.” is not allocated to “Brand 3” – allocate first.";
        assert!(happens("Campaigns 2 ").unwrap().ends_with(expected), "{errors}");
        assert!(
            happens("Campaigns 4 ").unwrap().contains("Not imported: This partner has nothing with this ID.")
        );
        assert_eq!(
            happens("Campaigns 3 ").is_some(),
            !more.is_empty(),
            "a preview has all changes: {errors}"
        );
    }
    let dry = computer.json(&["import", &file, "--dry-run"]);
    assert!(
        dry["rows"][0]["blockedBy"][0].as_str().unwrap().contains("is not allocated to “Brand 3”"),
        "{dry}"
    );
    assert_eq!(computer.entries(), before);

    rows.remove(0);
    let file = computer.file("campaigns.csv", campaigns(&rows));
    let (code, output, errors) = computer.run(&["import", &file]);
    assert_eq!((code, errors.as_str()), (4, ""));
    assert!(
        output.starts_with("Saved: ") && output.contains("\nRows: 1 added, 1 can't be imported.\n"),
        "{output}"
    );
    assert!(output.contains("Not imported: This partner has nothing with this ID."), "{output}");
    assert_eq!(computer.entries(), before + 1);

    rows.remove(0);
    let file = computer.file("campaigns.csv", campaigns(&rows));
    let (code, _, errors) = computer.run(&["import", &file]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("There is nothing to change.\nRows: 1 can't be imported.\n"), "{errors}");
}

#[test]
fn what_is_missing_is_deallocated_only_when_asked_and_with_the_default_that_an_option_names() {
    let computer = Computer::new();
    let id = account_id(1).0;
    let rows: String = [("Client 1", "Brand 1"), ("Client 1", "Brand 2")]
        .map(|(of, to)| format!("{id},{of},{to},\n"))
        .concat();
    let file = computer.file("accounts.csv", format!("{ACCOUNTS}{rows}"));
    let (code, output, _) = computer.run(&["import", &file]);
    assert_eq!(code, 0);
    assert!(output.contains("2 allocations are missing from the file and stay;"), "{output}");

    let remove = ["import", &file, "--remove-missing"];
    let dry = computer.json(&[&remove[..], &["--dry-run"]].concat());
    assert_eq!(dry["counts"], json!({ "removed": 2, "unchanged": 2 }));
    let (code, _, errors) = computer.run(&remove);
    assert_eq!(code, 3);
    assert!(errors.contains("- XPO account “Client 2” loses its default TikTok ad account"), "{errors}");
    assert!(errors.contains("--default \"Client 2=none\" leaves it without one."), "{errors}");

    let leave = [&remove[..], &["--default", "Client 2=none"]].concat();
    let (code, output, errors) = computer.run(&[&leave[..], &["--dry-run"]].concat());
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("Will be deallocated: missing from the file"), "{output}");
    let (code, output, errors) = computer.run(&leave);
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    assert!(output.contains("\nRows: 2 removed, 2 unchanged.\n"), "{output}");
    let accounts = computer.json(&["list", "accounts", "--allocated", "yes"]);
    assert_eq!(accounts.as_array().unwrap().len(), 1);
}

#[test]
fn a_row_that_can_not_be_recognized_keeps_everything_that_its_sheet_lacks() {
    let computer = Computer::new();
    let file =
        computer.file("campaigns.csv", campaigns(&[(&campaign_id(1), "Brand 1"), ("soon", "Brand 1")]));
    let (code, output, _) = computer.run(&["import", &file, "--remove-missing"]);
    assert_eq!(code, 4);
    assert!(
        output.starts_with("There is nothing to change.\nRows: 1 can't be imported, 1 unchanged.\n"),
        "{output}"
    );
    let kept =
        "Warning: Nothing in Campaigns is removed as missing, because some rows there can't be imported.\n";
    assert!(output.contains(kept), "{output}");
}

#[test]
fn a_file_that_can_not_be_imported_says_why_and_changes_nothing() {
    let computer = Computer::new();
    let before = computer.entries();
    let place = computer.0.path().to_str().unwrap();
    let password = include_bytes!("../../src-tauri/crates/partner/tests/rules/workbooks/password.xlsx");
    for (file, expected) in [
        (format!("{place}/nowhere.xlsx"), format!("There is no file “{place}/nowhere.xlsx”.")),
        (place.to_owned(), format!("“{place}” is a folder.")),
        (computer.file("empty.csv", ""), "The file has no rows.".to_owned()),
        (computer.file("headings.csv", ACCOUNTS), "The file has no rows.".to_owned()),
        (computer.file("password.xlsx", password), "This workbook needs a password.".to_owned()),
        (computer.file("damaged.xlsx", &password[..900]), "This workbook ".to_owned()),
        (computer.file("zip.xlsx", b"PK\x03\x04nothing"), "This workbook is damaged.".to_owned()),
        (
            computer.file("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0"),
            "The columns of the file aren't recognized.".to_owned(),
        ),
        (
            computer.file("other.csv", "TikTok Ad Account ID,Client\n1,2\n"),
            "The columns of the file aren't recognized. Nothing was imported.\nUnknown: “Client”.\n\
             Known for Accounts: TikTok Ad Account ID, Name, XPO account, Advertiser, Payment mode, Default.\n"
                .to_owned(),
        ),
        (
            computer.file("id.csv", "Campaign,Name,XPO account,Advertiser\n1,2,3,4\n"),
            "The columns of the file aren't recognized. Nothing was imported.\nUnknown: “Campaign”.\n\
             Known for Accounts: TikTok Ad Account ID, Name, XPO account, Advertiser, Payment mode, Default.\n\
             Known for Campaigns: Campaign ID, Name, "
                .to_owned(),
        ),
        (
            computer.file("twice.csv", "Campaign ID,Advertiser,Owner,advertiser\n1,2,3,4\n"),
            "The columns of the file aren't recognized. Nothing was imported.\nUnknown: “Owner”.\n\
             Repeated: “advertiser”.\nKnown for Campaigns: "
                .to_owned(),
        ),
        (
            computer.file("quote.csv", "TikTok Ad Account ID,Advertiser\n\"1,Brand 1\n"),
            "A quotation mark is never closed.".to_owned(),
        ),
        #[cfg(unix)]
        ("/dev/null".to_owned(), "“/dev/null” isn't a regular file.".to_owned()),
    ] {
        let (code, output, errors) = computer.run(&["import", &file]);
        assert_eq!((code, output.as_str()), (1, ""), "{file}: {errors}");
        assert!(errors.starts_with(&expected), "{file}: {errors}");
        assert!(errors.contains("Nothing was imported."), "{file}: {errors}");
        assert!(computer.json(&["import", &file]).is_object());
    }
    assert_eq!(computer.entries(), before);
    drop(open_book(&computer.data()));
}

#[test]
fn the_workbook_that_the_window_exports_changes_nothing() {
    let computer = Computer::new();
    let path = computer.0.path().join("allocations.xlsx");
    let all = AllocationScope::Accounts((1..=3).map(|n| account_id(n).0).collect());
    let keep_going = &mut |_| ControlFlow::Continue(());
    open_book(&computer.data()).export_allocations(&all, &path, keep_going).unwrap();
    let (code, output, errors) = computer.run(&["import", path.to_str().unwrap(), "--remove-missing"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.starts_with("There is nothing to change.\nRows: "), "{output}");
    assert!(output.ends_with(" unchanged.\n"), "{output}");
}

#[test]
fn what_the_dialog_warns_about_is_a_warning() {
    let computer = Computer::new();
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Notes").unwrap().set_hidden(true);
    let sheet = workbook.add_worksheet().set_name("Accounts").unwrap();
    for (column, heading) in (0..).zip(["TikTok Ad Account ID", "Name", "XPO account", "Advertiser"]) {
        sheet.write_string(0, column, heading).unwrap();
    }
    sheet.set_active(true);
    // A spreadsheet rounds the number.
    sheet.write_number(1, 0, account_id(2).0.parse::<f64>().unwrap()).unwrap();
    for (column, text) in (1..).zip(["Southwind", "Client 1", "Brand 2"]) {
        sheet.write_string(1, column, text).unwrap();
    }
    let path = computer.0.path().join("edited.xlsx");
    workbook.save(&path).unwrap();
    let (code, output, errors) = computer.run(&["import", path.to_str().unwrap()]);
    assert_eq!((code, errors.as_str()), (0, ""));
    for warning in [
        "Warning: Hidden sheets are not imported: “Notes”.\n",
        "Warning: 1 row has an ID that a spreadsheet has rounded, and was found by its name.\n",
    ] {
        assert!(output.contains(warning), "{output}");
    }

    let more = format!(
        "Campaign ID,Name,TikTok Ad Account ID,XPO account,Advertiser,Initialized,Note,Note,,Owner\n\
         {},Campaign 0002,{},Client 1,Brand 1,,a,b,c,d\n",
        campaign_id(2),
        account_id(1).0,
    );
    let (code, output, errors) = computer.run(&["import", &computer.file("more.csv", more), "--dry-run"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("Warning: Ignored columns: “Note”, “Owner”.\n"), "{output}");

    let latin = computer.file("latin.csv", b"TikTok Ad Account ID,Name\n1,M\xFCller\n");
    let (code, _, errors) = computer.run(&["import", &latin]);
    assert_eq!(code, 1);
    assert!(errors.contains("Warning: The file doesn't say how its characters are encoded."), "{errors}");
}

//! XPO Accounts from a CSV file: a preview with row errors, an import that only adds, and an export.

use std::fs;

use crate::fixture::Fixture;
use crate::harness::{Harness, RETURN};
use crate::start_with_partner;

const CSV: &str = "\u{feff}XPO account;Advertiser;State
Orbit Media;Orbit Films;Active
Orbit Media;Orbit Music;Active
\"=HYPERLINK(\"\"http://evil.example\"\")\";+Brand;
1.23E+18;Rounded;
Orbit Media;Orbit Films;
Aurora Travel;Aurora Cruises;
;Nobody's;
<img src=x onerror=window.hacked=1>;Text;Suspended
";

#[tokio::test(flavor = "multi_thread")]
async fn a1_a_csv_file_is_previewed_with_its_errors_and_only_adds() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    let file = fixture.harness.home().join("clients.csv");
    fs::write(&file, CSV).unwrap();

    window.click("XPO Accounts").await;
    window.wait_for_text("3 of 3").await;
    window.click("Import…").await;
    window.click("XPO accounts and advertisers…").await;
    window.wait_for_dialog("Import XPO accounts").await;
    window.attach_file(&file).await;
    window.wait_for_row(&["Orbit Media", "Orbit Films", "Will be added"]).await;
    window.wait_for_row(&["=HYPERLINK(\"http://evil.example\")", "+Brand", "Will be added"]).await;
    window.wait_for_row(&["1.23E+18", "It contains a rounded number."]).await;
    window.wait_for_row(&["Orbit Films", "Refused: Duplicate of row 2."]).await;
    window.wait_for_row(&["Aurora Travel", "Aurora Cruises", "Will be added"]).await;
    window.wait_for_row(&["Nobody's", "Refused: The name of the XPO account is missing."]).await;
    window.wait_for_text("1 row with a number that a spreadsheet has rounded").await;
    window.wait_for_row(&["<img src=x onerror=window.hacked=1>", "Will be added"]).await;
    window.wait_for_text("6 rows will be added").await;
    // Rows can be chosen: the one with a rounded number is left out.
    window.toggle("Row 5").await;
    window.wait_for_text("5 rows will be added").await;
    window.click("Save").await;
    window.wait_for_text("Success: ").await;
    window.wait_for_row(&["Orbit Media"]).await;
    window.wait_for_text("6 of 6").await;
    window.wait_until_no_row(&["1.23E+18"]).await;
    assert!(window.run_script("return window.hacked ?? null").await.unwrap().is_null());

    // In the same file, all rows but one exist already.
    window.click("Import…").await;
    window.click("XPO accounts and advertisers…").await;
    window.attach_file(&file).await;
    window.wait_for_row(&["Orbit Media", "Orbit Music", "Already exists"]).await;
    window.wait_for_text("1 row will be added").await;
    window.click("Cancel").await;

    // The export contains no formula that a spreadsheet would run.
    window.click("Export").await;
    window.click("CSV…").await;
    fixture.harness.answer_file_dialog("", RETURN).await;
    window.wait_for_text("Exported to ").await;
    let text = window.text().await;
    let path = text.lines().find_map(|line| line.strip_prefix("Exported to ")).unwrap();
    let written = fs::read_to_string(path.trim()).unwrap();
    assert!(written.contains("Orbit Films"), "{written}");
    assert!(written.contains("'=HYPERLINK("), "{written}");
    assert!(!written.contains(",+Brand"), "{written}");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_file_that_is_dropped_on_the_dialog_is_read_as_if_chosen() {
    let harness = Harness::new().await;
    let window = start_with_partner(&harness).await;
    let file = harness.home().join("clients.csv");
    fs::write(&file, CSV).unwrap();
    window.click("XPO Accounts").await;
    window.click("Import…").await;
    window.click("XPO accounts and advertisers…").await;
    window.wait_for_dialog("Import XPO accounts").await;
    let zone = "const box = document.querySelector('input[type=file]').parentElement.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round)";
    let zone = window.run_script(zone).await.unwrap();
    let place = [0, 1].map(|axis| i16::try_from(zone[axis].as_i64().unwrap()).unwrap());
    let screen = harness.screen();
    tokio::task::spawn_blocking(move || screen.drop_file("XPO Admin", (place[0], place[1]), &file))
        .await
        .unwrap();
    window.wait_for_row(&["Orbit Media", "Orbit Films", "Will be added"]).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_file_without_the_columns_is_rejected_and_one_in_another_encoding_is_read() {
    let harness = Harness::new().await;
    let window = start_with_partner(&harness).await;
    window.click("XPO Accounts").await;
    window.click("Import…").await;
    window.click("XPO accounts and advertisers…").await;
    let file = harness.home().join("wrong.csv");
    fs::write(&file, "Name,Colour\nOrbit,red\n").unwrap();
    window.attach_file(&file).await;
    window.wait_for_text("XPO account").await;
    window.wait_until_disabled("Save").await;

    // Windows-1252, as written by older spreadsheets: "Café Olé".
    fs::write(&file, b"XPO account,Advertiser\nCaf\xe9 Ol\xe9,Caf\xe9\n").unwrap();
    window.attach_file(&file).await;
    window.wait_for_row(&["Café Olé", "Will be added"]).await;
    // UTF-16 with a byte order mark, as Excel's "Unicode text".
    let text: Vec<u8> = "\u{feff}XPO account\tAdvertiser\n株式会社\t東京\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(&file, text).unwrap();
    window.attach_file(&file).await;
    window.wait_for_row(&["株式会社", "東京", "Will be added"]).await;
    window.click("Save").await;
    window.wait_for_text("1 of 1").await;
    window.wait_for_row(&["株式会社"]).await;
    window.close().await;
}

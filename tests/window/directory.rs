//! XPO Accounts: a table of them is read, shown before anything happens, and only added to what is there.

use std::fs;

use crate::create_partner;
use crate::harness::Harness;
use crate::world::World;

const TABLE: &str = "\u{feff}XPO account;Advertiser;State
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
async fn a1_a_csv_is_previewed_with_what_is_wrong_in_it_and_only_adds() {
    let world = World::new(&[]).await;
    let window = &world.window;
    let file = world.harness.home().join("clients.csv");
    fs::write(&file, TABLE).unwrap();

    window.press("XPO Accounts").await;
    window.shows("3 of 3").await;
    window.press("Import CSV").await;
    window.dialog("Import CSV").await;
    window.attach(&file).await;
    window.row(&["Orbit Media", "Orbit Films", "Will be added"]).await;
    window.row(&["=HYPERLINK(\"http://evil.example\")", "+Brand", "Will be added"]).await;
    window.row(&["1.23E+18", "A number in it is rounded."]).await;
    window.row(&["Orbit Films", "Refused: The same is in line 2."]).await;
    window.row(&["Aurora Travel", "Aurora Cruises", "Will be added"]).await;
    window.row(&["Nobody's", "Refused: It names no XPO account."]).await;
    window.shows("1 line with a number that a spreadsheet has rounded").await;
    window.row(&["<img src=x onerror=window.hacked=1>", "Will be added"]).await;
    window.shows("6 lines will be added").await;
    // Choose rows: the rounded one stays out.
    window.tick("Line 5").await;
    window.shows("5 lines will be added").await;
    window.press("Save").await;
    window.shows("Success: ").await;
    window.row(&["Orbit Media"]).await;
    window.shows("6 of 6").await;
    window.no_row(&["1.23E+18"]).await;
    assert!(window.run("return window.hacked ?? null").await.unwrap().is_null());

    // The same file once more: all of it but one is there already.
    window.press("Import CSV").await;
    window.attach(&file).await;
    window.row(&["Orbit Media", "Orbit Music", "Is there already"]).await;
    window.shows("1 line will be added").await;
    window.press("Cancel").await;

    // What comes out again is no formula in any spreadsheet.
    window.press("Export CSV").await;
    window.shows("Exported to ").await;
    let words = window.words().await;
    let path = words.lines().find_map(|line| line.strip_prefix("Exported to ")).unwrap();
    let written = fs::read_to_string(path.trim()).unwrap();
    assert!(written.contains("Orbit Films"), "{written}");
    assert!(written.contains("'=HYPERLINK("), "{written}");
    assert!(!written.contains(",+Brand"), "{written}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_csv_that_is_none_or_in_another_encoding_says_so_and_adds_nothing() {
    let harness = Harness::new().await;
    let window = harness.start().await;
    create_partner(&window).await;
    window.press("XPO Accounts").await;
    window.press("Import CSV").await;
    let file = harness.home().join("wrong.csv");
    fs::write(&file, "Name,Colour\nOrbit,red\n").unwrap();
    window.attach(&file).await;
    window.shows("XPO account").await;
    window.pressable("Save", false).await;

    // Windows-1252, as older spreadsheets write: "Café Olé".
    fs::write(&file, b"XPO account,Advertiser\nCaf\xe9 Ol\xe9,Caf\xe9\n").unwrap();
    window.attach(&file).await;
    window.row(&["Café Olé", "Will be added"]).await;
    // UTF-16 with its mark, as Excel's "Unicode text".
    let text: Vec<u8> = "\u{feff}XPO account\tAdvertiser\n株式会社\t東京\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(&file, text).unwrap();
    window.attach(&file).await;
    window.row(&["株式会社", "東京", "Will be added"]).await;
    window.press("Save").await;
    window.shows("1 of 1").await;
    window.row(&["株式会社"]).await;
    window.close().await;
}

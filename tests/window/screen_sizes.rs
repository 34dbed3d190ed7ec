//! Small screens and zoom: everything can be reached.

use fantoccini::Locator;
use fantoccini::key::Key;
use partner::Folder;
use partner::facts::tiktok_app::TiktokApp;
use serde_json::{Value, json};

use crate::harness::book::{self, PARTNER};
use crate::harness::{Harness, HarnessOptions, Keychain, Window, wait_for};

const SCREENS: [&str; 9] = [
    "Overview",
    "TikTok Accounts",
    "Allocate Campaigns",
    "Allocate Audiences",
    "XPO Accounts",
    "Requests",
    "Sync activity",
    "Change history",
    "Settings",
];

/// The controls that no scrolling brings into the window, or that something else covers there.
const UNREACHABLE: &str = "
    const name = (one) => one.getAttribute('aria-label') ?? one.textContent.trim() ?? one.id;
    return [...document.querySelectorAll('button, input:not([type=file])')]
        .filter((one) => one.checkVisibility() && !one.closest('[role=row]') && !one.matches('.visually-hidden'))
        .filter((one) => {
            one.scrollIntoView({ block: 'nearest', inline: 'nearest' });
            const box = one.getBoundingClientRect();
            const [x, y] = [box.x + Math.min(box.width / 2, 60), box.y + Math.min(box.height / 2, 60)];
            const hit = document.elementFromPoint(x, y);
            return !hit || !(one.contains(hit) || hit.contains(one) || hit.closest('label')?.contains(one));
        })
        .map((one) => `${name(one)} ${JSON.stringify(one.getBoundingClientRect())}`)";

async fn open_on(size: (u32, u32)) -> (Harness, Window) {
    let options = HarnessOptions { keychain: Keychain::Missing, size, ..HarnessOptions::default() };
    let harness = Harness::with_options(options).await;
    book::seed_book(&harness.data_dir(), 40);
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.wait_for_text("Overview").await;
    (harness, window)
}

/// Every control of every screen, and the Save bar of an edit, without scrolling.
async fn assert_all_can_be_reached(window: &Window) {
    // The driver's own clicks miss where the page is zoomed.
    let go = async |screen: &str| {
        let script = format!("document.querySelector('nav button[title=\"{screen}\"]').click()");
        window.run_script(&script).await.unwrap();
    };
    let pick = async |label: &str, text: &str| {
        let script = format!(
            "const label = [...document.querySelectorAll('label')].find((one) => one.textContent.trim() === '{label}');
             document.getElementById(label.htmlFor).focus()"
        );
        window.wait_for_text(label).await;
        window.run_script(&script).await.unwrap();
        window.send_keys(text).await;
        window.press_key(Key::Enter).await;
    };
    for screen in SCREENS {
        go(screen).await;
        wait_for("the screen", async || {
            let title =
                window.run_script("return document.querySelector('main h1')?.textContent").await.ok()?;
            (title.as_str()?.trim() == screen).then_some(())
        })
        .await;
        assert_eq!(window.run_script(UNREACHABLE).await.unwrap(), json!([]), "{screen}");
    }
    go("Allocate Campaigns").await;
    pick("TikTok Account", book::ACCOUNTS[0]).await;
    window.wait_for_text("Campaign 0001").await;
    pick("XPO Account", "Client 1").await;
    pick("Advertiser", "Brand 1").await;
    window.wait_for_text("Select all 40").await;
    let save = "const box = [...document.querySelectorAll('section[aria-label=Save] button')].at(-1).getBoundingClientRect();
        return box.bottom <= innerHeight && box.right <= innerWidth && box.top >= 0";
    assert_eq!(window.run_script(save).await.unwrap(), json!(true), "the Save bar");
    assert_eq!(window.run_script(UNREACHABLE).await.unwrap(), json!([]), "Allocate Campaigns");
}

/// `None` while the driver does not answer.
async fn size(window: &Window) -> Option<Value> {
    window.run_script("return [innerWidth, innerHeight]").await.ok()
}

// 1366 x 768 at 125 %, and a low screen.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_screen_smaller_than_the_window_everything_can_be_reached() {
    for (width, height) in [(1093, 614), (1280, 680), (800, 560)] {
        let (_harness, window) = open_on((width, height)).await;
        let inner = size(&window).await.unwrap();
        assert!(inner[0].as_u64().unwrap() <= u64::from(width), "{inner}");
        assert!(inner[1].as_u64().unwrap() <= u64::from(height), "{inner}");
        assert_all_can_be_reached(&window).await;
        window.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn control_plus_minus_and_0_zoom_and_the_zoom_is_remembered() {
    let (harness, window) = open_on((1280, 820)).await;
    let zoomed = async |window: &Window, width: u32| {
        let shown = async || (size(window).await?[0] == json!(width)).then_some(());
        wait_for(&format!("a page {width} wide"), shown).await;
    };
    zoomed(&window, 1280).await;
    window.send_keys(&(Key::Control + "-")).await;
    zoomed(&window, 1422).await;
    window.send_keys(&(Key::Control + "0")).await;
    zoomed(&window, 1280).await;
    for width in [1163, 1024, 853, 640] {
        window.send_keys(&(Key::Control + "+")).await;
        zoomed(&window, width).await;
    }
    assert_all_can_be_reached(&window).await;
    window.close().await;

    let window = harness.start_app().await;
    zoomed(&window, 640).await;
    window.send_keys(&(Key::Control + "0")).await;
    zoomed(&window, 1280).await;
    window.close().await;
}

/// The parts of the last row, from 0 to 1, where something else is pressed; null while the row or the message is not shown.
const COVERED: &str = "
    const row = [...document.querySelectorAll('main [role=row][data-slot]:not([hidden])')]
        .find((one) => one.getAttribute('aria-rowindex') === one.closest('[role=grid]').getAttribute('aria-rowcount'));
    if (!row || !document.querySelector('[aria-label=Messages] > *')) return null;
    row.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const [box, grid] = [row, row.closest('[role=grid]')].map((one) => one.getBoundingClientRect());
    const [left, right] = [Math.max(box.left, grid.left) + 12, Math.min(box.right, grid.right) - 24];
    return [0, 0.2, 0.4, 0.6, 0.8, 1].filter((part) =>
        !row.contains(document.elementFromPoint(left + (right - left) * part, box.top + box.height / 2)))";

#[tokio::test(flavor = "multi_thread")]
async fn the_last_rows_can_be_read_and_pressed_while_a_message_is_shown() {
    let (_harness, window) = open_on((1024, 700)).await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", book::ACCOUNTS[0]).await;
    window.select_option("XPO Account", "Client 1").await;
    window.select_option("Advertiser", "Brand 1").await;
    window.toggle("Campaign 0002").await;
    window.click("Save").await;
    window.wait_for_text("Success").await;
    // The message stays as long as the pointer is on it.
    let hover =
        "document.querySelector('[aria-label=Messages] > *').dispatchEvent(new PointerEvent('pointerenter'))";
    window.run_script(hover).await.unwrap();
    for zooms in [0, 5] {
        for _ in 0..zooms {
            window.send_keys(&(Key::Control + "+")).await;
        }
        window.run_script("document.querySelector('main [role=grid]').focus()").await.unwrap();
        window.press_key(Key::Home).await;
        window.press_key(Key::End).await;
        let covered = wait_for("the last row", async || {
            let covered = window.run_script(COVERED).await.ok()?;
            (!covered.is_null()).then_some(covered)
        })
        .await;
        assert_eq!(covered, json!([]), "after {zooms} steps of zoom");
    }
    window.close().await;
}

/// The list, the width of its names, and the columns that lie under the last one.
const NAMES: &str = "
    const boxes = [...document.querySelectorAll('main [role=columnheader]')].map((one) => [one, one.getBoundingClientRect()]);
    const action = boxes.find(([one]) => one.getAttribute('aria-label') === 'Action');
    return boxes.length === 0 || !action ? null : {
        name: Math.round(boxes.find(([one]) => /name|^XPO account$/i.test(one.getAttribute('aria-label')))?.[1].width ?? 0),
        under: boxes.filter((box) => box !== action && box[1].right > action[1].left + 1).map(([one]) => one.getAttribute('aria-label')),
    }";

#[tokio::test(flavor = "multi_thread")]
async fn on_a_small_screen_names_have_room_and_no_column_lies_under_another() {
    let (_harness, window) = open_on((1024, 700)).await;
    let check = async |list: &str| {
        let found = wait_for(&format!("the columns of {list}"), async || {
            let found = window.run_script(NAMES).await.ok()?;
            (!found.is_null()).then_some(found)
        })
        .await;
        assert!(found["name"].as_u64().unwrap() >= 170, "{list}: {found}");
        assert_eq!(found["under"], json!([]), "{list}");
    };
    for (screen, count) in [("TikTok Accounts", "3 of 3"), ("XPO Accounts", "2 of 2")] {
        window.click(screen).await;
        window.wait_for_text(count).await;
        check(screen).await;
    }
    for screen in ["Allocate Audiences", "Allocate Campaigns"] {
        window.click(screen).await;
        window.select_option("TikTok Account", book::ACCOUNTS[0]).await;
        window.select_option("XPO Account", "Client 1").await;
        window.select_option("Advertiser", "Brand 1").await;
        window.wait_for_text("01").await;
        check(screen).await;
        for (button, menu) in [("Columns", "Columns"), ("Views", "Views"), ("Export", "Formats")] {
            window.click(button).await;
            let inside = format!(
                "const [menu, main] = [document.querySelector('[role=menu][aria-label={menu}]'), document.querySelector('main')]
                    .map((one) => one?.getBoundingClientRect());
                 return !!menu && menu.left >= main.left && menu.right <= main.right"
            );
            window.wait_until(&inside).await;
            window.press_key(Key::Escape).await;
            window.wait_until("return !document.querySelector('[role=menu]')").await;
        }
    }
    // What somebody chooses is shown, and scrolls.
    window.click("Columns").await;
    window.click("Last synced").await;
    window.press_key(Key::Escape).await;
    window.wait_until("return [...document.querySelectorAll('main [role=columnheader]')].some((one) => one.innerText.includes('synced'))").await;
    window.close().await;
}

/// The notes of a dialog that cannot be seen as a whole.
const CUT_NOTES: &str = "
    return [...document.querySelectorAll('[role=dialog] .soft')].filter((note) => {
        note.scrollIntoView({ block: 'nearest' });
        const { left, top, bottom } = note.getBoundingClientRect();
        return ![top + 4, bottom - 4].every((y) => note.contains(document.elementFromPoint(left + 40, y)));
    }).map((note) => note.innerText)";

#[tokio::test(flavor = "multi_thread")]
async fn on_a_small_screen_an_import_shows_all_of_its_notes_and_the_whole_reason_of_a_row() {
    let (harness, window) = open_on((1024, 700)).await;
    let path = harness.home().join("campaigns.csv");
    let account = book::account_id(1).0;
    let text = format!(
        "Campaign ID,Name,TikTok Ad Account ID,XPO account,Advertiser,Initialized,Note\n\
         1.77992E+18,Campaign 0002,{account},Client 1,Brand 1,,a\n\
         {},Campaign 0003,{account},Client 1,Brand 3,,b\n",
        book::campaign_id(3)
    );
    std::fs::write(&path, text).unwrap();
    window.click("TikTok Accounts").await;
    window.click("Import…").await;
    window.wait_for_dialog("Import allocations").await;
    window.attach_file(&path).await;
    window.wait_for_row(&["Brand 3", "Blocked: "]).await;
    window.wait_for_text("Ignored column: “Note”").await;
    window.wait_for_text("1 row with an ID that a spreadsheet has rounded").await;
    assert_eq!(window.run_script(CUT_NOTES).await.unwrap(), json!([]));
    window.run_script("document.querySelector('[role=dialog] [role=grid]').focus()").await.unwrap();
    let reason = "const reason = [...document.querySelectorAll('[role=dialog] p')]
            .find((one) => /^Row 3\\s+Blocked: /.test(one.innerText));
        const { left, bottom } = reason?.getBoundingClientRect() ?? {};
        return !!reason && reason.contains(document.elementFromPoint(left + 4, bottom - 4))";
    window.wait_until(reason).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_top_bar_keeps_its_buttons_and_the_server_beside_a_long_name() {
    let name = "A partner with a name of sixty characters, as many have them";
    let options =
        HarnessOptions { keychain: Keychain::Missing, size: (1024, 700), ..HarnessOptions::default() };
    let harness = Harness::with_options(options).await;
    let (_, book) = Folder::at(harness.data_dir()).create(name).unwrap();
    let api_address = "https://business-api.partner-proxy.example.com/open_api/v1.3".to_owned();
    book.save_tiktok_app(&TiktokApp { api_address, ..TiktokApp::default() }).unwrap();
    drop(book);
    let window = harness.start_app().await;
    window.click(&format!("Open {name}")).await;
    window.wait_for_text("Not TikTok: https://business-api.partner-proxy.example.com").await;
    let cut = "const [label, header] = ['header [role=note] .ellipsis', 'header'].map((one) => document.querySelector(one));
        return label.scrollWidth > label.clientWidth || label.getBoundingClientRect().bottom > header.getBoundingClientRect().bottom";
    assert_eq!(window.run_script(cut).await.unwrap(), json!(false));
    let outside = "return [...document.querySelectorAll('header button, header [role=status]')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.ariaLabel ?? one.textContent)";
    assert_eq!(window.run_script(outside).await.unwrap(), json!([]));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_filter_moves_no_row_and_a_table_that_fits_does_not_scroll_sideways() {
    let (_harness, window) = open_on((1024, 700)).await;
    window.click("Allocate Audiences").await;
    window.select_option("TikTok Account", book::ACCOUNTS[0]).await;
    window.wait_for_text("24 of 24").await;
    let top = async || {
        let top = "return document.querySelector('main [role=grid]').getBoundingClientRect().top";
        window.run_script(top).await.unwrap()
    };
    let before = top().await;
    window.click("Filter by Availability").await;
    let choice =
        wait_for("a choice", async || window.page.find(Locator::Css("[role=menuitemcheckbox]")).await.ok())
            .await;
    choice.click().await.unwrap();
    window.press_key(Key::Escape).await;
    window.wait_for_text("Clear filters").await;
    assert_eq!(top().await, before);

    window.click("Several TikTok accounts…").await;
    window.wait_for_dialog("Choose TikTok accounts").await;
    let sideways = "const grid = document.querySelector('[role=dialog] [role=grid]');
        return grid?.querySelector('[data-slot]:not([hidden])') ? grid.scrollWidth - grid.clientWidth : null";
    let sideways = wait_for("the TikTok accounts", async || {
        let sideways = window.run_script(sideways).await.ok()?;
        (!sideways.is_null()).then_some(sideways)
    })
    .await;
    assert_eq!(sideways, json!(0));
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_opens_again_in_its_last_size() {
    for (width, height) in [(1024, 700), (1180, 760)] {
        let harness = Harness::new().await;
        harness.set_last_size((width, height));
        let window = harness.start_app().await;
        window.create_partner(PARTNER).await;
        let size = window.run_script("return [innerWidth, innerHeight]").await.unwrap();
        assert_eq!(size, json!([width, height]));
        window.close().await;
    }
}

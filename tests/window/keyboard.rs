//! Allocations with the keyboard alone: an ad account, and a thousand campaigns.

use fantoccini::key::Key;
use partner::decisions::PaymentMode;
use partner::queries::accounts::{AccountRow, Holding};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use serde_json::json;

use crate::harness::book::{self, PARTNER, account_id, open_book};
use crate::harness::{Harness, Window, wait_for};

const CAMPAIGNS: u32 = 1_000;
const BRAND_1: &str = "00000000-0000-7000-8000-100001000001";

/// Opens the seeded book, with or without its allocations of campaigns and audiences.
pub async fn open_seeded_book(allocations: bool) -> (Harness, Window) {
    let harness = Harness::without_keychain().await;
    book::seed_book(&harness.data_dir(), CAMPAIGNS);
    if allocations {
        book::seed_allocations(&harness.data_dir());
    }
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.wait_for_text("Overview").await;
    (harness, window)
}

#[tokio::test(flavor = "multi_thread")]
async fn r11_to_r16_an_account_is_allocated_with_the_keyboard_alone() {
    let (harness, window) = open_seeded_book(false).await;
    tab_to(&window, "TikTok Accounts").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("3 of 3").await;
    tab_to(&window, "Allocate Account").await;
    window.press_key(Key::Enter).await;
    window.wait_for_dialog("Allocate Account").await;
    window.send_keys(&account_id(3).0).await;
    window.press_key(Key::Enter).await;
    wait_for_row_count(&window, 2).await;
    tab_to(&window, "Search XPO accounts and advertisers").await;
    window.send_keys("brand 3").await;
    wait_for_row_count(&window, 2).await;
    window.wait_for_text("Brand 3").await;
    window.press_key(Key::Enter).await;
    window.press_key(Key::Down).await;
    window.send_keys(" ").await;
    window.wait_for_text("1 added").await;
    window.send_keys("p").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Success: allocated ").await;
    window.wait_until_gone("Payment mode").await;
    window.close().await;
    let row = account_row(&harness, 3);
    assert_eq!(allocations(&row), ["Client 1: Brand 3"]);
    assert_eq!(row.holdings[0].mode, PaymentMode::Knorex);
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_to_r35_a_thousand_campaigns_are_allocated_with_the_keyboard_alone_and_undone() {
    let (harness, window) = open_seeded_book(false).await;
    tab_to(&window, "Allocate Campaigns").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Choose a TikTok account").await;
    tab_to(&window, "TikTok Account").await;
    // R31: found by a part of its id.
    window.send_keys("00001").await;
    window.wait_for_text(book::ACCOUNTS[0]).await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Campaign 0001").await;
    tab_to(&window, "XPO Account").await;
    window.send_keys("Client 1").await;
    window.press_key(Key::Enter).await;
    tab_to(&window, "Advertiser").await;
    window.send_keys("Brand 1").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Select all 1000").await;
    tab_to(&window, "Available campaigns").await;
    window.send_keys(&(Key::Control + "a")).await;
    window.wait_for_text("1,000 added").await;
    window.send_keys(&(Key::Control + "s")).await;
    window.wait_for_text("Success: allocated 1,000 campaigns to Brand 1 of Client 1.").await;
    // R38: an allocated campaign is no longer offered.
    window.wait_for_text("Every campaign is allocated").await;
    tab_to(&window, "Undo").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Undid: ").await;
    window.wait_for_text("Campaign 0001").await;
    tab_to(&window, "Redo").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Every campaign is allocated").await;
    window.close().await;
    assert_eq!(campaign_count(&harness, BRAND_1), CAMPAIGNS as usize);
}

/// Sends a key that an input method uses, as WebKit reports it after the composition.
async fn compose(window: &Window, key: &str) {
    let script = format!(
        "for (const init of [{{ isComposing: true }}, {{ keyCode: 229 }}]) document.activeElement.dispatchEvent(
            new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true, cancelable: true, ...init }}))"
    );
    window.run_script(&script).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_end_a_composition_pick_submit_and_close_nothing() {
    let (_harness, window) = open_seeded_book(false).await;
    let opened = "return document.querySelectorAll('[role=dialog]').length";
    window.send_keys(&(Key::Control + "k")).await;
    window.send_keys("Settings").await;
    window.wait_for_text("Settings").await;
    for key in ["Enter", "Escape"] {
        compose(&window, key).await;
    }
    assert_eq!(window.run_script(opened).await.unwrap(), json!(1), "the search stays open");
    window.press_key(Key::Escape).await;

    window.click("Allocate Campaigns").await;
    tab_to(&window, "TikTok Account").await;
    window.send_keys("00001").await;
    window.wait_for_text(book::ACCOUNTS[0]).await;
    for key in ["ArrowDown", "Escape", "Enter"] {
        compose(&window, key).await;
    }
    window.wait_for_text("Choose a TikTok account").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Campaign 0001").await;

    window.click("XPO Accounts").await;
    window.click("Add XPO account").await;
    window.wait_for_dialog("Add XPO account").await;
    for key in ["Escape", "Enter"] {
        compose(&window, key).await;
    }
    assert_eq!(window.run_script(opened).await.unwrap(), json!(1), "the dialog stays open");
    window.press_key(Key::Escape).await;
    window.close().await;
}

// X keysyms of the letters on the keys K, A and /.
#[tokio::test(flavor = "multi_thread")]
async fn shortcuts_work_on_russian_greek_and_thai_keyboards_and_with_caps_lock() {
    const CAPS_LOCK: u32 = 0xffe5;
    for (layout, k, a, slash) in [
        ("ru", 0x6cc, 0x6c6, 0x2e),
        ("gr", 0x7ea, 0x7e1, 0x2f),
        ("th", 0xdd2, 0xdbf, 0xdbd),
        ("us", 0x6b, 0x61, 0x2f),
    ] {
        let harness = Harness::without_keychain().await;
        book::seed_book(&harness.data_dir(), CAMPAIGNS);
        let window = harness.start_app().await;
        // The display forgets its keyboard when its last client leaves.
        harness.set_keyboard(layout);
        window.click(&format!("Open {PARTNER}")).await;
        window.click("TikTok Accounts").await;
        window.wait_for_text("3 of 3").await;
        let screen = harness.screen();
        screen.focus_window("XPO Admin").unwrap();
        if layout == "us" {
            screen.press_key(CAPS_LOCK).unwrap();
        }
        let focused = async |what: &str, label: &str| {
            let script = "return document.activeElement.getAttribute('aria-label')";
            wait_for(&format!("{what} on {layout}"), async || {
                (window.run_script(script).await.ok()?.as_str()? == label).then_some(())
            })
            .await;
        };
        screen.press_key(slash).unwrap();
        focused("/", "Search TikTok accounts").await;
        window.press_key(Key::Down).await;
        screen.press_with_control(a).unwrap();
        window.wait_for_text("3 selected").await;
        screen.press_with_control(k).unwrap();
        focused("Ctrl+K", "Search everything").await;
        window.close().await;
    }
}

/// Presses Tab until the element with this name has the focus.
async fn tab_to(window: &Window, name: &str) {
    let focused = "const one = document.activeElement;
        const label = one.id && document.querySelector(`label[for='${one.id}']`);
        return one.getAttribute('aria-label') ?? label?.textContent?.trim() ?? one.textContent.trim()";
    wait_for(&format!("the focus to reach {name:?}"), async || {
        if window.run_script(focused).await.ok()? == json!(name) {
            return Some(());
        }
        window.press_key(Key::Tab).await;
        None
    })
    .await;
}

/// Waits until the tree has this many rows.
async fn wait_for_row_count(window: &Window, count: u32) {
    let shown = "return document.querySelector('[role=treegrid]')?.getAttribute('aria-rowcount')";
    wait_for(&format!("{count} rows"), async || {
        (window.run_script(shown).await.ok()? == json!(count.to_string())).then_some(())
    })
    .await;
}

/// Reads an ad account from the file. The window must be closed.
fn account_row(harness: &Harness, n: u32) -> AccountRow {
    open_book(&harness.data_dir()).account_rows(&[account_id(n).0]).unwrap().remove(0)
}

/// Returns the allocations as "Client 1: Brand 1, Brand 2", with a star after an XPO account whose default this is.
fn allocations(row: &AccountRow) -> Vec<String> {
    let line = |holding: &Holding| {
        let names: Vec<&str> = holding.advertisers.iter().map(|named| named.name.as_str()).collect();
        let star = if holding.default { "*" } else { "" };
        format!("{}{star}: {}", holding.xpo_account.name, names.join(", "))
    };
    row.holdings.iter().map(line).collect()
}

/// Reads from the file how many campaigns an advertiser has. The window must be closed.
fn campaign_count(harness: &Harness, advertiser: &str) -> usize {
    let of = CampaignsOf::Allocated { ad_accounts: vec![account_id(1)], advertiser: advertiser.into() };
    open_book(&harness.data_dir()).ids(&CampaignQuery::all(of)).unwrap().len()
}

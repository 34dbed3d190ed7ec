//! Bulk work: pasted names and ids, many ad accounts and clients in one Save, and lists that are as they were left.

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT, MouseActions, PointerAction};
use fantoccini::key::Key;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::objects::CampaignFacts;
use partner::ids::{AdvertiserId, XpoAccountId};
use partner::queries::accounts::AccountQuery;
use partner::queries::history::HistoryQuery;
use partner::queries::views::ViewQuery;
use partner::{Book, Folder};
use serde_json::json;

use crate::harness::book::{self, PARTNER, account_id, open_book};
use crate::harness::{Harness, HarnessOptions, Keychain, Window, wait_for};

const ACCOUNTS: u32 = 200;
const CLIENTS: u32 = 8;
const ADVERTISERS: u32 = 3;

fn client(n: u32) -> String {
    format!("Client {n:02}")
}

fn advertiser_id(client: u32, n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-9000-{:012}", client * 10 + n))
}

/// Writes a partner's file with ad accounts, and clients with three advertisers each.
fn write_book(harness: &Harness) -> Book {
    let (_, book) = Folder::at(harness.data_dir()).create(PARTNER).unwrap();
    let names: Vec<String> = (1..=ACCOUNTS).map(|n| format!("Market {n:03}")).collect();
    book::record_import(
        &book,
        ("7111", "Maria"),
        (1..).map(account_id).zip(names.iter().map(String::as_str)),
    );
    let xpo = |n: u32| XpoAccountId(format!("00000000-0000-7000-8000-{n:012}"));
    let all = || (1..=CLIENTS).flat_map(|client| (1..=ADVERTISERS).map(move |n| (client, n)));
    let accounts =
        (1..=CLIENTS).map(|n| NewXpoAccount { id: xpo(n), name: client(n), state: XpoState::Active });
    let advertisers = all().map(|(client, n)| NewAdvertiser {
        id: advertiser_id(client, n),
        xpo_account: xpo(client),
        name: format!("Brand {client:02}-{n}"),
    });
    let directory = AddToDirectory { accounts: accounts.collect(), advertisers: advertisers.collect() };
    book::commit(&book, Action::AddToDirectory(directory));
    book
}

/// Opens the partner and the screen TikTok Accounts.
async fn open(harness: &Harness) -> Window {
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("200 of 200").await;
    window
}

/// Puts a text into the clipboard, as from another program: neither the focus nor the counted presses change.
async fn copy(window: &Window, text: &str) {
    let select = "window.kept = { presses: window.presses, focus: document.activeElement };
        window.field = document.createElement('textarea');
        window.field.value = arguments[0];
        (document.querySelector('[role=dialog]') ?? document.body).append(window.field);
        window.field.select()";
    window.page.execute(select, vec![json!(text)]).await.unwrap();
    window.send_keys(&(Key::Control + "c")).await;
    let restore = "window.kept.focus.focus();
        window.field.remove();
        window.presses = window.kept.presses";
    window.run_script(restore).await.unwrap();
}

async fn paste(window: &Window) {
    window.send_keys(&(Key::Control + "v")).await;
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> String {
    numbers.into_iter().map(|n| account_id(n).0).collect::<Vec<_>>().join("\n")
}

/// Reads from the file that 15 ad accounts are allocated to all advertisers of 5 clients, and nothing else.
fn assert_handed_over(harness: &Harness) {
    let query = AccountQuery { allocated: Some(true), ..AccountQuery::default() };
    let rows = open_book(&harness.data_dir()).list(&query).unwrap().page.rows;
    assert_eq!(rows.len(), 15);
    for row in rows {
        let clients: Vec<&str> =
            row.holdings.iter().map(|holding| holding.xpo_account.name.as_str()).collect();
        assert_eq!(clients, ["Client 01", "Client 02", "Client 03", "Client 04", "Client 05"]);
        assert!(row.holdings.iter().all(|holding| holding.advertisers.len() == ADVERTISERS as usize));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_fifteen_ad_accounts_are_handed_to_five_clients_in_nine_presses() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    let clients: Vec<String> = (1..=5).map(client).collect();

    copy(&window, &ids(1..=15)).await;
    window.count_presses().await;
    window.send_keys("/").await;
    paste(&window).await;
    window.wait_for_text("15 of 15 found").await;
    window.click("Select all 15 filtered").await;
    window.click("Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    window
        .wait_until("return document.activeElement.ariaLabel === 'Search XPO accounts and advertisers'")
        .await;
    copy(&window, &clients.join("\n")).await;
    paste(&window).await;
    window.wait_for_text("5 of 5 found").await;
    window.click("Select all 5 filtered").await;
    // The count of 15 accounts and 15 advertisers stays in view above the warnings.
    window.wait_for_text("225 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 15 ad accounts to 15 advertisers of 5 XPO accounts.").await;
    window.assert_presses("b: hand 15 ad accounts to 5 clients", 9).await;
    window.close().await;
    assert_handed_over(&harness);
}

async fn replace_defaults_with_the_keyboard(window: &Window) {
    let clients: Vec<String> = (1..=5).map(client).collect();
    copy(window, &ids(1..=15)).await;
    window.count_presses().await;
    window.send_keys("/").await;
    paste(window).await;
    window.wait_for_text("15 of 15 found").await;
    // Selects all that was found.
    window.send_keys(&(Key::Shift + &Key::Enter.to_string())).await;
    window.wait_for_text("15 selected").await;
    window.send_keys(&(Key::Control + &Key::Enter.to_string())).await;
    window.wait_for_dialog("Allocate Account").await;
    window
        .wait_until("return document.activeElement.ariaLabel === 'Search XPO accounts and advertisers'")
        .await;
    copy(window, &clients.join("\n")).await;
    paste(window).await;
    window.wait_for_text("5 of 5 found").await;
    window.press_key(Key::Enter).await;
    window.send_keys(&(Key::Control + "a")).await;
    window.wait_for_text("225 added").await;
    window.wait_until(MAIN_BUTTON_IS_IN_VIEW).await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("Success: allocated 15 ad accounts to 15 advertisers of 5 XPO accounts.").await;
}

const MAIN_BUTTON_IS_IN_VIEW: &str = "
    const button = document.querySelector('[role=dialog] [type=submit]');
    const { left, top, right, bottom } = button.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight && button.contains(hit)";

#[tokio::test(flavor = "multi_thread")]
async fn a10_fifteen_ad_accounts_are_handed_to_five_clients_in_nine_presses_of_the_keyboard() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    replace_defaults_with_the_keyboard(&window).await;
    window.assert_presses("j: hand 15 ad accounts to 5 clients with the keyboard", 9).await;
    window.close().await;
    assert_handed_over(&harness);
}

#[tokio::test(flavor = "multi_thread")]
async fn a10_the_same_nine_presses_do_on_a_small_screen_in_the_dark_theme_and_zoomed_to_200_percent() {
    let options =
        HarnessOptions { keychain: Keychain::Missing, size: (1024, 700), ..HarnessOptions::default() };
    let harness = Harness::with_options(options).await;
    write_book(&harness);
    let window = open(&harness).await;
    // The palette lists the themes.
    window.send_keys(&(Key::Control + "k")).await;
    window.send_keys("dark").await;
    window.wait_for_option("Theme: dark").await;
    window.press_key(Key::Enter).await;
    window.wait_until("return document.documentElement.dataset.theme === 'dark'").await;
    for width in [931, 819, 683, 512] {
        window.send_keys(&(Key::Control + "+")).await;
        let zoomed = async || {
            let inner = window.run_script("return innerWidth").await.ok()?.as_u64()?;
            (inner.abs_diff(width) <= 1).then_some(())
        };
        wait_for(&format!("a page {width} wide"), zoomed).await;
    }
    replace_defaults_with_the_keyboard(&window).await;
    window.assert_presses("k: the same at 1024 × 700, in the dark theme, at 200 %", 9).await;
    window.close().await;
    assert_handed_over(&harness);
}

#[tokio::test(flavor = "multi_thread")]
async fn pasted_ids_that_are_not_found_are_named_and_can_be_copied() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    let missing = ["7999999999999999991", "Unknown Market", "7999999999999999992"];

    copy(&window, &format!("{},\r\n{}\tmarket 017; \"Market 018\"\r\n", ids(1..=15), missing.join("\n")))
        .await;
    window.send_keys("/").await;
    paste(&window).await;
    window.wait_for_text("17 of 20 found, 3 not:").await;
    window.wait_for_text(&missing.join(", ")).await;
    window.wait_for_text("17 of 200").await;
    window.click("Select all 17 filtered").await;
    window.wait_for_text("17 selected").await;
    // What was not found can be pasted elsewhere.
    window.click("Copy those not found").await;
    window.wait_for_text("Copied 3 names or IDs").await;
    window.send_keys("/").await;
    paste(&window).await;
    window.wait_for_text("0 of 3 found, 3 not:").await;
    // An ordinary search follows at once.
    window.press_key(Key::Escape).await;
    window.wait_for_text("200 of 200").await;
    window.send_keys("market 199").await;
    window.wait_for_text("1 of 200").await;
    window.close().await;
}

/// Returns the center of the link of a row. The driver cannot click it in a table that is scrolled.
async fn place_of_name(window: &Window, name: &str) -> (f64, f64) {
    let script =
        "const link = [...document.querySelectorAll('[role=grid] [role=row]:not([hidden]) [role=link]')]
            .find((link) => link.textContent.trim() === arguments[0]);
        const { left, top, width, height } = link.getBoundingClientRect();
        return [left + width / 2, top + height / 2]";
    let place = window.page.execute(script, vec![json!(name)]).await.unwrap();
    (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
}

async fn press_at(window: &Window, button: u64, x: f64, y: f64) {
    let press = MouseActions::new("mouse".into())
        .then(PointerAction::MoveTo { duration: None, x, y })
        .then(PointerAction::Down { button })
        .then(PointerAction::Up { button });
    window.page.perform_actions(press).await.unwrap();
}

async fn click_name(window: &Window, name: &str) {
    let (x, y) = place_of_name(window, name).await;
    press_at(window, MOUSE_BUTTON_LEFT, x, y).await;
}

/// Returns how far the table is scrolled, how it is sorted, its search and how many rows are selected.
const STATE: &str = "const grid = document.querySelector('[role=grid]');
    const sorted = grid?.querySelector('[aria-sort=descending]')?.ariaLabel;
    const selected = document.querySelector('[aria-label=Selection] > span')?.innerText;
    return [grid?.scrollTop, sorted, document.querySelector('[role=searchbox]')?.value, selected].join(' | ')";

async fn wait_for_state(window: &Window, expected: &str) {
    window.wait_until(&format!("return (() => {{ {STATE} }})() === '{expected}'")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_as_it_was_left_after_going_back_and_forward_and_after_a_restart() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    window.click("XPO Accounts").await;
    window.fill("Search XPO accounts", "brand 07").await;
    window.wait_for_text("1 of 8").await;

    window.click("TikTok Accounts").await;
    // The ids of Market 100 to Market 199.
    window.fill("Search TikTok accounts", "8427001").await;
    window.wait_for_text("100 of 200").await;
    window.click("TikTok Ad Account ID").await;
    window.click("TikTok Ad Account ID").await;
    window.toggle("Market 199").await;
    window.toggle("Market 198").await;
    window.run_script("document.querySelector('[role=grid]').scrollTop = 1080").await.unwrap();
    let left = "1080 | TikTok Ad Account ID | 8427001 | 2 selected";
    wait_for_state(&window, left).await;
    window.wait_for_row(&["Market 165"]).await;

    // A name is a link, and the rest of the row is not.
    click_name(&window, "Market 165").await;
    window.wait_for_text("Details").await;
    window.send_keys(&(Key::Alt + &Key::Left.to_string())).await;
    wait_for_state(&window, left).await;
    window.send_keys(&(Key::Alt + &Key::Right.to_string())).await;
    window.wait_for_text("Details").await;
    window.send_keys(&(Key::Alt + &Key::Left.to_string())).await;
    wait_for_state(&window, left).await;
    window.wait_for_row(&["Market 165"]).await;
    // So it is through the navigation.
    window.click("XPO Accounts").await;
    window.wait_for_text("1 of 8").await;
    window.click("TikTok Accounts").await;
    wait_for_state(&window, left).await;
    let stored = "return Object.values(localStorage).some((text) => text.includes('\"top\":1080'))";
    window.wait_until(stored).await;
    window.close().await;

    let window = harness.start_app().await;
    window.click("TikTok Accounts").await;
    wait_for_state(&window, "1080 | TikTok Ad Account ID | 8427001 | None selected").await;
    window.wait_for_row(&["Market 165"]).await;
    window.click("XPO Accounts").await;
    window.wait_for_text("1 of 8").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_allocate_screens_keep_what_was_chosen_after_a_restart() {
    let harness = Harness::without_keychain().await;
    book::seed_book(&harness.data_dir(), 3);
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", book::ACCOUNTS[0]).await;
    window.select_option("XPO Account", "Client 1").await;
    window.select_option("Advertiser", "Brand 2").await;
    window.wait_for_text("Select all 3").await;
    window.close().await;

    let window = harness.start_app().await;
    for screen in ["Allocate Campaigns", "Allocate Audiences"] {
        window.click(screen).await;
        window.wait_for_text("Advertiser").await;
        let chosen = "return [...document.querySelectorAll('main input[role=combobox]')].map((one) => one.value).join()";
        let expected = format!("{},Client 1,Brand 2", book::ACCOUNTS[0]);
        window.wait_until(&format!("return (() => {{ {chosen} }})() === '{expected}'")).await;
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_click_opens_the_menu_of_the_row_at_the_pointer() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    window.wait_for_row(&["Market 003"]).await;
    let (left, top) = place_of_name(&window, "Market 003").await;
    press_at(&window, MOUSE_BUTTON_RIGHT, left + 300.0, top).await;
    window.wait_for_text("Copy ID").await;
    let place = "const box = document.querySelector('[role=menu]').getBoundingClientRect();
        return [Math.round(box.left), Math.round(box.top)]";
    let place = window.run_script(place).await.unwrap();
    assert!((place[0].as_f64().unwrap() - left - 300.0).abs() < 8.0, "{place} for {left}");
    window.click("Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_always_on_of_five_ad_accounts_is_one_search_one_save_and_one_undo() {
    let harness = Harness::without_keychain().await;
    let book = write_book(&harness);
    let pairs = (1..=5).map(|n| AccountPair { ad_account: account_id(n), advertiser: advertiser_id(1, 1) });
    for n in 1..=6 {
        let campaign = |number: u32, name: &str| CampaignFacts {
            id: book::campaign_id(n * 10 + number),
            name: name.into(),
            ..CampaignFacts::default()
        };
        let campaigns = [campaign(1, "Always On"), campaign(2, "Summer Sale")];
        book::record_campaigns(&book, &account_id(n), &campaigns);
    }
    let allocate = AllocateAccounts {
        allocate: pairs.collect(),
        deallocate: Vec::new(),
        modes: Vec::new(),
        default_replacements: Vec::new(),
    };
    book::commit(&book, Action::AllocateAccounts(allocate));
    drop(book);
    let window = open(&harness).await;
    window.click("Allocate Campaigns").await;
    window.click("Several TikTok accounts…").await;
    window.wait_for_dialog("Choose TikTok accounts").await;
    copy(&window, &ids(1..=6)).await;
    let search = "document.querySelector('[role=dialog] [role=searchbox]').focus()";
    window.run_script(search).await.unwrap();
    paste(&window).await;
    window.wait_for_text("6 of 6 found").await;
    window.click("Select all 6 filtered").await;
    window.click("Choose 6 accounts").await;
    window.select_option("XPO Account", "Client 01").await;
    window.select_option("Advertiser", "Brand 01-1").await;
    // A11: what lacks an allocation is named and left out.
    window.wait_for_text("lacks 1 of these 6 TikTok").await;
    window.wait_for_text("Market 006").await;
    window.fill("Search campaigns", "always on").await;
    window.wait_for_text("5 of 10").await;
    window.click("Select all 5 filtered").await;
    window.wait_for_text("5 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 5 campaigns to Brand 01-1 of Client 01.").await;
    window.wait_for_text("0 of 5").await;
    window.click("Undo").await;
    window.wait_for_text("5 of 10").await;
    window.close().await;
    let history = open_book(&harness.data_dir()).list(&HistoryQuery::default()).unwrap();
    let edits: Vec<u32> = history.page.rows.iter().map(|row| row.edits).take(2).collect();
    assert_eq!(edits, [5, 5], "one entry for the Save, and one for its Undo");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_saved_and_chosen_with_ctrl_k_after_a_restart() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = open(&harness).await;
    window.fill("Search TikTok accounts", "84270019").await;
    window.wait_for_text("10 of 200").await;
    window.click("Name").await;
    window.click("Columns").await;
    window.click("Currency").await;
    window.press_key(Key::Escape).await;
    window.click("Views").await;
    window.click("Save view…").await;
    window.wait_for_dialog("Save view").await;
    window.fill("Name", "Nineties").await;
    window.click("Save").await;
    window.wait_for_text("View “Nineties” saved.").await;
    window.send_keys("/").await;
    window.press_key(Key::Escape).await;
    window.wait_for_text("200 of 200").await;
    window.close().await;

    let window = harness.start_app().await;
    window.wait_for_text("Needs attention").await;
    window.send_keys(&(Key::Control + "k")).await;
    window.wait_for_text("Nineties").await;
    window.send_keys("nineties").await;
    window.press_key(Key::Enter).await;
    window.wait_for_text("10 of 200").await;
    window.wait_for_row(&["Market 199", "USD"]).await;
    window.wait_until("return document.querySelector('[aria-sort=descending]').ariaLabel === 'Name'").await;
    window.close().await;

    // A command line can list it, too: the query is that of the list.
    let book = open_book(&harness.data_dir());
    let view = book.view("nineties").unwrap().unwrap();
    let ViewQuery::Accounts(query) = view.query else { panic!("{:?}", view.query) };
    let rows = book.list(&query).unwrap().page.rows;
    assert_eq!((rows.len(), rows[0].name.as_str()), (10, "Market 199"));
}

//! Change history: undo of an old entry, its blockers, and the allocations as of a date.

use fantoccini::key::Key;
use jiff::{Timestamp, ToSpan};
use partner::Folder;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, DefaultReplacement, NewAdvertiser,
    NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use uuid::Uuid;

use crate::fixture::{Fixture, campaign_id};
use crate::harness::book::PARTNER;
use crate::harness::{Harness, Window};

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_undoing_an_old_entry_adds_an_entry_or_names_all_blockers() {
    let fixture = Fixture::from_file(&["Summer Sale"]).await;
    let window = &fixture.window;
    let sale = [campaign_id(0)];
    fixture.allocate("Northwind Shoes", &["Aurora Flights"]).await;
    fixture.allocate_campaigns("Aurora Flights", &sale).await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;

    // Entries: XPO accounts, an ad account, a campaign, another ad account. The campaign blocks undoing the second entry.
    let account = "allocated Northwind Shoes to Aurora Flights of Aurora Travel";
    let campaign = "allocated Summer Sale to Aurora Flights of Aurora Travel";
    window.click("Change history").await;
    window.wait_for_text("4 of 4").await;
    window.wait_for_row(&["Allocated Summer Sale to Aurora Flights of Aurora Travel", "· 1 edit"]).await;
    window.click(&format!("Undo: {account}, no. 2")).await;
    window.wait_for_dialog(&format!("Undo: {account}")).await;
    window
        .wait_for_text("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.")
        .await;
    window.click(&format!("Show campaign {}", sale[0])).await;
    window.wait_for_row(&["Summer Sale", &sale[0]]).await;

    window.click("Change history").await;
    window.click(&format!("Undo: {campaign}, no. 3")).await;
    confirm_undo(window, campaign, "1 removed", "Undid: ").await;
    window.wait_for_row(&[&format!("Undid: {campaign}")]).await;
    window.wait_for_text("5 of 5").await;
    window.click(&format!("Undo: {account}, no. 2")).await;
    confirm_undo(window, account, "1 removed", "Undid: ").await;
    window.wait_for_row(&[&format!("Undid: {account}")]).await;
    window.wait_for_text("6 of 6").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Not allocated"]).await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;

    // The search finds the one entry, which shows before and after.
    window.click("Change history").await;
    window.fill("Search changes", "Harbor Coffee").await;
    window.wait_for_text("1 of 6").await;
    window.wait_for_row(&["Allocated Harbor Coffee to Bluebird Tea of Bluebird Foods", "→"]).await;
    fixture.close().await;
}

/// Waits for the preview of an undo with these counts, and undoes the change, of which the message then says `done`.
async fn confirm_undo(window: &Window, change: &str, counts: &str, done: &str) {
    window.wait_for_dialog(&format!("Undo: {change}")).await;
    window.wait_for_text(counts).await;
    window.click("Undo").await;
    window.wait_for_text(done).await;
}

// A colleague allocated wrongly an hour ago.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_allocation_is_undone_with_its_40_campaigns_in_3_presses_and_redone_with_the_keyboard() {
    let names: Vec<String> = (0..40).map(|n| format!("Always On {n:02}")).collect();
    let fixture = Fixture::from_file(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let window = &fixture.window;
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;
    let campaigns: Vec<String> = (0..40).map(campaign_id).collect();
    fixture.allocate_campaigns("Aurora Flights", &campaigns).await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    let change = "allocated Northwind Shoes to 2 advertisers of Aurora Travel";
    window.click("Change history").await;
    window.wait_for_text("4 of 4").await;

    window.count_presses().await;
    window.click(&format!("Undo: {change}, no. 2")).await;
    window.wait_for_dialog(&format!("Undo: {change}")).await;
    window.wait_for_text("Fix these 40 first:").await;
    window.click("Also deallocate these 40 campaigns").await;
    confirm_undo(window, change, "42 removed", "Undid: ").await;
    window.assert_presses("e: find and undo a change with its preview", 3).await;
    window.wait_for_text("5 of 5").await;
    window.wait_for_row(&[&format!("Undid: {change}")]).await;

    // Ctrl+Shift+Z, while no field has the focus.
    window.send_keys(&format!("{}{}z", Key::Control, Key::Shift)).await;
    window.wait_for_text("Redid: ").await;
    window.wait_for_row(&[&format!("Redid: {change}")]).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Flights"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_change_is_undone_and_the_rest_stays() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea", "Lantern Quest"]).await;
    let change = "allocated Harbor Coffee to 2 advertisers of 2 XPO accounts";
    window.click("Change history").await;
    window.click(&format!("Undo: {change}, no. 2")).await;
    window.wait_for_text("2 removed").await;
    window.toggle("TikTok ad account: Harbor Coffee → Bluebird Tea (Bluebird Foods)").await;
    window.wait_for_text("1 change left out").await;
    confirm_undo(window, change, "1 removed", "Partly undid: ").await;
    window.wait_for_row(&[&format!("Partly undid: {change}")]).await;
    window.wait_for_row(&["Allocated Harbor Coffee", "Partly undone"]).await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;
    window.wait_until_no_row(&["Lantern Quest"]).await;
    fixture.close().await;
}

// Who had this ad account at an earlier time.
#[tokio::test(flavor = "multi_thread")]
async fn an_ad_accounts_page_shows_who_had_it_on_a_date_in_three_presses() {
    let harness = Harness::new().await;
    write_past_allocation(&harness);
    let window = harness.start_app().await;
    window.click("Open Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.choose_action("Northwind Shoes", "Open").await;
    window.wait_for_text("Not allocated yet.").await;

    window.count_presses().await;
    window.click("Action").await;
    window.click("Allocations on…").await;
    window.wait_for_dialog("Allocations on…").await;
    // The field has the focus and proposes yesterday.
    window.click("Show").await;
    window.wait_for_row(&["Aurora Travel", "Aurora Flights", "Northwind Shoes (Self, default)"]).await;
    window.assert_presses("f: who had this ad account", 3).await;
    window.wait_for_text("1 of 1").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn allocations_are_shown_as_of_a_past_date() {
    let harness = Harness::new().await;
    write_past_allocation(&harness);
    let window = harness.start_app().await;
    window.click("Open Knorex Asia").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Not allocated"]).await;

    window.click("Change history").await;
    window.wait_for_text("3 of 3").await;
    window.click("Allocations on…").await;
    window.wait_for_dialog("Allocations on…").await;
    window.fill("Date and time", "31 February").await;
    window.click("Show").await;
    window.wait_for_text("Enter a date and a time").await;
    window.click("Yesterday").await;
    window.click("Show").await;
    window.wait_for_row(&["Aurora Travel", "Aurora Flights", "Northwind Shoes"]).await;
    window.click("Another date…").await;
    window.click("A week ago").await;
    window.click("Show").await;
    window.wait_for_text("No data at that time").await;
    window.click("Back to now").await;
    window.wait_for_text("3 of 3").await;
    window.close().await;
}

/// Creates a partner whose only allocation was made three days ago and removed an hour ago.
fn write_past_allocation(harness: &Harness) {
    let (_, book) = Folder::at(harness.data_dir()).create(PARTNER).unwrap();
    let now = Timestamp::now();
    let user = UserFacts { id: "7110000001".into(), name: "Li Wei".into(), email: String::new() };
    let id = AdAccountId("7002238017000000001".into());
    let account =
        AccountFacts { id: id.0.clone(), name: "Northwind Shoes".into(), answer: AccountResponse::NoDetails };
    book.record_import(&user, &[account], true, now).unwrap();

    let uuid = || Uuid::now_v7().to_string();
    let (xpo, advertiser) = (XpoAccountId(uuid()), AdvertiserId(uuid()));
    let added = Action::AddToDirectory(AddToDirectory {
        accounts: vec![NewXpoAccount {
            id: xpo.clone(),
            name: "Aurora Travel".into(),
            state: XpoState::Active,
        }],
        advertisers: vec![NewAdvertiser {
            id: advertiser.clone(),
            xpo_account: xpo.clone(),
            name: "Aurora Flights".into(),
        }],
    });
    let pair = AccountPair { ad_account: id, advertiser };
    let allocated = |allocate, deallocate| {
        Action::AllocateAccounts(AllocateAccounts {
            allocate,
            deallocate,
            modes: vec![],
            default_replacements: vec![DefaultReplacement { xpo_account: xpo.clone(), to: None }],
        })
    };
    let actions =
        [(80, added), (72, allocated(vec![pair.clone()], vec![])), (1, allocated(vec![], vec![pair]))];
    for (hours, action) in actions {
        let at = now - hours.hours();
        let change = Change { id: ChangeId(uuid()), at, actor: "Mei".into(), action };
        assert!(book.commit(&change).unwrap().entry.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_offers_redo_only_until_another_change_is_made() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    window.click("Change history").await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;
    let change = "allocated Harbor Coffee to Bluebird Tea of Bluebird Foods";
    window.click(&format!("Undo: {change}, no. 2")).await;
    confirm_undo(window, change, "1 removed", "Undid: ").await;
    // The message stays as long as the pointer is on it.
    let hover =
        "document.querySelector('[aria-label=Messages] > *').dispatchEvent(new PointerEvent('pointerenter'))";
    window.run_script(hover).await.unwrap();
    let message = |text: &str| {
        let shown =
            "document.querySelector('[aria-label=Messages]').textContent.replace(/\\s+/g, ' ').trim()";
        format!("const shown = {shown}; return shown.startsWith('Undid: ') && shown.endsWith('{text}')")
    };
    window.wait_until(&message(". Redo")).await;
    // In another window, or on the command line.
    fixture.allocate("Pine Bikes", &["Lantern Quest"]).await;
    window.wait_for_text("4 of 4").await;
    window.wait_until(&message(".")).await;
    fixture.close().await;
}

//! Change history: undo of an old entry, its blockers, and the allocations as of a date.

use jiff::{Timestamp, ToSpan};
use partner::Folder;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, HandOver, NewAdvertiser, NewXpoAccount,
    XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use uuid::Uuid;

use crate::fixture::{Fixture, campaign_id};
use crate::harness::Harness;
use crate::harness::book::PARTNER;

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_undoing_an_old_entry_adds_an_entry_or_names_all_blockers() {
    let fixture = Fixture::from_file(&["Summer Sale"]).await;
    let window = &fixture.window;
    let sale = [campaign_id(0)];
    fixture.allocate("Northwind Shoes", &["Aurora Flights"]).await;
    fixture.allocate_campaigns("Aurora Flights", &sale).await;
    fixture.allocate("Harbor Coffee", &["Bluebird Tea"]).await;

    // Entries: XPO accounts, an ad account, a campaign, another ad account. The campaign blocks undoing the second entry.
    window.click("Change history").await;
    window.wait_for_text("4 of 4").await;
    window.wait_for_row(&["Campaign allocations", "Summer Sale"]).await;
    window.click("Undo account allocations, no. 2").await;
    window.wait_for_dialog("Can't undo yet").await;
    window.wait_for_text("Nothing was changed.").await;
    window
        .wait_for_text("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.")
        .await;
    window.click(&format!("Show campaign {}", sale[0])).await;
    window.wait_for_row(&["Summer Sale", &sale[0]]).await;

    window.click("Change history").await;
    window.click("Undo campaign allocations, no. 3").await;
    window.wait_for_text("Undone.").await;
    window.wait_for_row(&["Undid: campaign allocations"]).await;
    window.wait_for_text("5 of 5").await;
    window.click("Undo account allocations, no. 2").await;
    window.wait_for_row(&["Undid: account allocations"]).await;
    window.wait_for_text("6 of 6").await;
    window.click("TikTok Accounts").await;
    window.wait_for_row(&["Northwind Shoes", "Not allocated"]).await;
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;

    // The search finds the one entry, which shows before and after.
    window.click("Change history").await;
    window.fill("Search changes", "Harbor Coffee").await;
    window.wait_for_text("1 of 6").await;
    window.wait_for_row(&["Account allocations", "Harbor Coffee", "→"]).await;
    fixture.close().await;
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
    window.click("As of a date…").await;
    window.wait_for_dialog("Show allocations on a date").await;
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
            hand_overs: vec![HandOver { xpo_account: xpo.clone(), to: None }],
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

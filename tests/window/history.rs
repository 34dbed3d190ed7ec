//! Change history: undo of an old entry, refusal with reasons, and who had what as of a date.

use jiff::{Timestamp, ToSpan};
use partner::Folder;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountFacts, Told, UserFacts};
use partner::ids::{AdAccountId, AdvertiserId, ChangeId, XpoAccountId};
use uuid::Uuid;

use crate::harness::Harness;
use crate::world::{World, campaign};

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_an_old_entry_is_undone_as_an_entry_or_refused_with_all_reasons() {
    let world = World::new(&["Summer Sale"]).await;
    let window = &world.window;
    let sale = [campaign(0)];
    world.allocate("Northwind Shoes", &["Aurora Flights"]).await;
    world.allocate_campaigns("Aurora Flights", &sale).await;
    world.allocate("Harbor Coffee", &["Bluebird Tea"]).await;

    // Added clients, an account, a campaign, another account: the second is in the way of being undone.
    window.press("Change history").await;
    window.shows("4 of 4").await;
    window.row(&["Campaign allocations", "Summer Sale"]).await;
    window.press("Undo account allocations, no. 2").await;
    window.dialog("This cannot be undone as it is").await;
    window.shows("Nothing was changed.").await;
    window.shows("Campaign “Summer Sale” is allocated to “Aurora Flights”. Deallocate it first.").await;
    window.press(&format!("Go there: Campaign {}", sale[0])).await;
    window.row(&["Summer Sale", &sale[0]]).await;

    window.press("Change history").await;
    window.press("Undo campaign allocations, no. 3").await;
    window.shows("Undone.").await;
    window.row(&["Undid: campaign allocations"]).await;
    window.shows("5 of 5").await;
    window.press("Undo account allocations, no. 2").await;
    window.row(&["Undid: account allocations"]).await;
    window.shows("6 of 6").await;
    window.press("TikTok Accounts").await;
    window.row(&["Northwind Shoes", "Not allocated"]).await;
    window.row(&["Harbor Coffee", "Bluebird Tea"]).await;

    // What an entry did, before and after; and only those of one kind.
    window.press("Change history").await;
    window.fill("Search changes", "Harbor Coffee").await;
    window.shows("1 of 6").await;
    window.row(&["Account allocations", "Harbor Coffee", "→"]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_book_is_shown_as_it_was_at_a_moment_of_the_past() {
    let harness = Harness::new().await;
    write_past(&harness);
    let window = harness.start().await;
    window.press("Open Knorex Asia").await;
    window.press("TikTok Accounts").await;
    window.row(&["Northwind Shoes", "Not allocated"]).await;

    window.press("Change history").await;
    window.shows("3 of 3").await;
    window.press("As of a date…").await;
    window.dialog("Who had what, as of a date").await;
    window.fill("Date and time", "31 February").await;
    window.press("Show").await;
    window.shows("Type a date and a time").await;
    // It was allocated three days ago and taken back an hour ago.
    window.press("Yesterday").await;
    window.press("Show").await;
    window.row(&["Aurora Travel", "Aurora Flights", "Northwind Shoes"]).await;
    window.press("Another date…").await;
    window.press("A week ago").await;
    window.press("Show").await;
    window.shows("There was nothing yet").await;
    window.press("Back to now").await;
    window.shows("3 of 3").await;
    window.close().await;
}

/// A partner whose one allocation was made three days ago and taken back an hour ago.
fn write_past(harness: &Harness) {
    let (_, book) = Folder::at(harness.data()).create("Knorex Asia").unwrap();
    let now = Timestamp::now();
    let user = UserFacts { id: "7110000001".into(), name: "Li Wei".into(), email: String::new() };
    let id = AdAccountId("7002238017000000001".into());
    let account = AccountFacts { id: id.0.clone(), name: "Northwind Shoes".into(), told: Told::Nothing };
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
            hand_overs: vec![partner::decisions::HandOver { xpo_account: xpo.clone(), to: None }],
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

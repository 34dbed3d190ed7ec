//! Suggestions of advertisers: reviewed for ad accounts, and taken row by row for campaigns.

use partner::Folder;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateCampaigns, NewAdvertiser, NewXpoAccount,
    XpoState,
};
use partner::facts::objects::CampaignFacts;
use partner::ids::{AdvertiserId, CampaignId, XpoAccountId};
use partner::queries::history::HistoryQuery;

use crate::harness::Harness;
use crate::harness::book::{self, PARTNER, account_id, campaign_id, open_book};

const ACCOUNTS: [&str; 4] = ["Orbit and Zebra", "Orbit Shoes SG", "Zebra Coffee", "Test"];
const ADVERTISERS: [(&str, &str); 2] = [("Orbit Group", "Orbit Shoes"), ("Zebra Foods", "Zebra Coffee")];

fn advertiser(n: usize) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-9000-{n:012}"))
}

/// The first ad account is allocated to both advertisers. Of its campaigns, fourteen of fifteen named ORB_* are allocated to
/// Orbit Shoes, and three are not allocated.
fn write_book(harness: &Harness) {
    let (_, book) = Folder::at(harness.data_dir()).create(PARTNER).unwrap();
    book::record_import(&book, ("7111", "Maria"), (1..).map(account_id).zip(ACCOUNTS));
    let xpo = |n: usize| XpoAccountId(format!("00000000-0000-7000-8000-{n:012}"));
    let clients = ADVERTISERS.iter().enumerate();
    let directory = AddToDirectory {
        accounts: clients
            .clone()
            .map(|(n, (client, _))| NewXpoAccount {
                id: xpo(n),
                name: (*client).into(),
                state: XpoState::Active,
            })
            .collect(),
        advertisers: clients
            .map(|(n, (_, name))| NewAdvertiser {
                id: advertiser(n),
                xpo_account: xpo(n),
                name: (*name).into(),
            })
            .collect(),
    };
    book::commit(&book, Action::AddToDirectory(directory));
    let pair = |n| AccountPair { ad_account: account_id(1), advertiser: advertiser(n) };
    let allocate = AllocateAccounts { allocate: vec![pair(0), pair(1)], ..AllocateAccounts::default() };
    book::commit(&book, Action::AllocateAccounts(allocate));
    let name = |n| match n {
        1..=15 => format!("ORB_Sale_{n:02}"),
        16 => "ORB_Reach".to_owned(),
        17 => "Zebra Coffee | Reach".to_owned(),
        _ => "Reach".to_owned(),
    };
    let campaign = |n| CampaignFacts { id: campaign_id(n), name: name(n), ..CampaignFacts::default() };
    book::record_campaigns(&book, &account_id(1), &(1..=18).map(campaign).collect::<Vec<_>>());
    for (to, which) in [(0, 1..=14), (1, 15..=15)] {
        let allocate = which.map(|n| CampaignId(campaign_id(n))).collect();
        let advertiser = advertiser(to);
        let action = AllocateCampaigns { advertiser, allocate, deallocate: Vec::new() };
        book::commit(&book, Action::AllocateCampaigns(action));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_are_reviewed_saved_in_two_presses_and_undone_as_one_change() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.wait_for_text("2 ad accounts have a suggestion").await;
    window.count_presses().await;
    window.click("2 ad accounts have a suggestion Review the advertisers that their names suggest.").await;
    window.wait_for_dialog("Review suggestions").await;
    window.wait_for_row(&["Orbit Shoes SG", "Orbit Shoes (Orbit Group)"]).await;
    window.wait_for_row(&["Zebra Coffee", "its name contains “Zebra Coffee”"]).await;
    // Both names are whole names of advertisers, so both are ticked.
    window.wait_for_text("2 selected").await;
    window.wait_for_text("2 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 2 ad accounts to 2 advertisers of 2 XPO accounts.").await;
    window.assert_presses("follow the suggestions for 2 ad accounts", 2).await;
    window.click("Undo").await;
    window.wait_for_row(&["Orbit Shoes SG", "Not allocated"]).await;
    // The suggestion is also in the dialog of one ad account, and ticks nothing itself.
    window.choose_action("Orbit Shoes SG", "Allocate Account").await;
    window.wait_for_dialog("Allocate Account").await;
    window.wait_for_text("because its name contains “Orbit Shoes”").await;
    window.wait_until_disabled("Save").await;
    window.click("Suggested: Orbit Shoes").await;
    window.wait_until_checked("Orbit Shoes").await;
    window.wait_for_text("1 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated Orbit Shoes SG to Orbit Shoes of Orbit Group.").await;
    window.close().await;
    let history = open_book(&harness.data_dir()).list(&HistoryQuery::default()).unwrap();
    let edits: Vec<u32> = history.page.rows.iter().map(|row| row.edits).take(3).collect();
    assert!(
        edits[1] == edits[2] && edits[0] < edits[1],
        "{edits:?}: one entry for the review, one for its undo"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_suggestion_of_a_campaign_chooses_its_advertiser_and_selects_it() {
    let harness = Harness::without_keychain().await;
    write_book(&harness);
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", "Orbit and Zebra").await;
    window.wait_for_text("3 of 3").await;
    window.click("Suggested for ORB_Reach: Orbit Shoes").await;
    window.wait_until_checked("ORB_Reach").await;
    window.wait_until_unchecked("Reach").await;
    window.wait_for_text("1 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated ORB_Reach to Orbit Shoes of Orbit Group.").await;
    window.wait_for_text("2 of 2").await;
    window.click("Undo").await;
    window.wait_for_text("3 of 3").await;
    // All of them are in the review, each with the advertiser that it would go to.
    window.click("Review suggestions").await;
    window.wait_for_dialog("Review suggestions").await;
    window.wait_for_row(&["ORB_Reach", "14 of 15 campaigns named ORB_* went to Orbit Shoes"]).await;
    window.wait_for_row(&["Zebra Coffee | Reach", "Zebra Coffee (Zebra Foods)"]).await;
    window.toggle("ORB_Reach to Orbit Shoes").await;
    window.wait_for_text("2 added").await;
    window.click("Save").await;
    window.wait_for_text("Success: allocated 2 campaigns").await;
    window.wait_for_text("1 of 1").await;
    window.close().await;
}

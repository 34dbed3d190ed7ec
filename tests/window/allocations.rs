//! Allocate Campaigns (E) and Allocate Audiences (F): from the file to the window and back into the file.

use fantoccini::key::Key;
use partner::Folder;
use partner::audience_list::{AudienceQuery, AudiencesOf};
use partner::campaign_list::{CampaignQuery, CampaignsOf};
use serde_json::json;

use crate::desk::book::{self, PARTNER, account, campaign};
use crate::desk::{Desk, Furniture, Keychain, Window, until};

const CAMPAIGNS: u32 = 1_000;

/// A partner with some things in it, open in the window.
pub async fn open(hand_out: bool) -> (Desk, Window) {
    let desk = Desk::with(Furniture { keychain: Keychain::Missing, ..Furniture::default() }).await;
    book::furnish(&desk.data(), CAMPAIGNS);
    if hand_out {
        book::hand_out(&desk.data());
    }
    let window = desk.start().await;
    window.press(&format!("Open {PARTNER}")).await;
    window.shows("Overview").await;
    (desk, window)
}

/// Which campaigns the file says that an advertiser has. The window has to be closed.
fn campaigns_of(desk: &Desk, advertiser: &str) -> usize {
    let folder = Folder::at(desk.data());
    let book = folder.open(&folder.list().unwrap()[0].file).unwrap();
    let of = CampaignsOf::Allocated { ad_account: account(1), advertiser: advertiser.into() };
    book.ids(&CampaignQuery::all(of)).unwrap().len()
}

fn audiences(desk: &Desk, of: AudiencesOf) -> Vec<String> {
    let folder = Folder::at(desk.data());
    let book = folder.open(&folder.list().unwrap()[0].file).unwrap();
    let ids = book.ids(&AudienceQuery::all(of)).unwrap();
    ids.into_iter().map(|key| key.audience.0).collect()
}

const BRAND_1: &str = "00000000-0000-7000-8000-100001000001";
const BRAND_2: &str = "00000000-0000-7000-8000-100001000002";

/// Press Tab until what has the focus is called so.
pub async fn tab_to(window: &Window, name: &str) {
    let focused = "const one = document.activeElement;
        const label = one.id && document.querySelector(`label[for='${one.id}']`);
        return one.getAttribute('aria-label') ?? label?.textContent?.trim() ?? one.textContent.trim()";
    until(&format!("the keyboard reaches {name:?}"), async || {
        if window.run(focused).await.ok()? == json!(name) {
            return Some(());
        }
        window.key(Key::Tab).await;
        None
    })
    .await;
}

/// Send keys to what has the focus.
pub async fn keys(window: &Window, keys: &str) {
    window.page.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

/// Choose in a picker by a part of a name or id.
pub async fn choose(window: &Window, picker: &str, part: &str) {
    let path = format!("//label[normalize-space(.)='{picker}']/following::input[1]");
    let field = until(picker, async || window.page.find(fantoccini::Locator::XPath(&path)).await.ok()).await;
    field.click().await.unwrap();
    field.send_keys(part).await.unwrap();
    window.key(Key::Enter).await;
    until(&format!("{picker} holds {part:?}"), async || {
        let held = field.prop("value").await.ok()??;
        (held.contains(part) && field.attr("aria-expanded").await.ok()?? == "false").then_some(())
    })
    .await;
}

/// Press the tick box of a row.
pub async fn tick(window: &Window, name: &str) {
    let path = format!("//*[@role='row'][.//*[normalize-space(.)='{name}']]//*[@role='gridcell'][1]");
    until(&format!("a tick box {name:?}"), async || {
        let cell = window.page.find(fantoccini::Locator::XPath(&path)).await.ok()?;
        cell.click().await.ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r31_to_r35_a_thousand_campaigns_are_allocated_with_the_keyboard_alone_and_undone() {
    let (desk, window) = open(false).await;
    tab_to(&window, "Allocate Campaigns").await;
    window.key(Key::Enter).await;
    window.shows("Choose a TikTok account").await;
    tab_to(&window, "TikTok Account").await;
    // R31: by a part of its id.
    keys(&window, "00001").await;
    window.shows(book::ACCOUNTS[0]).await;
    window.key(Key::Enter).await;
    window.shows("Campaign 0001").await;
    tab_to(&window, "XPO Account").await;
    keys(&window, "Client 1").await;
    window.key(Key::Enter).await;
    tab_to(&window, "Advertiser").await;
    keys(&window, "Brand 1").await;
    window.key(Key::Enter).await;
    window.shows("Select all 1000").await;
    tab_to(&window, "Available campaigns").await;
    keys(&window, &(Key::Control + "a")).await;
    window.shows("1000 added").await;
    keys(&window, &(Key::Control + "s")).await;
    window.shows("Success: 1000 added for “Brand 1”.").await;
    // R38: an allocated campaign is no longer offered.
    window.shows("Every campaign is allocated").await;
    tab_to(&window, "Undo").await;
    window.key(Key::Enter).await;
    window.shows("Undone.").await;
    window.shows("Campaign 0001").await;
    tab_to(&window, "Redo").await;
    window.key(Key::Enter).await;
    window.shows("Every campaign is allocated").await;
    window.close().await;
    assert_eq!(campaigns_of(&desk, BRAND_1), CAMPAIGNS as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn r36_a2_a4_a5_campaigns_are_taken_back_moved_and_initialized() {
    let (desk, window) = open(true).await;
    window.press("Allocate Campaigns").await;
    choose(&window, "TikTok Account", book::ACCOUNTS[0]).await;
    choose(&window, "XPO Account", "Client 1").await;
    // A11: greyed, with the way to change it.
    window.shows("1 advertiser of Client 1 is not allocated.").await;
    choose(&window, "Advertiser", "Brand 1").await;
    // A4: one Save for both tabs.
    tick(&window, "Campaign 0014").await;
    window.shows("1 added").await;
    let tab = until("the tab", async || {
        window
            .page
            .find(fantoccini::Locator::XPath("//*[@role='tab'][starts-with(., 'Allocated')]"))
            .await
            .ok()
    })
    .await;
    tab.click().await.unwrap();
    tick(&window, "Campaign 0002").await;
    window.shows("1 added, 1 removed").await;
    window.press("Save").await;
    window.shows("Success: 1 added, 1 removed for “Brand 1”.").await;

    // A2: for good.
    window.press("Initialize…").await;
    window.dialog("Initialize campaigns").await;
    let cell = "//*[@role='dialog']//*[@role='row'][.//*[normalize-space(.)='Campaign 0004']]//*[@role='gridcell'][1]";
    until("a row of the dialog", async || {
        window.page.find(fantoccini::Locator::XPath(cell)).await.ok()?.click().await.ok()
    })
    .await;
    window.shows("can never be deallocated again").await;
    window.press("Initialize").await;
    window.shows("Success: 1 campaign of “Brand 1” initialized.").await;

    // A5: in one change.
    window.press("Actions of Campaign 0005").await;
    window.press("Move to another advertiser…").await;
    window.dialog("Move campaigns to another advertiser").await;
    choose(&window, "To advertiser", "Brand 2").await;
    window.shows("1 added, 1 removed").await;
    window.press("Move").await;
    window.shows("moved from “Brand 1” to “Brand 2”").await;
    window.close().await;
    // Nine, one came, one was taken back, one moved.
    assert_eq!((campaigns_of(&desk, BRAND_1), campaigns_of(&desk, BRAND_2)), (8, 4));
    assert_eq!(campaign(4).len(), 19);
}

#[tokio::test(flavor = "multi_thread")]
async fn r39_to_r45_a19_a20_audiences_are_allocated_taken_back_and_excluded() {
    let (desk, window) = open(true).await;
    window.press("Allocate Audiences").await;
    choose(&window, "TikTok Account", book::ACCOUNTS[0]).await;
    choose(&window, "XPO Account", "Client 1").await;
    choose(&window, "Advertiser", "Brand 1").await;
    for column in ["Audience ID", "Audience Name", "Type", "Allocated"] {
        window.shows(column).await;
    }
    // A19: the others are named.
    window.shows("also Brand 2").await;
    tick(&window, "Audience 01").await;
    tick(&window, "Audience 08").await;
    window.shows("1 added, 1 removed").await;
    window.press("Save").await;
    window.shows("Success: 1 added, 1 removed for “Brand 1”.").await;

    window.press("Actions of Audience 02").await;
    window.press("Exclude from XPO…").await;
    window.dialog("Exclude from XPO").await;
    window.shows("1 added, 2 removed").await;
    window.press("Exclude from XPO").await;
    window.shows("Success: 1 audience excluded from XPO.").await;
    window.hides("Audience 02").await;
    window.press("Filter by Excluded").await;
    window.press("Excluded from XPO").await;
    window.key(Key::Escape).await;
    window.shows("Audience 02").await;
    window.close().await;

    let ad_account = account(1);
    let of_brand_1 = AudiencesOf::Allocated {
        ad_account: ad_account.clone(),
        advertiser: BRAND_1.into(),
        allocated: true,
    };
    assert_eq!(audiences(&desk, of_brand_1), [book::audience(3), book::audience(8)]);
    assert_eq!(audiences(&desk, AudiencesOf::Excluded { ad_account }), [book::audience(2)]);
}

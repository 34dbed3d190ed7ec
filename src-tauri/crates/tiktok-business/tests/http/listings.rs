//! Lists read to their end, while TikTok's side changes, fails and comes back.

use std::collections::BTreeSet;

use serde_json::json;
use tiktok_business::{AccessToken, AdvertiserId, Error, Kind, Listing, Row};
use tiktok_sandbox::{Change, Fault, Mangle, ObjectKind as Object, Options, Sizes, Times};

use crate::sandbox::World;

const AUDIENCES: &str = "dmp/custom_audience/list";

/// One account with so many of everything.
async fn world(
    campaigns: u32,
    ad_groups: u32,
    ads: u32,
    audiences: u32,
) -> (World, AccessToken, AdvertiserId) {
    let sizes = Sizes::each(campaigns, ad_groups, ads, audiences);
    let world = World::with(Options { accounts: 1, users: 1, sizes, ..Options::default() }).await;
    let (_, token) = world.token();
    let account = world.ids(&token).await.remove(0);
    (world, token, account)
}

async fn read<T: Row>(listing: &mut Listing<T>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(page) = listing.next().await {
        ids.extend(page?.rows.iter().map(|row| row.key().to_owned()));
    }
    Ok(ids)
}

/// What a complete listing has to bring.
fn truth(world: &World, account: &AdvertiserId, kind: Object) -> BTreeSet<String> {
    let all = world.sandbox.snapshot(account.as_str(), kind).unwrap();
    let wanted = all.filter(|fact| fact.origin != "PROMOTE" && (fact.listed || kind != Object::Audience));
    wanted.map(|fact| fact.id).collect()
}

fn set(ids: Vec<String>) -> BTreeSet<String> {
    let number = ids.len();
    let set: BTreeSet<_> = ids.into_iter().collect();
    assert_eq!(set.len(), number, "each only once");
    set
}

fn change(world: &World, account: &AdvertiserId, change: serde_json::Value) {
    world.sandbox.change(account.as_str(), serde_json::from_value::<Change>(change).unwrap()).unwrap();
}

#[tokio::test]
async fn every_list_is_read_whole_with_what_is_deleted_and_top_view() {
    let (world, token, account) = world(2_300, 2_700, 3_100, 730).await;
    let client = &world.client;
    let mut campaigns = client.campaigns(&token, &account);
    assert_eq!(set(read(&mut campaigns).await.unwrap()), truth(&world, &account, Object::Campaign));
    let mut ad_groups = client.ad_groups(&token, &account);
    assert_eq!(set(read(&mut ad_groups).await.unwrap()), truth(&world, &account, Object::AdGroup));
    let mut ads = client.ads(&token, &account);
    assert_eq!(set(read(&mut ads).await.unwrap()), truth(&world, &account, Object::Ad));
    let mut audiences = client.audiences(&token, &account);
    assert_eq!(set(read(&mut audiences).await.unwrap()), truth(&world, &account, Object::Audience));
    for end in [campaigns.end(), ad_groups.end(), ads.end(), audiences.end()] {
        assert!(end.is_complete(), "{end:?}");
        assert_eq!((end.rows, end.bad, end.repeated), (end.total, 0, 0));
    }
    let progress = audiences.progress();
    assert_eq!((progress.pages, progress.of_pages), (8, 8));
    assert_eq!((progress.rows, progress.of_rows), (audiences.end().rows, audiences.end().rows));
}

#[tokio::test]
async fn an_empty_list_is_complete() {
    let (world, token, account) = world(0, 0, 0, 0).await;
    let mut campaigns = world.client.campaigns(&token, &account);
    assert!(read(&mut campaigns).await.unwrap().is_empty());
    assert!(campaigns.end().is_complete());
    assert!(campaigns.next().await.is_none());
}

#[tokio::test]
async fn what_comes_while_reading_is_found_and_nothing_is_given_twice() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids: Vec<String> = Vec::new();
    for page in 0..30 {
        ids.extend(listing.next().await.unwrap().unwrap().rows.iter().map(|row| row.key().to_owned()));
        if page == 3 {
            change(&world, &account, json!({ "add": { "kind": "audience", "number": 25 } }));
        }
    }
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), truth(&world, &account, Object::Audience));
    assert!(listing.end().is_complete(), "{:?}", listing.end());
    assert_eq!(listing.end().pages, 31, "one page again: the new ones are on it");
}

#[tokio::test]
async fn what_goes_while_reading_hides_nothing_of_the_rest() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let first = listing.next().await.unwrap().unwrap();
    let gone = first.rows[5].key().to_owned();
    change(&world, &account, json!({ "vanish": { "kind": "audience", "id": gone } }));
    let mut ids: BTreeSet<String> = first.rows.iter().map(|row| row.key().to_owned()).collect();
    ids.extend(read(&mut listing).await.unwrap());
    assert!(ids.remove(&gone));
    assert_eq!(ids, truth(&world, &account, Object::Audience));
    assert!(listing.end().is_complete());
}

#[tokio::test]
async fn after_a_crash_it_goes_on_where_the_last_position_was_saved() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids = Vec::new();
    for _ in 0..17 {
        ids.extend(listing.next().await.unwrap().unwrap().rows.iter().map(|row| row.key().to_owned()));
    }
    let saved = serde_json::to_string(&listing.position()).unwrap();
    assert!(saved.len() < 600, "{saved}");
    drop(listing);
    let mut listing = world.client.audiences(&token, &account).resume(serde_json::from_str(&saved).unwrap());
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), truth(&world, &account, Object::Audience));
    assert!(listing.end().is_complete(), "{:?}", listing.end());
    // 17 pages and 10 ahead, then one to compare and the rest; anew it would be all 30.
    let asked = world.sandbox.log(Some(AUDIENCES)).len();
    assert!(asked <= 27 + 14, "{asked}");
    let ended = listing.position();
    assert!(world.client.audiences(&token, &account).resume(ended).next().await.is_none());
}

#[tokio::test]
async fn after_a_crash_a_list_that_moved_meanwhile_begins_anew() {
    let (world, token, account) = world(0, 0, 0, 950).await;
    let mut listing = world.client.audiences(&token, &account);
    for _ in 0..4 {
        listing.next().await.unwrap().unwrap();
    }
    let saved = listing.position();
    drop(listing);
    let newest = world
        .sandbox
        .snapshot(account.as_str(), Object::Audience)
        .unwrap()
        .find(|fact| fact.listed)
        .unwrap()
        .id;
    change(&world, &account, json!({ "vanish": { "kind": "audience", "id": newest } }));
    change(&world, &account, json!({ "add": { "kind": "audience" } }));
    change(&world, &account, json!({ "add": { "kind": "audience" } }));
    let mut listing = world.client.audiences(&token, &account).resume(saved);
    assert_eq!(set(read(&mut listing).await.unwrap()), truth(&world, &account, Object::Audience));
    assert!(listing.end().is_complete());
}

#[tokio::test]
async fn a_position_of_another_list_is_not_used() {
    let (world, token, account) = world(1_500, 0, 0, 150).await;
    let mut audiences = world.client.audiences(&token, &account);
    audiences.next().await.unwrap().unwrap();
    let mut campaigns = world.client.campaigns(&token, &account).resume(audiences.position());
    assert_eq!(set(read(&mut campaigns).await.unwrap()), truth(&world, &account, Object::Campaign));
}

#[tokio::test]
async fn a_token_revoked_in_the_middle_is_replaced_and_nothing_is_lost() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    world.fault(AUDIENCES, Times::Number(1), Fault { page: Some(57), revoke: true, ..Fault::default() });
    let mut ids = Vec::new();
    let error = loop {
        match listing.next().await.unwrap() {
            Ok(page) => ids.extend(page.rows.iter().map(|row| row.key().to_owned())),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, error.code), (Kind::LoginNeeded, Some(40105)));
    assert!(error.request_id.is_some());
    assert!((46..57).contains(&listing.progress().pages), "{:?}", listing.progress());
    let (_, token) = world.token();
    listing.use_token(token);
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), truth(&world, &account, Object::Audience));
    assert!(listing.end().is_complete());
}

#[tokio::test]
async fn an_account_lost_in_the_middle_is_named_and_the_list_is_not_complete() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    world.fault(AUDIENCES, Times::Number(1), Fault { page: Some(57), lose: true, ..Fault::default() });
    let error = read(&mut listing).await.unwrap_err();
    assert_eq!((error.kind, error.advertiser.as_ref()), (Kind::Account, Some(&account)));
    assert!(!listing.end().is_complete());
}

#[tokio::test]
async fn a_page_that_fails_is_asked_for_again_alone() {
    for fault in [
        Fault { code: Some(40100), ..Fault::default() },
        Fault { code: Some(51001), ..Fault::default() },
        Fault { html: Some("<html>".into()), status: Some(504), ..Fault::default() },
        Fault { drop: true, ..Fault::default() },
        Fault { cut: true, ..Fault::default() },
    ] {
        let (world, token, account) = world(0, 0, 0, 1_500).await;
        world.fault(AUDIENCES, Times::Number(2), Fault { page: Some(7), ..fault.clone() });
        let mut listing = world.client.audiences(&token, &account);
        assert_eq!(
            set(read(&mut listing).await.unwrap()),
            truth(&world, &account, Object::Audience),
            "{fault:?}"
        );
        assert!(listing.end().is_complete());
        assert_eq!(world.sandbox.log(Some(AUDIENCES)).len(), 17, "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_that_lies_never_makes_a_list_complete_nor_endless() {
    for (fault, complete) in [
        (Fault { mangle: Some(Mangle::EmptyPage), page: Some(4), ..Fault::default() }, false),
        (Fault { mangle: Some(Mangle::RepeatPage), page: Some(4), ..Fault::default() }, false),
        (Fault { mangle: Some(Mangle::WrongTypes), page: Some(4), ..Fault::default() }, false),
        (Fault { total_number: Some(1_000_000_000_000), ..Fault::default() }, false),
        (Fault { total_number: Some(3), ..Fault::default() }, false),
        (Fault { total_number: Some(0), ..Fault::default() }, false),
        (Fault { mangle: Some(Mangle::IdsAsNumbers), ..Fault::default() }, true),
    ] {
        let (world, token, account) = world(0, 0, 0, 1_500).await;
        world.fault(AUDIENCES, Times::Forever, fault.clone());
        let mut listing = world.client.audiences(&token, &account);
        let ids: BTreeSet<String> = read(&mut listing).await.unwrap().into_iter().collect();
        assert_eq!(listing.end().is_complete(), complete, "{fault:?} {:?}", listing.end());
        let whole = ids == truth(&world, &account, Object::Audience);
        assert!(whole || !complete, "{fault:?}");
        assert!(world.sandbox.log(Some(AUDIENCES)).len() <= 80, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lie_told_once_is_found_out() {
    for mangle in [Mangle::EmptyPage, Mangle::RepeatPage, Mangle::WrongTypes] {
        let (world, token, account) = world(0, 0, 0, 1_500).await;
        world.fault(
            AUDIENCES,
            Times::Number(1),
            Fault { mangle: Some(mangle), page: Some(4), ..Fault::default() },
        );
        let mut listing = world.client.audiences(&token, &account);
        let ids: BTreeSet<String> = read(&mut listing).await.unwrap().into_iter().collect();
        if mangle != Mangle::WrongTypes {
            assert_eq!(ids, truth(&world, &account, Object::Audience), "{mangle:?}");
            assert!(listing.end().is_complete(), "{mangle:?} {:?}", listing.end());
        }
    }
}

#[tokio::test]
async fn giving_up_the_wait_for_a_page_loses_nothing() {
    let (world, token, account) = world(0, 0, 0, 2_000).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids = Vec::new();
    loop {
        // Polled once, then dropped.
        let page = tokio::select! {
            biased;
            page = listing.next() => page,
            () = tokio::task::yield_now() => continue,
        };
        match page {
            Some(page) => ids.extend(page.unwrap().rows.iter().map(|row| row.key().to_owned())),
            None => break,
        }
    }
    assert_eq!(set(ids), truth(&world, &account, Object::Audience));
    assert_eq!(world.sandbox.log(Some(AUDIENCES)).len(), 20);
}

#[tokio::test]
async fn a_dropped_list_asks_for_nothing_more() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    listing.next().await.unwrap().unwrap();
    drop(listing);
    let asked = world.sandbox.log(Some(AUDIENCES)).len();
    world.client.user_info(&token).await.unwrap();
    assert!(world.sandbox.log(Some(AUDIENCES)).len() <= asked + 10, "{asked}");
}

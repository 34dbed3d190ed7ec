//! Listings that are read to their end while the list changes and requests fail.

use std::collections::BTreeSet;

use serde_json::json;
use tiktok_business::{AccessToken, AdvertiserId, Error, ErrorKind, Listing, Row};
use tiktok_sandbox::{Change, Fault, Mangle, ObjectKind as Object, Options, Sizes, Times};

use crate::sandbox::World;

const AUDIENCES: &str = "dmp/custom_audience/list";

/// Returns one account with the given numbers of objects.
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
        ids.extend(page?.rows.iter().map(|row| row.id().to_owned()));
    }
    Ok(ids)
}

/// Returns the ids that a complete listing has to return.
fn expected_ids(world: &World, account: &AdvertiserId, kind: Object) -> BTreeSet<String> {
    let all = world.sandbox.snapshot(account.as_str(), kind).unwrap();
    let wanted = all.filter(|fact| fact.origin != "PROMOTE" && (fact.listed || kind != Object::Audience));
    wanted.map(|fact| fact.id).collect()
}

fn set(ids: Vec<String>) -> BTreeSet<String> {
    let number = ids.len();
    let set: BTreeSet<_> = ids.into_iter().collect();
    assert_eq!(set.len(), number, "no id is returned twice");
    set
}

fn change(world: &World, account: &AdvertiserId, change: serde_json::Value) {
    world.sandbox.change(account.as_str(), serde_json::from_value::<Change>(change).unwrap()).unwrap();
}

#[tokio::test]
async fn lists_every_object_including_deleted_ones_and_top_view() {
    let (world, token, account) = world(2_300, 2_700, 3_100, 730).await;
    let client = &world.client;
    let mut campaigns = client.campaigns(&token, &account);
    assert_eq!(set(read(&mut campaigns).await.unwrap()), expected_ids(&world, &account, Object::Campaign));
    let mut ad_groups = client.ad_groups(&token, &account);
    assert_eq!(set(read(&mut ad_groups).await.unwrap()), expected_ids(&world, &account, Object::AdGroup));
    let mut ads = client.ads(&token, &account);
    assert_eq!(set(read(&mut ads).await.unwrap()), expected_ids(&world, &account, Object::Ad));
    let mut audiences = client.audiences(&token, &account);
    assert_eq!(set(read(&mut audiences).await.unwrap()), expected_ids(&world, &account, Object::Audience));
    for summary in [campaigns.summary(), ad_groups.summary(), ads.summary(), audiences.summary()] {
        assert!(summary.is_complete(), "{summary:?}");
        assert_eq!((summary.rows, summary.invalid, summary.duplicates), (summary.total, 0, 0));
    }
    let progress = audiences.progress();
    assert_eq!((progress.pages, progress.total_pages), (8, 8));
    assert_eq!((progress.rows, progress.total_rows), (audiences.summary().rows, audiences.summary().rows));
}

#[tokio::test]
async fn an_empty_list_is_complete() {
    let (world, token, account) = world(0, 0, 0, 0).await;
    let mut campaigns = world.client.campaigns(&token, &account);
    assert!(read(&mut campaigns).await.unwrap().is_empty());
    assert!(campaigns.summary().is_complete());
    assert!(campaigns.next().await.is_none());
}

#[tokio::test]
async fn finds_objects_added_during_the_listing_and_returns_none_twice() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids: Vec<String> = Vec::new();
    for page in 0..30 {
        ids.extend(listing.next().await.unwrap().unwrap().rows.iter().map(|row| row.id().to_owned()));
        if page == 3 {
            change(&world, &account, json!({ "add": { "kind": "audience", "number": 25 } }));
        }
    }
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), expected_ids(&world, &account, Object::Audience));
    assert!(listing.summary().is_complete(), "{:?}", listing.summary());
    assert_eq!(listing.summary().pages, 31, "one page is read again, with the new objects on it");
}

#[tokio::test]
async fn finds_all_other_objects_when_one_is_deleted_during_the_listing() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let first = listing.next().await.unwrap().unwrap();
    let deleted = first.rows[5].id.to_string();
    change(&world, &account, json!({ "remove": { "kind": "audience", "id": deleted } }));
    let mut ids: BTreeSet<String> = first.rows.iter().map(|row| row.id().to_owned()).collect();
    ids.extend(read(&mut listing).await.unwrap());
    assert!(ids.remove(&deleted));
    assert_eq!(ids, expected_ids(&world, &account, Object::Audience));
    assert!(listing.summary().is_complete());
}

#[tokio::test]
async fn resumes_from_the_last_checkpoint_after_a_crash() {
    let (world, token, account) = world(0, 0, 0, 2_950).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids = Vec::new();
    for _ in 0..17 {
        ids.extend(listing.next().await.unwrap().unwrap().rows.iter().map(|row| row.id().to_owned()));
    }
    let saved = serde_json::to_string(&listing.checkpoint()).unwrap();
    assert!(saved.len() < 600, "{saved}");
    drop(listing);
    let mut listing = world.client.audiences(&token, &account).resume(serde_json::from_str(&saved).unwrap());
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), expected_ids(&world, &account, Object::Audience));
    assert!(listing.summary().is_complete(), "{:?}", listing.summary());
    // 17 pages and 10 prefetched, then one to compare and the rest. Starting over would take all 30.
    let requests = world.sandbox.log(Some(AUDIENCES)).len();
    assert!(requests <= 27 + 14, "{requests}");
    let finished = listing.checkpoint();
    assert!(world.client.audiences(&token, &account).resume(finished).next().await.is_none());
}

#[tokio::test]
async fn starts_over_after_a_crash_if_the_list_has_changed() {
    let (world, token, account) = world(0, 0, 0, 950).await;
    let mut listing = world.client.audiences(&token, &account);
    for _ in 0..4 {
        listing.next().await.unwrap().unwrap();
    }
    let saved = listing.checkpoint();
    drop(listing);
    let newest = world
        .sandbox
        .snapshot(account.as_str(), Object::Audience)
        .unwrap()
        .find(|fact| fact.listed)
        .unwrap()
        .id;
    change(&world, &account, json!({ "remove": { "kind": "audience", "id": newest } }));
    change(&world, &account, json!({ "add": { "kind": "audience" } }));
    change(&world, &account, json!({ "add": { "kind": "audience" } }));
    let mut listing = world.client.audiences(&token, &account).resume(saved);
    assert_eq!(set(read(&mut listing).await.unwrap()), expected_ids(&world, &account, Object::Audience));
    assert!(listing.summary().is_complete());
}

#[tokio::test]
async fn ignores_the_checkpoint_of_another_list() {
    let (world, token, account) = world(1_500, 0, 0, 150).await;
    let mut audiences = world.client.audiences(&token, &account);
    audiences.next().await.unwrap().unwrap();
    let mut campaigns = world.client.campaigns(&token, &account).resume(audiences.checkpoint());
    assert_eq!(set(read(&mut campaigns).await.unwrap()), expected_ids(&world, &account, Object::Campaign));
}

#[tokio::test]
async fn continues_with_another_token_after_the_first_is_revoked() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    world.fault(AUDIENCES, Times::Number(1), Fault { page: Some(57), revoke: true, ..Fault::default() });
    let mut ids = Vec::new();
    let error = loop {
        match listing.next().await.unwrap() {
            Ok(page) => ids.extend(page.rows.iter().map(|row| row.id().to_owned())),
            Err(error) => break error,
        }
    };
    assert_eq!((error.kind, error.code), (ErrorKind::SignInRequired, Some(40105)));
    assert!(error.request_id.is_some());
    assert!((46..57).contains(&listing.progress().pages), "{:?}", listing.progress());
    let (_, token) = world.token();
    listing.use_token(token);
    ids.extend(read(&mut listing).await.unwrap());
    assert_eq!(set(ids), expected_ids(&world, &account, Object::Audience));
    assert!(listing.summary().is_complete());
}

#[tokio::test]
async fn names_an_account_that_becomes_unavailable_and_leaves_the_listing_incomplete() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    world.fault(AUDIENCES, Times::Number(1), Fault { page: Some(57), lose: true, ..Fault::default() });
    let error = read(&mut listing).await.unwrap_err();
    assert_eq!((error.kind, error.advertiser.as_ref()), (ErrorKind::AccountUnavailable, Some(&account)));
    assert!(!listing.summary().is_complete());
}

#[tokio::test]
async fn retries_only_the_page_that_failed() {
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
            expected_ids(&world, &account, Object::Audience),
            "{fault:?}"
        );
        assert!(listing.summary().is_complete());
        assert_eq!(world.sandbox.log(Some(AUDIENCES)).len(), 17, "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_with_wrong_counts_or_pages_never_makes_a_listing_complete_or_endless() {
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
        assert_eq!(listing.summary().is_complete(), complete, "{fault:?} {:?}", listing.summary());
        let all_found = ids == expected_ids(&world, &account, Object::Audience);
        assert!(all_found || !complete, "{fault:?}");
        assert!(world.sandbox.log(Some(AUDIENCES)).len() <= 80, "{fault:?}");
    }
}

#[tokio::test]
async fn recovers_from_a_single_wrong_page() {
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
            assert_eq!(ids, expected_ids(&world, &account, Object::Audience), "{mangle:?}");
            assert!(listing.summary().is_complete(), "{mangle:?} {:?}", listing.summary());
        }
    }
}

#[tokio::test]
async fn cancelling_the_wait_for_a_page_loses_nothing() {
    let (world, token, account) = world(0, 0, 0, 2_000).await;
    let mut listing = world.client.audiences(&token, &account);
    let mut ids = Vec::new();
    loop {
        // Polls the future once, then drops it.
        let page = tokio::select! {
            biased;
            page = listing.next() => page,
            () = tokio::task::yield_now() => continue,
        };
        match page {
            Some(page) => ids.extend(page.unwrap().rows.iter().map(|row| row.id().to_owned())),
            None => break,
        }
    }
    assert_eq!(set(ids), expected_ids(&world, &account, Object::Audience));
    assert_eq!(world.sandbox.log(Some(AUDIENCES)).len(), 20);
}

#[tokio::test]
async fn a_dropped_listing_sends_no_more_requests() {
    let (world, token, account) = world(0, 0, 0, 7_000).await;
    let mut listing = world.client.audiences(&token, &account);
    listing.next().await.unwrap().unwrap();
    drop(listing);
    let requests = world.sandbox.log(Some(AUDIENCES)).len();
    world.client.user_info(&token).await.unwrap();
    assert!(world.sandbox.log(Some(AUDIENCES)).len() <= requests + 10, "{requests}");
}

use std::collections::HashSet;

use jiff::Timestamp;
use partner::Book;
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::facts::media::{MediaFacts, MediaKind};
use partner::facts::objects::AdFacts;
use partner::facts::objects::{AdGroupFacts, AudienceFacts, CampaignFacts, FactKind};
use partner::facts::record::WriteCounts;
use partner::sync_jobs::job::{JobKind, StepCursor};

use crate::fixture::{Fixture, account, campaign};

fn counts(added: u32, changed: u32, unchanged: u32, rejected: u32) -> WriteCounts {
    WriteCounts { added, changed, unchanged, rejected }
}

fn mark_deleted(book: &Book, kind: FactKind, listed: &[&str]) -> u32 {
    let listed: HashSet<String> = listed.iter().map(|id| (*id).to_owned()).collect();
    book.complete(kind, &account(1), &listed, Timestamp::UNIX_EPOCH).unwrap()
}

#[test]
fn counts_added_changed_and_unchanged_objects() {
    let fixture = Fixture::new();
    let ad_group = |name: &str, details: &str| AdGroupFacts {
        id: "1700000000000001".into(),
        name: name.into(),
        campaign_id: campaign(1, 1),
        raw_json: details.to_owned().into(),
        ..Default::default()
    };
    let record = |facts: AdGroupFacts| fixture.book.record(&account(1), &[facts]).unwrap();
    assert_eq!(record(ad_group("One", "")), counts(1, 0, 0, 0));
    assert_eq!(record(ad_group("One", "")), counts(0, 0, 1, 0));
    assert_eq!(record(ad_group("Two", "")), counts(0, 1, 0, 0));
    assert_eq!(record(ad_group("Two", r#"{"pacing":"PACING_MODE_SMOOTH"}"#)), counts(0, 1, 0, 0));
    assert_eq!(record(ad_group("Two", r#"{"pacing":"PACING_MODE_SMOOTH"}"#)), counts(0, 0, 1, 0));
    assert_eq!(record(ad_group("Two", r#"{"pacing":"PACING_MODE_FAST"}"#)), counts(0, 1, 0, 0));
    // Facts are read from the JSON. Without it, they are compared themselves.
    assert_eq!(record(ad_group("Two", "")), counts(0, 1, 0, 0));
    let bid = || AdGroupFacts { bid: Some(0.1), ..ad_group("Two", "") };
    assert_eq!(record(bid()), counts(0, 1, 0, 0));
    assert_eq!(record(bid()), counts(0, 0, 1, 0));
}

#[test]
fn of_an_object_that_a_list_contains_twice_the_last_one_counts() {
    let fixture = Fixture::new();
    let named = |name: &str| CampaignFacts { id: campaign(1, 1), name: name.into(), ..Default::default() };
    let name = || fixture.book.search(&campaign(1, 1)).unwrap()[0].hits[0].named.name.clone();
    let before = name();
    fixture.book.record(&account(1), &[named("Other"), named(&before)]).unwrap();
    assert_eq!(name(), before);
    fixture.book.record(&account(1), &[named("Other"), named("Last")]).unwrap();
    assert_eq!(name(), "Last");
}

#[test]
fn the_indexes_of_a_list_with_the_newest_objects_first_are_not_half_empty() {
    let fixture = Fixture::new();
    let ad_group = |n: u32| AdGroupFacts {
        id: format!("170000000000{n:04}"),
        campaign_id: campaign(1, 1),
        ..Default::default()
    };
    let newest_first: Vec<AdGroupFacts> = (0..5_000).rev().map(ad_group).collect();
    for page in newest_first.chunks(1_000) {
        fixture.book.record(&account(1), page).unwrap();
    }
    let used =
        "SELECT 1.0 - 1.0 * sum(unused) / sum(pgsize) FROM dbstat WHERE name = 'sqlite_autoindex_ad_group_1'";
    let (_place, file) = fixture.closed();
    let used: f64 = file.query_row(used, [], |row| row.get(0)).unwrap();
    assert!(used > 0.7, "{used}");
}

#[test]
fn rejects_objects_with_invalid_ids_or_of_another_ad_account_and_writes_the_others() {
    let fixture = Fixture::new();
    let facts = |id: &str| CampaignFacts { id: id.into(), name: "New".into(), ..Default::default() };
    let odd = [
        facts(&campaign(2, 1)),
        facts(""),
        facts("12; DROP TABLE campaign"),
        facts(&"9".repeat(33)),
        facts("1800000000000001"),
    ];
    assert_eq!(fixture.book.record(&account(1), &odd).unwrap(), counts(1, 0, 0, 4));
    assert!(fixture.book.search("new").unwrap().iter().all(|hits| hits.hits.len() == 1));
}

#[test]
fn a18_an_object_missing_in_a_complete_list_is_deleted_on_tiktok_until_it_returns() {
    let fixture = Fixture::new();
    let ids: Vec<String> = (1..=5).map(|n| campaign(1, n)).collect();
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(mark_deleted(&fixture.book, FactKind::Campaign, &all[..3]), 2);
    assert_eq!(
        mark_deleted(&fixture.book, FactKind::Campaign, &all[..3]),
        0,
        "only newly marked objects are counted"
    );
    let back = CampaignFacts { id: campaign(1, 5), name: "Campaign 1-5".into(), ..Default::default() };
    assert_eq!(fixture.book.record(&account(1), &[back]).unwrap(), counts(0, 1, 0, 0));
    assert_eq!(mark_deleted(&fixture.book, FactKind::Campaign, &all), 0);
}

#[test]
fn a_renamed_object_is_found_by_its_last_name_only() {
    let fixture = Fixture::new();
    let named = |name: &str| AudienceFacts {
        id: "7190000000000000001".into(),
        name: name.into(),
        ..Default::default()
    };
    let found = |text: &str| fixture.book.search(text).unwrap().len();
    let names = ["Chai Nagar", "Jalapeño", "Chai Nagar", "สยาม"];
    for name in names {
        fixture.book.record(&account(1), &[named(name)]).unwrap();
        for other in names {
            assert_eq!(found(other), usize::from(other == name), "{other} while the name is {name}");
        }
    }
}

#[test]
fn images_and_videos_are_requested_once() {
    let fixture = Fixture::new();
    let ad = |n: u32, video: &str, images: &str| AdFacts {
        id: format!("180000000000000{n}"),
        name: format!("Ad {n}"),
        ad_group_id: "1700000000000001".into(),
        campaign_id: campaign(1, 1),
        video_id: video.into(),
        image_ids: images.into(),
        ..Default::default()
    };
    let ads = [ad(1, "v1", r#"["p/1"]"#), ad(2, "v1", r#"["p/1", "p/2"]"#), ad(3, "", "[]")];
    assert_eq!(fixture.book.record(&account(1), &ads).unwrap(), counts(3, 0, 0, 0));
    let unknown = |n: u32, kind| fixture.book.missing_media(&account(n), kind, "").unwrap().ids;
    assert_eq!(unknown(1, MediaKind::Video), ["v1"]);
    assert_eq!(unknown(1, MediaKind::Image), ["p/1", "p/2"]);
    let media = MediaFacts { id: "p/1".into(), width: Some(1080), ..Default::default() };
    fixture.book.request_syncs(JobKind::Account, &[account(1)], false, Timestamp::UNIX_EPOCH).unwrap();
    let job = fixture.book.start_job(Timestamp::UNIX_EPOCH, true).unwrap().unwrap();
    let cursor = StepCursor::Media { last_ad: "1800000000000001".into(), all_found: true };
    fixture.book.record_media(&job, &[media], &cursor).unwrap();
    assert_eq!(unknown(1, MediaKind::Image), ["p/2"]);
    assert_eq!(unknown(2, MediaKind::Image), Vec::<String>::new());
    let after = fixture.book.missing_media(&account(1), MediaKind::Image, "1800000000000002").unwrap();
    assert_eq!((after.ids.len(), after.last_ad), (0, None));

    let has_all = |n: u32| {
        [MediaKind::Image, MediaKind::Video]
            .map(|kind| fixture.book.has_all_media(&account(n), kind).unwrap())
    };
    fixture.book.finish_media(&job, MediaKind::Image, false).unwrap();
    assert_eq!(has_all(1), [false, false]);
    fixture.book.finish_media(&job, MediaKind::Video, true).unwrap();
    assert_eq!((has_all(1), has_all(2)), ([false, true], [false, false]));
    assert_eq!(fixture.book.record(&account(1), &ads).unwrap(), counts(0, 0, 3, 0));
    assert_eq!(has_all(1), [false, true]);
    fixture.book.record(&account(2), &[ad(4, "v4", "[]")]).unwrap();
    assert_eq!(has_all(1), [false, true]);
    fixture.book.record(&account(1), &[ad(3, "v3", "[]")]).unwrap();
    assert_eq!(has_all(1), [false, false]);
}

#[test]
fn an_object_whose_name_nobody_can_see_is_shown_by_its_id() {
    let fixture = Fixture::new();
    for invisible in ["", " ", "\u{3164}", "\u{2800}\u{AD}"] {
        let facts = CampaignFacts { id: campaign(1, 1), name: invisible.into(), ..Default::default() };
        fixture.book.record(&account(1), &[facts]).unwrap();
        let found = fixture.book.search(&campaign(1, 1)).unwrap();
        assert_eq!(found[0].hits[0].named.name, campaign(1, 1), "{invisible:?}");
        let user = UserFacts { id: "7111".into(), name: invisible.into(), email: String::new() };
        let renamed =
            AccountFacts { id: account(1).0, name: invisible.into(), answer: AccountResponse::NoDetails };
        fixture.book.record_import(&user, &[renamed], true, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(fixture.book.account_names().unwrap()[0].name, account(1).0);
        assert_eq!(fixture.book.tiktok_users().unwrap()[0].name, "7111");
    }
}

//! The page of a TikTok ad account, its ad groups and its ads.

use std::collections::HashSet;

use jiff::Timestamp;
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AdGroupFacts, FactKind};
use partner::facts::status::Tone;
use partner::facts::{media::MediaFacts, objects::AdFacts};
use partner::ids::{AdAccountId, AdGroupId, AdId, CampaignId};
use partner::queries::accounts::{AccountQuery, AccountSort};
use partner::queries::ad_groups::{AdGroupKey, AdGroupQuery, AdGroupSort};
use partner::queries::ads::{AdKey, AdQuery, AdSort, Media, MediaFile};
use partner::sync_jobs::job::{JobKind, StepCursor};

use crate::fixture::{Fixture, account, advertiser, audiences, campaign, campaigns, pair};
use crate::pages::walk;

fn ad_group(n: u32) -> String {
    format!("1811000000{n:06}")
}

fn ad(n: u32) -> String {
    format!("1822000000{n:06}")
}

/// Creates ad account 1 with 230 ad groups in its campaigns, and 230 ads in the first two of these.
fn with_ads() -> Fixture {
    let fixture = Fixture::new();
    let ad_groups: Vec<AdGroupFacts> = (0..230)
        .map(|n| AdGroupFacts {
            id: ad_group(n),
            name: ["Ad group", "広告グループ", "AD GROUP <b>", ""][n as usize % 4].into(),
            campaign_id: campaign(1, 1 + n % 3),
            operation_status: "ENABLE".into(),
            secondary_status: ["ADGROUP_STATUS_DELIVERY_OK", "ADGROUP_STATUS_CAMPAIGN_DISABLE", "NEW"]
                [n as usize % 3]
                .into(),
            budget: (n % 5 != 0).then_some(f64::from(n / 2)),
            ..Default::default()
        })
        .collect();
    let ads: Vec<AdFacts> = (0..230)
        .map(|n| AdFacts {
            id: ad(n),
            name: format!("Ad no{}", n % 7),
            ad_group_id: ad_group(n % 2),
            campaign_id: campaign(1, 1 + n % 2),
            secondary_status: ["AD_STATUS_DELIVERY_OK", "AD_STATUS_AUDIT_DENY"][n as usize % 2].into(),
            image_ids: "[]".into(),
            ..Default::default()
        })
        .collect();
    fixture.book.record(&account(1), &ad_groups).unwrap();
    fixture.book.record(&account(1), &ads).unwrap();
    fixture
}

fn ad_groups(campaign: Option<String>) -> AdGroupQuery {
    AdGroupQuery {
        ad_account: account(1),
        campaign: campaign.map(CampaignId),
        search: String::new(),
        sort: AdGroupSort::Id,
        descending: false,
        statuses: Vec::new(),
    }
}

fn ads(campaign: Option<String>, ad_group: Option<String>) -> AdQuery {
    AdQuery {
        ad_account: account(1),
        campaign: campaign.map(CampaignId),
        ad_group: ad_group.map(AdGroupId),
        search: String::new(),
        sort: AdSort::Id,
        descending: false,
        statuses: Vec::new(),
    }
}

fn ad_group_key(row: &partner::queries::ad_groups::AdGroupRow) -> AdGroupKey {
    AdGroupKey { ad_account: row.ad_account.clone(), ad_group: row.id.clone() }
}

fn ad_key(row: &partner::queries::ads::AdRow) -> AdKey {
    AdKey { ad_account: row.ad_account.clone(), ad: row.id.clone() }
}

#[test]
fn r19_lists_ad_groups_of_an_ad_account_and_of_a_campaign_in_every_order() {
    let fixture = with_ads();
    for sort in [AdGroupSort::Id, AdGroupSort::Name, AdGroupSort::Status, AdGroupSort::Budget] {
        for descending in [false, true] {
            let all = AdGroupQuery { sort, descending, ..ad_groups(None) };
            assert_eq!(walk(&fixture.book, &all, ad_group_key).len(), 230);
            let of_one = AdGroupQuery { sort, descending, ..ad_groups(Some(campaign(1, 1))) };
            let rows = walk(&fixture.book, &of_one, ad_group_key);
            assert_eq!(rows.len(), 77);
            assert!(rows.iter().all(|row| row.campaign.name == "Campaign 1-1"));
        }
    }
    let first = &fixture.book.list(&ad_groups(None)).unwrap().page.rows[0];
    assert_eq!((first.ads, first.status.label.as_str()), (115, "Active"));
    let paused =
        AdGroupQuery { statuses: vec!["Inactive".into()], search: "グルー".into(), ..ad_groups(None) };
    let rows = walk(&fixture.book, &paused, ad_group_key);
    assert!(!rows.is_empty() && rows.iter().all(|row| row.status.reason == "campaign inactive"));
    let elsewhere = AdGroupQuery { ad_account: account(2), ..ad_groups(None) };
    assert_eq!(walk(&fixture.book, &elsewhere, ad_group_key), []);
}

#[test]
fn r19_lists_ads_of_an_ad_group_a_campaign_and_an_ad_account_in_every_order() {
    let fixture = with_ads();
    for (sort, descending) in [(AdSort::Id, false), (AdSort::Name, true), (AdSort::Status, false)] {
        for (campaign_id, ad_group_id, count) in
            [(None, None, 230), (Some(campaign(1, 1)), None, 115), (None, Some(ad_group(1)), 115)]
        {
            let query = AdQuery { sort, descending, ..ads(campaign_id, ad_group_id) };
            assert_eq!(walk(&fixture.book, &query, ad_key).len(), count);
        }
    }
    let refused =
        AdQuery { statuses: vec!["Not delivering".into()], search: "no3".into(), ..ads(None, None) };
    let rows = walk(&fixture.book, &refused, ad_key);
    assert!(rows.iter().all(|row| row.name == "Ad no3" && row.status.tone == Tone::Bad) && rows.len() > 10);
    assert_eq!(
        (rows[0].ad_group_name.as_str(), rows[0].campaign.name.as_str()),
        ("広告グループ", "Campaign 1-2")
    );
}

#[test]
fn an_ad_has_its_video_then_its_images_with_their_files() {
    let fixture = Fixture::new();
    let shown = |video: &str, images: &str| AdFacts {
        id: ad(1),
        name: "Ad".into(),
        ad_group_id: ad_group(1),
        campaign_id: campaign(1, 9),
        video_id: video.into(),
        image_ids: images.into(),
        ..Default::default()
    };
    fixture.book.record(&account(1), &[shown("v1", r#"["p/2", "", "p/1", 7]"#)]).unwrap();
    let facts = MediaFacts {
        id: "p/1".into(),
        file_name: "=cmd.png".into(),
        width: Some(1080),
        height: Some(-1),
        ..Default::default()
    };
    fixture.book.request_syncs(JobKind::Account, &[account(1)], false, Timestamp::UNIX_EPOCH).unwrap();
    let job = fixture.book.start_job(Timestamp::UNIX_EPOCH, true).unwrap().unwrap();
    fixture
        .book
        .record_media(&job, &[facts], &StepCursor::Media { last_ad: ad(1), all_found: true })
        .unwrap();
    let row = fixture.book.rows::<AdQuery>(&[AdKey { ad_account: account(1), ad: AdId(ad(1)) }]).unwrap();
    let file = MediaFile {
        name: "=cmd.png".into(),
        format: String::new(),
        width: Some(1080),
        height: None,
        size: None,
        duration: None,
    };
    let media = |id: &str, video, file| Media { id: id.into(), video, file };
    assert_eq!(
        row[0].media,
        [media("v1", true, None), media("p/2", false, None), media("p/1", false, Some(file))]
    );
    assert_eq!((row[0].campaign.name.as_str(), row[0].ad_group_name.as_str()), ("", ""), "not synced yet");
    fixture.book.record(&account(1), &[shown("", "[]")]).unwrap();
    let row = fixture.book.rows::<AdQuery>(&[AdKey { ad_account: account(1), ad: AdId(ad(1)) }]).unwrap();
    assert_eq!(row[0].media, []);
}

#[test]
fn r19_the_page_of_an_ad_account_counts_its_objects() {
    let fixture = with_ads();
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    let listed: HashSet<String> = (1..=3).map(|n| campaign(1, n)).collect();
    fixture.book.complete(FactKind::Campaign, &account(1), &listed, at).unwrap();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2)], &[]));
    fixture.done(audiences(1, advertiser(1, 1), &[1], &[]));
    fixture.done(audiences(1, advertiser(1, 2), &[1, 2], &[]));
    let page = fixture.book.account_page(&account(1)).unwrap().unwrap();
    let has: Vec<(FactKind, u32, u32, u32)> =
        page.counts.iter().map(|of| (of.kind, of.count, of.deleted, of.allocated)).collect();
    assert_eq!(
        has,
        [
            (FactKind::Campaign, 5, 2, 2),
            (FactKind::AdGroup, 230, 0, 0),
            (FactKind::Ad, 230, 0, 0),
            (FactKind::Audience, 3, 0, 2)
        ]
    );
    assert_eq!((page.counts[0].synced_at, page.counts[1].synced_at), (Some(at.as_millisecond()), None));
    assert_eq!(page.row.holdings[0].advertisers.len(), 2);
    assert_eq!(fixture.book.account_page(&AdAccountId("1".into())).unwrap(), None);
}

#[test]
fn a_creation_time_that_is_no_time_does_not_close_the_page() {
    let fixture = Fixture::new();
    let user = UserFacts { id: "711".into(), name: "Jo".into(), email: String::new() };
    for (seconds, shown) in [
        (1_700_000_000, Some(1_700_000_000_000)),
        (i64::MAX, None),
        (i64::MIN, None),
        (i64::MAX / 1000, None),
        (1_700_000_000_000, None),
    ] {
        let details = AccountDetails { created_at: Some(seconds), ..Default::default() };
        let answer = AccountResponse::Details(Box::new(details));
        let facts = AccountFacts { id: account(1).0, name: "Account".into(), answer };
        fixture.book.record_import(&user, &[facts], true, Timestamp::UNIX_EPOCH).unwrap();
        let page = fixture.book.account_page(&account(1)).unwrap().unwrap();
        assert_eq!(page.created_at, shown, "{seconds}");
    }
}

#[test]
fn the_raw_json_of_an_object_can_be_read() {
    let fixture = Fixture::new();
    let told = AdGroupFacts {
        id: ad_group(1),
        campaign_id: campaign(1, 1),
        raw_json: r#"{"pacing":"FAST"}"#.into(),
        ..Default::default()
    };
    fixture.book.record(&account(1), &[told]).unwrap();
    let details =
        |account_n| fixture.book.raw_json(FactKind::AdGroup, &account(account_n), &ad_group(1)).unwrap();
    assert_eq!((details(1).as_deref(), details(2)), (Some(r#"{"pacing":"FAST"}"#), None));
}

#[test]
fn ad_accounts_are_sorted_by_xpo_account() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(4, 1, 1), pair(2, 2, 1), pair(2, 3, 1)]);
    let query = AccountQuery { sort: AccountSort::XpoAccount, ..Default::default() };
    let ids = fixture.book.ids(&query).unwrap();
    assert_eq!(ids, [4, 2, 1, 3].map(|n| account(n).0));
}

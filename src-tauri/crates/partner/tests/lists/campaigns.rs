//! Lists of campaigns: search in any script, filters and tabs.

use std::collections::HashSet;

use jiff::Timestamp;
use partner::decisions::{Action, AllocateCampaigns, InitializeCampaigns};
use partner::facts::objects::CampaignFacts;
use partner::facts::time::TiktokTime;
use partner::fold;
use partner::ids::CampaignId;
use partner::queries::campaigns::{CampaignQuery, CampaignRow, CampaignSort, CampaignsOf};

use crate::fixture::{Fixture, account, advertiser, pair, xpo};
use crate::pages::walk;

pub const SORTS: &[CampaignSort] = &[
    CampaignSort::Id,
    CampaignSort::Name,
    CampaignSort::Objective,
    CampaignSort::Status,
    CampaignSort::Budget,
    CampaignSort::Created,
    CampaignSort::Allocated,
];

const NAMES: &[&str] = &[
    "Summer sale",
    "SUMMER Sale",
    "夏のセール 2026",
    "ลดราคา ฤดูร้อน",
    "Распродажа",
    "قسم التخفيضات",
    "Ａcme ﬁrst",
    "100% _off_ \"now\"",
    "a",
    "",
    "it's; DROP TABLE campaign --",
    "Straße",
    "e\u{301}te\u{301}",
];

/// Returns 260 campaigns, many with the same values.
pub fn campaigns() -> Vec<CampaignFacts> {
    (0..260)
        .map(|n| CampaignFacts {
            id: format!("1800000000000{n:05}"),
            name: NAMES[n % NAMES.len()].into(),
            objective: ["TRAFFIC", "REACH", "NEW_ONE"][n % 3].into(),
            operation_status: ["ENABLE", "DISABLE", "DELETE", "", "ODD"][n % 5].into(),
            secondary_status: ["CAMPAIGN_STATUS_ENABLE", "", "CAMPAIGN_STATUS_BUDGET_EXCEED", "UNHEARD_OF"]
                [n % 4]
                .into(),
            budget: (n % 6 != 0).then_some((n / 2) as f64 + 0.1),
            budget_mode: "BUDGET_MODE_DAY".into(),
            created_at: format!("2026-01-{:02} 00:00:00", n % 28 + 1).into(),
            ..Default::default()
        })
        .collect()
}

/// Returns the fixture with [`campaigns`] in ad account 4; every tenth of them, and the five that were there, are deleted
/// on TikTok.
pub fn with_campaigns() -> Fixture {
    let fixture = Fixture::new();
    let campaigns = campaigns();
    fixture.book.record(&account(4), &campaigns).unwrap();
    let listed: HashSet<String> =
        campaigns.iter().map(|campaign| campaign.id.clone()).filter(|id| !id.ends_with('7')).collect();
    fixture
        .book
        .complete(partner::facts::objects::FactKind::Campaign, &account(4), &listed, Timestamp::UNIX_EPOCH)
        .unwrap();
    fixture
}

pub fn of_account(search: &str) -> CampaignQuery {
    CampaignQuery {
        search: search.into(),
        ..CampaignQuery::all(CampaignsOf::AdAccount { ad_account: account(4) })
    }
}

fn found(fixture: &Fixture, query: &CampaignQuery) -> Vec<CampaignRow> {
    walk(&fixture.book, query, |row| row.id.clone())
}

#[test]
fn a_search_finds_any_part_of_name_or_id_in_any_script() {
    let fixture = with_campaigns();
    let all = found(&fixture, &of_account(""));
    let texts = [
        "s",
        "su",
        "sum",
        "SUMMER",
        "summer sale",
        "ale umm",
        "夏",
        "夏の",
        "のセー",
        "ール 2026",
        "ลดราคา",
        "ร้อน",
        "ร",
        "аспро",
        "РАСПРОДАЖА",
        "التخ",
        "acme",
        "ＡＣＭＥ",
        "first",
        "%",
        "_",
        "_off_",
        "\"now\"",
        "'",
        "drop table",
        "--",
        "1800000000000",
        "0000100",
        "00001 sum",
        "straße",
        "STRASSE",
        "été",
        "e\u{301}te",
        "  ",
        "nothing has this",
        "*",
        "\\",
        "\u{202e}",
    ];
    for text in texts {
        let words = fold(text);
        let expected: Vec<&CampaignId> = all
            .iter()
            .filter(|row| {
                let name = fold(&row.name);
                words.split_whitespace().all(|word| name.contains(word) || row.id.0.contains(word))
            })
            .map(|row| &row.id)
            .collect();
        let rows = found(&fixture, &of_account(text));
        assert_eq!(rows.iter().map(|row| &row.id).collect::<Vec<_>>(), expected, "{text:?}");
    }
    assert!(!found(&fixture, &of_account("夏")).is_empty());
    assert!(found(&fixture, &of_account("nothing has this")).is_empty());
}

#[test]
fn filters_return_the_matching_campaigns() {
    let fixture = with_campaigns();
    let all = found(&fixture, &of_account(""));
    let labels: HashSet<String> = all.iter().map(|row| row.status.label.clone()).collect();
    assert!(labels.len() > 5, "{labels:?}");
    for label in labels {
        let query = CampaignQuery { statuses: vec![label.clone()], ..of_account("") };
        let ids = |rows: Vec<CampaignRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
        let expected = all.iter().filter(|row| row.status.label == label).cloned().collect();
        assert_eq!(ids(found(&fixture, &query)), ids(expected), "{label}");
    }
    let query = CampaignQuery { objectives: vec!["REACH".into(), "NEW_ONE".into()], ..of_account("sale") };
    let rows = found(&fixture, &query);
    assert!(!rows.is_empty() && rows.iter().all(|row| row.objective != "TRAFFIC"));
}

#[test]
fn sorts_by_each_column() {
    let fixture = with_campaigns();
    let sorted = |sort| found(&fixture, &CampaignQuery { sort, ..of_account("") });
    assert!(sorted(CampaignSort::Id).is_sorted_by_key(|row| row.id.0.clone()));
    assert!(sorted(CampaignSort::Name).is_sorted_by_key(|row| (fold(&row.name), row.id.0.clone())));
    assert!(sorted(CampaignSort::Objective).is_sorted_by_key(|row| row.objective.clone()));
    assert!(sorted(CampaignSort::Status).is_sorted_by_key(|row| row.status.label.clone()));
    assert!(sorted(CampaignSort::Budget).is_sorted_by(|a, b| a.budget <= b.budget));
    assert!(sorted(CampaignSort::Created).is_sorted_by_key(|row| row.created_at.clone()));
    fixture.allocate(&[pair(4, 1, 1)]);
    let ids: Vec<CampaignId> = campaigns().into_iter().take(3).map(|facts| CampaignId(facts.id)).collect();
    for id in [1, 0, 2].map(|n: usize| ids[n].clone()) {
        fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(1, 1),
            allocate: vec![id],
            deallocate: Vec::new(),
        }));
    }
    let by_time = sorted(CampaignSort::Allocated);
    let last: Vec<&CampaignId> = by_time[by_time.len() - 3..].iter().map(|row| &row.id).collect();
    assert_eq!(last, [&ids[1], &ids[0], &ids[2]]);
}

#[test]
fn creation_times_are_shown_as_tiktok_wrote_them_and_the_unknown_ones_are_sorted_first() {
    let fixture = Fixture::new();
    let readable =
        ["", "0001-01-01 00:00:00", "1969-12-31 23:59:59", "2026-02-28 08:00:00", "9999-12-31 23:59:59"];
    let others = [
        "2026-02-30 08:00:00",
        "2026-02-28 24:00:00",
        "2026-02-28 08:00:60",
        "2026-02-28T08:00:00",
        "2026-02-28",
        "1772265600",
        "now",
    ];
    let facts: Vec<CampaignFacts> = (10..)
        .zip(others.iter().chain(readable.iter().rev()))
        .map(|(n, time)| CampaignFacts {
            id: format!("18000000000000000{n}"),
            created_at: (*time).into(),
            ..Default::default()
        })
        .collect();
    fixture.book.record(&account(4), &facts).unwrap();
    let query = CampaignQuery { sort: CampaignSort::Created, search: "18000000".into(), ..of_account("") };
    let rows = found(&fixture, &query);
    for campaign in &facts {
        let row = rows.iter().find(|row| row.id.0 == campaign.id).unwrap();
        assert_eq!(TiktokTime::from(row.created_at.as_str()), campaign.created_at);
    }
    let shown: Vec<&str> = rows.iter().map(|row| row.created_at.as_str()).collect();
    assert_eq!(shown[..readable.len()], readable);
    assert_eq!(fixture.book.record(&account(4), &facts).unwrap().unchanged as usize, facts.len());
}

#[test]
fn r38_a4_a_campaign_is_available_or_allocated() {
    let fixture = with_campaigns();
    fixture.allocate(&[pair(4, 1, 1), pair(4, 1, 2), pair(4, 2, 1), pair(1, 1, 1)]);
    let ids: Vec<CampaignId> = campaigns().into_iter().map(|campaign| CampaignId(campaign.id)).collect();
    let give = |of, n, ids: &[CampaignId]| {
        let allocate = ids.to_vec();
        fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(of, n),
            allocate,
            deallocate: Vec::new(),
        }));
    };
    give(1, 1, &ids[..120]);
    give(1, 2, &ids[120..130]);
    give(2, 1, &ids[130..140]);
    fixture.done(Action::InitializeCampaigns(InitializeCampaigns { campaigns: ids[..3].to_vec() }));

    let list = |of| found(&fixture, &CampaignQuery { of, ..of_account("") });
    let ad_account = account(4);
    let available = list(CampaignsOf::Available { ad_accounts: vec![ad_account.clone()] });
    assert_eq!(available.len(), 265 - 140);
    assert!(available.iter().all(|row| row.allocated.is_none()));
    let theirs = list(CampaignsOf::Allocated { ad_accounts: vec![ad_account], advertiser: advertiser(1, 1) });
    assert_eq!(theirs.len(), 120);
    assert_eq!(list(CampaignsOf::Advertiser { advertiser: advertiser(1, 1) }), theirs);
    assert_eq!(list(CampaignsOf::XpoAccount { xpo_account: xpo(1) }).len(), 130);
    assert_eq!(list(CampaignsOf::XpoAccount { xpo_account: xpo(3) }), []);
    for row in &theirs {
        let holder = row.allocated.as_ref().unwrap();
        assert_eq!(holder.advertiser.id, advertiser(1, 1).0);
        assert_eq!((holder.xpo_account.name.as_str(), holder.since.actor.as_str()), ("Client 1", "admin"));
        assert_eq!(holder.initialized.is_some(), ids[..3].contains(&row.id));
    }
    let initialized = CampaignQuery { initialized: Some(true), ..of_account("") };
    assert_eq!(found(&fixture, &initialized).len(), 3);
    assert_eq!(found(&fixture, &CampaignQuery { initialized: Some(false), ..initialized }).len(), 262);
}

#[test]
fn campaigns_of_several_ad_accounts_are_one_list() {
    let fixture = with_campaigns();
    let both = vec![account(1), account(4)];
    let count = |of| {
        let query = CampaignQuery::all(of);
        walk(&fixture.book, &query, |row| row.id.clone()).len()
    };
    let single = |n| count(CampaignsOf::Available { ad_accounts: vec![account(n)] });
    assert!(single(1) > 0);
    assert_eq!(count(CampaignsOf::Available { ad_accounts: both.clone() }), single(1) + single(4));

    fixture.allocate(&[pair(1, 1, 1), pair(4, 1, 1)]);
    let first = |n| {
        let of = CampaignsOf::Available { ad_accounts: vec![account(n)] };
        fixture.book.ids(&CampaignQuery::all(of)).unwrap().remove(0)
    };
    let allocate = vec![first(1), first(4)];
    let action = AllocateCampaigns { advertiser: advertiser(1, 1), allocate, deallocate: Vec::new() };
    let (_, outcome) = fixture.done(Action::AllocateCampaigns(action));
    assert_eq!(outcome.added, 2);
    let allocated = CampaignsOf::Allocated { ad_accounts: both.clone(), advertiser: advertiser(1, 1) };
    assert_eq!(count(allocated), 2);
}

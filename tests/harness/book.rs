//! A partner's file with things in it, as an admin has it after some months.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns, Change,
    InitializeCampaigns, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, Told, UserFacts};
use partner::facts::audiences::AudienceFacts;
use partner::facts::campaigns::CampaignFacts;
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, XpoAccountId};
use partner::{Book, Folder};

/// What the partner is called.
pub const PARTNER: &str = "Knorex Asia";

/// The first ad account is Client 1's, with Brand 1 and Brand 2 but not Brand 3, and Client 2's with Brand 4; it has campaigns and audiences.
/// The second is Client 1's and was never synced; the third is nobody's.
pub const ACCOUNTS: [&str; 3] = ["Northwind Trading Pte. Ltd.", "Southwind", "شركة الإعلانات"];

pub fn account(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

pub fn campaign(n: u32) -> String {
    format!("1779923800010{n:06}")
}

pub fn audience(n: u32) -> String {
    format!("7193000000000{n:06}")
}

fn xpo(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-0000000{n:05}"))
}

fn advertiser(of: u32, n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-8000-1{of:05}0{n:05}"))
}

/// Make the partner in the application's folder of data, with that many campaigns.
pub fn furnish(data: &Path, campaigns: u32) {
    let (_, book) = Folder::at(data).create(PARTNER).unwrap();
    import(&book);
    let facts: Vec<CampaignFacts> = (1..=campaigns).map(campaign_facts).collect();
    book.record(&account(1), &facts).unwrap();
    let listed: HashSet<String> = facts.into_iter().map(|fact| fact.id).collect();
    book.complete(partner::facts::record::FactKind::Campaign, &account(1), &listed, Timestamp::now())
        .unwrap();
    let facts: Vec<AudienceFacts> = (1..=24).map(audience_facts).collect();
    book.record(&account(1), &facts).unwrap();
    let listed: HashSet<String> = facts.into_iter().map(|fact| fact.id).collect();
    book.complete(partner::facts::record::FactKind::Audience, &account(1), &listed, Timestamp::now())
        .unwrap();
    directory(&book);
}

/// Hand some campaigns and audiences to Brand 1 and Brand 2 of Client 1; the first campaign is initialized.
pub fn hand_out(data: &Path) {
    let folder = Folder::at(data);
    let file = folder.list().unwrap().remove(0).file;
    let book = folder.open(&file).unwrap();
    let campaigns = |of: std::ops::RangeInclusive<u32>| of.map(|n| CampaignId(campaign(n))).collect();
    for (to, which) in [(1, 1..=9), (2, 10..=12)] {
        let allocate = campaigns(which);
        decide(
            &book,
            Action::AllocateCampaigns(AllocateCampaigns {
                advertiser: advertiser(1, to),
                allocate,
                deallocate: Vec::new(),
            }),
        );
    }
    decide(&book, Action::InitializeCampaigns(InitializeCampaigns { campaigns: campaigns(1..=1) }));
    for (to, which) in [(1, [1, 2, 3]), (2, [2, 3, 4])] {
        decide(
            &book,
            Action::AllocateAudiences(AllocateAudiences {
                ad_account: account(1),
                advertiser: advertiser(1, to),
                allocate: which.into_iter().map(|n| AudienceId(audience(n))).collect(),
                deallocate: Vec::new(),
            }),
        );
    }
}

fn import(book: &Book) {
    let user = UserFacts { id: "7111".into(), name: "Maria".into(), email: String::new() };
    let accounts: Vec<AccountFacts> = (1..)
        .zip(ACCOUNTS)
        .map(|(n, name)| AccountFacts {
            id: account(n).0,
            name: name.into(),
            told: Told::Details(Box::new(AccountDetails {
                status: "STATUS_ENABLE".into(),
                currency: Some("USD".into()),
                ..Default::default()
            })),
        })
        .collect();
    book.record_import(&user, &accounts, true, Timestamp::now()).unwrap();
}

fn campaign_facts(n: u32) -> CampaignFacts {
    const OBJECTIVES: [&str; 4] = ["WEB_CONVERSIONS", "TRAFFIC", "APP_PROMOTION", "RF_REACH"];
    const STATUSES: [&str; 5] = [
        "CAMPAIGN_STATUS_ENABLE",
        "CAMPAIGN_STATUS_ENABLE",
        "CAMPAIGN_STATUS_BUDGET_EXCEED",
        "CAMPAIGN_STATUS_DISABLE",
        "CAMPAIGN_STATUS_ADVERTISER_AUDIT",
    ];
    const MODES: [&str; 3] = ["BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL", "BUDGET_MODE_INFINITE"];
    let of = |values: &[&str]| values[n as usize % values.len()].to_owned();
    CampaignFacts {
        id: campaign(n),
        name: match n {
            3 => "<b>Ramadan</b> \u{202E}2026 — a campaign whose name is as long as names get".into(),
            _ => format!("Campaign {n:04}"),
        },
        objective: of(&OBJECTIVES),
        operation_status: "ENABLE".into(),
        secondary_status: of(&STATUSES),
        budget: (n % 3 != 2).then_some(f64::from(n % 40 + 1) * 50.0),
        budget_mode: of(&MODES),
        created_at: "2026-01-12 08:15:00".into(),
        ..Default::default()
    }
}

fn audience_facts(n: u32) -> AudienceFacts {
    const KINDS: [&str; 4] =
        ["Customer File Audience", "Website Audience", "Lookalike Audience", "Engagement Audience"];
    AudienceFacts {
        id: audience(n),
        name: format!("Audience {n:02}"),
        kind: KINDS[n as usize % KINDS.len()].into(),
        size: Some(i64::from(n) * 417),
        valid: !n.is_multiple_of(7),
        expiring: n.is_multiple_of(5),
        own: n.is_multiple_of(2),
        shared: n.is_multiple_of(3),
        expires_at: "2027-01-12 08:15:00".into(),
        ..Default::default()
    }
}

fn directory(book: &Book) {
    decide(
        book,
        Action::AddToDirectory(AddToDirectory {
            accounts: (1..=2)
                .map(|n| NewXpoAccount { id: xpo(n), name: format!("Client {n}"), state: XpoState::Active })
                .collect(),
            advertisers: [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4)]
                .map(|(of, n, brand)| NewAdvertiser {
                    id: advertiser(of, n),
                    xpo_account: xpo(of),
                    name: format!("Brand {brand}"),
                })
                .into(),
        }),
    );
    let allocate = [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)]
        .map(|(n, of, brand)| AccountPair { ad_account: account(n), advertiser: advertiser(of, brand) });
    decide(
        book,
        Action::AllocateAccounts(AllocateAccounts {
            allocate: allocate.into(),
            deallocate: Vec::new(),
            modes: Vec::new(),
            hand_overs: Vec::new(),
        }),
    );
}

fn decide(book: &Book, action: Action) {
    let outcome = book.commit(&Change::now("Maria", action)).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
}

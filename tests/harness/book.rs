//! Writes a partner's file with accounts, campaigns, audiences and allocations.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns,
    AudienceChoice, Change, InitializeCampaigns, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::AudienceFacts;
use partner::facts::objects::CampaignFacts;
use partner::facts::objects::FactKind;
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, XpoAccountId};
use partner::{Book, Folder};

pub const PARTNER: &str = "Knorex Asia";

/// The first ad account has campaigns and audiences, and is allocated to Brand 1 and Brand 2 (but not Brand 3) of Client 1 and
/// to Brand 4 of Client 2. The second is allocated to Brand 1 of Client 1 and was never synced. The third is not allocated.
pub const ACCOUNTS: [&str; 3] = ["Northwind Trading Pte. Ltd.", "Southwind", "شركة الإعلانات"];

pub fn account_id(n: u32) -> AdAccountId {
    AdAccountId(format!("70022380178427{n:05}"))
}

pub fn campaign_id(n: u32) -> String {
    format!("1779923800010{n:06}")
}

pub fn audience_id(n: u32) -> String {
    format!("7193000000000{n:06}")
}

fn xpo_account_id(n: u32) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-0000000{n:05}"))
}

fn advertiser_id(xpo_account: u32, n: u32) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-8000-1{xpo_account:05}0{n:05}"))
}

/// Creates the partner in the application's data folder, with this many campaigns.
pub fn seed_book(data: &Path, campaigns: u32) {
    let (_, book) = Folder::at(data).create(PARTNER).unwrap();
    record_import(&book, ("7111", "Maria"), (1..).map(account_id).zip(ACCOUNTS));
    record_campaigns(&book, &account_id(1), &(1..=campaigns).map(campaign_facts).collect::<Vec<_>>());
    record_audiences(&book, &account_id(1), &(1..=24).map(audience_facts).collect::<Vec<_>>());
    seed_xpo_accounts(&book);
}

/// Allocates some campaigns and audiences to Brand 1 and Brand 2 of Client 1, and initializes the first campaign.
pub fn seed_allocations(data: &Path) {
    let book = open_book(data);
    let campaigns = |of: std::ops::RangeInclusive<u32>| of.map(|n| CampaignId(campaign_id(n))).collect();
    for (to, which) in [(1, 1..=9), (2, 10..=12)] {
        let allocate = campaigns(which);
        commit(
            &book,
            Action::AllocateCampaigns(AllocateCampaigns {
                advertiser: advertiser_id(1, to),
                allocate,
                deallocate: Vec::new(),
            }),
        );
    }
    commit(&book, Action::InitializeCampaigns(InitializeCampaigns { campaigns: campaigns(1..=1) }));
    for (to, which) in [(1, [1, 2, 3]), (2, [2, 3, 4])] {
        commit(
            &book,
            Action::AllocateAudiences(AllocateAudiences {
                advertiser: advertiser_id(1, to),
                accounts: vec![AudienceChoice {
                    ad_account: account_id(1),
                    allocate: which.into_iter().map(|n| AudienceId(audience_id(n))).collect(),
                    deallocate: Vec::new(),
                }],
            }),
        );
    }
}

/// Opens the only partner in the application's data folder. The application must not have it open.
pub fn open_book(data: &Path) -> Book {
    let folder = Folder::at(data);
    let file = folder.list().unwrap().remove(0).file;
    folder.open(&file).unwrap()
}

/// Records an import by a TikTok user who reaches these enabled ad accounts: pairs of id and name.
pub fn record_import<'a>(
    book: &Book,
    user: (&str, &str),
    accounts: impl IntoIterator<Item = (AdAccountId, &'a str)>,
) {
    let user = UserFacts { id: user.0.into(), name: user.1.into(), email: String::new() };
    let details = AccountDetails {
        status: "STATUS_ENABLE".into(),
        currency: Some("USD".into()),
        ..AccountDetails::default()
    };
    let facts = accounts.into_iter().map(|(id, name)| AccountFacts {
        id: id.0,
        name: name.into(),
        answer: AccountResponse::Details(Box::new(details.clone())),
    });
    book.record_import(&user, &facts.collect::<Vec<_>>(), true, Timestamp::now()).unwrap();
}

/// Records campaigns as the complete list of an ad account.
pub fn record_campaigns(book: &Book, account: &AdAccountId, campaigns: &[CampaignFacts]) {
    book.record(account, campaigns).unwrap();
    let listed: HashSet<String> = campaigns.iter().map(|campaign| campaign.id.clone()).collect();
    book.complete(FactKind::Campaign, account, &listed, Timestamp::now()).unwrap();
}

fn record_audiences(book: &Book, account: &AdAccountId, audiences: &[AudienceFacts]) {
    book.record(account, audiences).unwrap();
    let listed: HashSet<String> = audiences.iter().map(|audience| audience.id.clone()).collect();
    book.complete(FactKind::Audience, account, &listed, Timestamp::now()).unwrap();
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
    let nth = |values: &[&str]| values[n as usize % values.len()].to_owned();
    CampaignFacts {
        id: campaign_id(n),
        name: match n {
            3 => "<b>Ramadan</b> \u{202E}2026 — a campaign whose name is as long as names get".into(),
            _ => format!("Campaign {n:04}"),
        },
        objective: nth(&OBJECTIVES),
        operation_status: "ENABLE".into(),
        secondary_status: nth(&STATUSES),
        budget: (n % 3 != 2).then_some(f64::from(n % 40 + 1) * 50.0),
        budget_mode: nth(&MODES),
        created_at: "2026-01-12 08:15:00".into(),
        ..Default::default()
    }
}

fn audience_facts(n: u32) -> AudienceFacts {
    const KINDS: [&str; 4] =
        ["Customer File Audience", "Website Audience", "Lookalike Audience", "Engagement Audience"];
    AudienceFacts {
        id: audience_id(n),
        name: format!("Audience {n:02}"),
        audience_type: KINDS[n as usize % KINDS.len()].into(),
        size: Some(i64::from(n) * 417),
        valid: !n.is_multiple_of(7),
        expiring: n.is_multiple_of(5),
        own: n.is_multiple_of(2),
        shared: n.is_multiple_of(3),
        expires_at: "2027-01-12 08:15:00".into(),
        ..Default::default()
    }
}

fn seed_xpo_accounts(book: &Book) {
    commit(
        book,
        Action::AddToDirectory(AddToDirectory {
            accounts: (1..=2)
                .map(|n| NewXpoAccount {
                    id: xpo_account_id(n),
                    name: format!("Client {n}"),
                    state: XpoState::Active,
                })
                .collect(),
            advertisers: [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 4)]
                .map(|(xpo_account, n, brand)| NewAdvertiser {
                    id: advertiser_id(xpo_account, n),
                    xpo_account: xpo_account_id(xpo_account),
                    name: format!("Brand {brand}"),
                })
                .into(),
        }),
    );
    let allocate = [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)].map(|(n, xpo_account, brand)| AccountPair {
        ad_account: account_id(n),
        advertiser: advertiser_id(xpo_account, brand),
    });
    commit(
        book,
        Action::AllocateAccounts(AllocateAccounts {
            allocate: allocate.into(),
            deallocate: Vec::new(),
            modes: Vec::new(),
            default_replacements: Vec::new(),
        }),
    );
}

/// Commits an action, which must not be blocked, and returns the id of the change.
pub fn commit(book: &Book, action: Action) -> ChangeId {
    let change = Change::now("Maria", action);
    let outcome = book.commit(&change).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
    change.id
}

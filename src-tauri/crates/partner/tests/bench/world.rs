//! A large partner: 1,700 TikTok ad accounts, 400 XPO accounts, 1,500 advertisers, a million campaigns, 100,000 audiences
//! and 50,000 history entries. It is created with the production functions and is the same in each run.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::{Timestamp, ToSpan};
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns,
    AudienceChoice, Change, DefaultChoice, NewAdvertiser, NewXpoAccount, PaymentChoice, PaymentMode,
    SetDefaults, Undo, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, XpoAccountId};
use partner::{Book, Folder};

pub const ACCOUNTS: usize = 1_700;
pub const XPO_ACCOUNTS: usize = 400;
pub const ADVERTISERS: usize = 1_500;
pub const CAMPAIGNS: usize = 1_000_000;
pub const AUDIENCES: usize = 100_000;
pub const ENTRIES: usize = 50_000;

struct World {
    book: Book,
    file: String,
    /// The number of campaigns by TikTok ad account.
    campaigns: Vec<usize>,
    random: Random,
}

/// Pseudorandom numbers that are the same in each run (SplitMix64).
pub struct Random(u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const BRANDS: &[&str] = &[
    "Acme",
    "Lotus",
    "Kopi Corner",
    "Sunrise",
    "Ärzteteam",
    "Nimbus",
    "株式会社アドワークス",
    "Marina Bay",
    "Orchid",
    "Blue Whale",
    "Tiger Air",
    "Mèo Vàng",
    "Green Leaf",
    "Urban Fit",
    "Pixel Play",
    "Zebra",
    "Café Olé",
    "สยาม",
];
const GOALS: &[&str] =
    &["Traffic", "Conversions", "App installs", "Reach", "Video views", "Lead gen", "Sales"];
const PLACES: &[&str] = &["SG", "MY", "TH", "VN", "ID", "PH", "JP", "US", "DE", "AU"];
const WHEN: &[&str] =
    &["Q1", "Q2", "Q3", "Q4", "Summer", "Ramadan", "11.11", "Black Friday", "CNY", "Evergreen"];

pub fn account(n: usize) -> AdAccountId {
    AdAccountId(format!("7002238017{n:09}"))
}

pub fn campaign(account: usize, n: usize) -> CampaignId {
    CampaignId(format!("17{account:05}{n:09}"))
}

pub fn audience(account: usize, n: usize) -> AudienceId {
    AudienceId(format!("719{account:06}{n:09}"))
}

pub fn xpo(n: usize) -> XpoAccountId {
    XpoAccountId(format!("00000000-0000-7000-8000-{n:012}"))
}

pub fn advertiser(n: usize) -> AdvertiserId {
    AdvertiserId(format!("00000000-0000-7000-9000-{n:012}"))
}

/// Returns the XPO account of an advertiser.
pub fn home_of(advertiser: usize) -> usize {
    advertiser % XPO_ACCOUNTS
}

pub fn xpo_name(n: usize) -> String {
    format!("{} Holding {n:03}", BRANDS[n % BRANDS.len()])
}

pub fn advertiser_name(n: usize) -> String {
    format!("{} Brand {n:04}", BRANDS[n % BRANDS.len()])
}

/// Creates the large partner in the folder `root` and returns its file and the number of campaigns by TikTok ad account.
/// The folder in `LARGE_PARTNER` caches it for the next run.
pub fn large_partner(root: &Path) -> (String, Vec<usize>) {
    // Created in memory where possible, because creating it is not measured.
    let quick = Path::new("/dev/shm");
    let draft = if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() }.unwrap();
    let kept = std::env::var_os("LARGE_PARTNER").map(PathBuf::from);
    let from = kept.unwrap_or_else(|| draft.path().to_owned());
    let started = Instant::now();
    let file = match Folder::at(&from).list().unwrap().first() {
        Some(partner) => partner.file.clone(),
        None => World::make(&Folder::at(&from)).file,
    };
    let path = root.join("partners").join(&file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let size = std::fs::copy(from.join("partners").join(&file), &path).unwrap();
    println!("the large partner: {} MB, made in {:.0} s", size / 1_000_000, started.elapsed().as_secs_f64());
    (file, campaigns_of_each())
}

/// The largest TikTok ad account has about 18,000 campaigns, the smallest about a hundred.
fn campaigns_of_each() -> Vec<usize> {
    let weights: Vec<f64> = (0..ACCOUNTS).map(|n| 1.0 / (n as f64 + 11.0)).collect();
    let sum: f64 = weights.iter().sum();
    let mut campaigns: Vec<usize> =
        weights.iter().map(|weight| (weight / sum * CAMPAIGNS as f64) as usize).collect();
    campaigns[0] += CAMPAIGNS - campaigns.iter().sum::<usize>();
    campaigns
}

impl World {
    fn make(folder: &Folder) -> World {
        let (file, book) = folder.create("Large partner").unwrap();
        let mut world = World { book, file, campaigns: campaigns_of_each(), random: Random(7) };
        world.import();
        world.sync();
        world.decide();
        world
    }

    fn name(&mut self) -> String {
        let random = &mut self.random;
        let (brand, goal, place, when) =
            (random.of(BRANDS), random.of(GOALS), random.of(PLACES), random.of(WHEN));
        format!("{brand} | {goal} | {place} | {when} {}", random.below(10_000))
    }

    fn import(&mut self) {
        for user in 0..3 {
            let facts =
                UserFacts { id: format!("71100{user}"), name: format!("User {user}"), email: String::new() };
            let accounts: Vec<AccountFacts> = (0..ACCOUNTS)
                .filter(|n| n % 3 == user || n % 10 == 0)
                .map(|n| AccountFacts {
                    id: account(n).0,
                    name: format!("{} {n:04}", BRANDS[n % BRANDS.len()]),
                    answer: AccountResponse::Details(Box::new(AccountDetails {
                        status: ["STATUS_ENABLE", "STATUS_ENABLE", "STATUS_LIMIT"][n % 3].into(),
                        currency: Some("USD".into()),
                        timezone: Some("Asia/Singapore".into()),
                        ..Default::default()
                    })),
                })
                .collect();
            self.book.record_import(&facts, &accounts, true, Timestamp::UNIX_EPOCH).unwrap();
        }
    }

    fn sync(&mut self) {
        for a in 0..ACCOUNTS {
            let campaigns: Vec<CampaignFacts> = (0..self.campaigns[a])
                .map(|n| CampaignFacts {
                    id: campaign(a, n).0,
                    name: self.name(),
                    objective: self.random.of(&["TRAFFIC", "CONVERSIONS", "REACH", "APP_PROMOTION"]).into(),
                    operation_status: "ENABLE".into(),
                    secondary_status: self
                        .random
                        .of(&[
                            "CAMPAIGN_STATUS_ENABLE",
                            "CAMPAIGN_STATUS_DISABLE",
                            "CAMPAIGN_STATUS_BUDGET_EXCEED",
                        ])
                        .into(),
                    budget: Some(self.random.below(100_000) as f64 / 100.0),
                    budget_mode: "BUDGET_MODE_DAY".into(),
                    created_at: format!("2026-{:02}-{:02} 08:00:00", n % 12 + 1, n % 28 + 1).into(),
                    ..Default::default()
                })
                .collect();
            for part in campaigns.chunks(5_000) {
                self.book.record(&account(a), part).unwrap();
            }
            let listed: HashSet<String> =
                campaigns.into_iter().map(|campaign| campaign.id).filter(|id| !id.ends_with("77")).collect();
            self.book
                .complete(
                    partner::facts::objects::FactKind::Campaign,
                    &account(a),
                    &listed,
                    Timestamp::UNIX_EPOCH,
                )
                .unwrap();

            let count =
                if a == 0 { 10_000 } else { (AUDIENCES - 10_000) / (ACCOUNTS - 1) + usize::from(a < 1_600) };
            let audiences: Vec<AudienceFacts> = (0..count)
                .map(|n| AudienceFacts {
                    id: audience(a, n).0,
                    name: self.name(),
                    audience_type: self
                        .random
                        .of(&["Lookalike Audience", "Customer File Audience", "Website Audience"])
                        .into(),
                    size: Some(self.random.below(5_000_000) as i64),
                    valid: true,
                    own: true,
                    ..Default::default()
                })
                .collect();
            self.book.record(&account(a), &audiences).unwrap();
        }
    }

    fn decide(&mut self) {
        let accounts = (0..XPO_ACCOUNTS)
            .map(|n| NewXpoAccount { id: xpo(n), name: xpo_name(n), state: XpoState::Active })
            .collect();
        let advertisers = (0..ADVERTISERS)
            .map(|n| NewAdvertiser {
                id: advertiser(n),
                xpo_account: xpo(home_of(n)),
                name: advertiser_name(n),
            })
            .collect();
        let mut entry = 0;
        self.enter(&mut entry, Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
        // Each account is allocated to one to three advertisers. Most campaigns of account 0 stay unallocated for the bench.
        for a in 0..ACCOUNTS {
            let allocate = (0..=a % 3)
                .map(|n| AccountPair {
                    ad_account: account(a),
                    advertiser: advertiser((a * 7 + n * 131) % ADVERTISERS),
                })
                .collect();
            self.enter(
                &mut entry,
                Action::AllocateAccounts(AllocateAccounts {
                    allocate,
                    deallocate: Vec::new(),
                    modes: Vec::new(),
                    default_replacements: Vec::new(),
                }),
            );
        }
        let mut given = vec![0; ACCOUNTS];
        let mut last = None;
        while entry < ENTRIES {
            let a = self.random.below(ACCOUNTS);
            let to = (a * 7) % ADVERTISERS;
            let left = self.campaigns[a].saturating_sub(given[a]);
            let most = if a == 0 { 2_000 } else { self.campaigns[a] * 7 / 10 };
            let action = match entry % 10 {
                0..7 if left > 0 && given[a] < most => {
                    let part = left.min(20);
                    let allocate = (given[a]..given[a] + part).map(|n| campaign(a, n)).collect();
                    given[a] += part;
                    Action::AllocateCampaigns(AllocateCampaigns {
                        advertiser: advertiser(to),
                        allocate,
                        deallocate: Vec::new(),
                    })
                }
                7 if last.is_some() => Action::Undo(Undo {
                    change: last.take().unwrap(),
                    keep: vec![],
                    also: vec![],
                    default_replacements: vec![],
                }),
                8 => Action::AllocateAudiences(AllocateAudiences {
                    advertiser: advertiser(to),
                    accounts: vec![AudienceChoice {
                        ad_account: account(a),
                        allocate: vec![audience(a, entry % 50)],
                        deallocate: vec![audience(a, (entry + 7) % 50)],
                    }],
                }),
                9 => Action::SetDefaults(SetDefaults {
                    defaults: vec![DefaultChoice { xpo_account: xpo(home_of(to)), ad_account: account(a) }],
                }),
                _ => Action::AllocateAccounts(AllocateAccounts {
                    allocate: Vec::new(),
                    deallocate: Vec::new(),
                    modes: vec![PaymentChoice {
                        ad_account: account(a),
                        xpo_account: xpo(home_of(to)),
                        mode: if self.random.below(2) == 0 {
                            PaymentMode::Client
                        } else {
                            PaymentMode::Knorex
                        },
                    }],
                    default_replacements: Vec::new(),
                }),
            };
            let audience = matches!(action, Action::AllocateAudiences(_));
            let before = entry;
            let id = self.enter(&mut entry, action);
            if audience && entry > before {
                last = Some(id);
            }
        }
    }

    /// Commits the next history entry. A change without effect is skipped.
    fn enter(&mut self, entry: &mut usize, action: Action) -> ChangeId {
        let id = ChangeId(format!("00000000-0000-7000-a000-{:012x}", self.random.next() >> 16));
        let at = Timestamp::from_second(1_767_225_600).unwrap() + (*entry as i64 * 9).minutes();
        let change = Change { id, at, actor: ["ana", "bo", "chi"][*entry % 3].to_owned(), action };
        if self.book.commit(&change).unwrap().entry.is_some() {
            *entry += 1;
        }
        change.id
    }
}

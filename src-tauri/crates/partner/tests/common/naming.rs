//! A partner whose names follow the conventions of its clients, with typing errors, wrong allocations and names that say
//! nothing. Half of what it has is allocated; the other half is what suggestions are asked for, and its owners are known.

use std::collections::HashMap;
use std::ops::ControlFlow;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, AllocateAudiences, AllocateCampaigns,
    AudienceChoice, Change, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, XpoAccountId};
use partner::queries::suggestions::{KeepGoing, Suggester, Suggestion, SuggestionsFor};
use partner::{Book, Folder};

#[allow(dead_code)]
#[path = "random.rs"]
mod random;
use random::Random;

pub const GO_ON: &KeepGoing<'static> = &|| ControlFlow::Continue(());

const CLIENTS: usize = 60;

const FIRST: &[&str] = &[
    "Orbit", "Lotus", "Kopi", "Sunrise", "Nimbus", "Marina", "Orchid", "Whale", "Tiger", "Mèo", "Green",
    "Urban", "Pixel", "Zebra", "Café", "Harbor", "Pine", "Aurora", "Bluebird", "Lantern", "Velvet", "Copper",
    "Summit", "Willow", "Cedar", "Maple", "Falcon", "Juniper", "Saffron", "Coral", "Amber", "Beacon",
    "Cobalt", "Delta", "Ember", "Fjord", "Garnet", "Hazel", "Indigo", "Jasper", "Krypton", "Lagoon",
    "Meridian", "Nectar", "Opal", "Prairie", "Quartz", "Raven", "Sierra", "Tundra", "Umbra", "Vista", "Wren",
    "Yonder",
];
const SECOND: &[&str] = &[
    "Shoes", "Travel", "Foods", "Games", "Bank", "Mobile", "Beauty", "Motors", "Home", "Kids", "Pets",
    "Sports", "Fashion", "Coffee", "Hotels", "Health", "Sale", "Summer",
];
const GOALS: &[&str] =
    &["Traffic", "Conversions", "AppInstalls", "Reach", "VideoViews", "LeadGen", "Sales", "Retargeting"];
const PLACES: &[&str] = &["SG", "MY", "TH", "VN", "ID", "PH", "JP", "US", "DE", "AU"];
const WHEN: &[&str] =
    &["Q1", "Q2", "Summer", "Ramadan", "1111", "BlackFriday", "CNY", "Evergreen", "2026-03", "v2"];
/// Names that say nothing about whose they are.
const NOTHING: &[&str] =
    &["Test", "New campaign", "Summer Sale", "Copy of Traffic", "Retargeting", "Always On", "Lookalike 1%"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    AdAccounts,
    Campaigns,
    Audiences,
}

/// How suggestions compare with the owners.
#[derive(Debug, Default, Clone, Copy)]
pub struct Quality {
    pub right: u32,
    pub wrong: u32,
    /// Everything that has an owner who could be suggested.
    pub of: u32,
}

impl Quality {
    pub fn precision(&self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    pub fn recall(&self) -> f64 {
        f64::from(self.right) / f64::from(self.of.max(1))
    }

    pub fn add(&mut self, other: Quality) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.of += other.of;
    }
}

/// How a client names what it has.
#[derive(Clone, Copy)]
enum Convention {
    Code,
    Brand,
    GoalFirst,
    ClientAndBrand,
}

struct Brand {
    id: AdvertiserId,
    client: usize,
    name: String,
    code: String,
}

pub struct Naming {
    pub book: Book,
    _folder: tempfile::TempDir,
    random: Random,
    brands: Vec<Brand>,
    clients: Vec<(String, Convention)>,
    /// Each ad account with its brands; those of the first half are allocated to them.
    accounts: Vec<(AdAccountId, Vec<usize>)>,
    /// The owner of what is not allocated and whose owner could have it, by [`What`].
    owners: [HashMap<String, AdvertiserId>; 3],
    next: u64,
}

fn commit(book: &Book, action: Action) {
    let outcome = book.commit(&Change::now("Ana", action)).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
}

impl Naming {
    pub fn new(seed: u64) -> Naming {
        let folder = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(folder.path()).create("Naming").unwrap();
        let mut naming = Naming {
            book,
            _folder: folder,
            random: Random(seed),
            brands: Vec::new(),
            clients: Vec::new(),
            accounts: Vec::new(),
            owners: Default::default(),
            next: 0,
        };
        naming.directory();
        naming.ad_accounts();
        naming.objects();
        naming
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit as u64) as usize
    }

    fn one(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn directory(&mut self) {
        let mut accounts = Vec::new();
        let mut advertisers = Vec::new();
        for client in 0..CLIENTS {
            let (first, second) = (FIRST[client % FIRST.len()], SECOND[client % SECOND.len()]);
            let name = if client < FIRST.len() {
                format!("{first} Group")
            } else {
                format!("{first} {second} Holding")
            };
            let convention =
                [Convention::Code, Convention::Brand, Convention::GoalFirst, Convention::ClientAndBrand]
                    [self.below(4)];
            let id = XpoAccountId(format!("00000000-0000-7000-8000-{client:012}"));
            accounts.push(NewXpoAccount { id: id.clone(), name: name.clone(), state: XpoState::Active });
            for n in 0..1 + self.below(4) {
                let second = SECOND[(client + n * 5) % SECOND.len()];
                let name =
                    if n == 0 && client % 3 == 0 { first.to_owned() } else { format!("{first} {second}") };
                let brand = AdvertiserId(format!("00000000-0000-7000-9000-{:012}", self.brands.len()));
                let short: String = name.chars().filter(char::is_ascii_alphabetic).take(3).collect();
                let code = format!("{}{}", short.to_uppercase(), ["", "X", "B", "Q"][n]);
                advertisers.push(NewAdvertiser {
                    id: brand.clone(),
                    xpo_account: id.clone(),
                    name: name.clone(),
                });
                self.brands.push(Brand { id: brand, client, name, code });
            }
            self.clients.push((name, convention));
        }
        commit(&self.book, Action::AddToDirectory(AddToDirectory { accounts, advertisers }));
    }

    /// Four ad accounts for each client, and a few that two clients share.
    fn ad_accounts(&mut self) {
        let mut facts = Vec::new();
        for n in 0..CLIENTS * 4 {
            let id = AdAccountId(format!("70022380178427{n:05}"));
            let mut brands: Vec<usize> =
                (0..self.brands.len()).filter(|&brand| self.brands[brand].client == n % CLIENTS).collect();
            let first = brands[self.below(brands.len())];
            if self.percent(60) {
                brands = vec![first];
            }
            let name = match self.below(10) {
                0 | 1 => format!("Account {n}"),
                2 => format!("{} {}", self.clients[n % CLIENTS].0, n),
                _ => self.name_of(first),
            };
            if n % 10 == 0 {
                brands.push((first + 7) % self.brands.len());
            }
            facts.push(AccountFacts {
                id: id.0.clone(),
                name,
                answer: AccountResponse::Details(Box::default()),
            });
            self.accounts.push((id, brands));
        }
        let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
        self.book.record_import(&user, &facts, true, Timestamp::UNIX_EPOCH).unwrap();
        let mut allocate = Vec::new();
        for (n, (ad_account, brands)) in self.accounts.iter().enumerate() {
            if n >= CLIENTS * 3 {
                if brands.len() == 1 {
                    self.owners[What::AdAccounts as usize]
                        .insert(ad_account.0.clone(), self.brands[brands[0]].id.clone());
                }
                continue;
            }
            for &brand in brands {
                let pair =
                    AccountPair { ad_account: ad_account.clone(), advertiser: self.brands[brand].id.clone() };
                if !allocate.contains(&pair) {
                    allocate.push(pair);
                }
            }
        }
        commit(&self.book, Action::AllocateAccounts(AllocateAccounts { allocate, ..Default::default() }));
    }

    fn objects(&mut self) {
        for n in 0..CLIENTS * 4 {
            let (account, brands) = self.accounts[n].clone();
            let (mut campaigns, mut audiences) = (Vec::new(), Vec::new());
            if n >= CLIENTS * 3 {
                // Two of three ad accounts that aren't allocated were synced.
                for _ in 0..if n % 3 == 0 { 0 } else { 10 } {
                    self.next += 1;
                    let brand = brands[self.below(brands.len())];
                    let (id, name) = (format!("1779923800{:09}", self.next), self.name_of(brand));
                    campaigns.push(CampaignFacts { id, name, ..Default::default() });
                }
                self.book.record(&account, &campaigns).unwrap();
                continue;
            }
            // The campaigns of some ad accounts belong to a brand that the ad account isn't allocated to.
            let stranger = (brands[0] + 11) % self.brands.len();
            for kind in [What::Campaigns, What::Audiences] {
                let mut given: HashMap<usize, Vec<String>> = HashMap::new();
                let count = if kind == What::Campaigns { 12 + self.below(30) } else { 4 + self.below(8) };
                for index in 0..count {
                    self.next += 1;
                    let id = format!("1779923800{:09}", self.next);
                    let is_strange = self.percent(3);
                    let owner = if is_strange { stranger } else { brands[self.below(brands.len())] };
                    let name = self.name_of(owner);
                    match kind {
                        What::Campaigns => {
                            campaigns.push(CampaignFacts { id: id.clone(), name, ..Default::default() })
                        }
                        _ => audiences.push(AudienceFacts { id: id.clone(), name, ..Default::default() }),
                    }
                    if is_strange && !brands.contains(&stranger) {
                        continue;
                    }
                    if index % 2 == 0 {
                        self.owners[kind as usize].insert(id, self.brands[owner].id.clone());
                    } else {
                        let to = if self.percent(2) { brands[self.below(brands.len())] } else { owner };
                        given.entry(to).or_default().push(id);
                    }
                }
                self.book.record(&account, &campaigns).unwrap();
                self.book.record(&account, &audiences).unwrap();
                for (brand, ids) in given {
                    let advertiser = self.brands[brand].id.clone();
                    commit(&self.book, allocate(kind, &account, advertiser, ids));
                }
            }
        }
    }

    /// Returns a name as the client of the brand gives it.
    fn name_of(&mut self, brand: usize) -> String {
        if self.percent(10) {
            return format!("{} {}", self.one(NOTHING), self.below(50));
        }
        let Brand { client, name, code, .. } = &self.brands[brand];
        let (client, convention) = self.clients[*client].clone();
        let (name, code) = (name.clone(), code.clone());
        let name = if self.percent(8) { self.misspelled(&name) } else { name };
        let (goal, place, when) = (self.one(GOALS), self.one(PLACES), self.one(WHEN));
        // Not everybody follows the convention.
        let convention = if self.percent(12) { Convention::Brand } else { convention };
        match convention {
            Convention::Code => format!("{code}_{goal}_{place}_{when}"),
            Convention::Brand => format!("{name} | {goal} | {place} | {when}"),
            Convention::GoalFirst => format!("{place}-{goal}-{}-{when}", name.replace(' ', "")),
            Convention::ClientAndBrand => format!("[{client}] {name} - {goal} {when}"),
        }
    }

    /// Leaves a letter out, doubles it, replaces it or swaps it with the next.
    fn misspelled(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let at = self.below(letters.len() - 1);
        match self.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => letters[at] = 'e',
            _ => letters.swap(at, at + 1),
        }
        letters.into_iter().collect()
    }

    /// Returns all suggestions of a kind.
    pub fn suggestions(&self, what: What) -> Vec<Suggestion> {
        let allocated = || self.accounts[..CLIENTS * 3].iter().map(|(id, _)| id.clone()).collect();
        let wanted = match what {
            What::AdAccounts => SuggestionsFor::AdAccounts { only: None },
            What::Campaigns => SuggestionsFor::Campaigns { ad_accounts: allocated(), only: None },
            What::Audiences => SuggestionsFor::Audiences { ad_accounts: allocated(), only: None },
        };
        Suggester::default().suggest(&self.book, &wanted, GO_ON).unwrap().0.found
    }

    /// Compares all suggestions of a kind with the owners.
    pub fn quality(&self, what: What) -> Quality {
        let owners = &self.owners[what as usize];
        let mut quality = Quality { of: owners.len() as u32, ..Quality::default() };
        for suggestion in self.suggestions(what) {
            match owners.get(&suggestion.object.id) {
                Some(owner) if owner.0 == suggestion.advertiser.id => quality.right += 1,
                // An ad account of several brands may go to any of them.
                None if what == What::AdAccounts => {}
                _ => quality.wrong += 1,
            }
        }
        quality
    }
}

fn allocate(kind: What, account: &AdAccountId, advertiser: AdvertiserId, ids: Vec<String>) -> Action {
    match kind {
        What::Campaigns => Action::AllocateCampaigns(AllocateCampaigns {
            advertiser,
            allocate: ids.into_iter().map(CampaignId).collect(),
            deallocate: Vec::new(),
        }),
        _ => Action::AllocateAudiences(AllocateAudiences {
            advertiser,
            accounts: vec![AudienceChoice {
                ad_account: account.clone(),
                allocate: ids.into_iter().map(AudienceId).collect(),
                deallocate: Vec::new(),
            }],
        }),
    }
}

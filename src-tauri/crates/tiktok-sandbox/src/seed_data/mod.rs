//! The initial data: apps, users, ad accounts, Business Centers and each user's access.
//!
//! Nothing is stored. Everything is computed from the seed and an index on demand, so that a start costs nothing.

mod account;
mod account_names;
mod business_center;
mod markets;
mod rng;

use serde_json::{Map, Value};

pub(crate) use account_names::{HOSTILE_NAMES, hostile};
pub(crate) use business_center::BusinessCenter;
pub(crate) use rng::{Rng, Stream};

/// Like TikTok's, these ids have 19 digits, more than a double can hold.
const FIRST_ACCOUNT_ID: u64 = 7_000_000_000_000_000_000;
const FIRST_USER_ID: u64 = 7_400_000_000_000_000_000;
const FIRST_APP_ID: u64 = 7_300_000_000_000_000_000;
/// The distance between consecutive ids. A million accounts fit below the first app id.
const ID_STEP: u64 = 250_000_000_000;

/// The first users, each with the name for tests; the others are numbered.
const NAMED_USERS: &[(&str, &str, &str)] = &[
    ("Jane Doe", "Jane Doe", "jane.doe@example.com"),
    ("Nguyễn Thị Mai", "Nguyễn Thị Mai", "mai.nguyen@example.vn"),
    ("Max O'Brien", "<b>Max</b> O'Brien & Söhne", "max.obrien@example.de"),
    ("山田 花子", "山田 花子", "hanako.yamada@example.jp"),
    ("سارة الأحمد", "سارة الأحمد", "sara.alahmad@example.ae"),
    ("Sam Sumner", "=SUM(A1:A9)", "sum@example.org"),
    ("Eve Fox", "\u{202e}evE\u{202c} 🦊", "eve@example.net"),
];

/// An app registered with TikTok API for Business.
#[derive(Clone)]
pub(crate) struct App {
    pub id: String,
    pub secret: String,
    pub name: &'static str,
}

pub(crate) struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Unix seconds.
    pub created: u64,
}

impl User {
    /// Returns the address as in `GET /user/info/`: `j***e@example.com`.
    pub(crate) fn masked_email(&self) -> String {
        let (local, host) = self.email.split_once('@').unwrap_or((&self.email, "example.com"));
        let first = local.chars().next().unwrap_or('x');
        let last = local.chars().next_back().unwrap_or('x');
        format!("{first}***{last}@{host}")
    }
}

pub(crate) struct SeedData {
    seed: u64,
    users: Vec<User>,
    accounts: usize,
    hostile_names: bool,
}

impl SeedData {
    pub(crate) fn new(seed: u64, users: usize, accounts: usize, hostile_names: bool) -> SeedData {
        let users = (0..users).map(|index| user(seed, index, hostile_names)).collect();
        SeedData { seed, users, accounts, hostile_names }
    }

    /// Returns the app under test, and a second one for tests with the token of another app.
    pub(crate) fn apps(&self) -> [App; 2] {
        [(0, "XPO (sandbox)"), (1, "Another app (sandbox)")].map(|(index, name)| {
            let mut rng = Rng::new(self.seed, Stream::App, index);
            App {
                id: (FIRST_APP_ID + index * ID_STEP + rng.below(ID_STEP)).to_string(),
                secret: format!("{:016x}{:016x}{:08x}", rng.next(), rng.next(), rng.next() >> 32),
                name,
            }
        })
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn hostile_names(&self) -> bool {
        self.hostile_names
    }

    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    /// Returns the number of initial accounts. Accounts with higher indexes are created when a user gains them.
    pub(crate) fn accounts(&self) -> usize {
        self.accounts
    }

    /// Returns the id of an account. Ids are unique and ascending.
    pub(crate) fn account_id(&self, index: usize) -> u64 {
        spread_id(self.seed, Stream::Account, FIRST_ACCOUNT_ID, index)
    }

    /// Returns the index of the account with this id, which need not have been created.
    pub(crate) fn account_index(&self, id: u64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(FIRST_ACCOUNT_ID)? / ID_STEP).ok()?;
        (self.account_id(index) == id).then_some(index)
    }

    /// Returns the fields of an account, named as in `GET /advertiser/info/`.
    pub(crate) fn account(&self, index: usize) -> Map<String, Value> {
        account::fields(self.seed, index, self.account_id(index), self.hostile_names)
    }

    pub(crate) fn business_centers(&self) -> impl Iterator<Item = BusinessCenter> {
        (0..business_center::CENTERS).map(|index| business_center::business_center(self.seed, index))
    }

    /// Returns whether user number `user` initially has access to account number `index`. Every user has access to their
    /// own accounts and to a third of everyone else's.
    pub(crate) fn has_access(&self, user: usize, index: usize) -> bool {
        if index >= self.accounts {
            return false;
        }
        let owner = Rng::new(self.seed, Stream::AccountOwner, index as u64).below(self.users.len() as u64);
        let pair = (index * self.users.len() + user) as u64;
        owner == user as u64 || Rng::new(self.seed, Stream::AccountAccess, pair).chance(33)
    }
}

fn user(seed: u64, index: usize, hostile_names: bool) -> User {
    let mut rng = Rng::new(seed, Stream::User, index as u64);
    let (name, email) = match NAMED_USERS.get(index) {
        Some((name, hostile, email)) => {
            ((if hostile_names { *hostile } else { *name }).to_owned(), (*email).to_owned())
        }
        None => (format!("User {}", index + 1), format!("user{}@example.com", index + 1)),
    };
    User {
        id: spread_id(seed, Stream::User, FIRST_USER_ID, index).to_string(),
        name,
        email,
        created: 1_561_518_952 + rng.below(150_000_000),
    }
}

fn spread_id(seed: u64, stream: Stream, first: u64, index: usize) -> u64 {
    let jitter = Rng::new(seed, stream, index as u64).below(ID_STEP);
    first.saturating_add((index as u64).saturating_mul(ID_STEP)).saturating_add(jitter)
}

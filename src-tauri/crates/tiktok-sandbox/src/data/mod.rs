//! What exists before anybody logs in: apps, users, ad accounts and who reaches which account.
//!
//! Nothing is stored: everything is computed from the seed and a number, when asked. So a start costs nothing, and
//! what hangs below an account (campaigns, ads) can be computed the same way, whatever its number.

mod account;
mod center;
mod draw;
mod names;
mod places;

use serde_json::{Map, Value};

pub(crate) use center::Center;
pub(crate) use draw::Draw;
pub(crate) use names::{HOSTILE_NAMES, hostile};

const APP: u64 = 1;
const USER: u64 = 2;
const ACCOUNT: u64 = 3;
const BUSINESS_CENTER: u64 = 4;
const OWNER: u64 = 5;
const ACCESS: u64 = 6;

/// TikTok's ids have 19 digits, more than a double can hold.
const FIRST_ACCOUNT_ID: u64 = 7_000_000_000_000_000_000;
const FIRST_USER_ID: u64 = 7_400_000_000_000_000_000;
const FIRST_APP_ID: u64 = 7_300_000_000_000_000_000;
/// Distance between the ids of neighbours. A million accounts fit below the first app id.
const ID_STEP: u64 = 250_000_000_000;

/// People; the first of them make `users()` readable, more are numbered.
const PEOPLE: &[(&str, &str)] = &[
    ("Jane Doe", "jane.doe@example.com"),
    ("Nguyễn Thị Mai", "mai.nguyen@example.vn"),
    ("<b>Max</b> O'Brien & Söhne", "max.obrien@example.de"),
    ("山田 花子", "hanako.yamada@example.jp"),
    ("سارة الأحمد", "sara.alahmad@example.ae"),
    ("=SUM(A1:A9)", "sum@example.org"),
    ("\u{202e}evE\u{202c} 🦊", "eve@example.net"),
];

/// An app registered at TikTok for developers.
#[derive(Clone)]
pub(crate) struct App {
    pub id: String,
    pub secret: String,
    pub name: &'static str,
}

/// Somebody who can log in.
pub(crate) struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Unix seconds.
    pub created: u64,
}

impl User {
    /// The address as `GET /user/info/` shows it: `j***e@example.com`.
    pub(crate) fn masked_email(&self) -> String {
        let (local, host) = self.email.split_once('@').unwrap_or((&self.email, "example.com"));
        let first = local.chars().next().unwrap_or('x');
        let last = local.chars().next_back().unwrap_or('x');
        format!("{first}***{last}@{host}")
    }
}

/// Everything there is, computed from the seed.
pub(crate) struct World {
    seed: u64,
    users: Vec<User>,
    accounts: usize,
}

impl World {
    pub(crate) fn new(seed: u64, users: usize, accounts: usize) -> World {
        World { seed, users: (0..users).map(|index| user(seed, index)).collect(), accounts }
    }

    /// The app that this sandbox is about, and another one, so that tokens of another app exist.
    pub(crate) fn apps(&self) -> [App; 2] {
        [(0, "XPO (sandbox)"), (1, "Another app (sandbox)")].map(|(index, name)| {
            let mut draw = Draw::new(self.seed, APP, index);
            App {
                id: (FIRST_APP_ID + index * ID_STEP + draw.below(ID_STEP)).to_string(),
                secret: format!("{:016x}{:016x}{:08x}", draw.next(), draw.next(), draw.next() >> 32),
                name,
            }
        })
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn users(&self) -> &[User] {
        &self.users
    }

    /// How many accounts exist from the beginning; those from this number on are made when a user gains them.
    pub(crate) fn accounts(&self) -> usize {
        self.accounts
    }

    /// The id of account number `index`; ascending, unique, 19 digits.
    pub(crate) fn account_id(&self, index: usize) -> u64 {
        spread(self.seed, ACCOUNT, FIRST_ACCOUNT_ID, index)
    }

    /// The number of the account with this id, if there could be one.
    pub(crate) fn account_index(&self, id: u64) -> Option<usize> {
        let index = usize::try_from(id.checked_sub(FIRST_ACCOUNT_ID)? / ID_STEP).ok()?;
        (self.account_id(index) == id).then_some(index)
    }

    /// The fields of account number `index`, as `GET /advertiser/info/` names them.
    pub(crate) fn account(&self, index: usize) -> Map<String, Value> {
        account::fields(self.seed, index, self.account_id(index))
    }

    pub(crate) fn centers(&self) -> impl Iterator<Item = Center> {
        (0..center::CENTERS).map(|index| center::center(self.seed, index))
    }

    /// Whether user number `user` reaches account number `index` from the beginning. Everyone has a share of their own
    /// and a third of everyone else's.
    pub(crate) fn reaches(&self, user: usize, index: usize) -> bool {
        if index >= self.accounts {
            return false;
        }
        let owner = Draw::new(self.seed, OWNER, index as u64).below(self.users.len() as u64);
        let pair = (index * self.users.len() + user) as u64;
        owner == user as u64 || Draw::new(self.seed, ACCESS, pair).chance(33)
    }
}

fn user(seed: u64, index: usize) -> User {
    let mut draw = Draw::new(seed, USER, index as u64);
    let (name, email) = match PEOPLE.get(index) {
        Some((name, email)) => ((*name).to_owned(), (*email).to_owned()),
        None => (format!("User {}", index + 1), format!("user{}@example.com", index + 1)),
    };
    User {
        id: spread(seed, USER, FIRST_USER_ID, index).to_string(),
        name,
        email,
        created: 1_561_518_952 + draw.below(150_000_000),
    }
}

fn spread(seed: u64, kind: u64, first: u64, index: usize) -> u64 {
    let jitter = Draw::new(seed, kind, index as u64).below(ID_STEP);
    first.saturating_add((index as u64).saturating_mul(ID_STEP)).saturating_add(jitter)
}

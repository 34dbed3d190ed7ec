//! What happened since the beginning: grants, tokens, accounts changed, gained and lost. Optionally kept in a file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::data::{User, World};

/// How long an auth_code lives, in seconds (TikTok API for Business, "Obtain a long-term access token").
const CODE_LIFE: i64 = 3600;

/// Which of a user's accounts an app may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Granted {
    /// All that the user reaches, also those gained later.
    All,
    /// Those of these that the user reaches.
    Only(BTreeSet<u64>),
}

impl Granted {
    fn allows(&self, account: u64) -> bool {
        match self {
            Granted::All => true,
            Granted::Only(accounts) => accounts.contains(&account),
        }
    }
}

/// One confirmed Authorization page: an auth_code, later a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub app: String,
    pub user: String,
    pub granted: Granted,
    /// Unix seconds.
    pub at: i64,
}

/// What the file holds.
#[derive(Default, Serialize, Deserialize)]
struct Book {
    seed: u64,
    users: usize,
    accounts: usize,
    /// Accounts made later, so that a user could gain them.
    extra: usize,
    codes: BTreeMap<String, Grant>,
    tokens: BTreeMap<String, Grant>,
    gained: BTreeMap<String, BTreeSet<u64>>,
    lost: BTreeMap<String, BTreeSet<u64>>,
    changed: BTreeMap<u64, Map<String, Value>>,
    removed: BTreeSet<u64>,
}

/// Why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It cannot be read or written.
    #[error("the state file cannot be used: {0}")]
    File(#[from] std::io::Error),
    /// It is no state file of this version.
    #[error("the state file does not read: {0}")]
    Content(#[from] serde_json::Error),
    /// It belongs to other data.
    #[error("the state file was made with seed {seed}, {users} users and {accounts} accounts")]
    OtherData {
        /// The seed it was made with.
        seed: u64,
        /// The number of users it was made with.
        users: usize,
        /// The number of accounts it was made with.
        accounts: usize,
    },
}

/// The world as it is now.
pub(crate) struct Ledger {
    world: World,
    book: Book,
    file: Option<PathBuf>,
}

impl Ledger {
    /// The beginning, or what `file` kept if it exists.
    pub(crate) fn open(
        seed: u64,
        users: usize,
        accounts: usize,
        file: Option<PathBuf>,
    ) -> Result<Ledger, StateError> {
        let fresh = Book {
            seed,
            users,
            accounts,
            ..Book::default()
        };
        let book = match &file {
            Some(path) if path.exists() => serde_json::from_slice(&std::fs::read(path)?)?,
            _ => fresh,
        };
        if (book.seed, book.users, book.accounts) != (seed, users, accounts) {
            return Err(StateError::OtherData {
                seed: book.seed,
                users: book.users,
                accounts: book.accounts,
            });
        }
        let ledger = Ledger {
            world: World::new(seed, users, accounts),
            book,
            file,
        };
        ledger.save()?;
        Ok(ledger)
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// Writes the file, whole or not at all.
    fn save(&self) -> Result<(), StateError> {
        match &self.file {
            Some(path) => Ok(write_whole(path, &serde_json::to_vec(&self.book)?)?),
            None => Ok(()),
        }
    }

    /// Changes the book and writes it. That a later write fails is told on standard error and does not stop the
    /// sandbox, which goes on from memory.
    fn change<T>(&mut self, change: impl FnOnce(&mut Book) -> T) -> T {
        let result = change(&mut self.book);
        if let Err(error) = self.save() {
            eprintln!("{error}");
        }
        result
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.world.users().iter().find(|user| user.id == id)
    }

    /// The number of accounts that there ever were.
    fn ever(&self) -> usize {
        self.world.accounts() + self.book.extra
    }

    /// The ids of all accounts that exist, ascending.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = u64> {
        (0..self.ever())
            .map(|index| self.world.account_id(index))
            .filter(|id| !self.book.removed.contains(id))
    }

    pub(crate) fn exists(&self, account: u64) -> bool {
        self.known(account) && !self.book.removed.contains(&account)
    }

    /// Whether the account exists or did.
    fn known(&self, account: u64) -> bool {
        self.world
            .account_index(account)
            .is_some_and(|index| index < self.ever())
    }

    /// The ids of the accounts that a user reaches now, ascending.
    pub(crate) fn reached_by(&self, user: &str) -> Vec<u64> {
        self.accounts()
            .filter(|id| self.reaches(user, *id))
            .collect()
    }

    /// Whether the user reaches the account, or did when it existed.
    fn reaches(&self, user: &str, account: u64) -> bool {
        let holds = |book: &BTreeMap<String, BTreeSet<u64>>| {
            book.get(user).is_some_and(|set| set.contains(&account))
        };
        if holds(&self.book.lost) {
            return false;
        }
        let number = self.world.users().iter().position(|known| known.id == user);
        let from_the_beginning = number
            .zip(self.world.account_index(account))
            .is_some_and(|(user, index)| self.world.reaches(user, index));
        from_the_beginning || holds(&self.book.gained)
    }

    /// The accounts a grant covers now, ascending.
    pub(crate) fn covered(&self, grant: &Grant) -> Vec<u64> {
        self.reached_by(&grant.user)
            .into_iter()
            .filter(|id| grant.granted.allows(*id))
            .collect()
    }

    /// Whether a grant covers this account, or did when the account existed.
    pub(crate) fn covers(&self, grant: &Grant, account: u64) -> bool {
        grant.granted.allows(account) && self.known(account) && self.reaches(&grant.user, account)
    }

    /// The account's fields as they are now.
    pub(crate) fn account(&self, id: u64) -> Option<Map<String, Value>> {
        let index = self.world.account_index(id).filter(|_| self.exists(id))?;
        let mut fields = self.world.account(index);
        if let Some(changed) = self.book.changed.get(&id) {
            fields.extend(changed.clone());
        }
        Some(fields)
    }

    /// The account's name; empty when there is no such account.
    pub(crate) fn name_of(&self, id: u64) -> String {
        let name = self
            .account(id)
            .and_then(|mut fields| fields.remove("name"));
        name.as_ref()
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    /// Notes a confirmed Authorization page and gives its auth_code.
    pub(crate) fn issue_code(&mut self, grant: Grant) -> String {
        let code = secret_text();
        self.change(|book| book.codes.insert(code.clone(), grant));
        code
    }

    /// Takes an auth_code back: it works once, for its app, for one hour.
    pub(crate) fn redeem(&mut self, code: &str, app: &str, now: Timestamp) -> Option<Grant> {
        let grant = self.book.codes.get(code)?;
        if grant.app != app {
            return None;
        }
        let in_time = now.as_second() < grant.at + CODE_LIFE;
        self.change(|book| book.codes.remove(code))
            .filter(|_| in_time)
    }

    /// A new token for a grant.
    pub(crate) fn issue_token(&mut self, grant: Grant) -> String {
        let token = secret_text();
        self.change(|book| book.tokens.insert(token.clone(), grant));
        token
    }

    pub(crate) fn grant_of(&self, token: &str) -> Option<&Grant> {
        self.book.tokens.get(token)
    }

    pub(crate) fn tokens(&self) -> impl Iterator<Item = (&String, &Grant)> {
        self.book.tokens.iter()
    }

    /// Ends one token; false when there is none.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        self.change(|book| book.tokens.remove(token)).is_some()
    }

    /// Ends all tokens of a user, as when the user withdraws the authorization; how many.
    pub(crate) fn revoke_user(&mut self, user: &str) -> usize {
        let before = self.book.tokens.len();
        self.change(|book| book.tokens.retain(|_, grant| grant.user != user));
        before - self.book.tokens.len()
    }

    /// Sets fields of an account.
    pub(crate) fn change_account(&mut self, id: u64, fields: Map<String, Value>) {
        self.change(|book| book.changed.entry(id).or_default().extend(fields));
    }

    /// Removes an account for everyone.
    pub(crate) fn remove_account(&mut self, id: u64) {
        self.change(|book| book.removed.insert(id));
    }

    /// Lets a user reach these accounts.
    pub(crate) fn gain(&mut self, user: &str, accounts: &[u64]) {
        self.change(|book| {
            if let Some(lost) = book.lost.get_mut(user) {
                accounts.iter().for_each(|id| {
                    lost.remove(id);
                });
            }
            book.gained
                .entry(user.to_owned())
                .or_default()
                .extend(accounts);
        });
    }

    /// Lets a user no longer reach these accounts.
    pub(crate) fn lose(&mut self, user: &str, accounts: &[u64]) {
        self.change(|book| {
            book.lost
                .entry(user.to_owned())
                .or_default()
                .extend(accounts)
        });
    }

    /// Makes new accounts, which nobody reaches yet.
    pub(crate) fn make_accounts(&mut self, number: usize) -> Vec<u64> {
        let first = self.ever();
        self.change(|book| book.extra += number);
        (first..self.ever())
            .map(|index| self.world.account_id(index))
            .collect()
    }
}

/// 40 hexadecimal digits that nobody can guess: a token or a code of one run is never one of another.
fn secret_text() -> String {
    let mut text = format!(
        "{}{}",
        uuid::Uuid::new_v4().simple(),
        uuid::Uuid::new_v4().simple()
    );
    text.truncate(40);
    text
}

fn write_whole(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

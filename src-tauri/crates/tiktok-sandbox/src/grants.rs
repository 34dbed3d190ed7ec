//! Grants, tokens and account changes since the start, optionally saved to a file.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::seed_data::{SeedData, User};

/// The lifetime of an auth_code in seconds (TikTok API for Business, "Obtain a long-term access token").
const CODE_LIFETIME: i64 = 3600;

/// The accounts of its user that an app may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum GrantedAccounts {
    /// All accounts of the user, including those gained later.
    All,
    /// The listed accounts, as long as the user has access to them.
    Only(BTreeSet<u64>),
}

impl GrantedAccounts {
    fn includes(&self, account: u64) -> bool {
        match self {
            GrantedAccounts::All => true,
            GrantedAccounts::Only(accounts) => accounts.contains(&account),
        }
    }
}

/// A confirmed Authorization page, behind an auth_code and later a token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub app: String,
    pub user: String,
    pub granted: GrantedAccounts,
    /// Unix seconds.
    pub at: i64,
}

/// The content of the state file.
#[derive(Default, Serialize, Deserialize)]
struct SavedState {
    seed: u64,
    users: usize,
    accounts: usize,
    /// The number of accounts created after the start.
    extra: usize,
    codes: BTreeMap<String, Grant>,
    tokens: BTreeMap<String, Grant>,
    gained: BTreeMap<String, BTreeSet<u64>>,
    lost: BTreeMap<String, BTreeSet<u64>>,
    changed: BTreeMap<u64, Map<String, Value>>,
    removed: BTreeSet<u64>,
}

/// The reason why a state file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("failed to read or write the state file: {0}")]
    File(#[from] std::io::Error),
    #[error("failed to parse the state file: {0}")]
    Content(#[from] serde_json::Error),
    #[error("the state file was created with seed {seed}, {users} users and {accounts} accounts")]
    OtherData { seed: u64, users: usize, accounts: usize },
}

pub(crate) struct Grants {
    seed_data: SeedData,
    saved: SavedState,
    file: Option<PathBuf>,
}

impl Grants {
    /// Loads `file` if it exists.
    pub(crate) fn open(seed_data: SeedData, file: Option<PathBuf>) -> Result<Grants, StateError> {
        let (seed, users, accounts) = (seed_data.seed(), seed_data.users().len(), seed_data.accounts());
        let saved = match &file {
            Some(path) if path.exists() => serde_json::from_slice(&std::fs::read(path)?)?,
            _ => SavedState { seed, users, accounts, ..SavedState::default() },
        };
        if (saved.seed, saved.users, saved.accounts) != (seed, users, accounts) {
            let SavedState { seed, users, accounts, .. } = saved;
            return Err(StateError::OtherData { seed, users, accounts });
        }
        let grants = Grants { seed_data, saved, file };
        grants.save()?;
        Ok(grants)
    }

    pub(crate) fn seed_data(&self) -> &SeedData {
        &self.seed_data
    }

    fn save(&self) -> Result<(), StateError> {
        match &self.file {
            Some(path) => Ok(write_atomically(path, &serde_json::to_vec(&self.saved)?)?),
            None => Ok(()),
        }
    }

    /// Applies a change and saves it. If saving fails, the sandbox continues from memory.
    fn update<T>(&mut self, change: impl FnOnce(&mut SavedState) -> T) -> T {
        let result = change(&mut self.saved);
        if let Err(error) = self.save() {
            eprintln!("{error}");
        }
        result
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.seed_data.users().iter().find(|user| user.id == id)
    }

    /// Returns the number of accounts ever created.
    fn created_accounts(&self) -> usize {
        self.seed_data.accounts() + self.saved.extra
    }

    /// Returns the ids of all existing accounts, ascending.
    pub(crate) fn account_ids(&self) -> impl Iterator<Item = u64> {
        (0..self.created_accounts())
            .map(|index| self.seed_data.account_id(index))
            .filter(|id| !self.saved.removed.contains(id))
    }

    pub(crate) fn account_exists(&self, account: u64) -> bool {
        self.account_was_created(account) && !self.saved.removed.contains(&account)
    }

    fn account_was_created(&self, account: u64) -> bool {
        self.seed_data.account_index(account).is_some_and(|index| index < self.created_accounts())
    }

    /// Returns the ids of the existing accounts that a user has access to, ascending.
    pub(crate) fn accounts_of(&self, user: &str) -> Vec<u64> {
        self.account_ids().filter(|id| self.has_access(user, *id)).collect()
    }

    /// Returns true also for an account that was removed while the user had access.
    fn has_access(&self, user: &str, account: u64) -> bool {
        let contains = |accounts: &BTreeMap<String, BTreeSet<u64>>| {
            accounts.get(user).is_some_and(|set| set.contains(&account))
        };
        if contains(&self.saved.lost) {
            return false;
        }
        let number = self.seed_data.users().iter().position(|other| other.id == user);
        let initially = number
            .zip(self.seed_data.account_index(account))
            .is_some_and(|(user, index)| self.seed_data.has_access(user, index));
        initially || contains(&self.saved.gained)
    }

    /// Returns the ids of the existing accounts of a grant, ascending.
    pub(crate) fn accounts_of_grant(&self, grant: &Grant) -> Vec<u64> {
        self.accounts_of(&grant.user).into_iter().filter(|id| grant.granted.includes(*id)).collect()
    }

    /// Returns true also for an account that was removed.
    pub(crate) fn grant_includes(&self, grant: &Grant, account: u64) -> bool {
        grant.granted.includes(account)
            && self.account_was_created(account)
            && self.has_access(&grant.user, account)
    }

    /// Returns the current fields of an account, named as in `GET /advertiser/info/`.
    pub(crate) fn account(&self, id: u64) -> Option<Map<String, Value>> {
        let index = self.seed_data.account_index(id).filter(|_| self.account_exists(id))?;
        let mut fields = self.seed_data.account(index);
        if let Some(changed) = self.saved.changed.get(&id) {
            fields.extend(changed.clone());
        }
        Some(fields)
    }

    /// Returns the account's name; empty if the account does not exist.
    pub(crate) fn account_name(&self, id: u64) -> String {
        let name = self.account(id).and_then(|mut fields| fields.remove("name"));
        name.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub(crate) fn issue_code(&mut self, grant: Grant) -> String {
        let code = random_hex();
        self.update(|saved| saved.codes.insert(code.clone(), grant));
        code
    }

    /// Redeems an auth_code, which works once, for its own app and within an hour.
    pub(crate) fn redeem_code(&mut self, code: &str, app: &str, now: Timestamp) -> Option<Grant> {
        let grant = self.saved.codes.get(code)?;
        if grant.app != app {
            return None;
        }
        let is_valid = now.as_second() < grant.at + CODE_LIFETIME;
        self.update(|saved| saved.codes.remove(code)).filter(|_| is_valid)
    }

    pub(crate) fn issue_token(&mut self, grant: Grant) -> String {
        let token = random_hex();
        self.update(|saved| saved.tokens.insert(token.clone(), grant));
        token
    }

    pub(crate) fn grant_of(&self, token: &str) -> Option<&Grant> {
        self.saved.tokens.get(token)
    }

    pub(crate) fn tokens(&self) -> impl Iterator<Item = (&String, &Grant)> {
        self.saved.tokens.iter()
    }

    /// Returns false if there is no such token.
    pub(crate) fn revoke_token(&mut self, token: &str) -> bool {
        self.update(|saved| saved.tokens.remove(token)).is_some()
    }

    /// Revokes all tokens of a user, as when the user withdraws the authorization, and returns their number.
    pub(crate) fn revoke_user(&mut self, user: &str) -> usize {
        let before = self.saved.tokens.len();
        self.update(|saved| saved.tokens.retain(|_, grant| grant.user != user));
        before - self.saved.tokens.len()
    }

    pub(crate) fn update_account(&mut self, id: u64, fields: Map<String, Value>) {
        self.update(|saved| saved.changed.entry(id).or_default().extend(fields));
    }

    /// Removes an account for every user.
    pub(crate) fn remove_account(&mut self, id: u64) {
        self.update(|saved| saved.removed.insert(id));
    }

    pub(crate) fn add_access(&mut self, user: &str, accounts: &[u64]) {
        self.update(|saved| {
            if let Some(lost) = saved.lost.get_mut(user) {
                lost.retain(|id| !accounts.contains(id));
            }
            saved.gained.entry(user.to_owned()).or_default().extend(accounts);
        });
    }

    pub(crate) fn remove_access(&mut self, user: &str, accounts: &[u64]) {
        self.update(|saved| saved.lost.entry(user.to_owned()).or_default().extend(accounts));
    }

    /// Creates accounts that no user has access to yet.
    pub(crate) fn create_accounts(&mut self, number: usize) -> Vec<u64> {
        let first = self.created_accounts();
        self.update(|saved| saved.extra += number);
        (first..self.created_accounts()).map(|index| self.seed_data.account_id(index)).collect()
    }
}

/// Returns 40 random hexadecimal digits, for tokens and codes. They must not repeat between runs with the same seed.
fn random_hex() -> String {
    let mut text = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    text.truncate(40);
    text
}

fn write_atomically(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("new");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

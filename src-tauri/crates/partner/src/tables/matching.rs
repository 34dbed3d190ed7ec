//! Compares the rows of an imported table with the XPO accounts and advertisers of the book.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use specta::Type;

use crate::decisions::{NewAdvertiser, NewXpoAccount, XpoState};
use crate::ids::{AdvertiserId, XpoAccountId, is_uuid};
use crate::tables::cells::is_rounded;
use crate::text::name_key;
use crate::{Book, Error, Result, name};

/// Why a row is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", content = "line", rename_all = "snake_case")]
pub enum RowRefusal {
    NameMissing,
    /// A name has no visible character.
    NameInvisible,
    /// A name goes over several lines, as after a quotation mark that is closed too late.
    LineBreak,
    NameTooLong,
    /// A name contains an invisible, direction-changing or undecodable character.
    NameCharacters,
    StateUnknown,
    /// The XPO account has another state, in the book or in an earlier row.
    StateDiffers,
    /// An id is not a UUID.
    IdInvalid,
    /// The id and the name belong to different objects, in the book or in earlier rows.
    IdDiffers,
    /// Advertisers cannot be added to an archived XPO account.
    Archived,
    /// The row repeats this one.
    Duplicate(u32),
    TooManyCells,
    /// A cell is a date or an error, a formula without a result, or merged with others.
    NotText,
}

/// The objects that a row adds.
pub(crate) type Additions = (Option<NewXpoAccount>, Option<NewAdvertiser>);

/// The XPO accounts and advertisers of the book and of the rows so far. Names are represented by their keys.
#[derive(Default)]
pub(crate) struct Directory {
    accounts: HashMap<String, Account>,
    account_ids: HashSet<String>,
    /// By XPO account id and name.
    advertisers: HashMap<(String, String), String>,
    advertiser_ids: HashSet<String>,
    /// By the names of the XPO account and the advertiser.
    lines: HashMap<(String, String), u32>,
}

struct Account {
    id: String,
    state: Option<XpoState>,
    archived: bool,
    /// Set if the table adds the account.
    new: Option<NewXpoAccount>,
}

impl Directory {
    pub fn read(book: &Book) -> Result<Directory> {
        let mut directory = Directory::default();
        book.snapshot(|book| {
            let mut statement = book.prepare("SELECT name_key, id, state, archived FROM xpo_account")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: String = row.get(1)?;
                directory.account_ids.insert(id.clone());
                let account = Account { id, state: row.get(2)?, archived: row.get(3)?, new: None };
                directory.accounts.insert(row.get(0)?, account);
            }
            let mut statement = book.prepare("SELECT xpo_account_id, name_key, id FROM advertiser")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: String = row.get(2)?;
                directory.advertiser_ids.insert(id.clone());
                directory.advertisers.insert((row.get(0)?, row.get(1)?), id);
            }
            Ok(())
        })?;
        Ok(directory)
    }

    /// Returns what a row adds, and adds it to this directory.
    pub fn match_row(&mut self, line: u32, cells: [&str; 5]) -> std::result::Result<Additions, RowRefusal> {
        let [account, advertiser, state, account_id, advertiser_id] = cells;
        let account_name = normalize(account)?;
        let advertiser_name = if advertiser.is_empty() { None } else { Some(normalize(advertiser)?) };
        let state = state_of(state)?;
        let account_id = id_of(account_id)?;
        let advertiser_id = id_of(advertiser_id)?;
        let key = name_key(&account_name);
        let advertiser_key = advertiser_name.as_deref().map(name_key);
        let names = (key.clone(), advertiser_key.clone().unwrap_or_default());
        if let Some(&line) = self.lines.get(&names) {
            return Err(RowRefusal::Duplicate(line));
        }

        let (id, new) = match self.accounts.get(&key) {
            Some(account) => {
                if account_id.as_ref().is_some_and(|id| *id != account.id) {
                    return Err(RowRefusal::IdDiffers);
                }
                if state.is_some() && account.state.is_some() && state != account.state {
                    return Err(RowRefusal::StateDiffers);
                }
                (account.id.clone(), account.new.clone())
            }
            None => {
                let id = new_id(account_id, &self.account_ids)?;
                let new = NewXpoAccount {
                    id: XpoAccountId(id.clone()),
                    name: account_name,
                    state: state.unwrap_or(XpoState::Active),
                };
                (id, Some(new))
            }
        };
        let advertiser = match (advertiser_name, advertiser_key) {
            (Some(name), Some(key)) => match self.advertisers.get(&(id.clone(), key)) {
                Some(existing) if advertiser_id.as_ref().is_some_and(|id| id != existing) => {
                    return Err(RowRefusal::IdDiffers);
                }
                Some(_) => None,
                None if self.accounts.get(&names.0).is_some_and(|account| account.archived) => {
                    return Err(RowRefusal::Archived);
                }
                None => {
                    let advertiser = AdvertiserId(new_id(advertiser_id, &self.advertiser_ids)?);
                    Some(NewAdvertiser { id: advertiser, xpo_account: XpoAccountId(id.clone()), name })
                }
            },
            _ => None,
        };

        self.lines.insert(names.clone(), line);
        if let Some(advertiser) = &advertiser {
            self.advertiser_ids.insert(advertiser.id.0.clone());
            self.advertisers.insert((id.clone(), names.1), advertiser.id.0.clone());
        }
        self.account_ids.insert(id.clone());
        self.accounts.entry(names.0).or_insert_with(|| Account {
            id,
            state: new.as_ref().map(|new| new.state),
            archived: false,
            new: new.clone(),
        });
        Ok((new, advertiser))
    }
}

fn normalize(text: &str) -> std::result::Result<String, RowRefusal> {
    if text.contains(['\r', '\n']) {
        return Err(RowRefusal::LineBreak);
    }
    match name::normalize(text) {
        // Some bytes of the file could not be decoded.
        Ok(name) if name.contains('\u{FFFD}') => Err(RowRefusal::NameCharacters),
        Ok(name) => Ok(name),
        Err(Error::NameEmpty) if text.is_empty() => Err(RowRefusal::NameMissing),
        Err(Error::NameEmpty) => Err(RowRefusal::NameInvisible),
        Err(Error::NameTooLong(_)) => Err(RowRefusal::NameTooLong),
        Err(_) => Err(RowRefusal::NameCharacters),
    }
}

fn state_of(text: &str) -> std::result::Result<Option<XpoState>, RowRefusal> {
    if text.is_empty() {
        return Ok(None);
    }
    XpoState::parse(&name_key(text)).map(Some).ok_or(RowRefusal::StateUnknown)
}

/// Returns the id in a cell, unless a spreadsheet has rounded it.
fn id_of(text: &str) -> std::result::Result<Option<String>, RowRefusal> {
    if text.is_empty() || is_rounded(text) {
        return Ok(None);
    }
    let id = text.to_ascii_lowercase();
    if is_uuid(&id) { Ok(Some(id)) } else { Err(RowRefusal::IdInvalid) }
}

/// Returns the id for a new object: the one in the table or, without one, a random one.
fn new_id(id: Option<String>, taken: &HashSet<String>) -> std::result::Result<String, RowRefusal> {
    match id {
        Some(id) if taken.contains(&id) => Err(RowRefusal::IdDiffers),
        Some(id) => Ok(id),
        None => Ok(uuid::Uuid::now_v7().to_string()),
    }
}

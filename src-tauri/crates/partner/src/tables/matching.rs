//! What of a table of XPO accounts and advertisers is new, row by row, and why a row is refused.

use std::collections::{HashMap, HashSet};

use crate::decisions::change::{NewAdvertiser, NewXpoAccount, XpoState};
use crate::ids::{AdvertiserId, XpoAccountId, is_uuid};
use crate::tables::cells::is_rounded;
use crate::tables::import::RowRefusal;
use crate::{Book, Error, Result, fold, name};

/// What a row adds.
pub(crate) type Adds = (Option<NewXpoAccount>, Option<NewAdvertiser>);

/// The directory of the book, and what the rows so far add to it. Names are folded.
#[derive(Default)]
pub(crate) struct Known {
    accounts: HashMap<String, Account>,
    account_ids: HashSet<String>,
    /// By the id of the XPO account and the name.
    advertisers: HashMap<(String, String), String>,
    advertiser_ids: HashSet<String>,
    lines: HashMap<(String, String), u32>,
}

struct Account {
    id: String,
    state: Option<XpoState>,
    archived: bool,
    /// Of one that the table adds.
    new: Option<NewXpoAccount>,
}

impl Known {
    pub fn read(book: &Book) -> Result<Known> {
        let mut known = Known::default();
        book.snapshot(|book| {
            let mut statement = book.prepare("SELECT name_folded, id, state, archived FROM xpo_account")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: String = row.get(1)?;
                known.account_ids.insert(id.clone());
                let account = Account { id, state: row.get(2)?, archived: row.get(3)?, new: None };
                known.accounts.insert(row.get(0)?, account);
            }
            let mut statement = book.prepare("SELECT xpo_account_id, name_folded, id FROM advertiser")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id: String = row.get(2)?;
                known.advertiser_ids.insert(id.clone());
                known.advertisers.insert((row.get(0)?, row.get(1)?), id);
            }
            Ok(())
        })?;
        Ok(known)
    }

    /// What a row adds to the directory, which has it from then on.
    pub fn take(&mut self, line: u32, cells: [&str; 5]) -> std::result::Result<Adds, RowRefusal> {
        let [account, advertiser, state, account_id, advertiser_id] = cells;
        let account_name = tidy(account)?;
        let advertiser_name = if advertiser.is_empty() { None } else { Some(tidy(advertiser)?) };
        let state = state_of(state)?;
        let account_id = id_of(account_id)?;
        let advertiser_id = id_of(advertiser_id)?;
        let key = fold(&account_name);
        let advertiser_key = advertiser_name.as_deref().map(fold);
        let place = (key.clone(), advertiser_key.clone().unwrap_or_default());
        if let Some(&line) = self.lines.get(&place) {
            return Err(RowRefusal::Duplicate(line));
        }

        let (id, new) = match self.accounts.get(&key) {
            Some(known) => {
                if account_id.as_ref().is_some_and(|id| *id != known.id) {
                    return Err(RowRefusal::IdDiffers);
                }
                if state.is_some() && known.state.is_some() && state != known.state {
                    return Err(RowRefusal::StateDiffers);
                }
                (known.id.clone(), known.new.clone())
            }
            None => {
                let id = fresh(account_id, &self.account_ids)?;
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
                Some(known) if advertiser_id.as_ref().is_some_and(|id| id != known) => {
                    return Err(RowRefusal::IdDiffers);
                }
                Some(_) => None,
                None if self.accounts.get(&place.0).is_some_and(|account| account.archived) => {
                    return Err(RowRefusal::Archived);
                }
                None => {
                    let advertiser = AdvertiserId(fresh(advertiser_id, &self.advertiser_ids)?);
                    Some(NewAdvertiser { id: advertiser, xpo_account: XpoAccountId(id.clone()), name })
                }
            },
            _ => None,
        };

        self.lines.insert(place.clone(), line);
        if let Some(advertiser) = &advertiser {
            self.advertiser_ids.insert(advertiser.id.0.clone());
            self.advertisers.insert((id.clone(), place.1), advertiser.id.0.clone());
        }
        self.account_ids.insert(id.clone());
        self.accounts.entry(place.0).or_insert_with(|| Account {
            id,
            state: new.as_ref().map(|new| new.state),
            archived: false,
            new: new.clone(),
        });
        Ok((new, advertiser))
    }
}

fn tidy(text: &str) -> std::result::Result<String, RowRefusal> {
    match name::normalize(text) {
        // Some bytes of the file are no text.
        Ok(name) if name.contains('\u{FFFD}') => Err(RowRefusal::NameCharacters),
        Ok(name) => Ok(name),
        Err(Error::NameEmpty) => Err(RowRefusal::NameMissing),
        Err(Error::NameTooLong(_)) => Err(RowRefusal::NameTooLong),
        Err(_) => Err(RowRefusal::NameCharacters),
    }
}

fn state_of(text: &str) -> std::result::Result<Option<XpoState>, RowRefusal> {
    if text.is_empty() {
        return Ok(None);
    }
    XpoState::parse(&fold(text)).map(Some).ok_or(RowRefusal::StateUnknown)
}

/// The id in a cell; one that a spreadsheet has rounded is none.
fn id_of(text: &str) -> std::result::Result<Option<String>, RowRefusal> {
    if text.is_empty() || is_rounded(text) {
        return Ok(None);
    }
    let id = text.to_ascii_lowercase();
    if is_uuid(&id) { Ok(Some(id)) } else { Err(RowRefusal::IdInvalid) }
}

/// The id for something new: what the table says, when nothing else has it.
fn fresh(id: Option<String>, taken: &HashSet<String>) -> std::result::Result<String, RowRefusal> {
    match id {
        Some(id) if taken.contains(&id) => Err(RowRefusal::IdDiffers),
        Some(id) => Ok(id),
        None => Ok(uuid::Uuid::now_v7().to_string()),
    }
}

//! Suggestions of advertisers for what is not allocated yet, from names and earlier allocations (product.md, 7). They decide
//! nothing, and each says why.
//!
//! What is learned from names is kept, and learned again after decisions and syncs. What is suggested for, and what the rules permit, is
//! read from the book each time.

mod model;
mod words;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::facts::status::CAMPAIGN_DELETED;
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, id_at};
use crate::json_column::json;
use crate::named::{Named, ObjectKind};
use crate::{Book, Error, Result};
use model::{AdvertiserName, ENOUGH, Evidence, Guess, Holder, Model, SURE, Source};
use words::{Feature, Word};

/// Names between two questions whether to go on: milliseconds of work.
const NAMES_BETWEEN_QUESTIONS: u32 = 1_000;

/// The most suggestions that are returned: more than anybody reviews at once.
const MOST: usize = 5_000;

/// What to suggest advertisers for. Objects that are allocated already get no suggestion; without `only`, all others of the
/// TikTok ad accounts are asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "of", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SuggestionsFor {
    AdAccounts { only: Option<Vec<AdAccountId>> },
    Campaigns { ad_accounts: Vec<AdAccountId>, only: Option<Vec<CampaignId>> },
    Audiences { ad_accounts: Vec<AdAccountId>, only: Option<Vec<AudienceId>> },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// A TikTok ad account, campaign or audience.
    pub object: Named,
    /// The object itself, or the TikTok ad account that it belongs to.
    pub ad_account: Named,
    pub advertiser: Named,
    pub xpo_account: Named,
    /// What follows "because", such as "14 of 15 campaigns named ORB_* went to Orbit Shoes".
    pub reason: String,
    /// Likely enough to be preselected in a review.
    pub sure: bool,
}

/// The first suggestions for some objects, ad account by ad account and by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub struct Suggestions {
    pub found: Vec<Suggestion>,
    /// There are more than these.
    pub more: bool,
}

/// What was learned from the names of a book.
#[derive(Debug, Default)]
pub struct Suggester {
    learned: Mutex<Option<Arc<Learned>>>,
    /// Held while learning, so that it is done once.
    learning: Mutex<()>,
}

#[derive(Debug)]
struct Learned {
    model: Model,
    basis: Basis,
}

/// What was known when it was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Basis {
    /// The last entry of the history.
    decision: i64,
    /// When the last sync ended that changed something.
    sync: i64,
}

impl Basis {
    fn of(book: &Connection) -> Result<Basis> {
        let mut statement = book.prepare_cached(
            "SELECT (SELECT coalesce(max(seq), 0) FROM entry),
                 (SELECT coalesce(max(ended_at), 0) FROM sync_job WHERE added + changed + deleted > 0)",
        )?;
        Ok(statement.query_row([], |row| Ok(Basis { decision: row.get(0)?, sync: row.get(1)? }))?)
    }

    /// Returns whether to learn again. Syncs of many ad accounts end one after the other, so the last one is awaited.
    fn is_outdated(self, book: &Connection) -> Result<bool> {
        let now = Basis::of(book)?;
        if now.decision != self.decision {
            return Ok(true);
        }
        let mut running = book.prepare_cached("SELECT 1 FROM sync_job WHERE state = 'running'")?;
        Ok(now.sync != self.sync && !running.exists([])?)
    }
}

/// Is asked now and then whether to go on learning.
pub type KeepGoing<'a> = dyn Fn() -> ControlFlow<()> + 'a;

impl Suggester {
    /// Returns suggestions, and whether it is to be learned again: after decisions, and after syncs. Only the first call waits
    /// until it is learned.
    pub fn suggest(
        &self,
        book: &Book,
        wanted: &SuggestionsFor,
        keep_going: &KeepGoing<'_>,
    ) -> Result<(Suggestions, bool)> {
        let learned = match self.current() {
            Some(learned) => learned,
            None => self.learn(book, keep_going)?,
        };
        book.snapshot(|book| {
            let found = suggestions(book, &learned.model, wanted)?;
            Ok((found, learned.basis.is_outdated(book)?))
        })
    }

    /// Learns again after decisions and syncs. Returns false if there were none, or it is being learned already.
    pub fn learn_again(&self, book: &Book, keep_going: &KeepGoing<'_>) -> Result<bool> {
        let before = self.current();
        if self.learning.try_lock().is_err() {
            return Ok(false);
        }
        let after = self.learn(book, keep_going)?;
        Ok(!before.is_some_and(|before| Arc::ptr_eq(&before, &after)))
    }

    fn current(&self) -> Option<Arc<Learned>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn learn(&self, book: &Book, keep_going: &KeepGoing<'_>) -> Result<Arc<Learned>> {
        let _one_at_a_time = self.learning.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection of its own: a million names take seconds.
        let reader = book.open_reader()?;
        let snapshot = reader.unchecked_transaction()?;
        let basis = Basis::of(&snapshot)?;
        if let Some(learned) = self.current().filter(|learned| learned.basis == basis) {
            return Ok(learned);
        }
        let learned = Arc::new(Learned { model: learn(&snapshot, keep_going)?, basis });
        *self.learned.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&learned));
        Ok(learned)
    }
}

/// Each object once per advertiser, and those of an object in a row.
const ALLOCATED: [(Source, &str); 3] = [
    (
        Source::AdAccounts,
        "SELECT t.id, t.name, a.advertiser_id FROM allocation a CROSS JOIN ad_account t ON t.id = a.ad_account_id
         ORDER BY a.ad_account_id",
    ),
    (
        Source::Campaigns,
        "SELECT c.id, c.name, a.advertiser_id FROM allocation a
         CROSS JOIN allocated_campaign n ON n.allocation = a.id CROSS JOIN campaign c ON c.id = n.campaign_id",
    ),
    (
        Source::Audiences,
        "SELECT c.id, c.name, a.advertiser_id FROM audience_allocation a
         CROSS JOIN audience c ON c.account_id = a.ad_account_id AND c.id = a.audience_id ORDER BY a.audience_id",
    ),
];

fn learn(book: &Connection, keep_going: &KeepGoing<'_>) -> Result<Model> {
    let mut statement = book.prepare(
        "SELECT v.id, v.name, x.name FROM advertiser v JOIN xpo_account x ON x.id = v.xpo_account_id ORDER BY v.id",
    )?;
    let advertisers = statement.query_map([], |row| {
        Ok(AdvertiserName { id: row.get(0)?, name: row.get(1)?, client: row.get(2)? })
    })?;
    let mut model = Model::new(advertisers.collect::<rusqlite::Result<_>>()?);
    let mut names = 0_u32;
    for (source, sql) in ALLOCATED {
        let mut statement = book.prepare(sql)?;
        let mut rows = statement.query([])?;
        let (mut id, mut name, mut holders) = (0_i64, String::new(), Vec::<Holder>::new());
        while let Some(row) = rows.next()? {
            let next = row.get(0)?;
            if next != id {
                names += 1;
                if names.is_multiple_of(NAMES_BETWEEN_QUESTIONS) && keep_going().is_break() {
                    return Err(Error::Cancelled);
                }
                if !holders.is_empty() {
                    model.learn(source, &name, &holders);
                    holders.clear();
                }
                id = next;
                name = row.get(1)?;
            }
            let holder = model.holder(&row.get(2)?);
            holders.extend(holder.filter(|holder| !holders.contains(holder)));
        }
        if !holders.is_empty() {
            model.learn(source, &name, &holders);
        }
    }
    model.finish();
    Ok(model)
}

/// An advertiser that the rules permit.
struct Permitted {
    advertiser: Named,
    xpo_account: Named,
}

fn permitted(row: &Row<'_>) -> rusqlite::Result<(AdvertiserId, Permitted)> {
    let id: AdvertiserId = row.get(0)?;
    let advertiser = Named::new(&id, &row.get::<_, String>(1)?);
    let xpo_account = Named::at(row, ObjectKind::XpoAccount, 2)?;
    Ok((id, Permitted { advertiser, xpo_account }))
}

const ADVERTISERS: &str = "SELECT v.id, v.name, x.id, x.name FROM advertiser v
    JOIN xpo_account x ON x.id = v.xpo_account_id WHERE NOT v.archived AND NOT x.archived";

/// The advertisers that have the TikTok ad account (A11).
const ADVERTISERS_OF_ACCOUNT: &str = "SELECT v.id, v.name, x.id, x.name FROM allocation a
    JOIN advertiser v ON v.id = a.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
    WHERE a.ad_account_id = ? AND NOT v.archived AND NOT x.archived";

fn suggestions(book: &Connection, model: &Model, wanted: &SuggestionsFor) -> Result<Suggestions> {
    let (kind, sql, ad_accounts, only) = match wanted {
        SuggestionsFor::AdAccounts { only } => (
            ObjectKind::AdAccount,
            "SELECT c.id, c.name, c.id, c.name FROM ad_account c WHERE {only}
             AND NOT EXISTS (SELECT 1 FROM allocation a WHERE a.ad_account_id = c.id)
             ORDER BY c.name_folded, c.id",
            None,
            only.as_ref().map(json),
        ),
        SuggestionsFor::Campaigns { ad_accounts, only } => (
            ObjectKind::Campaign,
            "SELECT c.id, c.name, t.id, t.name FROM campaign c CROSS JOIN ad_account t ON t.id = c.account_id
             WHERE {of} AND {only} AND NOT {deleted}
             AND NOT EXISTS (SELECT 1 FROM allocated_campaign a WHERE a.campaign_id = c.id)
             ORDER BY c.account_id, fold(c.name), c.id",
            Some(json(ad_accounts)),
            only.as_ref().map(json),
        ),
        SuggestionsFor::Audiences { ad_accounts, only } => (
            ObjectKind::Audience,
            "SELECT c.id, c.name, t.id, t.name FROM audience c CROSS JOIN ad_account t ON t.id = c.account_id
             WHERE {of} AND {only} AND NOT c.deleted_on_tiktok
             AND NOT EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = c.id)
             AND NOT EXISTS (SELECT 1 FROM audience_allocation a
                             WHERE a.audience_id = c.id AND a.ad_account_id = c.account_id)
             ORDER BY c.account_id, fold(c.name), c.id",
            Some(json(ad_accounts)),
            only.as_ref().map(json),
        ),
    };
    // Without a list, every row matches: the comparison is with a constant.
    let among = if only.is_some() { "c.id IN (SELECT value FROM json_each(?2))" } else { "?2 IS NULL" };
    let sql = sql
        .replace("{of}", "c.account_id IN (SELECT value FROM json_each(?1))")
        .replace("{only}", among)
        .replace("{deleted}", CAMPAIGN_DELETED);
    let all: HashMap<AdvertiserId, Permitted> = match kind {
        ObjectKind::AdAccount => {
            book.prepare_cached(ADVERTISERS)?.query_map([], permitted)?.collect::<rusqlite::Result<_>>()?
        }
        _ => HashMap::new(),
    };
    let mut of_accounts: HashMap<String, HashMap<AdvertiserId, Permitted>> = HashMap::new();
    let mut found = Vec::new();
    let mut more = false;
    let mut statement = book.prepare_cached(&sql)?;
    let mut rows = statement.query([ad_accounts, only])?;
    while let Some(row) = rows.next()? {
        let (name, account): (String, String) = (row.get(1)?, id_at(row, 2)?);
        let (guesses, words) = model.guess(&name, kind != ObjectKind::Campaign);
        let by_campaigns = match kind {
            ObjectKind::AdAccount if guesses.is_empty() => by_campaigns(book, model, &account)?,
            _ => None,
        };
        if guesses.is_empty() && by_campaigns.is_none() {
            continue;
        }
        if kind != ObjectKind::AdAccount && !of_accounts.contains_key(&account) {
            let mut statement = book.prepare_cached(ADVERTISERS_OF_ACCOUNT)?;
            let advertisers = statement.query_map([&account], permitted)?;
            of_accounts.insert(account.clone(), advertisers.collect::<rusqlite::Result<_>>()?);
        }
        let permitted = of_accounts.get(&account).unwrap_or(&all);
        let before = found.len();
        let reasons = guesses.iter().map(|guess| (guess.holder, guess.score, reason(guess, &words, model)));
        for (holder, score, reason) in reasons.chain(by_campaigns) {
            let Some(Permitted { advertiser, xpo_account }) =
                permitted.get(&model.advertisers[holder as usize].id)
            else {
                continue;
            };
            found.push(Suggestion {
                object: Named { kind, id: id_at(row, 0)?, name: name.clone() },
                ad_account: Named { kind: ObjectKind::AdAccount, id: account.clone(), name: row.get(3)? },
                advertiser: advertiser.clone(),
                xpo_account: xpo_account.clone(),
                reason,
                sure: score >= SURE,
            });
        }
        if before >= MOST && found.len() > before {
            found.truncate(before);
            more = true;
            break;
        }
    }
    Ok(Suggestions { found, more })
}

/// How many campaigns of an ad account are compared.
const CAMPAIGNS: u32 = 20;

/// Returns whose campaigns an ad account has, as their names say, with the reason.
fn by_campaigns(book: &Connection, model: &Model, account: &str) -> Result<Option<(Holder, f64, String)>> {
    let mut statement = book.prepare_cached(
        "SELECT name FROM campaign
        WHERE row IN (SELECT row FROM campaign WHERE account_id = ? ORDER BY row LIMIT ?) ORDER BY row",
    )?;
    let mut rows = statement.query(params![account, CAMPAIGNS])?;
    let mut counts: HashMap<Holder, u32> = HashMap::new();
    let mut of = 0_u32;
    while let Some(row) = rows.next()? {
        of += 1;
        let name: String = row.get(0)?;
        for guess in model.guess(&name, false).0 {
            *counts.entry(guess.holder).or_default() += 1;
        }
    }
    let guessed: u32 = counts.values().sum();
    let most = counts.into_iter().max_by_key(|&(holder, count)| (count, holder));
    Ok(most.and_then(|(holder, count)| {
        let score = f64::from(count) / f64::from(guessed + 1);
        let reason = format!("{count} of its {of} campaigns are named like those of {}", model.name(holder));
        (score >= ENOUGH && count * 2 >= of).then_some((holder, score, reason))
    }))
}

fn reason(guess: &Guess, words: &[Word<'_>], model: &Model) -> String {
    let advertiser = model.name(guess.holder);
    match guess.evidence {
        Evidence::Named { only: Some(at), .. } => {
            format!("its name contains “{}”, as only that of {advertiser} does", words[at].shown())
        }
        Evidence::Named { corrected: false, .. } => format!("its name contains “{advertiser}”"),
        Evidence::Named { corrected: true, .. } => format!("its name contains almost “{advertiser}”"),
        Evidence::Allocated { source, feature, count, of } => {
            let things = match source {
                Source::AdAccounts => "ad accounts",
                Source::Campaigns => "campaigns",
                Source::Audiences => "audiences",
            };
            let named = match feature {
                Feature::Start => {
                    let separator = words[0].separator.trim();
                    format!(
                        "named {}{}*",
                        words[0].shown(),
                        if separator.is_empty() { " " } else { separator }
                    )
                }
                Feature::Word(at) => format!("with “{}” in their name", words[at].shown()),
                Feature::Pair(at) => {
                    format!("with “{} {}” in their name", words[at].shown(), words[at + 1].shown())
                }
            };
            format!("{count} of {of} {things} {named} went to {advertiser}")
        }
    }
}

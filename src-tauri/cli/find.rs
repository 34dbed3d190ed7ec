//! Reads the book, and finds in it what an argument names: an id, or an exact name that is the only one.

use std::sync::Arc;

use partner::Book;
use partner::decisions::DefaultReplacement;
use partner::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use partner::named::ObjectKind;
use partner::queries::accounts::{AccountQuery, AccountRow, Connection};
use partner::queries::paging::{Cursor, Query};
use partner::queries::xpo_accounts::{XpoAccountQuery, XpoAccountRow};

use super::answer::Answer;
use crate::app::background::run;
use crate::app::open_partner::OpenPartner;

/// Calls `each` with every row that `query` finds.
pub fn each_row<Q: Query>(book: &Book, query: &Q, mut each: impl FnMut(Q::Row)) -> partner::Result<()> {
    let mut cursor = Cursor::Start;
    loop {
        let page = book.page(query, &cursor)?;
        page.rows.into_iter().for_each(&mut each);
        match page.last {
            Some(last) => cursor = Cursor::After(last),
            None => return Ok(()),
        }
    }
}

/// Returns the only candidate. Each is an id, a name and a value; an id goes before a name.
pub fn only<T>(kind: ObjectKind, wanted: &str, candidates: Vec<(String, String, T)>) -> Result<T, Answer> {
    let by_id = candidates.iter().any(|(id, ..)| id == wanted);
    let matches = |id: &str, name: &str| if by_id { id == wanted } else { name == wanted };
    let mut found: Vec<_> = candidates.into_iter().filter(|(id, name, _)| matches(id, name)).collect();
    let kind = kind.label();
    match (found.pop(), found.len()) {
        (Some((_, _, value)), 0) => Ok(value),
        (None, _) => Err(Answer::usage(format!("There is no {kind} “{wanted}” in this partner."))),
        (Some((last, ..)), _) => {
            let ids: Vec<_> = found.into_iter().map(|(id, ..)| id).chain([last]).collect();
            let ids = ids.join(", ");
            Err(Answer::usage(format!(
                "Several have the name “{wanted}”: name the {kind} by its ID ({ids})."
            )))
        }
    }
}

pub fn account(book: &Book, wanted: &str) -> Result<AdAccountId, Answer> {
    let mut candidates = Vec::new();
    let query = AccountQuery { search: wanted.to_owned(), ..AccountQuery::default() };
    each_row(book, &query, |AccountRow { id, name, .. }| {
        candidates.push((id.clone(), name, AdAccountId(id)))
    })?;
    only(ObjectKind::AdAccount, wanted, candidates)
}

pub fn client(book: &Book, wanted: &str) -> Result<XpoAccountRow, Answer> {
    let mut candidates = Vec::new();
    each_row(book, &XpoAccountQuery::default(), |row| {
        candidates.push((row.id.0.clone(), row.name.clone(), row))
    })?;
    only(ObjectKind::XpoAccount, wanted, candidates)
}

/// Finds an advertiser and its XPO account.
pub fn advertiser(
    book: &Book,
    wanted: &str,
    client_name: Option<&str>,
) -> Result<(AdvertiserId, XpoAccountId), Answer> {
    let mut candidates = Vec::new();
    let mut add = |row: XpoAccountRow| {
        for advertiser in row.advertisers {
            candidates.push((advertiser.id.0.clone(), advertiser.name, (advertiser.id, row.id.clone())));
        }
    };
    match client_name {
        Some(name) => add(client(book, name)?),
        None => each_row(book, &XpoAccountQuery::default(), add)?,
    }
    only(ObjectKind::Advertiser, wanted, candidates)
}

/// Reads an option such as `CLIENT=ACCOUNT`. Names may contain the sign.
pub fn default_replacement(book: &Book, choice: &str) -> Result<DefaultReplacement, Answer> {
    let splits = choice.match_indices('=').map(|(at, _)| (&choice[..at], &choice[at + 1..]));
    let mut failure = Answer::usage(format!("“{choice}” is not of the form CLIENT=ACCOUNT."));
    for (from, to) in splits {
        let found = client(book, from).and_then(|client| {
            let to = if to == "none" { None } else { Some(account(book, to)?) };
            Ok(DefaultReplacement { xpo_account: client.id, to })
        });
        match found {
            Ok(default_replacement) => return Ok(default_replacement),
            Err(answer) => failure = answer,
        }
    }
    Err(failure)
}

pub fn all_accounts(book: &Book) -> partner::Result<Vec<AdAccountId>> {
    accounts(book, AccountQuery::default())
}

/// Finds the ad accounts that a TikTok user has access to, perhaps after signing in again.
pub fn accessible_accounts(book: &Book) -> partner::Result<Vec<AdAccountId>> {
    let connections = vec![Connection::Connected, Connection::NeedsAuthorization];
    accounts(book, AccountQuery { connections, ..AccountQuery::default() })
}

fn accounts(book: &Book, query: AccountQuery) -> partner::Result<Vec<AdAccountId>> {
    Ok(book.ids(&query)?.into_iter().map(AdAccountId).collect())
}

/// Reads or writes the book on a thread that may block.
pub async fn in_book<T: Send + 'static>(
    open: &OpenPartner,
    work: impl FnOnce(&Book) -> Result<T, Answer> + Send + 'static,
) -> Result<T, Answer> {
    let book = Arc::clone(&open.book);
    run(move || work(&book)).await?
}

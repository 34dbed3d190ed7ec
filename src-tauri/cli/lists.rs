//! Writes the lists, with the columns of the window's exports.

use std::path::Path;

use partner::Book;
use partner::decisions::XpoState;
use partner::facts::status::{AccountStatus, DeliveryStatus};
use partner::named::ObjectKind;
use partner::progress::Progress;
use partner::queries::accounts::AccountQuery;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::history::{HistoryQuery, HistorySubject};
use partner::queries::views::ViewQuery;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::tables::file::Format;

use super::answer::Answer;
use super::args::{Filters, ListName, Listed, YesNo};
use super::find;

/// Writes the list into `file` and returns the number of rows.
pub fn write(
    book: &Book,
    Listed { list, view, filters }: Listed,
    format: Format,
    file: &Path,
    progress: &mut Progress<'_>,
) -> Result<u64, Answer> {
    let query = match (list, view) {
        (list, Some(view)) => saved(book, list, &view)?,
        (Some(list), None) => query(book, list, filters)?,
        (None, None) => return Err(Answer::usage("Name a list or a view.")),
    };
    macro_rules! write {
        ($($list:ident)*) => {
            match &query {
                $(ViewQuery::$list(query) => book.export_list(query, None, file, format, progress)?,)*
            }
        };
    }
    Ok(write!(Accounts Campaigns Audiences XpoAccounts Requests Syncs History))
}

/// Returns what a saved view lists.
fn saved(book: &Book, list: Option<ListName>, name: &str) -> Result<ViewQuery, Answer> {
    let Some(view) = book.view(name)? else {
        let views: Vec<_> = book.views()?.into_iter().map(|view| format!("“{}”", view.name)).collect();
        let others = if views.is_empty() {
            "Save views in XPO Admin's window.".to_owned()
        } else {
            format!("There are: {}.", views.join(", "))
        };
        return Err(Answer::usage(format!("There is no view “{name}” in this partner. {others}")));
    };
    let is_of = |list| {
        matches!(
            (list, &view.query),
            (ListName::Accounts, ViewQuery::Accounts(_))
                | (ListName::Campaigns, ViewQuery::Campaigns(_))
                | (ListName::Audiences, ViewQuery::Audiences(_))
                | (ListName::XpoAccounts, ViewQuery::XpoAccounts(_))
                | (ListName::History, ViewQuery::History(_))
        )
    };
    if list.is_none_or(is_of) {
        Ok(view.query)
    } else {
        Err(Answer::usage(format!("The view “{}” is one of another list.", view.name)))
    }
}

/// Returns what the filters ask for.
fn query(book: &Book, list: ListName, filters: Filters) -> Result<ViewQuery, Answer> {
    let Filters { search, status, client, advertiser, allocated } = filters;
    let search = search.unwrap_or_default();
    let allocated = allocated.map(|answer| answer == YesNo::Yes);
    let unsupported =
        |option: &str| Err(Answer::usage(format!("This list can't be filtered with {option}.")));
    let xpo_account = client.as_deref().map(|name| find::client(book, name)).transpose()?.map(|row| row.id);
    let holder =
        advertiser.as_deref().map(|name| find::advertiser(book, name, client.as_deref())).transpose()?;
    let holder = holder.map(|(advertiser, _)| advertiser);
    Ok(match list {
        ListName::Accounts if holder.is_some() => return unsupported("--advertiser"),
        ListName::Accounts => {
            let xpo_accounts = xpo_account.into_iter().collect();
            let found = book.account_facets()?.statuses.into_iter().map(|facet| facet.label);
            let statuses = labels(&status, AccountStatus::labels(), found)?;
            let query = AccountQuery { search, statuses, allocated, xpo_accounts, ..AccountQuery::default() };
            ViewQuery::Accounts(query)
        }
        ListName::Campaigns => {
            let of = match (holder, xpo_account) {
                (None, None) => CampaignsOf::Partner { allocated },
                _ if allocated == Some(false) => return unsupported("--allocated no and a holder"),
                (Some(advertiser), _) => CampaignsOf::Advertiser { advertiser },
                (None, Some(xpo_account)) => CampaignsOf::XpoAccount { xpo_account },
            };
            let found = book.campaign_facets(&CampaignsOf::Partner { allocated: None })?.statuses;
            let found = found.into_iter().map(|facet| facet.label);
            let statuses = labels(&status, DeliveryStatus::campaign_labels(), found)?;
            ViewQuery::Campaigns(CampaignQuery { search, statuses, ..CampaignQuery::all(of) })
        }
        ListName::Audiences if !status.is_empty() => return unsupported("--status"),
        ListName::Audiences => {
            let of = match (holder, xpo_account) {
                (None, None) if allocated.is_some() => {
                    return unsupported("--allocated without --advertiser");
                }
                (None, None) => AudiencesOf::AdAccounts { ad_accounts: find::all_accounts(book)? },
                (Some(advertiser), _) if allocated == Some(false) => {
                    let ad_accounts = find::all_accounts(book)?;
                    AudiencesOf::Allocated { ad_accounts, advertiser, allocated: false }
                }
                (Some(advertiser), _) => AudiencesOf::Advertiser { advertiser },
                (None, Some(_)) if allocated == Some(false) => {
                    return unsupported("--allocated no and --client");
                }
                (None, Some(xpo_account)) => AudiencesOf::XpoAccount { xpo_account },
            };
            ViewQuery::Audiences(AudienceQuery { search, ..AudienceQuery::all(of) })
        }
        ListName::XpoAccounts if xpo_account.is_some() => return unsupported("--client"),
        ListName::XpoAccounts if holder.is_some() => return unsupported("--advertiser"),
        ListName::XpoAccounts => {
            let known = XpoState::ALL.iter().map(|state| state.label()).collect();
            let chosen = labels(&status, known, std::iter::empty())?;
            let states = XpoState::ALL.iter().copied();
            let states = states.filter(|state| chosen.iter().any(|label| label == state.label())).collect();
            let query = XpoAccountQuery { search, states, allocated, ..XpoAccountQuery::default() };
            ViewQuery::XpoAccounts(query)
        }
        ListName::History if allocated.is_some() => return unsupported("--allocated"),
        ListName::History if !status.is_empty() => return unsupported("--status"),
        ListName::History => {
            let about = match (holder, xpo_account) {
                (Some(id), _) => Some(HistorySubject { kind: ObjectKind::Advertiser, id: id.0 }),
                (None, id) => id.map(|id| HistorySubject { kind: ObjectKind::XpoAccount, id: id.0 }),
            };
            ViewQuery::History(HistoryQuery { search, about, ..HistoryQuery::default() })
        }
    })
}

/// Returns the statuses as they are spelled, among the `known` ones and those that the partner has.
fn labels(
    wanted: &[String],
    known: Vec<&str>,
    found: impl Iterator<Item = String>,
) -> Result<Vec<String>, Answer> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut all: Vec<String> = known.into_iter().map(str::to_owned).collect();
    for label in found {
        if !all.contains(&label) {
            all.push(label);
        }
    }
    let spelled = |wanted: &String| {
        let label = all.iter().find(|label| label.to_lowercase() == wanted.trim().to_lowercase());
        label.cloned().ok_or_else(|| {
            Answer::usage(format!(
                "There is no status “{wanted}” in this list. Use one of: {}.",
                all.join(", ")
            ))
        })
    };
    wanted.iter().map(spelled).collect()
}

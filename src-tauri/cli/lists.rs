//! Writes the lists, with the columns of the window's exports.

use std::ops::ControlFlow;
use std::path::Path;

use partner::Book;
use partner::decisions::XpoState;
use partner::queries::accounts::AccountQuery;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::history::HistoryQuery;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::tables::file::Format;

use super::answer::Answer;
use super::args::{Filters, ListName, YesNo};
use super::find;

/// Writes the list into `file` and returns the number of rows.
pub fn write(
    book: &Book,
    list: ListName,
    filters: Filters,
    format: Format,
    file: &Path,
    keep_going: impl Fn() -> ControlFlow<()> + Send,
) -> Result<u64, Answer> {
    let Filters { search, status, client, advertiser, allocated } = filters;
    let search = search.unwrap_or_default();
    let allocated = allocated.map(|answer| answer == YesNo::Yes);
    let mut progress = move |_| keep_going();
    let unsupported =
        |option: &str| Err(Answer::usage(format!("This list can't be filtered with {option}.")));
    let xpo_account = client.as_deref().map(|name| find::client(book, name)).transpose()?.map(|row| row.id);
    let holder =
        advertiser.as_deref().map(|name| find::advertiser(book, name, client.as_deref())).transpose()?;
    let holder = holder.map(|(advertiser, _)| advertiser);
    let written = match list {
        ListName::Accounts if holder.is_some() => return unsupported("--advertiser"),
        ListName::Accounts => {
            let xpo_accounts = xpo_account.into_iter().collect();
            let query =
                AccountQuery { search, statuses: status, allocated, xpo_accounts, ..AccountQuery::default() };
            book.export_list(&query, None, file, format, &mut progress)
        }
        ListName::Campaigns => {
            let of = match (holder, xpo_account) {
                (None, None) => CampaignsOf::Partner { allocated },
                _ if allocated == Some(false) => return unsupported("--allocated no and a holder"),
                (Some(advertiser), _) => CampaignsOf::Advertiser { advertiser },
                (None, Some(xpo_account)) => CampaignsOf::XpoAccount { xpo_account },
            };
            let query = CampaignQuery { search, statuses: status, ..CampaignQuery::all(of) };
            book.export_list(&query, None, file, format, &mut progress)
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
            let query = AudienceQuery { search, ..AudienceQuery::all(of) };
            book.export_list(&query, None, file, format, &mut progress)
        }
        ListName::XpoAccounts if xpo_account.is_some() => return unsupported("--client"),
        ListName::XpoAccounts if holder.is_some() => return unsupported("--advertiser"),
        ListName::XpoAccounts => {
            let states = status.iter().map(|status| state(status)).collect::<Result<_, _>>()?;
            let query = XpoAccountQuery { search, states, allocated, ..XpoAccountQuery::default() };
            book.export_list(&query, None, file, format, &mut progress)
        }
        ListName::History if allocated.is_some() => return unsupported("--allocated"),
        ListName::History if !status.is_empty() => return unsupported("--status"),
        ListName::History => {
            use partner::named::ObjectKind::{Advertiser, XpoAccount};
            use partner::queries::history::About;
            let about = match (holder, xpo_account) {
                (Some(id), _) => Some(About { kind: Advertiser, id: id.0 }),
                (None, id) => id.map(|id| About { kind: XpoAccount, id: id.0 }),
            };
            let query = HistoryQuery { search, about, ..HistoryQuery::default() };
            book.export_list(&query, None, file, format, &mut progress)
        }
    };
    Ok(written?)
}

fn state(label: &str) -> Result<XpoState, Answer> {
    let found = XpoState::ALL.iter().find(|state| state.label().eq_ignore_ascii_case(label));
    found.copied().ok_or_else(|| {
        let labels: Vec<_> = XpoState::ALL.iter().map(|state| state.label()).collect();
        Answer::usage(format!("There is no status “{label}”. Use {}.", labels.join(", ")))
    })
}

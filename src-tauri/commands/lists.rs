//! The long lists. A window asks for the total and the first page, for further pages by key, for the first key of every
//! page (a scroll bar that is dragged to the middle needs it), and for all ids ("Select all n filtered").

use std::path::Path;

use partner::Book;
use partner::ids::{CampaignId, GoalId, RequestId, XpoAccountId};
use partner::progress::Progress;
use partner::queries::accounts::{AccountQuery, AccountRow};
use partner::queries::ad_groups::{AdGroupKey, AdGroupQuery, AdGroupRow};
use partner::queries::ads::{AdKey, AdQuery, AdRow};
use partner::queries::audiences::{AudienceKey, AudienceQuery, AudienceRow, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignRow, CampaignsOf};
use partner::queries::edits::{EditQuery, EntryEdit};
use partner::queries::facets::{CampaignFacets, Facet};
use partner::queries::goals::{GoalQuery, GoalRow};
use partner::queries::history::{HistoryQuery, HistoryRow};
use partner::queries::paging::{Cursor, Listing, Page, Query, RowKey};
use partner::queries::pasted::paste_into;
use partner::queries::requests::RequestQuery;
use partner::queries::syncs::SyncQuery;
use partner::queries::xpo_accounts::{XpoAccountQuery, XpoAccountRow};
use partner::store::interrupt::Interrupt;
use partner::tables::allocations::export::AllocationScope;
use partner::tables::file::Format;
use serde::{Deserialize, Serialize};
use services::outbox::AccountRequest;
use services::problem::Problem;
use services::sync::Activity;
use specta::Type;
use tauri::AppHandle;

use super::App;
use crate::app::background::in_book;
use crate::app::exports::{self, Target};
use crate::app::list_reads::ListTurn;
use crate::app::state::State;

macro_rules! lists {
    ($($list:ident: $query:ty => $row:ty, $id:ty $(as $ts:ty)?, $file:literal;)*) => {
        /// A query of one of the lists.
        #[derive(Debug, Clone, Deserialize, Type)]
        #[serde(tag = "list", rename_all = "snake_case")]
        pub enum ListQuery { $($list { query: $query },)* }

        /// A row of the requested list.
        #[derive(Debug, Clone, Serialize, Type)]
        #[serde(untagged)]
        pub enum ListRow { $($list(Box<$row>),)* }

        /// The ids of the requested list.
        #[derive(Debug, Clone, Serialize, Type)]
        #[serde(untagged)]
        pub enum ListIds { $($list($(#[specta(type = Vec<$ts>)])? Vec<$id>),)* }

        /// What to export of a list: everything the query finds or, with `only`, the rows of these ids.
        #[derive(Debug, Clone, Deserialize, Type)]
        #[serde(tag = "list", rename_all = "snake_case")]
        pub enum ListExport {
            $($list {
                query: $query,
                #[serde(default)]
                $(#[specta(type = Option<Vec<$ts>>)])?
                only: Option<Vec<$id>>,
            },)*
        }

        impl ListQuery {
            fn list(&self, book: &Book, interrupt: &Interrupt) -> partner::Result<Listing<ListRow>> {
                match self {
                    $(ListQuery::$list { query } => {
                        Ok(book.list_until(interrupt, query)?.map(|row| ListRow::$list(Box::new(row.into()))))
                    })*
                }
            }

            fn page(&self, book: &Book, interrupt: &Interrupt, cursor: &Cursor) -> partner::Result<Page<ListRow>> {
                match self {
                    $(ListQuery::$list { query } => {
                        Ok(book.page_until(interrupt, query, cursor)?.map(|row| ListRow::$list(Box::new(row.into()))))
                    })*
                }
            }

            fn page_keys(&self, book: &Book, interrupt: &Interrupt) -> partner::Result<Vec<RowKey>> {
                match self {
                    $(ListQuery::$list { query } => book.page_keys_until(interrupt, query),)*
                }
            }

            fn paste(&self, book: &Book, text: &str) -> partner::Result<String> {
                match self {
                    $(ListQuery::$list { query } => {
                        book.paste(text, |search| {
                            let mut query = query.clone();
                            search.clone_into(&mut query.search);
                            query
                        })
                    })*
                }
            }

            fn ids(&self, book: &Book) -> partner::Result<ListIds> {
                match self {
                    $(ListQuery::$list { query } => Ok(ListIds::$list(book.ids(query)?)),)*
                }
            }
        }

        impl ListExport {
            /// For the name of the file.
            fn title(&self) -> &'static str {
                match self { $(ListExport::$list { .. } => $file,)* }
            }

            fn write(&self, book: &Book, path: &Path, format: Format, progress: &mut Progress<'_>) -> partner::Result<u64> {
                match self {
                    $(ListExport::$list { query, only } => {
                        book.export_list(query, only.as_deref(), path, format, progress)
                    })*
                }
            }
        }
    };
}

lists! {
    Accounts: AccountQuery => AccountRow, String, "tiktok-accounts";
    Campaigns: CampaignQuery => CampaignRow, CampaignId, "campaigns";
    AdGroups: AdGroupQuery => AdGroupRow, AdGroupKey, "ad-groups";
    Ads: AdQuery => AdRow, AdKey, "ads";
    Audiences: AudienceQuery => AudienceRow, AudienceKey, "audiences";
    XpoAccounts: XpoAccountQuery => XpoAccountRow, XpoAccountId, "xpo-accounts";
    Goals: GoalQuery => GoalRow, GoalId, "goals-and-tags";
    Requests: RequestQuery => AccountRequest, RequestId, "requests";
    Syncs: SyncQuery => Activity, i64 as u32, "sync-activity";
    History: HistoryQuery => HistoryRow, i64 as u32, "change-history";
    Edits: EditQuery => EntryEdit, String, "change";
}

impl ListExport {
    /// Returns whose allocations belong to the rows. `None` for a list that has none.
    pub fn allocations(&self, book: &Book) -> partner::Result<Option<AllocationScope>> {
        fn ids<Q: Query>(book: &Book, query: &Q, only: Option<&Vec<Q::Id>>) -> partner::Result<Vec<Q::Id>> {
            only.map_or_else(|| book.ids(query), |only| Ok(only.clone()))
        }
        Ok(Some(match self {
            ListExport::Accounts { query, only } => {
                AllocationScope::Accounts(ids(book, query, only.as_ref())?)
            }
            ListExport::XpoAccounts { query, only } => {
                AllocationScope::XpoAccounts(ids(book, query, only.as_ref())?)
            }
            ListExport::Campaigns { query, only } => {
                AllocationScope::Campaigns(ids(book, query, only.as_ref())?)
            }
            ListExport::Audiences { query, only } => {
                AllocationScope::Audiences(ids(book, query, only.as_ref())?)
            }
            _ => return Ok(None),
        }))
    }
}

/// Returns how many rows match, and the first page of them.
#[tauri::command]
#[specta::specta]
pub async fn list(state: App<'_>, query: ListQuery, turn: ListTurn) -> Result<Listing<ListRow>, Problem> {
    read(&state, turn, move |book, interrupt| query.list(book, interrupt)).await
}

/// Returns another page.
#[tauri::command]
#[specta::specta]
pub async fn list_page(
    state: App<'_>,
    query: ListQuery,
    cursor: Cursor,
    turn: ListTurn,
) -> Result<Page<ListRow>, Problem> {
    read(&state, turn, move |book, interrupt| query.page(book, interrupt, &cursor)).await
}

/// Returns the key of the first row of every page.
#[tauri::command]
#[specta::specta]
pub async fn list_keys(state: App<'_>, query: ListQuery, turn: ListTurn) -> Result<Vec<RowKey>, Problem> {
    read(&state, turn, move |book, interrupt| query.page_keys(book, interrupt)).await
}

/// Reads until a newer query of the same list is asked for.
async fn read<T: Send + 'static>(
    state: &State,
    turn: ListTurn,
    read: impl FnOnce(&Book, &Interrupt) -> partner::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    let running = state.list_reads.begin(turn);
    let interrupt = running.interrupt.clone();
    in_book(state, move |book| read(book, &interrupt)).await
}

/// Returns the ids of all rows that match.
#[tauri::command]
#[specta::specta]
pub async fn list_ids(state: App<'_>, query: ListQuery) -> Result<ListIds, Problem> {
    in_book(&state, move |book| query.ids(book)).await
}

/// Where a text is pasted: the search field of a list, or of one whose names and ids the window has.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "into", rename_all = "snake_case")]
pub enum PasteTarget {
    List { query: Box<ListQuery> },
    Known { texts: Vec<String> },
}

/// Returns the search text for a text that was pasted: one name or id per line, or the text itself if it is one.
#[tauri::command]
#[specta::specta]
pub async fn paste(state: App<'_>, text: String, target: PasteTarget) -> Result<String, Problem> {
    in_book(&state, move |book| match target {
        PasteTarget::List { query } => query.paste(book, &text),
        PasteTarget::Known { texts } => Ok(paste_into(&text, &texts)),
    })
    .await
}

/// Writes a list as a table into a file that the admin chooses, and returns its path.
#[tauri::command]
#[specta::specta]
pub async fn export_list(
    app: AppHandle,
    state: App<'_>,
    list: ListExport,
    format: Format,
) -> Result<Option<String>, Problem> {
    let title = list.title();
    let write = move |book: &Book, path: &Path, format, progress: &mut Progress<'_>| {
        list.write(book, path, format, progress).map(|_| path.to_owned())
    };
    exports::export(&app, &state, Target::File(title), format, write).await
}

/// Returns the values that a list of campaigns can be filtered by.
#[tauri::command]
#[specta::specta]
pub async fn campaign_facets(state: App<'_>, of: CampaignsOf) -> Result<CampaignFacets, Problem> {
    in_book(&state, move |book| book.campaign_facets(&of)).await
}

/// Returns the types that a list of audiences can be filtered by.
#[tauri::command]
#[specta::specta]
pub async fn audience_facets(state: App<'_>, of: AudiencesOf) -> Result<Vec<Facet>, Problem> {
    in_book(&state, move |book| book.audience_facets(&of)).await
}

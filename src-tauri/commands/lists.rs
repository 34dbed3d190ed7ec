//! Long lists: the total and first page, further pages by key, marks for a scroll bar, and all ids for "select all".

use partner::ids::{CampaignId, GoalId, XpoAccountId};
use partner::queries::ad_groups::{AdGroupQuery, AdGroupRow};
use partner::queries::ads::{AdQuery, AdRow};
use partner::queries::audiences::{AudienceKey, AudienceQuery, AudienceRow, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignRow, CampaignsOf};
use partner::queries::facets::{CampaignFacets, Facet};
use partner::queries::goals::{GoalQuery, GoalRow};
use partner::queries::history::{HistoryQuery, HistoryRow};
use partner::queries::paging::{Key, Listing, Page, Place};
use partner::queries::xpo_accounts::{XpoAccountQuery, XpoAccountRow};
use services::problem::Problem;

use super::App;
use crate::app::background::in_book;

macro_rules! lists {
    ($($what:literal: $query:ty => $row:ty; $list:ident, $page:ident, $marks:ident $(, $ids:ident: $id:ty)?;)*) => { $(
        #[doc = concat!("How many ", $what, " match, and the first of them.")]
        #[tauri::command]
        #[specta::specta]
        pub async fn $list(state: App<'_>, query: $query) -> Result<Listing<$row>, Problem> {
            in_book(&state, move |book| book.list(&query)).await
        }

        #[doc = concat!("Another page of ", $what, ".")]
        #[tauri::command]
        #[specta::specta]
        pub async fn $page(state: App<'_>, query: $query, place: Place) -> Result<Page<$row>, Problem> {
            in_book(&state, move |book| book.page(&query, &place)).await
        }

        #[doc = concat!("Where the pages of ", $what, " begin.")]
        #[tauri::command]
        #[specta::specta]
        pub async fn $marks(state: App<'_>, query: $query) -> Result<Vec<Key>, Problem> {
            in_book(&state, move |book| book.marks(&query)).await
        }

        $(
            #[doc = concat!("All ", $what, " that match, for \"select all\".")]
            #[tauri::command]
            #[specta::specta]
            pub async fn $ids(state: App<'_>, query: $query) -> Result<Vec<$id>, Problem> {
                in_book(&state, move |book| book.ids(&query)).await
            }
        )?
    )* };
}

lists! {
    "campaigns": CampaignQuery => CampaignRow;
        list_campaigns, page_of_campaigns, marks_of_campaigns, ids_of_campaigns: CampaignId;
    "audiences": AudienceQuery => AudienceRow;
        list_audiences, page_of_audiences, marks_of_audiences, ids_of_audiences: AudienceKey;
    "XPO accounts": XpoAccountQuery => XpoAccountRow;
        list_xpo_accounts, page_of_xpo_accounts, marks_of_xpo_accounts, ids_of_xpo_accounts: XpoAccountId;
    "conversion goals and remarketing tags": GoalQuery => GoalRow;
        list_goals, page_of_goals, marks_of_goals, ids_of_goals: GoalId;
    "ad groups": AdGroupQuery => AdGroupRow;
        list_ad_groups, page_of_ad_groups, marks_of_ad_groups;
    "ads": AdQuery => AdRow;
        list_ads, page_of_ads, marks_of_ads;
    "entries of the history": HistoryQuery => HistoryRow;
        list_history, page_of_history, marks_of_history;
}

/// What a list of campaigns can be filtered by.
#[tauri::command]
#[specta::specta]
pub async fn campaign_facets(state: App<'_>, of: CampaignsOf) -> Result<CampaignFacets, Problem> {
    in_book(&state, move |book| book.campaign_facets(&of)).await
}

/// The types that a list of audiences can be filtered by.
#[tauri::command]
#[specta::specta]
pub async fn audience_facets(state: App<'_>, of: AudiencesOf) -> Result<Vec<Facet>, Problem> {
    in_book(&state, move |book| book.audience_facets(&of)).await
}

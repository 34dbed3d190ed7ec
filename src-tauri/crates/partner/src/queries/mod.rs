//! What the screens ask for: lists, counts, search and the past.

pub mod account_page;
pub mod account_sync;
pub mod accounts;
pub mod ad_groups;
pub mod ads;
pub mod allocation_tree;
pub mod as_of;
pub mod audiences;
pub mod campaigns;
pub mod facets;
pub mod goals;
pub mod history;
pub mod overview;
pub mod paging;
pub mod requests;
pub mod search;
pub mod statistics;
pub mod syncs;
pub mod xpo_accounts;

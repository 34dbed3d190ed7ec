//! Queries for screens: lists, counts, search and earlier states. The functions fail only when the file cannot be read.
//!
//! In all queries, empty filters match everything, a search matches rows that contain each of its words
//! or, where it is a list ([`pasted`]), rows whose id or name is one of its terms, and times are
//! milliseconds since 1970, UTC. Names and other texts from TikTok are untrusted.

pub mod account_page;
pub mod account_sync;
pub mod accounts;
pub mod ad_groups;
pub mod ads;
pub mod allocation_tree;
pub mod as_of;
pub mod audiences;
pub mod campaigns;
pub mod edits;
pub mod facets;
pub mod goals;
pub mod history;
pub mod overview;
pub mod paging;
pub mod pasted;
pub mod pasted_search;
pub mod requests;
pub mod search;
pub mod statistics;
pub mod syncs;
pub mod xpo_accounts;

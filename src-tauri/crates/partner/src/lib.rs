//! One partner's book: its SQLite file, its rules and its queries.
//!
//! Knows no network and no window. What TikTok says arrives through [`Book::record_import`] and its neighbours; what the
//! admins decide goes through one door, [`Book::commit`]; the screens read through the queries of [`Book`].
//!
//! * [`folder`] finds the partners' files and makes new ones; [`mod@file`] opens one: lock, checks, backup, migrations.
//!   `mark` knows of an unclean end, `log` and `health` check a log and a whole file, [`care`] copies it and puts copies back.
//! * Tables: [`directory_csv`] reads XPO accounts and advertisers, [`export`] writes everything, [`list_export`] any list.
//! * Facts: [`users`], [`accounts`], [`campaigns`], [`ad_groups`], [`ads`] and [`audiences`] each own their rows; [`facts`]
//!   is the door that writes them. [`jobs`] are the syncs: `job_queue` says which is next, `job_work` what one writes.
//! * Decisions: a [`change::Change`] is planned and written by `door`, which asks `rules`; every decision is a value in a
//!   `slot`; [`outcome`] says what it comes to. [`history`] reads what was decided.
//! * [`request`] is what is asked of Knorex, [`request_choices`] what it can be, [`request_list`] lists it; [`outbox`] has the
//!   mails of it, [`mail_settings`] how they leave.
//! * Lists: [`list`] pages and counts; [`account_list`], [`campaign_list`], [`ad_group_list`], [`ad_list`],
//!   [`audience_list`], [`xpo_list`], [`goal_list`] and [`history`] say what is listed; [`account_page`] is one ad account's
//!   own; [`facets`] are what a list can be filtered by; [`tree`] is what the dialogs pick from. [`find`] searches everything,
//!   [`as_of`] reads the past, [`overview`] counts.

pub mod account_list;
pub mod account_page;
pub mod account_sync;
pub mod accounts;
pub mod ad_group_list;
pub mod ad_groups;
pub mod ad_list;
pub mod ads;
pub mod app;
pub mod as_of;
pub mod audience_list;
pub mod audiences;
mod book;
pub mod campaign_list;
pub mod campaigns;
pub mod care;
pub mod change;
pub mod details;
pub mod directory_csv;
mod directory_known;
mod door;
mod error;
pub mod export;
pub mod facets;
pub mod facts;
pub mod figures;
pub mod file;
pub mod find;
pub mod folder;
pub mod goal_list;
mod health;
pub mod history;
pub mod ids;
mod job_queue;
mod job_work;
pub mod jobs;
pub mod list;
pub mod list_export;
mod list_tables;
mod log;
pub mod mail_settings;
mod mark;
pub mod name;
pub mod outbox;
pub mod outcome;
pub mod overview;
mod plan;
pub mod request;
pub mod request_choices;
pub mod request_list;
mod rest;
mod rules;
mod slot;
pub mod status;
pub mod sync_list;
pub mod sync_settings;
pub mod table_file;
mod table_text;
mod text;
pub mod tree;
pub mod users;
pub mod xpo_list;

pub use book::{Book, Partner};
pub use error::Error;
pub use folder::{Folder, PartnerFile};
pub use mark::Past;
pub use slot::SlotKind;
pub use text::fold;

/// What every function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

//! One partner's book: its SQLite file, its rules and its queries.
//!
//! Knows no network and no window. What TikTok says arrives through [`Book::record_import`]
//! and its neighbours; the screens read through the queries of [`Book`].
//!
//! * [`folder`] finds the partners' files and makes new ones.
//! * [`file`] opens one: lock, checks, backup, migrations.
//! * [`app`], [`users`] and [`accounts`] each own their rows; [`account_list`] reads them for the screen.

pub mod account_list;
pub mod accounts;
pub mod app;
mod book;
mod error;
pub mod file;
pub mod folder;
pub mod name;
pub mod status;
mod text;
pub mod users;

pub use book::{Book, Partner};
pub use error::Error;
pub use folder::{Folder, PartnerFile};
pub use text::fold;

/// What every function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;

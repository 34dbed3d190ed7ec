//! One partner's SQLite file: finding, creating, opening, checking, copying and closing it.

pub mod backup;
mod backup_names;
pub(crate) mod book;
pub(crate) mod connection;
mod copy;
mod inspect;
mod integrity;
pub mod interrupt;
pub mod library;
mod lock;
pub mod manage;
mod open;
pub mod paths;
pub mod permissions;
pub(crate) mod recovery;
mod revision;
mod session_marker;
mod unsent_mails;
mod wal;

//! The commands that the window may call: one file per screen, a few lines per handler.

pub mod accounts;
pub mod allocation_files;
pub mod decisions;
pub mod files;
pub mod help;
pub mod history;
pub mod import;
pub mod lists;
pub mod mail;
pub mod overview;
pub mod partners;
pub mod preferences;
pub mod proxy;
pub mod requests;
pub mod secrets;
pub mod settings;
pub mod suggestions;
pub mod sync;
pub mod views;
pub mod xpo;

use crate::app::state::State;

/// The state as handlers receive it.
type App<'a> = tauri::State<'a, State>;

#![doc = include_str!("../README.md")]

mod api;
mod clock;
mod control;
mod core;
mod data;
mod envelope;
mod faults;
mod inventory;
mod ledger;
mod limits;
mod log;
mod portal;
mod sandbox;
mod server;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use crate::core::{BadId, Behaviour, OnCancel};
pub use faults::{Chaos, Fault, Forever, Mangle, Times, error_codes};
pub use inventory::{Change, ChangeError, Changed, Fact, Kind, Sizes, Truth};
pub use ledger::StateError;
pub use limits::{Quota, Tier};
pub use log::Entry;
pub use portal::{Action, Consent, GrantWish, Plan, Via};
pub use sandbox::{DEFAULT_REDIRECT_URLS, MOST_ACCOUNTS, Options, Sandbox, StartError, UserInfo};

/// Locks; what a panicking test left behind is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#![doc = include_str!("../README.md")]
// Without the feature, nothing steers the sandbox.
#![cfg_attr(not(feature = "control"), allow(dead_code))]

mod api;
mod behaviour;
mod clock;
mod connection;
#[cfg(feature = "control")]
mod control;
mod endpoint;
mod envelope;
#[cfg(feature = "control")]
mod faults;
mod grants;
#[cfg(feature = "control")]
mod injection;
mod inventory;
mod limits;
mod mutex;
mod options;
mod portal;
mod request_log;
mod sandbox;
mod seed_data;
mod server;
mod sign_in_script;
mod state;
mod times;
#[cfg(feature = "control")]
mod tls;

#[cfg(feature = "control")]
pub use faults::{Chaos, Fault, Mangle, Refusal, error_codes};
pub use grants::StateError;
pub use inventory::{Change, ChangeError, ChangeResult, ObjectKind, Sizes, Snapshot, SnapshotObject};
pub use limits::Tier;
pub use options::{Options, StartError};
pub use request_log::LogEntry;
pub use sandbox::{Sandbox, UserInfo};
pub use sign_in_script::{Action, GrantSelection, SignInScript, Via};
pub use times::Times;

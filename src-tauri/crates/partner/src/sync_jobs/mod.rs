//! Sync jobs: their queue and their progress. Functions without another error fail only when the file cannot be read or
//! written.

pub mod job;
pub(crate) mod progress;
pub(crate) mod queue;
pub mod settings;

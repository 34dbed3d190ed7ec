//! Sync jobs as rows: which one is next, and how far each has got.

pub mod job;
pub(crate) mod progress;
pub(crate) mod queue;
pub mod settings;

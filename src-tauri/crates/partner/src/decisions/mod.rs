//! What admins decide. Every decision is a change; the change history records each of them.

pub mod change;
pub(crate) mod commit;
pub(crate) mod decision;
pub mod outcome;
pub(crate) mod plan;
pub(crate) mod rules;
pub(crate) mod unblocked;

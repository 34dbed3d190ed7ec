//! Log files, and the report for support that is made from them.

pub mod logs;
pub mod support_report;

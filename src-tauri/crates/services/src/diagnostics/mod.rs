//! Log files, and the support report that includes them.

pub mod logs;
pub mod support_report;

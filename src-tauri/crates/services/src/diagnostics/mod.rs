//! Log files, and the support report that includes them.

mod fonts;
pub mod logs;
pub mod support_report;

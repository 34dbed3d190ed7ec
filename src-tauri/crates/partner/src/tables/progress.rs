//! How exports report their progress.

use std::ops::ControlFlow;

/// Is called with the number of rows written, and may cancel.
pub type Progress<'a> = dyn FnMut(u64) -> ControlFlow<()> + Send + 'a;

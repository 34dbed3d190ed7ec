//! How long work reports its progress.

use std::ops::ControlFlow;

/// Is called with the number of rows or decisions so far, and may cancel.
pub type Progress<'a> = dyn FnMut(u64) -> ControlFlow<()> + Send + 'a;

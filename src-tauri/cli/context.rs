//! What a command works on.

use std::ops::ControlFlow;
use std::sync::Arc;

use partner::decisions::Outcome;
use partner::grouped;
use tokio_util::sync::CancellationToken;

use crate::app::open_partner::OpenPartner;
use crate::events::Topic;

pub struct Context<'a> {
    pub open: &'a Arc<OpenPartner>,
    pub cancelled: &'a CancellationToken,
    /// Is called with what the screens have to read again.
    pub changed: &'a (dyn Fn(Vec<Topic>) + Send + Sync),
    /// Is called with a short line that says how much of the command is done.
    pub progress: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Context<'_> {
    /// Shows how much of `what` long work has done, and tells it to stop once the command is cancelled or the partner is being
    /// closed.
    pub fn report(&self, what: &'static str) -> impl FnMut(u64) -> ControlFlow<()> + Send + use<> {
        let (open, cancelled) = (Arc::clone(self.open), self.cancelled.clone());
        let progress = Arc::clone(&self.progress);
        move |count| {
            progress(&format!("{what}: {}.", grouped(count)));
            if cancelled.is_cancelled() { ControlFlow::Break(()) } else { open.continue_unless_closing() }
        }
    }

    /// Makes the screens show a change.
    pub fn saved(&self, outcome: &Outcome) {
        if outcome.entry.is_some() {
            (self.changed)(vec![Topic::Decisions, Topic::Requests]);
        }
    }
}

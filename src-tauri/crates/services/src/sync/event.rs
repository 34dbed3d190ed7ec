//! The events that syncs emit. Every event is sent after the commit that it describes.

use std::sync::Arc;

use partner::facts::users::TiktokUser;
use partner::named::Named;
use partner::queries::syncs::SyncRow;
use partner::sync_jobs::job::{Job, WaitsFor};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::Problem;

/// Whether TikTok can be reached, as of the last check, which is at most a minute old.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Reachability {
    /// No check has ended yet.
    Checking,
    /// The settings of the TikTok app are missing or invalid.
    NotSetUp,
    /// TikTok responded.
    Online,
    Unreachable(NoConnection),
}

/// Why TikTok cannot be reached, and what the jobs wait for.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NoConnection {
    pub waits_for: WaitsFor,
    pub problem: Problem,
}

/// Receives the events of the syncs. It is called from any thread and must not block.
pub type Observer = Arc<dyn Fn(SyncEvent) + Send + Sync>;

/// A sync job as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Activity {
    #[serde(flatten)]
    pub job: Job,
    pub account: Named,
    /// Why the job waits or failed, or what a partly done job could not read.
    pub problem: Option<Problem>,
}

impl From<SyncRow> for Activity {
    fn from(SyncRow { job, account }: SyncRow) -> Self {
        let problem = job.shown_problem().map(Problem::from);
        Activity { job, account, problem }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum SyncEvent {
    /// Jobs started, progressed, paused or ended. Sent a few times a second, with each job once.
    Updated { syncs: Vec<Activity> },
    /// Facts were written. `accounts` is set when they include an ad account's own details or who can access it.
    FactsWritten { accounts: bool },
    /// A job ended: done, failed or cancelled. Not sent for a job that a new one replaces. `left` jobs are running, or queued
    /// and not waiting for anything.
    Ended { sync: Box<Activity>, left: u32 },
    /// TikTok rejects the user's token, so the user has to sign in again.
    SignInRequired { user: TiktokUser },
    /// TikTok became reachable or unreachable.
    Reachability(Reachability),
    /// No job can start, for this reason, or jobs start again.
    Stalled(Option<Problem>),
}

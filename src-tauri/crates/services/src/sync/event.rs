//! What the syncs tell while they run: at most a few times a second, and always after the commit.

use partner::facts::record::FactKind;
use partner::facts::users::TiktokUser;
use partner::ids::AdAccountId;
use partner::named::Named;
use partner::queries::syncs::SyncRow;
use partner::sync_jobs::job::Job;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::Problem;

/// A sync as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Activity {
    /// The job.
    #[serde(flatten)]
    pub job: Job,
    /// The TikTok ad account that it is about.
    pub account: Named,
    /// Why it waits, failed, or is or will be done only in part.
    pub problem: Option<Problem>,
}

impl From<SyncRow> for Activity {
    fn from(SyncRow { job, account }: SyncRow) -> Self {
        let problem = job.problem.as_ref().or(job.incomplete.as_ref()).map(Problem::from);
        Activity { job, account, problem }
    }
}

/// What the syncs tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "event", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum SyncEvent {
    /// These jobs began, got on, wait, or ended: as they are now.
    Moved {
        /// Each once.
        syncs: Vec<Activity>,
    },
    /// Something was written about these ad accounts.
    Written {
        /// Which.
        accounts: Vec<AdAccountId>,
        /// Which of what they hold.
        kinds: Vec<FactKind>,
        /// Whether any of their own details, or of who reaches them, changed.
        details: bool,
    },
    /// A job ended, in whatever way: for notices.
    Ended {
        /// As it is now.
        sync: Box<Activity>,
    },
    /// TikTok refuses a TikTok user's log-in: the user has to log in again.
    LogInNeeded {
        /// Who.
        user: TiktokUser,
    },
    /// TikTok can be reached again, or not any more.
    Online {
        /// Whether it can.
        online: bool,
    },
}

//! Syncs as rows: a job is written down before it is work, and again after each page, so that it goes on where it was
//! after a crash (R26–R30, A15, A17). Facts only: nothing here knows of a decision.

use rusqlite::Row;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::change::words;
use crate::ids::AdAccountId;

words! {
    /// What is synced.
    JobKind {
        /// The ad account's details, campaigns, ad groups and ads (R19, A15).
        Account = "account", "Sync Account"
        /// Campaigns and ad groups (R26–R29).
        Campaigns = "campaigns", "Sync Campaigns"
        /// Audiences (R30).
        Audiences = "audiences", "Sync Audiences"
    }
    /// How far a job is.
    JobState {
        /// Not begun, or waiting to go on.
        Queued = "queued", "Queued"
        /// Being worked on.
        Running = "running", "Running"
        /// To the end, with everything.
        Done = "done", "Done"
        /// To the end, but not everything could be read.
        PartlyDone = "partly_done", "Partly done"
        /// Given up, with a reason.
        Failed = "failed", "Failed"
        /// Given up by the admin.
        Cancelled = "cancelled", "Cancelled"
    }
    /// What a queued job waits for (A17).
    WaitsFor {
        /// TikTok cannot be reached.
        Network = "network", "Offline"
        /// TikTok's limit of calls is used up.
        Quota = "quota", "TikTok's limit"
        /// A TikTok user who reaches the ad account has to log in.
        LogIn = "log_in", "Log-in"
    }
}

/// A job as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its number; later ones are higher.
    #[specta(type = f64)]
    pub id: i64,
    /// What is synced.
    pub kind: JobKind,
    /// The TikTok ad account.
    pub ad_account: AdAccountId,
    /// Asked for by the schedule, not by the admin.
    pub automatic: bool,
    /// How far it is.
    pub state: JobState,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// Until when it waits; this and all times in milliseconds since 1970, UTC.
    #[specta(type = Option<f64>)]
    pub wait_until: Option<i64>,
    /// When it was asked for.
    #[specta(type = f64)]
    pub requested_at: i64,
    /// When it should be done (A17).
    #[specta(type = f64)]
    pub due_at: i64,
    /// When work began.
    #[specta(type = Option<f64>)]
    pub started_at: Option<i64>,
    /// When it ended.
    #[specta(type = Option<f64>)]
    pub ended_at: Option<i64>,
    /// How many steps are done.
    pub step: u32,
    /// Where the step's listing goes on, in the words of who reads it.
    #[serde(skip)]
    pub position: Option<String>,
    /// Objects read, of all steps.
    pub done: u32,
    /// Objects there are, as far as TikTok has told.
    pub of: u32,
    /// What came of it.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why it waits or failed: JSON in the words of who works on it.
    #[serde(skip)]
    pub problem: Option<String>,
    /// How often it tried in vain since it last got on.
    #[serde(skip)]
    pub attempts: u32,
    /// How many of the steps that are done brought nothing.
    #[serde(skip)]
    pub left_out: u32,
    /// Why it is or will be done only in part: JSON, as `problem`.
    #[serde(skip)]
    pub lacks: Option<String>,
}

/// What a sync changed in the book.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Counts {
    /// New objects.
    pub added: u32,
    /// Objects with something new about them.
    pub changed: u32,
    /// Objects exactly as before.
    pub unchanged: u32,
    /// Objects newly marked as deleted on TikTok.
    pub gone: u32,
    /// Objects that could not be read.
    pub unreadable: u32,
}

/// What asking for syncs came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Requested {
    /// New jobs.
    pub queued: Vec<Job>,
    /// Jobs that were under way already.
    pub running: Vec<Job>,
}

/// Where a job is after a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Where the listing goes on: JSON.
    pub position: String,
    /// Objects read, of all steps.
    pub done: u32,
    /// Objects there are, as far as TikTok has told.
    pub of: u32,
    /// Rows of the page that could not be read.
    pub unreadable: u32,
    /// Ids of those of them that have one: they are there all the same.
    pub unreadable_ids: Vec<String>,
    /// Which of the listing's parts the page is of.
    pub part: u32,
    /// The part begins with it, or anew: what earlier pages of it had counts no longer.
    pub first: bool,
}

pub(crate) const COLUMNS: &str =
    "id, kind, account_id, automatic, state, waits_for, wait_until, requested_at, due_at, started_at,
    ended_at, step, position, done, of, added, changed, unchanged, gone, unreadable, problem,
    attempts, left_out, lacks";

pub(crate) fn job(row: &Row<'_>) -> rusqlite::Result<Job> {
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        ad_account: row.get(2)?,
        automatic: row.get(3)?,
        state: row.get(4)?,
        waits_for: row.get(5)?,
        wait_until: row.get(6)?,
        requested_at: row.get(7)?,
        due_at: row.get(8)?,
        started_at: row.get(9)?,
        ended_at: row.get(10)?,
        step: row.get(11)?,
        position: row.get(12)?,
        done: row.get(13)?,
        of: row.get(14)?,
        counts: Counts {
            added: row.get(15)?,
            changed: row.get(16)?,
            unchanged: row.get(17)?,
            gone: row.get(18)?,
            unreadable: row.get(19)?,
        },
        problem: row.get(20)?,
        attempts: row.get(21)?,
        left_out: row.get(22)?,
        lacks: row.get(23)?,
    })
}

//! Sync jobs. The book stores a job before it runs and after each page, so that it continues there after a crash
//! (R26–R30, A15, A17).

use rusqlite::Row;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::AdAccountId;
use crate::json_column;
use crate::stored_problem::StoredProblem;
use crate::text_enum::text_enum;

text_enum! {
    JobKind {
        /// The ad account's details, campaigns, ad groups and ads (R19, A15).
        Account = "account", "Sync Account"
        /// Campaigns and ad groups (R26–R29).
        Campaigns = "campaigns", "Sync Campaigns"
        /// Audiences (R30).
        Audiences = "audiences", "Sync Audiences"
    }
    JobState {
        /// Not started yet, or waiting to continue.
        Queued = "queued", "Queued"
        Running = "running", "Syncing"
        Done = "done", "Done"
        /// Finished, but not everything could be read.
        PartlyDone = "partly_done", "Partly done"
        Failed = "failed", "Failed"
        Cancelled = "cancelled", "Cancelled"
    }
    /// What a queued job waits for (A17).
    WaitsFor {
        Network = "network", "waits for the network"
        /// A certificate that this computer trusts, from TikTok or from the proxy.
        Certificate = "certificate", "waits for a trusted certificate"
        /// The right date on this computer.
        Clock = "clock", "waits for the right date"
        /// A proxy that lets the connection pass.
        Proxy = "proxy", "waits for the proxy"
        /// TikTok's rate limit or daily quota.
        Quota = "quota", "waits for TikTok's rate limit"
        /// TikTok's maintenance.
        Maintenance = "maintenance", "waits during TikTok's maintenance"
        /// A TikTok user with access to the ad account has to sign in.
        SignIn = "sign_in", "paused: sign in again"
        /// The keychain or the encrypted file has to be unlocked.
        Secrets = "secrets", "paused: unlock secure storage"
        /// The TikTok app has to be set up.
        App = "app", "paused: set up the TikTok app"
    }
}

impl WaitsFor {
    /// Whether TikTok cannot be reached, which concerns all jobs alike.
    pub fn is_connection(self) -> bool {
        matches!(self, WaitsFor::Network | WaitsFor::Certificate | WaitsFor::Clock | WaitsFor::Proxy)
    }
}

/// All times are milliseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Later jobs have higher ids.
    #[specta(type = f64)]
    pub id: i64,
    pub kind: JobKind,
    pub ad_account: AdAccountId,
    /// Requested by the schedule instead of an admin.
    pub automatic: bool,
    pub state: JobState,
    pub waits_for: Option<WaitsFor>,
    #[specta(type = Option<f64>)]
    pub wait_until: Option<i64>,
    #[specta(type = f64)]
    pub requested_at: i64,
    #[specta(type = f64)]
    pub due_at: i64,
    #[specta(type = Option<f64>)]
    pub started_at: Option<i64>,
    #[specta(type = Option<f64>)]
    pub ended_at: Option<i64>,
    /// The number of steps that are finished.
    #[serde(skip)]
    pub step: u32,
    /// Whether everything but the pictures and videos of the ads has been read: the job is no longer due, and other jobs go
    /// before it.
    pub only_media_left: bool,
    /// Where the current step continues. `None` at its start.
    #[serde(skip)]
    pub cursor: Option<StepCursor>,
    /// Objects read in all steps.
    pub done: u32,
    /// Objects to read in all steps, as far as TikTok has reported.
    pub total: u32,
    #[serde(flatten)]
    pub counts: Counts,
    /// Why the job waits or failed.
    #[serde(skip)]
    pub problem: Option<StoredProblem>,
    /// Failed attempts since the job last made progress.
    #[serde(skip)]
    pub attempts: u32,
    /// The number of finished steps that were skipped.
    #[serde(skip)]
    pub skipped_steps: u32,
    /// Why the job is, or will be, only partly done: the first skipped step or incomplete list.
    #[serde(skip)]
    pub incomplete: Option<StoredProblem>,
}

impl Job {
    /// Returns the problem that screens show: why the job waits or failed, or else why it is incomplete.
    pub fn shown_problem(&self) -> Option<&StoredProblem> {
        self.problem.as_ref().or(self.incomplete.as_ref())
    }
}

/// Where a step of a job continues.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum StepCursor {
    List {
        /// Objects that the steps before this one read.
        done_before: u32,
        checkpoint: ListCheckpoint,
    },
    Media {
        /// The images or videos of this ad and of those before it have been requested.
        last_ad: String,
        /// Whether TikTok had all of them.
        all_found: bool,
    },
}

/// Where a list of TikTok's continues. The content belongs to the TikTok client; the book only stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListCheckpoint(serde_json::Value);

impl ListCheckpoint {
    pub fn new(checkpoint: &impl Serialize) -> ListCheckpoint {
        ListCheckpoint(serde_json::to_value(checkpoint).unwrap_or_default())
    }

    /// Returns the checkpoint, or `None` when it has another form, for example from another version; the list then starts
    /// over.
    pub fn get<T: DeserializeOwned>(&self) -> Option<T> {
        T::deserialize(&self.0).ok()
    }
}

/// What a sync changed, in objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Counts {
    pub added: u32,
    pub changed: u32,
    pub unchanged: u32,
    /// Newly marked as deleted on TikTok.
    pub deleted: u32,
    pub unreadable: u32,
}

/// The result of requesting syncs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Requested {
    /// New jobs.
    pub queued: Vec<Job>,
    /// Unfinished jobs of the same kind, which were not requested again.
    pub running: Vec<Job>,
    /// Jobs that had only media left, and ended because a new one reads everything again.
    #[serde(skip)]
    pub replaced: Vec<i64>,
}

/// The progress of a job after a page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageProgress {
    pub cursor: StepCursor,
    /// See [`Job`].
    pub done: u32,
    /// See [`Job`].
    pub total: u32,
    /// Rows of the page that could not be read.
    pub unreadable: u32,
    /// The ids of the unreadable rows that have one. Their objects are not deleted.
    pub unreadable_ids: Vec<String>,
    /// Index of the query that the page belongs to. A list consists of one or more.
    pub query: u32,
    /// The page starts or restarts its query, so earlier pages of the query no longer count.
    pub is_first: bool,
}

pub(crate) const COLUMNS: &str =
    "id, kind, account_id, automatic, state, waits_for, wait_until, requested_at, due_at, started_at,
    ended_at, step, cursor, done, total, added, changed, unchanged, deleted, unreadable, problem,
    attempts, skipped_steps, incomplete, only_media_left";

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
        only_media_left: row.get(24)?,
        cursor: json_column::read(row, 12)?,
        done: row.get(13)?,
        total: row.get(14)?,
        counts: Counts {
            added: row.get(15)?,
            changed: row.get(16)?,
            unchanged: row.get(17)?,
            deleted: row.get(18)?,
            unreadable: row.get(19)?,
        },
        problem: json_column::read(row, 20)?,
        attempts: row.get(21)?,
        skipped_steps: row.get(22)?,
        incomplete: json_column::read(row, 23)?,
    })
}

//! Requests syncs and waits for them.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use partner::grouped;
use partner::sync_jobs::job::{Job, JobKind, JobState, WaitsFor};
use serde_json::json;
use services::problem::Problem;

use super::answer::{Answer, Exit};
use super::args::{Sync, SyncKind};
use super::context::Context;
use super::find::{self, in_book};
use crate::events::Topic;

const INTERVAL: Duration = Duration::from_millis(200);

/// How long a connection may be missing, for example until a computer that was just woken up has joined its network, or the
/// scheduler be stalled, such as by a full disk. It probes TikTok five times meanwhile.
const STUCK_TIMEOUT: Duration = Duration::from_secs(120);

pub async fn run(on: &Context<'_>, Sync { kind, accounts, wait }: Sync) -> Result<Answer, Answer> {
    let open = on.open;
    let (accounts, left_out) = in_book(open, move |book| {
        if accounts.is_empty() {
            let accessible = find::accessible_accounts(book)?;
            let left_out = find::all_accounts(book)?.len() - accessible.len();
            return Ok((accessible, left_out));
        }
        let named: Result<Vec<_>, Answer> =
            accounts.iter().map(|account| find::account(book, account)).collect();
        Ok((named?, 0))
    })
    .await?;
    if accounts.is_empty() {
        return Err(Answer::usage(match left_out {
            0 => "There is no TikTok ad account to sync. Import them in XPO Admin first.",
            _ => {
                "No TikTok user has access to any of the TikTok ad accounts. Sign in again in XPO Admin first."
            }
        }));
    }
    let kind = match kind {
        SyncKind::Account => JobKind::Account,
        SyncKind::Campaigns => JobKind::Campaigns,
        SyncKind::Audiences => JobKind::Audiences,
    };
    let requested = match open.syncs() {
        Ok(syncs) => syncs.request(kind, accounts).await?,
        // Without a window and without --wait nothing syncs before the next opening.
        Err(_) => {
            in_book(open, move |book| Ok(book.request_syncs(kind, &accounts, false, Timestamp::now())?))
                .await?
        }
    };
    (on.changed)(vec![Topic::Jobs]);
    let jobs: Vec<i64> = requested.queued.iter().chain(&requested.running).map(|job| job.id).collect();
    if !wait {
        let when = if open.syncs().is_ok() {
            "They run in XPO Admin's window."
        } else {
            "They run when XPO Admin opens, or with sync --wait."
        };
        let mut lines = vec![format!("Syncs requested: {}. {when}", grouped(jobs.len()))];
        lines.extend(left_out_line(left_out));
        return Ok(Answer::new(Exit::Done, lines, json!({ "requested": jobs.len(), "leftOut": left_out })));
    }
    let mut waits = Waits::default();
    loop {
        let Ok(syncs) = open.syncs() else { return Err(cancelled()) };
        let ids = jobs.clone();
        let jobs = in_book(open, move |book| {
            let jobs = ids.iter().map(|id| book.job(*id)).collect::<partner::Result<Vec<_>>>()?;
            Ok(jobs.into_iter().flatten().collect::<Vec<_>>())
        })
        .await?;
        (on.progress)(&progress(&jobs));
        let stall = syncs.stall();
        if waits.are_over(&jobs, stall.is_some(), Instant::now()) {
            let can_start = |job: &Job| job.ended_at.is_none() && job.waits_for.is_none();
            let stall = stall.filter(|_| jobs.iter().any(can_start));
            return stall.map_or_else(|| Ok(ended(&jobs, left_out)), |problem| Err(problem.into()));
        }
        if on.cancelled.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_none() {
            return Err(cancelled());
        }
    }
}

fn progress(jobs: &[Job]) -> String {
    let ended = jobs.iter().filter(|job| job.ended_at.is_some()).count();
    let sum = |of: fn(&Job) -> u32| jobs.iter().map(|job| u64::from(of(job))).sum::<u64>();
    let (done, total) = (sum(|job| job.done), sum(|job| job.total));
    let (ended, all) = (grouped(ended), grouped(jobs.len()));
    format!("Syncs ended: {ended} of {all}. Objects read: {} of {}.", grouped(done), grouped(total))
}

fn cancelled() -> Answer {
    let text = "Cancelled. Syncs that have not ended continue in XPO Admin's window, or with sync --wait.";
    Answer::refused(Exit::Cancelled, text)
}

/// Decides when there is nothing left to wait for.
#[derive(Default)]
struct Waits {
    /// Since when a connection has been missing, or the scheduler stalled.
    stuck_since: Option<Instant>,
}

impl Waits {
    /// Whether all jobs have ended, or wait for something that may never come: nobody may be there to sign in.
    fn are_over(&mut self, jobs: &[Job], stalled: bool, now: Instant) -> bool {
        let stuck = stalled || jobs.iter().any(|job| job.waits_for.is_some_and(WaitsFor::is_connection));
        self.stuck_since = stuck.then(|| self.stuck_since.unwrap_or(now));
        let given_up = self.stuck_since.is_some_and(|since| now - since >= STUCK_TIMEOUT);
        let is_stuck = |waits_for| match waits_for {
            WaitsFor::Quota | WaitsFor::Maintenance => false,
            WaitsFor::Network | WaitsFor::Certificate | WaitsFor::Clock | WaitsFor::Proxy => given_up,
            WaitsFor::SignIn | WaitsFor::Secrets | WaitsFor::App => true,
        };
        let is_over =
            |job: &Job| job.ended_at.is_some() || stalled && given_up || job.waits_for.is_some_and(is_stuck);
        jobs.iter().all(is_over)
    }
}

fn left_out_line(left_out: usize) -> Option<String> {
    let accounts = if left_out == 1 { "TikTok ad account" } else { "TikTok ad accounts" };
    (left_out > 0)
        .then(|| format!("Left out: {} {accounts} that no TikTok user has access to.", grouped(left_out)))
}

fn ended(jobs: &[Job], left_out: usize) -> Answer {
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut lines = Vec::new();
    for job in jobs {
        let label = match job.waits_for {
            Some(waits_for) if job.ended_at.is_none() => waits_for.label(),
            _ => job.state.label(),
        };
        *counts.entry(label).or_default() += 1;
        if let Some(problem) = job.shown_problem().filter(|_| job.state != JobState::Done) {
            let words = Problem::from(problem);
            let text = words.code.words().text(words.subject.as_deref());
            lines.push(format!("- {}: {}. {text}", job.ad_account.0, words.code.words().title));
        }
    }
    let failed =
        |job: &Job| matches!(job.state, JobState::Failed | JobState::Cancelled) || job.ended_at.is_none();
    let exit = if jobs.iter().any(failed) {
        Exit::Failed
    } else if jobs.iter().any(|job| job.state == JobState::PartlyDone) {
        Exit::Partly
    } else {
        Exit::Done
    };
    let summary: Vec<_> =
        counts.iter().map(|(label, count)| format!("{} {}", grouped(*count), label.to_lowercase())).collect();
    lines.insert(0, format!("Syncs: {}.", summary.join(", ")));
    lines.extend(left_out_line(left_out));
    Answer::new(exit, lines, json!({ "syncs": jobs, "leftOut": left_out }))
}

#[cfg(test)]
mod tests {
    use partner::ids::AdAccountId;
    use partner::sync_jobs::job::Counts;

    use super::*;

    fn job(waits_for: Option<WaitsFor>) -> Job {
        Job {
            id: 1,
            kind: JobKind::Account,
            ad_account: AdAccountId("7002238017842700001".into()),
            automatic: false,
            state: JobState::Queued,
            waits_for,
            wait_until: None,
            requested_at: 0,
            due_at: 0,
            started_at: None,
            ended_at: None,
            step: 0,
            only_media_left: false,
            cursor: None,
            done: 0,
            total: 0,
            counts: Counts::default(),
            problem: None,
            attempts: 0,
            skipped_steps: 0,
            incomplete: None,
        }
    }

    #[test]
    fn a_connection_that_comes_back_in_time_is_waited_for() {
        let (mut waits, start) = (Waits::default(), Instant::now());
        let mut over = |waits_for, seconds| {
            waits.are_over(&[job(waits_for)], false, start + Duration::from_secs(seconds))
        };
        assert!(!over(Some(WaitsFor::Network), 0));
        assert!(!over(Some(WaitsFor::Certificate), 119), "a sign-in page of the network");
        assert!(!over(None, 120), "it is back");
        assert!(!over(Some(WaitsFor::Network), 121));
        assert!(!over(Some(WaitsFor::Network), 240));
        assert!(over(Some(WaitsFor::Network), 241));
        assert!(!over(Some(WaitsFor::Quota), 500));
        assert!(over(Some(WaitsFor::SignIn), 501));
    }

    #[test]
    fn syncs_that_cannot_start_are_not_waited_for_forever() {
        let (mut waits, start) = (Waits::default(), Instant::now());
        let mut over =
            |stalled, seconds| waits.are_over(&[job(None)], stalled, start + Duration::from_secs(seconds));
        assert!(!over(true, 0));
        assert!(!over(false, 120));
        assert!(!over(true, 121));
        assert!(over(true, 241));
    }
}

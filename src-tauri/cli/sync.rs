//! Requests syncs and waits for them.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use partner::sync_jobs::job::{Job, JobKind, JobState, WaitsFor};
use serde_json::json;
use services::problem::Problem;

use super::answer::{Answer, Exit};
use super::args::{Sync, SyncKind};
use super::context::Context;
use super::find::{self, in_book};
use crate::events::Topic;

const INTERVAL: Duration = Duration::from_millis(200);

pub async fn run(on: &Context<'_>, Sync { kind, accounts, wait }: Sync) -> Result<Answer, Answer> {
    let open = on.open;
    let accounts = in_book(open, move |book| {
        if accounts.is_empty() {
            return Ok(find::all_accounts(book)?);
        }
        accounts.iter().map(|account| find::account(book, account)).collect()
    })
    .await?;
    if accounts.is_empty() {
        return Err(Answer::usage("There is no TikTok ad account to sync. Import them in XPO Admin first."));
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
        let line = format!("Syncs requested: {}. {when}", jobs.len());
        return Ok(Answer::new(Exit::Done, vec![line], json!({ "requested": jobs.len() })));
    }
    loop {
        if open.syncs().is_err() {
            return Err(cancelled());
        }
        let ids = jobs.clone();
        let jobs = in_book(open, move |book| {
            let jobs = ids.iter().map(|id| book.job(*id)).collect::<partner::Result<Vec<_>>>()?;
            Ok(jobs.into_iter().flatten().collect::<Vec<_>>())
        })
        .await?;
        (on.progress)(&progress(&jobs));
        if jobs.iter().all(|job| job.ended_at.is_some() || is_stuck(job)) {
            return Ok(ended(&jobs));
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
    format!("Syncs ended: {ended} of {}. Objects read: {done} of {total}.", jobs.len())
}

fn cancelled() -> Answer {
    let text = "Cancelled. Syncs that have not ended continue in XPO Admin's window, or with sync --wait.";
    Answer::refused(Exit::Cancelled, text)
}

/// Whether a job waits for something that may never come: nobody may be there to sign in.
fn is_stuck(job: &Job) -> bool {
    job.waits_for.is_some_and(|waits_for| !matches!(waits_for, WaitsFor::Quota | WaitsFor::Maintenance))
}

fn ended(jobs: &[Job]) -> Answer {
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
        counts.iter().map(|(label, count)| format!("{count} {}", label.to_lowercase())).collect();
    lines.insert(0, format!("Syncs: {}.", summary.join(", ")));
    Answer::new(exit, lines, json!({ "syncs": jobs }))
}

//! Runs one job, step by step, and saves how it ended.

use partner::facts::media::MediaKind;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{Job, JobKind, JobState, WaitsFor};
use tiktok_business::Client;

use super::context::{Context, RunningJob, StepError};
use super::event::NoConnection;
use crate::problem::{Problem, ProblemCode};

pub enum JobOutcome {
    /// The job ended, waits or was cancelled.
    Finished,
    /// TikTok cannot be reached, so starting other jobs is useless.
    NoConnection(NoConnection),
    /// Secrets cannot be read. Every other job that needs them would prompt for the keychain's password again.
    NoSecrets(Problem),
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Details,
    Campaigns,
    AdGroups,
    Ads,
    Images,
    Videos,
    Audiences,
}

fn steps(kind: JobKind) -> &'static [Step] {
    use Step::{AdGroups, Ads, Audiences, Campaigns, Details, Images, Videos};
    match kind {
        // `only_media_left` in the book's schema says at which step the media begin.
        JobKind::Account => &[Details, Campaigns, AdGroups, Ads, Images, Videos],
        JobKind::Campaigns => &[Campaigns, AdGroups],
        JobKind::Audiences => &[Audiences],
    }
}

/// Runs a job until it ends or has to wait.
pub async fn run(context: &Context, job: Job) -> JobOutcome {
    let id = job.id;
    let result = match RunningJob::new(context, job).await {
        Ok(mut job) => job.run_steps().await,
        Err(error) => Err(error),
    };
    let saved = match result {
        Ok((state, problem)) => context.end_job(id, state, problem).await.map(drop),
        Err(StepError::JobEnded | StepError::MadeWay) => Ok(()),
        Err(StepError::FailJob(problem) | StepError::SkipStep(problem)) => {
            context.end_job(id, JobState::Failed, Some(problem)).await.map(drop)
        }
        Err(StepError::Pause { waits_for, until, problem }) => {
            let stored = StoredProblem::from(&problem);
            let paused = context.with_book(move |book| book.pause_job(id, waits_for, until, &stored)).await;
            context.reporter.jobs_updated([id]);
            if let Err(problem) = paused {
                tracing::warn!(code = ?problem.code, job = id, "failed to save sync result");
            }
            if let Some(waits_for) = waits_for.filter(|waits_for| waits_for.is_connection()) {
                return JobOutcome::NoConnection(NoConnection { waits_for, problem });
            }
            if waits_for == Some(WaitsFor::Secrets) {
                return JobOutcome::NoSecrets(problem);
            }
            Ok(())
        }
    };
    if let Err(problem) = saved {
        // The scheduler queues the job again.
        tracing::warn!(code = ?problem.code, job = id, "failed to save sync result");
    }
    JobOutcome::Finished
}

impl RunningJob<'_> {
    async fn run_steps(&mut self) -> Result<(JobState, Option<Problem>), StepError> {
        let steps = steps(self.job.kind);
        while let Some(step) = steps.get(self.job.step as usize) {
            self.users = self.connected_users().await?;
            match self.run_step(*step).await {
                Ok(()) => {}
                Err(StepError::SkipStep(problem)) => {
                    tracing::warn!(job = self.job.id, ?step, code = ?problem.code, "skipped sync step");
                    let (job, problem) = (self.job.clone(), StoredProblem::from(&problem));
                    self.with_book(move |book| book.skip_step(&job, &problem)).await?;
                }
                Err(error) => return Err(error),
            }
            self.job = self.reload().await?;
            self.context.reporter.jobs_updated([self.job.id]);
        }
        Ok(match self.job.incomplete.as_ref().map(Problem::from) {
            Some(problem) if self.job.skipped_steps as usize == steps.len() => {
                (JobState::Failed, Some(problem))
            }
            Some(problem) => (JobState::PartlyDone, Some(problem)),
            None if self.job.counts.unreadable > 0 => {
                let problem = Problem::new(ProblemCode::RowsUnreadable).about(self.job.counts.unreadable);
                (JobState::PartlyDone, Some(problem))
            }
            None => (JobState::Done, None),
        })
    }

    async fn run_step(&mut self, step: Step) -> Result<(), StepError> {
        match step {
            Step::Details => self.sync_details().await,
            Step::Campaigns => self.sync_list(Client::campaigns).await,
            Step::AdGroups => self.sync_list(Client::ad_groups).await,
            Step::Ads => self.sync_list(Client::ads).await,
            Step::Audiences => self.sync_list(Client::audiences).await,
            Step::Images => self.sync_media(MediaKind::Image).await,
            Step::Videos => self.sync_media(MediaKind::Video).await,
        }
    }
}

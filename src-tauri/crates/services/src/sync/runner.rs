//! One job, step by step.

use jiff::Timestamp;
use partner::facts::users::TiktokUser;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{Job, JobKind, JobState, WaitsFor};
use tiktok_business::{AccessToken, AdvertiserId, Client};

use super::scheduler::Engine;
use crate::problem::{Problem, ProblemCode};

/// How a job left the engine's hands.
pub enum Outcome {
    /// It ended, waits, or was given up.
    Over,
    /// TikTok cannot be reached, and so no other job need be begun.
    Offline,
}

/// What a job consists of.
#[derive(Debug, Clone, Copy)]
enum Step {
    Details,
    Campaigns,
    AdGroups,
    Ads,
    Pictures,
    Videos,
    Audiences,
}

fn steps(kind: JobKind) -> &'static [Step] {
    use Step::{AdGroups, Ads, Audiences, Campaigns, Details, Pictures, Videos};
    match kind {
        JobKind::Account => &[Details, Campaigns, AdGroups, Ads, Pictures, Videos],
        JobKind::Campaigns => &[Campaigns, AdGroups],
        JobKind::Audiences => &[Audiences],
    }
}

/// Why a job does not go on with its step.
pub(super) enum Stop {
    /// It was ended meanwhile.
    Ended,
    /// It goes on later.
    Wait(Option<WaitsFor>, Option<Timestamp>, Problem),
    /// It goes on with the next step.
    LeaveOut(Problem),
    /// It goes on with nothing.
    Fail(Problem),
}

impl From<Problem> for Stop {
    /// Of the book or the keychain.
    fn from(problem: Problem) -> Self {
        match problem.code {
            ProblemCode::KeysSealed
            | ProblemCode::KeychainLocked
            | ProblemCode::KeychainMissing
            | ProblemCode::KeychainFailed
            | ProblemCode::AppNotSetUp => Stop::Wait(Some(WaitsFor::SignIn), None, problem),
            _ => Stop::Fail(problem),
        }
    }
}

impl From<partner::Error> for Stop {
    fn from(error: partner::Error) -> Self {
        match error {
            partner::Error::JobEnded => Stop::Ended,
            error => Stop::Fail(error.into()),
        }
    }
}

/// Do a job, to its end or until it has to wait.
pub async fn run(engine: &Engine, job: Job) -> Outcome {
    let id = job.id;
    let stop = match Work::new(engine, job).await {
        Ok(mut work) => work.all_steps().await,
        Err(stop) => Err(stop),
    };
    let now = engine.now();
    let written = match stop {
        Err(Stop::Ended) => return Outcome::Over,
        Err(Stop::Wait(waits_for, until, problem)) => {
            let problem = StoredProblem::from(&problem);
            let paused = engine.in_book(move |book| book.pause_job(id, waits_for, until, &problem)).await;
            engine.teller.moved([id]);
            if waits_for == Some(WaitsFor::Network) {
                return Outcome::Offline;
            }
            paused
        }
        Err(Stop::Fail(problem) | Stop::LeaveOut(problem)) => {
            end(engine, id, JobState::Failed, Some(problem), now).await
        }
        Ok((state, problem)) => end(engine, id, state, problem, now).await,
    };
    if let Err(problem) = written {
        // It is begun again when the program is.
        tracing::warn!(code = ?problem.code, job = id, "how a sync ended is not written down");
    }
    Outcome::Over
}

async fn end(
    engine: &Engine,
    id: i64,
    state: JobState,
    problem: Option<Problem>,
    now: Timestamp,
) -> Result<(), Problem> {
    let problem = problem.as_ref().map(StoredProblem::from);
    if engine.in_book(move |book| book.end_job(id, state, problem.as_ref(), now)).await? {
        engine.teller.ended(id);
    }
    Ok(())
}

/// A job under way.
pub(super) struct Work<'a> {
    pub(super) engine: &'a Engine,
    pub(super) job: Job,
    pub(super) advertiser: AdvertiserId,
    pub(super) client: Client,
    /// TikTok users who may be tried yet, the one in use first.
    pub(super) users: Vec<TiktokUser>,
    /// The token in use.
    pub(super) token: Option<AccessToken>,
}

impl<'a> Work<'a> {
    pub(super) async fn new(engine: &'a Engine, job: Job) -> Result<Self, Stop> {
        let client = engine.reach.client(&engine.setup).await?;
        let advertiser = job.ad_account.0.parse().map_err(Problem::internal)?;
        Ok(Work { engine, job, advertiser, client, users: Vec::new(), token: None })
    }

    pub(super) async fn all_steps(&mut self) -> Result<(JobState, Option<Problem>), Stop> {
        let steps = steps(self.job.kind);
        while let Some(step) = steps.get(self.job.step as usize) {
            self.users = self.log_ins().await?;
            match self.step(*step).await {
                Ok(()) => {}
                Err(Stop::LeaveOut(problem)) => {
                    tracing::warn!(job = self.job.id, ?step, code = ?problem.code, "a step is left out");
                    let (job, problem) = (self.job.clone(), StoredProblem::from(&problem));
                    self.in_book(move |book| book.skip_step(&job, &problem)).await?;
                }
                Err(stop) => return Err(stop),
            }
            let id = self.job.id;
            self.job = self.in_book(move |book| book.job(id)).await?.ok_or(Stop::Ended)?;
            self.engine.teller.moved([id]);
        }
        Ok(match self.job.incomplete.as_ref().map(Problem::from) {
            Some(problem) if self.job.skipped_steps as usize == steps.len() => {
                (JobState::Failed, Some(problem))
            }
            Some(problem) => (JobState::PartlyDone, Some(problem)),
            None if self.job.counts.unreadable > 0 => {
                let rows = Problem::new(ProblemCode::RowsUnreadable).about(self.job.counts.unreadable);
                (JobState::PartlyDone, Some(rows))
            }
            None => (JobState::Done, None),
        })
    }

    async fn step(&mut self, step: Step) -> Result<(), Stop> {
        match step {
            Step::Details => self.details().await,
            Step::Campaigns => self.listing(Client::campaigns).await,
            Step::AdGroups => self.listing(Client::ad_groups).await,
            Step::Ads => self.listing(Client::ads).await,
            Step::Audiences => self.listing(Client::audiences).await,
            Step::Pictures => self.media(false).await,
            Step::Videos => self.media(true).await,
        }
    }

    pub(super) async fn in_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&partner::Book) -> partner::Result<T> + Send + 'static,
    ) -> Result<T, Stop> {
        let book = std::sync::Arc::clone(&self.engine.setup.book);
        match self.engine.tasks.spawn_blocking(move || work(&book)).await {
            Ok(done) => Ok(done?),
            Err(error) => Err(Problem::internal(error).into()),
        }
    }
}

//! The dependencies that all running jobs share, and the state of a single job.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

use jiff::Timestamp;
use partner::Book;
use partner::facts::users::TiktokUser;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{Job, JobState, WaitsFor};
use tiktok_business::{AccessToken, AdvertiserId, Client, Clock};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio_util::task::TaskTracker;

use super::reporter::Reporter;
use crate::problem::{Problem, ProblemCode};
use crate::tiktok::client_provider::ClientProvider;

pub struct Context {
    pub book: Arc<Book>,
    pub clients: ClientProvider,
    pub reporter: Arc<Reporter>,
    pub clock: Arc<dyn Clock>,
    /// Whether the device state allows jobs of the automatic schedule.
    pub automatic_allowed: AtomicBool,
    /// Access to the book that continues even when the job that started it is cancelled.
    pub book_tasks: TaskTracker,
    pub book_threads: BookThreads,
}

/// The threads on which syncs use the book: one more than there are cores. More would only take memory, because each keeps
/// what it needed for its largest page, and only one of them writes at a time.
pub struct BookThreads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl BookThreads {
    pub fn new() -> io::Result<BookThreads> {
        let threads = 1 + available_parallelism()?.get();
        let runtime =
            Builder::new_current_thread().thread_name("book").max_blocking_threads(threads).build()?;
        Ok(BookThreads { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Drop for BookThreads {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Context {
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Reads or writes the book on a thread that may block.
    pub async fn with_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        Ok(self.run(work).await??)
    }

    /// Ends a job and reports it, even if the caller is cancelled in the meantime. Returns false if it had already ended.
    pub async fn end_job(&self, id: i64, state: JobState, problem: Option<Problem>) -> Result<bool, Problem> {
        let (now, reporter) = (self.now(), Arc::clone(&self.reporter));
        let problem = problem.as_ref().map(StoredProblem::from);
        self.with_book(move |_| reporter.end_job(id, state, problem.as_ref(), now)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
    ) -> Result<partner::Result<T>, Problem> {
        let book = Arc::clone(&self.book);
        let work = self.book_tasks.spawn_blocking_on(move || work(&book), &self.book_threads.handle);
        work.await.map_err(Problem::internal)
    }
}

pub struct RunningJob<'a> {
    pub context: &'a Context,
    pub job: Job,
    pub advertiser: AdvertiserId,
    pub client: Client,
    /// Users whose access to the ad account is still to be tried. The first one is in use.
    pub users: Vec<TiktokUser>,
    /// The token of the user in use.
    pub token: Option<AccessToken>,
}

impl<'a> RunningJob<'a> {
    pub async fn new(context: &'a Context, job: Job) -> Result<Self, StepError> {
        let client = context.clients.client().await?;
        let advertiser = job.ad_account.0.parse().map_err(Problem::internal)?;
        Ok(RunningJob { context, job, advertiser, client, users: Vec::new(), token: None })
    }

    /// Returns the job as the book has it now.
    pub async fn reload(&self) -> Result<Job, StepError> {
        let id = self.job.id;
        self.with_book(move |book| book.job(id)).await?.ok_or(StepError::JobEnded)
    }

    /// Ends this run of a job that has only media left if another job could start instead. It continues after those that have
    /// more to read.
    pub async fn make_way(&self) -> Result<(), StepError> {
        let (id, now) = (self.job.id, self.context.now());
        let automatic = self.context.automatic_allowed.load(Ordering::Relaxed);
        if self.with_book(move |book| book.make_way(id, now, automatic)).await? {
            self.context.reporter.jobs_updated([id]);
            return Err(StepError::MadeWay);
        }
        Ok(())
    }

    /// Like [`Context::with_book`], but recognizes that the job was ended in the meantime.
    pub async fn with_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> partner::Result<T> + Send + 'static,
    ) -> Result<T, StepError> {
        Ok(self.context.run(work).await??)
    }
}

/// Why a job stops working on its current step.
pub enum StepError {
    /// The job is no longer running, for example because it was cancelled.
    JobEnded,
    /// The job is queued again, because others go first.
    MadeWay,
    /// The step continues at `until`, or when `waits_for` is available.
    Pause {
        waits_for: Option<WaitsFor>,
        until: Option<Timestamp>,
        problem: Problem,
    },
    /// The job continues with its next step.
    SkipStep(Problem),
    FailJob(Problem),
}

/// Problems with the book fail the job. Without secrets or an app, it waits for them.
impl From<Problem> for StepError {
    fn from(problem: Problem) -> Self {
        let waits_for = match problem.code {
            ProblemCode::SecretStorageLocked
            | ProblemCode::KeychainLocked
            | ProblemCode::KeychainMissing
            | ProblemCode::KeychainFailed => WaitsFor::Secrets,
            ProblemCode::AppNotSetUp => WaitsFor::App,
            _ => return StepError::FailJob(problem),
        };
        StepError::Pause { waits_for: Some(waits_for), until: None, problem }
    }
}

impl From<partner::Error> for StepError {
    fn from(error: partner::Error) -> Self {
        match error {
            partner::Error::JobEnded => StepError::JobEnded,
            error => StepError::FailJob(error.into()),
        }
    }
}

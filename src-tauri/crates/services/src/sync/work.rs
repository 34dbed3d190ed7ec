//! One job, step by step, and what is done about each kind of trouble.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use partner::accounts::{AccountFacts, Told as ToldOf};
use partner::facts::{Fact, FactKind};
use partner::jobs::{Job, JobKind, JobState, Place, WaitsFor};
use partner::users::{TiktokUser, UserState};
use serde::{Deserialize, Serialize};
use tiktok_business::{
    AccessToken, AdvertiserId, Client, Error, Kind, Listing, MissingReason, Page, Position,
};

use super::SyncEvent;
use super::engine::Engine;
use super::facts::{self, Told};
use crate::import::account_details;
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
enum Stop {
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
            | ProblemCode::AppNotSetUp => Stop::Wait(Some(WaitsFor::LogIn), None, problem),
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

/// Tries in vain before a step is left out, and the pauses between them.
const ATTEMPTS: u32 = 5;
const AGAIN: Duration = Duration::from_secs(15);
const LONGEST_AGAIN: Duration = Duration::from_secs(240);

/// How many requests for pictures or videos are on their way at a time, and for how many of them each asks.
const MEDIA_REQUESTS: usize = 8;
const IMAGES: usize = 100;
const VIDEOS: usize = 60;

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
            let text = json(&problem);
            let paused = engine.in_book(move |book| book.pause_job(id, waits_for, until, Some(&text))).await;
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
    let text = problem.as_ref().map(json);
    if engine.in_book(move |book| book.end_job(id, state, text.as_deref(), now)).await? {
        engine.teller.ended(id);
    }
    Ok(())
}

/// A job under way.
struct Work<'a> {
    engine: &'a Engine,
    job: Job,
    advertiser: AdvertiserId,
    client: Client,
    /// TikTok users who may be tried yet, the one in use first.
    users: Vec<TiktokUser>,
    /// The token in use.
    token: Option<AccessToken>,
}

/// Where a step goes on, as the job's position says it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Bookmark {
    /// Objects that the steps before it read, and that there were.
    done: u32,
    of: u32,
    /// In a listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    listing: Option<Position>,
    /// The last ad whose pictures or videos are known.
    #[serde(skip_serializing_if = "String::is_empty")]
    ad: String,
}

impl<'a> Work<'a> {
    async fn new(engine: &'a Engine, job: Job) -> Result<Self, Stop> {
        let client = engine.reach.client(&engine.setup).await?;
        let advertiser = job.ad_account.0.parse().map_err(Problem::internal)?;
        Ok(Work { engine, job, advertiser, client, users: Vec::new(), token: None })
    }

    async fn all_steps(&mut self) -> Result<(JobState, Option<Problem>), Stop> {
        let steps = steps(self.job.kind);
        while let Some(step) = steps.get(self.job.step as usize) {
            self.users = self.log_ins().await?;
            match self.step(*step).await {
                Ok(()) => {}
                Err(Stop::LeaveOut(problem)) => {
                    tracing::warn!(job = self.job.id, ?step, code = ?problem.code, "a step is left out");
                    let (job, lacks) = (self.job.clone(), json(&problem));
                    self.in_book(move |book| book.leave_out_step(&job, &lacks)).await?;
                }
                Err(stop) => return Err(stop),
            }
            let id = self.job.id;
            self.job = self.in_book(move |book| book.job(id)).await?.ok_or(Stop::Ended)?;
            self.engine.teller.moved([id]);
        }
        let lacks = self.job.lacks.as_deref().map(|text| {
            serde_json::from_str(text).unwrap_or_else(|error: serde_json::Error| Problem::internal(error))
        });
        Ok(match lacks {
            Some(problem) if self.job.left_out as usize == steps.len() => (JobState::Failed, Some(problem)),
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

    async fn details(&mut self) -> Result<(), Stop> {
        loop {
            let token = self.token().await?;
            let ids = [self.advertiser.clone()];
            let mut told = match self.client.advertiser_info(&token, &ids, |_| {}).await {
                Ok(told) => told,
                Err(error) => {
                    self.react(error).await?;
                    continue;
                }
            };
            if let Some(info) = told.list.pop() {
                let name = info.name.clone().unwrap_or_default();
                let told = ToldOf::Details(Box::new(account_details(info)));
                let facts = AccountFacts { id: self.job.ad_account.0.clone(), name, told };
                let job = self.job.clone();
                if self.in_book(move |book| book.record_account(&job, &facts)).await? {
                    self.engine.teller.written(&self.job.ad_account, None);
                }
                return Ok(());
            }
            match told.missing.pop().map(|missing| missing.reason) {
                Some(MissingReason::Refused(error)) => self.react(error).await?,
                // That an answer is empty proves nothing. If the account is lost, the next step is refused.
                Some(MissingReason::LeftOut | MissingReason::Unreadable) | None => {
                    return Err(Stop::LeaveOut(Problem::new(ProblemCode::RowsUnreadable).about(1)));
                }
            }
        }
    }

    async fn listing<T: Told>(
        &mut self,
        open: impl Fn(&Client, &AccessToken, &AdvertiserId) -> Listing<T>,
    ) -> Result<(), Stop> {
        let Bookmark { done, of, listing: at, .. } = self.bookmark();
        let token = self.token().await?;
        let mut listing = open(&self.client, &token, &self.advertiser);
        if let Some(at) = at {
            listing = listing.resume(at);
        }
        while let Some(page) = listing.next().await {
            match page {
                Ok(page) => self.write_page(page, &listing, (done, of)).await?,
                Err(error) => {
                    self.react(error).await?;
                    listing.use_token(self.token().await?);
                }
            }
        }
        let end = listing.end();
        let lacks = (!end.is_complete()).then(|| {
            let figures = format!("{} of {}", end.rows, end.total);
            json(&Problem::new(ProblemCode::ListIncomplete).about(T::Fact::KIND.label()).because(figures))
        });
        let (job, now, kind) = (self.job.clone(), self.engine.now(), T::Fact::KIND);
        let ended = move |book: &partner::Book| {
            book.end_listing(&job, kind, end.is_complete(), lacks.as_deref(), now)
        };
        self.in_book(ended).await?;
        self.engine.teller.written(&self.job.ad_account, Some(kind));
        Ok(())
    }

    async fn write_page<T: Told>(
        &self,
        page: Page<T>,
        listing: &Listing<T>,
        (done, of): (u32, u32),
    ) -> Result<(), Stop> {
        let (progress, part) = (listing.progress(), listing.part());
        let bookmark = Bookmark { done, of, listing: Some(listing.position()), ad: String::new() };
        let place = Place {
            position: json(&bookmark),
            done: done.saturating_add(count(progress.rows)),
            of: of.saturating_add(count(progress.of_rows)),
            unreadable: count(page.bad.len() as u64),
            unreadable_ids: page
                .bad
                .iter()
                .filter_map(|bad| bad.id.as_ref().map(ToString::to_string))
                .collect(),
            part: count(part.part as u64),
            first: part.first,
        };
        for bad in &page.bad {
            tracing::warn!(job = self.job.id, id = ?bad.id, why = bad.why, "a row of TikTok's cannot be read");
        }
        let job = self.job.clone();
        let write = move |book: &partner::Book| {
            let facts: Vec<T::Fact> = page.rows.into_iter().map(Told::facts).collect();
            book.record_page(&job, &facts, &place)
        };
        let written = self.in_book(write).await?;
        if written.added + written.changed > 0 {
            self.engine.teller.written(&self.job.ad_account, Some(T::Fact::KIND));
        }
        self.engine.teller.moved([self.job.id]);
        Ok(())
    }

    async fn media(&mut self, video: bool) -> Result<(), Stop> {
        let mut bookmark = self.bookmark();
        loop {
            let (account, after) = (self.job.ad_account.clone(), bookmark.ad.clone());
            let unknown = self.in_book(move |book| book.unknown_media(&account, video, &after)).await?;
            let mut found = Vec::new();
            let mut batches: Vec<Vec<String>> =
                unknown.ids.chunks(if video { VIDEOS } else { IMAGES }).map(<[String]>::to_vec).collect();
            while !batches.is_empty() {
                let token = self.token().await?;
                let (client, advertiser) = (&self.client, &self.advertiser);
                let asked = batches.drain(..).map(|ids| async {
                    let told = if video {
                        let told = client.videos(&token, advertiser, &ids).await;
                        told.map(|page| page.rows.into_iter().map(facts::video).collect::<Vec<_>>())
                    } else {
                        let told = client.images(&token, advertiser, &ids).await;
                        told.map(|page| page.rows.into_iter().map(facts::picture).collect())
                    };
                    (ids, told)
                });
                let answers: Vec<_> =
                    stream::iter(asked.collect::<Vec<_>>()).buffer_unordered(MEDIA_REQUESTS).collect().await;
                let mut trouble = None;
                for (ids, told) in answers {
                    match told {
                        Ok(media) => found.extend(media),
                        Err(error) => {
                            batches.push(ids);
                            trouble = Some(error);
                        }
                    }
                }
                if let Some(error) = trouble {
                    self.react(error).await?;
                }
            }
            let more = unknown.last.is_some();
            bookmark.ad = unknown.last.unwrap_or_default();
            let (job, position) = (self.job.clone(), json(&bookmark));
            if !found.is_empty() {
                self.engine.teller.written(&self.job.ad_account, Some(FactKind::Ad));
            }
            self.in_book(move |book| {
                book.record_media(&job, &found, &position)?;
                if more { Ok(()) } else { book.end_step(&job) }
            })
            .await?;
            if !more {
                return Ok(());
            }
        }
    }

    fn bookmark(&self) -> Bookmark {
        let saved = self.job.position.as_deref().and_then(|text| serde_json::from_str(text).ok());
        saved.unwrap_or_else(|| Bookmark { done: self.job.done, of: self.job.done, ..Bookmark::default() })
    }

    /// What is to be done about an error of TikTok's; nothing when the same can be asked again with [`Work::token`].
    async fn react(&mut self, error: Error) -> Result<(), Stop> {
        let (kind, until) = (error.kind, error.wait_until);
        let problem = Problem::from(error);
        match kind {
            Kind::LoginNeeded | Kind::AuthCode => self.log_in_died(problem).await,
            Kind::Account => {
                let account = problem.subject.clone().unwrap_or_else(|| self.job.ad_account.to_string());
                self.lose_access(Problem { code: ProblemCode::AccountLost, ..problem.about(account) }).await
            }
            Kind::NoPermission => {
                self.users.remove(0);
                if self.users.is_empty() { Err(Stop::LeaveOut(problem)) } else { Ok(()) }
            }
            Kind::Throttled | Kind::DayUsed => {
                Err(Stop::Wait(Some(WaitsFor::Quota), until.or(self.in_a_while()), problem))
            }
            Kind::Offline => Err(Stop::Wait(Some(WaitsFor::Network), None, problem)),
            Kind::Maintenance => Err(Stop::Wait(None, until.or(self.in_a_while()), problem)),
            Kind::App | Kind::CountryBlocked => Err(Stop::Fail(problem)),
            Kind::Refused => Err(Stop::LeaveOut(problem)),
            Kind::Retry | Kind::Timeout | Kind::Unavailable | Kind::Unexpected => {
                // The book knows how often the job tried since a page last came.
                let id = self.job.id;
                let job = self.in_book(move |book| book.job(id)).await?.ok_or(Stop::Ended)?;
                if job.attempts + 1 >= ATTEMPTS {
                    return Err(Stop::LeaveOut(problem));
                }
                let pause = (AGAIN * 2_u32.pow(job.attempts)).min(LONGEST_AGAIN);
                let until = self.engine.now().checked_add(pause).ok();
                Err(Stop::Wait(None, until, problem))
            }
        }
    }

    fn in_a_while(&self) -> Option<Timestamp> {
        self.engine.now().checked_add(LONGEST_AGAIN).ok()
    }

    /// The TikTok users who can be tried.
    async fn log_ins(&self) -> Result<Vec<TiktokUser>, Stop> {
        let account = self.job.ad_account.clone();
        let users = self.in_book(move |book| book.users_of(&account)).await?;
        let mut healthy = users.clone();
        healthy.retain(|user| user.state == UserState::Connected);
        match (healthy.is_empty(), users.first()) {
            (false, _) => Ok(healthy),
            (true, Some(user)) => {
                let problem = Problem::new(ProblemCode::LoginNeeded).about(&user.name);
                Err(Stop::Wait(Some(WaitsFor::LogIn), None, problem))
            }
            (true, None) => {
                Err(Stop::Fail(Problem::new(ProblemCode::AccountLost).about(&self.job.ad_account)))
            }
        }
    }

    /// The token of the first of the users who can be tried.
    async fn token(&mut self) -> Result<AccessToken, Stop> {
        loop {
            let Some(user) = self.users.first() else {
                // Others may have logged in meanwhile; if not, this says what is wrong.
                self.users = self.log_ins().await?;
                continue;
            };
            match self.engine.reach.token(&self.engine.setup, user).await? {
                Some(token) => {
                    self.token = Some(token.clone());
                    return Ok(token);
                }
                None => {
                    let problem = Problem::new(ProblemCode::LoginNeeded).about(&user.name);
                    self.log_in_died(problem).await?;
                }
            }
        }
    }

    /// TikTok refuses the token in use: note it, and go on with the next.
    async fn log_in_died(&mut self, problem: Problem) -> Result<(), Stop> {
        self.engine.reach.forget_tokens().await;
        if let (Some(used), Some(user)) = (self.token.take(), self.users.first()) {
            let kept = self.engine.reach.token(&self.engine.setup, user).await?;
            if kept.is_some_and(|kept| kept.secret() != used.secret()) {
                return Ok(()); // The user logged in again meanwhile.
            }
        }
        let user = self.users.remove(0);
        let seen = user.clone();
        let died = move |book: &partner::Book| book.update_user_state(&seen, UserState::NeedsAuthorization);
        if self.in_book(died).await? {
            let user = TiktokUser { state: UserState::NeedsAuthorization, ..user };
            self.engine.teller.written(&self.job.ad_account, None);
            self.engine.teller.tell(SyncEvent::LogInNeeded { user });
        }
        if self.users.is_empty() {
            // Unless somebody logged in again meanwhile.
            self.users = self.log_ins().await.map_err(|stop| match stop {
                Stop::Wait(waits_for, until, _) => Stop::Wait(waits_for, until, problem),
                stop => stop,
            })?;
        }
        Ok(())
    }

    /// The user in use does not reach the ad account any more: note it, and go on with the next.
    async fn lose_access(&mut self, problem: Problem) -> Result<(), Stop> {
        let user = self.users.remove(0);
        let account = self.job.ad_account.clone();
        if self.in_book(move |book| book.lose_access(&account, &user.id)).await? {
            self.engine.teller.written(&self.job.ad_account, None);
        }
        if self.users.is_empty() { Err(Stop::Fail(problem)) } else { Ok(()) }
    }

    async fn in_book<T: Send + 'static>(
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

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

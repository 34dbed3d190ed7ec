//! What is done about each kind of trouble, and whose log-in is used.

use std::time::Duration;

use jiff::Timestamp;
use partner::facts::users::{TiktokUser, UserState};
use partner::sync_jobs::job::WaitsFor;
use tiktok_business::{AccessToken, Error, Kind};

use super::runner::{Stop, Work};
use crate::problem::{Problem, ProblemCode};
use crate::sync::SyncEvent;

/// Tries in vain before a step is left out, and the pauses between them.
const ATTEMPTS: u32 = 5;
const AGAIN: Duration = Duration::from_secs(15);
const LONGEST_AGAIN: Duration = Duration::from_secs(240);

impl Work<'_> {
    /// What is to be done about an error of TikTok's; nothing when the same can be asked again with [`Work::token`].
    pub(crate) async fn react(&mut self, error: Error) -> Result<(), Stop> {
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

    pub(super) fn in_a_while(&self) -> Option<Timestamp> {
        self.engine.now().checked_add(LONGEST_AGAIN).ok()
    }

    /// The TikTok users who can be tried.
    pub(crate) async fn log_ins(&self) -> Result<Vec<TiktokUser>, Stop> {
        let account = self.job.ad_account.clone();
        let users = self.in_book(move |book| book.users_of(&account)).await?;
        let mut healthy = users.clone();
        healthy.retain(|user| user.state == UserState::Connected);
        match (healthy.is_empty(), users.first()) {
            (false, _) => Ok(healthy),
            (true, Some(user)) => {
                let problem = Problem::new(ProblemCode::LoginNeeded).about(&user.name);
                Err(Stop::Wait(Some(WaitsFor::SignIn), None, problem))
            }
            (true, None) => {
                Err(Stop::Fail(Problem::new(ProblemCode::AccountLost).about(&self.job.ad_account)))
            }
        }
    }

    /// The token of the first of the users who can be tried.
    pub(crate) async fn token(&mut self) -> Result<AccessToken, Stop> {
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
    pub(super) async fn log_in_died(&mut self, problem: Problem) -> Result<(), Stop> {
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
    pub(super) async fn lose_access(&mut self, problem: Problem) -> Result<(), Stop> {
        let user = self.users.remove(0);
        let account = self.job.ad_account.clone();
        if self.in_book(move |book| book.lose_access(&account, &user.id)).await? {
            self.engine.teller.written(&self.job.ad_account, None);
        }
        if self.users.is_empty() { Err(Stop::Fail(problem)) } else { Ok(()) }
    }
}

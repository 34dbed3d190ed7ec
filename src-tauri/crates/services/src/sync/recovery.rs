//! Decides how a job reacts to each kind of TikTok error, and whose token it uses.

use std::time::Duration;

use jiff::Timestamp;
use partner::facts::users::{TiktokUser, UserState};
use partner::sync_jobs::job::WaitsFor;
use tiktok_business::{ADVERTISER_INFO, AccessToken, Error, ErrorKind, MissingReason};

use super::context::{RunningJob, StepError};
use super::event::SyncEvent;
use crate::problem::{Problem, ProblemCode};

/// A step is skipped after this many consecutive failed attempts.
const MAX_ATTEMPTS: u32 = 5;

/// Delay before the first retry. It doubles with each further one.
const RETRY_DELAY: Duration = Duration::from_secs(15);

/// Wait for a rate limit or maintenance if the client did not say how long.
const DEFAULT_WAIT: Duration = Duration::from_secs(240);

impl RunningJob<'_> {
    /// Handles an error of TikTok's. After `Ok`, the caller repeats the request with [`RunningJob::token`].
    pub async fn recover(&mut self, error: Error) -> Result<(), StepError> {
        let error = self.check_access(error).await;
        let (kind, retry_at) = (error.kind, error.retry_at);
        let problem = Problem::from(error);
        match kind {
            ErrorKind::SignInRequired | ErrorKind::InvalidAuthCode => self.reject_token(problem).await,
            ErrorKind::AccountUnavailable => {
                let account = problem.subject.clone().unwrap_or_else(|| self.job.ad_account.to_string());
                self.lose_access(Problem { code: ProblemCode::AccountLost, ..problem.about(account) }).await
            }
            ErrorKind::NoPermission => {
                self.users.remove(0);
                if self.users.is_empty() { Err(StepError::SkipStep(problem)) } else { Ok(()) }
            }
            ErrorKind::RateLimited | ErrorKind::DailyQuotaUsed => Err(StepError::Pause {
                waits_for: Some(WaitsFor::Quota),
                until: retry_at.or(self.after(DEFAULT_WAIT)),
                problem,
            }),
            ErrorKind::Offline
            | ErrorKind::Certificate
            | ErrorKind::Clock
            | ErrorKind::Proxy
            | ErrorKind::ProxySignIn => {
                Err(StepError::Pause { waits_for: missing_connection(kind), until: None, problem })
            }
            ErrorKind::Maintenance => Err(StepError::Pause {
                waits_for: Some(WaitsFor::Maintenance),
                until: retry_at.or(self.after(DEFAULT_WAIT)),
                problem,
            }),
            ErrorKind::InvalidApp | ErrorKind::CountryBlocked => Err(StepError::FailJob(problem)),
            ErrorKind::Rejected => Err(StepError::SkipStep(problem)),
            ErrorKind::ServerError | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Unexpected => {
                // The book counts the attempts since the latest page.
                let attempts = self.reload().await?.attempts;
                if attempts + 1 >= MAX_ATTEMPTS {
                    return Err(StepError::SkipStep(problem));
                }
                let until = retry_at.max(self.after(RETRY_DELAY * 2_u32.pow(attempts)));
                Err(StepError::Pause { waits_for: None, until, problem })
            }
        }
    }

    /// Asks for the ad account's details before a refusal elsewhere is taken for the loss of the account: it may only mean
    /// that one endpoint is not granted.
    async fn check_access(&self, error: Error) -> Error {
        let Some(token) = self
            .token
            .as_ref()
            .filter(|_| error.kind == ErrorKind::AccountUnavailable && error.endpoint != ADVERTISER_INFO)
        else {
            return error;
        };
        let ids = [self.advertiser.clone()];
        match self.client.advertiser_info(token, &ids, |_| {}).await {
            Ok(mut infos) => match infos.missing.pop().map(|missing| missing.reason) {
                Some(MissingReason::Omitted) => error,
                Some(MissingReason::Rejected(confirmed)) if confirmed.kind == error.kind => error,
                _ => Error { kind: ErrorKind::NoPermission, ..error },
            },
            Err(other) => other,
        }
    }

    fn after(&self, delay: Duration) -> Option<Timestamp> {
        self.context.now().checked_add(delay).ok()
    }

    /// Returns the users whose tokens can be tried, at least one.
    pub async fn connected_users(&self) -> Result<Vec<TiktokUser>, StepError> {
        let account = self.job.ad_account.clone();
        let users = self.with_book(move |book| book.users_of(&account)).await?;
        let Some(first) = users.first() else {
            let problem = Problem::new(ProblemCode::AccountLost).about(&self.job.ad_account);
            return Err(StepError::FailJob(problem));
        };
        let problem = sign_in_required(first);
        let connected: Vec<_> = users.into_iter().filter(|user| user.state == UserState::Connected).collect();
        if connected.is_empty() {
            return Err(StepError::Pause { waits_for: Some(WaitsFor::SignIn), until: None, problem });
        }
        Ok(connected)
    }

    /// Returns the token of the first user that has one.
    pub async fn token(&mut self) -> Result<AccessToken, StepError> {
        loop {
            let Some(user) = self.users.first() else {
                // A user may have signed in since.
                self.users = self.connected_users().await?;
                continue;
            };
            match self.context.clients.token(&self.client, user).await {
                Ok(Some(token)) => {
                    self.token = Some(token.clone());
                    return Ok(token);
                }
                Ok(None) => {
                    let problem = sign_in_required(user);
                    self.reject_token(problem).await?;
                }
                Err(problem) if problem.code == ProblemCode::SignInForOtherServer => {
                    self.reject_token(problem).await?;
                }
                Err(problem) => return Err(problem.into()),
            }
        }
    }

    /// Marks the user of a token that TikTok rejected, and continues with the next user.
    async fn reject_token(&mut self, problem: Problem) -> Result<(), StepError> {
        self.context.clients.clear_tokens().await;
        if let (Some(rejected), Some(user)) = (self.token.take(), self.users.first()) {
            let stored = self.context.clients.token(&self.client, user).await?;
            if stored.is_some_and(|stored| stored.secret() != rejected.secret()) {
                return Ok(()); // The user has signed in again since.
            }
        }
        let user = self.users.remove(0);
        let seen = user.clone();
        let marked =
            self.with_book(move |book| book.update_user_state(&seen, UserState::NeedsAuthorization)).await?;
        if marked {
            let user = TiktokUser { state: UserState::NeedsAuthorization, ..user };
            self.context.reporter.account_written();
            self.context.reporter.emit(SyncEvent::SignInRequired { user });
        }
        if self.users.is_empty() {
            // The pause keeps TikTok's error, which is more specific.
            self.users = self.connected_users().await.map_err(|error| match error {
                StepError::Pause { waits_for, until, .. } => StepError::Pause { waits_for, until, problem },
                error => error,
            })?;
        }
        Ok(())
    }

    /// Records that the current user can no longer access the ad account, and continues with the next user.
    async fn lose_access(&mut self, problem: Problem) -> Result<(), StepError> {
        let user = self.users.remove(0);
        let account = self.job.ad_account.clone();
        if self.with_book(move |book| book.lose_access(&account, &user.id)).await? {
            self.context.reporter.account_written();
        }
        if self.users.is_empty() { Err(StepError::FailJob(problem)) } else { Ok(()) }
    }
}

/// What jobs wait for after an error that means that TikTok cannot be reached.
pub fn missing_connection(kind: ErrorKind) -> Option<WaitsFor> {
    match kind {
        ErrorKind::Offline => Some(WaitsFor::Network),
        ErrorKind::Certificate => Some(WaitsFor::Certificate),
        ErrorKind::Clock => Some(WaitsFor::Clock),
        ErrorKind::Proxy | ErrorKind::ProxySignIn => Some(WaitsFor::Proxy),
        _ => None,
    }
}

fn sign_in_required(user: &TiktokUser) -> Problem {
    Problem::new(ProblemCode::SignInRequired).about(&user.name)
}

//! The loop behind the outbox: sends due mails one after the other, and waits.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use partner::requests::outbox::{FailedAttempt, MAX_RETRY_DELAY, MAX_UNCERTAIN_ATTEMPTS, Mail, MailKey};
use partner::stored_problem::StoredProblem;
use partner::{Book, Result};
use tokio::sync::{Mutex, Notify};
use tokio_util::sync::CancellationToken;

use super::{Observer, OutboxEvent, Setup};
use crate::mail::{Addresses, DeliveryError, Message, RetryPolicy, first_problem, password_key, validate};
use crate::problem::{Problem, ProblemCode};
use crate::runtime::with_book;
use crate::secrets::{Origin, SecretError};

/// The delays after the first attempts; later attempts wait [`MAX_RETRY_DELAY`].
const BACKOFF: &[SignedDuration] = &[
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
];

/// The delay after an attempt whose result is unknown: a message that the server accepted has been delivered by then.
pub(super) const UNCERTAIN_DELAY: SignedDuration = SignedDuration::from_mins(15);

/// How often due mails are checked: somebody may set the clock, and a failed write to the book is retried.
const CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// How long a message that is being sent may take after the outbox was stopped. Closing a partner waits for it, and not much
/// longer.
const GRACE_PERIOD: Duration = Duration::from_secs(2);

pub struct Sender {
    pub setup: Setup,
    observer: Observer,
    /// Ends a wait early.
    pub wake: Notify,
    pub cancel: CancellationToken,
    /// The mails about which the admin was notified that they are delayed: once is enough.
    notified: Mutex<HashSet<MailKey>>,
}

/// Returns the problem of a mail that was being sent when the program ended.
pub(super) fn interrupted() -> StoredProblem {
    StoredProblem::from(&Problem::new(ProblemCode::MailUncertain))
}

impl Sender {
    pub fn new(setup: Setup, observer: Observer) -> Sender {
        Sender {
            setup,
            observer,
            wake: Notify::new(),
            cancel: CancellationToken::new(),
            notified: Mutex::default(),
        }
    }

    async fn in_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        with_book(&self.setup.book, work).await
    }

    fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }

    /// Runs until it is cancelled. Nothing writes to the book after this returns.
    pub async fn run(self: Arc<Self>) {
        let mut secrets_available = self.setup.secrets.available();
        while !self.cancel.is_cancelled() {
            let wait = match self.send_due().await {
                Ok(wait) => wait,
                Err(problem) => {
                    // The cause may pass, such as a full disk.
                    tracing::warn!(?problem, "failed to read or update the outbox");
                    CHECK_INTERVAL
                }
            };
            tokio::select! {
                () = self.cancel.cancelled() => {}
                () = self.wake.notified() => {}
                Ok(()) = secrets_available.changed() => self.retry_without_password().await,
                () = self.setup.clock.sleep(wait) => {}
            }
        }
    }

    /// Makes the mails due whose password could not be read, because it can be read again.
    async fn retry_without_password(&self) {
        let now = self.now();
        let codes = [
            ProblemCode::KeychainLocked,
            ProblemCode::KeychainMissing,
            ProblemCode::KeychainFailed,
            ProblemCode::SecretStorageLocked,
        ]
        .map(|code| StoredProblem::from(&Problem::new(code)).code);
        if let Err(problem) = self.in_book(move |book| book.make_mails_due_after(&codes, now)).await {
            tracing::warn!(?problem, "failed to make mails due");
        }
    }

    /// Sends what is due, and returns how long to wait for the next mail.
    async fn send_due(&self) -> std::result::Result<Duration, Problem> {
        while !self.cancel.is_cancelled() {
            let now = self.now();
            let Some(mail) = self.in_book(move |book| book.start_next_mail(now)).await? else { break };
            self.emit_changed(&mail);
            let result = tokio::select! {
                result = self.attempt(&mail) => result,
                // The mail stays marked as being sent; `Outbox::stop` requeues it.
                () = self.grace_period_over() => return Ok(CHECK_INTERVAL),
            };
            self.record(&mail, result).await;
        }
        let next = self.in_book(Book::next_mail_at).await?;
        let wait = next.map(|next| Duration::try_from(next.duration_since(self.now())).unwrap_or_default());
        Ok(wait.map_or(CHECK_INTERVAL, |wait| wait.min(CHECK_INTERVAL)))
    }

    async fn grace_period_over(&self) {
        self.cancel.cancelled().await;
        self.setup.clock.sleep(GRACE_PERIOD).await;
    }

    /// Attempts to send a mail. Returns false if its request was closed in the meantime, so that nothing was sent.
    async fn attempt(&self, mail: &Mail) -> std::result::Result<bool, DeliveryError> {
        let settings = self.in_book(Book::mail_settings).await.map_err(DeliveryError::local)?;
        if let Some(problem) = validate(&settings).into_iter().next() {
            return Err(DeliveryError::await_settings(problem));
        }
        let partner = self.setup.book.partner();
        let password = if settings.user.is_empty() {
            None
        } else {
            let origin = Origin::of_mail_server(&settings.host);
            let password = self.setup.secrets.get_for(&origin, &password_key(&partner.id)).await;
            password.map_err(|error| match error {
                SecretError::OtherOrigin(_) => DeliveryError::await_settings(error.into()),
                error => DeliveryError::local(error.into()),
            })?
        };
        let addresses = Addresses::from_settings(&settings)
            .map_err(|problems| DeliveryError::await_settings(first_problem(problems)))?;
        let message = Message::for_request(mail, &partner.name, &addresses).map_err(DeliveryError::local)?;
        let key = mail.key.clone();
        let hand_over = self.in_book(move |book| book.hand_over_mail(&key));
        self.setup
            .transport
            .send(&message, settings, password, Arc::clone(&self.setup.clock), hand_over)
            .await
    }

    /// Records the result of an attempt. Until that succeeds, nothing else is sent.
    async fn record(&self, mail: &Mail, result: std::result::Result<bool, DeliveryError>) {
        let failed_attempt = match &result {
            Ok(true) => None,
            // Stays queued: reopening the request, for example by an undo, sends it.
            Ok(false) => Some(FailedAttempt { retry_at: Some(self.now()), problem: None, uncertain: false }),
            Err(error) => Some(self.failed_attempt(mail, error)),
        };
        let failed = failed_attempt.as_ref().is_some_and(|attempt| attempt.retry_at.is_none());
        let delayed = matches!(&result, Err(error) if error.retry == RetryPolicy::BackoffAndNotify);
        let due_at_once = loop {
            let (key, now, failed_attempt) = (mail.key.clone(), self.now(), failed_attempt.clone());
            let recorded = self.in_book(move |book| match failed_attempt {
                None => book.mark_mail_sent(&key, now).map(|()| false),
                Some(attempt) => book.record_failed_attempt(&key, &attempt, now),
            });
            match recorded.await {
                Ok(due_at_once) => break due_at_once,
                Err(problem) => tracing::warn!(?problem, "failed to record the result of a mail"),
            }
            tokio::select! {
                () = self.cancel.cancelled() => return,
                () = self.setup.clock.sleep(CHECK_INTERVAL) => {}
            }
        };
        self.emit_changed(mail);
        if due_at_once {
            return;
        }
        let (request, name) = (mail.key.request.clone(), mail.form.name.clone());
        if failed {
            (self.observer)(OutboxEvent::Failed { request, name });
        } else if delayed && self.notified.lock().await.insert(mail.key.clone()) {
            (self.observer)(OutboxEvent::Delayed { request, name });
        }
    }

    fn failed_attempt(&self, mail: &Mail, error: &DeliveryError) -> FailedAttempt {
        let retries = usize::try_from(mail.attempts).unwrap_or(usize::MAX).saturating_sub(1);
        let backoff = BACKOFF.get(retries).copied().unwrap_or(MAX_RETRY_DELAY);
        let delay = match error.retry {
            RetryPolicy::Backoff | RetryPolicy::BackoffAndNotify => Some(backoff),
            RetryPolicy::LongestDelay => Some(MAX_RETRY_DELAY),
            RetryPolicy::Never => None,
            RetryPolicy::Uncertain => {
                Some(backoff.max(UNCERTAIN_DELAY)).filter(|_| mail.uncertain + 1 < MAX_UNCERTAIN_ATTEMPTS)
            }
        };
        // The server's text may contain addresses, which are never logged.
        tracing::info!(code = ?error.problem.code, attempts = mail.attempts, "failed to send a mail");
        FailedAttempt {
            retry_at: delay.map(|delay| self.now().saturating_add(delay).unwrap_or(Timestamp::MAX)),
            problem: Some(StoredProblem::from(&error.problem)),
            uncertain: error.retry == RetryPolicy::Uncertain,
        }
    }

    fn emit_changed(&self, mail: &Mail) {
        (self.observer)(OutboxEvent::Changed { request: mail.key.request.clone() });
    }
}

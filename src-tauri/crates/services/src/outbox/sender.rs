//! The loop behind the outbox: sends what is due, one after the other, and waits.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use partner::requests::outbox::{FailedAttempt, MAX_RETRY_DELAY, MAX_UNCERTAIN_ATTEMPTS, Mail};
use partner::stored_problem::StoredProblem;
use partner::{Book, Result};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Observer, OutboxEvent, Setup};
use crate::mail::{Addresses, Letter, Refusal, Then, check, password_key};
use crate::problem::{Problem, ProblemCode};
use crate::tiktok::import::in_background;

/// The pauses after the first attempts; later ones are [`MAX_RETRY_DELAY`].
const PAUSES: &[SignedDuration] = &[
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
];

/// The pause after an attempt that ended without the server's word: a mail that it has is there by then.
pub(super) const UNCERTAIN_PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// How often the clock is looked at, which somebody may set, and a file that could not be written tried again.
const LOOK: Duration = Duration::from_secs(60);

/// How long a mail that is on its way may take to arrive when the outbox ends.
const GRACE: Duration = Duration::from_secs(5);

pub struct Engine {
    pub setup: Setup,
    observer: Observer,
    /// Something may have to be done now.
    pub poke: Notify,
    pub stop: CancellationToken,
}

/// Why a mail is uncertain that was on its way when the program ended.
pub(super) fn lost() -> StoredProblem {
    StoredProblem::from(&Problem::new(ProblemCode::MailUncertain))
}

impl Engine {
    pub fn new(setup: Setup, observer: Observer) -> Engine {
        Engine { setup, observer, poke: Notify::new(), stop: CancellationToken::new() }
    }

    async fn in_book<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Book) -> Result<T> + Send + 'static,
    ) -> std::result::Result<T, Problem> {
        let book = Arc::clone(&self.setup.book);
        Ok(in_background(move || work(&book)).await??)
    }

    fn now(&self) -> Timestamp {
        self.setup.clock.now()
    }

    /// Work until it is stopped. Nothing is written any more once this returns.
    pub async fn run(self: Arc<Self>) {
        while !self.stop.is_cancelled() {
            let pause = match self.round().await {
                Ok(pause) => pause,
                Err(problem) => {
                    // A full disk, say. It may pass.
                    tracing::warn!(?problem, "the outbox cannot go on");
                    LOOK
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = self.poke.notified() => {}
                () = self.setup.clock.sleep(pause) => {}
            }
        }
    }

    /// Send what is due, and say how long there is nothing more unless something happens.
    async fn round(&self) -> std::result::Result<Duration, Problem> {
        while !self.stop.is_cancelled() {
            let now = self.now();
            let Some(mail) = self.in_book(move |book| book.start_next_mail(now)).await? else { break };
            self.tell_moved(&mail);
            let ended = tokio::select! {
                ended = self.attempt(&mail) => ended,
                // It stays as being sent, and is put back in line by whoever stops.
                () = self.out_of_time() => return Ok(LOOK),
            };
            self.note(&mail, ended).await;
        }
        let next = self.in_book(Book::next_mail_at).await?;
        let wait = next.map(|next| Duration::try_from(next.duration_since(self.now())).unwrap_or_default());
        Ok(wait.map_or(LOOK, |wait| wait.min(LOOK)))
    }

    async fn out_of_time(&self) {
        self.stop.cancelled().await;
        self.setup.clock.sleep(GRACE).await;
    }

    /// One attempt; false: its request ended meanwhile, and it did not go.
    async fn attempt(&self, mail: &Mail) -> std::result::Result<bool, Refusal> {
        let wait = |problem| Refusal { problem, then: Then::Later };
        let settings = self.in_book(Book::mail_settings).await.map_err(wait)?;
        if let Some(problem) = check(&settings).into_iter().next() {
            return Err(Refusal { problem, then: Then::Settings });
        }
        let partner = self.setup.book.partner();
        let password = if settings.user.is_empty() {
            None
        } else {
            let key = password_key(&partner.id);
            self.setup.keys.get(&key).await.map_err(|error| wait(error.into()))?
        };
        let addresses = Addresses::of(&settings)
            .map_err(|problems| Refusal { problem: crate::mail::first(problems), then: Then::Settings })?;
        let letter = Letter::of(mail, &partner.name, &addresses).map_err(wait)?;
        let key = mail.key.clone();
        let hand_over = self.in_book(move |book| book.hand_over_mail(&key));
        self.setup.way.carry(&letter, settings, password, Arc::clone(&self.setup.clock), hand_over).await
    }

    /// Write down what came of an attempt; as long as that cannot be written, nothing else is sent.
    async fn note(&self, mail: &Mail, ended: std::result::Result<bool, Refusal>) {
        let missed = match &ended {
            Ok(true) => None,
            // Its request ended: it waits, in case somebody takes that back.
            Ok(false) => Some(FailedAttempt { retry_at: Some(self.now()), problem: None, uncertain: false }),
            Err(refusal) => Some(self.miss(mail, refusal)),
        };
        let failed = missed.as_ref().is_some_and(|miss| miss.retry_at.is_none());
        loop {
            let (key, now, missed) = (mail.key.clone(), self.now(), missed.clone());
            let noted = self.in_book(move |book| match missed {
                None => book.mark_mail_sent(&key, now),
                Some(miss) => book.record_failed_attempt(&key, &miss, now),
            });
            match noted.await {
                Ok(()) => break,
                Err(problem) => tracing::warn!(?problem, "what came of a mail cannot be written down"),
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.setup.clock.sleep(LOOK) => {}
            }
        }
        self.tell_moved(mail);
        if failed {
            let (request, name) = (mail.key.request.clone(), mail.asked.name.clone());
            (self.observer)(OutboxEvent::Failed { request, name });
        }
    }

    fn miss(&self, mail: &Mail, refusal: &Refusal) -> FailedAttempt {
        let tried = usize::try_from(mail.attempts).unwrap_or(usize::MAX).saturating_sub(1);
        let pause = PAUSES.get(tried).copied().unwrap_or(MAX_RETRY_DELAY);
        let pause = match refusal.then {
            Then::Later => Some(pause),
            Then::Settings => Some(MAX_RETRY_DELAY),
            Then::Never => None,
            Then::Uncertain => {
                Some(pause.max(UNCERTAIN_PAUSE)).filter(|_| mail.uncertain + 1 < MAX_UNCERTAIN_ATTEMPTS)
            }
        };
        // The server's own words may have the addresses in them, which are in no log.
        tracing::info!(code = ?refusal.problem.code, attempts = mail.attempts, "a mail was not sent");
        FailedAttempt {
            retry_at: pause.map(|pause| self.now().saturating_add(pause).unwrap_or(Timestamp::MAX)),
            problem: Some(StoredProblem::from(&refusal.problem)),
            uncertain: refusal.then == Then::Uncertain,
        }
    }

    fn tell_moved(&self, mail: &Mail) {
        (self.observer)(OutboxEvent::Moved { request: mail.key.request.clone() });
    }
}

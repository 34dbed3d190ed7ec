//! Gathers what happens and tells it a few times a second, as it then is in the book.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use partner::Book;
use partner::facts::objects::FactKind;
use partner::ids::AdAccountId;
use partner::queries::syncs::SyncQuery;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{Activity, Observer, SyncEvent};

/// Between two tellings.
const PAUSE: Duration = Duration::from_millis(250);

pub struct Teller {
    book: Arc<Book>,
    observer: Observer,
    news: Mutex<News>,
    some: Notify,
}

#[derive(Default)]
struct News {
    moved: BTreeSet<i64>,
    accounts: BTreeSet<AdAccountId>,
    kinds: BTreeSet<FactKind>,
    details: bool,
}

impl Teller {
    pub fn new(book: Arc<Book>, observer: Observer) -> Teller {
        Teller { book, observer, news: Mutex::default(), some: Notify::new() }
    }

    /// Tells at once.
    pub fn tell(&self, event: SyncEvent) {
        (self.observer)(event);
    }

    pub fn moved(&self, jobs: impl IntoIterator<Item = i64>) {
        self.news().moved.extend(jobs);
        self.some.notify_one();
    }

    pub fn written(&self, account: &AdAccountId, kind: Option<FactKind>) {
        let mut news = self.news();
        news.accounts.insert(account.clone());
        news.kinds.extend(kind);
        news.details |= kind.is_none();
        drop(news);
        self.some.notify_one();
    }

    /// Tells that a job ended.
    pub fn ended(&self, job: i64) {
        self.moved([job]);
        match self.book.rows::<SyncQuery>(&[job]) {
            Ok(rows) => rows
                .into_iter()
                .for_each(|row| self.tell(SyncEvent::Ended { sync: Box::new(Activity::from(row)) })),
            Err(error) => tracing::warn!(%error, "the end of a sync is not told"),
        }
    }

    /// Tells until it is stopped. Nothing is held any more once this returns.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = self.some.notified() => {}
                () = stop.cancelled() => return,
            }
            let teller = self.clone();
            if tokio::task::spawn_blocking(move || teller.tell_news()).await.is_err() {
                tracing::warn!("an observer of the syncs failed");
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// What was not told yet.
    pub fn tell_news(&self) {
        let News { moved, accounts, kinds, details } = std::mem::take(&mut *self.news());
        if !accounts.is_empty() {
            let (accounts, kinds) = (accounts.into_iter().collect(), kinds.into_iter().collect());
            self.tell(SyncEvent::Written { accounts, kinds, details });
        }
        if moved.is_empty() {
            return;
        }
        let moved: Vec<i64> = moved.into_iter().collect();
        match self.book.rows::<SyncQuery>(&moved) {
            Ok(rows) => self.tell(SyncEvent::Moved { syncs: rows.into_iter().map(Activity::from).collect() }),
            Err(error) => tracing::warn!(%error, "syncs are not told of"),
        }
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

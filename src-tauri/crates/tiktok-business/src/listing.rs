//! Reads a list to its end. It requests several pages ahead of the caller.

use std::{collections::VecDeque, marker::PhantomData, sync::Arc};

use tokio_util::task::AbortOnDropHandle;

use crate::{
    AccessToken, Client, Error, ErrorKind, Page, Row, Undecoded,
    completeness::{Checkpoint, Completeness, NextStep, Summary},
    envelope::malformed,
    page::RawPage,
};

/// Most pages prefetched by all listings of a client, as long as each has at least one. TikTok takes about a second for a
/// page of a thousand rows and allows ten a second. Such a page needs about two megabytes of memory.
const MAX_PREFETCHED_PAGES: usize = 10;

/// One of the queries that make up a listing.
#[derive(Debug)]
pub struct Query {
    pub page_size: u32,
    pub parameters: Vec<(&'static str, String)>,
}

/// The totals are the latest that TikTok reported. They can change during the listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub pages: u64,
    pub total_pages: u64,
    pub rows: u64,
    pub total_rows: u64,
}

/// Which of a listing's queries a page belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageOrigin {
    /// Index of the query.
    pub query: usize,
    /// The page starts or restarts the query: rows that an earlier start returned no longer count.
    pub is_first: bool,
}

/// A list, page by page. Dropping it cancels its requests. It needs a tokio runtime.
#[derive(Debug)]
pub struct Listing<T> {
    client: Client,
    token: AccessToken,
    queries: Vec<Query>,
    completeness: Completeness,
    /// After resuming, the checkpoint's latest page is fetched again to see whether the list has changed.
    compare_page: bool,
    /// Requested pages in order, the current one first.
    prefetched: VecDeque<AbortOnDropHandle<Result<RawPage, Error>>>,
    next_page: u64,
    page_origin: PageOrigin,
    /// The client's counter of open listings.
    open_listings: Arc<()>,
    rows: PhantomData<T>,
}

impl<T: Row> Listing<T> {
    pub(crate) fn new(client: &Client, token: &AccessToken, queries: Vec<Query>) -> Self {
        let page_size = queries.first().map_or(0, |query| query.page_size);
        Listing {
            client: client.clone(),
            token: token.clone(),
            queries,
            completeness: Completeness::new(T::ENDPOINT, page_size),
            compare_page: false,
            prefetched: VecDeque::new(),
            next_page: 1,
            page_origin: PageOrigin::default(),
            open_listings: client.open_listings(),
            rows: PhantomData,
        }
    }

    /// Leaves it to the caller to decode rows.
    #[must_use]
    pub fn undecoded(self) -> Listing<Undecoded<T>> {
        Listing {
            client: self.client,
            token: self.token,
            queries: self.queries,
            completeness: self.completeness,
            compare_page: self.compare_page,
            prefetched: self.prefetched,
            next_page: self.next_page,
            page_origin: self.page_origin,
            open_listings: self.open_listings,
            rows: PhantomData,
        }
    }

    /// Continues from a checkpoint of another listing of the same objects. If the list has changed or the checkpoint is
    /// from another kind of list, the listing starts over, and rows may be returned again.
    #[must_use]
    pub fn resume(mut self, checkpoint: Checkpoint) -> Self {
        let at = &self.completeness.checkpoint;
        let matches = checkpoint.endpoint == at.endpoint && checkpoint.page_size == at.page_size;
        if matches && checkpoint.query < self.queries.len() {
            self.completeness = Completeness::resume(checkpoint);
            let at = &self.completeness.checkpoint;
            self.compare_page = at.page > 0 && !at.summary.finished;
            self.discard_prefetched();
        }
        self
    }

    /// Continues with another token, for example after [`ErrorKind::SignInRequired`].
    pub fn use_token(&mut self, token: AccessToken) {
        self.token = token;
        self.discard_prefetched();
    }

    /// Returns the next page, or `None` after the last. It contains only rows that were not returned before, possibly none.
    ///
    /// Cancel safe. After an error, the next call requests the same page again.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        loop {
            if self.completeness.checkpoint.summary.finished {
                return None;
            }
            self.prefetch();
            let page = match self.prefetched.front_mut()?.await {
                Ok(page) => page,
                Err(error) => Err(Error::new(ErrorKind::Unexpected, T::ENDPOINT, error.to_string())),
            };
            self.prefetched.pop_front();
            match page.and_then(|page| self.process(page)) {
                Ok(Some(page)) => return Some(Ok(page)),
                Ok(None) => {}
                Err(error) => {
                    // The following pages most likely failed in the same way.
                    self.discard_prefetched();
                    return Some(Err(error));
                }
            }
        }
    }

    /// Returns where to [resume](Listing::resume) after the pages returned so far, also in another process.
    pub fn checkpoint(&self) -> Checkpoint {
        self.completeness.checkpoint.clone()
    }

    /// Describes the page that [`Listing::next`] returned last.
    pub fn page_origin(&self) -> PageOrigin {
        self.page_origin
    }

    pub fn progress(&self) -> Progress {
        let at = &self.completeness.checkpoint;
        let (pages, rows) = (at.summary.pages, at.summary.rows + at.summary.invalid);
        let remaining = if at.summary.finished { 0 } else { at.pages.saturating_sub(at.page) };
        Progress { pages, total_pages: pages + remaining, rows, total_rows: at.known_total().max(rows) }
    }

    /// Returns the counts so far. They are final once [`Listing::next`] has returned `None`.
    pub fn summary(&self) -> Summary {
        self.completeness.checkpoint.summary
    }

    fn process(&mut self, page: RawPage) -> Result<Option<Page<T>>, Error> {
        let info = page.info.ok_or_else(|| malformed(T::ENDPOINT, "the response has no page_info"))?;
        let mut page = page.decode();
        if std::mem::take(&mut self.compare_page) {
            if !self.completeness.recognize(&page, info) {
                self.completeness.restart();
                self.discard_prefetched();
            }
            return Ok(None);
        }
        let query = self.completeness.checkpoint.query;
        self.page_origin = PageOrigin { query, is_first: self.completeness.is_at_start() };
        match self.completeness.record(&mut page, info) {
            NextStep::Page => return Ok(Some(page)),
            NextStep::Pass => {}
            NextStep::Done if query + 1 < self.queries.len() => self.completeness.start_next_query(),
            NextStep::Done => self.completeness.checkpoint.summary.finished = true,
        }
        self.discard_prefetched();
        Ok(Some(page))
    }

    /// Cancels the requests for all pages that were not processed.
    fn discard_prefetched(&mut self) {
        self.prefetched.clear();
        self.next_page = self.completeness.checkpoint.page + u64::from(!self.compare_page);
    }

    fn prefetch(&mut self) {
        let at = &self.completeness.checkpoint;
        let Some(query) = self.queries.get(at.query) else {
            return;
        };
        let last_page = at.pages.max(1);
        // The client holds one of the references.
        let open_listings = Arc::strong_count(&self.open_listings).saturating_sub(1).max(1);
        let max_prefetched = (MAX_PREFETCHED_PAGES / open_listings).max(1);
        while self.prefetched.len() < max_prefetched
            && (self.next_page <= last_page || self.prefetched.is_empty())
        {
            let (client, token) = (self.client.clone(), self.token.clone());
            let mut parameters = query.parameters.clone();
            parameters.push(("page", self.next_page.to_string()));
            parameters.push(("page_size", query.page_size.to_string()));
            let request = async move {
                let query: Vec<_> = parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
                client.get_page(T::ENDPOINT, &token, &query).await
            };
            self.prefetched.push_back(AbortOnDropHandle::new(tokio::spawn(request)));
            self.next_page += 1;
        }
    }
}

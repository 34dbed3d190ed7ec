//! Reading a list to its end: several pages are on their way while the caller is busy with one.

use std::{collections::VecDeque, marker::PhantomData};

use tokio_util::task::AbortOnDropHandle;

use crate::{
    AccessToken, Client, Error, Kind, Page,
    client::OpenListing,
    decode::{self, Answer},
    envelope::shape,
    row::Row,
    tally::{End, Position, Tally, Turn},
};

/// Pages asked for and not yet given by all listings of a client, at most, as long as each has [`LEAST_AHEAD`]. A page of
/// a thousand rows takes TikTok about a second, and ten a second are allowed; it takes about two megabytes of memory.
const AHEAD: usize = 10;
const LEAST_AHEAD: usize = 1;

/// One query of a listing.
#[derive(Debug)]
pub struct Part {
    pub page_size: u32,
    pub query: Vec<(&'static str, String)>,
}

/// How much of a listing is done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Pages given.
    pub pages: u64,
    /// Pages there are, as far as TikTok has told.
    pub of_pages: u64,
    /// Objects given.
    pub rows: u64,
    /// Objects there are, as far as TikTok has told.
    pub of_rows: u64,
}

/// Which of a listing's parts a page is of: what is there, and TopView's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartOf {
    /// From 0.
    pub part: usize,
    /// The page begins the part, or begins it anew: what was given of it before no longer counts.
    pub first: bool,
}

/// A list of TikTok's, page after page.
///
/// Pages are fetched ahead on their own; dropping the listing cancels them. Needs a tokio runtime.
#[derive(Debug)]
pub struct Listing<T> {
    client: Client,
    token: AccessToken,
    parts: Vec<Part>,
    tally: Tally,
    /// The page taken last before a crash has to be looked at once more.
    recognize: bool,
    asked: VecDeque<AbortOnDropHandle<Result<Answer<T>, Error>>>,
    /// The page that is asked for next.
    ask: u64,
    /// Which part the last page was of, and whether it began it.
    part: PartOf,
    open: OpenListing,
    rows: PhantomData<T>,
}

impl<T: Row> Listing<T> {
    pub(crate) fn new(client: &Client, token: &AccessToken, parts: Vec<Part>) -> Self {
        let mut tally = Tally::new(T::ENDPOINT);
        tally.at.page_size = parts.first().map_or(0, |part| part.page_size);
        Listing {
            client: client.clone(),
            token: token.clone(),
            parts,
            tally,
            recognize: false,
            asked: VecDeque::new(),
            ask: 1,
            part: PartOf::default(),
            open: client.open_listing(),
            rows: PhantomData,
        }
    }

    /// Goes on where another listing of the same objects stopped. When TikTok's list moved meanwhile, or `position` is
    /// of another kind of list, it begins anew: rows may then come again.
    #[must_use]
    pub fn resume(mut self, position: Position) -> Self {
        let at = &self.tally.at;
        let ours = position.endpoint == at.endpoint && position.page_size == at.page_size;
        if ours && position.part < self.parts.len() {
            self.tally = Tally::resumed(position);
            self.recognize = self.tally.at.page > 0 && !self.tally.at.end.finished;
            self.forget_asked();
        }
        self
    }

    /// Goes on with another token, after [`Kind::LoginNeeded`] or before.
    pub fn use_token(&mut self, token: AccessToken) {
        self.token = token;
        self.forget_asked();
    }

    /// The next page, or nothing after the last. Its rows are new, and may be none.
    ///
    /// May be dropped and called again without loss. After an error the same page is asked for again: an error is an
    /// end only if the caller takes it for one.
    pub async fn next(&mut self) -> Option<Result<Page<T>, Error>> {
        loop {
            if self.tally.at.end.finished {
                return None;
            }
            self.ask_ahead();
            let answer = match self.asked.front_mut()?.await {
                Ok(answer) => answer,
                Err(error) => Err(Error::new(Kind::Unexpected, T::ENDPOINT, error.to_string())),
            };
            self.asked.pop_front();
            match answer.and_then(|answer| self.take(answer)) {
                Ok(Some(page)) => return Some(Ok(page)),
                Ok(None) => {}
                Err(error) => {
                    // The others most likely met the same trouble.
                    self.forget_asked();
                    return Some(Err(error));
                }
            }
        }
    }

    /// Where the next call of [`Listing::next`] goes on, also in another process.
    pub fn position(&self) -> Position {
        self.tally.at.clone()
    }

    /// Which part the page is of that [`Listing::next`] gave last.
    pub fn part(&self) -> PartOf {
        self.part
    }

    /// How much is done.
    pub fn progress(&self) -> Progress {
        let at = &self.tally.at;
        let total = at.total_so_far();
        let (pages, rows) = (at.end.pages, at.end.rows + at.end.bad);
        let to_come = if at.end.finished { 0 } else { at.pages.saturating_sub(at.page) };
        Progress { pages, of_pages: pages + to_come, rows, of_rows: total.max(rows) }
    }

    /// What has come of it so far; all, after [`Listing::next`] gave nothing.
    pub fn end(&self) -> End {
        self.tally.at.end
    }

    /// Everything at once, for short lists.
    pub(crate) async fn all(mut self) -> Result<Page<T>, Error> {
        let mut all = Page::default();
        while let Some(page) = self.next().await {
            all.append(page?);
        }
        Ok(all)
    }

    fn take(&mut self, answer: Answer<T>) -> Result<Option<Page<T>>, Error> {
        let Answer { mut page, info } = answer;
        let info = info.ok_or_else(|| shape(T::ENDPOINT, "the answer has no page_info"))?;
        if std::mem::take(&mut self.recognize) {
            if !self.tally.recognize(&page, info) {
                self.tally.begin();
                self.forget_asked();
            }
            return Ok(None);
        }
        self.part = PartOf { part: self.tally.at.part, first: self.tally.begins() };
        match self.tally.take(&mut page, info) {
            Turn::Page => return Ok(Some(page)),
            Turn::Round => {}
            Turn::Done if self.tally.at.part + 1 < self.parts.len() => self.tally.next_part(),
            Turn::Done => self.tally.at.end.finished = true,
        }
        self.forget_asked();
        Ok(Some(page))
    }

    /// Goes back to what was taken.
    fn forget_asked(&mut self) {
        self.asked.clear();
        self.ask = self.tally.at.page + u64::from(!self.recognize);
    }

    fn ask_ahead(&mut self) {
        let Some(part) = self.parts.get(self.tally.at.part) else {
            return;
        };
        // In the first place only one page is known of.
        let last = self.tally.at.pages.max(1);
        let ahead = (AHEAD / self.open.among()).max(LEAST_AHEAD);
        while self.asked.len() < ahead && (self.ask <= last || self.asked.is_empty()) {
            let (client, token) = (self.client.clone(), self.token.clone());
            let mut query = part.query.clone();
            query.push(("page", self.ask.to_string()));
            query.push(("page_size", part.page_size.to_string()));
            let ask = async move {
                let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
                client.read(T::ENDPOINT, &token, &query, &[], decode::rows).await
            };
            self.asked.push_back(AbortOnDropHandle::new(tokio::spawn(ask)));
            self.ask += 1;
        }
    }
}

impl Client {
    /// One request for rows without pages.
    pub(crate) async fn rows<T: Row>(
        &self,
        token: &AccessToken,
        query: &[(&str, &str)],
    ) -> Result<Page<T>, Error> {
        let answer: Answer<T> = self.read(T::ENDPOINT, token, query, &[], decode::rows).await?;
        Ok(answer.page)
    }
}

//! The steps of a job: what each fetches from TikTok and writes to the book.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};
use partner::facts::accounts::{AccountFacts, AccountResponse};
use partner::facts::media::{MediaFacts, MediaKind};
use partner::facts::objects::Fact;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{ListCheckpoint, PageProgress, StepCursor};
use tiktok_business::{AccessToken, AdvertiserId, Client, Listing, MissingReason, Page, Undecoded};

use super::context::{RunningJob, StepError};
use super::facts::{self, IntoFact, ListRow};
use crate::problem::{Problem, ProblemCode};
use crate::tiktok::import::account_details;

/// Concurrent requests for images or videos.
const MEDIA_REQUESTS: usize = 8;

/// Most ids that TikTok accepts in one request. Source: `docs/tiktok-api.md`, section "3. Endpoints".
const MAX_IMAGE_IDS: usize = 100;
const MAX_VIDEO_IDS: usize = 60;

impl RunningJob<'_> {
    /// Updates the ad account's own details.
    pub async fn sync_details(&mut self) -> Result<(), StepError> {
        loop {
            let token = self.token().await?;
            let ids = [self.advertiser.clone()];
            let mut infos = match self.client.advertiser_info(&token, &ids, |_| {}).await {
                Ok(infos) => infos,
                Err(error) => {
                    self.recover(error).await?;
                    continue;
                }
            };
            if let Some(info) = infos.list.pop() {
                let name = info.name.clone().unwrap_or_default();
                let answer = AccountResponse::Details(Box::new(account_details(info)));
                let facts = AccountFacts { id: self.job.ad_account.0.clone(), name, answer };
                let job = self.job.clone();
                if self.with_book(move |book| book.record_account(&job, &facts)).await? {
                    self.context.reporter.account_written();
                }
                return Ok(());
            }
            match infos.missing.pop().map(|missing| missing.reason) {
                Some(MissingReason::Rejected(error)) => self.recover(error).await?,
                // An empty response does not prove that the account is lost. If it is, TikTok rejects the next step.
                Some(MissingReason::Omitted | MissingReason::Unreadable) | None => {
                    return Err(StepError::SkipStep(Problem::new(ProblemCode::RowsUnreadable).about(1)));
                }
            }
        }
    }

    /// Reads one of the ad account's lists to its end.
    pub async fn sync_list<T: IntoFact>(
        &mut self,
        open: impl Fn(&Client, &AccessToken, &AdvertiserId) -> Listing<T>,
    ) -> Result<(), StepError> {
        let (done_before, checkpoint) = match &self.job.cursor {
            Some(StepCursor::List { done_before, checkpoint }) => (*done_before, checkpoint.get()),
            _ => (self.job.done, None),
        };
        let token = self.token().await?;
        let mut listing = open(&self.client, &token, &self.advertiser).undecoded();
        if let Some(checkpoint) = checkpoint {
            listing = listing.resume(checkpoint);
        }
        while let Some(page) = listing.next().await {
            match page {
                Ok(page) => self.write_page(page, &listing, done_before).await?,
                Err(error) => {
                    self.recover(error).await?;
                    listing.use_token(self.token().await?);
                }
            }
        }
        let summary = listing.summary();
        let incomplete = (!summary.is_complete()).then(|| {
            let counts = format!("{} of {}", summary.rows, summary.total);
            let problem = Problem::new(ProblemCode::ListIncomplete);
            StoredProblem::from(&problem.about(T::Fact::KIND.label()).because(counts))
        });
        let (job, now) = (self.job.clone(), self.context.now());
        self.with_book(move |book| book.finish_list(&job, T::Fact::KIND, incomplete.as_ref(), now)).await?;
        self.context.reporter.facts_written();
        Ok(())
    }

    async fn write_page<T: IntoFact>(
        &self,
        page: Page<Undecoded<T>>,
        listing: &Listing<Undecoded<T>>,
        done_before: u32,
    ) -> Result<(), StepError> {
        let (progress, origin) = (listing.progress(), listing.page_origin());
        let checkpoint = ListCheckpoint::new(&listing.checkpoint());
        let unreadable_ids = page.invalid.iter().filter_map(|row| row.id.as_ref().map(ToString::to_string));
        let page_progress = PageProgress {
            cursor: StepCursor::List { done_before, checkpoint },
            done: done_before.saturating_add(saturating_u32(progress.rows)),
            total: done_before.saturating_add(saturating_u32(progress.total_rows)),
            unreadable: saturating_u32(page.invalid.len() as u64),
            unreadable_ids: unreadable_ids.collect(),
            query: saturating_u32(origin.query as u64),
            is_first: origin.is_first,
        };
        let id = self.job.id;
        page.invalid.iter().for_each(|row| facts::warn_of_invalid(id, row));
        let job = self.job.clone();
        let write = move |book: &partner::Book| {
            let rows: Vec<ListRow<T>> = page.rows.into_iter().map(|row| ListRow { job: id, row }).collect();
            book.record_page(&job, &rows, &page_progress)
        };
        let written = self.with_book(write).await?;
        if written.added + written.changed > 0 {
            self.context.reporter.facts_written();
        }
        self.context.reporter.jobs_updated([self.job.id]);
        Ok(())
    }

    /// Fetches the images or videos that the ad account's ads show and that the book does not have yet.
    pub async fn sync_media(&mut self, kind: MediaKind) -> Result<(), StepError> {
        let (mut last_ad, mut all_found) = match &self.job.cursor {
            Some(StepCursor::Media { last_ad, all_found }) => (last_ad.clone(), *all_found),
            _ => (String::new(), true),
        };
        let job = self.job.clone();
        if self.with_book(move |book| book.has_all_media(&job.ad_account, kind)).await? {
            let job = self.job.clone();
            return self.with_book(move |book| book.finish_media(&job, kind, true)).await;
        }
        loop {
            self.make_way().await?;
            let (account, after) = (self.job.ad_account.clone(), last_ad.clone());
            let missing = self.with_book(move |book| book.missing_media(&account, kind, &after)).await?;
            let media = self.fetch_media(&missing.ids, kind).await?;
            let found: HashSet<&str> = media.iter().map(|file| file.id.as_str()).collect();
            all_found &= missing.ids.iter().all(|id| found.contains(id.as_str()));
            let is_last = missing.last_ad.is_none();
            last_ad = missing.last_ad.unwrap_or_default();
            let cursor = StepCursor::Media { last_ad: last_ad.clone(), all_found };
            let (job, is_empty) = (self.job.clone(), media.is_empty());
            self.with_book(move |book| {
                book.record_media(&job, &media, &cursor)?;
                if is_last { book.finish_media(&job, kind, all_found) } else { Ok(()) }
            })
            .await?;
            if !is_empty {
                self.context.reporter.facts_written();
            }
            if is_last {
                return Ok(());
            }
        }
    }

    async fn fetch_media(&mut self, ids: &[String], kind: MediaKind) -> Result<Vec<MediaFacts>, StepError> {
        let mut media = Vec::new();
        let most = match kind {
            MediaKind::Image => MAX_IMAGE_IDS,
            MediaKind::Video => MAX_VIDEO_IDS,
        };
        let mut batches: Vec<_> = ids.chunks(most).collect();
        while !batches.is_empty() {
            let token = self.token().await?;
            let requests: Vec<_> = batches
                .drain(..)
                .map(|ids| fetch_batch(&self.client, &token, &self.advertiser, ids, kind))
                .collect();
            let responses: Vec<_> = stream::iter(requests).buffer_unordered(MEDIA_REQUESTS).collect().await;
            let mut last_error = None;
            for (ids, response) in responses {
                match response {
                    Ok(files) => media.extend(files),
                    Err(error) => {
                        batches.push(ids);
                        last_error = Some(error);
                    }
                }
            }
            if let Some(error) = last_error {
                self.recover(error).await?;
            }
        }
        Ok(media)
    }
}

async fn fetch_batch<'a>(
    client: &Client,
    token: &AccessToken,
    advertiser: &AdvertiserId,
    ids: &'a [String],
    kind: MediaKind,
) -> (&'a [String], Result<Vec<MediaFacts>, tiktok_business::Error>) {
    let response = match kind {
        MediaKind::Image => {
            let page = client.images(token, advertiser, ids).await;
            page.map(|page| page.rows.into_iter().map(facts::image).collect())
        }
        MediaKind::Video => {
            let page = client.videos(token, advertiser, ids).await;
            page.map(|page| page.rows.into_iter().map(facts::video).collect())
        }
    };
    (ids, response)
}

fn saturating_u32(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

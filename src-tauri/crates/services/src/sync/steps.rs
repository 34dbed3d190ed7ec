//! What a step reads and writes down, page by page.

use futures_util::{StreamExt, stream};
use partner::facts::accounts::{AccountFacts, Told as ToldOf};
use partner::facts::record::{Fact, FactKind};
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{ListCheckpoint, PageProgress, StepCursor};
use tiktok_business::{AccessToken, AdvertiserId, Client, Listing, MissingReason, Page};

use super::runner::{Stop, Work};
use crate::problem::{Problem, ProblemCode};
use crate::sync::facts::{self, Told};
use crate::tiktok::import::account_details;

/// How many requests for pictures or videos are on their way at a time, and for how many of them each asks.
const MEDIA_REQUESTS: usize = 8;
const IMAGES: usize = 100;
const VIDEOS: usize = 60;

impl Work<'_> {
    pub(crate) async fn details(&mut self) -> Result<(), Stop> {
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

    pub(crate) async fn listing<T: Told>(
        &mut self,
        open: impl Fn(&Client, &AccessToken, &AdvertiserId) -> Listing<T>,
    ) -> Result<(), Stop> {
        let (done_before, checkpoint) = match &self.job.cursor {
            Some(StepCursor::List { done_before, checkpoint }) => (*done_before, checkpoint.get()),
            _ => (self.job.done, None),
        };
        let token = self.token().await?;
        let mut listing = open(&self.client, &token, &self.advertiser);
        if let Some(checkpoint) = checkpoint {
            listing = listing.resume(checkpoint);
        }
        while let Some(page) = listing.next().await {
            match page {
                Ok(page) => self.write_page(page, &listing, done_before).await?,
                Err(error) => {
                    self.react(error).await?;
                    listing.use_token(self.token().await?);
                }
            }
        }
        let end = listing.end();
        let incomplete = (!end.is_complete()).then(|| {
            let counts = format!("{} of {}", end.rows, end.total);
            let problem = Problem::new(ProblemCode::ListIncomplete).about(T::Fact::KIND.label());
            StoredProblem::from(&problem.because(counts))
        });
        let (job, now, kind) = (self.job.clone(), self.engine.now(), T::Fact::KIND);
        self.in_book(move |book| book.finish_list(&job, kind, incomplete.as_ref(), now)).await?;
        self.engine.teller.written(&self.job.ad_account, Some(kind));
        Ok(())
    }

    pub(super) async fn write_page<T: Told>(
        &self,
        page: Page<T>,
        listing: &Listing<T>,
        done_before: u32,
    ) -> Result<(), Stop> {
        let (progress, part) = (listing.progress(), listing.part());
        let checkpoint = ListCheckpoint::new(&listing.position());
        let page_progress = PageProgress {
            cursor: StepCursor::List { done_before, checkpoint },
            done: done_before.saturating_add(count(progress.rows)),
            total: done_before.saturating_add(count(progress.of_rows)),
            unreadable: count(page.bad.len() as u64),
            unreadable_ids: page
                .bad
                .iter()
                .filter_map(|bad| bad.id.as_ref().map(ToString::to_string))
                .collect(),
            query: count(part.part as u64),
            is_first: part.first,
        };
        for bad in &page.bad {
            tracing::warn!(job = self.job.id, id = ?bad.id, why = bad.why, "a row of TikTok's cannot be read");
        }
        let job = self.job.clone();
        let write = move |book: &partner::Book| {
            let facts: Vec<T::Fact> = page.rows.into_iter().map(Told::facts).collect();
            book.record_page(&job, &facts, &page_progress)
        };
        let written = self.in_book(write).await?;
        if written.added + written.changed > 0 {
            self.engine.teller.written(&self.job.ad_account, Some(T::Fact::KIND));
        }
        self.engine.teller.moved([self.job.id]);
        Ok(())
    }

    pub(crate) async fn media(&mut self, video: bool) -> Result<(), Stop> {
        let mut last_ad = match &self.job.cursor {
            Some(StepCursor::Media { last_ad }) => last_ad.clone(),
            _ => String::new(),
        };
        loop {
            let (account, after) = (self.job.ad_account.clone(), last_ad.clone());
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
            last_ad = unknown.last.unwrap_or_default();
            let (job, cursor) = (self.job.clone(), StepCursor::Media { last_ad: last_ad.clone() });
            let some = !found.is_empty();
            self.in_book(move |book| {
                book.record_media(&job, &found, &cursor)?;
                if more { Ok(()) } else { book.finish_step(&job) }
            })
            .await?;
            if some {
                self.engine.teller.written(&self.job.ad_account, Some(FactKind::Ad));
            }
            if !more {
                return Ok(());
            }
        }
    }
}

fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

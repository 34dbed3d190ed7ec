//! What a step reads and writes down, page by page.

use futures_util::{StreamExt, stream};
use partner::facts::accounts::{AccountFacts, Told as ToldOf};
use partner::facts::record::{Fact, FactKind};
use partner::sync_jobs::job::Place;
use serde::{Deserialize, Serialize};
use tiktok_business::{AccessToken, AdvertiserId, Checkpoint, Client, Listing, MissingReason, Page};

use super::runner::{Stop, Work, json};
use crate::problem::{Problem, ProblemCode};
use crate::sync::facts::{self, Told};
use crate::tiktok::import::account_details;

/// How many requests for pictures or videos are on their way at a time, and for how many of them each asks.
const MEDIA_REQUESTS: usize = 8;
const IMAGES: usize = 100;
const VIDEOS: usize = 60;

/// Where a step goes on, as the job's position says it.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Bookmark {
    /// Objects that the steps before it read, and that there were.
    done: u32,
    of: u32,
    /// In a listing.
    #[serde(skip_serializing_if = "Option::is_none")]
    listing: Option<Checkpoint>,
    /// The last ad whose pictures or videos are known.
    #[serde(skip_serializing_if = "String::is_empty")]
    ad: String,
}

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
                Some(MissingReason::Rejected(error)) => self.react(error).await?,
                // That an answer is empty proves nothing. If the account is lost, the next step is refused.
                Some(MissingReason::Omitted | MissingReason::Unreadable) | None => {
                    return Err(Stop::LeaveOut(Problem::new(ProblemCode::RowsUnreadable).about(1)));
                }
            }
        }
    }

    pub(crate) async fn listing<T: Told>(
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
        let end = listing.summary();
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

    pub(super) async fn write_page<T: Told>(
        &self,
        page: Page<T>,
        listing: &Listing<T>,
        (done, of): (u32, u32),
    ) -> Result<(), Stop> {
        let (progress, part) = (listing.progress(), listing.page_origin());
        let bookmark = Bookmark { done, of, listing: Some(listing.checkpoint()), ad: String::new() };
        let place = Place {
            position: json(&bookmark),
            done: done.saturating_add(count(progress.rows)),
            of: of.saturating_add(count(progress.total_rows)),
            unreadable: count(page.invalid.len() as u64),
            unreadable_ids: page
                .invalid
                .iter()
                .filter_map(|bad| bad.id.as_ref().map(ToString::to_string))
                .collect(),
            part: count(part.query as u64),
            first: part.is_first,
        };
        for bad in &page.invalid {
            tracing::warn!(job = self.job.id, id = ?bad.id, why = bad.reason, "a row of TikTok's cannot be read");
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

    pub(crate) async fn media(&mut self, video: bool) -> Result<(), Stop> {
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
            let some = !found.is_empty();
            self.in_book(move |book| {
                book.record_media(&job, &found, &position)?;
                if more { Ok(()) } else { book.end_step(&job) }
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

    fn bookmark(&self) -> Bookmark {
        let saved = self.job.position.as_deref().and_then(|text| serde_json::from_str(text).ok());
        saved.unwrap_or_else(|| Bookmark { done: self.job.done, of: self.job.done, ..Bookmark::default() })
    }
}

fn count(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

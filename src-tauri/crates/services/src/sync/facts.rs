//! Converts TikTok's rows to the book's facts.

use std::borrow::Cow;

use partner::facts::media::MediaFacts;
use partner::facts::objects::{AdFacts, AdGroupFacts, AudienceFacts, CampaignFacts, Fact, Listed};
use tiktok_business::{Ad, AdGroup, Audience, Campaign, Image, InvalidRow, Row, Undecoded, Video};

pub trait IntoFact: Row {
    type Fact: Fact + Clone;

    /// Whoever changes what a column gets from the same JSON also changes the constant `READING` of `partner`: otherwise
    /// objects that do not change on TikTok would keep the old value.
    fn into_fact(self) -> Self::Fact;
}

/// A row of a list, which is decoded if the book does not have it.
pub struct ListRow<T: IntoFact> {
    /// The job that reads the list.
    pub job: i64,
    pub row: Undecoded<T>,
}

impl<T: IntoFact> Listed for ListRow<T> {
    type Facts = T::Fact;

    fn listed_id(&self) -> &str {
        self.row.id()
    }

    fn json(&self) -> &[u8] {
        self.row.json().as_bytes()
    }

    fn facts(&self) -> Option<Cow<'_, T::Fact>> {
        match self.row.decode() {
            Ok(row) => Some(Cow::Owned(row.into_fact())),
            Err(row) => {
                warn_of_invalid(self.job, &row);
                None
            }
        }
    }
}

pub fn warn_of_invalid(job: i64, row: &InvalidRow) {
    tracing::warn!(job, id = ?row.id, reason = row.reason, "skipped invalid TikTok row");
}

fn text<T: Into<String>>(text: Option<T>) -> String {
    text.map(Into::into).unwrap_or_default()
}

impl IntoFact for Campaign {
    type Fact = CampaignFacts;

    fn into_fact(self) -> CampaignFacts {
        CampaignFacts {
            id: self.id.into(),
            name: text(self.name),
            objective: text(self.objective_type),
            operation_status: text(self.operation_status),
            secondary_status: text(self.secondary_status),
            budget: self.budget,
            budget_mode: text(self.budget_mode),
            created_at: text(self.create_time).into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

impl IntoFact for AdGroup {
    type Fact = AdGroupFacts;

    fn into_fact(self) -> AdGroupFacts {
        let price = |price: Option<f64>| price.filter(|price| *price != 0.0);
        AdGroupFacts {
            id: self.id.into(),
            name: text(self.name),
            campaign_id: self.campaign_id.into(),
            operation_status: text(self.operation_status),
            secondary_status: text(self.secondary_status),
            budget: self.budget,
            budget_mode: text(self.budget_mode),
            optimization_goal: text(self.optimization_goal),
            bid_type: text(self.bid_type),
            bid: price(self.bid_price).or(price(self.conversion_bid_price)),
            starts_at: text(self.schedule_start_time).into(),
            ends_at: text(self.schedule_end_time).into(),
            created_at: text(self.create_time).into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

impl IntoFact for Ad {
    type Fact = AdFacts;

    fn into_fact(self) -> AdFacts {
        AdFacts {
            id: self.id.into(),
            name: text(self.name),
            ad_group_id: self.ad_group_id.into(),
            campaign_id: self.campaign_id.into(),
            operation_status: text(self.operation_status),
            secondary_status: text(self.secondary_status),
            format: text(self.format),
            text: text(self.text),
            display_name: text(self.display_name),
            call_to_action: text(self.call_to_action),
            landing_page: text(self.landing_page_url),
            video_id: text(self.video_id),
            image_ids: serde_json::to_string(&self.image_ids).unwrap_or_else(|_| "[]".to_owned()),
            created_at: text(self.create_time).into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

impl IntoFact for Audience {
    type Fact = AudienceFacts;

    fn into_fact(self) -> AudienceFacts {
        AudienceFacts {
            id: self.id.into(),
            name: text(self.name),
            audience_type: text(self.audience_type),
            size: self.size,
            valid: self.is_valid.unwrap_or_default(),
            expiring: self.is_expiring.unwrap_or_default(),
            shared: self.shared.unwrap_or_default(),
            own: self.is_creator.unwrap_or_default(),
            created_at: text(self.create_time).into(),
            expires_at: text(self.expired_time).into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

pub fn image(image: Image) -> MediaFacts {
    MediaFacts {
        id: image.id.into(),
        video: false,
        file_name: text(image.file_name),
        format: text(image.format),
        width: image.width,
        height: image.height,
        size: image.size,
        duration: None,
    }
}

pub fn video(video: Video) -> MediaFacts {
    MediaFacts {
        id: video.id.into(),
        video: true,
        file_name: text(video.file_name),
        format: text(video.format),
        width: video.width,
        height: video.height,
        size: video.size,
        duration: video.duration,
    }
}

//! Converts TikTok's rows to the book's facts.

use std::borrow::Cow;

use partner::facts::media::{MediaFacts, MediaKind};
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
        self.row.json().as_str().as_bytes()
    }

    fn facts(&self) -> Option<Cow<'_, T::Fact>> {
        match self.row.read() {
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

impl IntoFact for Campaign {
    type Fact = CampaignFacts;

    fn into_fact(self) -> CampaignFacts {
        CampaignFacts {
            id: self.id.into(),
            name: self.name.unwrap_or_default(),
            objective: self.objective_type.unwrap_or_default(),
            operation_status: self.operation_status.unwrap_or_default(),
            secondary_status: self.secondary_status.unwrap_or_default(),
            budget: self.budget,
            budget_mode: self.budget_mode.unwrap_or_default(),
            created_at: self.create_time.unwrap_or_default().into(),
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
            name: self.name.unwrap_or_default(),
            campaign_id: self.campaign_id.into(),
            operation_status: self.operation_status.unwrap_or_default(),
            secondary_status: self.secondary_status.unwrap_or_default(),
            budget: self.budget,
            budget_mode: self.budget_mode.unwrap_or_default(),
            optimization_goal: self.optimization_goal.unwrap_or_default(),
            bid_type: self.bid_type.unwrap_or_default(),
            bid: price(self.bid_price).or(price(self.conversion_bid_price)),
            starts_at: self.schedule_start_time.unwrap_or_default().into(),
            ends_at: self.schedule_end_time.unwrap_or_default().into(),
            created_at: self.create_time.unwrap_or_default().into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

impl IntoFact for Ad {
    type Fact = AdFacts;

    fn into_fact(self) -> AdFacts {
        AdFacts {
            id: self.id.into(),
            name: self.name.unwrap_or_default(),
            ad_group_id: self.ad_group_id.into(),
            campaign_id: self.campaign_id.into(),
            operation_status: self.operation_status.unwrap_or_default(),
            secondary_status: self.secondary_status.unwrap_or_default(),
            format: self.format.unwrap_or_default(),
            text: self.text.unwrap_or_default(),
            display_name: self.display_name.unwrap_or_default(),
            call_to_action: self.call_to_action.unwrap_or_default(),
            landing_page: self.landing_page_url.unwrap_or_default(),
            video_id: self.video_id.unwrap_or_default(),
            image_ids: serde_json::to_string(&self.image_ids).unwrap_or_else(|_| "[]".to_owned()),
            created_at: self.create_time.unwrap_or_default().into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

impl IntoFact for Audience {
    type Fact = AudienceFacts;

    fn into_fact(self) -> AudienceFacts {
        AudienceFacts {
            id: self.id.into(),
            name: self.name.unwrap_or_default(),
            audience_type: self.audience_type.unwrap_or_default(),
            size: self.size,
            valid: self.is_valid.unwrap_or_default(),
            expiring: self.is_expiring.unwrap_or_default(),
            shared: self.shared.unwrap_or_default(),
            own: self.is_creator.unwrap_or_default(),
            created_at: self.create_time.unwrap_or_default().into(),
            expires_at: self.expired_time.unwrap_or_default().into(),
            raw_json: self.json.into_bytes(),
        }
    }
}

pub fn image(image: Image) -> MediaFacts {
    MediaFacts {
        id: image.id,
        kind: MediaKind::Image,
        file_name: image.file_name.unwrap_or_default(),
        format: image.format.unwrap_or_default(),
        width: image.width,
        height: image.height,
        size: image.size,
        duration: None,
    }
}

pub fn video(video: Video) -> MediaFacts {
    MediaFacts {
        id: video.id,
        kind: MediaKind::Video,
        file_name: video.file_name.unwrap_or_default(),
        format: video.format.unwrap_or_default(),
        width: video.width,
        height: video.height,
        size: video.size,
        duration: video.duration,
    }
}

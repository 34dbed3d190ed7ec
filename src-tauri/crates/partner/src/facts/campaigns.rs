//! Campaigns as TikTok tells of them.

use rusqlite::ToSql;

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};

/// What v1.3 `GET /campaign/get/` tells of one campaign.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CampaignFacts {
    /// `campaign_id`, digits.
    pub id: String,
    /// `campaign_name`; hostile text.
    pub name: String,
    /// Raw `objective_type`.
    pub objective: String,
    /// Raw `operation_status`.
    pub operation_status: String,
    /// Raw `secondary_status`.
    pub secondary_status: String,
    /// In the ad account's currency.
    pub budget: Option<f64>,
    /// Raw `budget_mode`.
    pub budget_mode: String,
    /// `create_time`, "YYYY-MM-DD HH:MM:SS" in UTC.
    pub created_at: String,
    /// `modify_time`, as `created_at`.
    pub modified_at: String,
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for CampaignFacts {
    const KIND: FactKind = FactKind::Campaign;
    const COLUMNS: &'static [&'static str] = &[
        "objective",
        "operation_status",
        "secondary_status",
        "budget",
        "budget_mode",
        "created_at",
        "modified_at",
    ];

    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn details(&self) -> &Details {
        &self.details
    }

    fn values(&self) -> Vec<&dyn ToSql> {
        vec![
            &self.objective,
            &self.operation_status,
            &self.secondary_status,
            &self.budget,
            &self.budget_mode,
            &self.created_at,
            &self.modified_at,
        ]
    }
}

//! Ad groups as TikTok tells of them.

use rusqlite::ToSql;

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};

/// What v1.3 `GET /adgroup/get/` tells of one ad group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdGroupFacts {
    /// `adgroup_id`, digits.
    pub id: String,
    /// `adgroup_name`; hostile text.
    pub name: String,
    /// `campaign_id`.
    pub campaign: String,
    /// Raw `operation_status`.
    pub operation_status: String,
    /// Raw `secondary_status`.
    pub secondary_status: String,
    /// In the ad account's currency.
    pub budget: Option<f64>,
    /// Raw `budget_mode`.
    pub budget_mode: String,
    /// Raw `optimization_goal`.
    pub optimization_goal: String,
    /// Raw `bid_type`.
    pub bid_type: String,
    /// `bid_price` or `conversion_bid_price`, in the ad account's currency.
    pub bid: Option<f64>,
    /// `schedule_start_time`, UTC.
    pub starts_at: String,
    /// `schedule_end_time`, UTC.
    pub ends_at: String,
    /// `create_time`, UTC.
    pub created_at: String,
    /// `modify_time`, UTC.
    pub modified_at: String,
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for AdGroupFacts {
    const KIND: FactKind = FactKind::AdGroup;
    const COLUMNS: &'static [&'static str] = &[
        "campaign_id",
        "operation_status",
        "secondary_status",
        "budget",
        "budget_mode",
        "optimization_goal",
        "bid_type",
        "bid",
        "starts_at",
        "ends_at",
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
            &self.campaign,
            &self.operation_status,
            &self.secondary_status,
            &self.budget,
            &self.budget_mode,
            &self.optimization_goal,
            &self.bid_type,
            &self.bid,
            &self.starts_at,
            &self.ends_at,
            &self.created_at,
            &self.modified_at,
        ]
    }
}

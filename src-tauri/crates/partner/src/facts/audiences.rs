//! Custom audiences as TikTok tells of them. One shared by several ad accounts is a row of each.

use rusqlite::ToSql;

use crate::facts::raw_json::Details;
use crate::facts::record::{Fact, FactKind};

/// What v1.3 `GET /dmp/custom_audience/list/` tells of one audience.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AudienceFacts {
    /// `audience_id`, digits.
    pub id: String,
    /// Hostile text.
    pub name: String,
    /// Raw `audience_type`.
    pub kind: String,
    /// `cover_num`: how many users it has.
    pub size: Option<i64>,
    /// `is_valid`: false while computing and once expired.
    pub valid: bool,
    /// `is_expiring`: within 60 days.
    pub expiring: bool,
    /// `shared`.
    pub shared: bool,
    /// `is_creator`.
    pub own: bool,
    /// `create_time`, as TikTok writes it.
    pub created_at: String,
    /// `expired_time`, as TikTok writes it.
    pub expires_at: String,
    /// All fields as TikTok told them.
    pub details: Details,
}

impl Fact for AudienceFacts {
    const KIND: FactKind = FactKind::Audience;
    const COLUMNS: &'static [&'static str] =
        &["type", "size", "valid", "expiring", "shared", "own", "created_at", "expires_at"];

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
            &self.kind,
            &self.size,
            &self.valid,
            &self.expiring,
            &self.shared,
            &self.own,
            &self.created_at,
            &self.expires_at,
        ]
    }
}

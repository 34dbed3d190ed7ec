//! Campaigns, ad groups, ads and audiences as TikTok reports them.

use std::hash::Hasher;

use bytes::Bytes;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use siphasher::sip::SipHasher13;

use crate::text_enum::text_enum;

text_enum! {
    /// The kinds of objects in an ad account. The text is the name of the table.
    FactKind {
        Campaign = "campaign", "Campaigns"
        AdGroup = "ad_group", "Ad groups"
        Ad = "ad", "Ads"
        Audience = "audience", "Audiences"
    }
}

/// An object that is written to the table of its kind.
pub trait Fact {
    const KIND: FactKind;
    /// The columns of this kind, without those that every kind has.
    const COLUMNS: &'static [&'static str];

    /// Returns the id, which consists of digits.
    fn id(&self) -> &str;
    /// Returns the name, which is untrusted text.
    fn name(&self) -> &str;
    /// Returns the JSON object that TikTok sent, which is UTF-8, or nothing.
    fn raw_json(&self) -> &[u8];
    /// Returns the values of [`Fact::COLUMNS`].
    fn values(&self) -> Vec<&dyn ToSql>;

    /// Returns the hash of everything that TikTok sent. It is stored, so it must be the same on all computers.
    fn hash(&self) -> i64 {
        let mut hasher = SipHasher13::new();
        let mut write = |bytes: &[u8]| {
            hasher.write_u64(bytes.len() as u64);
            hasher.write(bytes);
        };
        write(self.name().as_bytes());
        write(self.raw_json());
        for value in self.values() {
            match value.to_sql() {
                Ok(ToSqlOutput::Borrowed(ValueRef::Text(text))) => write(text),
                Ok(ToSqlOutput::Owned(Value::Integer(number))) => write(&number.to_le_bytes()),
                Ok(ToSqlOutput::Owned(Value::Real(number))) => write(&number.to_le_bytes()),
                _ => write(&[]),
            }
        }
        hasher.finish().cast_signed()
    }
}

/// Defines the facts of one kind. Each field after the kind is a column of the same name.
macro_rules! facts {
    ($(#[$meta:meta])* $facts:ident: $kind:ident { $($(#[$field_meta:meta])* $column:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $facts {
            pub id: String,
            pub name: String,
            $($(#[$field_meta])* pub $column: $type,)*
            /// The JSON object that TikTok sent, which is UTF-8, or nothing.
            pub raw_json: Bytes,
        }

        impl Fact for $facts {
            const KIND: FactKind = FactKind::$kind;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];

            fn id(&self) -> &str {
                &self.id
            }

            fn name(&self) -> &str {
                &self.name
            }

            fn raw_json(&self) -> &[u8] {
                &self.raw_json
            }

            fn values(&self) -> Vec<&dyn ToSql> {
                vec![$(&self.$column),*]
            }
        }
    };
}

// Texts are TikTok's own values. Times are "YYYY-MM-DD HH:MM:SS" in UTC. Amounts are in the ad account's currency.

facts! {
    /// An item of v1.3 `GET /campaign/get/`.
    CampaignFacts: Campaign {
        objective: String,
        operation_status: String,
        secondary_status: String,
        budget: Option<f64>,
        budget_mode: String,
        created_at: String,
        modified_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /adgroup/get/`.
    AdGroupFacts: AdGroup {
        campaign_id: String,
        operation_status: String,
        secondary_status: String,
        budget: Option<f64>,
        budget_mode: String,
        optimization_goal: String,
        bid_type: String,
        /// `bid_price` or `conversion_bid_price`.
        bid: Option<f64>,
        starts_at: String,
        ends_at: String,
        created_at: String,
        modified_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /ad/get/`.
    AdFacts: Ad {
        ad_group_id: String,
        campaign_id: String,
        operation_status: String,
        secondary_status: String,
        format: String,
        /// Untrusted text.
        text: String,
        /// Untrusted text.
        display_name: String,
        call_to_action: String,
        /// A URL; untrusted text.
        landing_page: String,
        /// Empty without a video.
        video_id: String,
        /// A JSON array.
        image_ids: String,
        created_at: String,
        modified_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /dmp/custom_audience/list/`. An audience shared by several ad accounts has one row in each.
    AudienceFacts: Audience {
        audience_type: String,
        /// Matched users.
        size: Option<i64>,
        /// False while TikTok computes the audience, and once it has expired.
        valid: bool,
        /// Expires within 60 days.
        expiring: bool,
        shared: bool,
        /// Whether this ad account created the audience.
        own: bool,
        created_at: String,
        expires_at: String,
    }
}

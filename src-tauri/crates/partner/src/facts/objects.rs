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

/// An object that is written to the table of its kind. Its traits, which many objects share, have their own table.
pub trait Fact {
    const KIND: FactKind;
    /// The columns of this kind, without those that every kind has.
    const COLUMNS: &'static [&'static str];
    /// The columns of the table of this kind's traits; empty for a kind without.
    const TRAITS: &'static [&'static str];

    /// Returns the id, which consists of digits.
    fn id(&self) -> &str;
    /// Returns the name, which is untrusted text.
    fn name(&self) -> &str;
    /// Returns the JSON object that TikTok sent, which is UTF-8, or nothing.
    fn raw_json(&self) -> &[u8];
    /// Returns the values of [`Fact::COLUMNS`].
    fn values(&self) -> Vec<&dyn ToSql>;
    /// Returns the values of [`Fact::TRAITS`].
    fn traits(&self) -> Vec<&str>;

    /// Returns the hash of everything that TikTok sent. It is stored, so it must be the same on all computers.
    fn hash(&self) -> i64 {
        let mut hasher = SipHasher13::new();
        let mut write = |bytes: &[u8]| {
            hasher.write_u64(bytes.len() as u64);
            hasher.write(bytes);
        };
        write(self.name().as_bytes());
        write(self.raw_json());
        for text in self.traits() {
            write(text.as_bytes());
        }
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

/// Defines the facts of one kind: the traits, which are texts, and the fields that are columns of the same name.
macro_rules! facts {
    ($(#[$meta:meta])* $facts:ident: $kind:ident [$($trait:ident),*] {
        $($(#[$field_meta:meta])* $column:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $facts {
            pub id: String,
            pub name: String,
            $(pub $trait: String,)*
            $($(#[$field_meta])* pub $column: $type,)*
            /// The JSON object that TikTok sent, which is UTF-8, or nothing.
            pub raw_json: Bytes,
        }

        impl Fact for $facts {
            const KIND: FactKind = FactKind::$kind;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($column)),*];
            const TRAITS: &'static [&'static str] = &[$(stringify!($trait)),*];

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

            fn traits(&self) -> Vec<&str> {
                vec![$(self.$trait.as_str()),*]
            }
        }
    };
}

// Texts are TikTok's own values. Times are "YYYY-MM-DD HH:MM:SS" in UTC. Amounts are in the ad account's currency.

facts! {
    /// An item of v1.3 `GET /campaign/get/`.
    CampaignFacts: Campaign [objective, operation_status, secondary_status, budget_mode] {
        budget: Option<f64>,
        created_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /adgroup/get/`.
    AdGroupFacts: AdGroup [operation_status, secondary_status, budget_mode, optimization_goal, bid_type] {
        campaign_id: String,
        budget: Option<f64>,
        /// `bid_price` or `conversion_bid_price`.
        bid: Option<f64>,
        starts_at: String,
        ends_at: String,
        created_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /ad/get/`.
    AdFacts: Ad [operation_status, secondary_status, format, call_to_action] {
        ad_group_id: String,
        campaign_id: String,
        /// Untrusted text.
        text: String,
        /// Untrusted text.
        display_name: String,
        /// A URL; untrusted text.
        landing_page: String,
        /// Empty without a video.
        video_id: String,
        /// A JSON array.
        image_ids: String,
        created_at: String,
    }
}

facts! {
    /// An item of v1.3 `GET /dmp/custom_audience/list/`. An audience shared by several ad accounts has one row in each.
    AudienceFacts: Audience [] {
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

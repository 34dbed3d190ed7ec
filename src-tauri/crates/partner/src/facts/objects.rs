//! Campaigns, ad groups, ads and audiences as TikTok reports them.

use std::borrow::Cow;

use bytes::Bytes;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use twox_hash::XxHash3_64;

use crate::facts::time::TiktokTime;
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
}

/// An object of a list. Its facts are read only if it differs from that of the book.
pub trait Listed {
    type Facts: Fact + Clone;

    /// Returns the id, which consists of digits.
    fn listed_id(&self) -> &str;
    /// Returns the JSON object that TikTok sent, which is UTF-8, or nothing.
    fn json(&self) -> &[u8];
    /// Returns `None` if the facts are invalid.
    fn facts(&self) -> Option<Cow<'_, Self::Facts>>;
}

impl<F: Fact + Clone> Listed for F {
    type Facts = F;

    fn listed_id(&self) -> &str {
        self.id()
    }

    fn json(&self) -> &[u8] {
        self.raw_json()
    }

    fn facts(&self) -> Option<Cow<'_, F>> {
        Some(Cow::Borrowed(self))
    }
}

/// Increase it when columns are read from the JSON in another way, so that the next sync writes all objects again.
const READING: &str = "1";

/// Hashes objects of one kind. Hashes are stored, so they must be the same on all computers.
pub(crate) struct ObjectHasher {
    /// Differs between versions of the application that read different facts from the same JSON.
    seed: u64,
}

impl ObjectHasher {
    pub fn new<F: Fact>() -> ObjectHasher {
        let names = [&[READING], F::COLUMNS, F::TRAITS].concat().join(",");
        ObjectHasher { seed: XxHash3_64::oneshot(names.as_bytes()) }
    }

    /// Returns the hash of everything that TikTok sent, or `None` for invalid facts.
    pub fn hash(&self, object: &impl Listed) -> Option<i64> {
        let json = object.json();
        let hash = if json.is_empty() {
            XxHash3_64::oneshot_with_seed(self.seed, &bytes_of(&*object.facts()?))
        } else {
            XxHash3_64::oneshot_with_seed(self.seed, json)
        };
        Some(hash.cast_signed())
    }
}

/// Returns the name and all values of facts without JSON.
fn bytes_of<F: Fact>(facts: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut write = |value: &[u8]| {
        bytes.extend((value.len() as u64).to_le_bytes());
        bytes.extend(value);
    };
    write(facts.name().as_bytes());
    for text in facts.traits() {
        write(text.as_bytes());
    }
    for value in facts.values() {
        match value.to_sql() {
            Ok(ToSqlOutput::Borrowed(ValueRef::Text(text))) => write(text),
            Ok(ToSqlOutput::Owned(Value::Integer(number))) => write(&number.to_le_bytes()),
            Ok(ToSqlOutput::Owned(Value::Real(number))) => write(&number.to_le_bytes()),
            _ => write(&[]),
        }
    }
    bytes
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

// Texts are TikTok's own values. Amounts are in the ad account's currency.

facts! {
    /// An item of v1.3 `GET /campaign/get/`.
    CampaignFacts: Campaign [objective, operation_status, secondary_status, budget_mode] {
        budget: Option<f64>,
        created_at: TiktokTime,
    }
}

facts! {
    /// An item of v1.3 `GET /adgroup/get/`.
    AdGroupFacts: AdGroup [operation_status, secondary_status, budget_mode, optimization_goal, bid_type] {
        campaign_id: String,
        budget: Option<f64>,
        /// `bid_price` or `conversion_bid_price`.
        bid: Option<f64>,
        starts_at: TiktokTime,
        ends_at: TiktokTime,
        created_at: TiktokTime,
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
        created_at: TiktokTime,
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
        created_at: TiktokTime,
        expires_at: TiktokTime,
    }
}

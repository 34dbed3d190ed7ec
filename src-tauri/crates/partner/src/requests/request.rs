//! The form of a request for a new TikTok ad account (R47). What is decided about a request is in
//! `decisions::kinds::request`, its mail in [`crate::requests::outbox`].

use serde::{Deserialize, Serialize};
use specta::Type;

/// In characters.
pub const MAX_NOTE_LENGTH: usize = 2000;

/// A request for a new TikTok ad account. [`crate::requests::options`] has the lists to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewRequest {
    /// 1 to 100 characters.
    pub name: String,
    pub industry: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 4217, one that TikTok supports.
    pub currency: String,
    /// An IANA time zone.
    pub timezone: String,
    /// May have several lines; at most [`MAX_NOTE_LENGTH`] characters.
    pub note: String,
}

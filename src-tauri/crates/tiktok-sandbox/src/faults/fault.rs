//! The description of a fault, which is also the body of `POST /sandbox/faults`.

use serde::{Deserialize, Serialize};

use super::mangle::Mangle;
use super::refusal::Refusal;
use crate::inventory::Change;
use crate::times::Times;

/// A fault in the next requests to an endpoint. Several effects can be combined.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// A path like `advertiser/info`, with or without slashes and `/open_api/v1.3`; `portal` for all sign-in pages; `*`
    /// for all requests.
    pub endpoint: String,
    /// Restricts the fault to requests for this ad account.
    pub account: Option<String>,
    /// Restricts the fault to requests for this page of a listing; a request without a page is for page 1.
    pub page: Option<u64>,
    /// The percentage of matching requests that fail; all by default.
    pub percent: Option<u8>,
    /// The number of matching requests that succeed first.
    pub skip: u32,
    /// The number of requests that fail.
    pub times: Times,
    /// Waits this many milliseconds before the other effects.
    pub delay_ms: u64,
    /// Processes the request before the other effects. Otherwise a replaced response means that it is never processed.
    pub after: bool,
    /// Sends no response until the faults are cleared; then processes the request normally.
    pub hang: bool,
    /// Closes the connection without a response.
    pub drop: bool,
    /// Resets the connection without a response.
    pub reset: bool,
    /// Revokes the request's token before the request is processed.
    pub revoke: bool,
    /// Removes the token's user's access to the request's ad account before the request is processed.
    pub lose: bool,
    /// Changes the request's ad account before the request is processed.
    pub change: Option<Change>,
    /// Responds with this code in the envelope.
    pub code: Option<i64>,
    /// The message for `code`.
    pub message: Option<String>,
    /// Responds with 40001 in these words instead of `code` and `message`.
    pub refusal: Option<Refusal>,
    /// The header `Retry-After` of the response: seconds or a date.
    pub retry_after: Option<String>,
    /// Responds with this HTTP status, and with the envelope of `code` or the body `html`.
    pub status: Option<u16>,
    /// Responds with this HTML.
    pub html: Option<String>,
    pub mangle: Option<Mangle>,
    /// Overrides the total number of a listing.
    pub total_number: Option<i64>,
    /// Prepends this many spaces to the body, which remains valid JSON.
    pub pad: u64,
    /// Processes the request, announces the full body, sends half of it and closes the connection.
    pub cut: bool,
}

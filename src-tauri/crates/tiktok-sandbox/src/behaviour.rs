//! Switches for cases in which TikTok's behavior is not documented. Tests choose one.

use serde::{Deserialize, Serialize};

#[cfg(feature = "control")]
use crate::tls::Certificate;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behaviour {
    pub bad_id: BadId,
    pub cancel: OnCancel,
    /// The certificate for https requests.
    #[cfg(feature = "control")]
    pub certificate: Certificate,
}

/// The response to Cancel on the Authorization page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnCancel {
    /// A redirect with `error=access_denied`.
    #[default]
    Redirect,
    /// A page that says so and tries to close the window.
    Page,
}

/// The effect of one account without permission on a call of `GET /advertiser/info/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BadId {
    /// The whole call is refused.
    #[default]
    FailBatch,
    /// The account is left out of the response.
    LeaveOut,
}

//! Why a job or a mail failed, as the book stores it.

use serde::{Deserialize, Serialize};

/// `services` converts its own error to and from this type. The book stores and exports it but never acts on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredProblem {
    /// A `services::problem::ProblemCode` in snake case.
    pub code: String,
    /// The name, file or field that the problem is about. Untrusted text.
    pub subject: Option<String>,
    /// TikTok's error code.
    pub tiktok_code: Option<i32>,
    /// TikTok's id of the failed request.
    pub request_id: Option<String>,
    /// The text from TikTok, the mail server or the operating system. Untrusted text.
    pub message: Option<String>,
}

//! A request as a screen shows it, and the events of the outbox.

use partner::ids::RequestId;
use partner::queries::requests::RequestRow;
use partner::requests::outbox::MailState;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::{Problem, ProblemCode};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccountRequest {
    #[serde(flatten)]
    pub request: RequestRow,
    /// Why its mail has not been sent.
    pub problem: Option<Problem>,
}

impl From<RequestRow> for AccountRequest {
    fn from(request: RequestRow) -> Self {
        let failed = request.mail.as_ref().is_some_and(|mail| mail.state == MailState::Failed);
        let problem = match &request.problem {
            Some(problem) => Some(Problem::from(problem)),
            // A restored backup does not know what became of the mails that were queued when it was made.
            None => failed.then(|| ProblemCode::MailUncertain.into()),
        };
        AccountRequest { request, problem }
    }
}

/// Emitted after the change is committed. Handlers run on any thread and must not block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxEvent {
    /// The mail of a request is being sent, waits for a retry, or was sent.
    Changed { request: RequestId },
    /// The mail is retried, but the admin may have to act.
    Delayed {
        request: RequestId,
        /// The name of the ad account that is requested. Untrusted text.
        name: String,
    },
    /// The mail is not retried until the admin acts.
    Failed {
        request: RequestId,
        /// The name of the ad account that is requested. Untrusted text.
        name: String,
    },
}

//! A request as a screen shows it, and what the outbox tells while it works.

use partner::ids::RequestId;
use partner::queries::requests::RequestRow;
use partner::requests::outbox::MailState;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::{Problem, ProblemCode};

/// A request as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AccountRequest {
    /// The request.
    #[serde(flatten)]
    pub request: RequestRow,
    /// Why its mail is not sent yet.
    pub problem: Option<Problem>,
}

impl From<RequestRow> for AccountRequest {
    fn from(request: RequestRow) -> Self {
        let failed = request.mail.as_ref().is_some_and(|mail| mail.state == MailState::Failed);
        let problem = match &request.problem {
            Some(problem) => Some(Problem::from(problem)),
            // A backup says nothing of what became of the mails that were in line when it was taken.
            None => failed.then(|| ProblemCode::MailUncertain.into()),
        };
        AccountRequest { request, problem }
    }
}

/// What the outbox tells, always after the commit. Called from any thread; who hears it must not wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutboxEvent {
    /// A mail began, waits, or was sent.
    Moved {
        /// Of which request.
        request: RequestId,
    },
    /// A mail is not tried again of its own accord.
    Failed {
        /// Of which request.
        request: RequestId,
        /// The name of the ad account that it asks for. Hostile text.
        name: String,
    },
}

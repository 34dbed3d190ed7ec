//! Why a message was not delivered, and when it is sent again.

use crate::problem::{Problem, ProblemCode};

/// A failed attempt to deliver a message. Except with [`RetryPolicy::Uncertain`], the server does not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryError {
    pub problem: Problem,
    pub retry: RetryPolicy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryPolicy {
    /// Retry with backoff: the cause usually passes.
    Backoff,
    /// Retry with backoff and notify the admin: the cause may pass, such as a captive portal, or need them.
    BackoffAndNotify,
    /// Retry at the longest interval: earlier attempts would fail the same way.
    LongestDelay,
    /// Wait for the admin: the server would answer the same again.
    Never,
    /// Retry a few times: the server may have accepted the message.
    Uncertain,
}

impl DeliveryError {
    pub(super) fn new(code: ProblemCode, retry: RetryPolicy) -> DeliveryError {
        DeliveryError { problem: Problem::new(code), retry }
    }

    /// Returns the error for a failure of this computer, such as a full disk.
    pub fn local(problem: Problem) -> DeliveryError {
        DeliveryError { problem, retry: RetryPolicy::Backoff }
    }

    /// Returns the error for a mail that cannot be sent until the settings change.
    pub fn await_settings(problem: Problem) -> DeliveryError {
        DeliveryError { problem, retry: RetryPolicy::LongestDelay }
    }

    pub(super) fn about(self, subject: impl ToString) -> DeliveryError {
        DeliveryError { problem: self.problem.about(subject), ..self }
    }

    pub(super) fn because(self, why: impl ToString) -> DeliveryError {
        DeliveryError { problem: self.problem.because(why), ..self }
    }
}

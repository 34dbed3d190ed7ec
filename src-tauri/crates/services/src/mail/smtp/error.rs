//! Maps a failed step to its problem and retry policy.

use std::io;

use super::Step;
use super::connection::ConnectionError;
use super::reply::Reply;
use crate::mail::{DeliveryError, RetryPolicy};
use crate::problem::{Problem, ProblemCode};

/// A step that failed.
#[derive(Debug)]
pub struct SmtpError {
    pub(super) step: Step,
    /// The host, user or address that the step was about.
    pub(super) subject: String,
    pub(super) sender: String,
    pub(super) cause: Cause,
}

#[derive(Debug)]
pub enum Cause {
    TimedOut,
    Connection(ConnectionError),
    /// The TLS configuration is unusable.
    Tls(rustls::Error),
    /// A reply of 400 or above.
    Rejected(Reply),
    /// A reply below 400 that does not fit the step.
    Unexpected(Reply),
    Problem(ProblemCode, RetryPolicy),
}

impl From<ConnectionError> for Cause {
    fn from(error: ConnectionError) -> Self {
        Cause::Connection(error)
    }
}

impl SmtpError {
    pub(super) fn has_reply(&self, code: u16) -> bool {
        matches!(&self.cause, Cause::Rejected(reply) | Cause::Unexpected(reply) if reply.code == code)
    }

    /// Replaces a secret in a reply, which may quote the command and is shown and stored. Servers cut long commands off, so a
    /// part of the secret counts that starts like it.
    pub(super) fn redact(&mut self, secret: &str) {
        let lines = match &mut self.cause {
            Cause::Rejected(reply) | Cause::Unexpected(reply) => &mut reply.lines[..],
            Cause::Connection(ConnectionError::InvalidReply(reply)) => std::slice::from_mut(&mut reply.0),
            _ => return,
        };
        for line in lines {
            *line = redacted(line, secret);
        }
    }

    /// Returns whether the server may accept the computer under another name. Postfix checks the name as late as RCPT.
    pub(super) fn is_about_the_name(&self) -> bool {
        match (self.step, &self.cause) {
            (Step::Hello, Cause::Rejected(_)) => true,
            (Step::Sender | Step::Recipient, Cause::Rejected(reply)) => reply.code == 504,
            _ => false,
        }
    }

    /// Returns whether another address of the server may work.
    pub(super) fn is_about_the_address(&self) -> bool {
        match &self.cause {
            Cause::TimedOut => true,
            Cause::Connection(ConnectionError::Io(error)) => {
                let (code, _) = io_problem(error);
                matches!(code, ProblemCode::MailServerRefused | ProblemCode::MailServerUnreachable)
            }
            _ => false,
        }
    }
}

impl From<SmtpError> for DeliveryError {
    fn from(error: SmtpError) -> Self {
        let SmtpError { step, subject, sender, cause } = error;
        let (code, retry) = match &cause {
            Cause::Rejected(reply) => rejection(step, reply),
            Cause::Problem(code, retry) => (*code, *retry),
            // The server may have the message.
            _ if step == Step::Text => (ProblemCode::MailUncertain, RetryPolicy::Uncertain),
            Cause::TimedOut => (ProblemCode::MailTimeout, RetryPolicy::Backoff),
            Cause::Tls(error) => tls_problem(error),
            Cause::Unexpected(_) | Cause::Connection(ConnectionError::InvalidReply(_)) => {
                (ProblemCode::MailUnexpected, RetryPolicy::Backoff)
            }
            Cause::Connection(ConnectionError::Closed) => {
                (ProblemCode::MailConnectionLost, RetryPolicy::Backoff)
            }
            Cause::Connection(ConnectionError::UnencryptedData) => {
                (ProblemCode::MailTampered, RetryPolicy::BackoffAndNotify)
            }
            Cause::Connection(ConnectionError::Io(error)) => io_problem(error),
        };
        let subject = match (code, &cause) {
            (ProblemCode::MailSenderRefused | ProblemCode::MailSendAsDenied, _) => sender,
            (_, Cause::TimedOut) => step.description().to_owned(),
            _ => subject,
        };
        let details = match &cause {
            Cause::TimedOut => Some(format!("timed out while {}", step.description())),
            Cause::Connection(error) => Some(error.to_string()),
            Cause::Tls(error) => Some(error.to_string()),
            Cause::Rejected(reply) | Cause::Unexpected(reply) => Some(reply.to_string()),
            Cause::Problem(..) => None,
        };
        let mut problem = Problem::new(code);
        if !subject.is_empty() {
            problem = problem.about(subject);
        }
        if let Some(details) = details {
            problem = problem.because(details);
        }
        DeliveryError { problem, retry }
    }
}

/// Enhanced status codes (subject and detail) that say more than the reply code and the step.
///
/// Sources: RFC 3463; Google, "Gmail SMTP errors and codes"; Microsoft, "Email non-delivery reports and SMTP errors in Exchange
/// Online".
const STATUSES: [((u16, u16), ProblemCode, RetryPolicy); 11] = {
    use ProblemCode::*;
    use RetryPolicy::{Backoff, LongestDelay, Never};
    [
        // Google: daily sending limit. RFC 3463: mail system congestion.
        ((4, 5), MailLimitReached, LongestDelay),
        // Microsoft: recipients per day, and messages of the organization.
        ((1, 90), MailLimitReached, LongestDelay),
        ((7, 232), MailLimitReached, LongestDelay),
        ((7, 233), MailLimitReached, LongestDelay),
        // Google: too many messages from this account or address.
        ((7, 28), MailLimitReached, LongestDelay),
        // RFC 3463: mailbox full, mail system full, not accepting messages.
        ((2, 2), MailDeferred, Backoff),
        ((3, 1), MailDeferred, Backoff),
        ((3, 2), MailDeferred, Backoff),
        // Microsoft: SendAsDenied.
        ((7, 60), MailSendAsDenied, Never),
        ((2, 252), MailSendAsDenied, Never),
        // Microsoft: SMTP sign-in is turned off, or blocked by a policy.
        ((7, 139), MailSignInDisabled, Never),
    ]
};

/// Returns what a reply of 400 or above means.
fn rejection(step: Step, reply: &Reply) -> (ProblemCode, RetryPolicy) {
    use ProblemCode as Code;
    if reply.code < 500 {
        return (Code::MailDeferred, RetryPolicy::Backoff);
    }
    let status = reply.enhanced_status();
    if let Some((_, code, retry)) = STATUSES.iter().find(|(known, _, _)| status == Some(*known)) {
        return (*code, *retry);
    }
    let code = match (step, reply.code) {
        // Until then the reply depends on the network: it may be intercepted, or the server may block its addresses.
        (Step::Greeting, _) => return (Code::MailRefused, RetryPolicy::BackoffAndNotify),
        (Step::Hello, _) => return (Code::MailGreetingRejected, RetryPolicy::BackoffAndNotify),
        (Step::Encrypt, _) => return (Code::MailStarttlsMissing, RetryPolicy::BackoffAndNotify),
        // RFC 5321, 4.5.3.1.10: too many recipients, for now.
        (Step::Recipient, 552) => return (Code::MailDeferred, RetryPolicy::Backoff),
        (_, 530) => Code::MailSignInRequired,
        (Step::SignIn, 534) => Code::MailAppPasswordRequired,
        // RFC 4954, 4 and 6: the mechanism, or AUTH itself, is not available.
        (Step::SignIn, 500..=504 | 538) => Code::MailSignInUnavailable,
        (Step::SignIn, _) => Code::MailPasswordWrong,
        (Step::Sender, _) => Code::MailSenderRefused,
        // Postfix: the sender does not belong to the user, which is checked as late as RCPT.
        (Step::Recipient, 553) if status == Some((7, 1)) => Code::MailSenderRefused,
        (Step::Recipient, _) => Code::MailRecipientRefused,
        _ => Code::MailRefused,
    };
    (code, RetryPolicy::Never)
}

/// The first characters by which a secret is recognized.
const RECOGNIZED: usize = 8;

fn redacted(text: &str, secret: &str) -> String {
    let mut result = String::new();
    let mut rest = text.chars();
    loop {
        // Some servers quote commands in upper case.
        let same = |(one, other): &(char, char)| one.eq_ignore_ascii_case(other);
        let quoted = rest.clone().zip(secret.chars()).take_while(same).count();
        if quoted > 0 && quoted >= secret.chars().count().min(RECOGNIZED) {
            result.push_str("[redacted]");
            rest.nth(quoted - 1);
        } else {
            match rest.next() {
                Some(c) => result.push(c),
                None => return result,
            }
        }
    }
}

fn tls_problem(error: &rustls::Error) -> (ProblemCode, RetryPolicy) {
    let code = match error {
        rustls::Error::InvalidCertificate(_) => ProblemCode::MailCertificate,
        _ => ProblemCode::MailTlsFailed,
    };
    // A captive portal answers in the server's place until the user signs in to it.
    (code, RetryPolicy::BackoffAndNotify)
}

fn io_problem(error: &io::Error) -> (ProblemCode, RetryPolicy) {
    if let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return tls_problem(error);
    }
    let code = match error.kind() {
        io::ErrorKind::ConnectionRefused => ProblemCode::MailServerRefused,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => ProblemCode::MailConnectionLost,
        _ => ProblemCode::MailServerUnreachable,
    };
    (code, RetryPolicy::Backoff)
}

//! The one error that reaches the user interface: a code, which the UI turns into severity, text and action, and what
//! the code speaks of.
//!
//! Every error of the crates below becomes a [`Problem`] here and nowhere else.

use std::io;

use serde::{Deserialize, Serialize};
use specta::Type;
use tiktok_business::Kind;

use crate::secrets::KeysError;
use crate::tiktok::sign_in::{FieldProblem, LoginError};

/// What went wrong, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}")]
pub struct Problem {
    /// What it is.
    pub code: ProblemCode,
    /// The name, file, field or address it speaks of. Hostile text.
    pub subject: Option<String>,
    /// For those who ask TikTok's support.
    pub details: Option<ProblemDetails>,
    /// An import that can go on without a new log-in.
    pub can_continue: bool,
}

/// The raw facts behind a [`Problem`]. Hostile text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDetails {
    /// TikTok's own code.
    pub tiktok_code: Option<i32>,
    /// TikTok's own id of the request.
    pub request_id: Option<String>,
    /// What TikTok, or the computer, said.
    pub message: String,
}

/// Every way in which something can go wrong that has a text of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it, and the UI has a text for each")]
pub enum ProblemCode {
    NameEmpty,
    NameTooLong,
    NameCharacters,
    NameTaken,
    FileInUse,
    FileReadOnly,
    FileNewer,
    FileFromPreRelease,
    FileNotPartner,
    FileDamaged,
    FileIncomplete,
    FileMissing,
    DiskFull,
    FolderUnwritable,
    BackupOfAnother,
    BackupHere,
    TableUnreadable,
    TableTooLarge,
    Cancelled,

    AppIdInvalid,
    SecretMissing,
    RedirectUrlInvalid,
    ApiAddressInvalid,
    LoginAddressInvalid,
    AppNotSetUp,

    KeychainMissing,
    KeychainLocked,
    KeychainFailed,
    KeysSealed,
    PassphraseWrong,
    PassphraseShort,

    LoginInProgress,
    LoginWindowClosed,
    LoginCancelled,
    LoginStateMismatch,
    LoginWrongRedirect,
    LoginTimedOut,
    BrowserNeedsLoopback,
    PortInUse,
    BrowserMissing,

    Offline,
    TiktokTimeout,
    TiktokUnavailable,
    TiktokUnexpected,
    Throttled,
    Maintenance,
    AppKeysWrong,
    AuthCodeUsed,
    LoginNeeded,
    NoPermission,
    NoAdAccounts,
    CountryBlocked,
    TiktokRefused,
    AccountLost,
    ListIncomplete,
    RowsUnreadable,

    MailHostInvalid,
    MailNotPrivate,
    MailUserInvalid,
    MailSenderInvalid,
    MailReplyToInvalid,
    MailManagerInvalid,
    MailTeamInvalid,
    MailNoRecipient,
    MailPasswordMissing,
    MailServerUnknown,
    MailServerRefused,
    MailServerUnreachable,
    MailTimeout,
    MailCertificate,
    MailStarttlsMissing,
    MailTlsFailed,
    MailLoginMissing,
    MailPasswordWrong,
    MailSenderRefused,
    MailRecipientRefused,
    MailRefused,
    MailDeferred,
    MailUnexpected,
    MailHungUp,
    MailUncertain,
    RequestEnded,

    PartnerNotOpen,
    Internal,
}

impl Problem {
    /// A problem that needs no further word.
    pub fn new(code: ProblemCode) -> Self {
        Problem { code, subject: None, details: None, can_continue: false }
    }

    /// Names what it speaks of.
    pub fn about(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// Adds what the computer said.
    pub fn because(mut self, message: impl ToString) -> Self {
        self.details =
            Some(ProblemDetails { tiktok_code: None, request_id: None, message: message.to_string() });
        self
    }
}

impl Problem {
    /// Something that must not happen; only its text tells what.
    pub fn internal(error: impl ToString) -> Self {
        Problem::new(ProblemCode::Internal).because(error)
    }
}

impl From<partner::Error> for Problem {
    fn from(error: partner::Error) -> Self {
        use ProblemCode as Code;
        use partner::Error;
        match error {
            Error::NameEmpty => Code::NameEmpty.into(),
            Error::NameTooLong(_) => Code::NameTooLong.into(),
            Error::NameCharacters(_) => Code::NameCharacters.into(),
            Error::NameTaken(name) => Problem::new(Code::NameTaken).about(name),
            Error::FileInUse => Code::FileInUse.into(),
            Error::FileReadOnly => Code::FileReadOnly.into(),
            Error::FileNewer { .. } => Problem::new(Code::FileNewer).because(error),
            Error::FileFromPreRelease => Code::FileFromPreRelease.into(),
            Error::FileNotPartner => Code::FileNotPartner.into(),
            Error::FileDamaged(why) => Problem::new(Code::FileDamaged).because(why),
            Error::FileIncomplete(why) => Problem::new(Code::FileIncomplete).because(why),
            Error::FileMissing => Code::FileMissing.into(),
            Error::DiskFull => Code::DiskFull.into(),
            Error::FolderUnwritable(why) => Problem::new(Code::FolderUnwritable).because(why),
            Error::BackupOfAnother => Code::BackupOfAnother.into(),
            Error::BackupHere => Code::BackupHere.into(),
            Error::TableUnreadable(why) => Problem::new(Code::TableUnreadable).because(why),
            Error::TableTooLarge(_) => Problem::new(Code::TableTooLarge).because(error),
            Error::Cancelled => Code::Cancelled.into(),
            error @ (Error::CannotReplay(_) | Error::JobEnded | Error::Sql(_)) => Problem::internal(error),
        }
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code)
    }
}

impl From<Kind> for ProblemCode {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Throttled | Kind::DayUsed => ProblemCode::Throttled,
            Kind::Retry | Kind::Unavailable => ProblemCode::TiktokUnavailable,
            Kind::Maintenance => ProblemCode::Maintenance,
            Kind::LoginNeeded => ProblemCode::LoginNeeded,
            Kind::AuthCode => ProblemCode::AuthCodeUsed,
            Kind::App => ProblemCode::AppKeysWrong,
            Kind::Account | Kind::NoPermission => ProblemCode::NoPermission,
            Kind::CountryBlocked => ProblemCode::CountryBlocked,
            Kind::Refused => ProblemCode::TiktokRefused,
            Kind::Offline => ProblemCode::Offline,
            Kind::Timeout => ProblemCode::TiktokTimeout,
            Kind::Unexpected => ProblemCode::TiktokUnexpected,
        }
    }
}

impl From<tiktok_business::Error> for Problem {
    fn from(error: tiktok_business::Error) -> Self {
        Problem {
            code: error.kind.into(),
            subject: error.advertiser.map(String::from),
            details: Some(ProblemDetails {
                tiktok_code: error.code.and_then(|code| code.try_into().ok()),
                request_id: error.request_id.map(String::from),
                message: error.message.into(),
            }),
            can_continue: false,
        }
    }
}

impl From<LoginError> for Problem {
    fn from(error: LoginError) -> Self {
        use ProblemCode as Code;
        match error {
            LoginError::InProgress => Code::LoginInProgress.into(),
            LoginError::WindowClosed => Code::LoginWindowClosed.into(),
            LoginError::Cancelled { reason } => Problem {
                details: reason.map(|message| ProblemDetails {
                    tiktok_code: None,
                    request_id: None,
                    message,
                }),
                ..Code::LoginCancelled.into()
            },
            LoginError::StateMismatch => Code::LoginStateMismatch.into(),
            LoginError::WrongRedirect { place } => Problem::new(Code::LoginWrongRedirect).about(place),
            LoginError::TimedOut => Code::LoginTimedOut.into(),
            LoginError::NeedsLoopback => Code::BrowserNeedsLoopback.into(),
            LoginError::PortInUse { port } => Problem::new(Code::PortInUse).about(port),
            LoginError::NoBrowser => Code::BrowserMissing.into(),
            LoginError::Listen(error) => Problem::internal(error),
        }
    }
}

impl From<FieldProblem> for Problem {
    fn from(field: FieldProblem) -> Self {
        Problem::new(match field {
            FieldProblem::AppId => ProblemCode::AppIdInvalid,
            FieldProblem::Secret => ProblemCode::SecretMissing,
            FieldProblem::RedirectUrl => ProblemCode::RedirectUrlInvalid,
            FieldProblem::ApiAddress => ProblemCode::ApiAddressInvalid,
            FieldProblem::LoginAddress => ProblemCode::LoginAddressInvalid,
        })
    }
}

impl From<KeysError> for Problem {
    fn from(error: KeysError) -> Self {
        use ProblemCode as Code;
        match error {
            KeysError::KeychainMissing(message) => Problem::new(Code::KeychainMissing).because(message),
            KeysError::KeychainLocked => Code::KeychainLocked.into(),
            KeysError::KeychainFailed(message) => Problem::new(Code::KeychainFailed).because(message),
            KeysError::Sealed => Code::KeysSealed.into(),
            KeysError::PassphraseWrong => Code::PassphraseWrong.into(),
            KeysError::PassphraseShort => Code::PassphraseShort.into(),
            KeysError::Damaged { file } => Problem::new(Code::FileDamaged).about(file.display()),
            KeysError::File { file, error } => {
                let code = match error.kind() {
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Code::DiskFull,
                    _ => Code::FolderUnwritable,
                };
                Problem::new(code).about(file.display()).because(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_ui_sees_camel_case_fields_and_snake_case_codes() {
        let mut problem = Problem::new(ProblemCode::TiktokUnavailable).about("x").because("HTTP 504");
        problem.can_continue = true;
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            json!({
                "code": "tiktok_unavailable", "subject": "x", "canContinue": true,
                "details": { "tiktokCode": null, "requestId": null, "message": "HTTP 504" },
            })
        );
    }
}

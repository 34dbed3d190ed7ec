//! The only error type that reaches the user interface: a code, which has a severity, a text and an action, and the
//! facts that the text mentions.
//!
//! All conversions from the errors of other crates and modules are in this file.

mod code;

use partner::stored_problem::StoredProblem;
use serde::{Deserialize, Serialize};
use specta::Type;
use tiktok_business::ErrorKind;

use crate::secrets::SecretError;
use crate::tiktok::sign_in::{Explanation, FieldProblem, Refusal, SignInError};

pub use code::{Action, ProblemCode, Severity, Words};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[error("{code:?}")]
pub struct Problem {
    pub code: ProblemCode,
    /// The name, file, field or address that the text mentions. Untrusted text.
    pub subject: Option<String>,
    pub details: Option<ProblemDetails>,
    /// Whether the import can continue without a new sign-in.
    pub can_continue: bool,
}

/// What TikTok, the mail server or this computer reported, for a support case. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDetails {
    pub tiktok_code: Option<i32>,
    pub request_id: Option<String>,
    pub message: String,
}

impl Problem {
    pub fn new(code: ProblemCode) -> Self {
        Problem { code, subject: None, details: None, can_continue: false }
    }

    /// Sets the subject.
    pub fn about(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// Sets the subject unless it has one.
    pub fn or_about(self, subject: impl ToString) -> Self {
        if self.subject.is_some() { self } else { self.about(subject) }
    }

    /// Sets the message of the details.
    pub fn because(mut self, message: impl ToString) -> Self {
        self.details =
            Some(ProblemDetails { tiktok_code: None, request_id: None, message: message.to_string() });
        self
    }

    /// Returns a problem for a defect of the program: only the message says what happened.
    pub fn internal(error: impl ToString) -> Self {
        Problem::new(ProblemCode::Internal).because(error)
    }
}

impl From<&Problem> for StoredProblem {
    fn from(problem: &Problem) -> Self {
        let code = serde_json::to_value(problem.code).ok();
        let details = problem.details.as_ref();
        StoredProblem {
            code: code.as_ref().and_then(|code| code.as_str()).unwrap_or_default().to_owned(),
            subject: problem.subject.clone(),
            tiktok_code: details.and_then(|details| details.tiktok_code),
            request_id: details.and_then(|details| details.request_id.clone()),
            message: details.map(|details| details.message.clone()),
        }
    }
}

impl From<&StoredProblem> for Problem {
    /// A code of another version becomes [`ProblemCode::Internal`].
    fn from(stored: &StoredProblem) -> Self {
        let code = serde_json::from_value(stored.code.clone().into()).unwrap_or(ProblemCode::Internal);
        let details = stored.message.clone().map(|message| ProblemDetails {
            tiktok_code: stored.tiktok_code,
            request_id: stored.request_id.clone(),
            message,
        });
        Problem { code, subject: stored.subject.clone(), details, can_continue: false }
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
            Error::DiskFailed(why) => Problem::new(Code::DiskFailed).because(why),
            Error::FileCopied { original, comparison } => {
                Problem::new(Code::FileCopied).about(original).because(comparison)
            }
            Error::FolderUnwritable(why) | Error::CannotOpen(why) => {
                Problem::new(Code::FolderUnwritable).because(why)
            }
            Error::FolderUnsupported { place, why } => {
                Problem { subject: place, ..Problem::new(Code::FolderUnsupported).because(why) }
            }
            Error::ExportFolder { folder, why } => {
                Problem::new(Code::ExportFolder).about(folder.display()).because(why)
            }
            Error::FileOpenElsewhere { file, why } => {
                Problem::new(Code::FileOpenElsewhere).about(file.display()).because(why)
            }
            Error::BackupOfAnother => Code::BackupOfAnother.into(),
            Error::PartnerExists(name) => Problem::new(Code::PartnerExists).about(name),
            Error::BackupHere => Code::BackupHere.into(),
            Error::TableUnreadable(why) => Problem::new(Code::TableUnreadable).because(why),
            Error::TableQuoteOpen(line) => Problem::new(Code::TableQuoteOpen).about(line),
            Error::TablePassword => Code::TablePassword.into(),
            Error::TableOld => Code::TableOld.into(),
            Error::TableDamaged(why) => Problem::new(Code::TableDamaged).because(why),
            Error::TableTooLarge(_) => Problem::new(Code::TableTooLarge).because(error),
            Error::Cancelled => Code::Cancelled.into(),
            Error::Superseded => Code::Superseded.into(),
            error @ (Error::JobEnded | Error::Sql(_)) => Problem::internal(error),
        }
    }
}

impl From<ProblemCode> for Problem {
    fn from(code: ProblemCode) -> Self {
        Problem::new(code)
    }
}

impl From<ErrorKind> for ProblemCode {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::RateLimited | ErrorKind::DailyQuotaUsed => ProblemCode::Throttled,
            ErrorKind::ServerError | ErrorKind::Unavailable => ProblemCode::TiktokUnavailable,
            ErrorKind::Maintenance => ProblemCode::Maintenance,
            ErrorKind::SignInRequired => ProblemCode::SignInRequired,
            ErrorKind::InvalidAuthCode => ProblemCode::AuthCodeUsed,
            ErrorKind::InvalidApp => ProblemCode::AppCredentialsRejected,
            ErrorKind::AccountUnavailable | ErrorKind::NoPermission => ProblemCode::NoPermission,
            ErrorKind::CountryBlocked => ProblemCode::CountryBlocked,
            ErrorKind::Rejected => ProblemCode::TiktokRefused,
            ErrorKind::Offline => ProblemCode::Offline,
            ErrorKind::Certificate => ProblemCode::Certificate,
            ErrorKind::Clock => ProblemCode::Clock,
            ErrorKind::Proxy => ProblemCode::ProxyFailed,
            ErrorKind::ProxySignIn => ProblemCode::ProxySignIn,
            ErrorKind::Timeout => ProblemCode::TiktokTimeout,
            ErrorKind::Unexpected => ProblemCode::TiktokUnexpected,
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
                message: match error.code.filter(|code| i32::try_from(*code).is_err()) {
                    Some(code) => format!("{} (code {code})", error.message),
                    None => error.message.into(),
                },
            }),
            can_continue: false,
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        use ProblemCode as Code;
        match error {
            SignInError::InProgress => Code::SignInPending.into(),
            SignInError::WindowClosed => Code::SignInWindowClosed.into(),
            SignInError::Cancelled => Code::SignInCancelled.into(),
            SignInError::Refused(Explanation { refusal, code, text }) => Problem {
                details: Some(ProblemDetails {
                    tiktok_code: code.and_then(|code| code.try_into().ok()),
                    request_id: None,
                    message: text.unwrap_or_default(),
                }),
                ..Problem::new(match refusal {
                    Refusal::Cancelled => Code::SignInCancelled,
                    Refusal::App => Code::SignInAppRejected,
                    Refusal::Permissions => Code::SignInPermissionsRejected,
                    Refusal::Request => Code::SignInRequestRejected,
                    Refusal::Unavailable => Code::SignInUnavailable,
                    Refusal::Country => Code::CountryBlocked,
                    Refusal::Unknown => Code::SignInFailed,
                })
            },
            SignInError::WrongRedirect { address } => Problem::new(Code::SignInWrongRedirect).about(address),
            SignInError::TimedOut => Code::SignInTimedOut.into(),
            SignInError::StartedTwice => Code::SignInStartedTwice.into(),
            SignInError::NeedsLoopback => Code::BrowserNeedsLoopback.into(),
            SignInError::PortInUse { port } => Problem::new(Code::PortInUse).about(port),
            SignInError::NoBrowser => Code::BrowserMissing.into(),
            SignInError::PortForbidden { port, error } => {
                Problem::new(Code::PortForbidden).about(port).because(error)
            }
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
            FieldProblem::SignInAddress => ProblemCode::SignInAddressInvalid,
        })
    }
}

impl From<SecretError> for Problem {
    fn from(error: SecretError) -> Self {
        use ProblemCode as Code;
        match error {
            SecretError::KeychainMissing(message) => Problem::new(Code::KeychainMissing).because(message),
            SecretError::KeychainLocked => Code::KeychainLocked.into(),
            SecretError::KeychainFailed(message) => Problem::new(Code::KeychainFailed).because(message),
            SecretError::OtherOrigin(origin) => Problem::new(Code::SecretForOtherServer).about(origin),
            SecretError::FileLocked => Code::SecretStorageLocked.into(),
            SecretError::PassphraseWrong => Code::PassphraseWrong.into(),
            SecretError::PassphraseShort => Code::PassphraseShort.into(),
            SecretError::Damaged { file } => Problem::new(Code::SecretsDamaged).about(file.display()),
            SecretError::File { file, error } => {
                let why = error.to_string();
                Problem::from(partner::Error::of_folder(error)).about(file.display()).because(why)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn serializes_camel_case_fields_and_snake_case_codes() {
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

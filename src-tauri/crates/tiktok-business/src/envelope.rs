//! TikTok's envelope `{code, message, request_id, data}`. Source: `docs/tiktok-api.md`, section "2.1 Envelope".
//!
//! The code takes precedence over the HTTP status. `data` is read only after it, because failures may omit `data`.

use bytestring::ByteString;
use jiff::Timestamp;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Error, ErrorKind, codes, lenient::field_or_none};

#[derive(Debug)]
pub struct Response {
    pub endpoint: &'static str,
    pub status: StatusCode,
    /// From the header `Retry-After`.
    pub retry_at: Option<Timestamp>,
    pub body: ByteString,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, deserialize_with = "field_or_none")]
    code: Option<i64>,
    #[serde(default, deserialize_with = "field_or_none")]
    message: Option<String>,
    #[serde(default, deserialize_with = "field_or_none")]
    request_id: Option<String>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// A successful response, which is read in one pass.
#[derive(Deserialize)]
struct Success<T> {
    #[serde(deserialize_with = "field_or_none")]
    code: Option<i64>,
    data: T,
}

fn is_success(code: i64) -> bool {
    codes::SUCCESS.contains(&code)
}

impl Response {
    /// Returns the `data` of a successful response.
    pub fn data<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        match serde_json::from_str(&self.body) {
            Ok(Success { code: Some(code), data }) if is_success(code) => Ok(data),
            _ => self.data_or_failure(),
        }
    }

    fn data_or_failure<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        let endpoint = self.endpoint;
        let Ok(envelope) = serde_json::from_str::<Envelope>(&self.body) else {
            return Err(self.not_an_envelope());
        };
        let Some(code) = envelope.code else {
            let message = envelope.message.filter(|message| !message.is_empty());
            let error = self.failure(message.as_deref().unwrap_or("the response has no code"));
            return Err(Error { request_id: envelope.request_id.map(Into::into), ..error });
        };
        if !is_success(code) {
            let message = envelope.message.unwrap_or_default();
            return Err(Error::from_code(endpoint, code, &message, envelope.request_id.as_deref()));
        }
        let data = envelope.data.and_then(|data| serde_json::from_str(data.get()).ok());
        data.ok_or_else(|| malformed(endpoint, "the response lacks the expected data"))
    }

    fn not_an_envelope(&self) -> Error {
        if self.status.is_redirection() {
            self.failure("redirects are not followed")
        } else if self.body.trim_ascii_start().starts_with('<') {
            let error = self.failure("a web page");
            // The page comes from one of TikTok's gateways or from a captive portal.
            let kind = if error.kind == ErrorKind::Unexpected { ErrorKind::Unavailable } else { error.kind };
            Error { kind, ..error }
        } else {
            self.failure("not JSON, or truncated")
        }
    }

    fn failure(&self, what: &str) -> Error {
        let error = Error::from_status(self.endpoint, self.status, what);
        if self.status == StatusCode::TOO_MANY_REQUESTS && self.retry_at.is_some() {
            return Error { kind: ErrorKind::RateLimited, ..error };
        }
        error
    }
}

/// Returns the error for a successful response that lacks what the endpoint promises.
pub fn malformed(endpoint: &'static str, what: &str) -> Error {
    Error::new(ErrorKind::Unexpected, endpoint, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lenient::Object;

    fn data(status: StatusCode, body: String) -> Result<Object, Error> {
        Response { endpoint: "x/", status, retry_at: None, body: body.into() }.data()
    }

    proptest! {
        #[test]
        fn only_code_0_or_20001_with_an_object_is_successful_whatever_the_status(
            status in 100u16..1000,
            code in prop_oneof![Just("0".to_owned()), Just("20001".to_owned()), "[1-9][0-9]{0,19}|null|\"x\"|1.5"],
            object in prop_oneof![Just("{}"), Just("[]"), Just("null"), Just("{"), Just("\"x\"")],
        ) {
            let body = format!("{{\"code\":{code},\"data\":{object}}}");
            let successful = ["0", "20001"].contains(&code.as_str());
            let result = data(StatusCode::from_u16(status)?, body.clone());
            prop_assert_eq!(result.is_ok(), successful && object == "{}", "{}", body);
        }

        #[test]
        fn random_bytes_are_never_an_envelope(body: Vec<u8>) {
            prop_assert!(data(StatusCode::OK, String::from_utf8_lossy(&body).into()).is_err());
        }
    }
}

//! TikTok's envelope `{code, message, request_id, data}`.
//!
//! The code decides: it wins over the HTTP status, `message` need not be "OK", and `data` is not looked at before it
//! (failures leave it out). TikTok API for Business, "Appendix - Return codes".

use reqwest::StatusCode;
use serde_json::Value;

use crate::{
    Error, codes,
    loose::{self, Object},
};

/// The `data` of a successful answer.
pub fn open(endpoint: &'static str, status: StatusCode, body: &[u8]) -> Result<Object, Error> {
    let Ok(mut envelope) = serde_json::from_slice::<Object>(body) else {
        return Err(no_envelope(endpoint, status, body));
    };
    let Some(code) = loose::whole(&mut envelope, "code") else {
        return Err(Error::not_tiktok(endpoint, status, "the answer has no code"));
    };
    let request_id = loose::text(&mut envelope, "request_id");
    if !codes::OK.contains(&code) {
        let message = loose::text(&mut envelope, "message").unwrap_or_default();
        return Err(Error::answered(endpoint, code, &message, request_id.as_deref()));
    }
    match envelope.remove("data") {
        Some(Value::Object(data)) => Ok(data),
        _ => Err(shape(endpoint, "the answer has no data")),
    }
}

/// A successful answer that lacks what the endpoint promises.
pub fn shape(endpoint: &'static str, what: &str) -> Error {
    Error::new(crate::Kind::Unexpected, endpoint, what)
}

pub fn no_envelope(endpoint: &'static str, status: StatusCode, body: &[u8]) -> Error {
    if status.is_redirection() {
        return Error::not_tiktok(endpoint, status, "a redirect, which is not followed");
    }
    let html = body.trim_ascii_start().starts_with(b"<");
    let mut error =
        Error::not_tiktok(endpoint, status, if html { "a web page" } else { "not JSON, or cut off" });
    if html {
        // A gateway of TikTok's, or a network that wants a log-in of its own.
        error.kind = crate::Kind::Unavailable;
    }
    error
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_sent_only_code_0_or_20001_with_an_object_opens(
            status in 100u16..1000,
            code in prop_oneof![Just("0".to_owned()), Just("20001".to_owned()), "[1-9][0-9]{0,19}|null|\"x\"|1.5"],
            data in prop_oneof![Just("{}"), Just("[]"), Just("null"), Just("{"), Just("\"x\"")],
        ) {
            let body = format!("{{\"code\":{code},\"data\":{data}}}");
            let opens = ["0", "20001"].contains(&code.as_str());
            let answer = open("x/", StatusCode::from_u16(status)?, body.as_bytes());
            prop_assert_eq!(answer.is_ok(), opens && data == "{}", "{}", body);
        }

        #[test]
        fn bytes_that_are_no_envelope_never_open(body: Vec<u8>) {
            prop_assert!(open("x/", StatusCode::OK, &body).is_err());
        }
    }
}

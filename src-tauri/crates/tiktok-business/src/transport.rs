//! Why a request could not be sent.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::ErrorKind;

/// The kind of a failure to connect.
pub fn kind_of_connect_error(error: &(dyn Error + 'static)) -> ErrorKind {
    let (mut cause, mut kind) = (Some(error), ErrorKind::Offline);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(error)) = error.downcast_ref() {
            return kind_of_certificate_error(error);
        }
        // The errors of proxies have no public type.
        let text = error.to_string();
        let asks = ["proxy authorization required", "user/pass", "credentials not accepted"];
        if asks.iter().any(|words| text.contains(words)) {
            return ErrorKind::ProxySignIn;
        }
        if text.starts_with("tunnel error: ") || text.contains("socks proxy") {
            kind = ErrorKind::Proxy;
        }
        // The source of an I/O error is the source of its inner error, not the inner error.
        cause = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    kind
}

fn kind_of_certificate_error(error: &CertificateError) -> ErrorKind {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    match error {
        Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => ErrorKind::Clock,
        _ => ErrorKind::Certificate,
    }
}

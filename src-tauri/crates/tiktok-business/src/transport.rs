//! Why a request could not be sent.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::ErrorKind;

/// The kind of a failure to connect.
pub fn kind_of_connect_error(error: &(dyn Error + 'static)) -> ErrorKind {
    let mut cause = Some(error);
    while let Some(error) = cause {
        // The source of an I/O error is its inner error's source, not the inner error.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = inner.and_then(|inner| inner.downcast_ref()).or_else(|| error.downcast_ref());
        if let Some(rustls::Error::InvalidCertificate(error)) = tls {
            return kind_of_certificate_error(error);
        }
        // These errors have no public type.
        let text = error.to_string();
        if let Some(text) = text.strip_prefix("tunnel error: ").or_else(|| text.strip_prefix("SOCKS error: "))
        {
            let asks = ["proxy authorization required", "user/pass", "credentials not accepted"];
            let asks = asks.iter().any(|words| text.contains(words));
            return if asks { ErrorKind::ProxySignIn } else { ErrorKind::Proxy };
        }
        if text.contains("socks proxy") {
            return ErrorKind::Proxy;
        }
        cause = error.source();
    }
    ErrorKind::Offline
}

fn kind_of_certificate_error(error: &CertificateError) -> ErrorKind {
    use CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    match error {
        Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. } => ErrorKind::Clock,
        _ => ErrorKind::Certificate,
    }
}

//! HTTPS on the port of HTTP, with a certificate that a client does not trust unless it is told to.

use std::sync::{Arc, LazyLock};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The first byte of a TLS connection. No HTTP request starts with it.
const HANDSHAKE: u8 = 0x16;

pub(crate) async fn starts_with_handshake(stream: &TcpStream) -> bool {
    let mut first = [0];
    stream.peek(&mut first).await.is_ok() && first[0] == HANDSHAKE
}

/// The certificate that the server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Certificate {
    /// Valid for the sandbox's address, and for a name that a proxy may know it by.
    #[default]
    SelfSigned,
    /// It was valid in 2014.
    Expired,
    /// It will be valid in 2090.
    NotYetValid,
    /// It is for another server.
    OtherHost,
}

struct Identity {
    certificate: CertificateDer<'static>,
    acceptor: TlsAcceptor,
}

static SELF_SIGNED: LazyLock<Option<Identity>> = LazyLock::new(|| Certificate::SelfSigned.issue());

impl Certificate {
    /// `None` if the certificate cannot be created, which leaves the connection unanswered.
    pub(crate) fn acceptor(self) -> Option<TlsAcceptor> {
        match self {
            Certificate::SelfSigned => SELF_SIGNED.as_ref().map(|identity| identity.acceptor.clone()),
            other => other.issue().map(|identity| identity.acceptor),
        }
    }

    fn issue(self) -> Option<Identity> {
        let names = match self {
            Certificate::OtherHost => vec!["proxy.example.com".to_owned()],
            _ => ["127.0.0.1", "localhost", "business-api.example"].map(str::to_owned).to_vec(),
        };
        let mut params = CertificateParams::new(names).ok()?;
        let (from, to) = match self {
            Certificate::Expired => (2014, 2015),
            Certificate::NotYetValid => (2090, 2091),
            Certificate::SelfSigned | Certificate::OtherHost => (2020, 2090),
        };
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().ok()?;
        let certificate = CertificateDer::from(params.self_signed(&key).ok()?);
        let key = PrivateKeyDer::try_from(key.serialize_der()).ok()?;
        // The default is ambiguous in builds where another library enables a second provider.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider);
        let config = config.with_safe_default_protocol_versions().ok()?.with_no_client_auth();
        let config = config.with_single_cert(vec![certificate.clone()], key).ok()?;
        Some(Identity { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

/// The self-signed certificate as DER, for a client that is to trust it.
pub(crate) fn self_signed() -> Vec<u8> {
    SELF_SIGNED.as_ref().map(|identity| identity.certificate.to_vec()).unwrap_or_default()
}

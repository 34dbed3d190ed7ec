//! Attackers and captive portals between this computer and the mail server.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::MailState;
use rustls::pki_types::PrivatePkcs8KeyDer;
use services::problem::ProblemCode as Code;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::fixture::{Fixture, form, plain, trusting_pem};
use crate::scripted_server::Reaction::Say;
use crate::scripted_server::{ScriptedServer, Stage};

/// A server with STARTTLS and an attacker before it, who adds plain-text replies behind the 220 of STARTTLS: in the same
/// packet, or a moment later. The server itself never says anything after the handshake.
struct Intercepted {
    port: u16,
    certificate: String,
    /// What the server decrypted.
    received: Arc<Mutex<Vec<u8>>>,
}

/// Replies that a client that trusts the attacker would mistake for a successful delivery.
const FORGED: &[u8] =
    b"250-mail.knorex.test\r\n250 AUTH PLAIN\r\n235 ok\r\n250 sender ok\r\n250 recipient ok\r\n\
    250 recipient ok\r\n354 go\r\n250 2.0.0 queued as FORGED\r\n";

impl Intercepted {
    async fn start(forged: &'static [u8], at_once: bool) -> Intercepted {
        let generated = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(generated.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![generated.cert.der().clone()], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::<Mutex<Vec<u8>>>::default();
        let log = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, log) = (acceptor.clone(), Arc::clone(&log));
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    stream.write_all(b"220 ready\r\n").await?;
                    stream.read_line(&mut String::new()).await?;
                    stream.write_all(b"250-mail.knorex.test\r\n250 STARTTLS\r\n").await?;
                    stream.read_line(&mut String::new()).await?;
                    if at_once {
                        stream.write_all(&[b"220 go ahead\r\n", forged].concat()).await?;
                    } else {
                        stream.write_all(b"220 go ahead\r\n").await?;
                        stream.flush().await?;
                        tokio::time::sleep(Duration::from_millis(20)).await;
                        stream.write_all(forged).await?;
                    }
                    stream.flush().await?;
                    let mut encrypted = acceptor.accept(stream).await?;
                    let mut chunk = [0; 4096];
                    loop {
                        let count = encrypted.read(&mut chunk).await?;
                        if count == 0 {
                            return std::io::Result::Ok(());
                        }
                        log.lock().unwrap().extend(&chunk[..count]);
                    }
                });
            }
        });
        Intercepted { port, certificate: generated.cert.pem(), received }
    }
}

#[tokio::test]
async fn refuses_replies_that_were_injected_before_the_encryption() {
    for (forged, at_once, code) in [
        (FORGED, true, Code::MailTampered),
        (&b"\r\n"[..], true, Code::MailTampered),
        (FORGED, false, Code::MailTlsFailed),
    ] {
        let intercepted = Intercepted::start(forged, at_once).await;
        let mut fixture = Fixture::new(MailSettings {
            host: "localhost".into(),
            security: MailSecurity::Starttls,
            user: "admin".into(),
            ..plain(intercepted.port)
        })
        .await;
        fixture.transport = trusting_pem(&intercepted.certificate);
        fixture.set_password("geheim").await;
        fixture.start().await;
        let id = fixture.ask(form("One"));
        let mail = fixture.until(&id, |mail| mail.state != MailState::Sending && mail.attempts == 1).await;
        assert_eq!((mail.state, fixture.code(&id), mail.uncertain), (MailState::Queued, code, 0));
        assert_eq!(String::from_utf8_lossy(&intercepted.received.lock().unwrap()), "");
        fixture.stop().await;
    }
}

/// A captive portal intercepts mail until its user signs in: it offers no STARTTLS, or replies with errors of its own.
#[tokio::test]
async fn a_captive_portal_delays_a_mail_and_notifies_the_admin_once() {
    let offer = Say("250-portal.example\r\n250 STARTTLS");
    for script in [
        vec![(Stage::Ehlo, Say("250 portal.example"))],
        vec![(Stage::Ehlo, offer), (Stage::StartTls, Say("502 Not here"))],
        vec![(Stage::Ehlo, offer), (Stage::StartTls, Say("454 Not now"))],
        vec![(Stage::Greeting, Say("554 Sign in first"))],
        vec![(Stage::Ehlo, Say("550 Sign in first"))],
    ] {
        let description = format!("{script:?}");
        let server = ScriptedServer::start(vec![script; 10]).await;
        let settings = MailSettings { security: MailSecurity::Starttls, ..plain(server.port) };
        let mut fixture = Fixture::new(settings).await;
        fixture.start().await;
        let id = fixture.ask(form("One"));
        for attempt in 1..=3 {
            let mail =
                fixture.until(&id, |mail| mail.state != MailState::Sending && mail.attempts == attempt).await;
            assert_eq!((mail.state, mail.uncertain), (MailState::Queued, 0), "{description}");
            fixture.wait_until_due(&id);
        }
        fixture.until(&id, |mail| mail.attempts == 4).await;
        let notices = if description.contains("454") { 0 } else { 1 };
        assert_eq!(
            fixture.delayed,
            vec![id.clone(); notices],
            "{description}: {:?}",
            fixture.request(&id).problem
        );
        assert_eq!(server.count(Stage::Mail), 0);
        fixture.stop().await;
    }
}

//! Delivers to a mail server step by step. The failed step determines what a failure means: before the text nothing was sent,
//! after the server's 250 the message was, and in between the result is unknown (RFC 5321, 4.2.5 and 6.1).

mod connection;
mod error;
mod reply;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::address::Envelope;
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use rustls::pki_types::CertificateDer;
use tiktok_business::{Clock, urls::is_loopback};
use tokio::net::lookup_host;
use tokio_rustls::TlsConnector;

use super::{DeliveryError, RetryPolicy, settings};
use crate::problem::ProblemCode;
use crate::secrets::{ExposeSecret, SecretString};
use connection::{Connection, ConnectionError};
use error::{Cause, SmtpError};
use reply::Reply;

/// A mail server and how to sign in to it.
#[derive(Clone)]
pub struct Server {
    pub settings: MailSettings,
    pub password: Option<SecretString>,
    /// Certificates that are trusted in addition to the system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    pub clock: Arc<dyn Clock>,
}

/// The steps of a delivery, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Resolve,
    Connect,
    Greeting,
    Hello,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Data,
    Text,
}

impl Step {
    /// Returns the time-out of a reply: for the text as long as RFC 5321 (4.5.3.2) asks for, and shorter for the steps
    /// before it.
    fn timeout(self) -> Duration {
        match self {
            Step::Resolve | Step::Connect => Duration::from_secs(30),
            Step::Text => Duration::from_secs(600),
            _ => Duration::from_secs(60),
        }
    }

    /// Completes "The server stopped responding while …".
    fn description(self) -> &'static str {
        match self {
            Step::Resolve => "looking up its name",
            Step::Connect => "connecting",
            Step::Greeting | Step::Hello => "exchanging greetings",
            Step::Encrypt => "setting up encryption",
            Step::SignIn => "signing in",
            Step::Sender => "checking the From address",
            Step::Recipient => "checking the recipients",
            Step::Data => "preparing to send the text",
            Step::Text => "sending the text",
        }
    }

    /// Returns whether the code lets the delivery go on. Other codes of the same class are accepted where they are
    /// harmless.
    fn accepts(self, code: u16) -> bool {
        match self {
            Step::Data => code == 354,
            Step::Text => code == 250,
            _ => (200..300).contains(&code),
        }
    }
}

/// A connection to the server, which has accepted an envelope.
pub struct Session<'a> {
    server: &'a Server,
    connection: Connection,
}

/// What the server offers (RFC 5321, 4.1.1.1).
struct Capabilities {
    starttls: bool,
    /// The mechanisms of AUTH.
    plain: bool,
    login: bool,
}

impl Capabilities {
    fn from_reply(reply: &Reply) -> Capabilities {
        let mut offered = Capabilities { starttls: false, plain: false, login: false };
        for line in reply.lines.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // Some servers still announce `AUTH=LOGIN` for outdated clients.
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("STARTTLS") => offered.starttls = true,
                Some("AUTH") => {
                    for mechanism in words {
                        offered.plain |= mechanism == "PLAIN";
                        offered.login |= mechanism == "LOGIN";
                    }
                }
                _ => {}
            }
        }
        offered
    }
}

impl Server {
    /// Connects, encrypts, signs in and offers an envelope. Nothing is sent when this fails.
    pub async fn open(&self, envelope: &Envelope) -> Result<Session<'_>, DeliveryError> {
        let host = &self.settings.host;
        // Also checked when settings are saved, but files may come from elsewhere.
        if self.settings.security == MailSecurity::None && !is_loopback(host) {
            return Err(
                DeliveryError::new(ProblemCode::MailNotPrivate, RetryPolicy::LongestDelay).about(host)
            );
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let resolve = async { lookup_host((host, self.settings.port)).await.map(Vec::from_iter) };
        let resolved = self.within(Step::Resolve, resolve).await;
        let addresses =
            resolved.map_err(|cause| self.error(Step::Resolve, host, cause))?.map_err(|error| {
                DeliveryError::new(ProblemCode::MailServerUnknown, RetryPolicy::Backoff)
                    .about(host)
                    .because(error)
            })?;
        // Servers may reject a name without a domain, and others an address: the second name is tried before giving up.
        if let Some(name) = computer_name() {
            match self.open_as(host, &addresses, Some(&name), envelope).await {
                Err(error) if error.is_about_the_name() => {}
                result => return Ok(result?),
            }
        }
        Ok(self.open_as(host, &addresses, None, envelope).await?)
    }

    /// Opens a session under `name`, or else under the address of the connection.
    async fn open_as(
        &self,
        host: &str,
        addresses: &[SocketAddr],
        name: Option<&str>,
        envelope: &Envelope,
    ) -> Result<Session<'_>, SmtpError> {
        let mut connection = self.connect(host, addresses).await?;
        let name = name.map_or_else(|| address_literal(connection.local_address), str::to_owned);
        let greeting = connection.read_reply();
        self.exchange(Step::Greeting, host, greeting).await?;
        let hello = format!("EHLO {name}");
        let reply = self.exchange(Step::Hello, host, connection.command(&hello)).await?;
        let mut capabilities = Capabilities::from_reply(&reply);
        if self.settings.security == MailSecurity::Starttls {
            if !capabilities.starttls {
                let cause = Cause::Problem(ProblemCode::MailStarttlsMissing, RetryPolicy::BackoffAndNotify);
                return Err(self.error(Step::Encrypt, host, cause));
            }
            self.exchange(Step::Encrypt, host, connection.command("STARTTLS")).await?;
            connection = self.encrypt(Step::Encrypt, host, connection).await?;
            // What was offered before may come from an attacker (RFC 3207, 4.2).
            let reply = self.exchange(Step::Hello, host, connection.command(&hello)).await?;
            capabilities = Capabilities::from_reply(&reply);
        }
        if !self.settings.user.is_empty() {
            self.sign_in(host, &mut connection, &capabilities).await?;
        }
        let mut session = Session { server: self, connection };
        session.envelope(envelope).await?;
        Ok(session)
    }

    /// Connects to the first address that accepts a connection. Each has its own timeout.
    async fn connect(&self, host: &str, addresses: &[SocketAddr]) -> Result<Connection, SmtpError> {
        let cause = Cause::Problem(ProblemCode::MailServerUnknown, RetryPolicy::Backoff);
        let mut error = self.error(Step::Resolve, host, cause);
        for address in addresses {
            error = match self.connect_to(host, address).await {
                Err(error) if error.is_about_the_address() => error,
                result => return result,
            };
        }
        Err(error)
    }

    async fn connect_to(&self, host: &str, address: &SocketAddr) -> Result<Connection, SmtpError> {
        let connection = self.attempt(Step::Connect, host, Connection::connect(address)).await?;
        match self.settings.security {
            MailSecurity::Tls => self.encrypt(Step::Connect, host, connection).await,
            MailSecurity::Starttls | MailSecurity::None => Ok(connection),
        }
    }

    async fn encrypt(&self, step: Step, host: &str, connection: Connection) -> Result<Connection, SmtpError> {
        let tls = self.tls().map_err(|error| self.error(step, host, Cause::Tls(error)))?;
        self.attempt(step, host, connection.encrypt(&tls, host)).await
    }

    fn tls(&self) -> Result<TlsConnector, rustls::Error> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(
            self.extra_roots.iter().cloned(),
            Arc::clone(&provider),
        )?;
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }

    async fn sign_in(
        &self,
        host: &str,
        connection: &mut Connection,
        capabilities: &Capabilities,
    ) -> Result<(), SmtpError> {
        let user = &self.settings.user;
        let Some(password) = &self.password else {
            let cause = Cause::Problem(ProblemCode::MailPasswordMissing, RetryPolicy::LongestDelay);
            return Err(self.error(Step::SignIn, user, cause));
        };
        let mut result = Ok(());
        for password in settings::possible_passwords(password.expose_secret()) {
            // The first line starts the exchange, and the others answer prompts. What a prompt asks for is not read, because
            // there is no standard for its text.
            let lines = if capabilities.plain {
                let response = BASE64.encode(format!("\0{user}\0{password}"));
                vec![format!("AUTH PLAIN {response}"), response]
            } else if capabilities.login {
                vec!["AUTH LOGIN".to_owned(), BASE64.encode(user), BASE64.encode(&password)]
            } else {
                let cause = Cause::Problem(ProblemCode::MailSignInUnavailable, RetryPolicy::Never);
                return Err(self.error(Step::SignIn, host, cause));
            };
            let secrets = [lines.last().cloned().unwrap_or_default(), password];
            let Err(mut error) = self.authenticate(connection, lines).await else { return Ok(()) };
            secrets.iter().for_each(|secret| error.redact(secret));
            let may_retry = error.has_reply(535);
            // The first error counts: the server may close the connection after it.
            result = result.and(Err(error));
            if !may_retry {
                break;
            }
        }
        result
    }

    async fn authenticate(&self, connection: &mut Connection, lines: Vec<String>) -> Result<(), SmtpError> {
        let mut result = Ok(());
        for line in lines {
            let exchange = self.exchange(Step::SignIn, &self.settings.user, connection.command(&line));
            result = exchange.await.map(drop);
            if !matches!(&result, Err(error) if error.has_reply(334)) {
                break;
            }
        }
        result
    }

    /// Runs a step; `subject` is what an error is about.
    async fn attempt<T>(
        &self,
        step: Step,
        subject: impl ToString,
        work: impl Future<Output = Result<T, ConnectionError>>,
    ) -> Result<T, SmtpError> {
        let result = self.within(step, work).await.and_then(|result| result.map_err(Cause::from));
        result.map_err(|cause| self.error(step, subject, cause))
    }

    /// Runs a step, and checks the code of the reply.
    async fn exchange(
        &self,
        step: Step,
        subject: impl ToString,
        work: impl Future<Output = Result<Reply, ConnectionError>>,
    ) -> Result<Reply, SmtpError> {
        let subject = subject.to_string();
        let reply = self.attempt(step, &subject, work).await?;
        match reply.code {
            code if step.accepts(code) => Ok(reply),
            400.. => Err(self.error(step, subject, Cause::Rejected(reply))),
            _ => Err(self.error(step, subject, Cause::Unexpected(reply))),
        }
    }

    async fn within<T>(&self, step: Step, work: impl Future<Output = T>) -> Result<T, Cause> {
        tokio::select! {
            // A reply that has arrived counts, however late.
            biased;
            done = work => Ok(done),
            () = self.clock.sleep(step.timeout()) => Err(Cause::TimedOut),
        }
    }

    fn error(&self, step: Step, subject: impl ToString, cause: Cause) -> SmtpError {
        SmtpError { step, subject: subject.to_string(), sender: self.settings.sender.clone(), cause }
    }
}

impl Session<'_> {
    /// Offers an envelope. All or nothing: retrying after partial acceptance would send duplicates.
    pub async fn envelope(&mut self, envelope: &Envelope) -> Result<(), SmtpError> {
        let sender = envelope.from().map(ToString::to_string).unwrap_or_default();
        self.step(Step::Sender, &sender, &format!("MAIL FROM:<{sender}>")).await?;
        for recipient in envelope.to() {
            self.step(Step::Recipient, recipient, &format!("RCPT TO:<{recipient}>")).await?;
        }
        Ok(())
    }

    /// Withdraws the envelope.
    pub async fn reset(&mut self) -> Result<(), SmtpError> {
        self.step(Step::Sender, "", "RSET").await
    }

    /// Asks whether the server is ready for the text.
    pub async fn data(&mut self) -> Result<(), SmtpError> {
        self.step(Step::Data, "", "DATA").await
    }

    /// Sends the text. Only `Ok` proves that the server has accepted the message.
    pub async fn text(&mut self, message: &[u8]) -> Result<(), SmtpError> {
        self.server.exchange(Step::Text, "", self.connection.text(message)).await.map(drop)
    }

    /// Sends QUIT in the background, so that the caller can record its result first.
    pub fn quit(self) {
        let (server, mut connection) = (self.server.clone(), self.connection);
        tokio::spawn(async move { server.within(Step::Hello, connection.command("QUIT")).await.map(drop) });
    }

    async fn step(&mut self, step: Step, subject: impl ToString, command: &str) -> Result<(), SmtpError> {
        self.server.exchange(step, subject, self.connection.command(command)).await.map(drop)
    }
}

/// Returns the name of this computer if it is a valid host name that is meaningful to other computers.
fn computer_name() -> Option<String> {
    gethostname::gethostname().into_string().ok().filter(|name| is_host_name(name))
}

fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_local = name.split('.').next().is_some_and(|label| label.eq_ignore_ascii_case("localhost"));
    let is_address = name.parse::<IpAddr>().is_ok();
    name.len() <= 255 && name.split('.').all(is_label) && !is_local && !is_address
}

/// Returns an address in the form of EHLO (RFC 5321, 4.1.3).
fn address_literal(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => format!("[{address}]"),
        IpAddr::V6(address) => format!("[IPv6:{address}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_valid_host_names_are_used() {
        for name in ["vm", "laptop-7", "DESKTOP-4TQ2", "mail.partner.example", "janes-macbook.local", "7"] {
            assert!(is_host_name(name), "{name}");
        }
        for name in [
            "",
            "localhost",
            "localhost.localdomain",
            "Jane's Mac",
            "desktop_1",
            "büro",
            "-a",
            "a-",
            "a..b",
            "a.",
            "192.0.2.1",
            "a\r\nRSET",
        ] {
            assert!(!is_host_name(name), "{name}");
        }
        assert!(!is_host_name(&"a".repeat(64)));
    }

    #[test]
    fn addresses_are_written_as_literals() {
        assert_eq!(address_literal("192.0.2.1".parse().unwrap()), "[192.0.2.1]");
        assert_eq!(address_literal("2001:db8::1".parse().unwrap()), "[IPv6:2001:db8::1]");
    }

    #[test]
    fn capabilities_are_read_in_any_case_and_spelling() {
        for (text, expected) in [
            ("250-mail.example\r\n250-starttls\r\n250 auth login Plain\r\n", (true, true, true)),
            ("250-STARTTLS\r\n250 AUTH=LOGIN\r\n", (false, false, true)),
            ("250-mail.example\r\n250 AUTH GSSAPI XOAUTH2\r\n", (false, false, false)),
            ("250 mail.example STARTTLS\r\n", (false, false, false)),
        ] {
            let (reply, _) = Reply::parse(text.as_bytes()).unwrap().unwrap();
            let offered = Capabilities::from_reply(&reply);
            assert_eq!((offered.starttls, offered.plain, offered.login), expected, "{text}");
        }
    }
}

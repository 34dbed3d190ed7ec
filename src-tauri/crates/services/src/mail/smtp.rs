//! The way to the mail server, step by step, so that it is known at which one it ended: up to the text nothing was sent,
//! after the server's 250 everything was, and in between nobody knows (RFC 5321, 4.2.5 and 6.1).

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use tiktok_business::{Clock, urls::is_loopback};
use tokio::net::{TcpStream, lookup_host};

use super::{DeliveryError, RetryPolicy};
use crate::problem::ProblemCode;
use crate::secrets::{ExposeSecret, SecretString};

/// A mail server, and how to log in to it.
#[derive(Clone)]
pub struct Server {
    /// Where it is.
    pub settings: MailSettings,
    /// Of its user.
    pub password: Option<SecretString>,
    /// Certificates that are trusted besides those of the system.
    pub extra_roots: Vec<Certificate>,
    /// What tells when a step has taken too long.
    pub clock: Arc<dyn Clock>,
}

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its name becomes an address.
    Find,
    /// A connection, without a word yet.
    Connect,
    /// The server's greeting, and what it offers.
    Greet,
    /// What follows is encrypted.
    Encrypt,
    /// User and password.
    LogIn,
    /// Whether it takes mail from the sender.
    Sender,
    /// Whether it takes mail for a recipient.
    Recipient,
    /// Whether it is ready for the text.
    Ready,
    /// The text, and whether it took it.
    Text,
}

impl Step {
    /// How long it may take. RFC 5321 (4.5.3.2) is as patient with the text; with what comes before it, people are not.
    fn limit(self) -> Duration {
        match self {
            Step::Find | Step::Connect => Duration::from_secs(30),
            Step::Text => Duration::from_secs(600),
            _ => Duration::from_secs(60),
        }
    }

    /// What is being done, for a sentence.
    fn words(self) -> &'static str {
        match self {
            Step::Find => "looking for it",
            Step::Connect => "connecting",
            Step::Greet => "greeting",
            Step::Encrypt => "encrypting",
            Step::LogIn => "logging in",
            Step::Sender => "naming the sender",
            Step::Recipient => "naming the recipients",
            Step::Ready => "announcing the text",
            Step::Text => "taking the text",
        }
    }
}

/// A connection to the server that mail can go over.
pub struct Session<'a> {
    server: &'a Server,
    connection: AsyncSmtpConnection,
}

impl Server {
    /// Connect, encrypt and log in.
    ///
    /// # Errors
    /// Why that is not possible; nothing was sent.
    pub async fn connect(&self) -> Result<Session<'_>, DeliveryError> {
        let MailSettings { host, port, security, user, .. } = &self.settings;
        // Checked when the settings were saved, but this is where it matters.
        if *security == MailSecurity::None && !is_loopback(host) {
            return Err(
                DeliveryError::new(ProblemCode::MailNotPrivate, RetryPolicy::AwaitSettings).about(host)
            );
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let find = async { lookup_host((host, *port)).await.map(Vec::from_iter) };
        let found = self.within(Step::Find, find).await?;
        let found = found.map_err(|error| {
            DeliveryError::new(ProblemCode::MailServerUnknown, RetryPolicy::Backoff)
                .about(host)
                .because(error)
        })?;
        let hello = ClientId::default();
        let mut connection = self.dial(host, &found, &hello).await?;
        if *security == MailSecurity::Starttls {
            if !connection.can_starttls() {
                return Err(
                    DeliveryError::new(ProblemCode::MailStarttlsMissing, RetryPolicy::Never).about(host)
                );
            }
            let encrypt = connection.starttls(self.tls(host)?, &hello);
            self.step(Step::Encrypt, host, encrypt).await?;
        }
        if !user.is_empty() {
            let Some(password) = &self.password else {
                return Err(DeliveryError::new(ProblemCode::MailPasswordMissing, RetryPolicy::AwaitSettings)
                    .about(user));
            };
            if DEFAULT_MECHANISMS.iter().all(|way| !connection.server_info().supports_auth_mechanism(*way)) {
                return Err(
                    DeliveryError::new(ProblemCode::MailSignInUnavailable, RetryPolicy::Never).about(host)
                );
            }
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            self.step(Step::LogIn, user, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(Session { server: self, connection })
    }

    /// A connection to the first of the addresses that takes one, up to its greeting.
    async fn dial(
        &self,
        host: &str,
        addresses: &[SocketAddr],
        hello: &ClientId,
    ) -> Result<AsyncSmtpConnection, DeliveryError> {
        let mut refusal =
            DeliveryError::new(ProblemCode::MailServerUnknown, RetryPolicy::Backoff).about(host);
        for address in addresses {
            // Each has its own time: one that leads nowhere does not hide the next.
            let dialled = if self.settings.security == MailSecurity::Tls {
                let tls = Some(self.tls(host)?);
                let connect = AsyncSmtpConnection::connect_tokio1(address, None, hello, tls, None);
                self.step(Step::Connect, host, connect).await
            } else {
                let connect = async { TcpStream::connect(address).await };
                match self.within(Step::Connect, connect).await {
                    Ok(Ok(stream)) => {
                        let greet = AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello);
                        return self.step(Step::Greet, host, greet).await;
                    }
                    Ok(Err(error)) => Err(of_network(&error).about(host)),
                    Err(timeout) => Err(timeout),
                }
            };
            refusal = match dialled {
                Err(refusal) if refusal.is_of_the_address() => refusal,
                other => return other,
            };
        }
        Err(refusal)
    }

    fn tls(&self, host: &str) -> Result<TlsParameters, DeliveryError> {
        let mut tls = TlsParameters::builder(host.to_owned());
        for root in &self.extra_roots {
            tls = tls.add_root_certificate(root.clone());
        }
        tls.build_rustls().map_err(|error| {
            DeliveryError::new(ProblemCode::MailTlsFailed, RetryPolicy::Backoff).because(error)
        })
    }

    /// A step of the conversation; `subject` is what it is about.
    async fn step<T>(
        &self,
        step: Step,
        subject: impl ToString,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, DeliveryError> {
        self.within(step, work).await?.map_err(|error| of_step(step, &error, &subject.to_string()))
    }

    /// `work`, unless it takes too long.
    async fn within<T>(&self, step: Step, work: impl Future<Output = T>) -> Result<T, DeliveryError> {
        tokio::select! {
            // An answer that is there counts, however late it is.
            biased;
            done = work => Ok(done),
            () = self.clock.sleep(step.limit()) => {
                let (code, retry) = match step {
                    Step::Text => (ProblemCode::MailUncertain, RetryPolicy::Uncertain),
                    _ => (ProblemCode::MailTimeout, RetryPolicy::Backoff),
                };
                Err(DeliveryError::new(code, retry).about(step.words()).because(format!("timeout while {}", step.words())))
            }
        }
    }
}

impl Session<'_> {
    /// Ask whether the server takes mail from the sender and for each recipient. All of them, or it gets none: a mail that
    /// some have is sent to these twice.
    ///
    /// # Errors
    /// Whom it does not take mail from or for.
    pub async fn envelope(&mut self, envelope: &Envelope) -> Result<(), DeliveryError> {
        let sender = envelope.from().map(ToString::to_string).unwrap_or_default();
        let connection = &mut self.connection;
        let from = connection.command(Mail::new(envelope.from().cloned(), Vec::new()));
        self.server.step(Step::Sender, sender, from).await?;
        for recipient in envelope.to() {
            let to = connection.command(Rcpt::new(recipient.clone(), Vec::new()));
            self.server.step(Step::Recipient, recipient, to).await?;
        }
        Ok(())
    }

    /// Take an offer back.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn reset(&mut self) -> Result<(), DeliveryError> {
        self.server.step(Step::Ready, "", self.connection.command(Rset)).await.map(drop)
    }

    /// Ask whether it is ready for the text of what was offered.
    ///
    /// # Errors
    /// When it is not.
    pub async fn data(&mut self) -> Result<(), DeliveryError> {
        let ready = self.server.step(Step::Ready, "", self.connection.command(Data)).await?;
        expect(&ready, 354, RetryPolicy::Backoff)
    }

    /// Send the text; done means that the server has it. Long lines and text beyond ASCII are encoded already.
    ///
    /// # Errors
    /// A refusal by the server's own word, or that nobody knows.
    pub async fn text(&mut self, text: &[u8]) -> Result<(), DeliveryError> {
        let taken = self.server.step(Step::Text, "", self.connection.message(text)).await?;
        expect(&taken, 250, RetryPolicy::Uncertain)
    }

    /// Say goodbye. Nobody waits for the answer: what was sent is to be written down first.
    pub fn quit(self) {
        let (server, mut connection) = (self.server.clone(), self.connection);
        tokio::spawn(async move {
            server.within(Step::Greet, connection.quit()).await.map(drop).ok();
        });
    }
}

/// The one answer that goes on.
fn expect(answer: &Response, code: u16, retry: RetryPolicy) -> Result<(), DeliveryError> {
    if answer.has_code(code) {
        return Ok(());
    }
    let problem = if retry == RetryPolicy::Uncertain {
        ProblemCode::MailUncertain
    } else {
        ProblemCode::MailUnexpected
    };
    let said: Vec<&str> = answer.message().collect();
    Err(DeliveryError::new(problem, retry).because(format!("{} {}", answer.code(), said.join(" "))))
}

/// What an error at a step means.
fn of_step(step: Step, error: &Error, subject: &str) -> DeliveryError {
    use ProblemCode as Code;
    let refusal = if error.is_permanent() {
        let logged_out = error.status().is_some_and(|code| u16::from(code) == 530);
        let code = match step {
            _ if logged_out => Code::MailSignInUnavailable,
            Step::Encrypt => Code::MailStarttlsMissing,
            Step::LogIn => Code::MailPasswordWrong,
            Step::Sender => Code::MailSenderRefused,
            Step::Recipient => Code::MailRecipientRefused,
            _ => Code::MailRefused,
        };
        DeliveryError::new(code, RetryPolicy::Never)
    } else if error.is_transient() {
        DeliveryError::new(Code::MailDeferred, RetryPolicy::Backoff)
    } else if step == Step::Text {
        DeliveryError::new(Code::MailUncertain, RetryPolicy::Uncertain)
    } else if error.is_response() {
        // It ended in the middle of an answer, or before one.
        let silent = error.to_string().contains("incomplete response");
        DeliveryError::new(
            if silent { Code::MailConnectionLost } else { Code::MailUnexpected },
            RetryPolicy::Backoff,
        )
    } else {
        causes(error)
            .find_map(|cause| {
                if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
                    return Some(of_tls(tls));
                }
                let error = cause.downcast_ref::<io::Error>()?;
                let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
                Some(tls.map_or_else(|| of_network(error), of_tls))
            })
            .unwrap_or_else(|| DeliveryError::new(Code::MailServerUnreachable, RetryPolicy::Backoff))
    };
    let refusal = refusal.because(error);
    if subject.is_empty() { refusal } else { refusal.about(subject) }
}

fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| (*cause).source())
}

fn of_tls(error: &rustls::Error) -> DeliveryError {
    match error {
        rustls::Error::InvalidCertificate(_) => {
            DeliveryError::new(ProblemCode::MailCertificate, RetryPolicy::Never)
        }
        _ => DeliveryError::new(ProblemCode::MailTlsFailed, RetryPolicy::Backoff),
    }
    .because(error)
}

fn of_network(error: &io::Error) -> DeliveryError {
    let code = match error.kind() {
        io::ErrorKind::ConnectionRefused => ProblemCode::MailServerRefused,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => ProblemCode::MailConnectionLost,
        _ => ProblemCode::MailServerUnreachable,
    };
    DeliveryError::new(code, RetryPolicy::Backoff).because(error)
}

impl DeliveryError {
    /// Whether another address of the same server may do better.
    fn is_of_the_address(&self) -> bool {
        use ProblemCode::{MailServerRefused, MailServerUnreachable, MailTimeout};
        matches!(self.problem.code, MailServerRefused | MailServerUnreachable | MailTimeout)
    }
}

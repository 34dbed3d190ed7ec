//! A partner's book with an outbox.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use partner::decisions::{Action, Change};
use partner::ids::RequestId;
use partner::queries::requests::{MailRow, RequestQuery};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::request::NewRequest;
use partner::{Book, Folder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use services::mail::{Transport, password_key};
use services::outbox::{AccountRequest, Outbox, OutboxEvent, Setup};
use services::problem::ProblemCode;
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use tokio::sync::mpsc;

use crate::clock::TestClock;

pub struct Fixture {
    pub book: Arc<Book>,
    pub secrets: SecretStore,
    pub clock: TestClock,
    pub transport: Transport,
    pub outbox: Option<Outbox>,
    pub events: mpsc::UnboundedReceiver<OutboxEvent>,
    /// The requests about which the admin was notified that their mail is delayed.
    pub delayed: Vec<RequestId>,
    emit: mpsc::UnboundedSender<OutboxEvent>,
    pub dir: Option<tempfile::TempDir>,
}

/// Returns settings for an unencrypted server on this computer.
pub fn plain(port: u16) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".into(),
        port,
        security: MailSecurity::None,
        user: String::new(),
        sender: "Partner <admin@partner.example>".into(),
        reply_to: "jane@partner.example".into(),
        account_manager: "Max Müller <manager@knorex.example>".into(),
        team: "team@knorex.example".into(),
    }
}

pub fn trusting_pem(certificate: &str) -> Transport {
    Transport::Smtp { extra_roots: vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()] }
}

pub fn form(name: &str) -> NewRequest {
    NewRequest {
        name: name.into(),
        industry: "Games".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: String::new(),
    }
}

impl Fixture {
    /// Uses SMTP without extra certificates.
    pub async fn new(settings: MailSettings) -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).create("Aurora & Söhne").unwrap();
        let mut fixture =
            Fixture::with_book(book, dir.path(), Transport::Smtp { extra_roots: Vec::new() }).await;
        fixture.dir = Some(dir);
        fixture.book.save_mail_settings(&settings).unwrap();
        fixture
    }

    pub async fn with_book(book: Book, dir: &Path, transport: Transport) -> Fixture {
        let secrets = SecretStore::new(dir.join("secrets.age"), Settings::default());
        secrets.keep_in_memory().await;
        let (emit, events) = mpsc::unbounded_channel();
        let clock = TestClock::new();
        Fixture {
            book: Arc::new(book),
            secrets,
            clock,
            transport,
            outbox: None,
            events,
            delayed: Vec::new(),
            emit,
            dir: None,
        }
    }

    pub async fn set_password(&self, password: &str) {
        let origin = Origin::of_mail_server(&self.book.mail_settings().unwrap().host);
        let password = SecretString::from(password);
        self.secrets.put_for(&origin, &password_key(&self.book.partner().id), &password).await.unwrap();
    }

    pub async fn start(&mut self) {
        let emit = self.emit.clone();
        let setup = Setup {
            clock: Arc::new(self.clock.clone()),
            ..Setup::new(Arc::clone(&self.book), self.secrets.clone(), self.transport.clone())
        };
        let observer = Arc::new(move |event| emit.send(event).unwrap());
        self.outbox = Some(Outbox::start(setup, observer).await.unwrap());
    }

    pub async fn stop(&mut self) {
        self.outbox.take().unwrap().stop().await.unwrap();
    }

    pub fn ask(&self, request: NewRequest) -> RequestId {
        let change = Change::now("Jane Doe", Action::RequestAccount(request));
        let outcome = self.book.commit(&change).unwrap();
        assert!(outcome.entry.is_some(), "{outcome:#?}");
        if let Some(outbox) = &self.outbox {
            outbox.wake();
        }
        RequestId(change.id.0)
    }

    pub fn request(&self, id: &RequestId) -> AccountRequest {
        self.book.rows::<RequestQuery>(std::slice::from_ref(id)).unwrap().pop().unwrap().into()
    }

    pub fn mail(&self, id: &RequestId) -> MailRow {
        self.request(id).request.mail.unwrap()
    }

    /// Returns the code of the problem that keeps the request's mail from being sent.
    pub fn code(&self, id: &RequestId) -> ProblemCode {
        self.request(id).problem.expect("the request has no problem").code
    }

    /// Waits until the request's mail satisfies the condition, which is checked after each event.
    pub async fn until(&mut self, id: &RequestId, condition: impl Fn(&MailRow) -> bool) -> MailRow {
        loop {
            let mail = self.mail(id);
            if condition(&mail) {
                return mail;
            }
            let event = tokio::time::timeout(Duration::from_secs(60), self.events.recv()).await;
            let event = event.unwrap_or_else(|_| panic!("timed out: {:#?}", self.request(id)));
            if let Some(OutboxEvent::Delayed { request, .. }) = event {
                self.delayed.push(request);
            }
        }
    }

    /// Lets time pass, and wakes the outbox, which may have started a longer wait in the meantime.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        if let Some(outbox) = &self.outbox {
            outbox.wake();
        }
    }

    /// Lets time pass until the mail is due, and returns how long that was.
    pub fn wait_until_due(&self, id: &RequestId) -> Duration {
        let due = jiff::Timestamp::from_millisecond(self.mail(id).due_at.unwrap()).unwrap();
        let wait = Duration::try_from(due.duration_since(tiktok_business::Clock::now(&self.clock))).unwrap();
        self.advance(wait + Duration::from_secs(1));
        wait
    }
}

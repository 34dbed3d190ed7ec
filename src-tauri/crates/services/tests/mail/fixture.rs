//! A partner with an outbox.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use partner::decisions::{Action, Change};
use partner::ids::RequestId;
use partner::queries::requests::{MailRow, RequestQuery};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::request::NewRequest;
use partner::{Book, Folder};
use services::mail::{Certificate, Way, password_key};
use services::outbox::{AccountRequest, Outbox, OutboxEvent, Setup};
use services::problem::ProblemCode;
use services::secrets::{Keys, SecretString, Settings};
use tokio::sync::mpsc;

use crate::clock::TestClock;
use crate::exim::Exim;

pub struct Fixture {
    pub book: Arc<Book>,
    pub keys: Keys,
    pub clock: TestClock,
    pub way: Way,
    pub outbox: Option<Outbox>,
    pub events: mpsc::UnboundedReceiver<OutboxEvent>,
    tell: mpsc::UnboundedSender<OutboxEvent>,
    _dir: Option<tempfile::TempDir>,
}

/// Mail over a plain server on this computer.
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

/// Mail over the real server.
pub fn over(exim: &Exim, security: MailSecurity) -> MailSettings {
    let port = if security == MailSecurity::Tls { exim.tls_port } else { exim.port };
    MailSettings { host: "localhost".into(), port, security, user: crate::exim::USER.into(), ..plain(0) }
}

/// A way that trusts the real server.
pub fn trusting(exim: &Exim) -> Way {
    Way::Server { roots: vec![Certificate::from_pem(exim.certificate.as_bytes()).unwrap()] }
}

pub fn asked(name: &str) -> NewRequest {
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
    /// Over a server, with no certificate of its own.
    pub async fn new(settings: MailSettings) -> Fixture {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).create("Aurora & Söhne").unwrap();
        let mut fixture = Fixture::of(book, dir.path(), Way::Server { roots: Vec::new() }).await;
        fixture._dir = Some(dir);
        fixture.book.save_mail_settings(&settings).unwrap();
        fixture
    }

    /// The real server is trusted, and its password known.
    pub async fn over(exim: &Exim, security: MailSecurity) -> Fixture {
        let mut fixture = Fixture::new(over(exim, security)).await;
        fixture.way = trusting(exim);
        fixture.know(crate::exim::PASSWORD).await;
        fixture
    }

    pub async fn of(book: Book, dir: &Path, way: Way) -> Fixture {
        let keys = Keys::new(dir.join("keys.age"), Settings::default());
        keys.keep_for_this_run().await;
        let (tell, events) = mpsc::unbounded_channel();
        let clock = TestClock::new();
        Fixture { book: Arc::new(book), keys, clock, way, outbox: None, events, tell, _dir: None }
    }

    pub async fn know(&self, password: &str) {
        self.keys.put(&password_key(&self.book.partner().id), SecretString::from(password)).await.unwrap();
    }

    pub async fn start(&mut self) {
        let tell = self.tell.clone();
        let setup = Setup {
            clock: Arc::new(self.clock.clone()),
            ..Setup::new(Arc::clone(&self.book), self.keys.clone(), self.way.clone())
        };
        let observer = Arc::new(move |event| tell.send(event).unwrap());
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
            outbox.look();
        }
        RequestId(change.id.0)
    }

    pub fn request(&self, id: &RequestId) -> AccountRequest {
        self.book.rows::<RequestQuery>(std::slice::from_ref(id)).unwrap().pop().unwrap().into()
    }

    pub fn mail(&self, id: &RequestId) -> MailRow {
        self.request(id).request.mail.unwrap()
    }

    /// What keeps the request's mail from being sent.
    pub fn code(&self, id: &RequestId) -> ProblemCode {
        self.request(id).problem.expect("no problem").code
    }

    /// The request's mail once it is as it should be: looked at after each event.
    pub async fn until(&mut self, id: &RequestId, is_it: impl Fn(&MailRow) -> bool) -> MailRow {
        loop {
            let mail = self.mail(id);
            if is_it(&mail) {
                return mail;
            }
            let event = tokio::time::timeout(Duration::from_secs(60), self.events.recv()).await;
            assert!(event.is_ok(), "waited in vain: {:#?}", self.request(id));
        }
    }

    /// Lets time pass. The outbox looks at its clock once more, which may just have begun to wait for longer.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        if let Some(outbox) = &self.outbox {
            outbox.look();
        }
    }

    /// Lets the time pass until the mail is due.
    pub fn pass_the_pause(&self, id: &RequestId) -> Duration {
        let due = jiff::Timestamp::from_millisecond(self.mail(id).due_at.unwrap()).unwrap();
        let wait = Duration::try_from(due.duration_since(tiktok_business::Clock::now(&self.clock))).unwrap();
        self.advance(wait + Duration::from_secs(1));
        wait
    }
}

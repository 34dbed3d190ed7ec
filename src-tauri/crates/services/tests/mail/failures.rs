//! Failures before the text is sent, or that the server reports: the mail is kept, retried and sent once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::MailState;
use services::mail::{Transport, test_settings};
use services::outbox::OutboxEvent;
use services::problem::{Problem, ProblemCode as Code};
use services::secrets::{SecretStore, Settings};
use tokio::time::timeout;

use crate::clock::TestClock;
use crate::fixture::{Fixture, form, plain};
use crate::scripted_server::{Reaction, ScriptedServer, Stage};

/// Returns a port on which nothing listens.
async fn closed_port() -> u16 {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

fn with_sign_in(port: u16) -> MailSettings {
    MailSettings { user: "admin".into(), ..plain(port) }
}

/// Tests the settings. When the server falls silent, lets time pass until the step times out.
async fn test_with(settings: MailSettings, server: &mut ScriptedServer) -> Result<(), Problem> {
    let clock = TestClock::new();
    let transport = Transport::Smtp { extra_roots: Vec::new() };
    let password = Some("geheim".into());
    let mut test = pin!(test_settings(&transport, settings, password, "Aurora", Arc::new(clock.clone())));
    tokio::select! {
        biased;
        done = &mut test => return done,
        _ = server.stalled.recv() => {}
    }
    loop {
        clock.advance(Duration::from_secs(1));
        tokio::select! {
            biased;
            done = &mut test => return done,
            () = tokio::task::yield_now() => {}
        }
    }
}

#[tokio::test]
async fn a_test_mail_reports_the_step_at_which_the_server_fell_silent() {
    for (stage, step) in [
        (Stage::Greeting, "exchanging greetings"),
        (Stage::Ehlo, "exchanging greetings"),
        (Stage::Auth, "signing in"),
        (Stage::Mail, "checking the From address"),
        (Stage::Rcpt, "checking the recipients"),
        (Stage::Data, "preparing to send the text"),
    ] {
        let mut server = ScriptedServer::start(vec![vec![(stage, Reaction::Silence)]]).await;
        let problem = test_with(with_sign_in(server.port), &mut server).await.unwrap_err();
        assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailTimeout, Some(step)), "{stage:?}");
        assert_eq!(server.texts().len(), 0);
    }
    let mut server = ScriptedServer::start(vec![vec![(Stage::Text, Reaction::Silence)]]).await;
    let problem = test_with(with_sign_in(server.port), &mut server).await.unwrap_err();
    assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailUncertain, Some("sending the text")));
    // The server falls silent after STARTTLS, and where implicit TLS is expected.
    let offer = Reaction::Say("250-mail.knorex.test\r\n250 STARTTLS");
    let script = vec![(Stage::Ehlo, offer), (Stage::StartTls, Reaction::Silence)];
    for (security, script, step) in [
        (MailSecurity::Starttls, script, "setting up encryption"),
        (MailSecurity::Tls, vec![(Stage::Greeting, Reaction::Silence)], "connecting"),
    ] {
        let mut server = ScriptedServer::start(vec![script]).await;
        let settings = MailSettings { security, host: "localhost".into(), ..with_sign_in(server.port) };
        let problem = test_with(settings, &mut server).await.unwrap_err();
        assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailTimeout, Some(step)));
    }
}

#[tokio::test]
async fn a_test_mail_reports_each_failure_with_its_own_code() {
    use Reaction::{HangUp, Say};
    let starttls = "250-mail.knorex.test\r\n250 STARTTLS";
    for (stage, reaction, code) in [
        (Stage::Greeting, Say("554 no mail from here"), Code::MailRefused),
        (Stage::Greeting, Say("421 too busy"), Code::MailDeferred),
        (Stage::Greeting, Say("HTTP/1.1 400 Bad Request"), Code::MailUnexpected),
        (Stage::Greeting, HangUp, Code::MailConnectionLost),
        (Stage::Ehlo, Say("250 mail.knorex.test"), Code::MailSignInUnavailable),
        (Stage::Ehlo, HangUp, Code::MailConnectionLost),
        (Stage::Auth, Say("535 5.7.8 wrong"), Code::MailPasswordWrong),
        (Stage::Auth, Say("454 later"), Code::MailDeferred),
        (Stage::Mail, Say("530 log in first"), Code::MailSignInRequired),
        (Stage::Mail, Say("550 not you"), Code::MailSenderRefused),
        (Stage::Mail, Say("451 later"), Code::MailDeferred),
        (Stage::Rcpt, Say("550 no such mailbox"), Code::MailRecipientRefused),
        (Stage::Rcpt, HangUp, Code::MailConnectionLost),
        (Stage::Data, Say("554 no"), Code::MailRefused),
        (Stage::Data, Say("250 what?"), Code::MailUnexpected),
        (Stage::Text, Say("554 spam"), Code::MailRefused),
        (Stage::Text, Say("452 disk full"), Code::MailDeferred),
    ] {
        let mut server = ScriptedServer::start(vec![vec![(stage, reaction)]]).await;
        let problem = test_with(with_sign_in(server.port), &mut server).await.unwrap_err();
        assert_eq!(problem.code, code, "{stage:?} {reaction:?}: {problem:?}");
        if let Say(said) = reaction
            && code != Code::MailSignInUnavailable
        {
            let details = problem.details.unwrap().message;
            let word = said.split(' ').next_back().unwrap();
            assert!(details.contains(word) || code == Code::MailUnexpected, "{said} in {details}");
        }
    }
    let refused =
        test_with(plain(closed_port().await), &mut ScriptedServer::start(vec![]).await).await.unwrap_err();
    assert_eq!(refused.code, Code::MailServerRefused);
    // Nothing is sent unencrypted when STARTTLS is required but not offered, or rejected.
    for script in [vec![], vec![(Stage::Ehlo, Say(starttls)), (Stage::StartTls, Say("502 no"))]] {
        let mut server = ScriptedServer::start(vec![script]).await;
        let settings = MailSettings { security: MailSecurity::Starttls, ..with_sign_in(server.port) };
        assert_eq!(test_with(settings, &mut server).await.unwrap_err().code, Code::MailStarttlsMissing);
        assert_eq!((server.count(Stage::Auth), server.count(Stage::Mail)), (0, 0));
    }
    let mut server = ScriptedServer::start(vec![]).await;
    let nowhere =
        MailSettings { host: "mail.knorex.invalid".into(), security: MailSecurity::Tls, ..plain(465) };
    assert_eq!(test_with(nowhere, &mut server).await.unwrap_err().code, Code::MailServerUnknown);
    let far = MailSettings { host: "192.0.2.1".into(), ..plain(25) };
    assert_eq!(test_with(far, &mut server).await.unwrap_err().code, Code::MailNotPrivate);
}

#[tokio::test]
async fn r48_a_deferred_mail_is_retried_with_backoff_and_sent_once() {
    use Reaction::{HangUp, Say};
    let failures = [
        (Stage::Rcpt, Say("451 greylisted")),
        (Stage::Greeting, Say("421 too busy")),
        (Stage::Data, HangUp),
        (Stage::Text, Say("452 disk full")),
        (Stage::Mail, Say("nonsense")),
    ];
    let codes = [
        Code::MailDeferred,
        Code::MailDeferred,
        Code::MailConnectionLost,
        Code::MailDeferred,
        Code::MailUnexpected,
    ];
    let server = ScriptedServer::start(failures.map(|failure| vec![failure]).to_vec()).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    let mut delays = Vec::new();
    for (attempt, code) in (1..).zip(codes) {
        let waits = |mail: &partner::queries::requests::MailRow| {
            mail.state == MailState::Queued && mail.attempts == attempt
        };
        let mail = fixture.until(&id, waits).await;
        assert_eq!((fixture.code(&id), mail.uncertain), (code, 0));
        delays.push(fixture.wait_until_due(&id));
    }
    assert!(delays.is_sorted(), "{delays:?}");
    assert!(delays[0] <= Duration::from_secs(60) && delays[4] > Duration::from_secs(29 * 60), "{delays:?}");
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!((mail.attempts, mail.uncertain), (6, 0));
    assert_eq!(fixture.request(&id).problem, None);
    // The text that the server rejected, and the one that it accepted.
    assert_eq!(server.texts().len(), 2);
    // The mail is never sent again.
    fixture.advance(Duration::from_secs(1_000_000));
    fixture.outbox.as_ref().unwrap().retry_now().await.unwrap();
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(server.texts().len(), 3);
    fixture.stop().await;
}

#[tokio::test]
async fn a_permanent_failure_is_reported_once_and_waits_for_the_admin() {
    let server = ScriptedServer::start(vec![vec![(Stage::Text, Reaction::Say("554 spam"))]]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    let failed = loop {
        if let services::outbox::OutboxEvent::Failed { request, name } = fixture.events.recv().await.unwrap()
        {
            break (request, name);
        }
    };
    assert_eq!(failed, (id.clone(), "One".into()));
    assert_eq!((fixture.mail(&id).state, fixture.code(&id)), (MailState::Failed, Code::MailRefused));
    fixture.advance(Duration::from_secs(1_000_000));
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(fixture.mail(&id).attempts, 1);
    fixture.book.resend_mail(&id, true, jiff::Timestamp::now()).unwrap();
    fixture.outbox.as_ref().unwrap().wake();
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

#[tokio::test]
async fn a_mail_waits_offline_across_restarts_and_is_sent_when_the_network_is_back() {
    let port = closed_port().await;
    let mut fixture = Fixture::new(plain(port)).await;
    let id = fixture.ask(form("One"));
    for attempt in 1..=12 {
        fixture.start().await;
        let waits = |mail: &partner::queries::requests::MailRow| {
            mail.state == MailState::Queued && mail.attempts == attempt
        };
        let mail = fixture.until(&id, waits).await;
        assert_eq!((fixture.code(&id), mail.uncertain), (Code::MailServerRefused, 0));
        fixture.stop().await;
        assert_eq!(fixture.mail(&id).due_at, mail.due_at, "a restart must not shorten the backoff");
        assert!(fixture.wait_until_due(&id) <= Duration::from_secs(4 * 3600));
    }
    let server = ScriptedServer::start(vec![]).await;
    fixture.book.save_mail_settings(&plain(server.port)).unwrap();
    // The backoff is over: each start sends what is due.
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(server.texts().len(), 2);
}

#[tokio::test]
async fn a_mail_is_retried_immediately_when_the_network_is_back() {
    let mut fixture = Fixture::new(plain(closed_port().await)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    let server = ScriptedServer::start(vec![]).await;
    fixture.book.save_mail_settings(&plain(server.port)).unwrap();
    fixture.outbox.as_ref().unwrap().retry_now().await.unwrap();
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(mail.attempts, 2);
}

#[tokio::test]
async fn a_retry_that_is_requested_during_an_attempt_follows_it_immediately() {
    let mut server = ScriptedServer::start(vec![
        vec![(Stage::Mail, Reaction::Wait), (Stage::Text, Reaction::Say("451 greylisted"))],
        vec![(Stage::Mail, Reaction::Wait), (Stage::Text, Reaction::Say("554 spam"))],
        vec![(Stage::Mail, Reaction::Wait), (Stage::Text, Reaction::Say("452 quota"))],
    ])
    .await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    // Less than the shortest backoff.
    let soon = Duration::from_secs(30);
    let id = fixture.ask(form("One"));
    for cause in ["network", "settings", "resend"] {
        assert_eq!(timeout(soon, server.stalled.recv()).await.unwrap(), Some(Stage::Mail));
        let now = jiff::Timestamp::now();
        match cause {
            "network" => fixture.outbox.as_ref().unwrap().retry_now().await.unwrap(),
            "settings" => fixture.book.retry_mails(now).unwrap(),
            _ => assert!(fixture.book.resend_mail(&id, true, now).unwrap()),
        }
        let mail = fixture.mail(&id);
        assert_eq!(
            (mail.state, mail.due_at),
            (MailState::Sending, None),
            "no other attempt is announced yet"
        );
        server.resume.notify_one();
    }
    while fixture.mail(&id).state != MailState::Sent {
        let event = timeout(soon, fixture.events.recv()).await.unwrap().unwrap();
        assert!(matches!(event, OutboxEvent::Changed { .. }), "{event:?}");
    }
    assert_eq!((fixture.mail(&id).attempts, fixture.mail(&id).uncertain), (4, 0));
}

#[tokio::test]
async fn setting_the_clock_back_does_not_delay_a_mail() {
    let server = ScriptedServer::start(vec![vec![(Stage::Rcpt, Reaction::Say("451 greylisted"))]]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    fixture.clock.shift(jiff::SignedDuration::from_hours(-10_000));
    fixture.advance(Duration::from_secs(1));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

#[tokio::test]
async fn a_mail_waits_for_missing_settings_instead_of_failing() {
    let server = ScriptedServer::start(vec![]).await;
    for (incomplete, code) in [
        (MailSettings { host: String::new(), ..plain(server.port) }, Code::MailHostInvalid),
        (MailSettings { sender: String::new(), ..plain(server.port) }, Code::MailSenderInvalid),
        (with_sign_in(server.port), Code::MailPasswordMissing),
        (MailSettings { host: "192.0.2.1".into(), ..plain(server.port) }, Code::MailNotPrivate),
    ] {
        let mut fixture = Fixture::new(incomplete).await;
        fixture.start().await;
        let id = fixture.ask(form("One"));
        fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
        assert_eq!(fixture.code(&id), code);
        fixture.book.save_mail_settings(&plain(server.port)).unwrap();
        fixture.book.retry_mails(jiff::Timestamp::now()).unwrap();
        fixture.outbox.as_ref().unwrap().wake();
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    }
    assert_eq!(server.texts().len(), 4);
}

#[tokio::test]
async fn unlocking_the_secrets_sends_a_mail_that_waits_for_the_password() {
    let server = ScriptedServer::start(vec![]).await;
    let mut fixture = Fixture::new(with_sign_in(server.port)).await;
    fixture.set_password("the password").await;
    fixture.secrets.encrypt("a long passphrase".into()).await.unwrap();
    let file = fixture.dir.as_ref().unwrap().path().join("secrets.age");
    fixture.secrets = SecretStore::new(file, Settings { scrypt_log_n: 1, ..Settings::default() });
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    assert_eq!(fixture.code(&id), Code::SecretStorageLocked);
    fixture.secrets.unlock("a long passphrase".into()).await.unwrap();
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(mail.attempts, 2);
}

#[tokio::test]
async fn a_file_that_names_another_mail_server_does_not_get_the_password() {
    let server = ScriptedServer::start(vec![]).await;
    let named = |host: &str| MailSettings { host: host.into(), ..with_sign_in(server.port) };
    let mut fixture = Fixture::new(named("mail.partner.example")).await;
    fixture.set_password("the password").await;
    // Somebody else edits the file.
    fixture.book.save_mail_settings(&named("127.0.0.1")).unwrap();
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    assert_eq!((fixture.code(&id), server.count(Stage::Greeting)), (Code::SecretForOtherServer, 0));
    // The admin trusts the server and enters the password again.
    fixture.set_password("the password").await;
    fixture.outbox.as_ref().unwrap().retry_now().await.unwrap();
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

#[tokio::test]
async fn a_request_that_is_withdrawn_while_its_mail_waits_is_never_mailed() {
    let server = ScriptedServer::start(vec![vec![(Stage::Rcpt, Reaction::Say("451 greylisted"))]]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    let action = partner::decisions::Action::WithdrawRequest(partner::decisions::WithdrawRequest {
        request: id.clone(),
    });
    let change = partner::decisions::Change::now("Jane Doe", action);
    assert!(fixture.book.commit(&change).unwrap().entry.is_some());
    fixture.advance(Duration::from_secs(1_000_000));
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!((fixture.mail(&id).attempts, server.texts().len()), (1, 1));
}

//! Everything that goes wrong before the text is on its way, or by the server's own word: the mail is kept, tried again
//! and sent once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::MailState;
use services::mail::{Way, test};
use services::problem::{Problem, ProblemCode as Code};

use crate::clock::TestClock;
use crate::fixture::{Fixture, asked, plain};
use crate::script::{Act, At, Script};

/// A port that nobody listens at.
async fn closed_port() -> u16 {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

fn with_log_in(port: u16) -> MailSettings {
    MailSettings { user: "admin".into(), ..plain(port) }
}

/// Try the settings; whenever the server falls silent, time passes until that is noticed.
async fn tried(settings: MailSettings, script: &mut Script) -> Result<(), Problem> {
    let clock = TestClock::new();
    let way = Way::Server { roots: Vec::new() };
    let password = Some("geheim".into());
    let mut trying = pin!(test(&way, settings, password, "Aurora", Arc::new(clock.clone())));
    tokio::select! {
        biased;
        done = &mut trying => return done,
        _ = script.silent.recv() => {}
    }
    loop {
        clock.advance(Duration::from_secs(1));
        tokio::select! {
            biased;
            done = &mut trying => return done,
            () = tokio::task::yield_now() => {}
        }
    }
}

#[tokio::test]
async fn a_test_mail_says_where_the_server_fell_silent() {
    for (at, words) in [
        (At::Greeting, "greeting"),
        (At::Ehlo, "greeting"),
        (At::Auth, "logging in"),
        (At::Mail, "naming the sender"),
        (At::Rcpt, "naming the recipients"),
        (At::Data, "announcing the text"),
    ] {
        let mut script = Script::start(vec![vec![(at, Act::Silence)]]).await;
        let problem = tried(with_log_in(script.port), &mut script).await.unwrap_err();
        assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailTimeout, Some(words)), "{at:?}");
        assert_eq!(script.texts().len(), 0);
    }
    let mut script = Script::start(vec![vec![(At::Text, Act::Silence)]]).await;
    let problem = tried(with_log_in(script.port), &mut script).await.unwrap_err();
    assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailUncertain, Some("taking the text")));
    // After STARTTLS, and where TLS should be from the start, it says nothing either.
    let offer = Act::Say("250-mail.knorex.test\r\n250 STARTTLS");
    let day = vec![(At::Ehlo, offer), (At::StartTls, Act::Silence)];
    for (security, day, words) in [
        (MailSecurity::Starttls, day, "encrypting"),
        (MailSecurity::Tls, vec![(At::Greeting, Act::Silence)], "connecting"),
    ] {
        let mut script = Script::start(vec![day]).await;
        let settings = MailSettings { security, host: "localhost".into(), ..with_log_in(script.port) };
        let problem = tried(settings, &mut script).await.unwrap_err();
        assert_eq!((problem.code, problem.subject.as_deref()), (Code::MailTimeout, Some(words)));
    }
}

#[tokio::test]
async fn a_test_mail_says_what_is_wrong_in_words_of_its_own() {
    use Act::{HangUp, Say};
    let starttls = "250-mail.knorex.test\r\n250 STARTTLS";
    for (at, act, code) in [
        (At::Greeting, Say("554 no mail from here"), Code::MailRefused),
        (At::Greeting, Say("421 too busy"), Code::MailDeferred),
        (At::Greeting, Say("HTTP/1.1 400 Bad Request"), Code::MailUnexpected),
        (At::Greeting, HangUp, Code::MailHungUp),
        (At::Ehlo, Say("250 mail.knorex.test"), Code::MailLoginMissing),
        (At::Ehlo, HangUp, Code::MailHungUp),
        (At::Auth, Say("535 5.7.8 wrong"), Code::MailPasswordWrong),
        (At::Auth, Say("454 later"), Code::MailDeferred),
        (At::Mail, Say("530 log in first"), Code::MailLoginMissing),
        (At::Mail, Say("550 not you"), Code::MailSenderRefused),
        (At::Mail, Say("451 later"), Code::MailDeferred),
        (At::Rcpt, Say("550 no such mailbox"), Code::MailRecipientRefused),
        (At::Rcpt, HangUp, Code::MailHungUp),
        (At::Data, Say("554 no"), Code::MailRefused),
        (At::Data, Say("250 what?"), Code::MailUnexpected),
        (At::Text, Say("554 spam"), Code::MailRefused),
        (At::Text, Say("452 disk full"), Code::MailDeferred),
    ] {
        let mut script = Script::start(vec![vec![(at, act)]]).await;
        let problem = tried(with_log_in(script.port), &mut script).await.unwrap_err();
        assert_eq!(problem.code, code, "{at:?} {act:?}: {problem:?}");
        if let Say(said) = act
            && code != Code::MailLoginMissing
        {
            let details = problem.details.unwrap().message;
            let word = said.split(' ').next_back().unwrap();
            assert!(details.contains(word) || code == Code::MailUnexpected, "{said} in {details}");
        }
    }
    let recipient = tried(plain(closed_port().await), &mut Script::start(vec![]).await).await.unwrap_err();
    assert_eq!(recipient.code, Code::MailServerRefused);
    // Nothing goes in the clear where STARTTLS was asked for, and none is offered or it is refused.
    for day in [vec![], vec![(At::Ehlo, Say(starttls)), (At::StartTls, Say("502 no"))]] {
        let mut script = Script::start(vec![day]).await;
        let settings = MailSettings { security: MailSecurity::Starttls, ..with_log_in(script.port) };
        assert_eq!(tried(settings, &mut script).await.unwrap_err().code, Code::MailStarttlsMissing);
        assert_eq!((script.count(At::Auth), script.count(At::Mail)), (0, 0));
    }
    let mut script = Script::start(vec![]).await;
    let nowhere =
        MailSettings { host: "mail.knorex.invalid".into(), security: MailSecurity::Tls, ..plain(465) };
    assert_eq!(tried(nowhere, &mut script).await.unwrap_err().code, Code::MailServerUnknown);
    let far = MailSettings { host: "192.0.2.1".into(), ..plain(25) };
    assert_eq!(tried(far, &mut script).await.unwrap_err().code, Code::MailNotPrivate);
}

#[tokio::test]
async fn r48_a_mail_that_is_put_off_is_tried_again_after_growing_pauses_and_sent_once() {
    use Act::{HangUp, Say};
    let days = [
        (At::Rcpt, Say("451 greylisted")),
        (At::Greeting, Say("421 too busy")),
        (At::Data, HangUp),
        (At::Text, Say("452 disk full")),
        (At::Mail, Say("nonsense")),
    ];
    let codes =
        [Code::MailDeferred, Code::MailDeferred, Code::MailHungUp, Code::MailDeferred, Code::MailUnexpected];
    let script = Script::start(days.map(|day| vec![day]).to_vec()).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    let mut pauses = Vec::new();
    for (attempt, code) in (1..).zip(codes) {
        let waits = |mail: &partner::queries::requests::MailRow| {
            mail.state == MailState::Queued && mail.attempts == attempt
        };
        let mail = fixture.until(&id, waits).await;
        assert_eq!((fixture.code(&id), mail.uncertain), (code, 0));
        pauses.push(fixture.pass_the_pause(&id));
    }
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert!(pauses[0] <= Duration::from_secs(60) && pauses[4] > Duration::from_secs(29 * 60), "{pauses:?}");
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!((mail.attempts, mail.uncertain), (6, 0));
    assert_eq!(fixture.request(&id).problem, None);
    // One that the server said no to, and the one that it took.
    assert_eq!(script.texts().len(), 2);
    // However much time passes, it is not sent again.
    fixture.advance(Duration::from_secs(1_000_000));
    fixture.outbox.as_ref().unwrap().hurry().await.unwrap();
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(script.texts().len(), 3);
    fixture.stop().await;
}

#[tokio::test]
async fn a_no_for_good_is_told_once_and_waits_for_the_admin() {
    let script = Script::start(vec![vec![(At::Text, Act::Say("554 spam"))]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    let failed = loop {
        if let services::outbox::OutboxEvent::Failed { request, name } = fixture.events.recv().await.unwrap()
        {
            break (request, name);
        }
    };
    assert_eq!(failed, (id.clone(), "One".into()));
    assert_eq!((fixture.mail(&id).state, fixture.code(&id)), (MailState::Failed, Code::MailRefused));
    fixture.advance(Duration::from_secs(1_000_000));
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(fixture.mail(&id).attempts, 1);
    fixture.book.resend_mail(&id, true, jiff::Timestamp::now()).unwrap();
    fixture.outbox.as_ref().unwrap().look();
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

#[tokio::test]
async fn offline_for_days_and_over_restarts_a_mail_waits_and_leaves_when_the_network_is_back() {
    let port = closed_port().await;
    let mut fixture = Fixture::new(plain(port)).await;
    let id = fixture.ask(asked("One"));
    for attempt in 1..=12 {
        fixture.start().await;
        let waits = |mail: &partner::queries::requests::MailRow| {
            mail.state == MailState::Queued && mail.attempts == attempt
        };
        let mail = fixture.until(&id, waits).await;
        assert_eq!((fixture.code(&id), mail.uncertain), (Code::MailServerRefused, 0));
        fixture.stop().await;
        assert_eq!(fixture.mail(&id).due_at, mail.due_at, "a restart is no reason to hurry");
        assert!(fixture.pass_the_pause(&id) <= Duration::from_secs(4 * 3600));
    }
    let script = Script::start(vec![]).await;
    fixture.book.save_mail_settings(&plain(script.port)).unwrap();
    // Too early by itself, but the system says that there is a network.
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(script.texts().len(), 2);
}

#[tokio::test]
async fn a_network_that_is_back_is_a_reason_to_hurry() {
    let mut fixture = Fixture::new(plain(closed_port().await)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    let script = Script::start(vec![]).await;
    fixture.book.save_mail_settings(&plain(script.port)).unwrap();
    fixture.outbox.as_ref().unwrap().hurry().await.unwrap();
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(mail.attempts, 2);
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_no_mail_back() {
    let script = Script::start(vec![vec![(At::Rcpt, Act::Say("451 greylisted"))]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    fixture.clock.set(jiff::SignedDuration::from_hours(-10_000));
    fixture.advance(Duration::from_secs(1));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

#[tokio::test]
async fn without_settings_a_mail_waits_for_them_and_does_not_fail() {
    let script = Script::start(vec![]).await;
    for (incomplete, code) in [
        (MailSettings { host: String::new(), ..plain(script.port) }, Code::MailHostInvalid),
        (MailSettings { sender: String::new(), ..plain(script.port) }, Code::MailSenderInvalid),
        (with_log_in(script.port), Code::MailPasswordMissing),
        (MailSettings { host: "192.0.2.1".into(), ..plain(script.port) }, Code::MailNotPrivate),
    ] {
        let mut fixture = Fixture::new(incomplete).await;
        fixture.start().await;
        let id = fixture.ask(asked("One"));
        fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
        assert_eq!(fixture.code(&id), code);
        fixture.book.save_mail_settings(&plain(script.port)).unwrap();
        fixture.book.retry_mails(jiff::Timestamp::now()).unwrap();
        fixture.outbox.as_ref().unwrap().look();
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    }
    assert_eq!(script.texts().len(), 4);
}

#[tokio::test]
async fn a_request_that_is_withdrawn_while_its_mail_is_put_off_is_never_mailed() {
    let script = Script::start(vec![vec![(At::Rcpt, Act::Say("451 greylisted"))]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    let action = partner::decisions::Action::WithdrawRequest(partner::decisions::WithdrawRequest {
        request: id.clone(),
    });
    let change = partner::decisions::Change::now("Jane Doe", action);
    assert!(fixture.book.commit(&change).unwrap().entry.is_some());
    fixture.advance(Duration::from_secs(1_000_000));
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!((fixture.mail(&id).attempts, script.texts().len()), (1, 1));
}

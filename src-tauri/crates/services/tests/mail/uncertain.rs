//! The text was on its way, and the server's word is missing: nobody knows whether it has the mail. It is tried again with
//! the same Message-ID, and not for ever.

use std::time::Duration;

use mail_parser::MessageParser;
use partner::requests::outbox::{MAX_UNCERTAIN_ATTEMPTS, MailState};
use services::outbox::OutboxEvent;
use services::problem::ProblemCode as Code;

use crate::fixture::{Fixture, asked, plain};
use crate::script::{Act, At, Day, Script};

pub fn message_id(text: &str) -> String {
    let mail = MessageParser::default().parse(text.as_bytes()).unwrap();
    mail.message_id().unwrap().to_owned()
}

/// Ways to leave the client without a word on the text.
fn silent_days() -> Vec<Day> {
    vec![
        vec![(At::Text, Act::HangUp)],
        vec![(At::Text, Act::Say("nonsense"))],
        vec![(At::Text, Act::Say("354 more?"))],
        vec![(At::Text, Act::Say("250-one\r\n250"))],
    ]
}

#[tokio::test]
async fn r48_without_the_servers_word_a_mail_is_not_sent_and_tried_again_as_the_same_mail() {
    for day in silent_days().into_iter().take(3) {
        let script = Script::start(vec![day]).await;
        let mut fixture = Fixture::new(plain(script.port)).await;
        fixture.start().await;
        let id = fixture.ask(asked("One"));
        let mail = fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
        assert_eq!((mail.uncertain, fixture.code(&id)), (1, Code::MailUncertain));
        assert!(
            fixture.pass_the_pause(&id) > Duration::from_secs(14 * 60),
            "the first one has time to arrive"
        );
        let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!((mail.attempts, mail.uncertain), (2, 1));
        let texts = script.texts();
        assert_eq!(texts.len(), 2);
        assert_eq!(message_id(&texts[0]), message_id(&texts[1]));
        let date = |text: &str| {
            MessageParser::default().parse(text.as_bytes()).unwrap().date().unwrap().to_rfc3339()
        };
        assert_eq!(date(&texts[0]), date(&texts[1]));
    }
}

#[tokio::test]
async fn a_server_that_closes_right_after_data_is_uncertain_too() {
    // It says 354, and is gone before it has the text.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 ready\r\n").await.unwrap();
        let mut line = String::new();
        while !line.starts_with("DATA") {
            line.clear();
            stream.read_line(&mut line).await.unwrap();
            let answer: &[u8] = if line.starts_with("DATA") { b"354 go ahead\r\n" } else { b"250 yes\r\n" };
            stream.write_all(answer).await.unwrap();
        }
    });
    let mut fixture = Fixture::new(plain(port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    let mail = fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    assert_eq!((mail.uncertain, fixture.code(&id)), (1, Code::MailUncertain));
}

#[tokio::test]
async fn after_three_ends_without_a_word_the_admin_decides() {
    let script = Script::start(vec![vec![(At::Text, Act::HangUp)]; 3]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    for attempt in 1..MAX_UNCERTAIN_ATTEMPTS {
        fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == attempt).await;
        fixture.pass_the_pause(&id);
    }
    let mail = fixture.until(&id, |mail| mail.state == MailState::Failed).await;
    assert_eq!((mail.uncertain, fixture.code(&id)), (3, Code::MailUncertain));
    loop {
        if let OutboxEvent::Failed { request, .. } = fixture.events.recv().await.unwrap() {
            assert_eq!(request, id);
            break;
        }
    }
    fixture.advance(Duration::from_secs(1_000_000));
    fixture.book.retry_mails(jiff::Timestamp::now()).unwrap();
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(fixture.mail(&id).attempts, 3);
    fixture.book.resend_mail(&id, true, jiff::Timestamp::now()).unwrap();
    fixture.outbox.as_ref().unwrap().look();
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let ids: Vec<String> = script.texts().iter().map(|text| message_id(text)).collect();
    assert_eq!(ids.iter().filter(|found| **found == format!("{id}.1@xpo-admin.knorex.com")).count(), 4);
}

#[tokio::test]
async fn a_mail_that_is_on_its_way_when_the_outbox_ends_has_time_to_arrive() {
    let mut script = Script::start(vec![vec![(At::Text, Act::Wait)]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    assert_eq!(script.silent.recv().await, Some(At::Text));
    // The server says yes only once the outbox was told to end.
    tokio::join!(fixture.stop(), async { script.go_on.notify_one() });
    let mail = fixture.mail(&id);
    assert_eq!((mail.state, mail.uncertain), (MailState::Sent, 0));
}

#[tokio::test]
async fn a_mail_is_sent_with_the_servers_250_whether_or_not_it_says_goodbye() {
    let mut script = Script::start(vec![vec![(At::Quit, Act::Silence)]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    // No time passes meanwhile.
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(script.silent.recv().await, Some(At::Quit));
}

#[tokio::test]
async fn a_server_that_stays_silent_does_not_keep_the_outbox_from_ending() {
    let mut script =
        Script::start(vec![vec![(At::Rcpt, Act::Silence)], vec![(At::Text, Act::Silence)]]).await;
    let mut fixture = Fixture::new(plain(script.port)).await;
    let id = fixture.ask(asked("One"));
    // Before the text it is as if nothing had been; after it nobody knows.
    for (at, uncertain) in [(At::Rcpt, 0), (At::Text, 1)] {
        fixture.start().await;
        assert_eq!(script.silent.recv().await, Some(at));
        let clock = fixture.clock.clone();
        let passes = async {
            loop {
                clock.advance(Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = fixture.stop() => {}
            () = passes => {}
        }
        let mail = fixture.mail(&id);
        assert_eq!((mail.state, mail.uncertain), (MailState::Queued, uncertain));
    }
    fixture.advance(Duration::from_secs(15 * 60));
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let texts = script.texts();
    assert_eq!(texts.len(), 2);
    assert_eq!(message_id(&texts[0]), message_id(&texts[1]));
}

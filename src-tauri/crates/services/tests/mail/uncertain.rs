//! The text was sent and the server's reply is missing, so the server may have the mail: it is retried with the same
//! Message-ID, a few times at most.

use std::time::Duration;

use mail_parser::MessageParser;
use partner::requests::outbox::{MAX_UNCERTAIN_ATTEMPTS, MailState};
use services::outbox::OutboxEvent;
use services::problem::ProblemCode as Code;

use crate::fixture::{Fixture, form, plain};
use crate::scripted_server::{Reaction, Script, ScriptedServer, Stage};

pub fn message_id(text: &str) -> String {
    let mail = MessageParser::default().parse(text.as_bytes()).unwrap();
    mail.message_id().unwrap().to_owned()
}

/// Returns scripts of servers that never confirm or reject the text.
fn without_a_reply() -> Vec<Script> {
    vec![
        vec![(Stage::Text, Reaction::HangUp)],
        vec![(Stage::Text, Reaction::Say("nonsense"))],
        vec![(Stage::Text, Reaction::Say("354 more?"))],
        vec![(Stage::Text, Reaction::Say("250-one\r\n550 two"))],
    ]
}

#[tokio::test]
async fn r48_a_mail_without_a_final_reply_is_retried_with_the_same_message_id() {
    for script in without_a_reply() {
        let server = ScriptedServer::start(vec![script]).await;
        let mut fixture = Fixture::new(plain(server.port)).await;
        fixture.start().await;
        let id = fixture.ask(form("One"));
        let mail = fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
        assert_eq!((mail.uncertain, fixture.code(&id)), (1, Code::MailUncertain));
        assert!(
            fixture.wait_until_due(&id) > Duration::from_secs(14 * 60),
            "the first copy has time to be delivered"
        );
        let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!((mail.attempts, mail.uncertain), (2, 1));
        let texts = server.texts();
        assert_eq!(texts.len(), 2);
        assert_eq!(message_id(&texts[0]), message_id(&texts[1]));
        let date = |text: &str| {
            MessageParser::default().parse(text.as_bytes()).unwrap().date().unwrap().to_rfc3339()
        };
        assert_eq!(date(&texts[0]), date(&texts[1]));
    }
}

#[tokio::test]
async fn a_connection_that_closes_right_after_data_is_uncertain() {
    // The server replies 354 and closes before it has the text.
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
    let id = fixture.ask(form("One"));
    let mail = fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    assert_eq!((mail.uncertain, fixture.code(&id)), (1, Code::MailUncertain));
}

#[tokio::test]
async fn the_admin_decides_after_three_uncertain_attempts() {
    let server = ScriptedServer::start(vec![vec![(Stage::Text, Reaction::HangUp)]; 3]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    for attempt in 1..MAX_UNCERTAIN_ATTEMPTS {
        fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == attempt).await;
        fixture.wait_until_due(&id);
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
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!(fixture.mail(&id).attempts, 3);
    fixture.book.resend_mail(&id, true, jiff::Timestamp::now()).unwrap();
    fixture.outbox.as_ref().unwrap().wake();
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let ids: Vec<String> = server.texts().iter().map(|text| message_id(text)).collect();
    assert_eq!(ids.iter().filter(|found| **found == format!("{id}.1@xpo-admin.knorex.com")).count(), 4);
}

#[tokio::test]
async fn a_mail_that_is_being_sent_can_finish_when_the_outbox_stops() {
    let mut server = ScriptedServer::start(vec![vec![(Stage::Text, Reaction::Wait)]]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    assert_eq!(server.stalled.recv().await, Some(Stage::Text));
    // The server confirms only after the outbox was asked to stop.
    tokio::join!(fixture.stop(), async { server.resume.notify_one() });
    let mail = fixture.mail(&id);
    assert_eq!((mail.state, mail.uncertain), (MailState::Sent, 0));
}

#[tokio::test]
async fn a_mail_is_sent_after_the_250_even_if_the_server_ignores_quit() {
    let mut server = ScriptedServer::start(vec![vec![(Stage::Quit, Reaction::Silence)]]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    // The test clock stands still, so nothing times out.
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(server.stalled.recv().await, Some(Stage::Quit));
}

#[tokio::test]
async fn a_silent_server_does_not_keep_the_outbox_from_stopping() {
    let mut server = ScriptedServer::start(vec![
        vec![(Stage::Rcpt, Reaction::Silence)],
        vec![(Stage::Text, Reaction::Silence)],
    ])
    .await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    let id = fixture.ask(form("One"));
    // Before the text, certainly nothing was sent; after it, the result is unknown.
    for (at, uncertain) in [(Stage::Rcpt, 0), (Stage::Text, 1)] {
        fixture.start().await;
        assert_eq!(server.stalled.recv().await, Some(at));
        let clock = fixture.clock.clone();
        let time_passes = async {
            loop {
                clock.advance(Duration::from_millis(100));
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = fixture.stop() => {}
            () = time_passes => {}
        }
        let mail = fixture.mail(&id);
        assert_eq!((mail.state, mail.uncertain), (MailState::Queued, uncertain));
    }
    fixture.advance(Duration::from_secs(15 * 60));
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let texts = server.texts();
    assert_eq!(texts.len(), 2);
    assert_eq!(message_id(&texts[0]), message_id(&texts[1]));
}

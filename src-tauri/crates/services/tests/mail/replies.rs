//! Replies of real mail servers that deviate from the textbook: other encodings, bare codes, other prompts, and enhanced
//! status codes that change what a reply code means.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use partner::requests::mail_settings::MailSettings;
use partner::requests::outbox::MailState;
use services::mail::{Transport, test_settings};
use services::problem::{Problem, ProblemCode as Code};

use crate::clock::TestClock;
use crate::fixture::{Fixture, form, plain};
use crate::scripted_server::Reaction::{Bytes, Say};
use crate::scripted_server::{Script, ScriptedServer, Stage};

async fn send_test_mail(server: &ScriptedServer, password: &str) -> Result<(), Problem> {
    let transport = Transport::Smtp { extra_roots: Vec::new() };
    let settings = MailSettings { user: "admin".into(), ..plain(server.port) };
    let clock = Arc::new(TestClock::new());
    test_settings(&transport, settings, Some(password.to_owned().into()), "Aurora", clock).await
}

/// Sends a request's mail over the scripted connection. The mail must be sent by the first attempt.
async fn assert_sent_once(script: Script) {
    let description = format!("{script:?}");
    let server = ScriptedServer::start(vec![script]).await;
    let mut fixture = Fixture::new(plain(server.port)).await;
    fixture.start().await;
    let id = fixture.ask(form("One"));
    let mail = fixture.until(&id, |mail| mail.state != MailState::Sending && mail.attempts == 1).await;
    assert_eq!(mail.state, MailState::Sent, "{description}: {:?}", fixture.request(&id).problem);
    assert_eq!((mail.uncertain, server.texts().len()), (0, 1), "{description}");
    fixture.stop().await;
}

#[tokio::test]
async fn a_reply_that_is_not_utf_8_counts_by_its_code() {
    for (stage, reply) in [
        (Stage::Greeting, &b"220 Gr\xfc\xdf Gott"[..]),
        (Stage::Ehlo, b"250-mail.knorex.test sch\xf6n\r\n250 8BITMIME"),
        (Stage::Mail, b"250 Absender g\xfcltig"),
        (Stage::Rcpt, b"250 Empf\xe4nger g\xfcltig"),
        (Stage::Text, b"250 angenommen, sch\xf6nen Tag"),
        (Stage::Text, b"250 \xd3\xca\xbc\xfe\xd2\xd1\xbd\xd3\xca\xd5"),
        (Stage::Text, b"250-\xff\xfe\r\n250 \x00\x80"),
    ] {
        assert_sent_once(vec![(stage, Bytes(reply))]).await;
    }
}

#[tokio::test]
async fn shows_the_text_of_a_reply_in_its_own_encoding() {
    for (reply, text) in [
        (&b"535 \xd3\xc3\xbb\xa7\xc3\xfb\xbb\xf2\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3"[..], "用户名或密码错误"),
        (b"535 Authentifizierung fehlgeschlagen: Passwort ung\xfcltig", "Passwort ungültig"),
        ("535 密码错误".as_bytes(), "密码错误"),
    ] {
        let server = ScriptedServer::start(vec![vec![(Stage::Auth, Bytes(reply))]]).await;
        let problem = send_test_mail(&server, "geheim").await.unwrap_err();
        assert_eq!(problem.code, Code::MailPasswordWrong);
        let message = problem.details.unwrap().message;
        assert!(message.contains("535") && message.contains(text), "{message}");
    }
}

#[tokio::test]
async fn a_quoted_password_is_removed_from_the_reply() {
    let (plain, password) = (STANDARD.encode("\0admin\0ge heim ü"), STANDARD.encode("ge heim ü"));
    let login = Say("250-mail.knorex.test\r\n250 AUTH LOGIN");
    let leak = |text: String| Say(text.leak());
    for (script, shown) in [
        (
            vec![(Stage::Auth, leak(format!("500 unrecognized: AUTH PLAIN {plain} (1)")))],
            "500 unrecognized: AUTH PLAIN [redacted] (1)",
        ),
        // In upper case and cut off, in a longer reply, in clear text, and in what is not a reply.
        (
            vec![(Stage::Auth, leak(format!("500 \"AUTH PLAIN {}...\"", &plain.to_uppercase()[..14])))],
            "500 \"AUTH PLAIN [redacted]...\"",
        ),
        (vec![(Stage::Auth, leak(format!("501-no\r\n501 {plain}")))], "501 no [redacted]"),
        (vec![(Stage::Auth, Say("535 no user with ge heim ü"))], "535 no user with [redacted]"),
        (
            vec![(Stage::Auth, leak(format!("AUTH PLAIN {plain}?")))],
            "not a reply of a mail server: AUTH PLAIN [redacted]?",
        ),
        (
            vec![
                (Stage::Ehlo, login),
                (Stage::Auth, Say("334 VXNlcm5hbWU6")),
                (Stage::User, Say("334 UGFzc3dvcmQ6")),
                (Stage::Password, leak(format!("535 {password}"))),
            ],
            "535 [redacted]",
        ),
    ] {
        let server = ScriptedServer::start(vec![script]).await;
        let problem = send_test_mail(&server, "ge heim ü").await.unwrap_err();
        assert_eq!(problem.details.unwrap().message, shown);
    }
}

#[tokio::test]
async fn accepts_replies_that_are_only_a_code() {
    assert_sent_once(vec![
        (Stage::Greeting, Say("220")),
        (Stage::Ehlo, Say("250")),
        (Stage::Mail, Say("250")),
        (Stage::Rcpt, Say("250 ")),
        (Stage::Data, Say("354")),
        (Stage::Text, Say("250")),
    ])
    .await;
    assert_sent_once(vec![
        (Stage::Greeting, Say("220-\r\n220")),
        (Stage::Ehlo, Say("250-mail.knorex.test\r\n250-\r\n250")),
        (Stage::Text, Say("250-one\r\n250")),
    ])
    .await;
    for (stage, reply, code) in [
        (Stage::Auth, "535", Code::MailPasswordWrong),
        (Stage::Rcpt, "550", Code::MailRecipientRefused),
        (Stage::Text, "451", Code::MailDeferred),
        (Stage::Text, "554", Code::MailRefused),
    ] {
        let server = ScriptedServer::start(vec![vec![(stage, Say(reply))]]).await;
        assert_eq!(send_test_mail(&server, "geheim").await.unwrap_err().code, code, "{stage:?} {reply}");
    }
}

#[tokio::test]
async fn auth_login_answers_any_prompt_with_the_user_and_then_the_password() {
    // "Email:", "Login", nothing, no base64, "User Name" with a zero byte, "Пароль" in Windows-1251.
    for (first, second) in [
        ("334 RW1haWw6", "334 UGFzc3dvcmQ6"),
        ("334 TG9naW4=", "334 UGFzc3dvcnQ="),
        ("334", "334"),
        ("334 Username?", "334 Password?"),
        ("334 VXNlciBOYW1lAA==", "334 UGFzc3dvcmQA"),
        ("334 RW1haWw6", "334 z+Dw7uv8"),
    ] {
        let login = Say("250-mail.knorex.test\r\n250 AUTH LOGIN");
        let script = vec![(Stage::Ehlo, login), (Stage::Auth, Say(first)), (Stage::User, Say(second))];
        let server = ScriptedServer::start(vec![script]).await;
        send_test_mail(&server, "geheim ü").await.unwrap();
        assert_eq!(server.lines(Stage::Auth), ["AUTH LOGIN"]);
        assert_eq!(server.lines(Stage::User), [STANDARD.encode("admin")]);
        assert_eq!(server.lines(Stage::Password), [STANDARD.encode("geheim ü")]);
    }
    // More prompts than answers.
    let login = Say("250-mail.knorex.test\r\n250 AUTH=LOGIN");
    let script =
        vec![(Stage::Ehlo, login), (Stage::Auth, Say("334")), (Stage::Password, Say("334 T1RQOg=="))];
    let server = ScriptedServer::start(vec![script]).await;
    assert_eq!(send_test_mail(&server, "geheim").await.unwrap_err().code, Code::MailUnexpected);
}

#[tokio::test]
async fn removes_what_copying_added_to_a_password() {
    for (pasted, password) in [
        ("abcd efgh ijkl mnop", "abcdefghijklmnop"),
        ("abcd\u{A0}efgh\u{A0}ijkl\u{A0}mnop\n", "abcdefghijklmnop"),
        ("\u{FEFF}abcd  efgh\tijkl", "abcdefghijkl"),
        ("  geheim\r\n", "geheim"),
        ("\u{200B}geheim\u{200B}\u{A0}", "geheim"),
        ("ge\u{200B}he\u{AD}im", "geheim"),
        // Ordinary passwords stay as they are.
        ("correct horse battery staple", "correct horse battery staple"),
        ("have cake", "have cake"),
        ("abcd-efgh-ijkl-mnop", "abcd-efgh-ijkl-mnop"),
        ("gehe im ü:", "gehe im ü:"),
        ("пароль 密码", "пароль 密码"),
    ] {
        let server = ScriptedServer::start(vec![]).await;
        send_test_mail(&server, pasted).await.unwrap();
        let expected = format!("AUTH PLAIN {}", STANDARD.encode(format!("\0admin\0{password}")));
        assert_eq!(server.lines(Stage::Auth), [expected], "{pasted:?}");
    }
}

#[tokio::test]
async fn tries_a_passphrase_of_four_letter_words_as_it_is_as_well() {
    let server = ScriptedServer::start(vec![vec![(Stage::Auth, Say("535 5.7.8 Wrong"))]]).await;
    let problem = send_test_mail(&server, "keep your dogs safe").await.unwrap_err();
    assert_eq!(problem.code, Code::MailPasswordWrong);
    let plain = |password| format!("AUTH PLAIN {}", STANDARD.encode(format!("\0admin\0{password}")));
    assert_eq!(server.lines(Stage::Auth), [plain("keepyourdogssafe"), plain("keep your dogs safe")]);
    // Nothing else is tried twice.
    for (password, reply) in [("geheim", "535 5.7.8 Wrong"), ("keep your dogs safe", "454 4.7.0 Later")] {
        let server = ScriptedServer::start(vec![vec![(Stage::Auth, Say(reply))]]).await;
        send_test_mail(&server, password).await.unwrap_err();
        assert_eq!(server.count(Stage::Auth), 1, "{password} {reply}");
    }
}

#[tokio::test]
async fn enhanced_status_codes_decide_between_retrying_and_failing() {
    use MailState::{Failed, Queued};
    for (stage, reply, code, state) in [
        (Stage::Text, "550 5.4.5 Daily user sending limit exceeded", Code::MailLimitReached, Queued),
        (
            Stage::Text,
            "550-5.4.5 Daily user sending\r\n550 5.4.5 limit exceeded",
            Code::MailLimitReached,
            Queued,
        ),
        (Stage::Mail, "550 5.4.5 Daily sending quota exceeded", Code::MailLimitReached, Queued),
        (Stage::Rcpt, "550 5.1.90 Daily recipient limit", Code::MailLimitReached, Queued),
        (Stage::Data, "550 5.7.233 Tenant exceeded its limit", Code::MailLimitReached, Queued),
        (Stage::Rcpt, "552 5.2.2 Mailbox full", Code::MailDeferred, Queued),
        (Stage::Rcpt, "552 Too many recipients", Code::MailDeferred, Queued),
        (Stage::Mail, "554 5.3.2 System not accepting messages", Code::MailDeferred, Queued),
        (Stage::Mail, "452 4.5.3 Too many messages", Code::MailDeferred, Queued),
        (Stage::Text, "550 5.7.60 SMTP; Client may not send as this sender", Code::MailSendAsDenied, Failed),
        (Stage::Text, "554 5.2.252 SendAsDenied; a may not send as b", Code::MailSendAsDenied, Failed),
        (Stage::Mail, "550 5.7.60 SMTP; Client may not send as this sender", Code::MailSendAsDenied, Failed),
        (Stage::Auth, "535 5.7.139 SmtpClientAuthentication is disabled", Code::MailSignInDisabled, Failed),
        (Stage::Auth, "534-5.7.9 App password\r\n534 5.7.9 required", Code::MailAppPasswordRequired, Failed),
        (Stage::Auth, "535 5.7.8 Wrong password", Code::MailPasswordWrong, Failed),
        (Stage::Auth, "504 5.7.4 Unknown mechanism", Code::MailSignInUnavailable, Failed),
        (Stage::Mail, "530 5.7.57 Client was not authenticated", Code::MailSignInRequired, Failed),
        (Stage::Mail, "553 5.7.1 Not owned by user", Code::MailSenderRefused, Failed),
        (Stage::Rcpt, "550 5.1.1 No such user", Code::MailRecipientRefused, Failed),
        (Stage::Text, "554 5.7.1 Spam", Code::MailRefused, Failed),
        // Not an enhanced status code, or one of another class.
        (Stage::Text, "550 15.4.5 Spam", Code::MailRefused, Failed),
        (Stage::Text, "550 5.4.55 Spam", Code::MailRefused, Failed),
        (Stage::Text, "550 4.4.5 Spam", Code::MailRefused, Failed),
    ] {
        let server = ScriptedServer::start(vec![vec![(stage, Say(reply))]]).await;
        let mut fixture = Fixture::new(MailSettings { user: "admin".into(), ..plain(server.port) }).await;
        fixture.set_password("geheim").await;
        fixture.start().await;
        let id = fixture.ask(form("One"));
        let mail = fixture.until(&id, |mail| mail.state != MailState::Sending && mail.attempts == 1).await;
        assert_eq!((fixture.code(&id), mail.state, mail.uncertain), (code, state, 0), "{stage:?} {reply}");
        let message = fixture.request(&id).problem.unwrap().details.unwrap().message;
        assert!(message.contains(reply.split(' ').next_back().unwrap()), "{message}");
        if state == Queued {
            fixture.wait_until_due(&id);
            fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        }
        fixture.stop().await;
    }
}

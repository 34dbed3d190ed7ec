//! Whatever the fields contain, a message has exactly the intended headers and contains what was typed.

use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders};
use partner::ids::RequestId;
use partner::requests::mail_settings::MailSettings;
use partner::requests::outbox::{Mail, MailKey};
use partner::requests::request::NewRequest;
use proptest::prelude::*;
use services::mail::{Addresses, MailPreview, Message};
use services::problem::ProblemCode as Code;

use crate::fixture::{form, plain};

fn mail(form: NewRequest, requester: &str, number: u32) -> Mail {
    let at: Timestamp = "2026-11-25T03:00:00Z".parse().unwrap();
    Mail {
        key: MailKey { request: RequestId("0190b0e0-0000-7000-8000-000000000001".into()), number },
        form,
        requester: requester.to_owned(),
        requested_at: at,
        queued_at: at + jiff::SignedDuration::from_hours(50),
        attempts: 1,
        uncertain: 0,
    }
}

fn addresses() -> Addresses {
    Addresses::from_settings(&plain(25)).unwrap()
}

/// Returns the names of the top-level headers, the plain text and the HTML.
fn read(message: &[u8]) -> (Vec<String>, String, String) {
    let text = std::str::from_utf8(message).unwrap();
    assert!(text.is_ascii(), "every server accepts ASCII");
    assert!(text.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "CR and LF only appear together");
    let mail = MessageParser::default().parse(message).unwrap();
    let mut names: Vec<String> = mail.headers().iter().map(|header| header.name().to_owned()).collect();
    names.sort();
    let body = |text: std::borrow::Cow<'_, str>| text.replace("\r\n", "\n");
    assert!(mail.content_type().unwrap().subtype().unwrap() == "alternative");
    (names, body(mail.body_text(0).unwrap()), body(mail.body_html(0).unwrap()))
}

/// Without `Auto-Submitted`, for which help desks drop mails.
const HEADERS: [&str; 9] =
    ["CC", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Reply-To", "Subject", "To"];

fn same_headers(found: &[String], extra: &[&str]) {
    let mut expected: Vec<String> =
        HEADERS.iter().chain(extra).map(|name| name.to_ascii_lowercase()).collect();
    let mut found: Vec<String> = found.iter().map(|name| name.to_ascii_lowercase()).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

const HOSTILE: [&str; 8] = [
    "a\r\nBcc: everybody@elsewhere.example\r\n\r\nNew body",
    "a\nBcc: everybody@elsewhere.example",
    "a\rBcc: everybody@elsewhere.example",
    "\r\n.\r\nMAIL FROM:<x@y.example>\r\n",
    "=?utf-8?q?a=0d=0aBcc:_x@y.example?=",
    "\u{0}\u{1B}[2J\u{7F}\u{85}\u{2028}\u{2029}\u{202E}",
    "<server>alert(\"1\")</server>&amp;'",
    "\"quoted\" <x@y.example>, (comment) \\",
];

#[test]
fn line_breaks_and_control_characters_in_any_field_never_reach_a_header() {
    for text in HOSTILE {
        let all = NewRequest {
            name: text.into(),
            industry: text.into(),
            country: text.into(),
            currency: text.into(),
            timezone: text.into(),
            note: text.into(),
        };
        for requester in [text, "Jane Doe"] {
            let message = Message::for_request(&mail(all.clone(), requester, 1), text, &addresses()).unwrap();
            let (names, plain, html) = read(&message.bytes);
            same_headers(&names, &[]);
            let to: Vec<String> = message.envelope.to().iter().map(ToString::to_string).collect();
            assert_eq!(to, ["manager@knorex.example", "team@knorex.example"]);
            assert!(!html.contains("<server"), "{html}");
            // Each field stays on its line.
            assert_eq!(plain.lines().filter(|line| line.starts_with("Request ID: ")).count(), 1);
            assert_eq!(
                plain.lines().filter(|line| line.starts_with("Bcc: ")).count(),
                note_lines_with_bcc(text)
            );
        }
    }
}

/// The note is the only field that may have several lines.
fn note_lines_with_bcc(text: &str) -> usize {
    text.replace("\r\n", "\n").replace('\r', "\n").lines().filter(|line| line.starts_with("Bcc: ")).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_name_and_note_are_preserved(
        name in "[^\\p{C}\u{2028}\u{2029}]{1,100}",
        note in "[^\\p{C}\u{2028}\u{2029}]{0,300}(\n[^\\p{C}\u{2028}\u{2029}]{0,300}){0,3}",
        requester in "[^\\p{C}\u{2028}\u{2029}]{1,100}",
    ) {
        let request = NewRequest { name: name.clone(), note: note.clone(), ..form("") };
        let message = Message::for_request(&mail(request, &requester, 1), "Aurora", &addresses()).unwrap();
        let (names, plain, _) = read(&message.bytes);
        same_headers(&names, &[]);
        prop_assert!(plain.contains(&format!("Ad Account name: {name}\n")), "{}", plain);
        prop_assert!(note.is_empty() || plain.contains(&format!("\nNote:\n{note}\n")), "{}", plain);
    }

    #[test]
    fn no_text_can_add_a_header(text in any::<String>()) {
        let request = NewRequest { name: text.clone(), note: text.clone(), ..form("") };
        let message = Message::for_request(&mail(request, &text, 1), &text, &addresses()).unwrap();
        same_headers(&read(&message.bytes).0, &[]);
    }
}

#[test]
fn every_attempt_has_the_same_message_id_and_a_reminder_refers_to_it() {
    let one = |number| {
        let message =
            Message::for_request(&mail(form("One"), "Jane Doe", number), "Aurora", &addresses()).unwrap();
        message.bytes
    };
    let first = one(1);
    let again = one(1);
    let (first, again) =
        (MessageParser::default().parse(&first).unwrap(), MessageParser::default().parse(&again).unwrap());
    assert_eq!((first.message_id(), first.date()), (again.message_id(), again.date()));
    let queued = mail(form("One"), "Jane Doe", 1).queued_at;
    assert_eq!(first.date().unwrap().to_timestamp(), queued.as_second());
    let reminder = one(2);
    same_headers(&read(&reminder).0, &["In-Reply-To", "References"]);
    let reminder = MessageParser::default().parse(&reminder).unwrap();
    assert_ne!(reminder.message_id(), first.message_id());
    assert_eq!(reminder.in_reply_to().as_text(), first.message_id());
    assert!(reminder.subject().unwrap().starts_with("Reminder: "));
    assert!(reminder.body_text(0).unwrap().contains("was requested on 2026-11-25"));
}

#[test]
fn r47_the_mail_warns_about_a_time_zone_that_tiktok_does_not_have() {
    let request = NewRequest { timezone: "Asia/Kathmandu".into(), ..form("One") };
    let preview = MailPreview::new(&mail(request, "Jane Doe", 1), "Aurora", &addresses());
    assert!(
        preview.text.contains("Timezone: Asia/Kathmandu (UTC+05:45), which TikTok does not have"),
        "{}",
        preview.text
    );
    assert_eq!(preview.reply_to, "Jane Doe <jane@partner.example>");
    assert_eq!(preview.message_id, "<0190b0e0-0000-7000-8000-000000000001.1@xpo-admin.knorex.com>");
}

#[test]
fn every_invalid_address_is_reported_for_its_field() {
    let wrong = |settings: MailSettings| -> Vec<Code> {
        let problems = Addresses::from_settings(&settings).expect_err("not refused");
        problems.into_iter().map(|problem| problem.code).collect()
    };
    let with = |field: &str, text: &str| {
        let mut settings = plain(25);
        match field {
            "manager" => settings.account_manager = text.into(),
            "team" => settings.team = text.into(),
            "sender" => settings.sender = text.into(),
            _ => settings.reply_to = text.into(),
        }
        settings
    };
    for (field, code) in [
        ("manager", Code::MailManagerInvalid),
        ("team", Code::MailTeamInvalid),
        ("sender", Code::MailSenderInvalid),
        ("reply_to", Code::MailReplyToInvalid),
    ] {
        for text in [
            "nobody",
            "a@b@c",
            "a b@c.example",
            "Jane, Doe <a@b.example>",
            "a@b.example\r\nBcc: c@d.example",
            "\"a\nb\" <a@b.example>",
            "ä@ö.example",
            "a@b.example,",
            "<>",
        ] {
            assert_eq!(wrong(with(field, text)), [code], "{field} {text:?}");
        }
        if field != "team" {
            assert_eq!(wrong(with(field, "a@b.example, c@d.example")), [code]);
        }
    }
    assert_eq!(wrong(with("sender", "")), [Code::MailSenderInvalid]);
    let nobody = MailSettings { account_manager: String::new(), ..with("team", " ") };
    assert_eq!(wrong(nobody), [Code::MailNoRecipient]);
    assert_eq!(
        Addresses::from_settings(&with("reply_to", "")).unwrap().reply_to.email.to_string(),
        "admin@partner.example"
    );
    assert_eq!(
        Addresses::from_settings(&with("team", "a@b.example, \"C, D\" <c@d.example>")).unwrap().cc.len(),
        2
    );
}

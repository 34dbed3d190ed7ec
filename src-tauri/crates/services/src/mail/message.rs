//! The message of a request (R48). Every attempt sends the same message; only the boundary between its parts differs.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::{Mailbox, MessageBuilder, MultiPart};
use partner::requests::options::{country, currency, timezone};
use partner::requests::outbox::{Mail, MailKey};
use serde::Serialize;
use specta::Type;

use super::settings::Addresses;
use crate::problem::Problem;

/// A message that is ready to send.
#[derive(Debug, Clone)]
pub struct Message {
    pub envelope: Envelope,
    /// The headers and the body.
    pub bytes: Vec<u8>,
}

/// A message as people read it. Untrusted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailPreview {
    pub from: String,
    pub reply_to: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub subject: String,
    pub text: String,
    pub message_id: String,
}

struct Body {
    opening: String,
    /// In the order of the form.
    fields: Vec<(&'static str, String)>,
    note: String,
}

impl Message {
    /// Composes the message of a request.
    pub fn for_request(mail: &Mail, partner: &str, addresses: &Addresses) -> Result<Message, Problem> {
        let body = Body::new(mail, partner, addresses);
        let requester = Mailbox::new(Some(one_line(&mail.requester)), addresses.reply_to.email.clone());
        let mut builder = lettre::Message::builder()
            .from(addresses.sender.clone())
            .reply_to(requester)
            .subject(subject(mail))
            .date(system_time(mail.queued_at))
            .message_id(Some(message_id(&mail.key)));
        if mail.key.number > 1 {
            let first = MailKey { number: 1, ..mail.key.clone() };
            builder = builder.in_reply_to(message_id(&first)).references(message_id(&first));
        }
        for to in &addresses.to {
            builder = builder.to(to.clone());
        }
        for cc in &addresses.cc {
            builder = builder.cc(cc.clone());
        }
        finish(builder, body.text(), body.html())
    }

    /// Composes a message that tests the settings, addressed to the Reply-To address.
    pub fn for_test(partner: &str, addresses: &Addresses, now: Timestamp) -> Result<Message, Problem> {
        let text = format!(
            "XPO Admin can send mail for {}.\nRequests for TikTok ad accounts go to: {}\n",
            one_line(partner),
            names(addresses.to.iter().chain(&addresses.cc)).join(", ")
        );
        let html = format!("<p>{}</p>\n", escape_html(text.trim()).replace('\n', "<br>\n"));
        let builder = lettre::Message::builder()
            .from(addresses.sender.clone())
            .to(addresses.reply_to.clone())
            .subject("Test email from XPO Admin")
            .date(system_time(now))
            .message_id(Some(format!("<{}@{DOMAIN}>", uuid::Uuid::now_v7())));
        finish(builder, text, html)
    }
}

impl MailPreview {
    pub fn new(mail: &Mail, partner: &str, addresses: &Addresses) -> MailPreview {
        MailPreview {
            from: addresses.sender.to_string(),
            reply_to: format!("{} <{}>", one_line(&mail.requester), addresses.reply_to.email),
            to: names(&addresses.to),
            cc: names(&addresses.cc),
            subject: subject(mail),
            text: Body::new(mail, partner, addresses).text(),
            message_id: message_id(&mail.key),
        }
    }
}

/// The right-hand side of every Message-ID. The left-hand side is unique.
const DOMAIN: &str = "xpo-admin.knorex.com";

/// The Message-ID is the same for every attempt, so that a second copy is recognized as a duplicate.
fn message_id(mail: &MailKey) -> String {
    format!("<{}.{}@{DOMAIN}>", mail.request, mail.number)
}

fn subject(mail: &Mail) -> String {
    let reminder = if mail.key.number > 1 { "Reminder: " } else { "" };
    format!("{reminder}New TikTok ad account: {}", one_line(&mail.form.name))
}

fn system_time(at: Timestamp) -> SystemTime {
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn finish(builder: MessageBuilder, text: String, html: String) -> Result<Message, Problem> {
    // Without `Auto-Submitted`, because help desks drop such mails and a person made the request.
    let message =
        builder.multipart(MultiPart::alternative_plain_html(text, html)).map_err(Problem::internal)?;
    Ok(Message { envelope: message.envelope().clone(), bytes: message.formatted() })
}

impl Body {
    fn new(mail: &Mail, partner: &str, addresses: &Addresses) -> Body {
        let form = &mail.form;
        let with_code = |code: &str, name: Option<&str>| match name {
            Some(name) => format!("{name} ({code})"),
            None => code.to_owned(),
        };
        let zone = timezone(&form.timezone, mail.requested_at);
        let fields = vec![
            ("Ad Account name", form.name.clone()),
            ("Industry", form.industry.clone()),
            ("Country", with_code(&form.country, country(&form.country).map(|found| found.name.as_str()))),
            (
                "Currency",
                with_code(&form.currency, currency(&form.currency).map(|found| found.name.as_str())),
            ),
            (
                "Timezone",
                zone.map_or_else(
                    || form.timezone.clone(),
                    |zone| {
                        let warning = if zone.accepted {
                            ""
                        } else {
                            ", which TikTok does not have: whole and half hours only"
                        };
                        format!("{} ({}){warning}", zone.name, zone.offset)
                    },
                ),
            ),
            ("Partner", partner.to_owned()),
            ("Requested by", format!("{} <{}>", mail.requester, addresses.reply_to.email)),
            ("Requested at", mail.requested_at.strftime("%Y-%m-%d %H:%M UTC").to_string()),
            ("Request ID", mail.key.request.to_string()),
        ];
        let opening = if mail.key.number == 1 {
            "Please open a new TikTok ad account.".to_owned()
        } else {
            let day = mail.requested_at.strftime("%Y-%m-%d");
            format!(
                "This TikTok ad account was requested on {day}. Please open it, or tell us what is missing."
            )
        };
        Body {
            opening,
            fields: fields.into_iter().map(|(name, value)| (name, one_line(&value))).collect(),
            note: separate_lines(&mail.form.note),
        }
    }

    fn text(&self) -> String {
        let fields: String = self.fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let note = if self.note.is_empty() { String::new() } else { format!("\nNote:\n{}\n", self.note) };
        format!("{}\n\n{fields}{note}", self.opening)
    }

    fn html(&self) -> String {
        let row = |(name, value): &(&str, String)| {
            format!("<tr><th align=\"left\">{}</th><td>{}</td></tr>\n", escape_html(name), escape_html(value))
        };
        let fields: String = self.fields.iter().map(row).collect();
        let note = escape_html(&self.note).replace('\n', "<br>\n");
        let note = if note.is_empty() { note } else { format!("<p><b>Note</b></p>\n<p>{note}</p>\n") };
        format!(
            "<html><head><meta charset=\"utf-8\"></head><body>\n<p>{}</p>\n<table>\n{fields}</table>\n{note}</body></html>\n",
            escape_html(&self.opening)
        )
    }
}

/// Replaces line breaks and control characters with spaces, so that the text cannot start another line or header.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// Normalizes line breaks to `\n` and applies [`one_line`] to each line.
fn separate_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

fn names<'a>(mailboxes: impl IntoIterator<Item = &'a Mailbox>) -> Vec<String> {
    mailboxes.into_iter().map(ToString::to_string).collect()
}

fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

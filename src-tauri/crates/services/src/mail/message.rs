//! What is written to Knorex (R48): the same from the first attempt to the last, but for what separates its parts.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Message, address::Envelope};
use partner::requests::options::{country, currency, timezone};
use partner::requests::outbox::{Mail, MailKey};
use serde::Serialize;
use specta::Type;

use super::settings::Addresses;
use crate::problem::Problem;

/// A mail as it leaves.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What the server is told of it.
    pub envelope: Envelope,
    /// Its text, headers and all.
    pub message: Vec<u8>,
}

/// A mail as people read it. Hostile text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailShown {
    /// Who it is from.
    pub from: String,
    /// Where answers go to.
    pub reply_to: String,
    /// To whom.
    pub to: Vec<String>,
    /// And to whom else.
    pub cc: Vec<String>,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
    /// What each attempt is recognised by.
    pub message_id: String,
}

/// What a mail says.
struct Words {
    opening: String,
    /// In the order of the form.
    fields: Vec<(&'static str, String)>,
    note: String,
}

impl Letter {
    /// The mail of a request, from `partner`.
    ///
    /// # Errors
    /// When mail cannot say it, which must not happen.
    pub fn of(mail: &Mail, partner: &str, addresses: &Addresses) -> Result<Letter, Problem> {
        let words = Words::of(mail, partner, addresses);
        let requester = Mailbox::new(Some(line(&mail.requester)), addresses.reply_to.email.clone());
        let mut letter = Message::builder()
            .from(addresses.sender.clone())
            .reply_to(requester)
            .subject(subject(mail))
            .date(moment(mail.queued_at))
            .message_id(Some(message_id(&mail.key)));
        if mail.key.mailing > 1 {
            let first = MailKey { mailing: 1, ..mail.key.clone() };
            letter = letter.in_reply_to(message_id(&first)).references(message_id(&first));
        }
        for to in &addresses.to {
            letter = letter.to(to.clone());
        }
        for cc in &addresses.cc {
            letter = letter.cc(cc.clone());
        }
        finish(letter, words.text(), words.html())
    }

    /// A mail that tries the settings out, from the sender to where answers go.
    ///
    /// # Errors
    /// When mail cannot say it, which must not happen.
    pub fn of_test(partner: &str, addresses: &Addresses, now: Timestamp) -> Result<Letter, Problem> {
        let text = format!(
            "XPO Admin can send mail for {}.\nRequests for TikTok ad accounts go to: {}\n",
            line(partner),
            names(addresses.to.iter().chain(&addresses.cc)).join(", ")
        );
        let html = format!("<p>{}</p>\n", escape(text.trim()).replace('\n', "<br>\n"));
        let letter = Message::builder()
            .from(addresses.sender.clone())
            .to(addresses.reply_to.clone())
            .subject("Test mail of XPO Admin")
            .date(moment(now))
            .message_id(Some(format!("<{}@{DOMAIN}>", uuid::Uuid::now_v7())));
        finish(letter, text, html)
    }
}

impl MailShown {
    /// The mail of a request, from `partner`.
    pub fn of(mail: &Mail, partner: &str, addresses: &Addresses) -> MailShown {
        MailShown {
            from: addresses.sender.to_string(),
            reply_to: format!("{} <{}>", line(&mail.requester), addresses.reply_to.email),
            to: names(&addresses.to),
            cc: names(&addresses.cc),
            subject: subject(mail),
            text: Words::of(mail, partner, addresses).text(),
            message_id: message_id(&mail.key),
        }
    }
}

/// The right side of every Message-ID. What makes one unique is on the left.
const DOMAIN: &str = "xpo-admin.knorex.com";

/// The same for every attempt at a mail, so that a second copy is recognised as one.
fn message_id(mail: &MailKey) -> String {
    format!("<{}.{}@{DOMAIN}>", mail.request, mail.mailing)
}

fn subject(mail: &Mail) -> String {
    let reminder = if mail.key.mailing > 1 { "Reminder: " } else { "" };
    format!("{reminder}New TikTok ad account: {}", line(&mail.asked.name))
}

/// A time as lettre takes it.
fn moment(at: Timestamp) -> SystemTime {
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn finish(letter: lettre::message::MessageBuilder, text: String, html: String) -> Result<Letter, Problem> {
    // No out-of-office answers, please (RFC 3834).
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let message = letter
        .raw_header(automatic)
        .multipart(MultiPart::alternative_plain_html(text, html))
        .map_err(Problem::internal)?;
    Ok(Letter { envelope: message.envelope().clone(), message: message.formatted() })
}

impl Words {
    fn of(mail: &Mail, partner: &str, addresses: &Addresses) -> Words {
        let asked = &mail.asked;
        let coded = |code: &str, name: Option<&str>| match name {
            Some(name) => format!("{name} ({code})"),
            None => code.to_owned(),
        };
        let zone = timezone(&asked.timezone, mail.requested_at);
        let fields = vec![
            ("Ad Account name", asked.name.clone()),
            ("Industry", asked.industry.clone()),
            ("Country", coded(&asked.country, country(&asked.country).map(|found| found.name.as_str()))),
            ("Currency", coded(&asked.currency, currency(&asked.currency).map(|found| found.name.as_str()))),
            (
                "Timezone",
                zone.map_or_else(
                    || asked.timezone.clone(),
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
        let opening = if mail.key.mailing == 1 {
            "Please open a new TikTok ad account.".to_owned()
        } else {
            let day = mail.requested_at.strftime("%Y-%m-%d");
            format!(
                "This TikTok ad account was requested on {day}. Please open it, or tell us what is missing."
            )
        };
        Words {
            opening,
            fields: fields.into_iter().map(|(name, value)| (name, line(&value))).collect(),
            note: lines(&mail.asked.note),
        }
    }

    fn text(&self) -> String {
        let fields: String = self.fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let note = if self.note.is_empty() { String::new() } else { format!("\nNote:\n{}\n", self.note) };
        format!("{}\n\n{fields}{note}", self.opening)
    }

    fn html(&self) -> String {
        let row = |(name, value): &(&str, String)| {
            format!("<tr><th align=\"left\">{}</th><td>{}</td></tr>\n", escape(name), escape(value))
        };
        let fields: String = self.fields.iter().map(row).collect();
        let note = escape(&self.note).replace('\n', "<br>\n");
        let note = if note.is_empty() { note } else { format!("<p><b>Note</b></p>\n<p>{note}</p>\n") };
        format!(
            "<html><head><meta charset=\"utf-8\"></head><body>\n<p>{}</p>\n<table>\n{fields}</table>\n{note}</body></html>\n",
            escape(&self.opening)
        )
    }
}

/// Text that cannot leave its line: what nobody can see becomes a blank.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

/// Text of several lines, none of which can leave its own.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn names<'a>(mailboxes: impl IntoIterator<Item = &'a Mailbox>) -> Vec<String> {
    mailboxes.into_iter().map(ToString::to_string).collect()
}

/// Text as HTML shows it.
fn escape(text: &str) -> String {
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

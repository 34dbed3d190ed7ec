//! The mail settings: their validation, and the addresses that they name.

use std::collections::HashSet;

use lettre::address::Envelope;
use lettre::message::{Mailbox, Mailboxes};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use tiktok_business::urls::is_loopback;
use url::Host;

use crate::problem::{Problem, ProblemCode};

/// Returns the name of the mail password of `partner` in the secret store.
pub fn password_key(partner: &str) -> String {
    format!("mail-password/{partner}")
}

/// The addresses of a request's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    pub sender: Mailbox,
    pub reply_to: Mailbox,
    /// The account manager, or the team if there is no account manager (A26).
    pub to: Vec<Mailbox>,
    /// The team, if there is an account manager (A26).
    pub cc: Vec<Mailbox>,
}

impl Addresses {
    /// Returns every problem that the addresses have, not only the first.
    pub fn from_settings(settings: &MailSettings) -> Result<Addresses, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut parse = |text: &str, code| {
            parse_mailboxes(text).unwrap_or_else(|| {
                problems.push(Problem::new(code).about(text));
                Vec::new()
            })
        };
        let manager = parse(&settings.account_manager, ProblemCode::MailManagerInvalid);
        let team = parse(&settings.team, ProblemCode::MailTeamInvalid);
        let mut senders = parse(&settings.sender, ProblemCode::MailSenderInvalid);
        let mut replies = parse(&settings.reply_to, ProblemCode::MailReplyToInvalid);
        let at_most_one = [
            (&manager, ProblemCode::MailManagerInvalid, &settings.account_manager),
            (&senders, ProblemCode::MailSenderInvalid, &settings.sender),
            (&replies, ProblemCode::MailReplyToInvalid, &settings.reply_to),
        ];
        for (mailboxes, code, text) in at_most_one {
            if mailboxes.len() > 1 {
                problems.push(Problem::new(code).about(text));
            }
        }
        if !settings.has_recipient() {
            problems.push(ProblemCode::MailNoRecipient.into());
        }
        if settings.sender.trim().is_empty() {
            problems.push(ProblemCode::MailSenderInvalid.into());
        }
        let Some(sender) = senders.pop().filter(|_| problems.is_empty()) else { return Err(problems) };
        let reply_to = replies.pop().unwrap_or_else(|| sender.clone());
        let (mut to, mut cc) = if manager.is_empty() { (team, Vec::new()) } else { (manager, team) };
        // Some servers deliver twice to a recipient that is named twice.
        let mut seen = HashSet::new();
        for list in [&mut to, &mut cc] {
            list.retain(|mailbox: &Mailbox| seen.insert(mailbox.email.to_string().to_lowercase()));
        }
        Ok(Addresses { sender, reply_to, to, cc })
    }

    /// Returns the SMTP envelope of a message to all recipients.
    pub(super) fn envelope(&self) -> Result<Envelope, Problem> {
        let recipients = self.to.iter().chain(&self.cc).map(|mailbox| mailbox.email.clone()).collect();
        Envelope::new(Some(self.sender.email.clone()), recipients)
            .map_err(|_| ProblemCode::MailNoRecipient.into())
    }
}

pub(crate) fn first_problem(problems: Vec<Problem>) -> Problem {
    problems.into_iter().next().unwrap_or_else(|| ProblemCode::MailNoRecipient.into())
}

/// Returns every problem of the settings. A missing password is only reported when it is needed.
pub fn validate(settings: &MailSettings) -> Vec<Problem> {
    let mut problems = Vec::new();
    match Host::parse(&settings.host) {
        Ok(_) if settings.port > 0 => {
            if settings.security == MailSecurity::None && !is_loopback(&settings.host) {
                problems.push(Problem::new(ProblemCode::MailNotPrivate).about(&settings.host));
            }
        }
        _ => problems.push(Problem::new(ProblemCode::MailHostInvalid).about(&settings.host)),
    }
    if settings.user.chars().any(char::is_control) {
        problems.push(Problem::new(ProblemCode::MailUserInvalid).about(&settings.user));
    }
    problems.extend(Addresses::from_settings(settings).err().unwrap_or_default());
    problems
}

/// Whether `text` is one address.
pub fn is_address(text: &str) -> bool {
    parse_mailboxes(text).is_some_and(|mailboxes| mailboxes.len() == 1)
}

/// Parses mailboxes that are separated by commas, or by semicolons as Outlook does.
fn parse_mailboxes(text: &str) -> Option<Vec<Mailbox>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Vec::new());
    }
    if text.chars().any(char::is_control) {
        return None;
    }
    let with_commas = || text.trim_end_matches(';').replace(';', ",");
    let mailboxes: Vec<Mailbox> = text.parse::<Mailboxes>().or_else(|_| with_commas().parse()).ok()?.into();
    // Not every server supports SMTPUTF8, and an internationalized domain can be written in ASCII.
    mailboxes.iter().all(|mailbox| mailbox.email.to_string().is_ascii()).then_some(mailboxes)
}

/// Returns the passwords to try for what the admin entered, which may contain what copying has added: white space around it,
/// invisible characters, and the spaces that providers display between the groups of four of an app password. A passphrase
/// may look like such groups, so that it is tried as it is as well.
pub(super) fn possible_passwords(entered: &str) -> Vec<String> {
    let visible: String = entered.chars().filter(|c| !is_invisible(*c)).collect();
    let trimmed = visible.trim();
    let groups: Vec<&str> = trimmed.split_whitespace().collect();
    let is_group = |group: &&str| group.len() == 4 && group.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if groups.len() >= 3 && groups.iter().all(is_group) {
        vec![groups.concat(), trimmed.to_owned()]
    } else {
        vec![trimmed.to_owned()]
    }
}

/// Returns whether `c` is a soft hyphen, a zero-width character, a direction mark or a control character other than white
/// space.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

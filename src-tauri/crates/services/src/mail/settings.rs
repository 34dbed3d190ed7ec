//! The settings for mail, and what is wrong with them.

use std::collections::HashSet;

use lettre::address::Envelope;
use lettre::message::{Mailbox, Mailboxes};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use url::Host;

use super::smtp::{Refusal, Then};
use crate::net::is_loopback;
use crate::problem::{Problem, ProblemCode};

/// The name under which the password of a partner's mail server is kept.
pub fn password_key(partner: &str) -> String {
    format!("mail-password/{partner}")
}

/// Who writes to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Who mails are from.
    pub sender: Mailbox,
    /// Where answers go to.
    pub reply_to: Mailbox,
    /// The account manager; where there is none, the team (A26).
    pub to: Vec<Mailbox>,
    /// The team, where there is an account manager (A26).
    pub cc: Vec<Mailbox>,
}

impl Addresses {
    /// The addresses of the settings.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn of(settings: &MailSettings) -> Result<Addresses, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut all = |text: &str, code| {
            several(text).unwrap_or_else(|| {
                problems.push(Problem::new(code).about(text));
                Vec::new()
            })
        };
        let manager = all(&settings.account_manager, ProblemCode::MailManagerInvalid);
        let team = all(&settings.team, ProblemCode::MailTeamInvalid);
        let mut senders = all(&settings.sender, ProblemCode::MailSenderInvalid);
        let mut replies = all(&settings.reply_to, ProblemCode::MailReplyToInvalid);
        let one_too_many = [
            (&manager, ProblemCode::MailManagerInvalid, &settings.account_manager),
            (&senders, ProblemCode::MailSenderInvalid, &settings.sender),
            (&replies, ProblemCode::MailReplyToInvalid, &settings.reply_to),
        ];
        for (found, code, text) in one_too_many {
            if found.len() > 1 {
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
        // Each address once: not every server delivers once to whom it is told of twice.
        let mut named = HashSet::new();
        for list in [&mut to, &mut cc] {
            list.retain(|mailbox: &Mailbox| named.insert(mailbox.email.to_string().to_lowercase()));
        }
        Ok(Addresses { sender, reply_to, to, cc })
    }
}

impl Addresses {
    /// What the server is told of a mail to all of them.
    ///
    /// # Errors
    /// When there is nobody to write to.
    pub(super) fn envelope(&self) -> Result<Envelope, Refusal> {
        let all = self.to.iter().chain(&self.cc).map(|mailbox| mailbox.email.clone()).collect();
        Envelope::new(Some(self.sender.email.clone()), all)
            .map_err(|_| Refusal { problem: ProblemCode::MailNoRecipient.into(), then: Then::Settings })
    }
}

/// The first of the problems.
pub(crate) fn first(problems: Vec<Problem>) -> Problem {
    problems.into_iter().next().unwrap_or_else(|| ProblemCode::MailNoRecipient.into())
}

/// Everything that is wrong with the settings. That there is no password is told when it is needed.
pub fn check(settings: &MailSettings) -> Vec<Problem> {
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
    problems.extend(Addresses::of(settings).err().unwrap_or_default());
    problems
}

/// The addresses in a text, with commas between them; `None` when that is not what it is.
fn several(text: &str) -> Option<Vec<Mailbox>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Vec::new());
    }
    if text.chars().any(char::is_control) {
        return None;
    }
    let found: Vec<Mailbox> = text.parse::<Mailboxes>().ok()?.into();
    // Not every server takes others, and those that have one can write it in ASCII.
    found.iter().all(|mailbox| mailbox.email.to_string().is_ascii()).then_some(found)
}

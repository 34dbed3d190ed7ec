//! Writes account requests in every state into a partner's file.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use partner::Book;
use partner::decisions::{Action, FulfilRequest, WithdrawRequest};
use partner::ids::{AdAccountId, RequestId};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::FailedAttempt;
use partner::requests::request::NewRequest;
use partner::stored_problem::StoredProblem;

use super::book::{account_id, commit, open_book, record_import};

/// A request whose ad account has been imported since.
pub const ARRIVED: &str = "Aurora Travel SG";
/// A request that the mail server rejected.
pub const REFUSED: &str = "Bluebird Foods MY";
/// A request whose mail will be retried.
pub const WAITING: &str = "Lantern Games — a request for an account whose name is as long as they get";

enum MailOutcome {
    Sent,
    Refused,
    Waiting,
}

/// Adds requests and mail settings to the only partner. No mail is due to be sent.
pub fn seed_requests(data: &Path) {
    let book = open_book(data);
    book.save_mail_settings(&MailSettings {
        host: "localhost".into(),
        port: 9,
        security: MailSecurity::None,
        sender: "XPO <xpo@partner.example>".into(),
        reply_to: "maria@partner.example".into(),
        account_manager: "Anna Tan <anna@knorex.example>".into(),
        team: "tiktok@knorex.example".into(),
        ..MailSettings::default()
    })
    .unwrap();
    let fulfilled = request(&book, "Northwind SG", MailOutcome::Sent);
    commit(&book, Action::FulfilRequest(FulfilRequest { request: fulfilled, account: Some(account_id(1)) }));
    let withdrawn = request(&book, "<b>Soho</b> Labs", MailOutcome::Sent);
    commit(&book, Action::WithdrawRequest(WithdrawRequest { request: withdrawn }));
    request(&book, "شركة الإعلانات", MailOutcome::Sent);
    request(&book, REFUSED, MailOutcome::Refused);
    request(&book, WAITING, MailOutcome::Waiting);
    request(&book, ARRIVED, MailOutcome::Sent);
    let arrived = (AdAccountId("7002238017842799999".into()), ARRIVED);
    record_import(&book, ("7112", "Li Wei"), [arrived]);
}

fn request(book: &Book, name: &str, outcome: MailOutcome) -> RequestId {
    let request = NewRequest {
        name: name.into(),
        industry: "Travel".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: "The client begins on the first of next month.\nPlease hurry.".into(),
    };
    let change = commit(book, Action::RequestAccount(request));
    let now = Timestamp::now();
    let mail = book.start_next_mail(now).unwrap().unwrap().key;
    let failure = |code: &str, message: &str, retry_at| FailedAttempt {
        retry_at,
        problem: Some(StoredProblem {
            code: code.into(),
            subject: Some("anna@knorex.example".into()),
            message: Some(message.into()),
            ..StoredProblem::default()
        }),
        uncertain: false,
    };
    match outcome {
        MailOutcome::Sent => {
            assert!(book.hand_over_mail(&mail).unwrap());
            book.mark_mail_sent(&mail, now).unwrap();
        }
        MailOutcome::Refused => {
            let failure = failure("mail_recipient_refused", "550 5.1.1 no such mailbox", None);
            book.record_failed_attempt(&mail, &failure, now).unwrap();
        }
        MailOutcome::Waiting => {
            let failure = failure("mail_timeout", "connecting", Some(now + SignedDuration::from_hours(4)));
            book.record_failed_attempt(&mail, &failure, now).unwrap();
        }
    }
    RequestId(change.0)
}

//! Requests of a partner, in every state that one can be in.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use partner::decisions::{Action, Change, FulfilRequest, WithdrawRequest};
use partner::facts::accounts::{AccountDetails, AccountFacts, Told, UserFacts};
use partner::ids::{AdAccountId, RequestId};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::FailedAttempt;
use partner::requests::request::NewRequest;
use partner::stored_problem::StoredProblem;
use partner::{Book, Folder};

/// A request whose ad account has arrived since.
pub const ARRIVED: &str = "Aurora Travel SG";
/// A request that the mail server does not want.
pub const REFUSED: &str = "Bluebird Foods MY";
/// A request whose mail is tried again.
pub const WAITING: &str = "Lantern Games — a request for an account whose name is as long as they get";

/// What becomes of a mail.
enum Mailed {
    Sent,
    Refused,
    Waiting,
}

/// Let the partner of the first file have made requests; nothing is due to be sent.
pub fn ask(data: &Path) {
    let folder = Folder::at(data);
    let file = folder.list().unwrap().remove(0).file;
    let book = folder.open(&file).unwrap();
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
    let fulfilled = request(&book, "Northwind SG", Mailed::Sent);
    decide(
        &book,
        Action::FulfilRequest(FulfilRequest { request: fulfilled, account: Some(super::book::account(1)) }),
    );
    let withdrawn = request(&book, "<b>Soho</b> Labs", Mailed::Sent);
    decide(&book, Action::WithdrawRequest(WithdrawRequest { request: withdrawn }));
    request(&book, "شركة الإعلانات", Mailed::Sent);
    request(&book, REFUSED, Mailed::Refused);
    request(&book, WAITING, Mailed::Waiting);
    request(&book, ARRIVED, Mailed::Sent);
    arrive(&book, ARRIVED);
}

fn request(book: &Book, name: &str, mailed: Mailed) -> RequestId {
    let asked = NewRequest {
        name: name.into(),
        industry: "Travel".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: "The client begins on the first of next month.\nPlease hurry.".into(),
    };
    let change = Change::now("Maria", Action::RequestAccount(asked));
    let outcome = book.commit(&change).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
    let now = Timestamp::now();
    let mail = book.start_next_mail(now).unwrap().unwrap().key;
    let failed = |code: &str, message: &str, retry_at| FailedAttempt {
        retry_at,
        problem: Some(StoredProblem {
            code: code.into(),
            subject: Some("anna@knorex.example".into()),
            message: Some(message.into()),
            ..StoredProblem::default()
        }),
        uncertain: false,
    };
    match mailed {
        Mailed::Sent => {
            assert!(book.hand_over_mail(&mail).unwrap());
            book.mark_mail_sent(&mail, now).unwrap();
        }
        Mailed::Refused => {
            let attempt = failed("mail_recipient_refused", "550 5.1.1 no such mailbox", None);
            book.record_failed_attempt(&mail, &attempt, now).unwrap();
        }
        Mailed::Waiting => {
            let attempt = failed("mail_timeout", "connecting", Some(now + SignedDuration::from_hours(4)));
            book.record_failed_attempt(&mail, &attempt, now).unwrap();
        }
    }
    RequestId(change.id.0)
}

/// An import brings an ad account of this name.
fn arrive(book: &Book, name: &str) {
    let details = AccountDetails { status: "STATUS_ENABLE".into(), ..AccountDetails::default() };
    let account = AccountFacts {
        id: AdAccountId("7002238017842799999".into()).0,
        name: name.into(),
        told: Told::Details(Box::new(details)),
    };
    let user = UserFacts { id: "7112".into(), name: "Li Wei".into(), email: String::new() };
    book.record_import(&user, &[account], true, Timestamp::now()).unwrap();
}

fn decide(book: &Book, action: Action) {
    let outcome = book.commit(&Change::now("Maria", action)).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
}

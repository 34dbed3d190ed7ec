//! Mails as rows: what is sent when, and never twice (R48).

use jiff::{SignedDuration, Timestamp};
use partner::ids::RequestId;
use partner::queries::requests::RequestState;
use partner::requests::outbox::{LONGEST_PAUSE, MOST_UNCERTAIN, Mail, MailKey, MailState, Miss};

use crate::fixture::Fixture;
use crate::requests::{fixture, mailed, request, row};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn begin(fixture: &Fixture, now: Timestamp) -> Option<Mail> {
    fixture.book.begin_mail(now).unwrap()
}

fn miss(again: Option<Timestamp>, uncertain: bool) -> Miss {
    Miss { again, problem: Some(r#"{"code":"mail_deferred"}"#.into()), uncertain }
}

fn state(fixture: &Fixture, id: &RequestId) -> (MailState, u32, u32) {
    let mail = row(fixture, id).mail.unwrap();
    (mail.state, mail.attempts, mail.uncertain)
}

#[test]
fn a_mail_is_sent_once_and_then_never_again() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    let mail = begin(&fixture, now).unwrap();
    assert_eq!((mail.key.clone(), mail.attempts), (MailKey { request: id.clone(), mailing: 1 }, 1));
    assert_eq!((mail.asked.name.as_str(), mail.requester.as_str()), ("One", "admin"));
    assert_eq!(begin(&fixture, now), None, "it is being sent");
    assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.mail_sent(&mail.key, now).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Sent, 1, 0));
    assert_eq!(row(&fixture, &id).mail.unwrap().sent_at, Some(now.as_millisecond()));
    fixture.book.requeue_mails("{}", now, now).unwrap();
    fixture.book.hurry_mails(now).unwrap();
    fixture.book.retry_mails(now).unwrap();
    fixture.book.mail_missed(&mail.key, &miss(Some(now), true), now).unwrap();
    assert!(!fixture.book.hand_over_mail(&mail.key).unwrap());
    assert_eq!(begin(&fixture, Timestamp::MAX), None);
    assert_eq!(state(&fixture, &id), (MailState::Sent, 1, 0));
}

#[test]
fn mails_leave_in_the_order_in_which_they_are_due() {
    let fixture = fixture();
    let (one, two) = (request(&fixture, "One"), request(&fixture, "Two"));
    let now = Timestamp::now();
    let mail = begin(&fixture, now).unwrap();
    assert_eq!(mail.key.request, one);
    fixture.book.mail_missed(&mail.key, &miss(Some(now + MINUTE), false), now).unwrap();
    assert_eq!(row(&fixture, &one).problem.as_deref(), Some(r#"{"code":"mail_deferred"}"#));
    assert_eq!(mailed(&fixture), two);
    assert_eq!(begin(&fixture, now), None);
    assert_eq!(
        fixture.book.next_mail_at().unwrap().unwrap().as_millisecond(),
        (now + MINUTE).as_millisecond()
    );
    let again = begin(&fixture, now + MINUTE).unwrap();
    assert_eq!((&again.key, again.attempts, again.queued_at), (&mail.key, 2, mail.queued_at));
}

#[test]
fn a_clock_that_was_ahead_holds_no_mail_back() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    let mail = begin(&fixture, now).unwrap();
    let ahead = now + LONGEST_PAUSE + SignedDuration::from_hours(1000);
    fixture.book.mail_missed(&mail.key, &miss(Some(ahead), false), now).unwrap();
    assert_eq!(begin(&fixture, now).unwrap().key.request, id);
}

#[test]
fn a_mail_whose_request_ended_meanwhile_does_not_go() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let mail = begin(&fixture, Timestamp::now()).unwrap();
    fixture.done(partner::decisions::change::Action::WithdrawRequest { request: id.clone() });
    assert!(!fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.mail_missed(&mail.key, &miss(Some(Timestamp::now()), false), Timestamp::now()).unwrap();
    assert_eq!(begin(&fixture, Timestamp::MAX), None);
    assert_eq!(row(&fixture, &id).state, RequestState::Withdrawn);
    assert!(!fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
}

#[test]
fn what_was_being_sent_when_the_program_ended_is_uncertain_only_if_the_text_was_on_its_way() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let mut now = Timestamp::now();
    begin(&fixture, now).unwrap();
    fixture.book.requeue_mails("{}", now, now + MINUTE).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Queued, 1, 0));
    for n in 1..MOST_UNCERTAIN {
        let mail = begin(&fixture, now).unwrap();
        assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
        fixture.book.requeue_mails(r#""lost""#, now, now + MINUTE).unwrap();
        assert_eq!(state(&fixture, &id), (MailState::Queued, n + 1, n));
        assert_eq!(row(&fixture, &id).problem.as_deref(), Some(r#""lost""#));
        fixture.book.hurry_mails(now).unwrap();
        assert_eq!(begin(&fixture, now), None, "not at once, not even when the network is back");
        now += MINUTE;
    }
    let mail = begin(&fixture, now).unwrap();
    assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.requeue_mails(r#""lost""#, now, now).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Failed, MOST_UNCERTAIN + 1, MOST_UNCERTAIN));
    // Other settings are no reason to send what Knorex may have; the admin is.
    fixture.book.retry_mails(now).unwrap();
    assert_eq!(begin(&fixture, Timestamp::MAX), None);
    assert!(fixture.book.resend_mail(&id, true, now).unwrap());
    assert_eq!(begin(&fixture, now).unwrap().key, mail.key);
}

#[test]
fn what_failed_is_tried_again_with_other_settings_or_when_the_admin_says_so() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    for again in ["settings", "resend"] {
        let mail = begin(&fixture, now).unwrap();
        fixture.book.mail_missed(&mail.key, &miss(None, false), now).unwrap();
        assert_eq!(row(&fixture, &id).state, RequestState::Failed);
        assert_eq!(fixture.book.request_counts().unwrap().failed, 1);
        assert_eq!(begin(&fixture, Timestamp::MAX), None);
        match again {
            "settings" => fixture.book.retry_mails(now).unwrap(),
            _ => assert!(fixture.book.resend_mail(&id, true, now).unwrap()),
        }
        assert_eq!(row(&fixture, &id).state, RequestState::Queued);
    }
    assert_eq!(begin(&fixture, now).unwrap().key, MailKey { request: id, mailing: 1 });
}

#[test]
fn resending_what_was_sent_is_a_reminder_of_its_own() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    mailed(&fixture);
    assert!(fixture.book.resend_mail(&id, false, Timestamp::now()).unwrap());
    assert_eq!(
        row(&fixture, &id).state,
        RequestState::Sent,
        "asked for before it was sent, and seen too late"
    );
    assert!(fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
    assert_eq!(row(&fixture, &id).state, RequestState::Queued);
    assert!(fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
    let mail = begin(&fixture, Timestamp::now()).unwrap();
    assert_eq!(mail.key, MailKey { request: id.clone(), mailing: 2 });
    assert!(fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap(), "it is on its way already");
    assert_eq!(begin(&fixture, Timestamp::MAX), None);
    assert_eq!(fixture.book.mail_of(&id).unwrap().unwrap().key.mailing, 2);
    assert!(!fixture.book.resend_mail(&RequestId("x".into()), true, Timestamp::now()).unwrap());
}

#[test]
fn the_database_itself_sends_nothing_twice_and_loses_no_mail() {
    let fixture = fixture();
    request(&fixture, "Sent");
    mailed(&fixture);
    request(&fixture, "Queued");
    let (_place, raw) = fixture.closed();
    let sent = "WHERE state = 'sent'";
    for (sql, why) in [
        (format!("UPDATE outbox SET state = 'queued', due_at = 0, ended_at = NULL {sent}"), "a sent mail is final"),
        (format!("UPDATE outbox SET attempts = 0 {sent}"), "a sent mail is final"),
        ("UPDATE outbox SET state = 'sent', due_at = NULL, ended_at = 1 WHERE state = 'queued'".into(), "text was transmitted"),
        ("UPDATE outbox SET due_at = NULL WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET handed = 1 WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET uncertain = 5 WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET state = 'lost', due_at = NULL WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET request_id = 'x' WHERE state = 'queued'".into(), "identity of a mail"),
        ("DELETE FROM outbox".into(), "never deleted"),
        (
            "INSERT INTO outbox (request_id, mailing, state, queued_at, due_at)
             SELECT request_id, 2, 'queued', 0, 0 FROM outbox WHERE state = 'queued'"
                .into(),
            "one unsent mail",
        ),
        (
            format!(
                "INSERT OR REPLACE INTO outbox (request_id, mailing, state, queued_at, due_at)
                 SELECT request_id, 1, 'queued', 0, 0 FROM outbox {sent}"
            ),
            "one unsent mail",
        ),
        (
            "INSERT INTO outbox (request_id, mailing, state, queued_at, due_at) VALUES ('x', 1, 'queued', 0, 0)".into(),
            "FOREIGN KEY",
        ),
        ("DELETE FROM request".into(), "history entry is open"),
        ("UPDATE request SET name = 'x'".into(), "identity of a decision"),
        ("UPDATE request SET state = 'withdrawn'".into(), "history entry is open"),
        ("UPDATE request SET ad_account_id = '70022380178427000001'".into(), "history entry is open"),
    ] {
        match raw.execute_batch(&sql) {
            Ok(()) => panic!("not refused: {sql}"),
            Err(error) => assert!(error.to_string().contains(why), "{sql}: {error}"),
        }
    }
}

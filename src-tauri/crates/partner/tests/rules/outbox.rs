//! The outbox: when mails are sent, and that none is sent twice (R48).

use jiff::{SignedDuration, Timestamp};
use partner::decisions::{Action, WithdrawRequest};
use partner::ids::RequestId;
use partner::queries::requests::RequestState;
use partner::requests::outbox::{
    FailedAttempt, MAX_RETRY_DELAY, MAX_UNCERTAIN_ATTEMPTS, Mail, MailKey, MailState,
};
use partner::stored_problem::StoredProblem;

use crate::fixture::Fixture;
use crate::requests::{fixture, mailed, request, row};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

fn start(fixture: &Fixture, now: Timestamp) -> Option<Mail> {
    fixture.book.start_next_mail(now).unwrap()
}

fn problem(code: &str) -> StoredProblem {
    StoredProblem { code: code.into(), ..StoredProblem::default() }
}

fn failed(retry_at: Option<Timestamp>, uncertain: bool) -> FailedAttempt {
    FailedAttempt { retry_at, problem: Some(problem("mail_deferred")), uncertain }
}

fn state(fixture: &Fixture, id: &RequestId) -> (MailState, u32, u32) {
    let mail = row(fixture, id).mail.unwrap();
    (mail.state, mail.attempts, mail.uncertain)
}

#[test]
fn a_sent_mail_is_never_sent_again() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    let mail = start(&fixture, now).unwrap();
    assert_eq!((mail.key.clone(), mail.attempts), (MailKey { request: id.clone(), number: 1 }, 1));
    assert_eq!((mail.form.name.as_str(), mail.requester.as_str()), ("One", "admin"));
    assert_eq!(start(&fixture, now), None, "it is being sent");
    assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.mark_mail_sent(&mail.key, now).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Sent, 1, 0));
    assert_eq!(row(&fixture, &id).mail.unwrap().sent_at, Some(now.as_millisecond()));
    fixture.book.requeue_interrupted_mails(&problem("interrupted"), now, now).unwrap();
    fixture.book.make_mails_due(now).unwrap();
    fixture.book.retry_mails(now).unwrap();
    fixture.book.record_failed_attempt(&mail.key, &failed(Some(now), true), now).unwrap();
    assert!(!fixture.book.hand_over_mail(&mail.key).unwrap());
    assert_eq!(start(&fixture, Timestamp::MAX), None);
    assert_eq!(state(&fixture, &id), (MailState::Sent, 1, 0));
}

#[test]
fn sends_mails_in_the_order_of_their_due_times() {
    let fixture = fixture();
    let (one, two) = (request(&fixture, "One"), request(&fixture, "Two"));
    let now = Timestamp::now();
    let mail = start(&fixture, now).unwrap();
    assert_eq!(mail.key.request, one);
    fixture.book.record_failed_attempt(&mail.key, &failed(Some(now + MINUTE), false), now).unwrap();
    assert_eq!(row(&fixture, &one).problem, Some(problem("mail_deferred")));
    assert_eq!(mailed(&fixture), two);
    assert_eq!(start(&fixture, now), None);
    assert_eq!(
        fixture.book.next_mail_at().unwrap().unwrap().as_millisecond(),
        (now + MINUTE).as_millisecond()
    );
    let again = start(&fixture, now + MINUTE).unwrap();
    assert_eq!((&again.key, again.attempts, again.queued_at), (&mail.key, 2, mail.queued_at));
}

#[test]
fn a_due_time_from_a_clock_that_was_ahead_does_not_delay_a_mail() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    let mail = start(&fixture, now).unwrap();
    let ahead = now + MAX_RETRY_DELAY + SignedDuration::from_hours(1000);
    fixture.book.record_failed_attempt(&mail.key, &failed(Some(ahead), false), now).unwrap();
    assert_eq!(start(&fixture, now).unwrap().key.request, id);
}

#[test]
fn does_not_send_the_mail_of_a_request_that_has_ended() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let mail = start(&fixture, Timestamp::now()).unwrap();
    fixture.done(Action::WithdrawRequest(WithdrawRequest { request: id.clone() }));
    assert!(!fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture
        .book
        .record_failed_attempt(&mail.key, &failed(Some(Timestamp::now()), false), Timestamp::now())
        .unwrap();
    assert_eq!(start(&fixture, Timestamp::MAX), None);
    assert_eq!(row(&fixture, &id).state, RequestState::Withdrawn);
    assert!(!fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
}

#[test]
fn an_interrupted_mail_is_uncertain_only_if_its_text_was_handed_over() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let mut now = Timestamp::now();
    start(&fixture, now).unwrap();
    fixture.book.requeue_interrupted_mails(&problem("interrupted"), now, now + MINUTE).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Queued, 1, 0));
    for n in 1..MAX_UNCERTAIN_ATTEMPTS {
        let mail = start(&fixture, now).unwrap();
        assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
        fixture.book.requeue_interrupted_mails(&problem("interrupted"), now, now + MINUTE).unwrap();
        assert_eq!(state(&fixture, &id), (MailState::Queued, n + 1, n));
        assert_eq!(row(&fixture, &id).problem, Some(problem("interrupted")));
        fixture.book.make_mails_due(now).unwrap();
        assert_eq!(start(&fixture, now), None, "an uncertain mail is not due when the network is back");
        now += MINUTE;
    }
    let mail = start(&fixture, now).unwrap();
    assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.requeue_interrupted_mails(&problem("interrupted"), now, now).unwrap();
    assert_eq!(state(&fixture, &id), (MailState::Failed, MAX_UNCERTAIN_ATTEMPTS + 1, MAX_UNCERTAIN_ATTEMPTS));
    // A change of settings does not resend what Knorex may have received; the admin can.
    fixture.book.retry_mails(now).unwrap();
    assert_eq!(start(&fixture, Timestamp::MAX), None);
    assert!(fixture.book.resend_mail(&id, true, now).unwrap());
    assert_eq!(start(&fixture, now).unwrap().key, mail.key);
    // The program ends before this attempt hands anything over: the mail is still to be sent.
    fixture.book.requeue_interrupted_mails(&problem("interrupted"), now, now + MINUTE).unwrap();
    assert_eq!(start(&fixture, now).unwrap().key, mail.key);
}

#[test]
fn retries_a_failed_mail_after_a_change_of_settings_or_on_request() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    for retry in ["settings", "resend"] {
        let mail = start(&fixture, now).unwrap();
        fixture.book.record_failed_attempt(&mail.key, &failed(None, false), now).unwrap();
        assert_eq!(row(&fixture, &id).state, RequestState::Failed);
        assert_eq!(fixture.book.request_counts().unwrap().failed, 1);
        assert_eq!(start(&fixture, Timestamp::MAX), None);
        match retry {
            "settings" => fixture.book.retry_mails(now).unwrap(),
            _ => assert!(fixture.book.resend_mail(&id, true, now).unwrap()),
        }
        assert_eq!(row(&fixture, &id).state, RequestState::Queued);
    }
    assert_eq!(start(&fixture, now).unwrap().key, MailKey { request: id, number: 1 });
}

#[test]
fn a_retry_that_is_requested_while_a_mail_is_being_sent_waits_only_if_the_server_may_have_it() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    let now = Timestamp::now();
    for attempt in [failed(Some(now + MINUTE), false), failed(None, false)] {
        let mail = start(&fixture, now).unwrap();
        fixture.book.retry_mails(now).unwrap();
        assert_eq!(start(&fixture, Timestamp::MAX), None, "it is being sent");
        assert!(fixture.book.record_failed_attempt(&mail.key, &attempt, now).unwrap());
    }
    let mail = start(&fixture, now).unwrap();
    assert!(!fixture.book.record_failed_attempt(&mail.key, &failed(Some(now), false), now).unwrap());
    for (n, retry_at) in [(1, Some(now)), (2, None)] {
        let mail = start(&fixture, now).unwrap();
        assert!(fixture.book.resend_mail(&id, true, now + MINUTE).unwrap());
        assert!(!fixture.book.record_failed_attempt(&mail.key, &failed(retry_at, true), now).unwrap());
        assert_eq!(state(&fixture, &id).2, n);
    }
    assert_eq!(state(&fixture, &id), (MailState::Failed, 5, 2));
}

#[test]
fn only_mails_with_the_named_problem_become_due_after_it() {
    let fixture = fixture();
    let [one, two] = ["One", "Two"].map(|name| request(&fixture, name));
    let now = Timestamp::now();
    for code in ["keychain_locked", "mail_deferred"] {
        let mail = start(&fixture, now).unwrap();
        let attempt =
            FailedAttempt { retry_at: Some(now + MINUTE), problem: Some(problem(code)), uncertain: false };
        fixture.book.record_failed_attempt(&mail.key, &attempt, now).unwrap();
    }
    fixture.book.make_mails_due_after(&["keychain_locked".into()], now).unwrap();
    assert_eq!(start(&fixture, now).unwrap().key.request, one);
    assert_eq!(start(&fixture, now), None, "{two} waits for something else");
}

#[test]
fn resending_a_sent_mail_queues_a_reminder() {
    let fixture = fixture();
    let id = request(&fixture, "One");
    mailed(&fixture);
    assert!(fixture.book.resend_mail(&id, false, Timestamp::now()).unwrap());
    assert_eq!(row(&fixture, &id).state, RequestState::Sent, "the admin had asked before the mail was sent");
    assert!(fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
    assert_eq!(row(&fixture, &id).state, RequestState::Queued);
    assert!(fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap());
    let mail = start(&fixture, Timestamp::now()).unwrap();
    assert_eq!(mail.key, MailKey { request: id.clone(), number: 2 });
    assert!(
        fixture.book.resend_mail(&id, true, Timestamp::now()).unwrap(),
        "the reminder is already being sent"
    );
    assert_eq!(start(&fixture, Timestamp::MAX), None);
    assert_eq!(fixture.book.last_mail_of(&id).unwrap().unwrap().key.number, 2);
    assert!(!fixture.book.resend_mail(&RequestId("x".into()), true, Timestamp::now()).unwrap());
}

#[test]
fn the_database_refuses_to_send_a_mail_twice_or_to_lose_one() {
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
        ("UPDATE outbox SET handed_over = 1 WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET uncertain = 5 WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET state = 'lost', due_at = NULL WHERE state = 'queued'".into(), "CHECK"),
        ("UPDATE outbox SET request_id = 'x' WHERE state = 'queued'".into(), "identity of a mail"),
        ("DELETE FROM outbox".into(), "never deleted"),
        (
            "INSERT INTO outbox (request_id, number, state, queued_at, due_at)
             SELECT request_id, 2, 'queued', 0, 0 FROM outbox WHERE state = 'queued'"
                .into(),
            "one unsent mail",
        ),
        (
            format!(
                "INSERT OR REPLACE INTO outbox (request_id, number, state, queued_at, due_at)
                 SELECT request_id, 1, 'queued', 0, 0 FROM outbox {sent}"
            ),
            "one unsent mail",
        ),
        (
            "INSERT INTO outbox (request_id, number, state, queued_at, due_at) VALUES ('x', 1, 'queued', 0, 0)".into(),
            "FOREIGN KEY",
        ),
        ("DELETE FROM request".into(), "history entry is open"),
        ("UPDATE request SET name = 'x'".into(), "identity of a decision"),
        ("UPDATE request SET state = 'withdrawn'".into(), "history entry is open"),
        ("UPDATE request SET ad_account_id = '7002238017842700001'".into(), "history entry is open"),
    ] {
        match raw.execute_batch(&sql) {
            Ok(()) => panic!("not refused: {sql}"),
            Err(error) => assert!(error.to_string().contains(why), "{sql}: {error}"),
        }
    }
}

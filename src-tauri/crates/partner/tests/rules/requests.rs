//! Requests for new TikTok ad accounts (R46–R48, A26).

use jiff::{SignedDuration, Timestamp};
use partner::decisions::{Action, Change, FulfilRequest, Reason, WarningKind, WithdrawRequest};
use partner::facts::accounts::{AccountFacts, AccountResponse, UserFacts};
use partner::ids::{AdAccountId, RequestId};
use partner::named::ObjectKind;
use partner::queries::history::{HistoryQuery, HistorySubject, UndoState};
use partner::queries::requests::{RequestQuery, RequestRow, RequestSort, RequestState};
use partner::requests::mail_settings::MailSettings;
use partner::requests::outbox::MailState;
use partner::requests::request::NewRequest;
use partner::stored_problem::StoredProblem;

use crate::fixture::*;

pub fn form(name: &str) -> NewRequest {
    NewRequest {
        name: name.into(),
        industry: "Games".into(),
        country: "SG".into(),
        currency: "USD".into(),
        timezone: "Asia/Singapore".into(),
        note: String::new(),
    }
}

/// Returns a fixture with a mail server and a recipient.
pub fn fixture() -> Fixture {
    let fixture = Fixture::new();
    fixture
        .book
        .save_mail_settings(&MailSettings {
            host: "mail.example".into(),
            account_manager: "manager@knorex.example".into(),
            ..MailSettings::default()
        })
        .unwrap();
    fixture
}

pub fn request(fixture: &Fixture, name: &str) -> RequestId {
    RequestId(fixture.done(Action::RequestAccount(form(name))).0.0)
}

fn withdraw(request: &RequestId) -> Action {
    Action::WithdrawRequest(WithdrawRequest { request: request.clone() })
}

fn fulfil(request: &RequestId, with: Option<u32>) -> Action {
    Action::FulfilRequest(FulfilRequest { request: request.clone(), account: with.map(account) })
}

pub fn rows(fixture: &Fixture, query: &RequestQuery) -> Vec<RequestRow> {
    fixture.book.list(query).unwrap().page.rows
}

pub fn row(fixture: &Fixture, id: &RequestId) -> RequestRow {
    fixture.book.rows::<RequestQuery>(std::slice::from_ref(id)).unwrap().pop().unwrap()
}

/// Sends the mail that is due.
pub fn mailed(fixture: &Fixture) -> RequestId {
    let mail = fixture.book.start_next_mail(Timestamp::now()).unwrap().unwrap();
    assert!(fixture.book.hand_over_mail(&mail.key).unwrap());
    fixture.book.mark_mail_sent(&mail.key, Timestamp::now()).unwrap();
    mail.key.request
}

#[test]
fn r46_r47_r48_a_request_is_saved_with_its_fields_and_queues_its_mail() {
    let fixture = fixture();
    let wanted = NewRequest {
        name: "  Aurora Singapore ".into(),
        note: " First line\r\nsecond line\n".into(),
        ..form("")
    };
    let (change, outcome) = fixture.done(Action::RequestAccount(wanted));
    assert_eq!((outcome.added, warning_kinds(&outcome)), (1, vec![]));
    assert_eq!(outcome.edits[0].object.as_ref().unwrap().name, "Aurora Singapore");
    assert_eq!(outcome.edits[0].after.as_deref(), Some("Aurora Singapore · Requested"));
    let found = row(&fixture, &RequestId(change.0.clone()));
    assert_eq!(found.form, NewRequest { note: "First line\nsecond line".into(), ..form("Aurora Singapore") });
    assert_eq!((found.state, found.requester.as_str()), (RequestState::Queued, "admin"));
    assert_eq!(found.country_name, "Singapore");
    let mail = found.mail.unwrap();
    assert_eq!((mail.state, mail.number, mail.attempts), (MailState::Queued, 1, 0));
    assert_eq!(mail.due_at, Some(found.requested_at));
    let hits = fixture.book.search("aurora SING").unwrap();
    assert_eq!((hits[0].kind, hits[0].hits[0].named.id.as_str()), (ObjectKind::Request, change.0.as_str()));
    let about = HistorySubject { kind: ObjectKind::Request, id: change.0 };
    let history = HistoryQuery { about: Some(about), ..HistoryQuery::default() };
    assert_eq!(fixture.book.list(&history).unwrap().total, 1);
}

#[test]
fn the_preview_of_a_request_changes_only_with_what_it_would_do() {
    let fixture = fixture();
    let preview =
        || fixture.book.preview(&Change::draft("admin", Action::RequestAccount(form("One")))).unwrap();
    let before = preview();
    request(&fixture, "Two");
    assert_eq!(preview(), before);
    request(&fixture, "One");
    assert_ne!(preview(), before, "another request has the same name");
}

#[test]
fn r48_a_preview_or_a_blocked_request_queues_no_mail() {
    let fixture = fixture();
    fixture.book.preview(&Change::draft("admin", Action::RequestAccount(form("One")))).unwrap();
    fixture.refused(Action::RequestAccount(NewRequest { currency: "XXX".into(), ..form("Two") }));
    assert_eq!(fixture.book.start_next_mail(Timestamp::MAX).unwrap(), None);
    assert_eq!(rows(&fixture, &RequestQuery::default()), []);
}

#[test]
fn r47_names_every_invalid_field() {
    let fixture = fixture();
    let wrong = NewRequest {
        name: " ".into(),
        industry: "games".into(),
        country: "sg".into(),
        currency: "usd".into(),
        timezone: "Asia/Atlantis".into(),
        note: "a\u{0}b".into(),
    };
    let (reasons, outcome) = fixture.refused(Action::RequestAccount(wrong));
    assert_eq!(
        reasons,
        [
            Reason::NameInvalid,
            Reason::NoteInvalid,
            Reason::IndustryUnknown,
            Reason::CountryUnknown,
            Reason::CurrencyUnknown,
            Reason::TimezoneUnknown
        ]
    );
    assert_eq!(outcome.blockers[3].object.name, "sg");
    for name in ["", "a\nb", "a\rBcc: x@y.example", "a\u{2028}b", "a\u{202E}b", &"é".repeat(101)] {
        assert_eq!(fixture.refused(Action::RequestAccount(form(name))).0, [Reason::NameInvalid], "{name:?}");
    }
    for note in ["a\u{1B}[2Jb".to_owned(), "a\u{202E}b".to_owned(), "é".repeat(2001)] {
        let request = NewRequest { note, ..form("One") };
        assert_eq!(fixture.refused(Action::RequestAccount(request)).0, [Reason::NoteInvalid]);
    }
    for name in ["漢".repeat(100), "ẵ".repeat(100), "👩\u{200D}💻 Ltd.".into(), "می\u{200C}خواهم".into()]
    {
        request(&fixture, &name);
    }
}

#[test]
fn r47_warns_about_time_zones_that_tiktok_does_not_accept_and_about_names_in_use() {
    let fixture = fixture();
    let kathmandu = NewRequest { timezone: "Asia/Kathmandu".into(), ..form("ACCOUNT 1") };
    let (first, outcome) = fixture.done(Action::RequestAccount(kathmandu));
    assert_eq!(warning_kinds(&outcome), [WarningKind::TimezoneNotAccepted, WarningKind::NameInUse]);
    assert_eq!(outcome.warnings[1].object.id, account(1).0);
    let (_, again) = fixture.done(Action::RequestAccount(form("Account 1")));
    let objects: Vec<&str> = again.warnings.iter().map(|warning| warning.object.id.as_str()).collect();
    assert_eq!(objects, [account(1).as_str(), first.as_str()]);
    // The name of a request that ended is free again.
    fixture.done(withdraw(&RequestId(first.0)));
    let change = Change::now("admin", Action::RequestAccount(form("Account 1")));
    assert_eq!(fixture.book.preview(&change).unwrap().warnings.len(), 2);
}

#[test]
fn a26_the_account_manager_or_the_team_may_be_empty_but_not_both() {
    let fixture = Fixture::new();
    let (reasons, outcome) = fixture.refused(Action::RequestAccount(form("One")));
    assert_eq!((reasons, warning_kinds(&outcome)), (vec![Reason::NoRecipient], Vec::new()));
    let blank = MailSettings { account_manager: " ".into(), team: "\t".into(), ..MailSettings::default() };
    fixture.book.save_mail_settings(&blank).unwrap();
    assert_eq!(fixture.refused(Action::RequestAccount(form("One"))).0, [Reason::NoRecipient]);
    for settings in [
        MailSettings { account_manager: "manager@knorex.example".into(), ..MailSettings::default() },
        MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() },
    ] {
        fixture.book.save_mail_settings(&settings).unwrap();
        let (_, outcome) = fixture.done(Action::RequestAccount(form("One")));
        assert!(warning_kinds(&outcome).contains(&WarningKind::NoMailServer), "{outcome:?}");
    }
}

#[test]
fn undoing_a_request_that_was_not_mailed_withdraws_it_and_it_is_never_mailed() {
    let fixture = fixture();
    let (change, _) = fixture.done(Action::RequestAccount(form("One")));
    let id = RequestId(change.0.clone());
    let (undone, _) = fixture.done(undo(&change));
    assert_eq!(row(&fixture, &id).state, RequestState::Withdrawn);
    assert_eq!(fixture.book.start_next_mail(Timestamp::MAX).unwrap(), None);
    assert_eq!(fixture.book.next_mail_at().unwrap(), None);
    // Undoing the undo queues the mail again.
    fixture.done(undo(&undone));
    assert_eq!(mailed(&fixture), id);
}

#[test]
fn undoing_a_request_that_may_have_been_mailed_is_blocked() {
    let fixture = fixture();
    let (change, _) = fixture.done(Action::RequestAccount(form("One")));
    let id = RequestId(change.0.clone());
    fixture.book.start_next_mail(Timestamp::now()).unwrap().unwrap();
    assert_eq!(fixture.refused(undo(&change)).0, [Reason::RequestMailed], "while it is being sent");
    fixture
        .book
        .requeue_interrupted_mails(&StoredProblem::default(), Timestamp::now(), Timestamp::now())
        .unwrap();
    let seen = fixture.book.preview(&Change::now("admin", undo(&change))).unwrap();
    assert_eq!(seen.blockers, [], "the text was not handed over");
    let mail = fixture.book.start_next_mail(Timestamp::now()).unwrap().unwrap();
    fixture.book.hand_over_mail(&mail.key).unwrap();
    fixture
        .book
        .requeue_interrupted_mails(&StoredProblem::default(), Timestamp::now(), Timestamp::now())
        .unwrap();
    assert_eq!(fixture.refused(undo(&change)).0, [Reason::RequestMailed], "Knorex may have received it");
    mailed(&fixture);
    let history = fixture.book.list(&HistoryQuery::default()).unwrap().page.rows;
    assert_eq!(history[0].undo, UndoState::Mailed, "no Undo is offered that would be refused");
    let next = fixture.book.next_undo().unwrap();
    assert_ne!(next.undo.map(|row| row.entry.id), Some(change.clone()));
    assert!(next.skips, "an older change is not undone unseen");
    let (reasons, outcome) = fixture.refused(undo(&change));
    assert_eq!(reasons, [Reason::RequestMailed]);
    assert_eq!(outcome.blockers[0].object.id, change.0);
    let (withdrawal, outcome) = fixture.done(withdraw(&id));
    assert_eq!(warning_kinds(&outcome), [WarningKind::AlreadyMailed]);
    assert_eq!(row(&fixture, &id).state, RequestState::Withdrawn);
    fixture.done(undo(&withdrawal));
    assert_eq!(row(&fixture, &id).state, RequestState::Sent);
}

#[test]
fn a_request_ends_once_and_undo_reopens_it() {
    let fixture = fixture();
    let (one, two) = (request(&fixture, "One"), request(&fixture, "Two"));
    let (fulfilled, outcome) = fixture.done(fulfil(&one, Some(1)));
    assert_eq!(
        outcome.edits[0].after.as_deref(),
        Some(&*format!("One · Fulfilled · Account 1 {}", account(1)))
    );
    let found = row(&fixture, &one);
    assert_eq!((found.state, found.fulfilled_by.unwrap().id), (RequestState::Fulfilled, account(1).0));
    assert!(found.ended_at.is_some());
    for action in [withdraw(&one), fulfil(&one, None), fulfil(&one, Some(2))] {
        assert_eq!(fixture.refused(action).0, [Reason::RequestEnded]);
    }
    // An ad account fulfills at most one request.
    let (reasons, outcome) = fixture.refused(fulfil(&two, Some(1)));
    assert_eq!((reasons, outcome.blockers[0].object.id.clone()), (vec![Reason::InUse], one.0.clone()));
    let (undone, _) = fixture.done(undo(&fulfilled));
    assert_eq!(row(&fixture, &one).state, RequestState::Queued);
    fixture.done(fulfil(&two, Some(1)));
    assert_eq!(fixture.refused(undo(&undone)).0, [Reason::InUse]);
    fixture.done(fulfil(&one, None));
    let unknown = AdAccountId("7000000000000000000".into());
    let three = request(&fixture, "Three");
    let action = Action::FulfilRequest(FulfilRequest { request: three, account: Some(unknown) });
    assert_eq!(fixture.refused(action).0, [Reason::Unknown]);
    assert_eq!(fixture.refused(withdraw(&RequestId("x".into()))).0, [Reason::Unknown]);
    let about = HistorySubject { kind: ObjectKind::AdAccount, id: account(1).0 };
    let history = HistoryQuery { about: Some(about), ..HistoryQuery::default() };
    assert_eq!(fixture.book.list(&history).unwrap().total, 2, "the history of the account has both");
}

#[test]
fn invariant_7_replaying_the_history_restores_requests_without_mailing_them() {
    let fixture = fixture();
    let (one, two) = (request(&fixture, "One"), request(&fixture, "Two"));
    let (change, _) = fixture.done(Action::RequestAccount(form("Three")));
    fixture.done(undo(&change));
    mailed(&fixture);
    fixture.done(withdraw(&one));
    fixture.done(fulfil(&two, Some(2)));
    let four = request(&fixture, "Four");
    // The other book has no mail settings either.
    let other = Fixture::empty();
    assert_eq!(other.book.replay(fixture.book.changes().unwrap()).unwrap(), None);
    assert_eq!(other.book.decisions().unwrap(), fixture.book.decisions().unwrap());
    assert_eq!(other.book.start_next_mail(Timestamp::MAX).unwrap(), None);
    let found = row(&other, &four);
    assert_eq!(
        (found.state, found.mail),
        (RequestState::Sent, None),
        "the computer where it was requested mails it"
    );
}

#[test]
fn suggests_an_account_of_the_same_name_that_arrived_after_the_request() {
    let fixture = fixture();
    let id = request(&fixture, "account 1");
    assert_eq!(row(&fixture, &id).suggested, None, "the account existed before the request");
    let later = Timestamp::now() + SignedDuration::from_secs(60);
    let arrive = |n: u32, name: &str| {
        let user = UserFacts { id: "7111".into(), name: "User".into(), email: String::new() };
        let facts = [AccountFacts {
            id: account(n).0,
            name: name.into(),
            answer: AccountResponse::Details(Box::default()),
        }];
        fixture.book.record_import(&user, &facts, false, later).unwrap();
    };
    arrive(7, "Account 10");
    assert_eq!(row(&fixture, &id).suggested, None, "the name differs");
    arrive(8, "ACCOUNT 1");
    arrive(9, "Account 1");
    let suggested = row(&fixture, &id).suggested.unwrap();
    assert_eq!(suggested.id, account(8).0);
    assert_eq!(fixture.book.request_counts().unwrap().suggested, 1);
    let query = RequestQuery { suggested: Some(true), ..RequestQuery::default() };
    assert_eq!(rows(&fixture, &query).len(), 1);
    fixture.done(fulfil(&id, Some(8)));
    assert_eq!(row(&fixture, &id).suggested, None);
    let after = Change {
        at: later + SignedDuration::from_secs(1),
        ..Change::now("admin", Action::RequestAccount(form("account 1")))
    };
    assert!(fixture.book.commit(&after).unwrap().entry.is_some());
    let again = RequestId(after.id.0);
    assert_eq!(row(&fixture, &again).suggested, None, "the accounts arrived before this request");
}

#[test]
fn searches_filters_sorts_and_counts_requests() {
    let fixture = fixture();
    let ids: Vec<RequestId> = ["Beta", "alpha", "Gamma"].iter().map(|name| request(&fixture, name)).collect();
    assert_eq!(mailed(&fixture), ids[0]);
    fixture.done(withdraw(&ids[2]));
    let names = |query: &RequestQuery| -> Vec<String> {
        rows(&fixture, query).into_iter().map(|row| row.form.name).collect()
    };
    let by = |sort, descending| RequestQuery { sort, descending, ..RequestQuery::default() };
    assert_eq!(names(&by(RequestSort::Requested, true)), ["Gamma", "alpha", "Beta"]);
    assert_eq!(names(&by(RequestSort::Name, false)), ["alpha", "Beta", "Gamma"]);
    assert_eq!(names(&by(RequestSort::State, false)), ["alpha", "Beta", "Gamma"]);
    assert_eq!(names(&by(RequestSort::Attempts, true))[0], "Beta");
    let sent = RequestQuery { states: vec![RequestState::Sent], ..RequestQuery::default() };
    assert_eq!(names(&sent), ["Beta"]);
    for (search, found) in
        [("ALPH", 1), ("admin", 3), ("admin gamma", 1), ("nobody", 0), (ids[0].as_str(), 1)]
    {
        let listing = fixture.book.list(&RequestQuery { search: search.into(), ..RequestQuery::default() });
        assert_eq!(listing.map(|listing| (listing.total, listing.of)).unwrap(), (found, 3), "{search}");
    }
    let counts = fixture.book.request_counts().unwrap();
    assert_eq!((counts.queued, counts.sent, counts.failed, counts.suggested), (1, 1, 0, 0));
}

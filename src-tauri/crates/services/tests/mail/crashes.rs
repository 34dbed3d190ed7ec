//! The program is killed while it sends a mail.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use partner::Folder;
use partner::requests::outbox::MailState;
use partner::stored_problem::StoredProblem;
use services::mail::Transport;
use services::problem::ProblemCode;

use crate::fixture::{Fixture, form, plain};
use crate::scripted_server::{Reaction, ScriptedServer, Stage};
use crate::uncertain::message_id;

fn child(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashes::sending", "--ignored", "--nocapture"])
        .env("KILLS_DIR", dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

async fn open(dir: &Path) -> Fixture {
    let folder = Folder::at(dir);
    let file = folder.list().unwrap().remove(0).file;
    Fixture::with_book(folder.open(&file).unwrap(), dir, Transport::Smtp { extra_roots: Vec::new() }).await
}

#[tokio::test]
async fn r48_a_mail_is_retried_with_the_same_message_id_after_a_kill() {
    let silent = |at| vec![(at, Reaction::Silence)];
    let mut server = ScriptedServer::start(vec![
        silent(Stage::Rcpt),
        silent(Stage::Data),
        silent(Stage::Text),
        silent(Stage::Text),
    ])
    .await;
    let dir = tempfile::tempdir().unwrap();
    let (_, book) = Folder::at(dir.path()).create("Aurora").unwrap();
    book.save_mail_settings(&plain(server.port)).unwrap();
    let fixture = Fixture::with_book(book, dir.path(), Transport::Smtp { extra_roots: Vec::new() }).await;
    let id = fixture.ask(form("One"));
    drop(fixture);
    // Before the text, certainly nothing was sent; from there on, the result is unknown.
    for (at, uncertain) in [(Stage::Rcpt, 0), (Stage::Data, 0), (Stage::Text, 0), (Stage::Text, 1)] {
        let mut process = child(dir.path());
        assert_eq!(server.stalled.recv().await, Some(at));
        process.kill().unwrap();
        process.wait().unwrap();
        let fixture = open(dir.path()).await;
        let mail = fixture.mail(&id);
        assert_eq!((mail.state, mail.uncertain), (MailState::Sending, uncertain), "{at:?}");
        // Makes the mail due now: an uncertain one would wait.
        fixture
            .book
            .requeue_interrupted_mails(
                &StoredProblem::default(),
                jiff::Timestamp::now(),
                jiff::Timestamp::now(),
            )
            .unwrap();
    }
    let mut fixture = open(dir.path()).await;
    assert_eq!(fixture.mail(&id).uncertain, 2);
    fixture.start().await;
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!((mail.attempts, mail.uncertain), (5, 2));
    let texts = server.texts();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|text| message_id(text) == message_id(&texts[0])));
}

#[tokio::test]
#[ignore = "another test runs and kills it"]
async fn sending() {
    let dir = std::env::var_os("KILLS_DIR").expect("only another test runs this");
    let mut fixture = open(Path::new(&dir)).await;
    fixture.start().await;
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_restored_book_does_not_resend_and_reports_that_the_mail_may_have_been_sent() {
    let server = ScriptedServer::start(vec![]).await;
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::at(dir.path());
    let (file, book) = folder.create("Aurora").unwrap();
    book.save_mail_settings(&plain(server.port)).unwrap();
    let mut fixture = Fixture::with_book(book, dir.path(), Transport::Smtp { extra_roots: Vec::new() }).await;
    let id = fixture.ask(form("One"));
    let copy = dir.path().join("copies").join("copy.sqlite");
    fixture.book.back_up(&copy).unwrap();
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    fixture.stop().await;
    drop(fixture);
    folder.restore(Some(&file), &copy).unwrap();
    let mut fixture = open(dir.path()).await;
    fixture.start().await;
    let other = fixture.ask(form("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!((fixture.mail(&id).state, fixture.code(&id)), (MailState::Failed, ProblemCode::MailUncertain));
    assert_eq!(server.texts().len(), 2);
}

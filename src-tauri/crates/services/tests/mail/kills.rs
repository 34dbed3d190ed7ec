//! The program is killed while a mail is on its way.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use partner::Folder;
use partner::requests::outbox::MailState;
use partner::stored_problem::StoredProblem;
use services::mail::Way;
use services::problem::ProblemCode;

use crate::fixture::{Fixture, asked, plain};
use crate::script::{Act, At, Script};
use crate::uncertain::message_id;

fn child(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::sending", "--ignored", "--nocapture"])
        .env("KILLS_DIR", dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

async fn open(dir: &Path) -> Fixture {
    let folder = Folder::at(dir);
    let file = folder.list().unwrap().remove(0).file;
    Fixture::of(folder.open(&file).unwrap(), dir, Way::Server { roots: Vec::new() }).await
}

#[tokio::test]
async fn r48_killed_between_the_text_and_the_answer_a_mail_is_tried_again_as_the_same_mail() {
    let silent = |at| vec![(at, Act::Silence)];
    let mut script =
        Script::start(vec![silent(At::Rcpt), silent(At::Data), silent(At::Text), silent(At::Text)]).await;
    let dir = tempfile::tempdir().unwrap();
    let (_, book) = Folder::at(dir.path()).create("Aurora").unwrap();
    book.save_mail_settings(&plain(script.port)).unwrap();
    let fixture = Fixture::of(book, dir.path(), Way::Server { roots: Vec::new() }).await;
    let id = fixture.ask(asked("One"));
    drop(fixture);
    // Up to the text it is certain that nothing was sent, and from there on that nobody knows.
    for (at, uncertain) in [(At::Rcpt, 0), (At::Data, 0), (At::Text, 0), (At::Text, 1)] {
        let mut process = child(dir.path());
        assert_eq!(script.silent.recv().await, Some(at));
        process.kill().unwrap();
        process.wait().unwrap();
        let fixture = open(dir.path()).await;
        let mail = fixture.mail(&id);
        assert_eq!((mail.state, mail.uncertain), (MailState::Sending, uncertain), "{at:?}");
        // What was uncertain would wait for a while.
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
    let texts = script.texts();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|text| message_id(text) == message_id(&texts[0])));
}

#[tokio::test]
#[ignore = "killed by another test"]
async fn sending() {
    let dir = std::env::var_os("KILLS_DIR").expect("run by another test");
    let mut fixture = open(Path::new(&dir)).await;
    fixture.start().await;
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_restored_book_sends_nothing_by_itself_and_says_that_the_mail_may_have_been_sent() {
    let script = Script::start(vec![]).await;
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::at(dir.path());
    let (file, book) = folder.create("Aurora").unwrap();
    book.save_mail_settings(&plain(script.port)).unwrap();
    let mut fixture = Fixture::of(book, dir.path(), Way::Server { roots: Vec::new() }).await;
    let id = fixture.ask(asked("One"));
    let copy = dir.path().join("copies").join("copy.sqlite");
    fixture.book.back_up(&copy).unwrap();
    fixture.start().await;
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    fixture.stop().await;
    drop(fixture);
    folder.restore(Some(&file), &copy).unwrap();
    let mut fixture = open(dir.path()).await;
    fixture.start().await;
    let other = fixture.ask(asked("Two"));
    fixture.until(&other, |mail| mail.state == MailState::Sent).await;
    assert_eq!((fixture.mail(&id).state, fixture.code(&id)), (MailState::Failed, ProblemCode::MailUncertain));
    assert_eq!(script.texts().len(), 2);
}

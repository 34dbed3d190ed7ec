//! The practice partner writes its mails to a folder.

use std::path::Path;
use std::sync::Arc;

use mail_parser::MessageParser;
use partner::requests::outbox::MailState;
use services::mail::{Transport, test_settings};
use services::problem::ProblemCode as Code;

use crate::clock::TestClock;
use crate::fixture::{Fixture, form, plain};

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            assert_eq!(path.extension().unwrap(), "eml");
            std::fs::read_to_string(path).unwrap()
        })
        .collect()
}

#[tokio::test]
async fn a_practice_mail_is_a_standard_mail_file() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("practice").join("mails");
    let mut fixture = Fixture::new(plain(25)).await;
    fixture.transport = Transport::Folder(folder.clone());
    fixture.start().await;
    let id = fixture.ask(form("Aurora – 曙光"));
    let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    assert_eq!(mail.attempts, 1);
    let texts = files(&folder);
    assert_eq!(texts.len(), 1);
    let mail = MessageParser::default().parse(texts[0].as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some("New TikTok ad account: Aurora – 曙光"));
    test_settings(&fixture.transport, plain(25), None, "Practice", Arc::new(TestClock::new())).await.unwrap();
    assert_eq!(files(&folder).len(), 2);
}

#[tokio::test]
async fn a_mail_is_retried_when_the_folder_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mails");
    std::fs::write(&folder, "not a folder").unwrap();
    let mut fixture = Fixture::new(plain(25)).await;
    fixture.transport = Transport::Folder(folder.clone());
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
    assert_eq!(fixture.code(&id), Code::FolderUnwritable);
    std::fs::remove_file(&folder).unwrap();
    fixture.wait_until_due(&id);
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
}

//! The name with which the computer introduces itself to the mail server (EHLO).

use std::sync::Arc;

use services::mail::{Transport, test_settings};
use services::problem::{Problem, ProblemCode as Code};

use crate::clock::TestClock;
use crate::fixture::plain;
use crate::scripted_server::Reaction::Say;
use crate::scripted_server::{Script, ScriptedServer, Stage};

async fn send_test_mail(scripts: Vec<Script>) -> (Result<(), Problem>, ScriptedServer) {
    let server = ScriptedServer::start(scripts).await;
    let transport = Transport::Smtp { extra_roots: Vec::new() };
    let clock = Arc::new(TestClock::new());
    (test_settings(&transport, plain(server.port), None, "Aurora", clock).await, server)
}

/// Returns the name of the computer that runs the tests, which has to be a valid host name.
fn computer() -> String {
    gethostname::gethostname().into_string().unwrap()
}

#[tokio::test]
async fn introduces_itself_with_the_name_of_the_computer() {
    let (result, server) = send_test_mail(Vec::new()).await;
    assert_eq!(result, Ok(()));
    assert_eq!(server.lines(Stage::Ehlo), [format!("EHLO {}", computer())]);
}

#[tokio::test]
async fn falls_back_to_the_address_of_the_connection() {
    let both = [format!("EHLO {}", computer()), "EHLO [127.0.0.1]".to_owned()];
    for refusal in [
        (Stage::Ehlo, Say("501 5.5.4 Invalid domain name")),
        (Stage::Ehlo, Say("550 Access denied - Invalid HELO name")),
        (Stage::Ehlo, Say("421 4.7.0 Try again later")),
        (Stage::Ehlo, Say("504 5.5.2 Need fully-qualified hostname")),
        // Postfix checks the name only when it knows the recipient.
        (Stage::Rcpt, Say("504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname")),
        (Stage::Mail, Say("504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname")),
    ] {
        let (result, server) = send_test_mail(vec![vec![refusal]]).await;
        assert_eq!(result, Ok(()), "{refusal:?}");
        assert_eq!(server.lines(Stage::Ehlo), both);
        assert_eq!(server.texts().len(), 1);
    }
}

#[tokio::test]
async fn reports_the_rejection_of_both_names() {
    for (reply, code) in [("550 Who are you?", Code::MailGreetingRejected), ("421 Busy", Code::MailDeferred)]
    {
        let script = vec![(Stage::Ehlo, Say(reply))];
        let (result, server) = send_test_mail(vec![script.clone(), script]).await;
        assert_eq!(result.unwrap_err().code, code);
        assert_eq!(server.count(Stage::Ehlo), 2);
    }
}

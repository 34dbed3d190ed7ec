//! Delivery through a real mail server. An independent parser reads the mails.

use std::process::{Command, Stdio};
use std::sync::Arc;

use mail_parser::{Address, MessageParser};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::MailState;
use partner::requests::request::NewRequest;
use services::mail::{Transport, check_server, test_settings};
use services::problem::ProblemCode;

use crate::clock::TestClock;
use crate::exim::{BLOCKED, Exim, NOBODY, PASSWORD};
use crate::fixture::{Fixture, form};
use crate::with_exim::{settings_for, trusting};

/// Returns the names and addresses of a header.
fn mailboxes(address: Option<&Address<'_>>) -> Vec<(Option<String>, String)> {
    let each = |address: &mail_parser::Addr<'_>| {
        (address.name().map(str::to_owned), address.address().unwrap().to_owned())
    };
    address.map(|address| address.iter().map(each).collect()).unwrap_or_default()
}

#[tokio::test]
async fn r48_a_request_is_delivered_unchanged_with_starttls_and_with_tls() {
    for security in [MailSecurity::Starttls, MailSecurity::Tls] {
        let exim = Exim::start();
        let mut fixture = Fixture::with_exim(&exim, security).await;
        fixture.start().await;
        let note = "Two lines,\n<b>no</b> HTML & ümläuts\n.\n..dots\nFrom here on";
        let id = fixture.ask(NewRequest { note: note.into(), ..form("Aurora – 曙光") });
        let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!((mail.attempts, mail.uncertain), (1, 0));

        let mails = exim.delivered(1).await;
        assert_eq!(mails.len(), 1);
        let mail = MessageParser::default().parse(&mails[0]).unwrap();
        let named = |name: &str, address: &str| vec![(Some(name.to_owned()), address.to_owned())];
        assert_eq!(mailboxes(mail.from()), named("Partner", "admin@partner.example"));
        assert_eq!(mailboxes(mail.reply_to()), named("Jane Doe", "jane@partner.example"));
        assert_eq!(mailboxes(mail.to()), named("Max Müller", "manager@knorex.example"));
        assert_eq!(mailboxes(mail.cc()), [(None, "team@knorex.example".to_owned())]);
        let got = mail.header_raw("Envelope-to").unwrap();
        assert!(got.contains("manager@knorex.example") && got.contains("team@knorex.example"), "{got}");
        assert_eq!(mail.subject(), Some("New TikTok ad account: Aurora – 曙光"));
        assert_eq!(mail.message_id(), Some(&*format!("{id}.1@xpo-admin.knorex.com")));
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        for line in [
            "Ad Account name: Aurora – 曙光\n",
            "Industry: Games\n",
            "Country: Singapore (SG)\n",
            "Currency: US Dollar (USD)\n",
            "Timezone: Asia/Singapore (UTC+08:00)\n",
            "Partner: Aurora & Söhne\n",
            "Requested by: Jane Doe <jane@partner.example>\n",
            &format!("Request ID: {id}\n"),
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(text.trim_end().ends_with(note), "{text}");
        assert_eq!((mail.text_body_count(), mail.html_body_count(), mail.attachment_count()), (1, 1, 0));
        let html = mail.body_html(0).unwrap().replace("\r\n", "\n");
        assert!(html.contains("&lt;b&gt;no&lt;/b&gt; HTML &amp; ümläuts<br>\n"), "{html}");
        assert!(html.contains("<td>Aurora &amp; Söhne</td>"), "{html}");
        fixture.stop().await;
    }
}

#[tokio::test]
async fn names_of_100_characters_in_any_script_are_delivered_unchanged() {
    let exim = Exim::start();
    let mut fixture = Fixture::with_exim(&exim, MailSecurity::Starttls).await;
    fixture.start().await;
    let names = ["a", "é", "漢", "ẵ", "ไ", "ع", "𝔘", "👩", "\"", "\\", "=?", "<", ","].map(|c| {
        let name: String = c.chars().cycle().take(100).collect();
        assert_eq!(name.chars().count(), 100);
        name
    });
    for name in &names {
        let id = fixture.ask(form(name));
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    }
    let mails = exim.delivered(names.len()).await;
    let mut found: Vec<String> = Vec::new();
    for mail in &mails {
        let mail = MessageParser::default().parse(mail).unwrap();
        let subject = mail.subject().unwrap();
        let name = subject.strip_prefix("New TikTok ad account: ").unwrap().to_owned();
        let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
        assert!(text.contains(&format!("Ad Account name: {name}\n")), "{name} in {text}");
        found.push(name);
    }
    found.sort();
    let mut names = names.to_vec();
    names.sort();
    assert_eq!(found, names);
}

#[tokio::test]
async fn a_comma_inside_a_name_does_not_separate_addresses() {
    let exim = Exim::start();
    let mut fixture = Fixture::with_exim(&exim, MailSecurity::Tls).await;
    fixture
        .book
        .save_mail_settings(&MailSettings {
            account_manager: "\"Doe, Jane (TikTok)\" <manager@knorex.example>".into(),
            team: "\"Team, the\" <team@knorex.example>, other@knorex.example".into(),
            ..settings_for(&exim, MailSecurity::Tls)
        })
        .unwrap();
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mailboxes(mail.to())[0].0.as_deref(), Some("Doe, Jane (TikTok)"));
    assert_eq!(mailboxes(mail.to()).len(), 1);
    let cc: Vec<String> = mailboxes(mail.cc()).into_iter().map(|(_, address)| address).collect();
    assert_eq!(cc, ["team@knorex.example", "other@knorex.example"]);
}

#[tokio::test]
async fn a26_without_an_account_manager_the_mail_goes_to_the_team() {
    let exim = Exim::start();
    let mut fixture = Fixture::with_exim(&exim, MailSecurity::Tls).await;
    let settings = MailSettings { account_manager: String::new(), ..settings_for(&exim, MailSecurity::Tls) };
    fixture.book.save_mail_settings(&settings).unwrap();
    fixture.start().await;
    let id = fixture.ask(form("One"));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mailboxes(mail.to()), [(None, "team@knorex.example".to_owned())]);
    assert!(mail.cc().is_none());
}

#[tokio::test]
async fn a_rejected_mail_fails_and_reaches_no_recipient() {
    let exim = Exim::start();
    let good = settings_for(&exim, MailSecurity::Starttls);
    let rejected = [
        (MailSettings { team: NOBODY.into(), ..good.clone() }, PASSWORD, ProblemCode::MailRecipientRefused),
        (MailSettings { sender: BLOCKED.into(), ..good.clone() }, PASSWORD, ProblemCode::MailSenderRefused),
        (good.clone(), "wrong", ProblemCode::MailPasswordWrong),
        (MailSettings { user: String::new(), ..good.clone() }, "", ProblemCode::MailSenderRefused),
    ];
    for (settings, password, code) in rejected {
        let mut fixture = Fixture::with_exim(&exim, MailSecurity::Starttls).await;
        fixture.set_password(password).await;
        fixture.book.save_mail_settings(&settings).unwrap();
        fixture.start().await;
        let id = fixture.ask(form("One"));
        fixture.until(&id, |mail| mail.state == MailState::Failed).await;
        assert_eq!(fixture.code(&id), code);
        // It is sent with the right settings.
        fixture.set_password(PASSWORD).await;
        fixture.book.save_mail_settings(&good).unwrap();
        fixture.book.retry_mails(jiff::Timestamp::now()).unwrap();
        fixture.outbox.as_ref().unwrap().wake();
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!(fixture.request(&id).problem, None);
    }
    assert_eq!(exim.delivered(4).await.len(), 4);
}

#[tokio::test]
async fn a_server_with_an_untrusted_certificate_receives_neither_password_nor_mail() {
    for security in [MailSecurity::Starttls, MailSecurity::Tls] {
        let exim = Exim::start();
        let mut fixture = Fixture::with_exim(&exim, security).await;
        fixture.transport = Transport::Smtp { extra_roots: Vec::new() };
        fixture.start().await;
        let id = fixture.ask(form("One"));
        fixture.until(&id, |mail| mail.state == MailState::Queued && mail.attempts == 1).await;
        assert_eq!(fixture.code(&id), ProblemCode::MailCertificate);
        assert_eq!(exim.mails().len(), 0);
        // A captive portal may have answered in the server's place: the mail is retried.
        fixture.stop().await;
        fixture.wait_until_due(&id);
        fixture.transport = trusting(&exim);
        fixture.start().await;
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!(fixture.delayed, [id]);
        exim.delivered(1).await;
    }
}

#[tokio::test]
async fn a_test_mail_goes_to_the_reply_to_address_and_to_nobody_at_knorex() {
    let exim = Exim::start();
    let good = settings_for(&exim, MailSecurity::Starttls);
    let test_code = async |settings: &MailSettings, password: &str| {
        let password = Some(password.to_owned().into());
        let (clock, exim) = (Arc::new(TestClock::new()), trusting(&exim));
        let checked = check_server(&exim, settings.clone(), password.clone(), clock.clone()).await;
        let tested = test_settings(&exim, settings.clone(), password, "Aurora", clock).await;
        assert_eq!(checked, tested);
        tested.map_err(|problem| problem.code)
    };
    for (settings, password, code) in [
        (
            MailSettings { account_manager: NOBODY.into(), ..good.clone() },
            PASSWORD,
            ProblemCode::MailRecipientRefused,
        ),
        (MailSettings { sender: BLOCKED.into(), ..good.clone() }, PASSWORD, ProblemCode::MailSenderRefused),
        (
            MailSettings { account_manager: String::new(), team: String::new(), ..good.clone() },
            PASSWORD,
            ProblemCode::MailNoRecipient,
        ),
        (good.clone(), "wrong", ProblemCode::MailPasswordWrong),
        // Implicit TLS on the STARTTLS port; an address without a server.
        (MailSettings { security: MailSecurity::Tls, ..good.clone() }, PASSWORD, ProblemCode::MailTlsFailed),
        (MailSettings { host: "127.0.0.2".into(), ..good.clone() }, PASSWORD, ProblemCode::MailServerRefused),
    ] {
        assert_eq!(test_code(&settings, password).await, Err(code));
    }
    assert_eq!(exim.mails().len(), 0);
    assert_eq!(test_code(&good, PASSWORD).await, Ok(()));
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(mailboxes(mail.to()), [(None, "jane@partner.example".to_owned())]);
    assert_eq!(mails.len(), 1);
}

#[tokio::test]
async fn trusts_certificates_that_the_system_trusts() {
    let exim = Exim::start();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "delivery::sends_with_the_trust_of_its_environment", "--ignored"]);
    child.env("MAIL_PORT", exim.port.to_string()).stdout(Stdio::null());
    assert!(!child.status().unwrap().success());
    assert!(child.env("SSL_CERT_FILE", exim.certificate_file()).status().unwrap().success());
    assert_eq!(exim.delivered(1).await.len(), 1);
}

#[tokio::test]
#[ignore = "another test runs it with its own trusted certificates"]
async fn sends_with_the_trust_of_its_environment() {
    let port = std::env::var("MAIL_PORT").expect("only another test runs this").parse().unwrap();
    let settings = MailSettings {
        host: "localhost".into(),
        port,
        security: MailSecurity::Starttls,
        user: crate::exim::USER.into(),
        ..crate::fixture::plain(0)
    };
    let transport = Transport::Smtp { extra_roots: Vec::new() };
    test_settings(&transport, settings, Some(PASSWORD.into()), "Aurora", Arc::new(TestClock::new()))
        .await
        .unwrap();
}

//! Over a real mail server, read by another program's parser.

use std::process::{Command, Stdio};
use std::sync::Arc;

use mail_parser::{Address, MessageParser};
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::outbox::MailState;
use partner::requests::request::NewRequest;
use services::mail::{Transport, test_settings};
use services::problem::ProblemCode;

use crate::clock::TestClock;
use crate::exim::{BLOCKED, Exim, NOBODY, PASSWORD};
use crate::fixture::{Fixture, asked, over, trusting};

/// Names and addresses of a header.
fn people(address: Option<&Address<'_>>) -> Vec<(Option<String>, String)> {
    let each = |address: &mail_parser::Addr<'_>| {
        (address.name().map(str::to_owned), address.address().unwrap().to_owned())
    };
    address.map(|address| address.iter().map(each).collect()).unwrap_or_default()
}

#[tokio::test]
async fn r48_a_request_reaches_the_mailbox_whole_with_starttls_and_with_tls() {
    for security in [MailSecurity::Starttls, MailSecurity::Tls] {
        let exim = Exim::start();
        let mut fixture = Fixture::over(&exim, security).await;
        fixture.start().await;
        let note = "Two lines,\n<b>no</b> HTML & ümläuts\n.\n..dots\nFrom here on";
        let id = fixture.ask(NewRequest { note: note.into(), ..asked("Aurora – 曙光") });
        let mail = fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!((mail.attempts, mail.uncertain), (1, 0));

        let mails = exim.delivered(1).await;
        assert_eq!(mails.len(), 1);
        let mail = MessageParser::default().parse(&mails[0]).unwrap();
        let named = |name: &str, address: &str| vec![(Some(name.to_owned()), address.to_owned())];
        assert_eq!(people(mail.from()), named("Partner", "admin@partner.example"));
        assert_eq!(people(mail.reply_to()), named("Jane Doe", "jane@partner.example"));
        assert_eq!(people(mail.to()), named("Max Müller", "manager@knorex.example"));
        assert_eq!(people(mail.cc()), [(None, "team@knorex.example".to_owned())]);
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
async fn names_of_100_characters_in_any_script_arrive_as_they_were_typed() {
    let exim = Exim::start();
    let mut fixture = Fixture::over(&exim, MailSecurity::Starttls).await;
    fixture.start().await;
    let names = ["a", "é", "漢", "ẵ", "ไ", "ع", "𝔘", "👩", "\"", "\\", "=?", "<", ","].map(|c| {
        let name: String = c.chars().cycle().take(100).collect();
        assert_eq!(name.chars().count(), 100);
        name
    });
    for name in &names {
        let id = fixture.ask(asked(name));
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
async fn a_comma_in_a_name_and_several_in_the_team_are_told_apart() {
    let exim = Exim::start();
    let mut fixture = Fixture::over(&exim, MailSecurity::Tls).await;
    fixture
        .book
        .save_mail_settings(&MailSettings {
            account_manager: "\"Doe, Jane (TikTok)\" <manager@knorex.example>".into(),
            team: "\"Team, the\" <team@knorex.example>, other@knorex.example".into(),
            ..over(&exim, MailSecurity::Tls)
        })
        .unwrap();
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(people(mail.to())[0].0.as_deref(), Some("Doe, Jane (TikTok)"));
    assert_eq!(people(mail.to()).len(), 1);
    let cc: Vec<String> = people(mail.cc()).into_iter().map(|(_, address)| address).collect();
    assert_eq!(cc, ["team@knorex.example", "other@knorex.example"]);
}

#[tokio::test]
async fn a26_with_the_team_alone_it_is_the_team_that_the_mail_is_to() {
    let exim = Exim::start();
    let mut fixture = Fixture::over(&exim, MailSecurity::Tls).await;
    let settings = MailSettings { account_manager: String::new(), ..over(&exim, MailSecurity::Tls) };
    fixture.book.save_mail_settings(&settings).unwrap();
    fixture.start().await;
    let id = fixture.ask(asked("One"));
    fixture.until(&id, |mail| mail.state == MailState::Sent).await;
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(people(mail.to()), [(None, "team@knorex.example".to_owned())]);
    assert!(mail.cc().is_none());
}

#[tokio::test]
async fn what_the_server_refuses_fails_for_good_and_nobody_gets_half_of_it() {
    let exim = Exim::start();
    let good = over(&exim, MailSecurity::Starttls);
    let wrong = [
        (MailSettings { team: NOBODY.into(), ..good.clone() }, PASSWORD, ProblemCode::MailRecipientRefused),
        (MailSettings { sender: BLOCKED.into(), ..good.clone() }, PASSWORD, ProblemCode::MailSenderRefused),
        (good.clone(), "wrong", ProblemCode::MailPasswordWrong),
        (MailSettings { user: String::new(), ..good.clone() }, "", ProblemCode::MailSenderRefused),
    ];
    for (settings, password, code) in wrong {
        let mut fixture = Fixture::over(&exim, MailSecurity::Starttls).await;
        fixture.know(password).await;
        fixture.book.save_mail_settings(&settings).unwrap();
        fixture.start().await;
        let id = fixture.ask(asked("One"));
        fixture.until(&id, |mail| mail.state == MailState::Failed).await;
        assert_eq!(fixture.code(&id), code);
        // With the right settings it is sent.
        fixture.know(PASSWORD).await;
        fixture.book.save_mail_settings(&good).unwrap();
        fixture.book.retry_mails(jiff::Timestamp::now()).unwrap();
        fixture.outbox.as_ref().unwrap().wake();
        fixture.until(&id, |mail| mail.state == MailState::Sent).await;
        assert_eq!(fixture.request(&id).problem, None);
    }
    assert_eq!(exim.delivered(4).await.len(), 4);
}

#[tokio::test]
async fn a_certificate_that_nobody_trusts_gets_neither_the_password_nor_the_mail() {
    let exim = Exim::start();
    for security in [MailSecurity::Starttls, MailSecurity::Tls] {
        let mut fixture = Fixture::over(&exim, security).await;
        fixture.transport = Transport::Smtp { extra_roots: Vec::new() };
        fixture.start().await;
        let id = fixture.ask(asked("One"));
        fixture.until(&id, |mail| mail.state == MailState::Failed).await;
        assert_eq!(fixture.code(&id), ProblemCode::MailCertificate);
    }
    assert_eq!(exim.mails().len(), 0);
}

#[tokio::test]
async fn a_test_mail_goes_to_where_answers_go_and_to_nobody_at_knorex() {
    let exim = Exim::start();
    let good = over(&exim, MailSecurity::Starttls);
    let tried = async |settings: &MailSettings, password: &str| {
        let password = Some(password.to_owned().into());
        let clock = Arc::new(TestClock::new());
        test_settings(&trusting(&exim), settings.clone(), password, "Aurora", clock)
            .await
            .map_err(|problem| problem.code)
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
        // TLS where the server speaks plainly first, and the other way round.
        (MailSettings { security: MailSecurity::Tls, ..good.clone() }, PASSWORD, ProblemCode::MailTlsFailed),
        (MailSettings { host: "127.0.0.2".into(), ..good.clone() }, PASSWORD, ProblemCode::MailServerRefused),
    ] {
        assert_eq!(tried(&settings, password).await, Err(code));
    }
    assert_eq!(exim.mails().len(), 0);
    assert_eq!(tried(&good, PASSWORD).await, Ok(()));
    let mails = exim.delivered(1).await;
    let mail = MessageParser::default().parse(&mails[0]).unwrap();
    assert_eq!(people(mail.to()), [(None, "jane@partner.example".to_owned())]);
    assert_eq!(mails.len(), 1);
}

#[tokio::test]
async fn a_certificate_that_the_system_trusts_is_trusted() {
    let exim = Exim::start();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "delivery::with_what_the_system_trusts", "--ignored"]);
    child.env("MAIL_PORT", exim.port.to_string()).stdout(Stdio::null());
    assert!(!child.status().unwrap().success());
    assert!(child.env("SSL_CERT_FILE", exim.certificate_file()).status().unwrap().success());
    assert_eq!(exim.delivered(1).await.len(), 1);
}

#[tokio::test]
#[ignore = "run by another test, with a trust of its own"]
async fn with_what_the_system_trusts() {
    let port = std::env::var("MAIL_PORT").expect("run by another test").parse().unwrap();
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

//! Validation of the mail settings.

use partner::requests::mail_settings::{MailSecurity, MailSettings};
use services::mail::{Addresses, validate};
use services::problem::ProblemCode as Code;

use crate::fixture::plain;

fn codes(settings: &MailSettings) -> Vec<Code> {
    validate(settings).into_iter().map(|problem| problem.code).collect()
}

#[test]
fn only_a_server_on_this_computer_may_be_used_without_encryption() {
    for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
        assert_eq!(codes(&MailSettings { host: host.into(), ..plain(25) }), [], "{host}");
    }
    for host in
        ["mail.knorex.example", "192.0.2.1", "localhost.knorex.example", "127.0.0.1.knorex.example", "[::2]"]
    {
        let settings = MailSettings { host: host.into(), ..plain(25) };
        assert_eq!(codes(&settings), [Code::MailNotPrivate], "{host}");
        for security in [MailSecurity::Starttls, MailSecurity::Tls] {
            assert_eq!(codes(&MailSettings { security, ..settings.clone() }), [], "{host}");
        }
    }
}

#[test]
fn the_server_needs_a_valid_name_and_port() {
    for host in ["", " ", "a b", "mail/knorex", "mail\nknorex", "user@mail.knorex.example", "mail:25"] {
        assert_eq!(
            codes(&MailSettings { host: host.into(), ..plain(25) }),
            [Code::MailHostInvalid],
            "{host:?}"
        );
    }
    assert_eq!(codes(&plain(0)), [Code::MailHostInvalid]);
    assert_eq!(codes(&MailSettings { user: "a\r\nb".into(), ..plain(25) }), [Code::MailUserInvalid]);
}

#[test]
fn all_problems_are_reported_at_once() {
    assert_eq!(
        codes(&MailSettings::default()),
        [Code::MailHostInvalid, Code::MailNoRecipient, Code::MailSenderInvalid]
    );
}

#[test]
fn a26_an_account_manager_in_the_team_gets_one_mail() {
    for team in [
        "team@knorex.example, MAI@knorex.example, Team <team@knorex.example>",
        // As Outlook writes them.
        "team@knorex.example; MAI@knorex.example; Team <team@knorex.example>;",
    ] {
        let settings = MailSettings {
            account_manager: "Mai <mai@knorex.example>".into(),
            team: team.into(),
            ..plain(25)
        };
        let addresses = Addresses::from_settings(&settings).unwrap();
        let cc: Vec<String> = addresses.cc.iter().map(|mailbox| mailbox.email.to_string()).collect();
        assert_eq!((addresses.to.len(), cc), (1, vec!["team@knorex.example".to_owned()]));
    }
}

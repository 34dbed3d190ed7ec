//! A fixture whose mail server is [`Exim`].

use partner::requests::mail_settings::{MailSecurity, MailSettings};
use services::mail::Transport;

use crate::exim::{Exim, PASSWORD, USER};
use crate::fixture::{Fixture, plain, trusting_pem};

/// Settings for the server.
pub fn settings_for(exim: &Exim, security: MailSecurity) -> MailSettings {
    let port = if security == MailSecurity::Tls { exim.tls_port } else { exim.port };
    MailSettings { host: "localhost".into(), port, security, user: USER.into(), ..plain(0) }
}

/// A transport that trusts the server's certificate.
pub fn trusting(exim: &Exim) -> Transport {
    trusting_pem(&exim.certificate)
}

impl Fixture {
    /// Uses the real server, with its certificate and password.
    pub async fn with_exim(exim: &Exim, security: MailSecurity) -> Fixture {
        let mut fixture = Fixture::new(settings_for(exim, security)).await;
        fixture.transport = trusting(exim);
        fixture.set_password(PASSWORD).await;
        fixture
    }
}

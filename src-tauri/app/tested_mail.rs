//! The mail settings that were tested last: they are often saved once the test has succeeded.

use jiff::Timestamp;
use partner::requests::mail_settings::MailSettings;
use services::secrets::{ExposeSecret, SecretString};

#[derive(Debug, Clone)]
pub struct TestedMail {
    pub settings: MailSettings,
    /// `None` for the stored one.
    pub password: Option<SecretString>,
    pub at: Timestamp,
}

impl TestedMail {
    /// Returns whether these settings, with this password, were tested.
    pub fn is_of(&self, settings: &MailSettings, password: Option<&SecretString>) -> bool {
        self.settings == *settings
            && self.password.as_ref().map(ExposeSecret::expose_secret)
                == password.map(ExposeSecret::expose_secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_of_the_settings_and_the_password_that_it_was_made_with() {
        let settings = MailSettings { host: "smtp.example.com".into(), ..MailSettings::default() };
        let [right, wrong] = ["right", "wrong"].map(SecretString::from);
        let tested = TestedMail {
            settings: settings.clone(),
            password: Some(right.clone()),
            at: Timestamp::UNIX_EPOCH,
        };
        assert!(tested.is_of(&settings, Some(&right)));
        assert!(!tested.is_of(&settings, Some(&wrong)) && !tested.is_of(&settings, None));
        assert!(!tested.is_of(&MailSettings::default(), Some(&right)));
    }
}

//! The mail settings that were tested last: they are often saved once the test has succeeded.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

use jiff::Timestamp;
use partner::requests::mail_settings::MailSettings;
use services::secrets::{ExposeSecret, SecretString};

#[derive(Debug, Clone)]
pub struct TestedMail {
    settings: MailSettings,
    /// The hash of the password. `None` for the stored one.
    password: Option<u64>,
    pub at: Timestamp,
}

impl TestedMail {
    pub fn new(settings: MailSettings, password: Option<&SecretString>, at: Timestamp) -> TestedMail {
        TestedMail { settings, password: password.map(hash), at }
    }

    /// Returns whether these settings, with this password, were tested.
    pub fn is_of(&self, settings: &MailSettings, password: Option<&SecretString>) -> bool {
        self.settings == *settings && self.password == password.map(hash)
    }
}

fn hash(password: &SecretString) -> u64 {
    /// Random keys, which only this process has.
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEYS.hash_one(password.expose_secret())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_of_the_settings_and_the_password_that_it_was_made_with() {
        let settings = MailSettings { host: "smtp.example.com".into(), ..MailSettings::default() };
        let [right, wrong] = ["right", "wrong"].map(SecretString::from);
        let tested = TestedMail::new(settings.clone(), Some(&right), Timestamp::UNIX_EPOCH);
        assert!(tested.is_of(&settings, Some(&right)));
        assert!(!tested.is_of(&settings, Some(&wrong)) && !tested.is_of(&settings, None));
        assert!(!tested.is_of(&MailSettings::default(), Some(&right)));
    }
}

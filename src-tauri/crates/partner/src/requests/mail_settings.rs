//! The settings for the mails of requests. The password is in the keychain.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    /// The encryption of the connection to the mail server.
    MailSecurity {
        /// Usually port 587.
        Starttls = "starttls"
        /// Usually port 465.
        Tls = "tls"
        /// Only for a server on this computer.
        None = "none"
    }
}

/// Texts are empty until they are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    /// Empty if the server needs no authentication.
    pub user: String,
    /// An address, optionally with a name.
    pub sender: String,
    /// Empty if replies go to the sender.
    pub reply_to: String,
    /// One address (A26).
    pub account_manager: String,
    /// Addresses, separated by commas (A26).
    pub team: String,
}

impl Default for MailSettings {
    fn default() -> Self {
        MailSettings {
            host: String::new(),
            port: 587,
            security: MailSecurity::Starttls,
            user: String::new(),
            sender: String::new(),
            reply_to: String::new(),
            account_manager: String::new(),
            team: String::new(),
        }
    }
}

impl MailSettings {
    /// Returns whether the account manager or the team is set (A26).
    pub fn has_recipient(&self) -> bool {
        !self.account_manager.trim().is_empty() || !self.team.trim().is_empty()
    }
}

impl Book {
    /// Returns the saved settings, or the defaults.
    pub fn mail_settings(&self) -> Result<MailSettings> {
        mail_settings(&self.read())
    }

    /// Returns when the saved settings were last tested successfully, in milliseconds since 1970, UTC.
    pub fn mail_settings_tested_at(&self) -> Result<Option<i64>> {
        tested_at(&self.read())
    }

    /// Saves the settings. The caller validates the addresses. Other settings are not tested.
    pub fn save_mail_settings(&self, settings: &MailSettings) -> Result<()> {
        self.write(|book| {
            let tested_at = if mail_settings(book)? == *settings { tested_at(book)? } else { None };
            save(book, settings, tested_at)
        })
    }

    /// Like [`Book::save_mail_settings`], with another password, or after a successful test `at`.
    pub fn save_mail_settings_tested(&self, settings: &MailSettings, at: Option<Timestamp>) -> Result<()> {
        self.write(|book| save(book, settings, at.map(Timestamp::as_millisecond)))
    }

    /// Records when `settings` were tested successfully, unless others are saved.
    pub fn record_mail_test(&self, settings: &MailSettings, at: Timestamp) -> Result<()> {
        self.write(|book| {
            if mail_settings(book)? == *settings {
                save(book, settings, Some(at.as_millisecond()))?;
            }
            Ok(())
        })
    }
}

fn save(book: &Connection, settings: &MailSettings, tested_at: Option<i64>) -> Result<()> {
    let MailSettings { host, port, security, user, sender, reply_to, account_manager, team } = settings;
    book.prepare_cached(
        "INSERT OR REPLACE INTO mail_settings (only_row, host, port, security, user, sender, reply_to,
             account_manager, team, tested_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![host, port, security, user, sender, reply_to, account_manager, team, tested_at])?;
    Ok(())
}

fn tested_at(book: &Connection) -> Result<Option<i64>> {
    let mut tested_at = book.prepare_cached("SELECT tested_at FROM mail_settings")?;
    Ok(tested_at.query_row([], |row| row.get(0)).optional()?.flatten())
}

pub(crate) fn mail_settings(book: &Connection) -> Result<MailSettings> {
    let saved = book
        .prepare_cached(
            "SELECT host, port, security, user, sender, reply_to, account_manager, team FROM mail_settings",
        )?
        .query_row([], |row| {
            Ok(MailSettings {
                host: row.get(0)?,
                port: row.get(1)?,
                security: row.get(2)?,
                user: row.get(3)?,
                sender: row.get(4)?,
                reply_to: row.get(5)?,
                account_manager: row.get(6)?,
                team: row.get(7)?,
            })
        })
        .optional()?;
    Ok(saved.unwrap_or_default())
}

//! How the mails of requests leave: everything of it but the password, which is in the keychain.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    /// How the connection to the mail server is kept from being read.
    MailSecurity {
        /// Plain, then encrypted before anything is told; usually port 587.
        Starttls = "starttls"
        /// Encrypted from the start; usually port 465.
        Tls = "tls"
        /// Not at all: only for a server on this computer.
        None = "none"
    }
}

/// The mail server, and who writes to whom. Texts are empty until they are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MailSettings {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept from being read.
    pub security: MailSecurity,
    /// The user to log in as; empty: without a log-in.
    pub user: String,
    /// The address that mails are from, perhaps with a name.
    pub sender: String,
    /// Where answers go to; empty: to the sender.
    pub reply_to: String,
    /// Knorex's account manager: one address (A26).
    pub account_manager: String,
    /// The team: addresses with commas between them (A26).
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
    /// Whether there is anybody to write to (A26).
    pub fn has_recipient(&self) -> bool {
        !self.account_manager.trim().is_empty() || !self.team.trim().is_empty()
    }
}

impl Book {
    /// The settings as they were last saved, or the defaults.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn mail_settings(&self) -> Result<MailSettings> {
        mail_settings(&self.read())
    }

    /// Save the settings; whether the addresses are any is checked where mail is understood.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_mail_settings(&self, settings: &MailSettings) -> Result<()> {
        let MailSettings { host, port, security, user, sender, reply_to, account_manager, team } = settings;
        self.write(|book| {
            book.prepare_cached(
                "INSERT OR REPLACE INTO mail_settings (only_row, host, port, security, user, sender, reply_to,
                     account_manager, team) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![host, port, security.as_str(), user, sender, reply_to, account_manager, team])?;
            Ok(())
        })
    }
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

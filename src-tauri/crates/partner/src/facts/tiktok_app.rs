//! The partner's TikTok app without its secret, which is in the keychain.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Book, Result};

/// The developer app that the partner registered at TikTok for Business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TiktokApp {
    /// Empty until it is entered.
    pub app_id: String,
    /// The "Advertiser redirect URL" that is registered for the app.
    pub redirect_url: String,
    /// The address of the API for Business, including its version.
    pub api_address: String,
    pub sign_in_address: String,
}

impl Default for TiktokApp {
    /// Returns TikTok's own addresses. Source: TikTok API for Business v1.3, "Authorization".
    fn default() -> Self {
        TiktokApp {
            app_id: String::new(),
            redirect_url: "http://localhost:3456/callback".into(),
            api_address: "https://business-api.tiktok.com/open_api/v1.3".into(),
            sign_in_address: "https://business-api.tiktok.com/portal/auth".into(),
        }
    }
}

impl Book {
    /// Returns the saved app, or the defaults.
    pub fn tiktok_app(&self) -> Result<TiktokApp> {
        let saved = self
            .read()
            .query_row(
                "SELECT app_id, redirect_url, api_address, sign_in_address FROM tiktok_app",
                [],
                |row| {
                    Ok(TiktokApp {
                        app_id: row.get(0)?,
                        redirect_url: row.get(1)?,
                        api_address: row.get(2)?,
                        sign_in_address: row.get(3)?,
                    })
                },
            )
            .optional()?;
        Ok(saved.unwrap_or_default())
    }

    /// Saves the app without checking its fields.
    pub fn save_tiktok_app(&self, app: &TiktokApp) -> Result<()> {
        self.write(|book| {
            book.execute(
                "INSERT OR REPLACE INTO tiktok_app (only_row, app_id, redirect_url, api_address, sign_in_address)
                 VALUES (1, ?, ?, ?, ?)",
                params![app.app_id, app.redirect_url, app.api_address, app.sign_in_address],
            )?;
            Ok(())
        })
    }
}

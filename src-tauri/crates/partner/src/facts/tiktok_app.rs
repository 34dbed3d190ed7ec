//! The partner's TikTok app without its secret, which is in the keychain.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
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
        Ok(saved(&self.read())?.0)
    }

    /// Returns when the saved app was last tested successfully, in milliseconds since 1970, UTC.
    pub fn tiktok_app_tested_at(&self) -> Result<Option<i64>> {
        Ok(saved(&self.read())?.1)
    }

    /// Saves the app without checking its fields. Another app is not tested.
    pub fn save_tiktok_app(&self, app: &TiktokApp) -> Result<()> {
        self.write(|book| {
            let (before, tested_at) = saved(book)?;
            save(book, app, tested_at.filter(|_| before == *app))
        })
    }

    /// Like [`Book::save_tiktok_app`], with another secret, which is not tested.
    pub fn save_tiktok_app_untested(&self, app: &TiktokApp) -> Result<()> {
        self.write(|book| save(book, app, None))
    }

    /// Records when `app` was tested successfully, unless another app is saved.
    pub fn record_tiktok_app_test(&self, app: &TiktokApp, at: Timestamp) -> Result<()> {
        self.write(|book| {
            if saved(book)?.0 == *app {
                save(book, app, Some(at.as_millisecond()))?;
            }
            Ok(())
        })
    }
}

fn save(book: &Connection, app: &TiktokApp, tested_at: Option<i64>) -> Result<()> {
    let TiktokApp { app_id, redirect_url, api_address, sign_in_address } = app;
    book.execute(
        "INSERT OR REPLACE INTO tiktok_app
             (only_row, app_id, redirect_url, api_address, sign_in_address, tested_at) VALUES (1, ?, ?, ?, ?, ?)",
        params![app_id, redirect_url, api_address, sign_in_address, tested_at],
    )?;
    Ok(())
}

/// Returns the saved app, or the defaults, and when it was tested.
fn saved(book: &Connection) -> Result<(TiktokApp, Option<i64>)> {
    let saved = book
        .query_row(
            "SELECT app_id, redirect_url, api_address, sign_in_address, tested_at FROM tiktok_app",
            [],
            |row| {
                let app = TiktokApp {
                    app_id: row.get(0)?,
                    redirect_url: row.get(1)?,
                    api_address: row.get(2)?,
                    sign_in_address: row.get(3)?,
                };
                Ok((app, row.get(4)?))
            },
        )
        .optional()?;
    Ok(saved.unwrap_or_default())
}

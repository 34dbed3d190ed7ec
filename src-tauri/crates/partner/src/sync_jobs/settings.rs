//! How the partner's ad accounts are synced: when of its own accord, and how much TikTok lets the app ask for.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::change::words;
use crate::{Book, Result};

words! {
    /// How often ad accounts are synced without being asked.
    Schedule {
        /// Never.
        Off = "off", "Off"
        /// Every 30 minutes.
        HalfHourly = "half_hourly", "Every 30 minutes"
        /// Every hour.
        Hourly = "hourly", "Every hour"
        /// Every day.
        Daily = "daily", "Every day"
    }
    /// What TikTok granted the app: calls per second to each endpoint (`tiktok-api.md` 2.3).
    AppTier {
        /// 10; every new app has it.
        Basic = "basic", "Basic"
        /// 20.
        Advanced = "advanced", "Advanced"
        /// 30.
        Premium = "premium", "Premium"
        /// 50.
        Ultimate = "ultimate", "Ultimate"
    }
}

/// How the partner's ad accounts are synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncSettings {
    /// How often without being asked.
    pub schedule: Schedule,
    /// Whether the schedule goes on while the computer runs on its battery.
    pub on_battery: bool,
    /// Whether it goes on over a network that is paid for by volume.
    pub on_metered: bool,
    /// What TikTok lets the app ask for.
    pub tier: AppTier,
}

impl Default for SyncSettings {
    fn default() -> Self {
        SyncSettings { schedule: Schedule::Off, on_battery: false, on_metered: false, tier: AppTier::Basic }
    }
}

impl Book {
    /// The settings as they were last saved, or the defaults.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sync_settings(&self) -> Result<SyncSettings> {
        let saved = self
            .read()
            .prepare_cached("SELECT schedule, on_battery, on_metered, tier FROM sync_settings")?
            .query_row([], |row| {
                Ok(SyncSettings {
                    schedule: row.get(0)?,
                    on_battery: row.get(1)?,
                    on_metered: row.get(2)?,
                    tier: row.get(3)?,
                })
            })
            .optional()?;
        Ok(saved.unwrap_or_default())
    }

    /// Save the settings.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save_sync_settings(&self, settings: SyncSettings) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "INSERT OR REPLACE INTO sync_settings (only_row, schedule, on_battery, on_metered, tier)
                 VALUES (1, ?, ?, ?, ?)",
            )?
            .execute(params![
                settings.schedule.word(),
                settings.on_battery,
                settings.on_metered,
                settings.tier.word()
            ])?;
            Ok(())
        })
    }
}

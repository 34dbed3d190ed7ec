//! The automatic sync schedule and the API rate-limit tier of the partner's app.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    Schedule {
        Off = "off", "Off"
        HalfHourly = "half_hourly", "Every 30 minutes"
        Hourly = "hourly", "Every hour"
        Daily = "daily", "Every day"
    }
    /// The calls per second to each endpoint that TikTok grants the app. Every new app starts with Basic. Source:
    /// `docs/tiktok-api.md`, section 2.3.
    AppTier {
        Basic = "basic", "Basic: 10 requests per second"
        Advanced = "advanced", "Advanced: 20 requests per second"
        Premium = "premium", "Premium: 30 requests per second"
        Ultimate = "ultimate", "Ultimate: 50 requests per second"
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncSettings {
    pub schedule: Schedule,
    /// Whether the schedule applies while the computer runs on battery.
    pub on_battery: bool,
    /// Whether the schedule applies on metered connections.
    pub on_metered: bool,
    pub tier: AppTier,
}

impl Default for SyncSettings {
    fn default() -> Self {
        SyncSettings { schedule: Schedule::Off, on_battery: false, on_metered: false, tier: AppTier::Basic }
    }
}

impl Book {
    /// Returns the saved settings, or the defaults.
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

    pub fn save_sync_settings(&self, settings: SyncSettings) -> Result<()> {
        self.write(|book| {
            book.prepare_cached(
                "INSERT OR REPLACE INTO sync_settings (only_row, schedule, on_battery, on_metered, tier)
                 VALUES (1, ?, ?, ?, ?)",
            )?
            .execute(params![
                settings.schedule.as_str(),
                settings.on_battery,
                settings.on_metered,
                settings.tier.as_str()
            ])?;
            Ok(())
        })
    }
}

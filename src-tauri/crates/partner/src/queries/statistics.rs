//! The statistics of a book in the support report. They contain no name, id or other text from an admin or TikTok.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::facts::tiktok_app::TiktokApp;
use crate::sync_jobs::settings::SyncSettings;
use crate::{Book, Result};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// The schema version.
    pub schema: i64,
    /// Of the file, in bytes.
    pub size: u64,
    pub practice: bool,
    /// By table.
    pub rows: BTreeMap<String, i64>,
    /// By state.
    pub tiktok_users: BTreeMap<String, i64>,
    /// By status.
    pub ad_accounts: BTreeMap<String, i64>,
    /// By kind, state and problem.
    pub syncs: BTreeMap<String, i64>,
    /// By state.
    pub requests: BTreeMap<String, i64>,
    /// By state and problem.
    pub mails: BTreeMap<String, i64>,
    pub mail_entered: bool,
    pub app_entered: bool,
    /// Whether the API and sign-in addresses are TikTok's.
    pub addresses_are_tiktoks: bool,
    pub sync_settings: SyncSettings,
}

impl Book {
    pub fn statistics(&self) -> Result<Statistics> {
        let (app, tiktok) = (self.tiktok_app()?, TiktokApp::default());
        let sync_settings = self.sync_settings()?;
        let size = std::fs::metadata(self.path())?.len();
        let read = self.open_reader()?;
        let count = |sql: &str| -> Result<BTreeMap<String, i64>> {
            let mut statement = read.prepare(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let mut rows = BTreeMap::new();
        for table in count(TABLES)?.into_keys() {
            let number =
                read.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0))?;
            rows.insert(table, number);
        }
        Ok(Statistics {
            schema: read.pragma_query_value(None, "user_version", |row| row.get(0))?,
            size,
            practice: self.partner().practice,
            rows,
            tiktok_users: count("SELECT state, count(*) FROM tiktok_user GROUP BY state")?,
            ad_accounts: count(STATUSES)?,
            syncs: count(SYNCS)?,
            requests: count("SELECT state, count(*) FROM request GROUP BY state")?,
            mails: count(MAILS)?,
            mail_entered: !self.mail_settings()?.host.is_empty(),
            app_entered: !app.app_id.is_empty(),
            addresses_are_tiktoks: (&app.api_address, &app.sign_in_address)
                == (&tiktok.api_address, &tiktok.sign_in_address),
            sync_settings,
        })
    }
}

const TABLES: &str = "SELECT name, 0 FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*'";

/// Only values in the form of TikTok's statuses are included.
const STATUSES: &str =
    "SELECT iif(status GLOB 'STATUS_*' AND status NOT GLOB '*[^A-Z_]*', status, 'other'), count(*)
    FROM ad_account GROUP BY 1";

const SYNCS: &str = "SELECT concat_ws(' ', kind, state, json_extract(problem, '$.code')), count(*)
    FROM sync_job GROUP BY 1";

const MAILS: &str =
    "SELECT concat_ws(' ', state, json_extract(problem, '$.code')), count(*) FROM outbox GROUP BY 1";

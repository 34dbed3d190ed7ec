//! Exports the whole book as tables, one file each, from one snapshot.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use crate::decisions::kinds::KINDS;
use crate::decisions::kinds::xpo_account::DIRECTORY;
use crate::facts::raw_json;
use crate::facts::status::availability_label_sql;
use crate::progress::Progress;
use crate::store::paths::{draft_of, format_timestamp, rename, sync_parent_folder};
use crate::tables::file::{Format, TableFile, export_to, replace_table};
use crate::{Book, Result, name};

/// The name and the content of each file, besides the decisions. `{availability}` is the label of an audience's
/// [`Availability`](crate::facts::status::Availability).
const TABLES: &[(&str, &str)] = &[
    (
        "tiktok-users",
        r#"SELECT id AS "TikTok user ID", name AS "Name", email AS "Email", state AS "State",
        connected_at AS "Connected" FROM tiktok_user ORDER BY id"#,
    ),
    (
        "tiktok-ad-accounts",
        r#"SELECT id AS "TikTok Ad Account ID", name AS "Name", status AS "Status", company AS "Company",
        currency AS "Currency", timezone AS "Timezone", country AS "Country", industry AS "Industry",
        balance AS "Balance", owner_bc_id AS "Business Center ID",
        (SELECT group_concat(user_id, ' ') FROM ad_account_access WHERE account_id = id AND visible) AS "TikTok user IDs"
        FROM ad_account ORDER BY id"#,
    ),
    (
        "campaigns",
        r#"SELECT account_id AS "TikTok Ad Account ID", c.id AS "Campaign ID", name AS "Campaign Name",
        objective AS "Objective", operation_status AS "Operation status", secondary_status AS "Status",
        budget AS "Budget", budget_mode AS "Budget mode", created_at AS "Created",
        iif(deleted_on_tiktok, 'Yes', '') AS "Deleted on TikTok"
        FROM campaign c JOIN campaign_traits k ON k.id = c.traits ORDER BY account_id, fold(name), c.id"#,
    ),
    (
        "audiences",
        r#"SELECT account_id AS "TikTok Ad Account ID", id AS "Audience ID", name AS "Audience Name",
        audience_type AS "Type", size AS "Size", {availability} AS "Availability", iif(expiring, 'Yes', 'No') AS "Expiring",
        iif(shared, 'Yes', 'No') AS "Shared", created_at AS "Created", expires_at AS "Expires",
        iif(deleted_on_tiktok, 'Yes', '') AS "Deleted on TikTok" FROM audience c ORDER BY account_id, id"#,
    ),
    (
        "ad-groups",
        r#"SELECT account_id AS "TikTok Ad Account ID", campaign_id AS "Campaign ID", c.id AS "Ad Group ID",
        name AS "Ad Group Name", operation_status AS "Operation status", secondary_status AS "Status",
        budget AS "Budget", budget_mode AS "Budget mode", optimization_goal AS "Optimization goal",
        bid_type AS "Bid type", bid AS "Bid", starts_at AS "Starts", ends_at AS "Ends", created_at AS "Created",
        iif(deleted_on_tiktok, 'Yes', '') AS "Deleted on TikTok"
        FROM ad_group c JOIN ad_group_traits k ON k.id = c.traits ORDER BY account_id, c.id"#,
    ),
    (
        "ads",
        r#"SELECT account_id AS "TikTok Ad Account ID", campaign_id AS "Campaign ID", ad_group_id AS "Ad Group ID",
        c.id AS "Ad ID", name AS "Ad Name", operation_status AS "Operation status", secondary_status AS "Status",
        format AS "Format", text AS "Text", display_name AS "Display name", call_to_action AS "Call to action",
        landing_page AS "Landing page", video_id AS "Video ID", image_ids AS "Image IDs", created_at AS "Created",
        iif(deleted_on_tiktok, 'Yes', '') AS "Deleted on TikTok"
        FROM ad c JOIN ad_traits k ON k.id = c.traits ORDER BY account_id, c.id"#,
    ),
    (
        "images-and-videos",
        r#"SELECT account_id AS "TikTok Ad Account ID", id AS "ID", kind AS "Kind", file_name AS "File name",
        format AS "Format", width AS "Width", height AS "Height", size AS "Size", duration AS "Duration"
        FROM media ORDER BY account_id, id"#,
    ),
    (
        "raw-json",
        // Each part is sorted by an index. SQLite would sort the whole in temporary files.
        r#"SELECT * FROM (SELECT 'ad' AS "Kind", account_id AS "TikTok Ad Account ID", id AS "ID", decompressed(raw_json) AS "JSON"
            FROM ad WHERE raw_json <> x'' ORDER BY account_id, id)
        UNION ALL SELECT * FROM (SELECT 'ad_group', account_id, id, decompressed(raw_json) FROM ad_group
            WHERE raw_json <> x'' ORDER BY account_id, id)
        UNION ALL SELECT * FROM (SELECT 'audience', account_id, id, decompressed(raw_json) FROM audience
            WHERE raw_json <> x'' ORDER BY account_id, id)
        UNION ALL SELECT * FROM (SELECT 'campaign', account_id, id, decompressed(raw_json) FROM campaign
            WHERE raw_json <> x'' ORDER BY account_id, fold(name), id)"#,
    ),
    (
        "last-syncs",
        r#"SELECT account_id AS "TikTok Ad Account ID", kind AS "What",
        rfc3339(completed_at) AS "Last synced"
        FROM listing ORDER BY account_id, kind"#,
    ),
    (
        "syncs",
        r#"SELECT id AS "No.", kind AS "Kind", account_id AS "TikTok Ad Account ID", state AS "State",
        iif(automatic, 'Yes', '') AS "Automatic",
        rfc3339(requested_at) AS "Requested",
        rfc3339(started_at) AS "Started",
        rfc3339(ended_at) AS "Ended",
        done AS "Done", added AS "Added", changed AS "Changed", unchanged AS "Unchanged", deleted AS "Deleted",
        unreadable AS "Unreadable", problem AS "Problem" FROM sync_job ORDER BY id"#,
    ),
    (
        "mails",
        r#"SELECT o.request_id AS "Request ID", o.number AS "No.", o.state AS "State",
        rfc3339(o.queued_at) AS "Queued",
        rfc3339(o.tried_at) AS "Tried",
        rfc3339(o.ended_at) AS "Ended",
        o.attempts AS "Attempts", o.uncertain AS "Uncertain attempts", o.problem AS "Problem"
        FROM outbox o ORDER BY o.request_id, o.number"#,
    ),
    (
        "change-history",
        r#"SELECT e.seq AS "No.", rfc3339(e.at) AS "When",
        e.actor AS "Who", replace(e.action, '_', ' ') AS "Action", e.undoes AS "Undoes no.", d.kind AS "What",
        iif(d.kind IN ('xpo_account', 'advertiser'), '', d.object_id) AS "Object ID",
        d.ad_account_id AS "TikTok Ad Account ID", t.name AS "TikTok Ad Account",
        iif(d.kind IN ('xpo_account', 'advertiser'), d.object_id, d.holder_id) AS "XPO account or advertiser ID",
        coalesce(v.name, x.name, (SELECT coalesce(r.after, r.before) ->> 'name' FROM edit_row r
            WHERE r.object_id <> '' AND r.object_id = iif(d.kind IN ('xpo_account', 'advertiser'), d.object_id, d.holder_id)
            ORDER BY r.entry DESC LIMIT 1)) AS "XPO account or advertiser",
        d.before AS "Before", d.after AS "After", e.id AS "Change ID"
        FROM entry e JOIN edit d ON d.entry = e.seq LEFT JOIN ad_account t ON t.id = d.ad_account_id
        LEFT JOIN advertiser v ON v.id = iif(d.kind = 'advertiser', d.object_id, d.holder_id)
        LEFT JOIN xpo_account x ON x.id = iif(d.kind = 'xpo_account', d.object_id, d.holder_id)
        ORDER BY e.seq, d.position"#,
    ),
];

impl Book {
    /// Writes all tables into a new folder inside `parent` and returns its path. Changes can be saved during the export. Calls
    /// `progress` with the number of rows so far every 10,000 rows.
    ///
    /// # Errors
    /// [`crate::Error::DiskFull`], [`crate::Error::ExportFolder`], [`crate::Error::Cancelled`]. The folder is then deleted.
    pub fn export(&self, parent: &Path, format: Format, progress: &mut Progress<'_>) -> Result<PathBuf> {
        let stamp = format_timestamp(Timestamp::now());
        let folder = parent.join(format!("{}-export-{stamp}", name::slug(&self.partner().name, "partner")));
        let draft = draft_of(&folder);
        let result = export_to(parent, || {
            std::fs::create_dir(&draft)?;
            let reader = self.open_reader()?;
            add_time_function(&reader)?;
            let snapshot = reader.unchecked_transaction()?;
            // The first query begins the snapshot, so the function has the dictionaries of all rows in it.
            raw_json::add_sql_function(&snapshot)?;
            let mut rows = 0;
            for (name, query) in tables() {
                let path = draft.join(format!("{name}.{}", format.extension()));
                rows = write_table(&snapshot, &query, TableFile::create(&path, format, rows)?, progress)?;
            }
            rename(&draft, &folder)?;
            sync_parent_folder(&folder);
            Ok(folder)
        });
        if result.is_err() {
            std::fs::remove_dir_all(&draft).ok();
        }
        result
    }

    /// Proposes a name for the file of an exported table.
    pub fn export_file_name(&self, title: &str, format: Format) -> String {
        let stamp = format_timestamp(Timestamp::now());
        let partner = name::slug(&self.partner().name, "partner");
        format!("{partner}-{}-{stamp}.{}", name::slug(title, "list"), format.extension())
    }

    /// Writes the XPO accounts and advertisers into a file that [`Book::read_directory_table`] can read. Replaces the file at
    /// `path`.
    ///
    /// # Errors
    /// [`crate::Error::DiskFull`], [`crate::Error::ExportFolder`]. An existing file is then unchanged.
    pub fn export_directory(&self, path: &Path, format: Format, progress: &mut Progress<'_>) -> Result<()> {
        replace_table(path, |draft| {
            let file = TableFile::create(draft, format, 0)?;
            write_table(&self.open_reader()?, DIRECTORY.1, file, progress).map(|_| ())
        })
    }
}

fn tables() -> impl Iterator<Item = (&'static str, String)> {
    let availability = availability_label_sql();
    let tables = TABLES.iter().copied().chain(KINDS.iter().filter_map(|kind| kind.export));
    tables.map(move |(name, query)| (name, query.replace("{availability}", &availability)))
}

/// Returns the number of rows in this table and those before it.
fn write_table(
    book: &Connection,
    query: &str,
    mut file: TableFile,
    progress: &mut Progress<'_>,
) -> Result<u64> {
    let mut statement = book.prepare(query)?;
    file.write_headings(statement.column_names())?;
    // Spreadsheets round numbers of more than 15 digits, so ids are text.
    let is_id: Vec<bool> = statement.column_names().iter().map(|name| name.ends_with("ID")).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let ids = is_id.iter().enumerate().map(|(column, is_id)| match row.get_ref(column)? {
            ValueRef::Integer(id) if *is_id => Ok(Some(id.to_string())),
            _ => Ok(None),
        });
        let ids = ids.collect::<rusqlite::Result<Vec<_>>>()?;
        let cells = ids.iter().enumerate().map(|(column, id)| match id {
            Some(id) => Ok(ValueRef::Text(id.as_bytes())),
            None => row.get_ref(column),
        });
        file.write_row(&cells.collect::<rusqlite::Result<Vec<_>>>()?, progress)?;
    }
    file.finish(progress)
}

/// Adds the SQL function `rfc3339(milliseconds)`.
fn add_time_function(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("rfc3339", 1, flags, |call| {
        let at: Option<i64> = call.get(0)?;
        Ok(at.and_then(|at| Timestamp::from_millisecond(at).ok()).map(|at| at.to_string()))
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::tables;

    #[test]
    fn every_table_of_the_book_is_exported() {
        // Settings, indexes and unfinished work. The partner's name is in the name of the folder.
        let internal = [
            "partner",
            "revision",
            "tiktok_app",
            "entry_text",
            "entry_words",
            "entry_ids",
            "sync_page",
            "sync_settings",
            "mail_settings",
            "saved_view",
            "name_index",
            "json_dictionary",
            "complete_media",
        ];
        let folder = tempfile::tempdir().unwrap();
        let (_, book) = crate::Folder::at(folder.path()).create("Knorex").unwrap();
        let reader = book.read();
        let mut statement = reader
            .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
            .unwrap();
        let names: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        let word = |query: &str, table: &str| {
            query.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == table)
        };
        let mut statement =
            reader.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").unwrap();
        let views: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<rusqlite::Result<_>>()
            .unwrap();
        for table in names.iter().filter(|name| !name.starts_with("sqlite_")) {
            let in_view = |query: &str| views.iter().any(|(view, sql)| word(query, view) && word(sql, table));
            let exported = tables().any(|(_, query)| word(&query, table) || in_view(&query));
            assert_eq!(exported, !internal.contains(&table.as_str()), "{table}");
        }
    }
}

//! Everything that a book says, as tables for other programs: one file each, written row by row, of one moment.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use crate::facts::raw_json;
use crate::store::paths::{draft_of, format_timestamp, replace_file, sync_parent_folder};
use crate::tables::file::{Format, TableFile};
use crate::{Book, Error, Result, name};

/// The XPO accounts and advertisers, as [`Book::read_directory_table`] reads them.
const DIRECTORY: (&str, &str) = (
    "xpo-accounts-and-advertisers",
    r#"SELECT x.name AS "XPO account", v.name AS "Advertiser",
        upper(substr(x.state, 1, 1)) || substr(x.state, 2) AS "State",
        iif(x.archived OR coalesce(v.archived, 0), 'Yes', '') AS "Archived",
        x.id AS "XPO account ID", v.id AS "Advertiser ID"
    FROM xpo_account x LEFT JOIN advertiser v ON v.xpo_account_id = x.id ORDER BY x.name_folded, v.name_folded"#,
);

/// The name of each file, and what is in it.
const TABLES: &[(&str, &str)] = &[
    (
        "tiktok-users",
        r#"SELECT id AS "TikTok user ID", name AS "Name", email AS "E-mail", state AS "State",
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
        r#"SELECT account_id AS "TikTok Ad Account ID", id AS "Campaign ID", name AS "Campaign Name",
        objective AS "Objective", operation_status AS "Operation status", secondary_status AS "Status",
        budget AS "Budget", budget_mode AS "Budget mode", created_at AS "Created",
        iif(gone, 'Yes', '') AS "Deleted on TikTok" FROM campaign ORDER BY account_id, id"#,
    ),
    (
        "audiences",
        r#"SELECT account_id AS "TikTok Ad Account ID", id AS "Audience ID", name AS "Audience Name",
        type AS "Type", size AS "Size", iif(valid, 'Yes', 'No') AS "Valid", iif(expiring, 'Yes', 'No') AS "Expiring",
        iif(shared, 'Yes', 'No') AS "Shared", created_at AS "Created", expires_at AS "Expires",
        iif(gone, 'Yes', '') AS "Deleted on TikTok" FROM audience ORDER BY account_id, id"#,
    ),
    (
        "ad-groups",
        r#"SELECT account_id AS "TikTok Ad Account ID", campaign_id AS "Campaign ID", id AS "Ad Group ID",
        name AS "Ad Group Name", operation_status AS "Operation status", secondary_status AS "Status",
        budget AS "Budget", budget_mode AS "Budget mode", optimization_goal AS "Optimization goal",
        bid_type AS "Bid type", bid AS "Bid", starts_at AS "Starts", ends_at AS "Ends", created_at AS "Created",
        iif(gone, 'Yes', '') AS "Deleted on TikTok" FROM ad_group ORDER BY account_id, id"#,
    ),
    (
        "ads",
        r#"SELECT account_id AS "TikTok Ad Account ID", campaign_id AS "Campaign ID", ad_group_id AS "Ad Group ID",
        id AS "Ad ID", name AS "Ad Name", operation_status AS "Operation status", secondary_status AS "Status",
        format AS "Format", text AS "Text", display_name AS "Display name", call_to_action AS "Call to action",
        landing_page AS "Landing page", video_id AS "Video ID", image_ids AS "Image IDs", created_at AS "Created",
        iif(gone, 'Yes', '') AS "Deleted on TikTok" FROM ad ORDER BY account_id, id"#,
    ),
    (
        "pictures-and-videos",
        r#"SELECT account_id AS "TikTok Ad Account ID", id AS "ID", kind AS "Kind", file_name AS "File name",
        format AS "Format", width AS "Width", height AS "Height", size AS "Size", duration AS "Duration"
        FROM media ORDER BY account_id, id"#,
    ),
    (
        "other-details",
        r#"SELECT kind AS "Kind", account_id AS "TikTok Ad Account ID", id AS "ID", unpacked(packed) AS "Details"
        FROM details ORDER BY kind, account_id, id"#,
    ),
    (
        "last-syncs",
        r#"SELECT account_id AS "TikTok Ad Account ID", kind AS "What",
        strftime('%Y-%m-%dT%H:%M:%fZ', completed_at / 1000.0, 'unixepoch') AS "Last synced"
        FROM listing ORDER BY account_id, kind"#,
    ),
    (
        "syncs",
        r#"SELECT id AS "No.", kind AS "Kind", account_id AS "TikTok Ad Account ID", state AS "State",
        iif(automatic, 'Yes', '') AS "Automatic",
        strftime('%Y-%m-%dT%H:%M:%fZ', requested_at / 1000.0, 'unixepoch') AS "Requested",
        strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') AS "Started",
        strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') AS "Ended",
        done AS "Done", added AS "Added", changed AS "Changed", unchanged AS "Unchanged", gone AS "Gone",
        unreadable AS "Unreadable", problem AS "Problem" FROM sync_job ORDER BY id"#,
    ),
    DIRECTORY,
    (
        "allocated-accounts",
        r#"SELECT a.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name", x.name AS "XPO account",
        v.name AS "Advertiser", a.xpo_account_id AS "XPO account ID", a.advertiser_id AS "Advertiser ID"
        FROM allocation a JOIN ad_account t ON t.id = a.ad_account_id JOIN xpo_account x ON x.id = a.xpo_account_id
        JOIN advertiser v ON v.id = a.advertiser_id ORDER BY a.ad_account_id, a.advertiser_id"#,
    ),
    (
        "payment-modes",
        r#"SELECT l.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name", x.name AS "XPO account",
        iif(l.payment_mode = 'self', 'Self', 'Knorex') AS "Payment mode", l.xpo_account_id AS "XPO account ID"
        FROM link l JOIN ad_account t ON t.id = l.ad_account_id JOIN xpo_account x ON x.id = l.xpo_account_id
        ORDER BY l.ad_account_id, l.xpo_account_id"#,
    ),
    (
        "default-accounts",
        r#"SELECT x.name AS "XPO account", d.ad_account_id AS "TikTok Ad Account ID", t.name AS "Name",
        d.xpo_account_id AS "XPO account ID" FROM default_account d JOIN ad_account t ON t.id = d.ad_account_id
        JOIN xpo_account x ON x.id = d.xpo_account_id ORDER BY d.xpo_account_id"#,
    ),
    (
        "allocated-campaigns",
        r#"SELECT c.campaign_id AS "Campaign ID", f.name AS "Campaign Name",
        c.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account", v.name AS "Advertiser",
        iif(c.initialized IS NULL, '', 'Yes') AS "Initialized", c.advertiser_id AS "Advertiser ID"
        FROM campaign_allocation c JOIN campaign f ON f.account_id = c.ad_account_id AND f.id = c.campaign_id
        JOIN advertiser v ON v.id = c.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY c.campaign_id"#,
    ),
    (
        "allocated-audiences",
        r#"SELECT c.audience_id AS "Audience ID", f.name AS "Audience Name",
        c.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account", v.name AS "Advertiser",
        c.advertiser_id AS "Advertiser ID"
        FROM audience_allocation c JOIN audience f ON f.account_id = c.ad_account_id AND f.id = c.audience_id
        JOIN advertiser v ON v.id = c.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY c.audience_id, c.ad_account_id, c.advertiser_id"#,
    ),
    (
        "excluded-audiences",
        r#"SELECT audience_id AS "Audience ID",
        (SELECT name FROM audience WHERE id = audience_id LIMIT 1) AS "Audience Name"
        FROM audience_exclusion ORDER BY audience_id"#,
    ),
    (
        "goals-and-tags",
        r#"SELECT iif(g.kind = 'conversion_goal', 'Conversion goal', 'Remarketing tag') AS "Kind",
        g.name AS "Name", g.ad_account_id AS "TikTok Ad Account ID", x.name AS "XPO account", v.name AS "Advertiser",
        g.id AS "ID", g.advertiser_id AS "Advertiser ID"
        FROM goal g JOIN advertiser v ON v.id = g.advertiser_id JOIN xpo_account x ON x.id = v.xpo_account_id
        ORDER BY g.id"#,
    ),
    (
        "requests",
        r#"SELECT r.name AS "Ad Account name", r.industry AS "Industry", r.country AS "Country",
        r.currency AS "Currency", r.timezone AS "Timezone", r.note AS "Note", e.actor AS "Who",
        strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000.0, 'unixepoch') AS "Requested",
        upper(substr(r.state, 1, 1)) || substr(r.state, 2) AS "State", r.ad_account_id AS "TikTok Ad Account ID",
        r.id AS "Request ID" FROM request r JOIN entry e ON e.id = r.id ORDER BY e.seq"#,
    ),
    (
        "mails",
        r#"SELECT o.request_id AS "Request ID", o.mailing AS "No.", o.state AS "State",
        strftime('%Y-%m-%dT%H:%M:%fZ', o.queued_at / 1000.0, 'unixepoch') AS "Queued",
        strftime('%Y-%m-%dT%H:%M:%fZ', o.tried_at / 1000.0, 'unixepoch') AS "Tried",
        strftime('%Y-%m-%dT%H:%M:%fZ', o.ended_at / 1000.0, 'unixepoch') AS "Ended",
        o.attempts AS "Attempts", o.uncertain AS "Uncertain attempts", o.problem AS "Problem"
        FROM outbox o ORDER BY o.request_id, o.mailing"#,
    ),
    (
        "change-history",
        r#"SELECT e.seq AS "No.", strftime('%Y-%m-%dT%H:%M:%fZ', e.at / 1000.0, 'unixepoch') AS "When",
        e.actor AS "Who", replace(e.action, '_', ' ') AS "Action", e.undoes AS "Takes back no.", d.kind AS "What",
        d.object_id AS "Object ID", d.ad_account_id AS "TikTok Ad Account ID", t.name AS "TikTok Ad Account",
        d.holder_id AS "XPO account or advertiser ID", coalesce(v.name, x.name) AS "XPO account or advertiser",
        d.before AS "Before", d.after AS "After", e.id AS "Change ID"
        FROM entry e LEFT JOIN edit d ON d.entry = e.seq LEFT JOIN ad_account t ON t.id = d.ad_account_id
        LEFT JOIN advertiser v ON v.id = d.holder_id LEFT JOIN xpo_account x ON x.id = d.holder_id
        ORDER BY e.seq, d.n"#,
    ),
];

impl Book {
    /// Write everything into a new folder inside `parent`, and tell its name; saves go on meanwhile. `go_on` is told how
    /// many rows are written, every 10,000.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::FolderUnwritable`], [`Error::Cancelled`]; nothing is left behind then.
    pub fn export(
        &self,
        parent: &Path,
        format: Format,
        go_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Result<PathBuf> {
        let stamp = format_timestamp(Timestamp::now());
        let folder = parent.join(format!("{}-export-{stamp}", name::slug(&self.partner().name)));
        let draft = draft_of(&folder);
        let made = (|| {
            std::fs::create_dir_all(&draft).map_err(|e| Error::FolderUnwritable(e.to_string()))?;
            let reader = self.open_reader()?;
            raw_json::teach(&reader)?;
            // One moment for all tables.
            let moment = reader.unchecked_transaction()?;
            let mut rows = 0;
            for (name, query) in TABLES {
                let path = draft.join(format!("{name}.{}", format.word()));
                rows = write_table(&moment, query, TableFile::create(&path, format, rows)?, go_on)?;
            }
            std::fs::rename(&draft, &folder)?;
            sync_parent_folder(&folder);
            Ok(folder)
        })();
        if made.is_err() {
            std::fs::remove_dir_all(&draft).ok();
        }
        made
    }

    /// A new file in `folder` for a table of this partner's.
    pub fn place_for_table(&self, folder: &Path, what: &str, format: Format) -> PathBuf {
        let stamp = format_timestamp(Timestamp::now());
        folder.join(format!("{}-{what}-{stamp}.{}", name::slug(&self.partner().name), format.word()))
    }

    /// Write the XPO accounts and advertisers into a file that [`Book::read_directory_table`] reads back, replacing what
    /// is there.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::FolderUnwritable`]; what was there stays then.
    pub fn export_directory(&self, path: &Path) -> Result<()> {
        replace_file(path, |draft| {
            let file = TableFile::create(draft, Format::Csv, 0)?;
            write_table(&self.open_reader()?, DIRECTORY.1, file, &mut |_| ControlFlow::Continue(()))?;
            Ok(())
        })
    }
}

/// How many rows are written then.
fn write_table(
    book: &Connection,
    query: &str,
    mut file: TableFile,
    go_on: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<u64> {
    let mut statement = book.prepare(query)?;
    file.headings(statement.column_names())?;
    let width = statement.column_count();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let cells = (0..width).map(|column| row.get_ref(column));
        file.row(&cells.collect::<rusqlite::Result<Vec<_>>>()?, go_on)?;
    }
    file.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_book_is_exported() {
        // What a program keeps for itself: who the book is of is its name; the others are indexes and work under way.
        let own = [
            "partner",
            "revision",
            "tiktok_app",
            "entry_text",
            "sync_page",
            "sync_settings",
            "mail_settings",
        ];
        let place = tempfile::tempdir().unwrap();
        let (_, book) = crate::Folder::at(place.path()).create("Knorex").unwrap();
        let reader = book.read();
        let mut tables = reader
            .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
            .unwrap();
        let tables: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
        let word = |query: &str, table: &str| {
            query.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == table)
        };
        for table in tables.iter().filter(|name| !name.starts_with("sqlite_")) {
            let exported = TABLES.iter().any(|(_, query)| word(query, table));
            assert_eq!(exported, !own.contains(&table.as_str()), "{table}");
        }
    }
}

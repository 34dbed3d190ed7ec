//! The tables of a partner's file, and how files of earlier releases are migrated to them.

use std::sync::LazyLock;

/// One migration per released version, oldest first. SQLite's `user_version` is the number of migrations applied to a
/// file.
pub(crate) static MIGRATIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let migration = |(files, version): (&&[&str], usize)| {
        let new_tables = DECISION_TABLES.iter().filter(|decision| decision.since == version);
        let new_lines = [ENTRY_WORDS, ENTRY_IDS].into_iter().filter(|_| version == 1).map(lines_of_entries);
        let files = files.iter().map(|&sql| sql.to_owned());
        files.chain(new_lines).chain(new_tables.map(decision_triggers)).collect()
    };
    FILES.iter().zip(1..).map(migration).collect()
});

/// The files of each migration. They are never edited after their release: add `0002_….sql` instead.
const FILES: &[&[&str]] = &[&[
    include_str!("partner.sql"),
    include_str!("settings.sql"),
    include_str!("history.sql"),
    include_str!("directory.sql"),
    include_str!("allocations.sql"),
    include_str!("facts_accounts.sql"),
    include_str!("facts_objects.sql"),
    include_str!("sync_jobs.sql"),
    include_str!("requests.sql"),
]];

/// A table of decisions, and how the edits in the change history identify its rows: by up to three of its columns.
pub(crate) struct DecisionTable {
    /// The value of `edit_subject.kind`.
    pub kind: &'static str,
    pub table: &'static str,
    /// The view of the table that has the columns of the ids, where that is not the table itself.
    pub view: Option<&'static str>,
    /// The column of a campaign, audience, goal or request, or of an XPO account or advertiser itself. An entry can have many
    /// of them, so they are not in `edit_subject`.
    pub object_id: Option<&'static str>,
    pub ad_account_id: Option<&'static str>,
    /// The column of the advertiser or XPO account that has the object.
    pub holder_id: Option<&'static str>,
    /// The columns of the table that never change, besides those of the ids.
    immutable: &'static [&'static str],
    /// The column of the entry that last updated a row, where that is not `entry`, which then never changes.
    pub updated_by: Option<&'static str>,
    /// The migration that creates the table, which also creates its triggers.
    pub since: usize,
}

/// In the order of `decisions::kinds`.
pub(crate) const DECISION_TABLES: &[DecisionTable] = &[
    decisions("xpo_account", "xpo_account", [Some("id"), None, None], &[]),
    decisions("advertiser", "advertiser", [Some("id"), None, None], &["xpo_account_id"]),
    decisions("goal", "goal", [Some("id"), Some("ad_account_id"), Some("advertiser_id")], &["kind"]),
    decisions("payment", "account_link", [None, Some("ad_account_id"), Some("xpo_account_id")], &[]),
    decisions("default_account", "default_account", [None, None, Some("xpo_account_id")], &[]),
    decisions(
        "account_allocation",
        "allocation",
        [None, Some("ad_account_id"), Some("advertiser_id")],
        &["id", "xpo_account_id"],
    ),
    DecisionTable {
        view: Some("campaign_allocation"),
        updated_by: Some("initialized"),
        ..decisions(
            "campaign_allocation",
            "allocated_campaign",
            [Some("campaign_id"), Some("ad_account_id"), Some("advertiser_id")],
            &["campaign_id", "allocation", "entry"],
        )
    },
    decisions(
        "audience_allocation",
        "audience_allocation",
        [Some("audience_id"), Some("ad_account_id"), Some("advertiser_id")],
        &[],
    ),
    decisions("audience_exclusion", "audience_exclusion", [Some("audience_id"), None, None], &[]),
    decisions(
        "request",
        "request",
        [Some("id"), None, None],
        &["name", "name_folded", "industry", "country", "currency", "timezone", "note"],
    ),
];

impl DecisionTable {
    /// Returns the columns that identify a row, in the order of the columns of `edit`.
    pub fn ids(&self) -> [Option<&'static str>; 3] {
        [self.object_id, self.ad_account_id, self.holder_id]
    }

    /// Returns the table or view that has the columns of the ids.
    pub fn readable(&self) -> &'static str {
        self.view.unwrap_or(self.table)
    }
}

const fn decisions(
    kind: &'static str,
    table: &'static str,
    [object_id, ad_account_id, holder_id]: [Option<&'static str>; 3],
    immutable: &'static [&'static str],
) -> DecisionTable {
    DecisionTable {
        kind,
        table,
        view: None,
        object_id,
        ad_account_id,
        holder_id,
        immutable,
        updated_by: None,
        since: 1,
    }
}

/// Invariant 7: a decision is inserted, updated or deleted only while the history entry of the change is open. Tables with
/// large changes have no foreign key to the entry in addition, because SQLite would then journal every page that a statement
/// touches. The columns that identify a decision never change; another decision is another row.
fn decision_triggers(decision: &DecisionTable) -> String {
    let DecisionTable { table, updated_by, .. } = decision;
    let updated_by = updated_by.unwrap_or("entry");
    let ids = if decision.view.is_some() { [None; 3] } else { decision.ids() };
    let identity = ids.iter().flatten().chain(decision.immutable).copied().collect::<Vec<_>>().join(", ");
    let needs_open_entry = |event: &str, operation: &str, entry: &str| {
        format!(
            "CREATE TRIGGER {table}_{event}_needs_open_entry BEFORE {operation} ON {table}
             WHEN {entry} NOT IN (SELECT seq FROM entry)
                 OR EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = {entry})
             BEGIN SELECT RAISE(ROLLBACK, 'a decision can change only while its history entry is open'); END;\n"
        )
    };
    [
        needs_open_entry("insert", "INSERT", "NEW.entry"),
        needs_open_entry("update", "UPDATE", &format!("NEW.{updated_by}")),
        needs_open_entry("delete", "DELETE", "(SELECT max(seq) FROM entry)"),
        format!(
            "CREATE TRIGGER {table}_identity_never_changes BEFORE UPDATE OF {identity} ON {table}
             BEGIN SELECT RAISE(ROLLBACK, 'the identity of a decision cannot change'); END;\n"
        ),
    ]
    .concat()
}

/// What the history is searched by, as it was at the time of the change: each word of actor, action, summary,
/// kinds of decisions, values and names.
pub(crate) const ENTRY_WORDS: &str = "entry_words";

/// The ids of what the first edits of each entry are about.
pub(crate) const ENTRY_IDS: &str = "entry_ids";

/// A table with a line for each history entry. A row has those of successive entries. Invariant 7: a line is added while its
/// entry is open, and never changes.
fn lines_of_entries(table: &str) -> String {
    let added = "substr(NEW.lines, length(OLD.lines) + 1)";
    let is_line = |text: &str| format!("{text} <> '' AND instr({text}, char(10)) = length({text})");
    let is_open = |entry: &str| {
        format!(
            "{entry} IN (SELECT seq FROM entry)
                 AND NOT EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = {entry})"
        )
    };
    let trigger = |event: &str, operation: &str, condition: &str| {
        format!(
            "CREATE TRIGGER {table}_{event} BEFORE {operation} ON {table} WHEN NOT ({condition})
             BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;\n"
        )
    };
    let is_first = format!(
        "NEW.entries = 1 AND {} AND {}
             AND NEW.first >= coalesce((SELECT max(l.first) + l.entries FROM {table} l), 1)",
        is_line("NEW.lines"),
        is_open("NEW.first")
    );
    let is_next = format!(
        "NEW.first = OLD.first AND NEW.entries = OLD.entries + 1 AND {} AND {}
             AND substr(NEW.lines, 1, length(OLD.lines)) = OLD.lines",
        is_line(added),
        is_open("OLD.first + OLD.entries")
    );
    [
        format!(
            "CREATE TABLE {table} (
                 first INTEGER PRIMARY KEY,
                 entries INTEGER NOT NULL,
                 lines TEXT NOT NULL
             ) STRICT;\n"
        ),
        trigger("insert_is_an_open_entry", "INSERT", &is_first),
        trigger("update_adds_an_open_entry", "UPDATE", &is_next),
        trigger("is_never_deleted", "DELETE", "false"),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_with_a_history_entry_is_protected_by_the_decision_triggers() {
        let book = rusqlite::Connection::open_in_memory().unwrap();
        crate::store::connection::add_functions(&book).unwrap();
        for migration in &*MIGRATIONS {
            book.execute_batch(migration).unwrap();
        }
        let mut statement = book
            .prepare(
                "SELECT s.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
                 WHERE s.type = 'table' AND c.name = 'entry' AND s.name NOT IN ('edit_row', 'entry_text')",
            )
            .unwrap();
        let mut found: Vec<String> =
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let mut listed: Vec<_> = DECISION_TABLES.iter().map(|decision| decision.table).collect();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }
}

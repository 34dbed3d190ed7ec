//! The kinds of decisions.
//!
//! A decision has a key, which says what it is about, and, while it is in force, a value. Each kind has a file here with
//! its key, its value, and how they are stored. The list below is the only one in Rust: the change history, undo and the export
//! derive from it. [`DECISION_TABLES`] lists their tables in the same order.

use std::fmt::Debug;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::named::{Named, ObjectKind};
use crate::schema::{DECISION_TABLES, DecisionTable};
use crate::text_enum::text_enum;
use crate::{Error, Result};

/// `Kind = "text in the history", "Label", module;`. The module has the key, which is named like the kind.
macro_rules! kinds {
    ($($kind:ident = $text:literal, $label:literal, $module:ident;)*) => {
        $(pub(crate) mod $module;)*
        $(pub(crate) use $module::$kind;)*

        text_enum! {
            DecisionKind { $($kind = $text, $label)* }
        }

        pub(crate) const KINDS: &[Kind] = &[$(Kind::of::<$kind>()),*];

        /// An edit of any kind of decision.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum AnyEdit { $($kind(Edit<$kind>)),* }

        /// Evaluates an expression with the edit inside an [`AnyEdit`].
        macro_rules! with_edit {
            ($any:expr, $edit:ident => $then:expr) => {
                match $any { $($crate::decisions::kinds::AnyEdit::$kind($edit) => $then),* }
            };
        }
        pub(crate) use with_edit;

        impl AnyEdit {
            /// Reads the columns of a row of `edit`.
            pub fn from_texts(
                kind: DecisionKind,
                ids: Ids,
                before: Option<String>,
                after: Option<String>,
            ) -> Result<AnyEdit> {
                Ok(match kind {
                    $(DecisionKind::$kind => AnyEdit::$kind(Edit::from_texts(ids, before, after)?)),*
                })
            }
        }

        $(impl Listed for $kind {
            const KIND: DecisionKind = DecisionKind::$kind;

            fn wrap(edit: Edit<$kind>) -> AnyEdit {
                AnyEdit::$kind(edit)
            }

            fn of(edit: &AnyEdit) -> Option<&Edit<$kind>> {
                match edit { AnyEdit::$kind(edit) => Some(edit), _ => None }
            }

            fn of_mut(edit: &mut AnyEdit) -> Option<&mut Edit<$kind>> {
                match edit { AnyEdit::$kind(edit) => Some(edit), _ => None }
            }
        })*
    };
}

kinds! {
    XpoAccount = "xpo_account", "XPO account", xpo_account;
    Advertiser = "advertiser", "Advertiser", advertiser;
    Goal = "goal", "Goal or tag", goal;
    Payment = "payment", "Payment mode", payment;
    DefaultAccount = "default_account", "Default TikTok account", default_account;
    AccountAllocation = "account_allocation", "TikTok ad account", account_allocation;
    CampaignAllocation = "campaign_allocation", "Campaign", campaign_allocation;
    AudienceAllocation = "audience_allocation", "Audience", audience_allocation;
    AudienceExclusion = "audience_exclusion", "Excluded audience", audience_exclusion;
    Request = "request", "Request", request;
}

impl DecisionKind {
    fn table(self) -> &'static DecisionTable {
        &DECISION_TABLES[self as usize]
    }
}

/// What the list of kinds knows about each of them.
pub(crate) struct Kind {
    pub kind: DecisionKind,
    pub holder: Option<ObjectKind>,
    pub names_ad_account: Option<&'static str>,
    pub export: Option<(&'static str, &'static str)>,
    /// Returns the ids and the value of every decision of the kind that is in force.
    pub in_force: fn(&Connection) -> Result<Vec<(Ids, String)>>,
}

impl Kind {
    const fn of<K: DecisionKey>() -> Kind {
        Kind {
            kind: K::KIND,
            holder: K::HOLDER,
            names_ad_account: K::NAMES_AD_ACCOUNT,
            export: K::EXPORT,
            in_force: in_force::<K>,
        }
    }
}

/// Implemented by the list of kinds for each of them.
pub(crate) trait Listed: Sized {
    const KIND: DecisionKind;

    fn wrap(edit: Edit<Self>) -> AnyEdit
    where
        Self: DecisionKey;

    fn of(edit: &AnyEdit) -> Option<&Edit<Self>>
    where
        Self: DecisionKey;

    fn of_mut(edit: &mut AnyEdit) -> Option<&mut Edit<Self>>
    where
        Self: DecisionKey;
}

/// The ids of a decision as the `edit` table stores them: object, TikTok ad account, holder. Unused ones are empty.
pub(crate) type Ids = [String; 3];

/// What a decision is about. The type says which kind it is.
pub(crate) trait DecisionKey: Listed + Clone + Debug + PartialEq {
    type Value: DecisionValue;

    /// Which kind of object the decision is about, besides the TikTok ad account and the holder.
    const OBJECT: Option<ObjectKind> = None;
    /// Whether an XPO account or an advertiser holds the decision.
    const HOLDER: Option<ObjectKind> = None;
    /// The SQL expressions that [`DecisionKey::value`] reads from a row `d` of the table.
    const VALUE: &'static str;
    /// Whether decisions of this kind come and go with allocations: outcomes do not count them as added or removed.
    const FOLLOWS_ALLOCATIONS: bool = false;
    /// An SQL condition on a row of `edit` whose values name the TikTok ad account `{}`.
    const NAMES_AD_ACCOUNT: Option<&'static str> = None;
    /// The name of the file that the export of a whole book has for the table, and the query for it. `None` if it is
    /// exported together with another table.
    const EXPORT: Option<(&'static str, &'static str)>;

    /// In the order of [`Ids`].
    fn ids(&self) -> [&str; 3];

    fn from_ids(ids: Ids) -> Self;

    /// Reads the columns of [`DecisionKey::VALUE`], which come first in `row`.
    fn value(row: &Row<'_>) -> rusqlite::Result<Self::Value>;

    /// Inserts or updates the row, as decided by `entry`.
    fn write(&self, book: &Transaction<'_>, entry: i64, value: &Self::Value) -> Result<()>;

    /// Returns the value that is in force.
    fn read(&self, book: &Connection) -> Result<Option<Self::Value>> {
        let (condition, ids) = self.condition();
        let (value, table) = (Self::VALUE, Self::KIND.table().table);
        Ok(book
            .prepare_cached(&format!("SELECT {value} FROM {table} d WHERE {condition}"))?
            .query_row(params_from_iter(ids), Self::value)
            .optional()?)
    }

    fn delete(&self, book: &Transaction<'_>) -> Result<()> {
        let (condition, ids) = self.condition();
        let sql = format!("DELETE FROM {} AS d WHERE {condition}", Self::KIND.table().table);
        book.prepare_cached(&sql)?.execute(params_from_iter(ids))?;
        Ok(())
    }

    /// The SQL condition that the row of this key meets, and its parameters.
    fn condition(&self) -> (String, Vec<&str>) {
        let columns = Self::KIND.table().ids().into_iter().zip(self.ids());
        let (conditions, ids): (Vec<String>, Vec<&str>) =
            columns.filter_map(|(column, id)| Some((format!("d.{} = ?", column?), id))).unzip();
        (conditions.join(" AND "), ids)
    }

    /// The object, the TikTok ad account and the holder, with their names.
    fn names(&self, book: &Connection) -> Result<[Option<Named>; 3]> {
        let kinds = [Self::OBJECT, Some(ObjectKind::AdAccount), Self::HOLDER];
        let [object, ad_account, holder] = self.ids();
        let named = |kind: Option<ObjectKind>, id: &str| {
            kind.filter(|_| !id.is_empty()).map(|kind| Named::of(book, kind, id)).transpose()
        };
        Ok([named(kinds[0], object)?, named(kinds[1], ad_account)?, named(kinds[2], holder)?])
    }
}

fn in_force<K: DecisionKey>(book: &Connection) -> Result<Vec<(Ids, String)>> {
    let (value, table) = (K::VALUE, K::KIND.table());
    let ids = table.ids().map(|column| column.map_or("''".to_owned(), |name| format!("d.{name}"))).join(", ");
    let mut statement = book.prepare(&format!("SELECT {value}, {ids} FROM {} d", table.table))?;
    let first = statement.column_count() - 3;
    let rows = statement.query_map([], |row| {
        let ids = [row.get(first)?, row.get(first + 1)?, row.get(first + 2)?];
        Ok((ids, K::value(row)?.to_text()))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What was decided. The history stores values as JSON unless their type has a text of its own.
pub(crate) trait DecisionValue: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::FileDamaged(error.to_string()))
    }

    /// The text that people read beside the names of the decision's key.
    fn label(&self, book: &Connection) -> Result<String>;
}

/// Implements [`DecisionValue`] for enums made by `text_enum!`.
macro_rules! text_values {
    ($($value:ident)*) => {$(
        impl $crate::decisions::kinds::DecisionValue for $value {
            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }

            fn from_text(text: &str) -> $crate::Result<Self> {
                $value::parse(text).ok_or_else(|| $crate::Error::FileDamaged(format!("an unknown value: {text}")))
            }

            fn label(&self, _book: &rusqlite::Connection) -> $crate::Result<String> {
                Ok($value::label(*self).to_owned())
            }
        }
    )*};
}
use text_values;

/// A decision before and after a change; `None` where it is not in force.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edit<K: DecisionKey> {
    pub key: K,
    pub before: Option<K::Value>,
    pub after: Option<K::Value>,
}

impl<K: DecisionKey> Edit<K> {
    fn from_texts(ids: Ids, before: Option<String>, after: Option<String>) -> Result<Edit<K>> {
        let value = |text: Option<String>| text.as_deref().map(K::Value::from_text).transpose();
        Ok(Edit { key: K::from_ids(ids), before: value(before)?, after: value(after)? })
    }

    /// As the history stores them: before and after.
    fn texts(&self) -> [Option<String>; 2] {
        [&self.before, &self.after].map(|value| value.as_ref().map(K::Value::to_text))
    }
}

impl AnyEdit {
    pub fn kind(&self) -> DecisionKind {
        fn kind<K: DecisionKey>(_: &Edit<K>) -> DecisionKind {
            K::KIND
        }
        with_edit!(self, edit => kind(edit))
    }

    pub fn ids(&self) -> [&str; 3] {
        with_edit!(self, edit => edit.key.ids())
    }

    pub fn texts(&self) -> [Option<String>; 2] {
        with_edit!(self, edit => edit.texts())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_table_and_the_table_its_triggers() {
        let place = tempfile::tempdir().unwrap();
        let (_, book) = crate::Folder::at(place.path()).create("Knorex").unwrap();
        let book = book.read();
        let mut statement = book
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?")
            .unwrap();
        assert_eq!(KINDS.len(), DECISION_TABLES.len());
        for kind in KINDS.iter().map(|kind| kind.kind) {
            let DecisionTable { kind: text, table, .. } = kind.table();
            assert_eq!(kind.as_str(), *text);
            let triggers: Vec<String> = statement
                .query_map([table], |row| row.get(0))
                .unwrap()
                .collect::<rusqlite::Result<_>>()
                .unwrap();
            for suffix in [
                "insert_needs_open_entry",
                "update_needs_open_entry",
                "delete_needs_open_entry",
                "identity_never_changes",
            ] {
                let trigger = format!("{table}_{suffix}");
                assert!(triggers.contains(&trigger), "{trigger}");
            }
        }
    }
}

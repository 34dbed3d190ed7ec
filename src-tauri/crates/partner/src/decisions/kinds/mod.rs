//! The kinds of decisions.
//!
//! A decision has a key, which says what it is about, and, while it is in force, a value. Each kind has a file here with
//! its key, its value, and how they are stored. The list below is the only one in Rust: the change history, undo and the
//! export derive from it. [`DECISION_TABLES`] lists their tables in the same order.

use std::fmt::Debug;

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params_from_iter};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ids::id_at;
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
    };
}

kinds! {
    XpoAccount = "xpo_account", "XPO account", xpo_account;
    Advertiser = "advertiser", "Advertiser", advertiser;
    Goal = "goal", "Goal or tag", goal;
    Payment = "payment", "Payment mode", payment;
    DefaultAccount = "default_account", "Default account", default_account;
    AccountAllocation = "account_allocation", "TikTok ad account", account_allocation;
    CampaignAllocation = "campaign_allocation", "Campaign", campaign_allocation;
    AudienceAllocation = "audience_allocation", "Audience", audience_allocation;
    AudienceExclusion = "audience_exclusion", "Exclusion", audience_exclusion;
    Request = "request", "Request", request;
}

impl DecisionKind {
    fn table(self) -> &'static DecisionTable {
        &DECISION_TABLES[self as usize]
    }
}

/// The properties of a kind of decision in the list of kinds.
pub(crate) struct Kind {
    pub kind: DecisionKind,
    pub holder: Option<ObjectKind>,
    pub names_ad_account: Option<&'static str>,
    pub export: Option<Export>,
    /// Returns every decision of the kind that is in force.
    #[cfg(feature = "testing")]
    pub in_force: fn(&Connection) -> Result<Vec<StoredDecision>>,
}

impl Kind {
    const fn of<K: Decision>() -> Kind {
        Kind {
            kind: K::KIND,
            holder: K::OBJECTS[HOLDER],
            names_ad_account: K::NAMES_AD_ACCOUNT,
            export: K::EXPORT,
            #[cfg(feature = "testing")]
            in_force: in_force::<K>,
        }
    }
}

/// The name of a file in the export of a whole book, and the query for its rows.
pub(crate) type Export = (&'static str, &'static str);

/// The ids of a decision as the `edit` table stores them: object, TikTok ad account, holder. Unused ones are empty.
pub(crate) type Ids = [String; 3];

/// Reads the ids from the columns `first` and later.
pub(crate) fn ids(row: &Row<'_>, first: usize) -> rusqlite::Result<Ids> {
    Ok([id_at(row, first)?, id_at(row, first + 1)?, id_at(row, first + 2)?])
}

/// The ids and the value of a decision, as the `edit` table stores them.
#[cfg(feature = "testing")]
pub(crate) type StoredDecision = (Ids, String);

/// The index in [`Ids`] of a campaign, audience, goal or request, and of an XPO account or advertiser that is added or changed.
const OBJECT: usize = 0;
const AD_ACCOUNT: usize = 1;
/// The index in [`Ids`] of the advertiser or XPO account that has the object.
const HOLDER: usize = 2;

/// The key of a decision: the objects that it is about. Implemented by `key!`.
pub(crate) trait Key: Clone + Debug + PartialEq {
    type Value: DecisionValue;

    const KIND: DecisionKind;
    /// The kinds of objects that have the ids.
    const OBJECTS: [Option<ObjectKind>; 3];

    fn ids(&self) -> [&str; 3];

    /// Returns the objects that have the ids.
    fn objects(&self) -> impl DoubleEndedIterator<Item = (ObjectKind, &str)> {
        Self::OBJECTS.into_iter().zip(self.ids()).filter_map(|(kind, id)| Some((kind?, id)))
    }

    fn from_ids(ids: Ids) -> Self;

    fn wrap(edit: Edit<Self>) -> AnyEdit;

    fn of(edit: &AnyEdit) -> Option<&Edit<Self>>;

    fn of_mut(edit: &mut AnyEdit) -> Option<&mut Edit<Self>>;
}

/// Defines the key of a kind: `Kind { field: Id = index in Ids } = type of the value`.
macro_rules! key {
    ($key:ident { $($field:ident: $id:ident = $place:ident),* } = $value:ty) => {
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub(crate) struct $key { $(pub $field: $id),* }

        impl $key {
            pub fn new($($field: &$id),*) -> $key {
                $key { $($field: $field.clone()),* }
            }
        }

        impl $crate::decisions::kinds::Key for $key {
            type Value = $value;

            const KIND: $crate::decisions::DecisionKind = $crate::decisions::DecisionKind::$key;
            const OBJECTS: [Option<$crate::named::ObjectKind>; 3] = {
                let mut objects = [None; 3];
                $(objects[super::$place] = Some(<$id as $crate::named::ObjectId>::KIND);)*
                objects
            };

            fn ids(&self) -> [&str; 3] {
                let mut ids = [""; 3];
                $(ids[super::$place] = self.$field.as_str();)*
                ids
            }

            fn from_ids(mut ids: super::Ids) -> $key {
                $key { $($field: $id(std::mem::take(&mut ids[super::$place]))),* }
            }

            fn wrap(edit: super::Edit<$key>) -> super::AnyEdit {
                super::AnyEdit::$key(edit)
            }

            fn of(edit: &super::AnyEdit) -> Option<&super::Edit<$key>> {
                match edit { super::AnyEdit::$key(edit) => Some(edit), _ => None }
            }

            fn of_mut(edit: &mut super::AnyEdit) -> Option<&mut super::Edit<$key>> {
                match edit { super::AnyEdit::$key(edit) => Some(edit), _ => None }
            }
        }
    };
}
use key;

/// How a kind of decision is stored.
pub(crate) trait Decision: Key {
    /// The SQL expressions that [`DecisionValue::from_row`] reads from a row `d` of the table.
    const VALUE: &'static str;
    /// Whether decisions of this kind come and go with allocations: outcomes do not count them as added or removed.
    const FOLLOWS_ALLOCATIONS: bool = false;
    /// An SQL condition on a row of `edit` whose values name the TikTok ad account `{}`.
    const NAMES_AD_ACCOUNT: Option<&'static str> = None;
    /// `None` if the table is exported together with another one.
    const EXPORT: Option<Export>;

    /// Inserts the row if it `is_new`, or updates it, as decided by `entry`.
    fn write(&self, book: &Transaction<'_>, entry: i64, value: &Self::Value, is_new: bool) -> Result<()>;

    /// Returns the value that is in force.
    fn read(&self, book: &Connection) -> Result<Option<Self::Value>> {
        let (condition, ids) = self.condition();
        let (value, table) = (Self::VALUE, Self::KIND.table().readable());
        Ok(book
            .prepare_cached(&format!("SELECT {value} FROM {table} d WHERE {condition}"))?
            .query_row(params_from_iter(ids), Self::Value::from_row)
            .optional()?)
    }

    fn delete(&self, book: &Transaction<'_>) -> Result<()> {
        let (condition, ids) = self.condition();
        let sql = format!("DELETE FROM {} AS d WHERE {condition}", Self::KIND.table().table);
        book.prepare_cached(&sql)?.execute(params_from_iter(ids))?;
        Ok(())
    }

    /// Returns the SQL condition that the row of this key meets, and its parameters.
    fn condition(&self) -> (String, Vec<&str>) {
        let columns = Self::KIND.table().ids().into_iter().zip(self.ids());
        let (conditions, ids): (Vec<String>, Vec<&str>) =
            columns.filter_map(|(column, id)| Some((format!("d.{} = ?", column?), id))).unzip();
        (conditions.join(" AND "), ids)
    }

    /// Returns the object, the TikTok ad account, and the XPO account or advertiser, as `named` finds them.
    fn names(&self, named: impl Fn(ObjectKind, &str) -> Result<Named>) -> Result<[Option<Named>; 3]> {
        let mut names = [None, None, None];
        for (kind, id) in self.objects() {
            let place = match kind {
                ObjectKind::AdAccount => AD_ACCOUNT,
                ObjectKind::XpoAccount | ObjectKind::Advertiser => HOLDER,
                _ => OBJECT,
            };
            names[place] = Some(named(kind, id)?);
        }
        Ok(names)
    }
}

/// Runs a statement that writes the row of a decision.
///
/// # Errors
/// Also if it writes no row: the history would have an edit without an effect.
fn write_row(book: &Transaction<'_>, sql: &str, values: impl Params) -> Result<()> {
    match book.prepare_cached(sql)?.execute(values)? {
        1 => Ok(()),
        rows => Err(rusqlite::Error::StatementChangedRows(rows).into()),
    }
}

#[cfg(feature = "testing")]
fn in_force<K: Decision>(book: &Connection) -> Result<Vec<StoredDecision>> {
    let (value, table) = (K::VALUE, K::KIND.table());
    let columns =
        table.ids().map(|column| column.map_or("''".to_owned(), |name| format!("d.{name}"))).join(", ");
    let mut statement = book.prepare(&format!("SELECT {value}, {columns} FROM {} d", table.readable()))?;
    let first = statement.column_count() - 3;
    let rows = statement.query_map([], |row| Ok((ids(row, first)?, K::Value::from_row(row)?.to_text())))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The value of a decision. The history stores values as JSON unless their type has a text of its own.
pub(crate) trait DecisionValue: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// Reads the columns of [`Decision::VALUE`], which come first in `row`.
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self>;

    fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn from_text(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::FileDamaged(error.to_string()))
    }

    /// Returns the text that people read beside the names of the decision's key.
    fn label(&self, book: &Connection) -> Result<String>;
}

/// Implements [`DecisionValue`] for an enum made by `text_enum!`.
macro_rules! text_value {
    ($value:ident) => {
        impl $crate::decisions::kinds::DecisionValue for $value {
            fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                row.get(0)
            }

            fn to_text(&self) -> String {
                self.as_str().to_owned()
            }

            fn from_text(text: &str) -> $crate::Result<Self> {
                $value::parse(text)
                    .ok_or_else(|| $crate::Error::FileDamaged(format!("an unknown value: {text}")))
            }

            fn label(&self, _book: &rusqlite::Connection) -> $crate::Result<String> {
                Ok($value::label(*self).to_owned())
            }
        }
    };
}
use text_value;

/// A decision before and after a change; `None` where it is not in force.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edit<K: Key> {
    pub key: K,
    pub before: Option<K::Value>,
    pub after: Option<K::Value>,
}

impl<K: Key> Edit<K> {
    fn from_texts(ids: Ids, before: Option<String>, after: Option<String>) -> Result<Edit<K>> {
        let value = |text: Option<String>| text.as_deref().map(K::Value::from_text).transpose();
        Ok(Edit { key: K::from_ids(ids), before: value(before)?, after: value(after)? })
    }

    fn texts(&self) -> [Option<String>; 2] {
        [&self.before, &self.after].map(|value| value.as_ref().map(K::Value::to_text))
    }

    fn kind(&self) -> DecisionKind {
        K::KIND
    }
}

impl AnyEdit {
    pub fn kind(&self) -> DecisionKind {
        with_edit!(self, edit => edit.kind())
    }

    pub fn ids(&self) -> [&str; 3] {
        with_edit!(self, edit => edit.key.ids())
    }

    /// Returns the kind and the ids of the decision.
    pub fn decision(&self) -> (DecisionKind, Ids) {
        (self.kind(), self.ids().map(str::to_owned))
    }

    /// Returns the values before and after, as the history stores them.
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
        let mut statement =
            book.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?").unwrap();
        assert_eq!(KINDS.len(), DECISION_TABLES.len());
        for kind in KINDS {
            let DecisionTable { kind: text, table, .. } = kind.kind.table();
            assert_eq!(kind.kind.as_str(), *text);
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

    #[test]
    fn every_kind_has_the_ids_that_its_table_has() {
        fn objects<K: Decision>(_: &K) -> [bool; 3] {
            K::OBJECTS.map(|object| object.is_some())
        }
        for kind in KINDS {
            let edit = AnyEdit::from_texts(kind.kind, Ids::default(), None, None).unwrap();
            let has_column = kind.kind.table().ids().map(|column| column.is_some());
            assert_eq!(
                with_edit!(&edit, edit => objects(&edit.key)),
                has_column,
                "{kind:?}",
                kind = kind.kind
            );
        }
    }

    #[test]
    fn an_update_of_a_decision_that_the_file_does_not_have_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = crate::Folder::at(dir.path()).create("Knorex").unwrap();
        let client = crate::ids::XpoAccountId("00000000-0000-7000-8000-000000000001".into());
        let value =
            DecisionValue::from_text(r#"{"name":"Client","state":"active","archived":false}"#).unwrap();
        let update = |book: &Transaction<'_>| XpoAccount::new(&client).write(book, 1, &value, false);
        assert!(matches!(book.write(update), Err(Error::Sql(rusqlite::Error::StatementChangedRows(0)))));
    }
}

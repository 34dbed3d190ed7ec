//! Rows of a listing: the columns that people want to see, and all the rest as TikTok wrote it.

use std::{fmt, ops::Range, sync::Arc};

use compact_str::CompactString;
use serde::de::DeserializeOwned;

/// JSON text of one row, part of the page that it came in. The page stays in memory as long as one of these does.
#[derive(Clone, Default)]
pub struct Json {
    page: Option<Arc<String>>,
    at: Range<usize>,
}

impl Json {
    pub(crate) fn part_of(page: &Arc<String>, at: Range<usize>) -> Self {
        Json { page: Some(page.clone()), at }
    }

    /// The text, an object.
    pub fn as_str(&self) -> &str {
        self.page.as_ref().and_then(|page| page.get(self.at.clone())).unwrap_or_default()
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// A row of one of TikTok's lists.
pub trait Row: DeserializeOwned + Send + Sync + 'static {
    /// Path below the API address.
    const ENDPOINT: &'static str;
    /// The list's name in `data`.
    const LIST: &'static str = "list";
    /// The key of the id in a row.
    const ID: &'static str;

    /// What tells this row from all others of its list.
    fn key(&self) -> &str;

    /// Takes the row's own text.
    fn keep(&mut self, json: Json);
}

/// What a page brought.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// In TikTok's order.
    pub rows: Vec<T>,
    /// Those that could not be read.
    pub bad: Vec<BadRow>,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page { rows: Vec::new(), bad: Vec::new() }
    }
}

/// A row that is not as TikTok describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct BadRow {
    /// Its id, if that much can be read: the object is there, and only its details are unknown.
    pub id: Option<CompactString>,
    /// The column and what is wrong with it. Hostile text.
    pub why: String,
    /// The row.
    pub json: Json,
}

/// Declares a row: its id, what it belongs to, its columns, each with its key.
macro_rules! row {
    (
        $(#[$doc:meta])*
        $name:ident at $endpoint:literal $list:literal {
            $id:ident = $id_key:literal,
            $($(#[$parent_doc:meta])* $parent:ident: $parent_id:ident = $parent_key:literal,)*
        }
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal,)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Deserialize)]
        pub struct $name {
            /// Its id.
            #[serde(rename = $id_key, deserialize_with = "crate::column::read")]
            pub id: $crate::$id,
            $(
                $(#[$parent_doc])*
                #[serde(rename = $parent_key, deserialize_with = "crate::column::read")]
                pub $parent: $crate::$parent_id,
            )*
            $(
                $(#[$field_doc])*
                #[serde(rename = $key, default, deserialize_with = "crate::column::read")]
                pub $field: $type,
            )*
            /// The whole row, the columns above included.
            #[serde(skip)]
            pub json: $crate::Json,
        }

        impl $crate::row::Row for $name {
            const ENDPOINT: &'static str = $endpoint;
            const LIST: &'static str = $list;
            const ID: &'static str = $id_key;

            fn key(&self) -> &str {
                self.id.as_str()
            }

            fn keep(&mut self, json: $crate::Json) {
                self.json = json;
            }
        }
    };
}

pub(crate) use row;

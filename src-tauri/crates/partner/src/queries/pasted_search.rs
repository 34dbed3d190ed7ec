//! What was found of a list of names and ids that was pasted into a search field.

use std::collections::HashSet;

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use specta::Type;

use crate::Result;

/// How many terms of a pasted list were found, before filters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct Pasted {
    pub terms: u32,
    /// The terms that no row has, as they were pasted.
    pub missing: Vec<String>,
}

/// The terms of a search for a pasted list, and the statement that finds those without a row.
#[derive(Debug, Clone)]
pub(crate) struct PastedSearch {
    pub terms: Vec<String>,
    pub missing: String,
    pub values: Vec<rusqlite::types::Value>,
}

impl PastedSearch {
    pub(crate) fn report(&self, book: &Connection) -> Result<Pasted> {
        let mut statement = book.prepare(&self.missing)?;
        let missing = statement.query_map(params_from_iter(&self.values), |row| row.get(0))?;
        let missing = missing.collect::<rusqlite::Result<HashSet<u32>>>()?;
        let missing = (0..).zip(&self.terms).filter(|(index, _)| missing.contains(index));
        Ok(Pasted {
            terms: u32::try_from(self.terms.len()).unwrap_or(u32::MAX),
            missing: missing.map(|(_, term)| term.clone()).collect(),
        })
    }
}

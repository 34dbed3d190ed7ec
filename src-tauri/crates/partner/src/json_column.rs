//! Values that a column holds as JSON.

use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a column. A value that does not have the expected form counts as missing, so that one damaged row does not
/// block the others.
pub(crate) fn read<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let json: Option<String> = row.get(column)?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

/// Returns the value for a column, or for `json_each`.
pub(crate) fn json<T: Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

//! A partner's file, opened for any SQL.

use std::path::Path;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, OpenFlags};

/// Opens a file with the function `fold`, which the indexes of names use.
pub fn open(path: impl AsRef<Path>, flags: OpenFlags) -> Connection {
    let file = Connection::open_with_flags(path, flags).unwrap();
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let fold = |call: &Context<'_>| Ok(partner::fold(call.get_raw(0).as_str()?));
    file.create_scalar_function("fold", 1, flags, fold).unwrap();
    file
}

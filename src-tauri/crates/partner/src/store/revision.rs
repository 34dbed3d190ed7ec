//! The stamp in every partner's file that identifies its state.
//!
//! Every transaction updates the stamp, so each transaction in the write-ahead log contains one, on a page of its own that
//! can be recognized without SQLite. This is what the stamps tell:
//!
//! - whether a log belongs to the file beside it, in this state: the log continues from a state that the file has reached;
//! - whether changes are missing: a stamp counts the transactions before it, and names the last acknowledged change. If
//!   the file with its log has not reached the last acknowledged change, the log is damaged. If it has, whatever else the
//!   log has lost was never acknowledged;
//! - whether the file is the one that was last closed on this computer, or another copy of it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Error, Result};

/// Identifies one session, from opening a file to closing it.
pub(super) type Nonce = [u8; 16];

const MAGIC: [u8; 8] = *b"XPOstamp";

pub(super) const LENGTH: usize = 56;

/// The page type of a table's leaf in SQLite's file format.
const TABLE_LEAF: u8 = 0x0D;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub session: Nonce,
    /// The session whose file this session opened.
    pub parent: Nonce,
    /// The number of transactions since the file was created.
    pub count: u64,
    /// The number of the last transaction that was acknowledged before this one was written.
    pub acknowledged: u64,
}

impl Stamp {
    /// The stamp of a new file.
    pub fn new() -> Stamp {
        Stamp { session: new_nonce(), parent: [0; 16], count: 0, acknowledged: 0 }
    }

    /// The first stamp of a session that opens a file with this one.
    pub fn of_next_session(&self) -> Stamp {
        Stamp { session: new_nonce(), parent: self.session, count: self.count + 1, acknowledged: self.count }
    }

    fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..24].copy_from_slice(&self.session);
        bytes[24..40].copy_from_slice(&self.parent);
        bytes[40..48].copy_from_slice(&self.count.to_be_bytes());
        bytes[48..].copy_from_slice(&self.acknowledged.to_be_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Stamp> {
        let bytes: &[u8; LENGTH] = bytes.try_into().ok()?;
        let nonce = |from: usize| bytes[from..from + 16].try_into().ok();
        let number = |from: usize| Some(u64::from_be_bytes(bytes[from..from + 8].try_into().ok()?));
        let stamp =
            Stamp { session: nonce(8)?, parent: nonce(24)?, count: number(40)?, acknowledged: number(48)? };
        bytes.starts_with(&MAGIC).then_some(stamp)
    }

    /// The stamp on its page, or `None` if it is another page. The table has one row, which SQLite stores at the end of
    /// the page.
    pub fn on_page(page: &[u8]) -> Option<Stamp> {
        let has_one_row = page.len() > LENGTH && page[0] == TABLE_LEAF && page[3..5] == [0, 1];
        if has_one_row { Stamp::from_bytes(&page[page.len() - LENGTH..]) } else { None }
    }

    /// # Errors
    /// [`Error::FileDamaged`] if there is none.
    pub fn read(connection: &Connection) -> Result<Stamp> {
        let bytes: Option<Vec<u8>> =
            connection.query_row("SELECT stamp FROM revision", [], |row| row.get(0)).optional()?;
        bytes
            .and_then(|bytes| Stamp::from_bytes(&bytes))
            .ok_or_else(|| Error::FileDamaged("the stamp of the file is missing".to_owned()))
    }

    pub fn write(&self, connection: &Connection) -> Result<()> {
        let sql = "INSERT INTO revision (only_row, stamp) VALUES (1, ?)
                   ON CONFLICT (only_row) DO UPDATE SET stamp = excluded.stamp";
        connection.prepare_cached(sql)?.execute(params![self.to_bytes()])?;
        Ok(())
    }
}

/// The number of the page with the stamp.
pub(super) fn page_number(connection: &Connection) -> Result<u32> {
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'revision'";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn new_nonce() -> Nonce {
    *uuid::Uuid::new_v4().as_bytes()
}

pub(super) fn hex(nonce: &Nonce) -> String {
    uuid::Uuid::from_bytes(*nonce).simple().to_string()
}

pub(super) fn nonce(text: &str) -> Option<Nonce> {
    Some(*uuid::Uuid::try_parse(text).ok()?.as_bytes())
}

//! A file beside an open partner's file (`.open`) that reveals an unclean end of the session, and names the last change
//! that was acknowledged.
//!
//! The marker is updated after an acknowledged change is durable, and not synced: after a power cut it may name an earlier
//! change, but never one that was not acknowledged.

use std::fs::File;
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::store::lock::Lock;
use crate::store::paths::{has_wal, read_regular, replace_file, with_suffix};
use crate::store::permissions::private_file;
use crate::store::revision::{Nonce, Stamp, hex, nonce};

/// The marker of an open file. Dropped after the connections, it deletes itself unless changes remain in the log.
#[derive(Debug)]
pub(super) struct SessionMarker {
    database: PathBuf,
    content: Marker,
    /// `None` once the marker is being deleted: Windows does not delete open files.
    file: Option<File>,
    /// The number of the last transaction, acknowledged or not.
    last: u64,
    lock: Lock,
    /// Whether the session has written its stamp.
    recorded: bool,
}

/// What a marker says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marker {
    pub session: Nonce,
    pub parent: Nonce,
    /// The page with the stamp.
    pub page: u32,
    /// The number of the last acknowledged transaction.
    pub acknowledged: u64,
}

impl SessionMarker {
    /// Marks the file as open by the session of `stamp`, before that session writes anything to it.
    pub fn create(database: &Path, lock: Lock, stamp: &Stamp, page: u32) -> Result<SessionMarker> {
        let content =
            Marker { session: stamp.session, parent: stamp.parent, page, acknowledged: stamp.acknowledged };
        replace_file(&path_of(database), |draft| {
            let mut file = private_file().create(true).truncate(true).open(draft)?;
            file.write_all(content.to_text().as_bytes())?;
            Ok(file.sync_all()?)
        })?;
        let file = Some(private_file().open(path_of(database))?);
        Ok(SessionMarker {
            database: database.to_owned(),
            content,
            file,
            last: stamp.count,
            lock,
            recorded: false,
        })
    }

    /// Notes on the lock file which session the file belongs to from now on.
    pub fn record_session(&mut self) -> Result<()> {
        self.recorded = true;
        self.lock.record(&self.content.session, self.content.acknowledged)
    }

    /// Notes a committed transaction.
    pub fn committed(&mut self, count: u64) {
        self.last = count;
    }

    /// Notes that everything up to transaction `count` is durable.
    pub fn acknowledged(&mut self, count: u64) {
        self.last = count;
        self.content.acknowledged = count;
        let text = self.content.to_text();
        // An older marker is not wrong, only less precise.
        if let Some(file) = &mut self.file
            && let Err(error) = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(text.as_bytes()))
        {
            tracing::warn!(%error, "failed to update the session marker");
        }
    }
}

impl Drop for SessionMarker {
    fn drop(&mut self) {
        self.file = None;
        if !has_wal(&self.database) {
            if self.recorded {
                self.lock.record(&self.content.session, self.last).ok();
            }
            delete(&self.database);
        }
    }
}

impl Marker {
    /// A text of fixed length, so that it can be overwritten in place.
    fn to_text(self) -> String {
        let Marker { session, parent, page, acknowledged } = self;
        let text = format!("{} {} {page:010} {acknowledged:020}", hex(&session), hex(&parent));
        format!("{text} {:08x}\n", checksum(text.as_bytes()))
    }

    fn parse(text: &str) -> Option<Marker> {
        let (text, sum) = text.trim_end().rsplit_once(' ')?;
        if u32::from_str_radix(sum, 16).ok()? != checksum(text.as_bytes()) {
            return None;
        }
        let mut parts = text.split(' ');
        Some(Marker {
            session: nonce(parts.next()?)?,
            parent: nonce(parts.next()?)?,
            page: parts.next()?.parse().ok()?,
            acknowledged: parts.next()?.parse().ok()?,
        })
    }
}

/// FNV-1a. The marker is overwritten in place, so a crash may leave parts of two versions.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

pub(super) fn path_of(database: &Path) -> PathBuf {
    with_suffix(database, ".open")
}

/// Deletes the marker of a file that is not open.
pub(super) fn delete(database: &Path) {
    std::fs::remove_file(path_of(database)).ok();
}

/// Reads the marker beside a file: `None` if there is none, `Some(None)` if there is one that is not readable.
pub(super) fn read(database: &Path) -> Result<Option<Option<Marker>>> {
    match read_regular(&path_of(database)) {
        Ok(text) => Ok(Some(Marker::parse(&String::from_utf8_lossy(&text)))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

//! Copying a database that is in use.

use std::ops::ControlFlow;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::error::{Error, Result};
use crate::schema::MIGRATIONS;
use crate::store::connection::{self, Access};
use crate::store::inspect::check_version;
use crate::store::integrity::{self, Depth};
use crate::store::paths::{replace_file, sync_file};
use crate::store::permissions::{create_private_folder, private_file};

/// 16 MB, after which the copy can be cancelled.
const PAGES_PER_STEP: i32 = 4096;

/// Copies the state that one reader sees, regardless of concurrent writes. The copy is checked and synced before it gets its
/// name; on failure an older copy stays. `keep_going` is called before every 16 MB.
pub(super) fn copy(
    from: &Connection,
    to: &Path,
    keep_going: &mut dyn FnMut() -> ControlFlow<()>,
) -> Result<()> {
    if let Some(folder) = to.parent() {
        create_private_folder(folder).map_err(Error::of_folder)?;
    }
    replace_file(to, |draft| {
        std::fs::remove_file(draft).ok();
        private_file().create_new(true).open(draft)?;
        let mut copy = connection::open(draft, Access::ReadWrite)?;
        // Durability does not matter yet: an incomplete draft is deleted, and a complete one is synced below.
        copy.pragma_update(None, "journal_mode", "MEMORY")?;
        copy.pragma_update(None, "synchronous", "OFF")?;
        let from = from.unchecked_transaction()?;
        check_version(&from, MIGRATIONS.len())?;
        let backup = Backup::new(&from, &mut copy)?;
        loop {
            if keep_going().is_break() {
                return Err(Error::Cancelled);
            }
            match backup.step(PAGES_PER_STEP)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ => return Err(Error::FileInUse),
            }
        }
        drop(backup);
        copy.close().map_err(|(_, error)| error)?;
        integrity::check_file(draft, Depth::Full)?;
        sync_file(draft)
    })
}

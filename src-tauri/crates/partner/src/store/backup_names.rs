//! The names of the files in the folder of backups: that of the partner's file, the kind of the backup, and the time.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::store::paths::{DRAFT_SUFFIX, EXTENSION, format_timestamp, parse_timestamp};

/// Returns the path of a new backup of `file`.
pub(super) fn backup_path(folder: &Path, file: &Path, kind: &str, now: Timestamp) -> PathBuf {
    folder.join(format!("{}-{kind}-{}.{EXTENSION}", stem(file), format_timestamp(now)))
}

/// Returns when a backup with this name was taken, or `None` if it is none of `file`: the name of another file may start with
/// the name of this one.
pub(super) fn taken(file: &Path, name: &str) -> Option<Timestamp> {
    let rest = name.strip_prefix(&stem(file))?.strip_prefix('-')?;
    let (kind, time) = rest.strip_suffix(EXTENSION)?.strip_suffix('.')?.split_once('-')?;
    let version = |kind: &str| Some(kind.strip_prefix('v')?.parse::<u32>().is_ok());
    let is_kind = matches!(kind, "taken" | "daily") || version(kind) == Some(true);
    parse_timestamp(time).filter(|_| is_kind)
}

/// Deletes the incomplete backups of a file: those of sessions that ended during a backup, because nobody else may back the
/// file up.
pub(super) fn remove_drafts(folder: &Path, file: &Path) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let name = entry.file_name();
        let backup = name.to_str().and_then(|name| name.strip_suffix(DRAFT_SUFFIX));
        if backup.is_some_and(|backup| taken(file, backup).is_some()) {
            std::fs::remove_file(entry.path()).ok();
        }
    }
}

pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

//! Access to the application's files for the user who runs it, and nobody else: the folder has mode 0700 and its files 0600.
//!
//! On Windows and macOS, the data folder lies in the user's profile, which other users cannot read; only Unix modes are set.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// The folders below the root that are restricted with everything in them. Other folders, such as the profile of the
/// web view, are protected by the mode of the root.
const FOLDERS: [&str; 3] = ["partners", "backups", "logs"];

/// Creates a folder and its missing parents, accessible to this user only.
///
/// # Errors
/// If a folder cannot be created.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Options that open a file for writing. A file that is created is accessible to this user only.
#[must_use]
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates or overwrites a file, accessible to this user only if it is created. It is on the disk when this returns, so that a
/// rename after a power cut never finds it empty.
///
/// # Errors
/// If the file cannot be written.
pub fn write_private_file(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let mut file = private_file().create(true).truncate(true).open(path)?;
    io::Write::write_all(&mut file, content.as_ref())?;
    file.sync_all()
}

/// Removes the access of other users to the data folder, its files, and the folders of partners, backups and logs.
///
/// # Errors
/// The first failure. The rest is restricted nevertheless.
pub fn restrict(root: &Path) -> io::Result<()> {
    let mut result = restrict_entry(root);
    for entry in std::fs::read_dir(root)?.flatten() {
        let is_ours = FOLDERS.iter().any(|folder| entry.file_name() == *folder);
        let restricted = if is_ours { restrict_tree(&entry.path()) } else { restrict_entry(&entry.path()) };
        result = result.and(restricted);
    }
    result
}

fn restrict_tree(path: &Path) -> io::Result<()> {
    let mut result = restrict_entry(path);
    if std::fs::symlink_metadata(path)?.is_dir() {
        for entry in std::fs::read_dir(path)?.flatten() {
            result = result.and(restrict_tree(&entry.path()));
        }
    }
    result
}

#[cfg(unix)]
fn restrict_entry(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::symlink_metadata(path)?;
    let mode = metadata.permissions().mode();
    // The target of a link may belong to anyone, and changing the mode of a link changes its target.
    if metadata.is_symlink() || mode & 0o077 == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode & 0o700))
}

#[cfg(not(unix))]
fn restrict_entry(_path: &Path) -> io::Result<()> {
    Ok(())
}

//! Builds the packages, once for all tests.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The version to upgrade from, lower than any published one.
pub const OLD_VERSION: &str = "0.0.1";
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
pub const REPOSITORY: &str = "acme/xpo-admin";

pub static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("packages")
});

/// The same program, packaged as both versions.
static PACKAGES: LazyLock<()> = LazyLock::new(|| {
    build("old", Some(OLD_VERSION));
    build("current", None);
});

pub fn deb(version: &str) -> PathBuf {
    LazyLock::force(&PACKAGES);
    let folder = if version == VERSION { "current" } else { "old" };
    find_file(&FOLDER.join(folder), "deb")
}

pub fn rpm() -> PathBuf {
    LazyLock::force(&PACKAGES);
    find_file(&FOLDER.join("current"), "rpm")
}

fn build(folder: &str, version: Option<&str>) {
    let folder = FOLDER.join(folder);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".dev/package.sh");
    let mut command = Command::new(script);
    command.env("GITHUB_REPOSITORY", REPOSITORY);
    output_of(command.arg(env!("CARGO_BIN_EXE_xpo-admin")).arg(&folder).args(version));
}

fn find_file(folder: &Path, extension: &str) -> PathBuf {
    let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.into_iter().find(|path| path.extension().is_some_and(|found| found == extension)).unwrap()
}

/// Runs a program, which must succeed, and returns its standard output.
pub fn output_of(command: &mut Command) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let done =
        command.output().unwrap_or_else(|error| panic!("{name}: {error}; `make setup-test` installs it"));
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}: {}\n{out}\n{err}", done.status);
    out.into_owned()
}

//! The packages, made once for all tests of this file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

/// The version of the package that is upgraded: lower than any that was ever published.
pub const BEFORE: &str = "0.0.1";
pub const NOW: &str = env!("CARGO_PKG_VERSION");

/// Where everything is made and kept.
pub static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("packages")
});

/// The packages of this version and of the one before: the same program, packed twice.
static MADE: LazyLock<()> = LazyLock::new(|| {
    pack("before", Some(BEFORE));
    pack("now", None);
});

pub fn deb(version: &str) -> PathBuf {
    LazyLock::force(&MADE);
    let folder = if version == NOW { "now" } else { "before" };
    one_of(&FOLDER.join(folder), "deb")
}

pub fn rpm() -> PathBuf {
    LazyLock::force(&MADE);
    one_of(&FOLDER.join("now"), "rpm")
}

fn pack(folder: &str, version: Option<&str>) {
    let folder = FOLDER.join(folder);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".dev/package.sh");
    let mut pack = Command::new(script);
    said(pack.arg(env!("CARGO_BIN_EXE_xpo-admin")).arg(&folder).args(version));
}

fn one_of(folder: &Path, ending: &str) -> PathBuf {
    let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    found.into_iter().find(|path| path.extension().is_some_and(|is| is == ending)).unwrap()
}

/// What a program says; it must succeed.
pub fn said(command: &mut Command) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let done =
        command.output().unwrap_or_else(|error| panic!("{name}: {error}; `make setup-test` installs it"));
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{command:?}: {}\n{out}\n{err}", done.status);
    out.into_owned()
}

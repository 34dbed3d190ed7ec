//! A checkout has the same bytes on every system, whatever git is configured to do. Another line ending would change the
//! dictionary that `partner` compresses with, and the scripts.

use std::path::Path;
use std::process::Command;

fn git(folder: &Path, arguments: &[&str]) -> String {
    // A container may check the repository out as another user.
    let output = Command::new("git")
        .args(["-c", "safe.directory=*", "-c", "user.name=Jane", "-c", "user.email=jane@example.com"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn no_text_file_has_windows_line_endings() {
    let listed = git(Path::new(env!("CARGO_MANIFEST_DIR")), &["ls-files", "--eol"]);
    assert!(listed.lines().count() > 500);
    let wrong: Vec<_> =
        listed.lines().filter(|line| line.contains("crlf") || line.contains("/mixed")).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_checkout_that_converts_line_endings_has_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let clone = tempfile::tempdir().unwrap();
    let files = [
        ".gitattributes",
        "src-tauri/crates/partner/src/facts/raw_json.dictionary",
        ".dev/setup.sh",
        "Cargo.toml",
    ];
    git(clone.path(), &["init", "--quiet"]);
    for file in files {
        let copy = clone.path().join(file);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(root.join(file), &copy).unwrap();
    }
    git(clone.path(), &["add", "--all"]);
    git(clone.path(), &["commit", "--quiet", "--message", "Add the files"]);
    for file in files {
        std::fs::remove_file(clone.path().join(file)).unwrap();
    }
    git(clone.path(), &["-c", "core.autocrlf=true", "-c", "core.eol=crlf", "checkout", "--quiet", "--", "."]);
    for file in files {
        let checked_out = std::fs::read(clone.path().join(file)).unwrap();
        assert!(checked_out == std::fs::read(root.join(file)).unwrap(), "{file}");
    }
}

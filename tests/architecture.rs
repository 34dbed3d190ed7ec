//! Which room may know which: what `ARCHITECTURE.md` promises of dependencies.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Everything that `package` is built from, on any system, tests aside.
fn built_from(package: &str) -> Vec<String> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", package, "--edges", "normal,build", "--prefix", "none"])
        .args(["--format", "{p}", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    text.lines().skip(1).filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn assert_without(package: &str, strangers: &[&str]) {
    let found = built_from(package);
    assert!(!found.is_empty());
    for stranger in strangers {
        let known = found.iter().find(|name| name.starts_with(stranger));
        assert_eq!(known, None, "{package} must not know {stranger}");
    }
}

#[test]
fn only_the_root_package_knows_tauri() {
    for package in ["services", "partner", "tiktok-business", "tiktok-sandbox"] {
        assert_without(package, &["tauri", "wry", "tao", "webkit2gtk"]);
    }
}

#[test]
fn arrows_point_down() {
    assert_without("partner", &["reqwest", "hyper", "axum", "services", "tiktok-"]);
    assert_without("tiktok-business", &["partner", "services", "rusqlite", "tiktok-sandbox"]);
    assert_without("tiktok-sandbox", &["partner", "services", "rusqlite", "tiktok-business"]);
    assert_without("services", &["tiktok-sandbox"]);
}

#[test]
fn the_message_of_a_log_line_is_a_literal() {
    let sources = sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri"));
    let mut lines = 0;
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        // Other ways to log would be missed here.
        assert!(
            !["event!(", "span!(", "use tracing::", "{tracing::", "tracing::instrument"]
                .iter()
                .any(|way| text.contains(way)),
            "{}",
            path.display()
        );
        for level in ["error", "warn", "info", "debug", "trace"] {
            for call in text.split(&format!("tracing::{level}!(")).skip(1) {
                let message = last_argument(call);
                let literal = message.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                assert!(literal.is_some_and(|text| !text.contains('{')), "{}: {message}", path.display());
                let fields = call.split_once(message).unwrap().0;
                assert!(!fields.contains("message ="), "{}: {fields}", path.display());
                lines += 1;
            }
        }
    }
    assert!(lines > 30, "only {lines} log lines were found");
}

#[test]
fn the_last_argument_of_a_call_is_found() {
    for (call, argument) in [
        ("code = ?f(a, b), \"told\");", "\"told\""),
        ("\n  id = \"a)\",\n  \"a message (with these)\",\n);", "\"a message (with these)\""),
        ("message = format!(\"{name}\"))", "message = format!(\"{name}\")"),
        ("\"told {}\", name)", "name"),
    ] {
        assert_eq!(last_argument(call), argument);
    }
}

/// The last argument of the call that `text` begins inside.
fn last_argument(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped, mut from) = (0, false, false, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return text[from..at].trim().trim_end_matches(','),
            ')' | ']' | '}' => depth -= 1,
            // One comma may stand at the end.
            ',' if depth == 0 && !text[at + 1..].trim_start().starts_with(')') => from = at + 1,
            _ => {}
        }
    }
    panic!("a call without an end");
}

/// The programs' own sources, tests aside.
fn sources(folder: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

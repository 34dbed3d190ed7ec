//! Every rule and section that the code cites is in the specifications under `docs/`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use regex::Regex;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Returns the paths and texts of the tracked files with code.
fn sources() -> Vec<(String, String)> {
    let listed = Command::new("git")
        .args(["ls-files", "src-tauri", "tests", "ui/src"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let paths = String::from_utf8(listed.stdout).unwrap();
    let is_code = |path: &&str| {
        [".rs", ".sql", ".ts", ".svelte", ".py"].iter().any(|ending| path.ends_with(ending))
            && *path != "tests/citations.rs"
    };
    paths.lines().filter(is_code).map(|path| (path.to_owned(), read(path))).collect()
}

/// Returns the first group of every match in the text.
fn matches<'a>(pattern: &str, text: &'a str) -> Vec<&'a str> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

/// Asserts that each citation of `pattern` in the code is one of `known`, and that there are citations at all.
fn assert_cited(pattern: &str, known: &BTreeSet<String>) {
    let mut count = 0;
    for (path, text) in sources() {
        for citation in matches(pattern, &text) {
            assert!(known.contains(citation), "{path} cites {citation}, which does not exist");
            count += 1;
        }
    }
    assert!(count > 0, "nothing matches {pattern}");
}

#[test]
fn every_cited_rule_exists() {
    let product = read("docs/product.md");
    let mut known: BTreeSet<String> =
        matches(r"(?m)^\| ([RA][0-9]{1,2}) \|", &product).into_iter().map(str::to_owned).collect();
    assert!(known.contains("R48") && known.contains("A28"), "{known:?}");
    known.insert("A0".to_owned()); // `\u{A0}` is a no-break space, not a rule.
    assert_cited(r"\b([RA][0-9]{1,2})\b", &known);
}

#[test]
fn every_cited_invariant_exists() {
    let product = read("docs/product.md");
    let (_, section) = product.split_once("Invariants\n").unwrap();
    let (section, _) = section.split_once("\n#").unwrap();
    let known = matches(r"(?m)^([0-9])\. ", section).into_iter().map(str::to_owned).collect();
    assert_cited(r"(?i)\binvariants? ([0-9]+)\b", &known);
}

#[test]
fn every_cited_section_exists() {
    for document in ["product", "tiktok-api"] {
        let text = read(&format!("docs/{document}.md"));
        let known: BTreeSet<String> =
            matches(r"(?m)^#+ ([0-9]+(?:\.[0-9]+)?)\.? ", &text).into_iter().map(str::to_owned).collect();
        assert!(known.len() > 5, "{document}: {known:?}");
        assert_cited(&format!(r"{document}\.md`?,? (?:section )?([0-9]+(?:\.[0-9]+)?)"), &known);
    }
}

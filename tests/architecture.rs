//! Checks the dependency rules and the log messages that `ARCHITECTURE.md` describes.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "architecture/imports.rs"]
mod imports;
#[path = "architecture/line_endings.rs"]
mod line_endings;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use imports::{Imports, Module, is_ident, is_punct, tokens};
use proc_macro2::{TokenStream, TokenTree};

/// Returns everything that `package` is built from, on any system, tests aside.
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

fn assert_without(package: &str, forbidden: &[&str]) {
    let found = built_from(package);
    assert!(!found.is_empty());
    for dependency in forbidden {
        let known = found.iter().find(|name| name.starts_with(dependency));
        assert_eq!(known, None, "{package} must not depend on {dependency}");
    }
}

#[test]
fn only_the_root_package_depends_on_tauri() {
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
fn the_application_is_built_without_what_only_tests_need() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--offline",
            "--package",
            "xpo-admin",
            "--edges",
            "no-dev,features",
            "--prefix",
            "none",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(tree.stdout).unwrap();
    let uses = |part: &str| text.lines().any(|line| line.starts_with(part));
    assert!(uses("tiktok-sandbox v"), "{}", String::from_utf8_lossy(&tree.stderr));
    assert!(!uses("tiktok-sandbox feature \"control\"") && !uses("tiktok-sandbox feature \"default\""));
    assert!(uses("partner v") && !uses("partner feature \"testing\""));
}

/// The layers of the partner crate from the bottom up. Each uses only those before it.
const PARTNER_LAYERS: &[&str] = &[
    "schema",
    "error",
    "text",
    "text_enum",
    "json_column",
    "stored_problem",
    "ids",
    "name",
    "named",
    "search_text",
    "progress",
    "store",
    "facts",
    "sync_jobs",
    "requests",
    "decisions",
    "queries",
    "tables",
    "testing",
];

#[test]
fn layers_inside_partner_import_only_lower_layers() {
    let imports = Imports::of_crate(&source_folder("partner"));
    let layers: BTreeSet<&str> =
        imports.0.keys().filter_map(|module| Some(module.first()?.as_str())).collect();
    assert_eq!(layers, PARTNER_LAYERS.iter().copied().collect(), "a layer is missing in PARTNER_LAYERS");
    let height = |module: &Module| PARTNER_LAYERS.iter().position(|layer| *layer == module[0]);
    let mut upward = Vec::new();
    for (module, used) in imports.0.iter().filter(|(module, _)| !module.is_empty()) {
        let higher = used.iter().filter(|other| other.is_empty() || height(other) > height(module));
        upward.extend(higher.map(|other| format!("{} uses {}", name(module), name(other))));
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn no_modules_import_each_other() {
    let mut cyclic = Vec::new();
    for package in ["xpo-admin", "services", "partner", "tiktok-business", "tiktok-sandbox"] {
        let imports = Imports::of_crate(&source_folder(package));
        let in_cycles = imports.cyclic().into_iter();
        cyclic.extend(in_cycles.map(|(one, other)| format!("{package}: {} uses {}", name(one), name(other))));
    }
    assert!(cyclic.is_empty(), "{cyclic:#?}");
}

fn name(module: &Module) -> String {
    if module.is_empty() { "the root module".to_owned() } else { module.join("::") }
}

fn source_folder(package: &str) -> PathBuf {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri");
    if package == "xpo-admin" { sources } else { sources.join("crates").join(package).join("src") }
}

/// Messages are literals, so that log lines can be searched for and hold no secrets. Values are fields.
#[test]
fn the_message_of_a_log_line_is_a_literal() {
    let mut lines = 0;
    for file in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri")) {
        lines +=
            check_log_lines(&tokens(&file)).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    }
    assert!(lines > 30, "only {lines} log lines were found");
}

#[test]
fn log_lines_that_are_not_literal_are_found() {
    let check =
        |code: &str| check_log_lines(&code.parse::<TokenStream>().unwrap().into_iter().collect::<Vec<_>>());
    for allowed in [
        "tracing::info!(code = ?f(a, b), \"done\");",
        "if x { tracing::warn!(\n id = \"a)\", %error, \"a message (with these)\",\n); }",
        "mod m { fn f() { tracing::error!(\"failed\") } }",
    ] {
        assert_eq!(check(allowed), Ok(1), "{allowed}");
    }
    for refused in [
        "tracing::info!(\"{name}\")",
        "tracing::info!(\"done {}\", name)",
        "tracing::info!(message = format!(\"{name}\"))",
        "tracing::info!(message = name, \"done\")",
        "tracing::info!(name)",
        "tracing::info!(7)",
        "tracing::event!(Level::INFO, \"done\")",
        "tracing::info_span!(\"span\")",
        "use tracing::info;",
        "use {tracing::info, other};",
        "#[tracing::instrument] fn f() {}",
    ] {
        assert!(check(refused).is_err(), "{refused}");
    }
}

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// Counts the log lines in some code, or returns the first that breaks the rule above.
fn check_log_lines(code: &[TokenTree]) -> Result<usize, String> {
    let mut lines = 0;
    for (at, token) in code.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            lines += check_log_lines(&group.stream().into_iter().collect::<Vec<_>>())?;
        }
        if !is_ident(Some(token), "tracing") || !is_punct(code.get(at + 1), ':') {
            continue;
        }
        match &code[at + 3..] {
            [TokenTree::Ident(level), bang, TokenTree::Group(arguments), ..]
                if is_punct(Some(bang), '!') && LEVELS.iter().any(|known| level == known) =>
            {
                check_arguments(&arguments.stream().into_iter().collect::<Vec<_>>())?;
                lines += 1;
            }
            // Types of the crate, such as `tracing::Level`, do not log.
            [TokenTree::Ident(ident), ..] if ident.to_string().starts_with(char::is_uppercase) => {}
            other => return Err(format!("tracing is not used as tracing::LEVEL!(…): {other:?}")),
        }
    }
    Ok(lines)
}

fn check_arguments(arguments: &[TokenTree]) -> Result<(), String> {
    let mut arguments: Vec<&[TokenTree]> = arguments.split(|token| is_punct(Some(token), ',')).collect();
    if arguments.last().is_some_and(|last| last.is_empty()) {
        arguments.pop();
    }
    let (message, fields) = arguments.split_last().ok_or("a log line without a message")?;
    let literal = match message {
        [TokenTree::Literal(literal)] => literal.to_string(),
        other => return Err(format!("the message is not a literal: {other:?}")),
    };
    if !literal.starts_with('"') || literal.contains('{') {
        return Err(format!("the message is not a plain string: {literal}"));
    }
    match fields.iter().find(|field| is_ident(field.first(), "message")) {
        Some(field) => Err(format!("a field is named message: {field:?}")),
        None => Ok(()),
    }
}

/// Returns the source files of all packages, without tests.
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

//! What is written twice of necessity, once in Rust and once beside it, is the same.

#![allow(clippy::unwrap_used)]

use std::path::Path;

fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bindings.ts");
    xpo_admin::bindings::write_typescript(&path).unwrap();
    std::fs::read_to_string(path).unwrap()
}

/// `BINDINGS=write` writes the file instead (`make bindings`).
#[test]
fn the_windows_types_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
    let generated = generated();
    if std::env::var_os("BINDINGS").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(generated == committed, "ui/src/ipc/bindings.ts is old: make bindings");
}

#[test]
fn the_window_may_call_every_command() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/capabilities/main.json");
    let capability: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let allowed: Vec<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|permission| permission.as_str()?.strip_prefix("allow-"))
        .map(|command| command.replace('-', "_"))
        .collect();
    let generated = generated();
    for command in &allowed {
        assert!(generated.contains(&format!("(\"{command}\"")), "{command} is allowed and does not exist");
    }
    let existing = generated.matches("__TAURI_INVOKE<").count();
    assert_eq!(existing, allowed.len(), "commands that nobody may call");
}

/// No window but the main one is named anywhere, and the main one is the application's own page.
#[test]
fn no_other_window_has_a_capability() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/capabilities");
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let capability: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none(), "no remote page has a command");
        assert!(capability.get("webviews").is_none());
    }
}

//! The generated bindings and capabilities match the commands in the code.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bindings.ts");
    xpo_admin::bindings::write_typescript(&path).unwrap();
    std::fs::read_to_string(path).unwrap()
}

/// `BINDINGS=write` writes the file instead (`make bindings`).
fn assert_up_to_date(path: &str, generated: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("BINDINGS").is_some() {
        std::fs::write(&file, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert!(generated == committed, "{path} is old: make bindings");
}

#[test]
fn the_typescript_bindings_are_up_to_date() {
    assert_up_to_date("ui/src/ipc/bindings.ts", &generated());
}

#[test]
fn the_window_folds_the_same_characters_as_the_book() {
    let (mut dropped, mut replaced) = (Vec::<[u32; 2]>::new(), Vec::new());
    for (c, replacement) in partner::folded_characters() {
        let code = u32::from(c);
        match (replacement.as_str(), dropped.last_mut()) {
            ("", Some([_, last])) if *last + 1 == code => *last = code,
            ("", _) => dropped.push([code, code]),
            (replacement, _) => replaced.push(format!("{c}{replacement}")),
        }
    }
    let dropped: String =
        dropped.iter().map(|[first, last]| format!("\\\\u{{{first:x}}}-\\\\u{{{last:x}}}")).collect();
    let generated = format!(
        "// Generated from src-tauri/crates/partner/src/text.rs: make bindings.\n\n\
         /** The characters that are dropped, for a class of a regular expression. */\nexport const dropped = \"{dropped}\";\n\n\
         /** Each replaced character, followed by its replacement. */\nexport const replaced = \"{}\";\n",
        replaced.join(" ")
    );
    assert_up_to_date("ui/src/components/text/folding.ts", &generated);
}

fn capabilities() -> Vec<serde_json::Value> {
    let folder = Path::new(env!("OUT_DIR")).join("capabilities");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|file| serde_json::from_slice(&file).unwrap()).collect()
}

#[test]
fn the_main_window_may_call_every_command() {
    let [capability] = &capabilities()[..] else { panic!("more than one capability") };
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
    assert_eq!(existing, allowed.len(), "every command is allowed");
}

#[test]
fn no_other_window_and_no_remote_page_has_a_capability() {
    for capability in capabilities() {
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none());
        assert!(capability.get("webviews").is_none());
    }
}

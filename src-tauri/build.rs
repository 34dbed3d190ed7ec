//! Generates the application's capability: the main window may call every command of `bindings.rs`, other windows none.

use std::error::Error;
use std::path::PathBuf;

const COMMANDS: &str = "src-tauri/bindings.rs";
const MANIFEST: &str = "src-tauri/windows/common-controls.manifest";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={COMMANDS}");
    let source = std::fs::read_to_string(COMMANDS)?;
    let (_, list) = source.split_once("collect_commands![").ok_or("no list of commands")?;
    let (list, _) = list.split_once(']').ok_or("the list of commands does not end")?;
    let commands: Vec<&'static str> = list
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|command| !command.is_empty())
        .map(|command| &*command.to_owned().leak())
        .collect();

    // The notification plugin calls its command when a page loads. A refusal would be an unhandled rejection in the page.
    let plugins =
        ["core:event:allow-listen", "core:event:allow-unlisten", "notification:allow-is-permission-granted"];
    let mut permissions = plugins.map(str::to_owned).to_vec();
    permissions.extend(commands.iter().map(|command| format!("allow-{}", command.replace('_', "-"))));
    let capability = serde_json::json!({
        "identifier": "main",
        "description": "What the application's own window may do; no other window may do anything",
        "windows": ["main"],
        "permissions": permissions,
    });
    let folder = PathBuf::from(std::env::var("OUT_DIR")?).join("capabilities");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("main.json"), capability.to_string())?;

    let pattern = folder.join("*.json").to_str().ok_or("the build folder's path is not UTF-8")?.to_owned();
    let attributes = tauri_build::Attributes::new()
        .windows_attributes(windows_attributes()?)
        .app_manifest(tauri_build::AppManifest::new().commands(commands.leak()))
        .capabilities_path_pattern(pattern.leak());
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// Requires version 6 of Windows' common controls, for tests as well: Tauri embeds its manifest into the application only, and
/// another program that contains Tauri does not start without one.
fn windows_attributes() -> Result<tauri_build::WindowsAttributes, Box<dyn Error>> {
    if std::env::var("CARGO_CFG_TARGET_ENV").as_deref() != Ok("msvc") {
        return Ok(tauri_build::WindowsAttributes::new());
    }
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join(MANIFEST);
    println!("cargo::rerun-if-changed={MANIFEST}");
    println!("cargo::rustc-link-arg=/MANIFEST:EMBED");
    println!("cargo::rustc-link-arg=/MANIFESTINPUT:{}", manifest.display());
    Ok(tauri_build::WindowsAttributes::new_without_app_manifest())
}

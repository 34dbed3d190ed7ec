//! Gives the application its manifest: the commands there are, and who may call them.

fn main() {
    let commands = tauri_build::AppManifest::new().commands(&["window_ready"]);
    let attributes = tauri_build::Attributes::new()
        .app_manifest(commands)
        .capabilities_path_pattern("src-tauri/capabilities/*.json");
    if let Err(error) = tauri_build::try_build(attributes) {
        println!("cargo::error={error:#}");
    }
}

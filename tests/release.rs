//! What the release workflow generates: the updater's configuration, the signatures and the manifest.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const KEY: &str = "the public key";

/// Runs `command` in the root folder with the variables of the workflow for tag v9.8.7.
fn output(command: &mut Command) -> String {
    let command = command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("GITHUB_REPOSITORY", "acme/xpo-admin").env("GITHUB_REF_NAME", "v9.8.7");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_updater_requires_signed_versions_over_https_and_never_downgrades() {
    let config = output(Command::new("node").arg(".dev/release-config.mjs").env("UPDATER_PUBLIC_KEY", KEY));
    let config: Value = serde_json::from_str(&config).unwrap();
    assert_eq!(
        config["plugins"]["updater"],
        json!({
            "endpoints": ["https://github.com/acme/xpo-admin/releases/latest/download/latest.json"],
            "pubkey": KEY,
            "requireSignedVersion": true,
            "allowDowngrades": false,
        })
    );
}

#[test]
fn the_workflow_signs_the_version_that_the_manifest_announces() {
    let folder = tempfile::tempdir().unwrap();
    let installers = folder.path().join("out");
    std::fs::create_dir(&installers).unwrap();
    for name in ["XPO.AppImage", "XPO-setup.exe", "XPO.app.tar.gz"] {
        std::fs::write(installers.join(name), name).unwrap();
    }
    let key = folder.path().join("key");
    let tauri = "ui/node_modules/.bin/tauri";
    output(Command::new(tauri).args(["signer", "generate", "--ci", "-p", "", "-w"]).arg(&key));

    let workflow = std::fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let sign = workflow.lines().find(|line| line.contains("signer sign")).unwrap();
    let script =
        sign.trim().trim_start_matches("- run: ").replace("out/", &format!("{}/", installers.display()));
    output(
        Command::new("bash")
            .args(["-c", &script])
            .env("TAURI_SIGNING_PRIVATE_KEY", std::fs::read_to_string(&key).unwrap())
            .env("TAURI_SIGNING_PRIVATE_KEY_PASSWORD", ""),
    );

    let manifest = output(Command::new("node").args([".dev/announce.mjs", "v9.8.7"]).arg(&installers));
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["version"], "9.8.7");
    let platforms = manifest["platforms"].as_object().unwrap();
    assert_eq!(platforms.len(), 4);
    for (platform, file) in platforms {
        let signature = STANDARD.decode(file["signature"].as_str().unwrap()).unwrap();
        let signature = String::from_utf8(signature).unwrap();
        let trusted = signature.lines().find(|line| line.starts_with("trusted comment:")).unwrap();
        assert!(trusted.split('\t').any(|part| part == "version:9.8.7"), "{platform}: {trusted}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

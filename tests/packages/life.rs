//! The life of the package on a clean computer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::harness::{Window, control};
use crate::machine::Machine;
use crate::packages::{BEFORE, NOW};

const CLIENT: &str = "Client of the version before";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and a while: make test-packages"]
async fn an_ordinary_user_installs_imports_upgrades_and_removes_and_all_data_stays() {
    let machine = Machine::clean();
    let user = machine.log_in().await;

    machine.install(BEFORE);
    assert_eq!(machine.installed(), BEFORE);
    let window = user.start().await;
    import(&window).await;
    decide(&window).await;
    let imported = accounts(&window).await;
    assert!(imported > 0);
    window.close().await;

    machine.install(NOW);
    assert_eq!(machine.installed(), NOW);
    let window = user.start().await;
    window.shows("Practice").await;
    window.press("TikTok Accounts").await;
    window.shows("Connected").await;
    assert_eq!(accounts(&window).await, imported, "the upgrade lost ad accounts");
    window.press("XPO Accounts").await;
    window.shows(CLIENT).await;
    window.close().await;

    let data = machine.home().join(".local/share/xpoadmin");
    let before = files(&data);
    assert!(before.keys().any(|name| name.ends_with(".sqlite")), "{:?}", before.keys());
    machine.run("apt-get remove --yes xpo-admin");
    assert_eq!(machine.installed(), "");
    assert!(!machine.has("/usr/bin/xpo-admin"));
    machine.run("dpkg --purge xpo-admin");
    assert_eq!(files(&data), before, "removing the package touched the user's data");
}

/// Import what the first user of the practice partner's TikTok has.
async fn import(window: &Window) {
    window.press("Explore the practice partner").await;
    window.press("Settings").await;
    let api = window.value("API address").await;
    control(api.strip_suffix("/open_api/v1.3").unwrap(), "login", json!({})).await;
    window.press("TikTok Accounts").await;
    window.press("Import TikTok Account").await;
    window.dialog("Successfully added TikTok Accounts to Partner").await;
    window.press("Confirm").await;
    window.shows("Connected").await;
}

/// How many ad accounts the book has.
async fn accounts(window: &Window) -> usize {
    window.command("account_names", json!({})).await.as_array().map_or(0, Vec::len)
}

/// A decision: nothing else could bring it back.
async fn decide(window: &Window) {
    let client = json!({ "id": "00000000-0000-7000-8000-000000000001", "name": CLIENT, "state": "active" });
    let action = json!({ "action": "add_to_directory", "accounts": [client], "advertisers": [] });
    window.command("commit", json!({ "action": action })).await;
}

/// Every file below a folder, with what is in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

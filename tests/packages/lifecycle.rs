//! Installing, upgrading and removing the package on a clean system.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::build::{OLD_VERSION, VERSION};
use crate::clean_system::CleanSystem;
use crate::harness::{Window, wait_for};

const XPO_ACCOUNT: &str = "Added with the old version";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs root and several minutes: make test-packages"]
async fn an_ordinary_users_data_survives_upgrading_and_removing_the_package() {
    let system = CleanSystem::prepare();
    let session = system.start_session().await;

    system.install(OLD_VERSION);
    assert_eq!(system.installed(), OLD_VERSION);
    let window = session.start_app().await;
    open_practice_partner(&window).await;
    add_xpo_account(&window).await;
    let imported = account_count(&window).await;
    assert!(imported > 0);
    window.close().await;

    system.install(VERSION);
    assert_eq!(system.installed(), VERSION);
    let window = session.start_app().await;
    window.wait_for_text("Practice").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("Connected").await;
    assert_eq!(account_count(&window).await, imported, "the upgrade lost ad accounts");
    window.click("XPO Accounts").await;
    window.wait_for_text(XPO_ACCOUNT).await;
    window.close().await;

    let data = system.home().join(".local/share/xpoadmin");
    // A process of WebKit writes the page's local storage a moment after the application has ended.
    wait_for("the user's data to be closed", async || (!is_open(&data)).then_some(())).await;
    let before = files(&data);
    assert!(before.keys().any(|name| name.ends_with(".sqlite")), "{:?}", before.keys());
    system.run("apt-get remove --yes xpo-admin");
    assert_eq!(system.installed(), "");
    assert!(!system.has("/usr/bin/xpo-admin"));
    system.run("dpkg --purge xpo-admin");
    assert_eq!(files(&data), before, "removing the package touched the user's data");
}

/// Opens the practice partner, whose ad accounts are imported.
async fn open_practice_partner(window: &Window) {
    window.fill("Your name", "Ana Admin").await;
    window.click("Continue").await;
    window.click("Try with demo data").await;
    window.click("TikTok Accounts").await;
    window.wait_for_text("Connected").await;
}

async fn account_count(window: &Window) -> usize {
    window.invoke("account_names", json!({})).await.as_array().map_or(0, Vec::len)
}

/// Commits a decision, which unlike facts cannot be fetched again.
async fn add_xpo_account(window: &Window) {
    let account =
        json!({ "id": "00000000-0000-7000-8000-000000000001", "name": XPO_ACCOUNT, "state": "active" });
    let action = json!({ "action": "add_to_directory", "accounts": [account], "advertisers": [] });
    window.invoke("commit", json!({ "action": action })).await;
}

/// Whether any process has a file of a folder open.
fn is_open(folder: &Path) -> bool {
    let entries =
        |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files = entries(Path::new("/proc")).flat_map(|process| entries(&process.join("fd")));
    files.any(|file| fs::read_link(file).is_ok_and(|file| file.starts_with(folder)))
}

/// Returns the paths and contents of all files in a folder and its subfolders. A link's content is the path it leads to, which
/// may be gone: the application's socket is in the session's folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_symlink() {
            let target = fs::read_link(&path).unwrap().into_os_string();
            found.insert(path.display().to_string(), target.into_encoded_bytes());
        } else {
            found.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    found
}

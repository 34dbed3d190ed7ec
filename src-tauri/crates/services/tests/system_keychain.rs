//! Secrets in the keychain of this user on Windows and macOS. `keychain.rs` tests a keyring daemon on Linux.
#![cfg(not(target_os = "linux"))]
#![allow(clippy::unwrap_used)]

use services::secrets::{ExposeSecret, SecretStore, Settings};

#[tokio::test]
async fn secrets_are_stored_replaced_and_removed() {
    let open = || SecretStore::new(std::env::temp_dir().join("no-such-file"), Settings::default());
    let read = async |name: &str| {
        let found = open().get(name).await.unwrap();
        found.map(|secret| secret.expose_secret().to_owned())
    };
    let partner = format!("test-{}", std::process::id());
    let (app, token) = (format!("app-secret/{partner}"), format!("token/{partner}/7111"));
    assert_eq!(read(&token).await, None);
    open().put(&token, "one \"ü\"".into()).await.unwrap();
    open().put(&app, "s".repeat(1000).into()).await.unwrap();
    open().put(&token, "new".into()).await.unwrap();
    assert_eq!(read(&token).await.as_deref(), Some("new"));
    assert_eq!(read(&app).await, Some("s".repeat(1000)));
    open().remove(&token).await.unwrap();
    open().remove(&token).await.unwrap();
    assert_eq!(read(&token).await, None);
    open().remove(&app).await.unwrap();
    assert_eq!(read(&app).await, None);
}

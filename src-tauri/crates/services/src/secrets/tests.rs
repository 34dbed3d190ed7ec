use std::fs;

use tempfile::TempDir;

use super::*;

const PASSPHRASE: &str = "correct horse";

/// Keys in memory, with the least work.
async fn keys(folder: &TempDir) -> SecretStore {
    let keys = SecretStore::new(folder.path().join("keys.age"), Settings { work: 1, ..Settings::default() });
    if keys.storage().await == SecretStorage::Keychain {
        keys.keep_in_memory().await;
    }
    keys
}

async fn read(keys: &SecretStore, name: &str) -> Option<String> {
    keys.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

#[tokio::test]
async fn keys_of_this_run_are_replaced_removed_and_written_nowhere() {
    let folder = TempDir::new().unwrap();
    let keys = keys(&folder).await;
    assert_eq!(keys.storage().await, SecretStorage::ThisRun);
    assert_eq!(read(&keys, "a").await, None);
    keys.put("a", "1".into()).await.unwrap();
    keys.put("a", "2".into()).await.unwrap();
    assert_eq!(read(&keys, "a").await.as_deref(), Some("2"));
    keys.remove("a").await.unwrap();
    keys.remove("a").await.unwrap();
    assert_eq!(read(&keys, "a").await, None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn sealed_keys_survive_the_run_and_ask_for_the_passphrase() {
    let folder = TempDir::new().unwrap();
    let first = keys(&folder).await;
    first.put("token/p/1", "T1".into()).await.unwrap();
    first.seal(PASSPHRASE.into()).await.unwrap();
    assert_eq!(first.storage().await, SecretStorage::Sealed);
    first.put("token/p/2", "T2 \"ü\"".into()).await.unwrap();

    let second = keys(&folder).await;
    assert_eq!(second.storage().await, SecretStorage::SealedLocked);
    assert!(matches!(second.get("token/p/1").await, Err(SecretError::Sealed)));
    assert!(matches!(second.put("x", "y".into()).await, Err(SecretError::Sealed)));
    assert!(matches!(second.remove("x").await, Err(SecretError::Sealed)));
    assert!(matches!(second.move_to_keychain().await, Err(SecretError::Sealed)));
    assert!(matches!(second.unseal("correct hors".into()).await, Err(SecretError::PassphraseWrong)));
    assert_eq!(second.storage().await, SecretStorage::SealedLocked);
    second.unseal(PASSPHRASE.into()).await.unwrap();
    assert_eq!(second.storage().await, SecretStorage::Sealed);
    assert_eq!(read(&second, "token/p/1").await.as_deref(), Some("T1"));
    assert_eq!(read(&second, "token/p/2").await.as_deref(), Some("T2 \"ü\""));
    second.remove("token/p/1").await.unwrap();

    let third = keys(&folder).await;
    third.unseal(PASSPHRASE.into()).await.unwrap();
    assert_eq!(read(&third, "token/p/1").await, None);
}

#[tokio::test]
async fn the_sealed_file_shows_nothing_and_is_its_owners() {
    let folder = TempDir::new().unwrap();
    let keys = keys(&folder).await;
    keys.put("token/p/1", "the-token".into()).await.unwrap();
    keys.seal(PASSPHRASE.into()).await.unwrap();
    let bytes = fs::read(folder.path().join("keys.age")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("token") && !text.contains(PASSPHRASE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("keys.age")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
}

#[tokio::test]
async fn a_damaged_file_is_not_taken_for_a_wrong_passphrase() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys.age");
    keys(&folder).await.seal(PASSPHRASE.into()).await.unwrap();
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let hard = String::from_utf8_lossy(&whole).replacen(" 1\n", " 63\n", 1);
    for bytes in [
        &b""[..],
        b"not age",
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        &flipped,
        hard.as_bytes(),
    ] {
        fs::write(&file, bytes).unwrap();
        let keys = keys(&folder).await;
        let opened = keys.unseal(PASSPHRASE.into()).await;
        assert!(matches!(opened, Err(SecretError::Damaged { .. })), "{opened:?} {bytes:?}");
        assert_eq!(keys.storage().await, SecretStorage::SealedLocked);
    }
}

#[tokio::test]
async fn passphrases_have_eight_characters() {
    let folder = TempDir::new().unwrap();
    let keys = keys(&folder).await;
    for short in ["", "1234567", "üüüüüüü"] {
        assert!(matches!(keys.seal(short.into()).await, Err(SecretError::PassphraseShort)), "{short}");
    }
    assert_eq!(keys.storage().await, SecretStorage::ThisRun);
    keys.seal("üüüüüüüü".into()).await.unwrap();
}

#[tokio::test]
async fn a_put_that_cannot_be_written_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let keys = keys(&folder).await;
    keys.put("a", "old".into()).await.unwrap();
    keys.seal(PASSPHRASE.into()).await.unwrap();
    let file = folder.path().join("keys.age");
    let before = fs::read(&file).unwrap();
    // No file can be put in the place of a folder, whoever runs the test.
    let aside = folder.path().join("aside");
    fs::rename(&file, &aside).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("x"), "").unwrap();
    assert!(matches!(keys.put("a", "new".into()).await, Err(SecretError::File { .. })));
    assert!(matches!(keys.remove("a").await, Err(SecretError::File { .. })));
    assert_eq!(read(&keys, "a").await.as_deref(), Some("old"));
    assert_eq!(fs::read(&aside).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left");
}

#[tokio::test]
async fn who_forgot_the_passphrase_may_go_on_without_and_seal_anew() {
    let folder = TempDir::new().unwrap();
    keys(&folder).await.seal(PASSPHRASE.into()).await.unwrap();
    let keys = keys(&folder).await;
    keys.keep_in_memory().await;
    assert_eq!(keys.storage().await, SecretStorage::ThisRun);
    keys.put("a", "1".into()).await.unwrap();
    keys.seal("another passphrase".into()).await.unwrap();
    assert_eq!(read(&keys, "a").await.as_deref(), Some("1"));
}

#[tokio::test]
async fn nothing_secret_is_shown() {
    let folder = TempDir::new().unwrap();
    let keys = keys(&folder).await;
    keys.put("a", "the-token".into()).await.unwrap();
    keys.seal(PASSPHRASE.into()).await.unwrap();
    let shown =
        format!("{keys:?} {:?} {:?}", keys.get("a").await, keys.unseal("wrong passphrase".into()).await);
    for secret in ["the-token", PASSPHRASE, "wrong passphrase"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

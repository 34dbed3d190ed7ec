use std::fs;

use tempfile::TempDir;

use super::*;

const PASSPHRASE: &str = "correct horse";

/// Opens the encrypted file of `folder` or else keeps secrets in memory, with the lowest scrypt cost.
async fn open(folder: &TempDir) -> SecretStore {
    let settings = Settings { scrypt_log_n: 1, ..Settings::default() };
    let store = SecretStore::new(folder.path().join("secrets.age"), settings);
    if store.storage().await == SecretStorage::Keychain {
        store.keep_in_memory().await;
    }
    store
}

async fn read(store: &SecretStore, name: &str) -> Option<String> {
    store.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

#[tokio::test]
async fn secrets_in_memory_are_never_written_to_disk() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    assert_eq!(store.storage().await, SecretStorage::ThisRun);
    assert_eq!(read(&store, "a").await, None);
    store.put("a", "1".into()).await.unwrap();
    store.put("a", "2".into()).await.unwrap();
    assert_eq!(read(&store, "a").await.as_deref(), Some("2"));
    store.remove("a").await.unwrap();
    store.remove("a").await.unwrap();
    assert_eq!(read(&store, "a").await, None);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn encrypted_secrets_are_read_after_a_restart_with_the_passphrase() {
    let folder = TempDir::new().unwrap();
    let first = open(&folder).await;
    first.put("token/p/1", "T1".into()).await.unwrap();
    first.encrypt(PASSPHRASE.into()).await.unwrap();
    assert_eq!(first.storage().await, SecretStorage::Encrypted);
    first.put("token/p/2", "T2 \"ü\"".into()).await.unwrap();

    let second = open(&folder).await;
    assert_eq!(second.storage().await, SecretStorage::EncryptedLocked);
    assert!(matches!(second.get("token/p/1").await, Err(SecretError::FileLocked)));
    assert!(matches!(second.put("x", "y".into()).await, Err(SecretError::FileLocked)));
    assert!(matches!(second.remove("x").await, Err(SecretError::FileLocked)));
    assert!(matches!(second.move_to_keychain().await, Err(SecretError::FileLocked)));
    assert!(matches!(second.unlock("correct hors".into()).await, Err(SecretError::PassphraseWrong)));
    assert_eq!(second.storage().await, SecretStorage::EncryptedLocked);
    second.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(second.storage().await, SecretStorage::Encrypted);
    assert_eq!(read(&second, "token/p/1").await.as_deref(), Some("T1"));
    assert_eq!(read(&second, "token/p/2").await.as_deref(), Some("T2 \"ü\""));
    second.remove("token/p/1").await.unwrap();

    let third = open(&folder).await;
    third.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(read(&third, "token/p/1").await, None);
}

#[tokio::test]
async fn the_encrypted_file_reveals_nothing_and_only_its_owner_can_read_it() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    store.put("token/p/1", "the-token".into()).await.unwrap();
    store.encrypt(PASSPHRASE.into()).await.unwrap();
    let bytes = fs::read(folder.path().join("secrets.age")).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("token") && !text.contains(PASSPHRASE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("secrets.age")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left behind");
}

#[tokio::test]
async fn a_damaged_file_is_not_reported_as_a_wrong_passphrase() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.age");
    open(&folder).await.encrypt(PASSPHRASE.into()).await.unwrap();
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
        let store = open(&folder).await;
        let opened = store.unlock(PASSPHRASE.into()).await;
        assert!(matches!(opened, Err(SecretError::Damaged { .. })), "{opened:?} {bytes:?}");
        assert_eq!(store.storage().await, SecretStorage::EncryptedLocked);
    }
}

#[tokio::test]
async fn a_passphrase_has_at_least_eight_characters() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    for short in ["", "1234567", "üüüüüüü"] {
        assert!(matches!(store.encrypt(short.into()).await, Err(SecretError::PassphraseShort)), "{short}");
    }
    assert_eq!(store.storage().await, SecretStorage::ThisRun);
    store.encrypt("üüüüüüüü".into()).await.unwrap();
}

#[tokio::test]
async fn a_failed_write_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    store.put("a", "old".into()).await.unwrap();
    store.encrypt(PASSPHRASE.into()).await.unwrap();
    let file = folder.path().join("secrets.age");
    let before = fs::read(&file).unwrap();
    // A folder cannot be replaced by a file, even by root.
    let aside = folder.path().join("aside");
    fs::rename(&file, &aside).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("x"), "").unwrap();
    assert!(matches!(store.put("a", "new".into()).await, Err(SecretError::File { .. })));
    assert!(matches!(store.remove("a").await, Err(SecretError::File { .. })));
    assert_eq!(read(&store, "a").await.as_deref(), Some("old"));
    assert_eq!(fs::read(&aside).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file is left behind");
}

#[tokio::test]
async fn sealing_again_keeps_a_file_whose_passphrase_was_forgotten() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.age");
    let first = open(&folder).await;
    first.put("token/p/1", "T1".into()).await.unwrap();
    assert_eq!(first.encrypt(PASSPHRASE.into()).await.unwrap(), None);
    let encrypted = fs::read(&file).unwrap();
    let store = open(&folder).await;
    store.keep_in_memory().await;
    assert_eq!(store.storage().await, SecretStorage::ThisRun);
    store.put("a", "1".into()).await.unwrap();
    let kept = store.encrypt("another passphrase".into()).await.unwrap().unwrap();
    assert_eq!(kept, folder.path().join("secrets-unopened-1.age"));
    assert_eq!(fs::read(&kept).unwrap(), encrypted);
    assert_eq!(read(&store, "a").await.as_deref(), Some("1"));
    // The new file is this run's own.
    assert_eq!(store.encrypt("a third passphrase".into()).await.unwrap(), None);

    // Sealing also works without switching to memory first, and keeps the file that was set aside before.
    let third = open(&folder).await;
    let kept = third.encrypt("yet another passphrase".into()).await.unwrap().unwrap();
    assert_eq!(kept, folder.path().join("secrets-unopened-2.age"));

    // An admin who remembers the first passphrase can put the file back.
    fs::rename(folder.path().join("secrets-unopened-1.age"), &file).unwrap();
    let store = open(&folder).await;
    store.unlock(PASSPHRASE.into()).await.unwrap();
    assert_eq!(read(&store, "token/p/1").await.as_deref(), Some("T1"));
}

#[tokio::test]
async fn a_failed_sealing_puts_the_unopened_file_back() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.age");
    open(&folder).await.encrypt(PASSPHRASE.into()).await.unwrap();
    let encrypted = fs::read(&file).unwrap();
    // The age library panics for this cost.
    let store = SecretStore::new(&file, Settings { scrypt_log_n: 0, ..Settings::default() });
    store.encrypt("another passphrase".into()).await.unwrap_err();
    assert_eq!(store.storage().await, SecretStorage::EncryptedLocked);
    assert_eq!(fs::read(&file).unwrap(), encrypted);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn debug_output_contains_no_secret() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    store.put("a", "the-token".into()).await.unwrap();
    store.encrypt(PASSPHRASE.into()).await.unwrap();
    let shown =
        format!("{store:?} {:?} {:?}", store.get("a").await, store.unlock("wrong passphrase".into()).await);
    for secret in ["the-token", PASSPHRASE, "wrong passphrase"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

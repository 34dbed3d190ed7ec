//! The operating system's keychain.
//!
//! Each call opens the keychain again: the keyring crate's default store caches its first failure and its session until
//! the process ends. Each call runs on its own thread, because a locked keychain may wait for its user indefinitely; an
//! abandoned thread blocks neither the application nor its exit.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    thread,
    time::Duration,
};

use keyring_core::{CredentialStore, Entry, Error};
use tokio::{
    sync::{Mutex, oneshot},
    time::timeout,
};

use super::{ExposeSecret, SecretError, SecretString};

const SERVICE: &str = "XPO Admin";

static TURN: Mutex<()> = Mutex::const_new(());

/// The content of an entry: secrets by name, as JSON.
type Content = BTreeMap<String, String>;

pub async fn get(name: &str, limit: Duration) -> Result<Option<SecretString>, SecretError> {
    let wanted = name.to_owned();
    within(limit, name, move |entry, _| Ok(read(entry)?.remove(&wanted).map(SecretString::from))).await
}

pub async fn put(name: &str, secret: SecretString, limit: Duration) -> Result<(), SecretError> {
    let key = name.to_owned();
    within(limit, name, move |entry, in_time| {
        let mut content = read(entry)?;
        content.insert(key, secret.expose_secret().to_owned());
        write(entry, &content, in_time)
    })
    .await
}

pub async fn remove(name: &str, limit: Duration) -> Result<(), SecretError> {
    let key = name.to_owned();
    within(limit, name, move |entry, in_time| {
        let mut content = read(entry)?;
        if content.remove(&key).is_none() {
            return Ok(());
        }
        write(entry, &content, in_time)
    })
    .await
}

/// One entry holds all secrets of a partner, because macOS asks for each entry whether the application may read it. Windows
/// does not ask, and limits an entry to 2,560 bytes: there, each secret has its own.
fn entry_of(name: &str) -> &str {
    let partner = if cfg!(windows) { None } else { name.split('/').nth(1) };
    partner.unwrap_or(name)
}

fn read(entry: &Entry) -> Result<Content, SecretError> {
    match entry.get_secret() {
        Err(Error::NoEntry) => Ok(Content::new()),
        Ok(json) => serde_json::from_slice(&json)
            .map_err(|_| SecretError::KeychainFailed("the entry has an unknown format".into())),
        Err(error) => Err(failure(error)),
    }
}

/// Does nothing if nobody waits for the result any more: a later call may have changed the entry meanwhile.
fn write(entry: &Entry, content: &Content, in_time: &dyn Fn() -> bool) -> Result<(), SecretError> {
    if !in_time() {
        return Err(SecretError::KeychainLocked);
    }
    if content.is_empty() {
        return entry.delete_credential().map_err(failure);
    }
    let json = serde_json::to_vec(content).map_err(|error| SecretError::KeychainFailed(error.to_string()))?;
    entry.set_secret(&json).map_err(failure)
}

/// Whether the keychain is unlocked, without prompting the user. False where the system cannot tell.
pub async fn is_unlocked(limit: Duration) -> bool {
    on_thread(limit, |_| Ok(default_is_unlocked())).await.unwrap_or(false)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn default_is_unlocked() -> bool {
    use secret_service::{EncryptionType, blocking::SecretService};
    let locked = || SecretService::connect(EncryptionType::Plain)?.get_default_collection()?.is_locked();
    matches!(locked(), Ok(false))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn default_is_unlocked() -> bool {
    cfg!(windows)
}

async fn within<T: Send + 'static>(
    limit: Duration,
    name: &str,
    work: impl FnOnce(&Entry, &dyn Fn() -> bool) -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let name = entry_of(name).to_owned();
    on_thread(limit, move |in_time| {
        let store = open().map_err(|error| SecretError::KeychainMissing(error.to_string()))?;
        let entry = store.build(SERVICE, &name, modifiers().as_ref()).map_err(failure)?;
        work(&entry, in_time)
    })
    .await
}

/// Runs `work` once no other call runs. `work` receives a function that tells whether somebody still waits for it.
async fn on_thread<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let finished = async {
        // A call reads an entry and writes it, and macOS should not ask twice at the same time.
        let _turn = TURN.lock().await;
        let (done, result) = oneshot::channel();
        let work = move || {
            let result = work(&|| !done.is_closed());
            drop(done.send(result));
        };
        thread::Builder::new()
            .name("keychain".into())
            .spawn(work)
            .map_err(|error| SecretError::KeychainFailed(error.to_string()))?;
        result
            .await
            .unwrap_or_else(|_| Err(SecretError::KeychainFailed("the keychain's library failed".into())))
    };
    timeout(limit, finished).await.unwrap_or(Err(SecretError::KeychainLocked))
}

fn failure(error: Error) -> SecretError {
    match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        Error::NoStorageAccess(cause) if has_no_keyring(cause.as_ref()) => {
            SecretError::KeychainMissing("the keychain has no keyring yet".into())
        }
        #[cfg(windows)]
        Error::NoStorageAccess(_) => {
            SecretError::KeychainMissing("a Windows policy does not allow storing credentials".into())
        }
        // Locked, or the user dismissed the prompt.
        #[cfg(not(windows))]
        Error::NoStorageAccess(_) => SecretError::KeychainLocked,
        // `Display` never quotes the secret.
        error => SecretError::KeychainFailed(error.to_string()),
    }
}

/// Returns whether the secret service has no default collection, as after an automatic sign-in to the desktop.
#[cfg(all(unix, not(target_os = "macos")))]
fn has_no_keyring(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(secret_service::Error::NoResult))
}

/// Windows copies entries to the user's other computers by default.
fn modifiers() -> Option<HashMap<&'static str, &'static str>> {
    cfg!(windows).then(|| HashMap::from([("persistence", "Local")]))
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

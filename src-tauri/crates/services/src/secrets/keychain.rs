//! The operating system's keychain.
//!
//! Each call opens the keychain again: the keyring crate's default store caches its first failure and its session until
//! the process ends. Each call runs on its own thread, because a locked keychain may wait for its user indefinitely; an
//! abandoned thread blocks neither the application nor its exit.

use std::{sync::Arc, thread, time::Duration};

use keyring_core::{CredentialStore, Entry, Error};
use tokio::{sync::oneshot, time::timeout};

use super::{ExposeSecret, SecretError, SecretString};

const SERVICE: &str = "XPO Admin";

pub async fn get(name: &str, limit: Duration) -> Result<Option<SecretString>, SecretError> {
    let found = within(limit, name, |entry| match entry.get_secret() {
        Err(Error::NoEntry) => Ok(None),
        found => found.map(Some),
    });
    let Some(bytes) = found.await? else {
        return Ok(None);
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text.into())),
        Err(_) => Err(SecretError::KeychainFailed("the entry is not text".into())),
    }
}

pub async fn put(name: &str, secret: SecretString, limit: Duration) -> Result<(), SecretError> {
    within(limit, name, move |entry| entry.set_secret(secret.expose_secret().as_bytes())).await
}

pub async fn remove(name: &str, limit: Duration) -> Result<(), SecretError> {
    within(limit, name, |entry| match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        done => done,
    })
    .await
}

/// Whether the keychain is unlocked, without prompting the user. False where the system cannot tell.
pub async fn is_unlocked(limit: Duration) -> bool {
    on_thread(limit, || Ok(default_is_unlocked())).await.unwrap_or(false)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn default_is_unlocked() -> bool {
    use secret_service::{EncryptionType, blocking::SecretService};
    let locked = || SecretService::connect(EncryptionType::Plain)?.get_default_collection()?.is_locked();
    matches!(locked(), Ok(false))
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn default_is_unlocked() -> bool {
    false
}

async fn within<T: Send + 'static>(
    limit: Duration,
    name: &str,
    work: impl FnOnce(Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, SecretError> {
    let name = name.to_owned();
    on_thread(limit, move || {
        let store = open().map_err(|error| SecretError::KeychainMissing(error.to_string()))?;
        let entry = store.build(SERVICE, &name, None).map_err(failure)?;
        work(entry).map_err(failure)
    })
    .await
}

async fn on_thread<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    let (done, result) = oneshot::channel();
    thread::Builder::new()
        .name("keychain".into())
        .spawn(move || drop(done.send(work())))
        .map_err(|error| SecretError::KeychainFailed(error.to_string()))?;
    match timeout(limit, result).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(SecretError::KeychainFailed("the keychain's library failed".into())),
        Err(_) => Err(SecretError::KeychainLocked),
    }
}

fn failure(error: Error) -> SecretError {
    match error {
        #[cfg(all(unix, not(target_os = "macos")))]
        Error::NoStorageAccess(cause) if has_no_keyring(cause.as_ref()) => {
            SecretError::KeychainMissing("the keychain has no keyring yet".into())
        }
        // Locked, or the user dismissed the prompt.
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

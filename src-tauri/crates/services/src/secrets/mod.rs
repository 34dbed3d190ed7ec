//! Where tokens and the app's secret live: in the operating system's keychain. Where there is none, in memory for this
//! run, or in a file sealed with a passphrase.
//!
//! Which of these is in use is never decided here: the admin does, after being told. Secrets never appear in `Debug`.

mod keychain;
mod sealed;

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

pub use age::secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use specta::Type;
use tokio::{sync::Mutex, task::spawn_blocking};

/// Fewest characters of a passphrase.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// Name to secret, such as `app-secret/<partner>` and `token/<partner>/<user>`.
type Secrets = BTreeMap<String, SecretString>;

/// Which of the places is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorage {
    /// The operating system's keychain.
    Keychain,
    /// Memory: gone when the application ends.
    ThisRun,
    /// The sealed file, open.
    Sealed,
    /// The sealed file, waiting for its passphrase.
    SealedLocked,
}

/// Why a secret could not be read or kept. What was kept before is still there.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// This computer has no keychain that could be reached.
    #[error("no keychain: {0}")]
    KeychainMissing(String),
    /// The keychain is locked and was not unlocked in time.
    #[error("the keychain is locked")]
    KeychainLocked,
    /// The keychain refused.
    #[error("the keychain failed: {0}")]
    KeychainFailed(String),
    /// The sealed file waits for its passphrase.
    #[error("the sealed file waits for its passphrase")]
    Sealed,
    /// Not the passphrase it was sealed with.
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// Fewer than [`SHORTEST_PASSPHRASE`] characters.
    #[error("passphrase too short")]
    PassphraseShort,
    /// The sealed file is no longer what was written.
    #[error("{} is damaged", file.display())]
    Damaged {
        /// The sealed file.
        file: PathBuf,
    },
    /// The sealed file cannot be read or written.
    #[error("{}: {error}", file.display())]
    File {
        /// The sealed file.
        file: PathBuf,
        /// What the computer said.
        #[source]
        error: io::Error,
    },
}

/// How patient and how expensive.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long the keychain may take: a locked one asks the user, who may not be there.
    pub patience: Duration,
    /// Work of guessing one passphrase, as the logarithm of scrypt's N.
    pub work: u8,
}

impl Default for Settings {
    fn default() -> Self {
        // OWASP's recommendation for scrypt: N = 2^17 with r = 8, which takes 128 MiB.
        Settings { patience: Duration::from_secs(30), work: 17 }
    }
}

/// The secrets, wherever they are. Cheap to clone.
#[derive(Clone)]
pub struct SecretStore {
    place: Arc<Mutex<Place>>,
    file: Arc<Path>,
    settings: Settings,
}

enum Place {
    Keychain,
    /// Also in the sealed file when there is a passphrase.
    Here {
        secrets: Secrets,
        passphrase: Option<SecretString>,
    },
    SealedLocked,
}

impl SecretStore {
    /// Secrets are in `file` when it exists, else in the keychain, which is not touched yet.
    pub fn new(file: impl Into<PathBuf>, settings: Settings) -> Self {
        let file: PathBuf = file.into();
        let place = if file.exists() { Place::SealedLocked } else { Place::Keychain };
        SecretStore { place: Arc::new(Mutex::new(place)), file: file.into(), settings }
    }

    /// Where the secrets are.
    pub async fn storage(&self) -> SecretStorage {
        match &*self.place.lock().await {
            Place::Keychain => SecretStorage::Keychain,
            Place::Here { passphrase: None, .. } => SecretStorage::ThisRun,
            Place::Here { passphrase: Some(_), .. } => SecretStorage::Sealed,
            Place::SealedLocked => SecretStorage::SealedLocked,
        }
    }

    /// The secret of that name, if there is one.
    ///
    /// # Errors
    /// When it is unknown whether there is one.
    pub async fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match &*self.place.lock().await {
            Place::Keychain => {}
            Place::Here { secrets, .. } => return Ok(secrets.get(name).cloned()),
            Place::SealedLocked => return Err(SecretError::Sealed),
        }
        keychain::get(name, self.settings.patience).await
    }

    /// Keeps a secret, in place of the one that had the name.
    ///
    /// # Errors
    /// The one that had the name is still there. A keychain that is unlocked only after the wait may yet take the new.
    pub async fn put(&self, name: &str, secret: SecretString) -> Result<(), SecretError> {
        if self.change(|secrets| drop(secrets.insert(name.to_owned(), secret.clone()))).await? {
            return Ok(());
        }
        keychain::put(name, secret, self.settings.patience).await
    }

    /// Forgets a secret, if it is there.
    ///
    /// # Errors
    /// It is still there.
    pub async fn remove(&self, name: &str) -> Result<(), SecretError> {
        if self.change(|secrets| drop(secrets.remove(name))).await? {
            return Ok(());
        }
        keychain::remove(name, self.settings.patience).await
    }

    /// Keeps secrets in memory from now on. A sealed file stays as it is, for the next run.
    pub async fn keep_in_memory(&self) {
        let mut place = self.place.lock().await;
        let secrets = match &mut *place {
            Place::Here { secrets, .. } => std::mem::take(secrets),
            _ => Secrets::new(),
        };
        *place = Place::Here { secrets, passphrase: None };
    }

    /// Keeps secrets in the file, sealed with `passphrase`, from now on; those in memory move there. A file that is
    /// already there is replaced: this is also the way out for who forgot its passphrase.
    ///
    /// # Errors
    /// [`SecretError::PassphraseShort`], [`SecretError::File`]. Everything is as before.
    pub async fn seal(&self, passphrase: SecretString) -> Result<(), SecretError> {
        if passphrase.expose_secret().chars().count() < SHORTEST_PASSPHRASE {
            return Err(SecretError::PassphraseShort);
        }
        let mut place = self.place.lock().await;
        let secrets = match &*place {
            Place::Here { secrets, .. } => secrets.clone(),
            _ => Secrets::new(),
        };
        self.write(&secrets, &passphrase).await?;
        *place = Place::Here { secrets, passphrase: Some(passphrase) };
        Ok(())
    }

    /// Opens the sealed file.
    ///
    /// # Errors
    /// [`SecretError::PassphraseWrong`], [`SecretError::Damaged`], [`SecretError::File`].
    pub async fn unseal(&self, passphrase: SecretString) -> Result<(), SecretError> {
        let mut place = self.place.lock().await;
        let (file, phrase) = (self.file.clone(), passphrase.clone());
        let secrets = off_thread(move || sealed::read(&file, phrase)).await?;
        *place = Place::Here { secrets, passphrase: Some(passphrase) };
        Ok(())
    }

    /// Moves to the keychain, with the secrets kept elsewhere until now; a sealed file is deleted.
    ///
    /// # Errors
    /// Everything is as before: the keychain is still out of reach, or the file still sealed.
    pub async fn move_to_keychain(&self) -> Result<(), SecretError> {
        let mut place = self.place.lock().await;
        let patience = self.settings.patience;
        match &*place {
            Place::Keychain => keychain::get("probe", patience).await.map(drop)?,
            Place::SealedLocked => return Err(SecretError::Sealed),
            Place::Here { secrets, .. } => {
                keychain::get("probe", patience).await?;
                for (name, secret) in secrets {
                    keychain::put(name, secret.clone(), patience).await?;
                }
                // Also one that was never opened: it would hide the keychain at the next start.
                match std::fs::remove_file(&self.file) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        return Err(self.file_error(error));
                    }
                    _ => {}
                }
            }
        }
        *place = Place::Keychain;
        Ok(())
    }

    /// Changes the secrets in memory, and in the file if it is in use. False: they are in the keychain.
    async fn change(&self, change: impl FnOnce(&mut Secrets)) -> Result<bool, SecretError> {
        match &mut *self.place.lock().await {
            Place::Keychain => Ok(false),
            Place::SealedLocked => Err(SecretError::Sealed),
            Place::Here { secrets, passphrase } => {
                let mut changed = secrets.clone();
                change(&mut changed);
                if let Some(passphrase) = passphrase {
                    self.write(&changed, passphrase).await?;
                }
                *secrets = changed;
                Ok(true)
            }
        }
    }

    fn file_error(&self, error: io::Error) -> SecretError {
        SecretError::File { file: self.file.to_path_buf(), error }
    }

    async fn write(&self, secrets: &Secrets, passphrase: &SecretString) -> Result<(), SecretError> {
        let (file, secrets, passphrase, work) =
            (self.file.clone(), secrets.clone(), passphrase.clone(), self.settings.work);
        off_thread(move || sealed::write(&file, &secrets, passphrase, work)).await
    }
}

/// Sealing is slow on purpose.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SecretError> + Send + 'static,
) -> Result<T, SecretError> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(SecretError::KeychainFailed(error.to_string())),
    }
}

impl fmt::Debug for SecretStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

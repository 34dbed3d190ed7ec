//! Storage for access tokens, the app secret and the passwords of the mail server and the proxy: the operating system's
//! keychain or, where there is none, memory for this run or a file encrypted with a passphrase.
//!
//! The admin chooses between these; this module never falls back from one to another. Secrets never appear in `Debug`.

mod encrypted_file;
mod keychain;
mod origin;

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub use age::secrecy::{ExposeSecret, SecretString};
pub use origin::Origin;
use partner::store::paths::rename;
use serde::Serialize;
use specta::Type;
use tokio::{
    sync::{Mutex, watch},
    task::spawn_blocking,
};

/// The fewest characters that a passphrase may have.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// Secrets by name, such as `app-secret/<partner>` and `token/<partner>/<user>`.
type Secrets = BTreeMap<String, SecretString>;

/// Where the secrets are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretStorage {
    Keychain,
    /// In memory, until the application ends.
    ThisRun,
    /// In the encrypted file, which is unlocked.
    Encrypted,
    /// In the encrypted file, which waits for its passphrase.
    EncryptedLocked,
}

/// Why a secret could not be read or written. What was stored before is still stored.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("no keychain: {0}")]
    KeychainMissing(String),
    /// The keychain is locked and was not unlocked in time.
    #[error("the keychain is locked")]
    KeychainLocked,
    #[error("the keychain failed: {0}")]
    KeychainFailed(String),
    /// The secret was stored for this server, and may be sent to no other.
    #[error("the secret belongs to {0}")]
    OtherOrigin(Origin),
    #[error("the encrypted file is locked")]
    FileLocked,
    #[error("wrong passphrase")]
    PassphraseWrong,
    /// Fewer than [`MIN_PASSPHRASE_CHARS`] characters.
    #[error("passphrase too short")]
    PassphraseShort,
    #[error("{} is damaged", file.display())]
    Damaged { file: PathBuf },
    /// The encrypted file cannot be read or written.
    #[error("{}: {error}", file.display())]
    File {
        file: PathBuf,
        #[source]
        error: io::Error,
    },
}

#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How long a call to the keychain may take: a locked keychain prompts a user who may be away.
    pub keychain_timeout: Duration,
    /// The cost of one guess of the passphrase: the binary logarithm of scrypt's N.
    pub scrypt_log_n: u8,
}

impl Default for Settings {
    fn default() -> Self {
        // OWASP recommends N = 2^17 with r = 8 for scrypt, which takes 128 MiB.
        Settings { keychain_timeout: Duration::from_secs(30), scrypt_log_n: 17 }
    }
}

/// A handle to the secrets, wherever they are stored. Cheap to clone.
#[derive(Clone)]
pub struct SecretStore {
    state: Arc<Mutex<State>>,
    file: Arc<Path>,
    settings: Settings,
    availability: Arc<Availability>,
}

/// Whether the last access to the keychain failed, and a signal when secrets become available.
#[derive(Default)]
struct Availability {
    failed: AtomicBool,
    available: watch::Sender<()>,
}

impl Availability {
    fn record<T>(&self, result: Result<T, SecretError>) -> Result<T, SecretError> {
        if self.failed.swap(result.is_err(), Ordering::Relaxed) && result.is_ok() {
            self.available.send_replace(());
        }
        result
    }
}

enum State {
    Keychain,
    Memory {
        secrets: Secrets,
        /// Set while the secrets are in the encrypted file as well.
        passphrase: Option<SecretString>,
        /// Whether the encrypted file, if there is one, has nothing but earlier versions of these secrets. A file that was not
        /// opened may have others.
        owns_file: bool,
    },
    EncryptedLocked,
}

impl SecretStore {
    /// Uses the encrypted `file` if it exists, otherwise the keychain. Accesses neither yet.
    pub fn new(file: impl Into<PathBuf>, settings: Settings) -> Self {
        let file: PathBuf = file.into();
        let state = if file.exists() { State::EncryptedLocked } else { State::Keychain };
        SecretStore {
            state: Arc::new(Mutex::new(state)),
            file: file.into(),
            settings,
            availability: Arc::default(),
        }
    }

    /// Changes when secrets become available: the admin unlocked them or chose another storage, or the keychain works again.
    pub fn available(&self) -> watch::Receiver<()> {
        self.availability.available.subscribe()
    }

    /// Notices that a keychain that could not be read can be read again, for example because its user unlocked it elsewhere.
    pub async fn check(&self) {
        if self.availability.failed.load(Ordering::Relaxed) && self.is_unlocked().await {
            self.availability.record(Ok(())).ok();
        }
    }

    /// Whether secrets can be read without prompting the user. False where the system cannot tell.
    pub async fn is_unlocked(&self) -> bool {
        match &*self.state.lock().await {
            State::Memory { .. } => return true,
            State::EncryptedLocked => return false,
            State::Keychain => {}
        }
        keychain::is_unlocked(self.settings.keychain_timeout).await
    }

    pub async fn storage(&self) -> SecretStorage {
        match &*self.state.lock().await {
            State::Keychain => SecretStorage::Keychain,
            State::Memory { passphrase: None, .. } => SecretStorage::ThisRun,
            State::Memory { passphrase: Some(_), .. } => SecretStorage::Encrypted,
            State::EncryptedLocked => SecretStorage::EncryptedLocked,
        }
    }

    /// Returns the secret `name` as it is stored, or `None` if it does not exist. To send it, use [`SecretStore::get_for`].
    pub async fn get(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match &*self.state.lock().await {
            State::Keychain => {}
            State::Memory { secrets, .. } => return Ok(secrets.get(name).cloned()),
            State::EncryptedLocked => return Err(SecretError::FileLocked),
        }
        self.availability.record(keychain::get(name, self.settings.keychain_timeout).await)
    }

    /// Stores a secret and replaces an earlier one of that name. After an error the earlier one is still stored, except
    /// that a keychain that is unlocked after the timeout may still complete the write.
    pub async fn put(&self, name: &str, secret: SecretString) -> Result<(), SecretError> {
        if self.change(|secrets| drop(secrets.insert(name.to_owned(), secret.clone()))).await? {
            return Ok(());
        }
        self.availability.record(keychain::put(name, secret, self.settings.keychain_timeout).await)
    }

    /// Removes the secret `name` if it exists.
    pub async fn remove(&self, name: &str) -> Result<(), SecretError> {
        if self.change(|secrets| drop(secrets.remove(name))).await? {
            return Ok(());
        }
        self.availability.record(keychain::remove(name, self.settings.keychain_timeout).await)
    }

    /// Stores secrets in memory from now on. An encrypted file is left for the next run.
    pub async fn keep_in_memory(&self) {
        let mut state = self.state.lock().await;
        let (secrets, owns_file) = match &mut *state {
            State::Memory { secrets, owns_file, .. } => (std::mem::take(secrets), *owns_file),
            _ => (Secrets::new(), false),
        };
        *state = State::Memory { secrets, passphrase: None, owns_file };
        self.availability.available.send_replace(());
    }

    /// Stores secrets in the file from now on, encrypted with `passphrase`, and moves those in memory there. A file whose
    /// passphrase was forgotten is set aside, and its new path is returned.
    pub async fn encrypt(&self, passphrase: SecretString) -> Result<Option<PathBuf>, SecretError> {
        if passphrase.expose_secret().chars().count() < MIN_PASSPHRASE_CHARS {
            return Err(SecretError::PassphraseShort);
        }
        let mut state = self.state.lock().await;
        let (secrets, owns_file) = match &*state {
            State::Memory { secrets, owns_file, .. } => (secrets.clone(), *owns_file),
            _ => (Secrets::new(), false),
        };
        let set_aside = if owns_file { None } else { self.set_file_aside()? };
        if let Err(error) = self.write_encrypted(&secrets, &passphrase).await {
            if let Some(path) = set_aside {
                rename(&path, &self.file).map_err(|error| self.file_error(error))?;
            }
            return Err(error);
        }
        *state = State::Memory { secrets, passphrase: Some(passphrase), owns_file: true };
        self.availability.available.send_replace(());
        Ok(set_aside)
    }

    /// Opens the encrypted file.
    pub async fn unlock(&self, passphrase: SecretString) -> Result<(), SecretError> {
        let mut state = self.state.lock().await;
        let (file, key) = (self.file.clone(), passphrase.clone());
        let secrets = run_blocking(move || encrypted_file::read(&file, key)).await?;
        *state = State::Memory { secrets, passphrase: Some(passphrase), owns_file: true };
        self.availability.available.send_replace(());
        Ok(())
    }

    /// Moves the secrets to the keychain and deletes the encrypted file. A file whose passphrase was forgotten is set aside
    /// instead, and its new path is returned. Fails without a change while the keychain cannot be used or the encrypted file is
    /// locked.
    pub async fn move_to_keychain(&self) -> Result<Option<PathBuf>, SecretError> {
        let mut state = self.state.lock().await;
        let timeout = self.settings.keychain_timeout;
        let set_aside = match &*state {
            State::Keychain => {
                keychain::get("probe", timeout).await?;
                None
            }
            State::EncryptedLocked => return Err(SecretError::FileLocked),
            State::Memory { secrets, owns_file, .. } => {
                keychain::get("probe", timeout).await?;
                for (name, secret) in secrets {
                    keychain::put(name, secret.clone(), timeout).await?;
                }
                // If the file remained, the next start would use it instead of the keychain.
                if *owns_file {
                    match std::fs::remove_file(&self.file) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(self.file_error(error));
                        }
                        _ => None,
                    }
                } else {
                    self.set_file_aside()?
                }
            }
        };
        *state = State::Keychain;
        self.availability.available.send_replace(());
        Ok(set_aside)
    }

    /// Renames the encrypted file if there is one: somebody may remember its passphrase.
    fn set_file_aside(&self) -> Result<Option<PathBuf>, SecretError> {
        let name = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let path = |number: u32| self.file.with_file_name(format!("{name}-unopened-{number}.age"));
        let Some(free) = (1..).map(path).find(|path| !path.exists()) else { return Ok(None) };
        match rename(&self.file, &free) {
            Ok(()) => {
                tracing::warn!(file = %free.display(), "set aside an encrypted file that was not opened");
                Ok(Some(free))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.file_error(error)),
        }
    }

    /// Changes the secrets in memory and, if it is in use, in the encrypted file. Returns false if they are in the keychain.
    async fn change(&self, change: impl FnOnce(&mut Secrets)) -> Result<bool, SecretError> {
        match &mut *self.state.lock().await {
            State::Keychain => Ok(false),
            State::EncryptedLocked => Err(SecretError::FileLocked),
            State::Memory { secrets, passphrase, .. } => {
                let mut changed = secrets.clone();
                change(&mut changed);
                if let Some(passphrase) = passphrase {
                    self.write_encrypted(&changed, passphrase).await?;
                }
                *secrets = changed;
                Ok(true)
            }
        }
    }

    fn file_error(&self, error: io::Error) -> SecretError {
        SecretError::File { file: self.file.to_path_buf(), error }
    }

    async fn write_encrypted(&self, secrets: &Secrets, passphrase: &SecretString) -> Result<(), SecretError> {
        let (file, secrets, passphrase, log_n) =
            (self.file.clone(), secrets.clone(), passphrase.clone(), self.settings.scrypt_log_n);
        run_blocking(move || encrypted_file::write(&file, &secrets, passphrase, log_n)).await
    }
}

/// Runs scrypt, which is slow by design, outside the async threads.
async fn run_blocking<T: Send + 'static>(
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

//! The encrypted file: JSON, encrypted with a passphrase in the age format (age-encryption.org, scrypt and
//! ChaCha20-Poly1305), so that the age tool can read it too.

use std::{collections::BTreeMap, io::Write, path::Path};

use age::{DecryptError, scrypt};
use partner::store::paths::{read_regular, rename};
use tempfile::NamedTempFile;

use super::{ExposeSecret, SecretError, SecretString, Secrets};

/// The highest scrypt cost that is accepted, as log2 of N: 2 GiB of memory. A damaged file may ask for any.
const MAX_LOG_N: u8 = 21;

pub fn read(file: &Path, passphrase: SecretString) -> Result<Secrets, SecretError> {
    let damaged = || SecretError::Damaged { file: file.to_owned() };
    let bytes = read_regular(file).map_err(|error| file_error(file, error))?;
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MAX_LOG_N);
    let json = age::decrypt(&identity, &bytes).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => SecretError::PassphraseWrong,
        _ => damaged(),
    })?;
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&json).map_err(|_| damaged())?;
    Ok(secrets.into_iter().map(|(name, secret)| (name, secret.into())).collect())
}

/// Replaces the file atomically; after an error the earlier file is still there.
pub fn write(file: &Path, secrets: &Secrets, passphrase: SecretString, log_n: u8) -> Result<(), SecretError> {
    let secrets: BTreeMap<&String, &str> =
        secrets.iter().map(|(name, secret)| (name, secret.expose_secret())).collect();
    let mut recipient = scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(log_n);
    let write = || {
        let encrypted =
            age::encrypt(&recipient, &serde_json::to_vec(&secrets)?).map_err(std::io::Error::other)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        // Only its owner can read a `NamedTempFile`.
        let mut temporary = NamedTempFile::new_in(folder)?;
        temporary.write_all(&encrypted)?;
        temporary.as_file().sync_all()?;
        let temporary = temporary.into_temp_path().keep()?;
        rename(&temporary, file).inspect_err(|_| drop(std::fs::remove_file(&temporary)))
    };
    write().map_err(|error| file_error(file, error))
}

fn file_error(file: &Path, error: std::io::Error) -> SecretError {
    SecretError::File { file: file.to_owned(), error }
}

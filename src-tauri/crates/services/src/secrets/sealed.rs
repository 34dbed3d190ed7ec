//! The file for computers without a keychain: JSON, sealed with a passphrase in the age format (age-encryption.org,
//! scrypt and ChaCha20-Poly1305), readable by the age tool as well.

use std::{collections::BTreeMap, io::Write, path::Path};

use age::{DecryptError, scrypt};
use tempfile::NamedTempFile;

use super::{ExposeSecret, SecretError, SecretString, Secrets};

/// Hardest scrypt work that is tried, as the logarithm of N: 2 GiB of memory. A damaged file may ask for any.
const HARDEST: u8 = 21;

pub fn read(file: &Path, passphrase: SecretString) -> Result<Secrets, SecretError> {
    let damaged = || SecretError::Damaged { file: file.to_owned() };
    let bytes = std::fs::read(file).map_err(|error| file_error(file, error))?;
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(HARDEST);
    let json = age::decrypt(&identity, &bytes).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => SecretError::PassphraseWrong,
        _ => damaged(),
    })?;
    let secrets: BTreeMap<String, String> = serde_json::from_slice(&json).map_err(|_| damaged())?;
    Ok(secrets.into_iter().map(|(name, secret)| (name, secret.into())).collect())
}

/// Either the whole new file is there afterwards, or the old one. Only its owner may read it.
pub fn write(file: &Path, secrets: &Secrets, passphrase: SecretString, work: u8) -> Result<(), SecretError> {
    let secrets: BTreeMap<&String, &str> =
        secrets.iter().map(|(name, secret)| (name, secret.expose_secret())).collect();
    let mut recipient = scrypt::Recipient::new(passphrase);
    recipient.set_work_factor(work);
    let written = || {
        let sealed =
            age::encrypt(&recipient, &serde_json::to_vec(&secrets)?).map_err(std::io::Error::other)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        // Readable by its owner only.
        let mut temporary = NamedTempFile::new_in(folder)?;
        temporary.write_all(&sealed)?;
        temporary.as_file().sync_all()?;
        temporary.persist(file)?;
        Ok(())
    };
    written().map_err(|error| file_error(file, error))
}

fn file_error(file: &Path, error: std::io::Error) -> SecretError {
    SecretError::File { file: file.to_owned(), error }
}

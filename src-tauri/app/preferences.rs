//! Preferences of this computer. They contain no data of a partner.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use partner::store::permissions::write_private_file;
use partner::tables::file::Format;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use services::problem::Problem;
use specta::Type;

use crate::app::lock::locked;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Show a desktop notification when a long sync ends or a sign-in stops working.
    pub notices: bool,
    /// Keep syncing after the window is closed.
    pub keep_running: bool,
    /// Separate the cells of exported CSV files with semicolons.
    pub semicolons: bool,
}

impl Preferences {
    pub fn csv(self) -> Format {
        if self.semicolons { Format::SemicolonCsv } else { Format::Csv }
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences { notices: true, keep_running: false, semicolons: false }
    }
}

/// A file that holds preferences.
pub struct PreferencesFile<T = Preferences> {
    path: PathBuf,
    current: Mutex<T>,
}

impl<T: Clone + Default + Serialize + DeserializeOwned> PreferencesFile<T> {
    /// Reads the file. A missing or unreadable file gives the defaults.
    pub fn read(root: &Path, name: &str) -> PreferencesFile<T> {
        let path = root.join(name);
        let saved = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        PreferencesFile { path, current: Mutex::new(saved.unwrap_or_default()) }
    }

    pub fn get(&self) -> T {
        locked(&self.current).clone()
    }

    /// # Errors
    /// Fails when the file cannot be written. The preferences are then unchanged.
    pub fn put(&self, preferences: T) -> Result<(), Problem> {
        let text = serde_json::to_vec(&preferences).map_err(Problem::internal)?;
        let draft = self.path.with_extension("draft");
        let written = write_private_file(&draft, text).and_then(|()| std::fs::rename(&draft, &self.path));
        written.map_err(partner::Error::from)?;
        *locked(&self.current) = preferences;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(root: &Path) -> PreferencesFile {
        PreferencesFile::read(root, "preferences.json")
    }

    #[test]
    fn preferences_survive_a_restart_and_a_broken_file_gives_the_defaults() {
        let place = tempfile::tempdir().unwrap();
        let kept = read(place.path());
        assert_eq!(kept.get(), Preferences::default());
        let chosen = Preferences { notices: false, keep_running: true, semicolons: true };
        kept.put(chosen).unwrap();
        assert_eq!(read(place.path()).get(), chosen);
        std::fs::write(place.path().join("preferences.json"), "{\"notices\":").unwrap();
        assert_eq!(read(place.path()).get(), Preferences::default());
    }

    #[test]
    fn preferences_that_cannot_be_saved_do_not_apply() {
        let kept = read(Path::new("/nowhere"));
        kept.put(Preferences { notices: false, ..Preferences::default() }).unwrap_err();
        assert_eq!(kept.get(), Preferences::default());
    }
}

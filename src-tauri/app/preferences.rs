//! How the admin of this computer likes the application. Never data of a partner.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use services::problem::Problem;
use specta::Type;

use crate::app::state::locked;

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// The system shows a notice when a long sync ends, or a log-in stops working.
    pub notices: bool,
    /// Closing the window leaves syncs running.
    pub keep_running: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences { notices: true, keep_running: false }
    }
}

/// The file that they are in, and what it says.
pub struct PreferencesFile {
    path: PathBuf,
    now: Mutex<Preferences>,
}

impl PreferencesFile {
    /// What was chosen before; a file that cannot be read counts as none.
    pub fn read(root: &Path) -> PreferencesFile {
        let path = root.join("preferences.json");
        let saved = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        PreferencesFile { path, now: Mutex::new(saved.unwrap_or_default()) }
    }

    /// As they are now.
    pub fn get(&self) -> Preferences {
        *locked(&self.now)
    }

    /// Choose.
    ///
    /// # Errors
    /// When the file cannot be written; then nothing changes.
    pub fn put(&self, preferences: Preferences) -> Result<(), Problem> {
        let text = serde_json::to_vec(&preferences).map_err(Problem::internal)?;
        let draft = self.path.with_extension("draft");
        let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &self.path));
        written.map_err(partner::Error::from)?;
        *locked(&self.now) = preferences;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_there_at_the_next_start_and_a_broken_file_counts_as_none() {
        let place = tempfile::tempdir().unwrap();
        let kept = PreferencesFile::read(place.path());
        assert_eq!(kept.get(), Preferences::default());
        let chosen = Preferences { notices: false, keep_running: true };
        kept.put(chosen).unwrap();
        assert_eq!(PreferencesFile::read(place.path()).get(), chosen);
        std::fs::write(place.path().join("preferences.json"), "{\"notices\":").unwrap();
        assert_eq!(PreferencesFile::read(place.path()).get(), Preferences::default());
    }

    #[test]
    fn what_cannot_be_written_is_not_chosen() {
        let kept = PreferencesFile::read(Path::new("/nowhere"));
        kept.put(Preferences { notices: false, keep_running: true }).unwrap_err();
        assert_eq!(kept.get(), Preferences::default());
    }
}

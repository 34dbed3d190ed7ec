//! Preferences of this computer. They contain no data of a partner.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use partner::Folder;
use partner::store::paths::{read_regular, rename};
use partner::store::permissions::write_private_file;
use partner::tables::file::Format;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use services::mail::is_address;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::Theme;

use crate::app::lock::locked;
use crate::app::zoom::Zoom;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// Show a desktop notification when a long sync ends, a sign-in stops working or a request can't be emailed.
    pub notices: bool,
    /// Keep syncing after the window is closed.
    pub keep_running: bool,
    /// Separate the cells of exported CSV files with semicolons.
    pub semicolons: bool,
}

impl Preferences {
    /// Returns the format with the separator of CSV files that the admin chose.
    pub fn with_separator(self, format: Format) -> Format {
        if format == Format::Csv && self.semicolons { Format::SemicolonCsv } else { format }
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Preferences { notices: true, keep_running: false, semicolons: false }
    }
}

/// The admin, as asked at the first start (product.md, section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Profile {
    /// Recorded as "who" in the history.
    pub name: String,
    /// Empty, or where a new partner's mails are answered.
    pub email: String,
}

impl Profile {
    /// Trims and validates both.
    ///
    /// # Errors
    /// When the name cannot be a name, and [`ProblemCode::EmailInvalid`].
    pub fn checked(&self) -> Result<Profile, Problem> {
        let name = partner::name::normalize(&self.name)?;
        let email = self.email.trim();
        if !email.is_empty() && !is_address(email) {
            return Err(Problem::new(ProblemCode::EmailInvalid).about(email));
        }
        Ok(Profile { name, email: email.to_owned() })
    }

    /// What the operating system knows of its user. The account "root" names nobody.
    pub fn proposed() -> Profile {
        let names = [whoami::realname(), whoami::username()].into_iter().flatten();
        let name = names.map(|name| name.trim().to_owned()).find(|name| !matches!(&**name, "" | "root"));
        Profile { name: name.unwrap_or_default(), email: String::new() }
    }
}

/// What the file contains.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Saved {
    pub preferences: Preferences,
    pub zoom: Zoom,
    /// `None` follows the system.
    pub theme: Option<Theme>,
    pub profile: Option<Profile>,
    /// The folder of the last export.
    pub export_folder: Option<PathBuf>,
}

/// A file that holds preferences.
pub struct PreferencesFile<T = Saved> {
    path: PathBuf,
    current: Mutex<T>,
}

impl PreferencesFile {
    /// Reads what the admin has chosen, for all partners.
    pub fn of_folder(folder: &Folder) -> PreferencesFile {
        PreferencesFile::read(folder.root(), "preferences.json")
    }
}

impl<T: Clone + Default + Serialize + DeserializeOwned> PreferencesFile<T> {
    /// Reads the file. A missing or unreadable file gives the defaults.
    pub fn read(root: &Path, name: &str) -> PreferencesFile<T> {
        let path = root.join(name);
        let saved = read_regular(&path).ok().and_then(|text| serde_json::from_slice(&text).ok());
        PreferencesFile { path, current: Mutex::new(saved.unwrap_or_default()) }
    }

    pub fn get(&self) -> T {
        locked(&self.current).clone()
    }

    /// # Errors
    /// Fails when the file cannot be written. The preferences are then unchanged.
    pub fn change(&self, change: impl FnOnce(&mut T)) -> Result<(), Problem> {
        let mut current = locked(&self.current);
        let mut changed = current.clone();
        change(&mut changed);
        let text = serde_json::to_vec(&changed).map_err(Problem::internal)?;
        let draft = self.path.with_extension("draft");
        let written = write_private_file(&draft, text).and_then(|()| rename(&draft, &self.path));
        written.map_err(partner::Error::from)?;
        *current = changed;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::zoom::ZoomStep;

    fn read(root: &Path) -> PreferencesFile {
        PreferencesFile::read(root, "preferences.json")
    }

    #[test]
    fn preferences_survive_a_restart_and_a_broken_file_gives_the_defaults() {
        let place = tempfile::tempdir().unwrap();
        let kept = read(place.path());
        assert_eq!(kept.get(), Saved::default());
        let chosen = Preferences { notices: false, keep_running: true, semicolons: true };
        kept.change(|saved| saved.preferences = chosen).unwrap();
        kept.change(|saved| saved.zoom = saved.zoom.step(ZoomStep::In)).unwrap();
        kept.change(|saved| saved.theme = Some(Theme::Dark)).unwrap();
        let profile = Profile { name: "Ana".into(), email: "ana@partner.example".into() };
        kept.change(|saved| saved.profile = Some(profile.clone())).unwrap();
        let export_folder = Some(PathBuf::from("/home/ana/Exports"));
        kept.change(|saved| saved.export_folder = export_folder.clone()).unwrap();
        let expected = Saved {
            preferences: chosen,
            zoom: Zoom(110),
            theme: Some(Theme::Dark),
            profile: Some(profile),
            export_folder,
        };
        assert_eq!(read(place.path()).get(), expected);
        std::fs::write(place.path().join("preferences.json"), "{\"notices\":").unwrap();
        assert_eq!(read(place.path()).get(), Saved::default());
    }

    #[test]
    fn a_profile_has_a_visible_name_and_one_address_or_none() {
        let checked = |name: &str, email: &str| {
            Profile { name: name.into(), email: email.into() }.checked().map_err(|problem| problem.code)
        };
        let ana = Profile { name: "Ana Lima".into(), email: "ana@partner.example".into() };
        assert_eq!(checked(" Ana Lima ", " ana@partner.example\n"), Ok(ana));
        assert_eq!(checked("Ana", "").map(|profile| profile.email), Ok(String::new()));
        assert_eq!(checked(" ", ""), Err(ProblemCode::NameEmpty));
        for email in ["ana", "ana@", "a@b.example, c@d.example", "ana@b.example\nBcc: c@d.example"] {
            assert_eq!(checked("Ana", email), Err(ProblemCode::EmailInvalid), "{email}");
        }
    }

    #[test]
    fn preferences_that_cannot_be_saved_do_not_apply() {
        let kept = read(Path::new("/nowhere"));
        kept.change(|saved| saved.preferences.notices = false).unwrap_err();
        assert_eq!(kept.get(), Saved::default());
    }
}

//! Scripts that this computer has no font for: their letters are shown as boxes.

use std::process::{Command, Stdio};

/// Scripts, and a language of each as fontconfig knows it.
const SCRIPTS: [(&str, &str); 19] = [
    ("Arabic", "ar"),
    ("Bengali", "bn"),
    ("Burmese", "my"),
    ("Chinese, simplified", "zh-cn"),
    ("Chinese, traditional", "zh-tw"),
    ("Cyrillic", "ru"),
    ("Devanagari", "hi"),
    ("Emoji", "und-zsye"),
    ("Greek", "el"),
    ("Hebrew", "he"),
    ("Japanese", "ja"),
    ("Khmer", "km"),
    ("Korean", "ko"),
    ("Lao", "lo"),
    ("Latin", "en"),
    ("Sinhala", "si"),
    ("Tamil", "ta"),
    ("Thai", "th"),
    ("Vietnamese", "vi"),
];

/// Asks fontconfig. `None` on a system without it, which brings its own fonts.
pub fn missing_scripts(fc_list: impl Fn() -> Command) -> Option<Vec<&'static str>> {
    let mut missing = Vec::new();
    for (script, language) in SCRIPTS {
        let mut search = fc_list();
        search.args(["--quiet", &format!(":lang={language}")]).stdout(Stdio::null()).stderr(Stdio::null());
        if !search.status().ok()?.success() {
            missing.push(script);
        }
    }
    Some(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_computer_without_fonts_has_none_for_any_script() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("fonts.conf");
        std::fs::write(&config, "<fontconfig></fontconfig>").unwrap();
        let fc_list = || {
            let mut command = Command::new("fc-list");
            command.env("FONTCONFIG_FILE", &config);
            command
        };
        assert_eq!(missing_scripts(fc_list), Some(SCRIPTS.map(|(script, _)| script).to_vec()));
    }

    #[test]
    fn a_computer_without_fontconfig_is_not_said_to_lack_fonts() {
        assert_eq!(missing_scripts(|| Command::new("no-such-program")), None);
    }
}

//! The region of the system, whose formats dates have.

/// Defines `window.dateLocale` for the page, as a BCP 47 tag or `undefined`. WebKitGTK and WebView2 know only the language of the
/// system; on macOS, WebKit takes the region into account.
pub fn script() -> String {
    let locale = serde_json::json!([date_locale()]);
    format!("[window.dateLocale] = {locale}")
}

#[cfg(target_os = "linux")]
fn date_locale() -> Option<String> {
    of_environment(|variable| std::env::var(variable).ok())
}

#[cfg(windows)]
fn date_locale() -> Option<String> {
    let format = windows_registry::CURRENT_USER.open("Control Panel\\International").ok()?;
    format.get_string("LocaleName").ok()
}

#[cfg(target_os = "macos")]
fn date_locale() -> Option<String> {
    None
}

/// The locale of dates as POSIX defines it, such as `de-CH` for `de_CH.UTF-8@euro`.
#[cfg(target_os = "linux")]
fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let values = ["LC_ALL", "LC_TIME", "LANG"].into_iter().filter_map(variable);
    let name = values.into_iter().find(|value| !value.is_empty())?;
    Some(name.split(['.', '@']).next()?.replace('_', "-"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn dates_have_the_format_of_the_region_rather_than_of_the_language() {
        for (variables, expected) in [
            (&[("LANG", "en_US.UTF-8"), ("LC_TIME", "de_DE.UTF-8")][..], Some("de-DE")),
            (&[("LANG", "en_US.UTF-8"), ("LC_TIME", "en_GB.UTF-8"), ("LC_ALL", "")], Some("en-GB")),
            (&[("LC_TIME", "en_GB.UTF-8"), ("LC_ALL", "sv_SE@euro")], Some("sv-SE")),
            (&[("LANG", "en_US.UTF-8")], Some("en-US")),
            (&[], None),
        ] {
            let value = |name: &str| {
                let found = variables.iter().find(|(variable, _)| *variable == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(of_environment(value).as_deref(), expected, "{variables:?}");
        }
    }
}

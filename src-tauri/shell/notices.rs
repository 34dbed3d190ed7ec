//! Desktop notifications. Shown only while the window does not have the focus.

use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::app::state::State;
use crate::shell::window;

/// Shows a notification, unless the admin turned them off or the window has the focus.
pub fn show(app: &AppHandle, text: &str) {
    let focused = app.get_webview_window(window::MAIN).is_some_and(|main| main.is_focused().unwrap_or(false));
    if focused || !app.state::<State>().preferences.get().preferences.notices {
        return;
    }
    if let Err(error) = app.notification().builder().title("XPO Admin").body(text).show() {
        tracing::warn!(%error, "failed to show a notification");
    }
}

/// Makes a name safe for a notification, whose text some desktops parse as markup: replaces markup characters and
/// invisible ones.
pub fn plain_text(name: &str) -> String {
    let safe = |c: char| match c {
        '<' => '‹',
        '>' => '›',
        '&' => '＆',
        '\u{200B}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {
            '\u{FFFD}'
        }
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    name.chars().take(100).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_notification_is_not_markup() {
        assert_eq!(plain_text("<b>A&B</b>\u{202E}\n"), "‹b›A＆B‹/b›\u{FFFD}\u{FFFD}");
    }
}

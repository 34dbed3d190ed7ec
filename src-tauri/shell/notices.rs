//! Desktop notifications. Shown only while the window does not have the focus. A click opens the screen that one is about.

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{ActionPerformed, NotificationExt};

use crate::app::state::State;
use crate::events::{ScreenChosen, emit};
use crate::shell::window;

const TARGET: &str = "target";

/// What a notification is about.
#[derive(Serialize, Deserialize)]
struct Target {
    /// The file of the partner.
    file: String,
    screen: ScreenChosen,
}

/// Shows a notification about the partner with this file, unless the admin turned them off or the window has the focus.
///
/// Returns immediately: only the main thread knows the focus, and when the admin quits, it waits for the partner's tasks, which
/// call this.
pub fn show(app: &AppHandle, file: &str, text: String, screen: ScreenChosen) {
    let (app, target) = (app.clone(), Target { file: file.to_owned(), screen });
    tauri::async_runtime::spawn_blocking(move || show_now(&app, text, target));
}

fn show_now(app: &AppHandle, text: String, target: Target) {
    let state = app.state::<State>();
    let focused = app.get_webview_window(window::MAIN).is_some_and(|main| main.is_focused().unwrap_or(false));
    if focused || !state.preferences.get().preferences.notices {
        return;
    }
    let notification = app.notification().builder().title("XPO Admin").body(text).extra(TARGET, target);
    if let Err(error) = notification.show() {
        tracing::warn!(%error, "failed to show a notification");
    }
}

/// Opens the window at each click on a notification, at its screen if its partner is still open.
pub fn follow_clicks(app: &AppHandle) {
    let handle = app.clone();
    let followed = app.notification().on_action(move |click| {
        window::show(&handle);
        let Some(target) = target_of(click) else { return };
        if handle.state::<State>().open_partner.current_if(|open| open.file == target.file).is_some() {
            emit(&handle, target.screen);
        }
    });
    if let Err(error) = followed {
        tracing::warn!(%error, "failed to follow clicks on notifications");
    }
}

fn target_of(click: &ActionPerformed) -> Option<Target> {
    serde_json::from_value(click.notification()?.extra().get(TARGET)?.clone()).ok()
}

/// Makes a name safe for a notification, whose text some desktops parse as markup.
pub fn plain_text(name: &str) -> String {
    let safe = |c: char| match c {
        '<' => '‹',
        '>' => '›',
        '&' => '＆',
        c => c,
    };
    partner::plain(name).chars().take(100).map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_notification_is_not_markup() {
        assert_eq!(plain_text("<b>A&B</b>\u{202E}\n"), "‹b›A＆B‹/b›\u{FFFD}␊");
    }
}

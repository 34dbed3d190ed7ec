//! Desktop notifications: a long sync ended, a sign-in stopped working. Shown only while the window does not have the focus.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use partner::sync_jobs::job::JobState;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::app::state::{State, locked};
use crate::shell::window;

/// Shorter batches need no notification: the admin is still looking.
const LONG: SignedDuration = SignedDuration::from_secs(30);

/// The current batch of syncs: those that ended since the queue was last empty.
#[derive(Debug, Default)]
pub struct Notices(Mutex<Batch>);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Batch {
    /// When the first of them was requested: milliseconds since 1970, UTC.
    since: Option<i64>,
    ended: u32,
    failed: u32,
    partly: u32,
}

impl Notices {
    /// Records the end of a sync that was requested at `asked` (milliseconds since 1970, UTC), while `left` syncs are
    /// queued or running. Returns the text of the notification after the last sync of a long batch.
    pub fn ended(&self, state: JobState, asked: i64, left: u32, now: Timestamp) -> Option<String> {
        let mut batch = locked(&self.0);
        batch.since = Some(batch.since.map_or(asked, |since| since.min(asked)));
        batch.ended += 1;
        match state {
            JobState::Failed => batch.failed += 1,
            JobState::PartlyDone => batch.partly += 1,
            // The admin cancelled it and needs no notification.
            JobState::Cancelled => batch.ended -= 1,
            _ => {}
        }
        if left > 0 {
            return None;
        }
        let batch = std::mem::take(&mut *batch);
        let since = Timestamp::from_millisecond(batch.since?).ok()?;
        (batch.ended > 0 && now.duration_since(since) >= LONG).then(|| batch.summary())
    }
}

impl Batch {
    fn summary(&self) -> String {
        let syncs =
            if self.ended == 1 { "1 sync ended".to_owned() } else { format!("{} syncs ended", self.ended) };
        match (self.failed, self.partly) {
            (0, 0) => format!("{syncs}."),
            (failed, 0) => format!("{syncs}, {failed} of them failed."),
            (0, partly) => format!("{syncs}, {partly} of them partly done."),
            (failed, partly) => format!("{syncs}, {failed} of them failed and {partly} partly done."),
        }
    }
}

/// Shows a notification, unless the admin turned them off or the window has the focus.
pub fn show(app: &AppHandle, text: &str) {
    let focused = app.get_webview_window(window::MAIN).is_some_and(|main| main.is_focused().unwrap_or(false));
    if focused || !app.state::<State>().preferences.get().notices {
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

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_long_batch_is_notified_once_after_its_last_sync() {
        let notices = Notices::default();
        assert_eq!(notices.ended(JobState::Done, 20_000, 2, at(40)), None);
        assert_eq!(notices.ended(JobState::Failed, 10_000, 1, at(41)), None);
        let text = notices.ended(JobState::PartlyDone, 20_000, 0, at(42));
        assert_eq!(text.as_deref(), Some("3 syncs ended, 1 of them failed and 1 partly done."));
        assert_eq!(notices.ended(JobState::Done, 42_000, 0, at(43)), None, "a new batch, and a short one");
    }

    #[test]
    fn a_cancelled_sync_is_not_notified() {
        assert_eq!(Notices::default().ended(JobState::Cancelled, 0, 0, at(100)), None);
    }

    #[test]
    fn a_name_in_a_notification_is_not_markup() {
        assert_eq!(plain_text("<b>A&B</b>\u{202E}\n"), "‹b›A＆B‹/b›\u{FFFD}\u{FFFD}");
    }
}

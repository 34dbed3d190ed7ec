//! Notices of the system: a long sync ended, a log-in stopped working. Only while the window is not looked at.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};
use partner::sync_jobs::job::JobState;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::app::state::{State, locked};
use crate::shell::window;

/// A sync that is over sooner needs no notice: the admin is still there.
const LONG: SignedDuration = SignedDuration::from_secs(30);

/// Syncs since the last time that none was under way.
#[derive(Debug, Default)]
pub struct Notices(Mutex<Batch>);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Batch {
    /// When the first of them was asked for: milliseconds since 1970, UTC.
    since: Option<i64>,
    ended: u32,
    failed: u32,
    partly: u32,
}

impl Notices {
    /// A sync that was asked for at `asked` (milliseconds since 1970, UTC) ended, and `left` are under way. What to say
    /// once the last one of a long batch has.
    pub fn ended(&self, state: JobState, asked: i64, left: u32, now: Timestamp) -> Option<String> {
        let mut batch = locked(&self.0);
        batch.since = Some(batch.since.map_or(asked, |since| since.min(asked)));
        batch.ended += 1;
        match state {
            JobState::Failed => batch.failed += 1,
            JobState::PartlyDone => batch.partly += 1,
            // Given up by the admin, who knows.
            JobState::Cancelled => batch.ended -= 1,
            _ => {}
        }
        if left > 0 {
            return None;
        }
        let batch = std::mem::take(&mut *batch);
        let since = Timestamp::from_millisecond(batch.since?).ok()?;
        (batch.ended > 0 && now.duration_since(since) >= LONG).then(|| batch.words())
    }
}

impl Batch {
    fn words(&self) -> String {
        let syncs =
            if self.ended == 1 { "1 sync ended".to_owned() } else { format!("{} syncs ended", self.ended) };
        match (self.failed, self.partly) {
            (0, 0) => format!("{syncs}."),
            (failed, 0) => format!("{syncs}, {failed} of them failed."),
            (0, partly) => format!("{syncs}, {partly} of them only in part."),
            (failed, partly) => format!("{syncs}, {failed} of them failed and {partly} only in part."),
        }
    }
}

/// Show a notice, unless the admin wants none or looks at the window.
pub fn show(app: &AppHandle, text: &str) {
    let looking = app.get_webview_window(window::MAIN).is_some_and(|main| main.is_focused().unwrap_or(false));
    if looking || !app.state::<State>().preferences.get().notices {
        return;
    }
    if let Err(error) = app.notification().builder().title("XPO Admin").body(text).show() {
        tracing::warn!(%error, "the system showed no notice");
    }
}

/// A name for a notice, which some systems read as markup: without its signs, and without any that nobody can see.
pub fn plain_text(name: &str) -> String {
    let sign = |c: char| match c {
        '<' => '‹',
        '>' => '›',
        '&' => '＆',
        '\u{200B}' | '\u{2028}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => {
            '\u{FFFD}'
        }
        c if c.is_control() => '\u{FFFD}',
        c => c,
    };
    name.chars().take(100).map(sign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_long_batch_is_told_once_when_its_last_sync_ends() {
        let notices = Notices::default();
        assert_eq!(notices.ended(JobState::Done, 20_000, 2, at(40)), None);
        assert_eq!(notices.ended(JobState::Failed, 10_000, 1, at(41)), None);
        let told = notices.ended(JobState::PartlyDone, 20_000, 0, at(42));
        assert_eq!(told.as_deref(), Some("3 syncs ended, 1 of them failed and 1 only in part."));
        assert_eq!(notices.ended(JobState::Done, 42_000, 0, at(43)), None, "a batch of its own, and short");
    }

    #[test]
    fn what_the_admin_gave_up_is_no_news() {
        assert_eq!(Notices::default().ended(JobState::Cancelled, 0, 0, at(100)), None);
    }

    #[test]
    fn a_name_in_a_notice_is_no_markup() {
        assert_eq!(plain_text("<b>A&B</b>\u{202E}\n"), "‹b›A＆B‹/b›\u{FFFD}\u{FFFD}");
    }
}

//! Events that the window receives.

use serde::{Deserialize, Serialize};
use services::sync::Activity;
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

/// What a change affects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Ad accounts, and which TikTok users can access them.
    Accounts,
    Users,
    Decisions,
    /// Campaigns, ad groups, ads or audiences.
    Facts,
    Jobs,
    /// Requests and their mails.
    Requests,
    Settings,
    /// Suggestions were learned again.
    Suggestions,
    /// Saved views of lists.
    Views,
    /// The list of partners, and which of them is open.
    Partners,
}

/// Sent after a commit: the window reads again what these topics are about.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct DataChanged {
    pub topics: Vec<Topic>,
}

/// The current state of syncs that started, progressed, paused or ended.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncProgress {
    pub syncs: Vec<Activity>,
}

impl DataChanged {
    /// Returns the event for another open partner: all of its data may differ.
    pub fn everything() -> DataChanged {
        use Topic::{
            Accounts, Decisions, Facts, Jobs, Partners, Requests, Settings, Suggestions, Users, Views,
        };
        DataChanged {
            topics: vec![
                Partners,
                Settings,
                Users,
                Accounts,
                Decisions,
                Facts,
                Jobs,
                Requests,
                Suggestions,
                Views,
            ],
        }
    }
}

/// Sends `event` to the window, if it is open.
pub fn emit<E: Event + Clone + Serialize>(app: &AppHandle, event: E) {
    if let Err(error) = event.emit(app) {
        tracing::warn!(%error, "failed to emit an event");
    }
}

/// The progress of the running import.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ImportStage(pub services::tiktok::import::Progress);

/// The number of rows that a running export has written.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ExportProgress {
    #[specta(type = u32)]
    pub rows: u64,
}

/// The number of rows that a running import has read or compared.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ReadProgress {
    #[specta(type = u32)]
    pub rows: u64,
}

/// The admin chose a screen outside of the page: in the menu bar of macOS, or with a click on a notification.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
#[serde(tag = "screen", rename_all = "snake_case")]
pub enum ScreenChosen {
    Accounts,
    Activity,
    Requests { search: String },
    Settings,
}

/// A file of another program is dragged over the window.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type, Event)]
#[serde(rename_all = "snake_case")]
pub enum FileDrag {
    Over,
    Left,
    Dropped,
}

/// The sign-in page tried to open a window whose address the popup does not open.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct LinkRefused {
    /// Untrusted text.
    pub address: String,
}

/// The sign-in page loaded.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SignInPage {
    /// The server reported an error, such as for an unknown app.
    pub failed: bool,
}

/// The admin closed the window while leaving the page asks first: the page asks, then quits.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type, Event)]
pub struct CloseRequested;

/// The program panicked: the page offers to start over.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Crashed {
    /// The location in the source, for a report.
    pub location: String,
}

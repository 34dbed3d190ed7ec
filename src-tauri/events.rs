//! What the window is told without asking.

use serde::{Deserialize, Serialize};
use services::sync::Activity;
use specta::Type;
use tauri::AppHandle;
use tauri_specta::Event;

/// A part of what is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Ad accounts, and who reaches them.
    Accounts,
    /// TikTok users and their states.
    Users,
    /// What admins decided.
    Decisions,
    /// Campaigns, ad groups, ads or audiences, as TikTok tells them.
    Facts,
    /// Syncs.
    Jobs,
    /// Requests, and what became of their mails.
    Requests,
    /// Settings.
    Settings,
    /// Which partners there are, and which is open.
    Partners,
}

/// Something was written: read it again. Sent after the commit.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Changed {
    /// What to read again.
    pub what: Vec<What>,
}

/// Syncs began, got on, wait, or ended: as they are now.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct SyncMoved {
    /// Each once.
    pub syncs: Vec<Activity>,
}

impl Changed {
    /// Another partner is open.
    pub fn everything() -> Changed {
        use What::{Accounts, Decisions, Facts, Jobs, Partners, Requests, Settings, Users};
        Changed { what: vec![Partners, Settings, Users, Accounts, Decisions, Facts, Jobs, Requests] }
    }
}

/// Sends `event` to the window, if it is open.
pub fn tell<E: Event + Clone + Serialize>(app: &AppHandle, event: E) {
    if let Err(error) = event.emit(app) {
        tracing::warn!(%error, "failed to emit an event");
    }
}

/// How far the import under way is.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct ImportStage(pub services::tiktok::import::Progress);

/// The program panicked: the page offers to start over.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Crashed {
    /// The place in the source, for a report.
    pub location: String,
}

//! Passes events of syncs and mails on to the window, and to the desktop's notifications.

use std::sync::Arc;

use jiff::Timestamp;
use services::outbox::{self, OutboxEvent};
use services::sync::{self, SyncEvent};
use tauri::AppHandle;

use super::sync_batch::SyncBatch;
use crate::events::{DataChanged, ScreenChosen, SyncProgress, Topic, emit};
use crate::shell::notices;

/// Observes the syncs of the partner with this file.
pub fn of_syncs(app: &AppHandle, file: &str) -> sync::Observer {
    let (app, file, batch) = (app.clone(), file.to_owned(), SyncBatch::default());
    Arc::new(move |event| match event {
        SyncEvent::Updated { syncs } => emit(&app, SyncProgress { syncs }),
        SyncEvent::FactsWritten { accounts: true } => {
            emit(&app, DataChanged { topics: vec![Topic::Facts, Topic::Accounts] });
        }
        SyncEvent::FactsWritten { accounts: false } => emit(&app, DataChanged { topics: vec![Topic::Facts] }),
        SyncEvent::Reachability(_) | SyncEvent::Stalled(_) => {
            emit(&app, DataChanged { topics: vec![Topic::Jobs] });
        }
        SyncEvent::Ended { sync, left } => {
            emit(&app, DataChanged { topics: vec![Topic::Jobs] });
            if let Some(text) = batch.ended(sync.job.state, sync.job.requested_at, left, Timestamp::now()) {
                notices::show(&app, &file, text, ScreenChosen::Activity);
            }
        }
        SyncEvent::SignInRequired { user } => {
            emit(&app, DataChanged { topics: vec![Topic::Users, Topic::Accounts] });
            let name = notices::plain_text(&user.name);
            let text = format!("TikTok user “{name}” has to sign in again. Its syncs are paused until then.");
            notices::show(&app, &file, text, ScreenChosen::Accounts);
        }
    })
}

/// Observes the outbox of the partner with this file.
pub fn of_outbox(app: &AppHandle, file: &str) -> outbox::Observer {
    let (app, file) = (app.clone(), file.to_owned());
    Arc::new(move |event| {
        emit(&app, DataChanged { topics: vec![Topic::Requests] });
        let (name, result) = match event {
            OutboxEvent::Changed { .. } => return,
            OutboxEvent::Delayed { name, .. } => (name, "isn't mailed yet. XPO Admin keeps trying"),
            OutboxEvent::Failed { name, .. } => (name, "couldn't be mailed"),
        };
        let shown = notices::plain_text(&name);
        let text = format!("The request for “{shown}” {result}. See Requests for the reason.");
        notices::show(&app, &file, text, ScreenChosen::Requests { search: name });
    })
}

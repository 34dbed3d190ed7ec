//! Passes events of syncs and mails on to the window, and to the desktop's notifications.

use std::sync::Arc;

use jiff::Timestamp;
use services::outbox::{self, OutboxEvent};
use services::sync::{self, Activity, SyncEvent};
use tauri::{AppHandle, Manager};

use super::background::in_book;
use super::state::State;
use crate::events::{DataChanged, ScreenChosen, SyncProgress, Topic, emit};
use crate::shell::notices;

pub fn of_syncs(app: &AppHandle) -> sync::Observer {
    let app = app.clone();
    Arc::new(move |event| match event {
        SyncEvent::Updated { syncs } => emit(&app, SyncProgress { syncs }),
        SyncEvent::FactsWritten { accounts: true } => {
            emit(&app, DataChanged { topics: vec![Topic::Facts, Topic::Accounts] });
        }
        SyncEvent::FactsWritten { accounts: false } => emit(&app, DataChanged { topics: vec![Topic::Facts] }),
        SyncEvent::Reachability(_) => emit(&app, DataChanged { topics: vec![Topic::Jobs] }),
        SyncEvent::Ended { sync } => {
            emit(&app, DataChanged { topics: vec![Topic::Jobs] });
            tauri::async_runtime::spawn(notify_when_batch_ends(app.clone(), *sync));
        }
        SyncEvent::SignInRequired { user } => {
            emit(&app, DataChanged { topics: vec![Topic::Users, Topic::Accounts] });
            let name = notices::plain_text(&user.name);
            let text = format!("TikTok user “{name}” has to sign in again. Its syncs are paused until then.");
            notices::show(&app, &text, ScreenChosen::Accounts);
        }
    })
}

pub fn of_outbox(app: &AppHandle) -> outbox::Observer {
    let app = app.clone();
    Arc::new(move |event| {
        emit(&app, DataChanged { topics: vec![Topic::Requests] });
        let (name, result) = match event {
            OutboxEvent::Changed { .. } => return,
            OutboxEvent::Delayed { name, .. } => (name, "isn't mailed yet. XPO Admin keeps trying"),
            OutboxEvent::Failed { name, .. } => (name, "couldn't be mailed"),
        };
        let shown = notices::plain_text(&name);
        let text = format!("The request for “{shown}” {result}. See Requests for the reason.");
        notices::show(&app, &text, ScreenChosen::Requests { search: name });
    })
}

/// Shows one notification for a batch of syncs, after its last one.
async fn notify_when_batch_ends(app: AppHandle, sync: Activity) {
    let state = app.state::<State>();
    let counts = in_book(&state, |book| book.sync_counts(Timestamp::now())).await;
    let left = counts.map_or(0, |counts| counts.running + counts.queued);
    if let Some(text) = state.sync_batch.ended(sync.job.state, sync.job.requested_at, left, Timestamp::now())
    {
        notices::show(&app, &text, ScreenChosen::Activity);
    }
}

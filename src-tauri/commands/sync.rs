//! Syncs: asking for them, following them, giving them up, and how they go of their own accord.

use std::sync::Arc;

use jiff::Timestamp;
use partner::ids::AdAccountId;
use partner::queries::syncs::SyncCounts;
use partner::sync_jobs::job::{JobKind, Requested};
use partner::sync_jobs::settings::SyncSettings;
use services::problem::Problem;
use services::sync::{Activity, Setup, SyncEvent, Syncs};
use tauri::{AppHandle, Manager};

use super::{App, in_book, settings::USER_AGENT};
use crate::app::state::{Open, State};
use crate::events::{Changed, SyncMoved, What, tell};
use crate::shell::notices;

/// Ask for a sync of each ad account; what is under way already is told and not asked for twice (R27).
#[tauri::command]
#[specta::specta]
pub async fn request_syncs(
    app: AppHandle,
    state: App<'_>,
    kind: JobKind,
    accounts: Vec<AdAccountId>,
) -> Result<Requested, Problem> {
    let requested = state.open()?.syncs()?.request(kind, accounts).await?;
    tell(&app, Changed { what: vec![What::Jobs] });
    Ok(requested)
}

/// Give syncs up. Tells how many of them were under way.
#[tauri::command]
#[specta::specta]
pub async fn cancel_syncs(app: AppHandle, state: App<'_>, jobs: Vec<u32>) -> Result<u32, Problem> {
    let syncs = state.open()?.syncs()?;
    let mut cancelled = 0;
    for job in jobs {
        cancelled += u32::from(syncs.cancel(job.into()).await?);
    }
    tell(&app, Changed { what: vec![What::Jobs] });
    Ok(cancelled)
}

/// Ask for the same syncs again.
#[tauri::command]
#[specta::specta]
pub async fn retry_syncs(app: AppHandle, state: App<'_>, jobs: Vec<u32>) -> Result<Requested, Problem> {
    let syncs = state.open()?.syncs()?;
    let mut requested = Requested::default();
    for job in jobs {
        let Requested { queued, running } = syncs.retry(job.into()).await?;
        requested.queued.extend(queued);
        requested.running.extend(running);
    }
    tell(&app, Changed { what: vec![What::Jobs] });
    Ok(requested)
}

/// How many syncs run, wait and failed.
#[tauri::command]
#[specta::specta]
pub async fn sync_counts(state: App<'_>) -> Result<SyncCounts, Problem> {
    in_book(&state, |book| book.sync_counts(Timestamp::now())).await
}

/// How syncs go of their own accord.
#[tauri::command]
#[specta::specta]
pub async fn sync_settings(state: App<'_>) -> Result<SyncSettings, Problem> {
    in_book(&state, |book| book.sync_settings()).await
}

/// Change that.
#[tauri::command]
#[specta::specta]
pub async fn save_sync_settings(
    app: AppHandle,
    state: App<'_>,
    settings: SyncSettings,
) -> Result<(), Problem> {
    in_book(&state, move |book| book.save_sync_settings(settings)).await?;
    state.open()?.syncs()?.settings_changed();
    tell(&app, Changed { what: vec![What::Settings] });
    Ok(())
}

/// The system says that there is a network again.
#[tauri::command]
#[specta::specta]
pub async fn network_is_back(state: App<'_>) -> Result<(), Problem> {
    let open = state.open()?;
    open.hurry_mail().await?;
    open.syncs()?.wake().await
}

/// Begin the syncs of a partner that was just opened.
pub async fn start(app: &AppHandle, open: &Open) -> Result<Syncs, Problem> {
    let app = app.clone();
    let observer = Arc::new(move |event| pass_on(&app, event));
    Syncs::start(Setup::new(Arc::clone(&open.book), open.keys.clone(), USER_AGENT), observer).await
}

/// Tell the window what the syncs tell.
fn pass_on(app: &AppHandle, event: SyncEvent) {
    match event {
        SyncEvent::Moved { syncs } => tell(app, SyncMoved { syncs }),
        SyncEvent::Written { details: true, .. } => {
            tell(app, Changed { what: vec![What::Facts, What::Accounts] });
        }
        SyncEvent::Written { .. } => tell(app, Changed { what: vec![What::Facts] }),
        SyncEvent::Online { .. } => tell(app, Changed { what: vec![What::Jobs] }),
        SyncEvent::Ended { sync } => {
            tell(app, Changed { what: vec![What::Jobs] });
            tauri::async_runtime::spawn(notice_of(app.clone(), *sync));
        }
        SyncEvent::LogInNeeded { user } => {
            tell(app, Changed { what: vec![What::Users, What::Accounts] });
            let name = notices::harmless(&user.name);
            notices::show(
                app,
                &format!("TikTok user “{name}” has to log in again; until then its syncs wait."),
            );
        }
    }
}

/// Tell the system when the last sync of a long batch ended.
async fn notice_of(app: AppHandle, sync: Activity) {
    let state = app.state::<State>();
    let counts = in_book(&state, |book| book.sync_counts(Timestamp::now())).await;
    let left = counts.map_or(0, |counts| counts.running + counts.queued);
    if let Some(text) = state.notices.ended(sync.job.state, sync.job.requested_at, left, Timestamp::now()) {
        notices::show(&app, &text);
    }
}

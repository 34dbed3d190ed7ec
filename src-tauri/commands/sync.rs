//! Syncs: requesting, cancelling and retrying them, and their settings.

use jiff::Timestamp;
use partner::ids::AdAccountId;
use partner::queries::syncs::SyncCounts;
use partner::sync_jobs::job::{JobKind, Requested};
use partner::sync_jobs::settings::SyncSettings;
use services::problem::Problem;
use services::sync::Reachability;
use tauri::AppHandle;

use super::App;
use crate::app::background::in_book;
use crate::events::{DataChanged, Topic, emit};

/// Requests a sync of each ad account. A queued or running one is returned instead of being requested again (R27).
#[tauri::command]
#[specta::specta]
pub async fn request_syncs(
    app: AppHandle,
    state: App<'_>,
    kind: JobKind,
    accounts: Vec<AdAccountId>,
) -> Result<Requested, Problem> {
    let requested = state.open_partner.current()?.syncs()?.request(kind, accounts).await?;
    emit(&app, DataChanged { topics: vec![Topic::Jobs] });
    Ok(requested)
}

/// Cancels syncs. Returns how many of them were queued or running.
#[tauri::command]
#[specta::specta]
pub async fn cancel_syncs(app: AppHandle, state: App<'_>, jobs: Vec<u32>) -> Result<u32, Problem> {
    let syncs = state.open_partner.current()?.syncs()?;
    let mut cancelled = 0;
    for job in jobs {
        cancelled += u32::from(syncs.cancel(job.into()).await?);
    }
    emit(&app, DataChanged { topics: vec![Topic::Jobs] });
    Ok(cancelled)
}

/// Requests the same syncs again.
#[tauri::command]
#[specta::specta]
pub async fn retry_syncs(app: AppHandle, state: App<'_>, jobs: Vec<u32>) -> Result<Requested, Problem> {
    let syncs = state.open_partner.current()?.syncs()?;
    let mut requested = Requested::default();
    for job in jobs {
        let Requested { queued, running, .. } = syncs.retry(job.into()).await?;
        requested.queued.extend(queued);
        requested.running.extend(running);
    }
    emit(&app, DataChanged { topics: vec![Topic::Jobs] });
    Ok(requested)
}

/// Returns whether TikTok can be reached.
#[tauri::command]
#[specta::specta]
pub async fn reachability(state: App<'_>) -> Result<Reachability, Problem> {
    Ok(state.open_partner.current()?.syncs()?.reachability())
}

/// Returns why no sync can start, such as a full disk.
#[tauri::command]
#[specta::specta]
pub async fn sync_stall(state: App<'_>) -> Result<Option<Problem>, Problem> {
    Ok(state.open_partner.current()?.syncs()?.stall())
}

/// Returns the number of syncs by state.
#[tauri::command]
#[specta::specta]
pub async fn sync_counts(state: App<'_>) -> Result<SyncCounts, Problem> {
    in_book(&state, |book| book.sync_counts(Timestamp::now())).await
}

/// Returns the schedule and the limits of syncs.
#[tauri::command]
#[specta::specta]
pub async fn sync_settings(state: App<'_>) -> Result<SyncSettings, Problem> {
    in_book(&state, |book| book.sync_settings()).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_sync_settings(
    app: AppHandle,
    state: App<'_>,
    settings: SyncSettings,
) -> Result<(), Problem> {
    in_book(&state, move |book| book.save_sync_settings(settings)).await?;
    state.open_partner.current()?.syncs()?.settings_changed();
    emit(&app, DataChanged { topics: vec![Topic::Settings] });
    Ok(())
}

/// Retries what waits for a network. The window calls this when the system reports a network again.
#[tauri::command]
#[specta::specta]
pub async fn network_is_back(state: App<'_>) -> Result<(), Problem> {
    let open = state.open_partner.current()?;
    open.retry_mail().await?;
    open.syncs()?.wake().await
}

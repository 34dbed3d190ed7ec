//! Updates, in builds with the feature `updater`: the installers of the release workflow. The deb and rpm packages are built
//! without it.

use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

/// Whether this build can check for updates.
pub const ENABLED: bool = cfg!(feature = "updater");

/// Returns the newer version that is available, if any. Only one that is signed with this build's key is accepted.
///
/// # Errors
/// [`ProblemCode::Offline`] when the check fails.
#[cfg(feature = "updater")]
pub async fn newer(app: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(found(app).await?.map(|update| update.version))
}

/// Installs the newer version and restarts the application.
///
/// # Errors
/// Fails with the errors of [`newer`], and when the installation fails. The installed version then stays in place.
#[cfg(feature = "updater")]
pub async fn install(app: &AppHandle) -> Result<(), Problem> {
    if let Some(update) = found(app).await? {
        update.download_and_install(|_, _| {}, || {}).await.map_err(Problem::internal)?;
        app.request_restart();
    }
    Ok(())
}

#[cfg(feature = "updater")]
async fn found(app: &AppHandle) -> Result<Option<tauri_plugin_updater::Update>, Problem> {
    use tauri_plugin_updater::UpdaterExt;
    let updater = app.updater().map_err(Problem::internal)?;
    updater.check().await.map_err(|error| Problem::new(ProblemCode::Offline).because(error))
}

/// Returns `None`, because this build has no updates.
#[cfg(not(feature = "updater"))]
pub async fn newer(_: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(None)
}

/// Always fails in a build without updates.
#[cfg(not(feature = "updater"))]
pub async fn install(_: &AppHandle) -> Result<(), Problem> {
    Err(Problem::new(ProblemCode::Internal))
}

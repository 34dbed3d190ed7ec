//! Newer versions: looked for and installed by those builds that their makers publish themselves (feature `updater`). A
//! package of a distribution is renewed by the distribution.

use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

/// Whether this build looks for newer versions.
pub const ON: bool = cfg!(feature = "updater");

/// The version that could be installed, if there is a newer one. It is signed by whoever holds the key that this build knows.
///
/// # Errors
/// [`ProblemCode::Offline`] when nobody can be asked.
#[cfg(feature = "updater")]
pub async fn newer(app: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(found(app).await?.map(|update| update.version))
}

/// Install the newer version, and begin again with it.
///
/// # Errors
/// As [`newer`], and when it cannot be installed; this version is still there then.
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

/// None: the distribution has it.
#[cfg(not(feature = "updater"))]
pub async fn newer(_: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(None)
}

/// Nothing can be installed.
#[cfg(not(feature = "updater"))]
pub async fn install(_: &AppHandle) -> Result<(), Problem> {
    Err(Problem::new(ProblemCode::Internal))
}

//! Newer versions, in builds with the feature `updater`: those of the release workflow.

use serde::Serialize;
use services::problem::{Problem, ProblemCode};
use specta::Type;
use tauri::AppHandle;
#[cfg(any(test, feature = "updater"))]
use tauri::Manager;
#[cfg(any(test, feature = "updater"))]
use tauri_plugin_updater::{Error, Update, UpdaterExt};

#[cfg(any(test, feature = "updater"))]
use crate::app::lock::locked;

/// How the admin gets a newer version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UpdateMethod {
    Install,
    /// From the download page, because only the system may replace what its package manager installed.
    Download,
}

/// Returns `None` if this build cannot check for newer versions.
pub fn method() -> Option<UpdateMethod> {
    let replaceable = cfg!(not(target_os = "linux")) || std::env::var_os("APPIMAGE").is_some();
    let method = if replaceable { UpdateMethod::Install } else { UpdateMethod::Download };
    cfg!(feature = "updater").then_some(method)
}

/// Returns the newer version that is available, if any. Only one that is signed with this build's key is accepted.
///
/// # Errors
/// [`ProblemCode::UpdatesUnreachable`], [`ProblemCode::UpdatesUnreadable`], [`ProblemCode::UpdateMissing`].
#[cfg(feature = "updater")]
pub async fn newer(app: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(found(app).await?.map(|update| update.version))
}

/// The newer version with its installer, until it is installed.
#[cfg(any(test, feature = "updater"))]
#[derive(Default)]
struct Downloaded(std::sync::Mutex<Option<(Update, Vec<u8>)>>);

/// Downloads the newer version for [`install`], unless it already is. Returns false if there is none, for example because it
/// was withdrawn.
///
/// # Errors
/// Fails with the errors of [`newer`] and [`ProblemCode::UpdateUntrusted`].
#[cfg(any(test, feature = "updater"))]
pub async fn download<R: tauri::Runtime>(app: &AppHandle<R>) -> Result<bool, Problem> {
    app.manage(Downloaded::default());
    let Some(update) = found(app).await? else { return Ok(false) };
    let downloaded = app.state::<Downloaded>();
    let is_same = |(earlier, _): &(Update, _)| earlier.version == update.version;
    if !locked(&downloaded.0).as_ref().is_some_and(is_same) {
        let installer = installer_of(&update).await?;
        *locked(&downloaded.0) = Some((update, installer));
    }
    Ok(true)
}

/// Installs the downloaded version and restarts the application, or opens the download page.
///
/// # Errors
/// Fails with [`ProblemCode::UpdateFailed`] or, for the page, [`ProblemCode::BrowserMissing`]. The installed version then stays
/// in place.
#[cfg(feature = "updater")]
pub async fn install(app: &AppHandle) -> Result<(), Problem> {
    use crate::app::{background::run, session, state::State};

    if method() == Some(UpdateMethod::Download) {
        let page = download_page(app).ok_or(ProblemCode::Internal)?;
        let opened = run({
            let page = page.clone();
            move || open::that_detached(page)
        })
        .await?;
        return opened.map_err(|error| Problem::new(ProblemCode::BrowserMissing).about(page).because(error));
    }
    let downloaded = app.try_state::<Downloaded>().and_then(|downloaded| locked(&downloaded.0).take());
    let Some((update, installer)) = downloaded else { return Ok(()) };
    // On Windows, starting the installer ends the process without a further event.
    let state = app.state::<State>();
    session::close_for_exit(&state).await;
    if let Err(error) = update.install(installer) {
        session::reopen(app, &state).await.ok();
        return Err(problem_of(error));
    }
    app.request_restart();
    Ok(())
}

#[cfg(any(test, feature = "updater"))]
async fn found<R: tauri::Runtime>(app: &AppHandle<R>) -> Result<Option<Update>, Problem> {
    let updater = app.updater().map_err(problem_of)?;
    updater.check().await.map_err(problem_of)
}

/// The page of the newest release, beside its manifest. The manifest itself is not signed and cannot name another one.
#[cfg(any(test, feature = "updater"))]
fn download_page<R: tauri::Runtime>(app: &AppHandle<R>) -> Option<String> {
    let manifest = app.config().plugins.0.get("updater")?["endpoints"][0].as_str()?;
    Some(manifest.strip_suffix("/download/latest.json")?.to_owned())
}

/// Downloads the installer and verifies its signature.
#[cfg(any(test, feature = "updater"))]
async fn installer_of(update: &Update) -> Result<Vec<u8>, Problem> {
    update.download(|_, _| {}, || {}).await.map_err(problem_of)
}

#[cfg(any(test, feature = "updater"))]
fn problem_of(error: Error) -> Problem {
    let code = match &error {
        Error::Reqwest(error) if !error.is_decode() => ProblemCode::UpdatesUnreachable,
        Error::Reqwest(_)
        | Error::ReleaseNotFound
        | Error::Serialization(_)
        | Error::Semver(_)
        | Error::UrlParse(_)
        | Error::Network(_) => ProblemCode::UpdatesUnreadable,
        Error::TargetNotFound(_) | Error::TargetsNotFound(_) => ProblemCode::UpdateMissing,
        Error::Minisign(_)
        | Error::Base64(_)
        | Error::SignatureUtf8(_)
        | Error::SignedVersionMismatch { .. }
        | Error::MissingSignedVersion => ProblemCode::UpdateUntrusted,
        _ => ProblemCode::UpdateFailed,
    };
    Problem::new(code).because(error)
}

/// Returns `None`, because this build has no updates.
#[cfg(not(feature = "updater"))]
pub async fn newer(_: &AppHandle) -> Result<Option<String>, Problem> {
    Ok(None)
}

/// Always fails in a build without updates.
#[cfg(not(any(test, feature = "updater")))]
pub async fn download(_: &AppHandle) -> Result<bool, Problem> {
    Err(Problem::new(ProblemCode::Internal))
}

/// Always fails in a build without updates.
#[cfg(not(feature = "updater"))]
pub async fn install(_: &AppHandle) -> Result<(), Problem> {
    Err(Problem::new(ProblemCode::Internal))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;

    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::{Value, json};
    use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};

    use super::*;

    /// A public key of minisign's documentation, as `tauri signer generate` encodes it.
    const KEY: &str =
        "untrusted comment: minisign public key\nRWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n";

    /// An installed version 0.1.0 that looks for updates at `feed`.
    fn installed(feed: &str) -> tauri::App<MockRuntime> {
        let mut context = mock_context(noop_assets());
        let config = json!({
            "endpoints": [feed],
            "pubkey": STANDARD.encode(KEY),
            "requireSignedVersion": true,
            "allowDowngrades": false,
        });
        context.config_mut().plugins.0.insert("updater".to_owned(), config);
        let updater = tauri_plugin_updater::Builder::new().build();
        mock_builder().plugin(updater).build(context).unwrap()
    }

    /// A release server on this computer that gives every request the same answer. Returns its address.
    fn feed(status: &str, body: impl Into<Vec<u8>>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (status, body) = (status.to_owned(), body.into());
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
                while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                connection.write_all(&[head.as_bytes(), &body].concat()).unwrap();
            }
        });
        address
    }

    fn manifest(version: &str, platform: &str, file: &str, signature: &str) -> String {
        let platforms: Value = json!({ platform: { "url": file, "signature": signature } });
        json!({ "version": version, "platforms": platforms }).to_string()
    }

    fn this_platform() -> String {
        let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
        format!("{system}-{}", std::env::consts::ARCH)
    }

    async fn check(feed: &str) -> Result<Option<String>, ProblemCode> {
        let app = installed(feed);
        let found = found(app.handle()).await.map_err(|problem| problem.code)?;
        Ok(found.map(|update| update.version))
    }

    #[tokio::test]
    async fn a_newer_version_is_found_and_the_same_or_an_older_one_is_not() {
        for (version, expected) in [("0.2.0", Some("0.2.0")), ("0.1.0", None), ("0.0.9", None)] {
            let manifest = manifest(version, &this_platform(), "http://127.0.0.1:1/file", "");
            assert_eq!(check(&feed("200 OK", manifest)).await, Ok(expected.map(str::to_owned)), "{version}");
        }
    }

    #[tokio::test]
    async fn a_version_that_was_withdrawn_is_not_downloaded() {
        let manifest = manifest("0.1.0", &this_platform(), "http://127.0.0.1:1/file", "");
        let app = installed(&feed("200 OK", manifest));
        assert!(!download(app.handle()).await.unwrap());
    }

    // A deb or an rpm is not replaced; the check is the same.
    #[tokio::test]
    async fn the_download_page_is_beside_the_manifest_of_the_release_server() {
        let manifest = manifest("0.2.0", &this_platform(), "http://127.0.0.1:1/file", "");
        let releases = format!("{}/releases/latest", feed("200 OK", manifest));
        let app = installed(&format!("{releases}/download/latest.json"));
        assert_eq!(found(app.handle()).await.unwrap().unwrap().version, "0.2.0");
        assert_eq!(download_page(app.handle()), Some(releases));
    }

    #[tokio::test]
    async fn each_failed_check_has_its_own_reason() {
        assert_eq!(check("http://127.0.0.1:1").await, Err(ProblemCode::UpdatesUnreachable));
        for (status, body) in [
            ("500 Internal Server Error", ""),
            ("404 Not Found", "Not Found"),
            ("200 OK", "<html>Sign in to the hotel's network</html>"),
            ("200 OK", "{\"version\": \"next\"}"),
        ] {
            assert_eq!(
                check(&feed(status, body)).await,
                Err(ProblemCode::UpdatesUnreadable),
                "{status} {body}"
            );
        }
        let foreign = manifest("0.2.0", "amiga-68000", "http://127.0.0.1:1/file", "");
        assert_eq!(check(&feed("200 OK", foreign)).await, Err(ProblemCode::UpdateMissing));
    }

    #[tokio::test]
    async fn an_installer_without_a_valid_signature_is_refused_and_a_missing_one_is_unreadable() {
        let signature =
            STANDARD.encode("untrusted comment: signature\nAAAA\ntrusted comment: version:0.2.0\nAAAA\n");
        for (file, expected) in [
            (feed("200 OK", "an installer"), ProblemCode::UpdateUntrusted),
            (feed("404 Not Found", ""), ProblemCode::UpdatesUnreadable),
        ] {
            let manifest = manifest("0.2.0", &this_platform(), &file, &signature);
            let app = installed(&feed("200 OK", manifest));
            let update = found(app.handle()).await.unwrap().unwrap();
            assert_eq!(installer_of(&update).await.unwrap_err().code, expected);
        }
    }
}

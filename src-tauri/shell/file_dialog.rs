//! The system's dialogs for files and folders.

use std::path::PathBuf;
use std::pin::Pin;

use rfd::{AsyncFileDialog, FileHandle};
use services::problem::Problem;
use tauri::{AppHandle, Manager};

use super::window::MAIN;

type Chosen = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Shows a dialog of the main window. `ask` completes it and says what it asks for. Returns `None` if the admin chose nothing.
pub async fn show(
    app: &AppHandle,
    ask: impl FnOnce(AsyncFileDialog) -> Chosen + Send + 'static,
) -> Result<Option<PathBuf>, Problem> {
    let (sender, shown) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    // macOS shows dialogs on the main thread only.
    app.run_on_main_thread(move || {
        let mut dialog = AsyncFileDialog::new();
        if let Some(window) = handle.get_webview_window(MAIN) {
            dialog = dialog.set_parent(&window);
        }
        sender.send(ask(dialog)).ok();
    })
    .map_err(Problem::internal)?;
    let chosen = shown.await.map_err(Problem::internal)?.await;
    Ok(chosen.map(|chosen| chosen.path().to_owned()))
}

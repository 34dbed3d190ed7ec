//! The main window.

use partner::Folder;
use tauri::{
    AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder, plugin::TauriPlugin,
};
use tauri_plugin_window_state::StateFlags;

/// The one window with commands (`build.rs` generates its capability).
pub const MAIN: &str = "main";

/// The title while no partner is open.
const TITLE: &str = "XPO Admin";

/// Creates the main window and shows it immediately: WebKit delays drawing the first page of a hidden window.
pub fn open(app: &AppHandle, folder: &Folder) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(TITLE)
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 700.0)
        .data_directory(folder.root().join("webview"))
        // The application has a single page. Nothing may navigate away from it.
        .on_navigation(|url| {
            let page = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
            page || (tauri::is_dev() && url.host_str() == Some("localhost"))
        })
        .build()?;
    #[cfg(target_os = "linux")]
    crate::shell::graphics::choose(&window);
    Ok(window)
}

/// Brings the window to the front.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        for step in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = step {
                tracing::warn!(%error, "failed to bring the window to the front");
            }
        }
    }
}

/// Hides the window. The application keeps running.
pub fn hide(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "failed to hide the window");
    }
}

/// Shows the open partner in the title.
pub fn set_partner(app: &AppHandle, partner: Option<&str>) {
    let title = partner.map_or_else(|| TITLE.to_owned(), |name| format!("{name} – {TITLE}"));
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.set_title(&title)
    {
        tracing::warn!(%error, "failed to set the window's title");
    }
}

/// Remembers size and position of the main window, but not of the sign-in popup.
pub fn remember_place<R: Runtime>() -> TauriPlugin<R> {
    let flags = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(flags)
        .with_filter(|label| label == MAIN)
        .build()
}

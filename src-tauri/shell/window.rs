//! The main window.

use partner::Folder;
use tauri::{
    AppHandle, DragDropEvent, LogicalSize, Manager, Monitor, PhysicalSize, Runtime, Theme, WebviewUrl,
    WebviewWindow, WebviewWindowBuilder, plugin::TauriPlugin,
};
use tauri_plugin_window_state::StateFlags;

use crate::app::lock::locked;
use crate::app::state::State;
use crate::app::zoom::Zoom;
use crate::events::{FileDrag, tell};

/// The one window with commands (`build.rs` generates its capability).
pub const MAIN: &str = "main";

/// The title while no partner is open.
const TITLE: &str = "XPO Admin";

/// The size of the first start, and the smallest one on a screen that is large enough, in logical pixels.
const USUAL_SIZE: LogicalSize<f64> = LogicalSize::new(1280.0, 820.0);
const LEAST_SIZE: LogicalSize<f64> = LogicalSize::new(1024.0, 700.0);

/// The height of a title bar, which no system tells before a window is shown, in logical pixels.
pub const TITLE_BAR: f64 = 40.0;

/// Creates the main window and shows it immediately: WebKit delays drawing the first page of a hidden window.
pub fn open(app: &AppHandle, folder: &Folder) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(TITLE)
        .inner_size(USUAL_SIZE.width, USUAL_SIZE.height)
        .data_directory(folder.root().join("webview"))
        // The application has a single page. Nothing may navigate away from it.
        .on_navigation(|url| {
            let page = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
            page || (tauri::is_dev() && url.host_str() == Some("localhost"))
        });
    // Elsewhere, the page takes dropped files itself.
    #[cfg(not(target_os = "linux"))]
    let window = window.disable_drag_drop_handler();
    let window = window.build()?;
    #[cfg(target_os = "linux")]
    crate::shell::graphics::choose(&window);
    fit(&window)?;
    Ok(window)
}

/// Makes the window, whose last size may be from another screen, fit on the screen that it is on.
fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    set_least_size(window)?;
    let Some(monitor) = window.current_monitor()?.or(window.primary_monitor()?) else { return Ok(()) };
    let size = window.inner_size()?;
    let fitting = within(size.to_logical(monitor.scale_factor()), &[monitor.clone()]);
    let fitting: PhysicalSize<u32> = fitting.to_physical(monitor.scale_factor());
    if fitting.width < size.width || fitting.height < size.height {
        window.set_size(fitting)?;
        window.center()?;
    }
    Ok(())
}

/// Lets the window become small enough for every screen, also for one that was plugged in since.
pub fn follow_screens(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = set_least_size(&window)
    {
        tracing::warn!(%error, "failed to set the window's least size");
    }
}

fn set_least_size(window: &WebviewWindow) -> tauri::Result<()> {
    window.set_min_size(Some(within(LEAST_SIZE, &window.available_monitors()?)))
}

/// `size`, or less where the work area of one of the screens is smaller.
fn within(size: LogicalSize<f64>, monitors: &[Monitor]) -> LogicalSize<f64> {
    monitors.iter().fold(size, |size, monitor| {
        let area: LogicalSize<f64> = monitor.work_area().size.to_logical(monitor.scale_factor());
        LogicalSize::new(size.width.min(area.width), size.height.min(area.height - TITLE_BAR))
    })
}

/// Tells the page about a file that is dragged over the window. On Linux, WebKit does not give dropped files to pages (since
/// CVE-2025-13947), so that the page asks for the file with a command.
pub fn follow_drag(app: &AppHandle, event: &DragDropEvent) {
    let drag = match event {
        DragDropEvent::Enter { .. } => FileDrag::Over,
        DragDropEvent::Leave => FileDrag::Left,
        DragDropEvent::Drop { paths, .. } => {
            *locked(&app.state::<State>().dropped) = paths.first().cloned();
            FileDrag::Dropped
        }
        _ => return,
    };
    tell(app, drag);
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

pub fn zoom(app: &AppHandle, zoom: Zoom) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.set_zoom(zoom.factor())
    {
        tracing::warn!(%error, "failed to zoom");
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

/// Draws the title bar in the theme of the page; `None` is the system's. On Linux, the desktop decides.
pub fn set_theme(app: &AppHandle, theme: Option<Theme>) {
    if !cfg!(target_os = "linux")
        && let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.set_theme(theme)
    {
        tracing::warn!(%error, "failed to set the theme of the title bar");
    }
}

/// Remembers size and position of the main window, but not of the sign-in popup.
pub fn remember_place<R: Runtime>(folder: &Folder) -> TauriPlugin<R> {
    let flags = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(flags)
        .with_filter(|label| label == MAIN)
        // Otherwise Tauri would add a folder of its own. An absolute path replaces it.
        .with_filename(folder.root().join("window-state.json").to_string_lossy())
        .build()
}

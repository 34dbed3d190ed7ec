//! The main window.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use partner::Folder;
use partner::store::paths::read_regular;
use tauri::{
    AppHandle, DragDropEvent, LogicalSize, Manager, Monitor, PhysicalSize, Runtime, Theme, WebviewUrl,
    WebviewWindow, WebviewWindowBuilder, WindowEvent, plugin::TauriPlugin, window::Color,
};
use tauri_plugin_window_state::StateFlags;

use crate::app::lock::locked;
use crate::app::state::State;
use crate::app::zoom::Zoom;
use crate::events::{CloseRequested, FileDrag, emit};
use crate::shell::region;
#[cfg(target_os = "linux")]
use crate::shell::{graphics, page_process};

/// The one window with commands (`build.rs` generates its capability).
pub const MAIN: &str = "main";

/// The title while no partner is open.
const TITLE: &str = "XPO Admin";

/// The size of the first start, and the smallest one on a screen that is large enough, in logical pixels.
const USUAL_SIZE: LogicalSize<f64> = LogicalSize::new(1280.0, 820.0);
const LEAST_SIZE: LogicalSize<f64> = LogicalSize::new(1024.0, 700.0);

/// `--page` of `tokens.css`.
const LIGHT_PAGE: Color = Color(0xf6, 0xf7, 0xf9, 0xff);
const DARK_PAGE: Color = Color(0x0e, 0x10, 0x14, 0xff);

/// Creates the main window and shows it immediately: WebKit delays drawing the first page of a hidden window.
pub fn open(app: &AppHandle, folder: &Folder) -> tauri::Result<WebviewWindow> {
    let usual = within(USUAL_SIZE, &Vec::from_iter(app.primary_monitor()?), PhysicalSize::default());
    let least = within(LEAST_SIZE, &app.available_monitors()?, PhysicalSize::default());
    // If the plugin that restores the last size changed that of the new window, WebKit's process would end where there is no
    // GPU, and the window would stay empty.
    let scale = app.primary_monitor()?.map_or(1.0, |monitor| monitor.scale_factor());
    let size = last_size(folder).map_or(usual, |last| last.to_logical(scale));
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(TITLE)
        .inner_size(size.width, size.height)
        .min_inner_size(least.width, least.height)
        .data_directory(folder.root().join("webview"))
        .initialization_script(region::script())
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
    {
        graphics::choose(&window);
        page_process::load_again_when_ended(&window);
    }
    draw_in(&window, app.state::<State>().preferences.get().theme)?;
    fit(&window)?;
    let (shown, framed) = (window.clone(), AtomicBool::new(false));
    window.on_window_event(move |event| {
        // By now the frame is known.
        if matches!(event, WindowEvent::Focused(true))
            && !framed.swap(true, Ordering::Relaxed)
            && let Err(error) = fit(&shown)
        {
            tracing::warn!(%error, "failed to fit the window on the screen");
        }
    });
    Ok(window)
}

/// Makes the window, whose last size may be from another screen, fit on the screen that it is on.
fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    let frame = frame(window)?;
    window.set_min_size(Some(within(LEAST_SIZE, &window.available_monitors()?, frame)))?;
    let Some(monitor) = window.current_monitor()?.or(window.primary_monitor()?) else { return Ok(()) };
    let (size, room) = (window.inner_size()?, room(&monitor, frame));
    if size.width > room.width || size.height > room.height {
        window.set_size(PhysicalSize::new(size.width.min(room.width), size.height.min(room.height)))?;
        window.set_position(monitor.work_area().position)?;
    }
    Ok(())
}

/// `size`, or less where one of the screens has less room.
fn within(size: LogicalSize<f64>, monitors: &[Monitor], frame: PhysicalSize<u32>) -> LogicalSize<f64> {
    monitors.iter().fold(size, |size, monitor| {
        let room: LogicalSize<f64> = room(monitor, frame).to_logical(monitor.scale_factor());
        LogicalSize::new(size.width.min(room.width), size.height.min(room.height))
    })
}

/// The largest window inside its frame that a screen has room for.
fn room(monitor: &Monitor, frame: PhysicalSize<u32>) -> PhysicalSize<u32> {
    let area = monitor.work_area().size;
    PhysicalSize::new(area.width.saturating_sub(frame.width), area.height.saturating_sub(frame.height))
}

/// The title bar and the borders; nothing until the system has drawn them.
fn frame(window: &WebviewWindow) -> tauri::Result<PhysicalSize<u32>> {
    let (outer, inner) = (window.outer_size()?, window.inner_size()?);
    Ok(PhysicalSize::new(outer.width.saturating_sub(inner.width), outer.height.saturating_sub(inner.height)))
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
    emit(app, drag);
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

/// Lets the page ask whether to leave it, and quit. Returns false if it has nothing to ask about, or if it was asked before: a
/// page that hangs can be closed.
pub fn ask_to_quit(app: &AppHandle) -> bool {
    let asks = app.state::<State>().leaving_asks.swap(false, Ordering::Relaxed);
    if asks {
        show(app);
        emit(app, CloseRequested);
    }
    asks
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

/// Draws what is around and behind the page in its theme; `None` is the system's. On the main thread.
pub fn set_theme(app: &AppHandle, theme: Option<Theme>) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = draw_in(&window, theme)
    {
        tracing::warn!(%error, "failed to set the theme of the window");
    }
}

/// The background is all there is to see until the page is read. On Linux, the desktop decides about the title bar.
fn draw_in(window: &WebviewWindow, theme: Option<Theme>) -> tauri::Result<()> {
    if !cfg!(target_os = "linux") {
        window.set_theme(theme)?;
    }
    let dark = theme.map_or_else(|| system_is_dark(window), |theme| theme == Theme::Dark);
    window.set_background_color(Some(if dark { DARK_PAGE } else { LIGHT_PAGE }))
}

#[cfg(not(target_os = "linux"))]
fn system_is_dark(window: &WebviewWindow) -> bool {
    window.theme().is_ok_and(|theme| theme == Theme::Dark)
}

/// As WebKit answers `prefers-color-scheme`: without the desktop portal, Tauri always says light.
#[cfg(target_os = "linux")]
fn system_is_dark(_: &WebviewWindow) -> bool {
    use gtk::prelude::GtkSettingsExt;

    gtk::Settings::default().is_some_and(|settings| {
        let name = std::env::var("GTK_THEME").ok().or_else(|| settings.gtk_theme_name().map(Into::into));
        settings.is_gtk_application_prefer_dark_theme()
            || name.is_some_and(|name| name.to_lowercase().ends_with("dark"))
    })
}

/// Remembers size and position of the main window, but not of the sign-in popup.
pub fn remember_window_geometry<R: Runtime>(folder: &Folder) -> TauriPlugin<R> {
    let flags = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(flags)
        .with_filter(|label| label == MAIN)
        // Otherwise Tauri would add a folder of its own. An absolute path replaces it.
        .with_filename(geometry_file(folder).to_string_lossy())
        .build()
}

fn geometry_file(folder: &Folder) -> PathBuf {
    folder.root().join("window-state.json")
}

/// Returns the size that the main window had when it was closed.
fn last_size(folder: &Folder) -> Option<PhysicalSize<f64>> {
    let geometry = read_regular(&geometry_file(folder)).ok()?;
    let geometry: serde_json::Value = serde_json::from_slice(&geometry).ok()?;
    let length = |name| geometry[MAIN][name].as_f64().filter(|length| *length > 0.0);
    Some(PhysicalSize::new(length("width")?, length("height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_has_the_background_of_the_page() {
        let tokens = include_str!("../../ui/src/styles/tokens.css");
        let pages: Vec<_> = tokens.lines().filter_map(|line| line.trim().strip_prefix("--page: ")).collect();
        let css = |Color(red, green, blue, _)| format!("#{red:02x}{green:02x}{blue:02x};");
        assert_eq!(pages, [LIGHT_PAGE, DARK_PAGE].map(css));
    }
}

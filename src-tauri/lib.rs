//! The shell: windows, the sign-in popup and one short handler per command.
//!
//! Rules are in `partner` and long-running work is in `services`.

mod app;
pub mod bindings;
mod cli;
mod commands;
mod events;
mod shell;

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use partner::Folder;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::app::session;
#[cfg(unix)]
use crate::app::signals::Signals;
use crate::app::state::State;
use crate::events::{Crashed, emit};
#[cfg(target_os = "macos")]
use crate::shell::menu;
use crate::shell::{crashes, notices, tray, window};

/// Runs the command of the arguments, or the application until it quits.
pub fn run() -> ExitCode {
    if let Some(code) = cli::run(std::env::args_os()) {
        return code;
    }
    if let Err(why) = check_system() {
        return fail(&why);
    }
    let folder = match Folder::of_current_user() {
        Ok(folder) => folder,
        Err(error) => return fail(&error.to_string()),
    };
    let prepared = folder.prepare();
    let _flush = services::diagnostics::logs::start(folder.root(), true);
    if let Err(error) = prepared {
        tracing::warn!(%error, "failed to restrict access to the data folder");
    }
    cli::remove_stale_lists(&folder);
    match build(folder) {
        Ok(app) => {
            app.run(follow);
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
    }
}

/// Returns why the window can't be shown on this system.
fn check_system() -> Result<(), String> {
    #[cfg(target_os = "linux")]
    if !cfg!(any(debug_assertions, feature = "automation")) {
        shell::automation::forbid().map_err(|error| error.to_string())?;
    }
    if cfg!(windows) && tauri::webview_version().is_err() {
        return Err("Microsoft Edge WebView2 Runtime is missing. Install it from \
                    https://developer.microsoft.com/microsoft-edge/webview2, then start XPO Admin again."
            .to_owned());
    }
    Ok(())
}

fn build(folder: Folder) -> tauri::Result<tauri::App> {
    let bindings = bindings::builder();
    let commands = bindings.invoke_handler();
    let builder = tauri::Builder::default();
    #[cfg(feature = "updater")]
    let builder = builder.plugin(tauri_plugin_updater::Builder::new().build());
    builder
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(window::remember_window_geometry(&folder))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(commands)
        .setup(move |app| {
            bindings.mount_events(app);
            show_panics(app.handle());
            app.manage(State::new(folder.clone()));
            start_background_work(app.handle());
            notices::follow_clicks(app.handle());
            #[cfg(target_os = "macos")]
            menu::set(app.handle())?;
            if let Err(error) = window::open(app.handle(), &folder) {
                // Tauri panics if the setup fails.
                fail(&error.to_string());
                std::process::exit(1);
            }
            window::zoom(app.handle(), app.state::<State>().preferences.get().zoom);
            tray::set(app.handle(), app.state::<State>().preferences.get().preferences.keep_running);
            Ok(())
        })
        .build(tauri::generate_context!())
}

fn show_panics(app: &AppHandle) {
    if !io::stderr().is_terminal() {
        // The desktop's journal would keep the messages, which may quote names.
        std::panic::set_hook(Box::new(|_| ()));
    }
    let app = app.clone();
    crashes::install_hook(move |location| emit(&app, Crashed { location: location.to_owned() }));
}

fn start_background_work(app: &AppHandle) {
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        // Opens the partner while the page loads. The page asks again, and gets the error if there is one.
        session::reopen(&handle, &handle.state::<State>()).await.ok();
    });
    let state = app.state::<State>();
    let (proxy, secrets) = (Arc::clone(&state.proxy), state.secrets.clone());
    tauri::async_runtime::spawn(async move { proxy.follow_password(&secrets).await });
    tauri::async_runtime::spawn(cli::socket::serve(app.clone()));
    #[cfg(unix)]
    tauri::async_runtime::spawn(quit_on_signal(app.clone()));
}

/// Reacts to what happens to the application and its window.
fn follow(app: &AppHandle, event: RunEvent) {
    // The state exists once the application is set up.
    let Some(state) = app.try_state::<State>() else { return };
    match event {
        RunEvent::WindowEvent { label, event, .. } if label == window::MAIN => {
            follow_window(app, &state, &event);
        }
        // The process ends after this without dropping anything. A file that is not closed is checked completely at the
        // next start.
        RunEvent::Exit => tauri::async_runtime::block_on(session::close_for_exit(&state)),
        // A click in the Dock.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::show(app),
        _ => {}
    }
}

fn follow_window(app: &AppHandle, state: &State, event: &WindowEvent) {
    match event {
        // On macOS, applications run until they are quit.
        WindowEvent::CloseRequested { api, .. }
            if cfg!(target_os = "macos") || state.preferences.get().preferences.keep_running =>
        {
            api.prevent_close();
            state.sign_in.cancel();
            window::hide(app);
        }
        WindowEvent::CloseRequested { api, .. } if window::ask_to_quit(app) => api.prevent_close(),
        WindowEvent::DragDrop(event) => window::follow_drag(app, event),
        WindowEvent::Destroyed => {
            // The sign-in popup must not outlive the main window.
            state.sign_in.cancel();
            app.exit(0);
        }
        _ => {}
    }
}

/// Quits when the session ends: nobody is there to ask about unsaved changes.
#[cfg(unix)]
async fn quit_on_signal(app: AppHandle) {
    match Signals::new() {
        Ok(mut signals) => {
            if signals.next().await {
                // The display may be gone before the main thread does this.
                session::close_for_exit(&app.state::<State>()).await;
                app.exit(0);
            }
        }
        Err(error) => tracing::warn!(%error, "failed to receive signals"),
    }
}

fn fail(why: &str) -> ExitCode {
    tracing::error!(why, "failed to start");
    eprintln!("XPO Admin can't start: {why}");
    #[cfg(any(windows, target_os = "macos"))]
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("XPO Admin can't start")
        .set_description(why)
        .show();
    ExitCode::FAILURE
}

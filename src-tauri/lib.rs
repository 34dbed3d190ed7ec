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
#[cfg(unix)]
use tauri::AppHandle;
use tauri::{Manager, RunEvent, WindowEvent};

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
    #[cfg(target_os = "linux")]
    if !cfg!(any(debug_assertions, feature = "automation"))
        && let Err(error) = shell::automation::forbid()
    {
        return fail(&error.to_string());
    }
    if cfg!(windows) && tauri::webview_version().is_err() {
        return fail(
            "Microsoft Edge WebView2 Runtime is missing. Install it from \
             https://developer.microsoft.com/microsoft-edge/webview2, then start XPO Admin again.",
        );
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
    let bindings = bindings::builder();
    let commands = bindings.invoke_handler();

    let builder = tauri::Builder::default();
    #[cfg(feature = "updater")]
    let builder = builder.plugin(tauri_plugin_updater::Builder::new().build());
    let app = builder
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(window::remember_window_geometry(&folder))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(commands)
        .setup(move |app| {
            bindings.mount_events(app);
            if !io::stderr().is_terminal() {
                // The desktop's journal would keep the messages, which may quote names.
                std::panic::set_hook(Box::new(|_| ()));
            }
            let handle = app.handle().clone();
            crashes::install_hook(move |location| emit(&handle, Crashed { location: location.to_owned() }));
            app.manage(State::new(folder.clone()));
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(async move {
                // Opens the partner while the page loads. The page asks again, and gets the error if there is one.
                session::reopen(&handle, &handle.state::<State>()).await.ok();
            });
            let (proxy, secrets) =
                (Arc::clone(&app.state::<State>().proxy), app.state::<State>().secrets.clone());
            tauri::async_runtime::spawn(async move { proxy.follow_password(&secrets).await });
            tauri::async_runtime::spawn(cli::socket::serve(app.handle().clone()));
            #[cfg(unix)]
            tauri::async_runtime::spawn(quit_on_signal(app.handle().clone()));
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
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                // The state exists once the application is set up.
                let Some(state) = app.try_state::<State>() else { return };
                let event = match event {
                    RunEvent::WindowEvent { label, event, .. } if label == window::MAIN => event,
                    // The process ends after this without dropping anything. A file that is not closed is checked completely
                    // at the next start.
                    RunEvent::Exit => {
                        return tauri::async_runtime::block_on(session::close_for_exit(&state));
                    }
                    // A click in the Dock.
                    #[cfg(target_os = "macos")]
                    RunEvent::Reopen { .. } => return window::show(app),
                    _ => return,
                };
                match event {
                    // On macOS, applications run until they are quit.
                    WindowEvent::CloseRequested { api, .. }
                        if cfg!(target_os = "macos") || state.preferences.get().preferences.keep_running =>
                    {
                        api.prevent_close();
                        state.sign_in.cancel();
                        window::hide(app);
                    }
                    WindowEvent::CloseRequested { api, .. } if window::ask_to_quit(app) => {
                        api.prevent_close();
                    }
                    WindowEvent::DragDrop(event) => window::follow_drag(app, &event),
                    WindowEvent::Destroyed => {
                        // The sign-in popup must not outlive the main window.
                        state.sign_in.cancel();
                        app.exit(0);
                    }
                    _ => {}
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error.to_string()),
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

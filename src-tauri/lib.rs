//! The shell: windows, the log-in popup and one short handler per command.
//!
//! Knows Tauri, and decides nothing: rules are in `partner`, work that takes time in `services`.

pub mod bindings;
mod commands;
mod events;
mod login;
mod logs;
mod practice;
mod state;
mod window;

use std::process::ExitCode;

use partner::Folder;
use tauri::Manager;

/// Start the application and stay until its window is closed.
pub fn run() -> ExitCode {
    let folder = match Folder::of_this_user() {
        Ok(folder) => folder,
        Err(error) => return give_up(&error.to_string()),
    };
    let _flush = logs::start(folder.root());
    let bindings = bindings::builder();
    let commands = bindings.invoke_handler();

    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .plugin(window::remember_place())
        .invoke_handler(commands)
        .setup(move |app| {
            bindings.mount_events(app);
            window::open(app.handle(), &folder)?;
            app.manage(state::State::new(folder));
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => give_up(&error.to_string()),
    }
}

fn give_up(why: &str) -> ExitCode {
    tracing::error!(why, "cannot start");
    eprintln!("XPO Admin cannot start: {why}");
    ExitCode::FAILURE
}

//! The smallest Tauri window, which the bench compares the application with. It uses the application's graphics settings.

#[cfg(target_os = "linux")]
#[path = "../../src-tauri/shell/graphics.rs"]
mod graphics;

use std::process::ExitCode;

use tauri::WebviewUrl;
use tauri::webview::WebviewWindowBuilder;

fn main() -> ExitCode {
    let started = tauri::Builder::default()
        .setup(|app| {
            let _window = WebviewWindowBuilder::new(app, "empty", WebviewUrl::App("index.html".into()))
                .inner_size(1280.0, 820.0)
                .build()?;
            #[cfg(target_os = "linux")]
            graphics::choose(&_window);
            Ok(())
        })
        .run(tauri::generate_context!("tests/bench/empty/tauri.conf.json"));
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the empty window cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

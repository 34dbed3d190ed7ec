//! The process that WebKit runs the page in. When it ends, such as for lack of memory, the window stays blank until the page is
//! loaded again.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tauri::{Manager, WebviewWindow};
use webkit2gtk::WebViewExt;

use crate::app::state::State;

/// A page that ends again sooner is not loaded again: it would probably end forever.
const INTERVAL: Duration = Duration::from_secs(10);

/// The address of the application's page.
const START: &str = "tauri://localhost";

/// Loads the page again when its process has ended.
pub fn load_again_when_ended(window: &WebviewWindow) {
    let app = window.app_handle().clone();
    let followed = window.with_webview(move |webview| {
        let last = Cell::new(None::<Instant>);
        webview.inner().connect_web_process_terminated(move |page, reason| {
            tracing::error!(kind = ?reason, "the process of the page ended");
            let state = app.state::<State>();
            // The page can't be asked anymore whether to quit.
            state.leaving_asks.store(false, Ordering::Relaxed);
            let unsaved = state.unsaved.swap(false, Ordering::Relaxed);
            if unsaved && state.open_partner.current().is_ok() {
                state.edits_lost.store(true, Ordering::Relaxed);
            }
            if last.replace(Some(Instant::now())).is_none_or(|last| last.elapsed() > INTERVAL) {
                // WebKit does not reload a page whose process ended before it had loaded (https://webkit.org/b/247773).
                let address = page.uri().filter(|address| address.starts_with(START));
                page.load_uri(address.as_deref().unwrap_or(START));
            }
        });
    });
    if let Err(error) = followed {
        tracing::warn!(%error, "failed to follow the process of the page");
    }
}

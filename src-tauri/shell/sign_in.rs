//! The log-in popup: a forgotten profile of its own, without a single command.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use services::problem::Problem;
use services::tiktok::sign_in::{Navigation, SignInAttempt, SignInError};
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tiktok_business::AuthorizationCode;
use tokio::sync::oneshot;

use crate::app::state::locked;

/// What the popups' labels begin with; no capability names them. Each log-in has its own: the last popup may
/// still be closing when the next one opens.
const LABEL: &str = "login-";

/// How many popups there have been.
static POPUPS: AtomicU32 = AtomicU32::new(0);

/// Show TikTok's log-in page and wait for its answer. The window closes when this returns.
///
/// # Errors
/// Every [`SignInError`] of a log-in, and [`SignInError::WindowClosed`].
pub async fn in_popup(app: &AppHandle, attempt: SignInAttempt) -> Result<AuthorizationCode, Problem> {
    let (sender, answer) = oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let tell = move |result| {
        if let Some(sender) = locked(&sender).take() {
            // Nobody listens once the import was cancelled.
            let _ = sender.send(result);
        }
    };
    let closed = tell.clone();

    let url = WebviewUrl::External(attempt.authorization_url());
    let label = format!("{LABEL}{}", POPUPS.fetch_add(1, Ordering::Relaxed));
    let window = WebviewWindowBuilder::new(app, label, url)
        .title("Log in to TikTok")
        .inner_size(560.0, 780.0)
        .incognito(true)
        .on_navigation(move |url| match attempt.classify(url) {
            Navigation::Allow => true,
            Navigation::Block => false,
            Navigation::Finish(answer) => {
                tell(answer);
                false
            }
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, page| {
            // The host is what tells TikTok's page from another.
            let host = page.url().host_str().unwrap_or_default();
            if matches!(page.event(), PageLoadEvent::Started)
                && let Err(error) = window.set_title(&format!("{host} – Log in to TikTok"))
            {
                tracing::warn!(%error, "the popup kept its title");
            }
        })
        .build()
        .map_err(Problem::internal)?;
    #[cfg(target_os = "linux")]
    crate::shell::graphics::choose(&window);
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            closed(Err(SignInError::WindowClosed));
        }
    });
    let _close = CloseOnDrop(window);
    Ok(answer.await.unwrap_or(Err(SignInError::WindowClosed))?)
}

/// Bring the popup to the front, if there is one.
pub fn show(app: &AppHandle) {
    for (_, window) in app.webview_windows().into_iter().filter(|(label, _)| label.starts_with(LABEL)) {
        if let Err(error) = window.set_focus() {
            tracing::warn!(%error, "the popup did not come to the front");
        }
    }
}

/// Closes the popup however the wait for it ends.
struct CloseOnDrop(WebviewWindow);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        // Closed by the person already: nothing is left to close.
        if let Err(error) = self.0.destroy() {
            tracing::debug!(%error, "the popup was gone");
        }
    }
}

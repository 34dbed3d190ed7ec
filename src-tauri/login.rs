//! The log-in popup: a forgotten profile of its own, without a single command.

use std::sync::{Arc, Mutex};

use services::login::{LoginAttempt, LoginError, Seen};
use services::problem::Problem;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tiktok_business::AuthorizationCode;
use tokio::sync::oneshot;

use crate::state::locked;

/// The popup's label; no capability names it.
const LABEL: &str = "login";

/// Show TikTok's log-in page and wait for its answer. The window is gone when this returns.
///
/// # Errors
/// Every [`LoginError`] of a log-in, and [`LoginError::WindowClosed`].
pub async fn in_popup(app: &AppHandle, attempt: LoginAttempt) -> Result<AuthorizationCode, Problem> {
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
    let window = WebviewWindowBuilder::new(app, LABEL, url)
        .title("Log in to TikTok")
        .inner_size(560.0, 780.0)
        .incognito(true)
        .on_navigation(move |url| match attempt.see(url) {
            Seen::Elsewhere => true,
            Seen::Forbidden => false,
            Seen::Done(answer) => {
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
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            closed(Err(LoginError::WindowClosed));
        }
    });
    let _close = CloseOnDrop(app.clone());
    Ok(answer.await.unwrap_or(Err(LoginError::WindowClosed))?)
}

/// Bring the popup to the front, if there is one.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.set_focus()
    {
        tracing::warn!(%error, "the popup did not come to the front");
    }
}

/// Closes the popup however the wait for it ends.
struct CloseOnDrop(AppHandle);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        if let Some(window) = self.0.get_webview_window(LABEL)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%error, "the popup did not close");
        }
    }
}

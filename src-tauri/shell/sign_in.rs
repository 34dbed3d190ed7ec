//! The sign-in popup. It has a temporary browser profile and cannot call any command.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use services::problem::Problem;
use services::tiktok::sign_in::{Navigation, SignInAttempt, SignInError};
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tiktok_business::AuthorizationCode;
use tokio::sync::oneshot;

use crate::app::lock::locked;
use crate::app::state::State;

/// Prefix of the popups' labels. No capability names them. Each sign-in has a label of its own, because the previous popup
/// may still be closing when the next one opens.
const LABEL: &str = "sign-in-";

static POPUPS: AtomicU32 = AtomicU32::new(0);

/// Shows TikTok's sign-in page and waits for its redirect. The popup closes when this returns.
///
/// # Errors
/// Fails with any [`SignInError`], including [`SignInError::WindowClosed`].
pub async fn in_popup(app: &AppHandle, attempt: SignInAttempt) -> Result<AuthorizationCode, Problem> {
    let (sender, answer) = oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let tell = move |result| {
        if let Some(sender) = locked(&sender).take() {
            // The receiver is dropped when the import is cancelled.
            let _ = sender.send(result);
        }
    };
    let closed = tell.clone();

    let page = attempt.authorization_url();
    let proxy = app.state::<State>().proxy.for_popup(&page);
    let url = WebviewUrl::External(page);
    let label = format!("{LABEL}{}", POPUPS.fetch_add(1, Ordering::Relaxed));
    let mut builder = WebviewWindowBuilder::new(app, label, url);
    if let Some(proxy) = proxy {
        builder = builder.proxy_url(proxy);
    }
    let window = builder
        .title("Sign in to TikTok")
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
            // The host shows the admin whose page this is.
            let host = page.url().host_str().unwrap_or_default();
            if matches!(page.event(), PageLoadEvent::Started)
                && let Err(error) = window.set_title(&format!("{host} – Sign in to TikTok"))
            {
                tracing::warn!(%error, "failed to set the popup's title");
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

/// Brings the popup to the front, if one is open.
pub fn show(app: &AppHandle) {
    for (_, window) in app.webview_windows().into_iter().filter(|(label, _)| label.starts_with(LABEL)) {
        if let Err(error) = window.set_focus() {
            tracing::warn!(%error, "failed to bring the popup to the front");
        }
    }
}

/// Closes the popup however the sign-in ends.
struct CloseOnDrop(WebviewWindow);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        // The admin may have closed it already.
        if let Err(error) = self.0.destroy() {
            tracing::debug!(%error, "failed to close the popup");
        }
    }
}

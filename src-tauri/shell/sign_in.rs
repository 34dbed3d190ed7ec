//! The sign-in popup. It has a temporary browser profile and cannot call any command.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use services::problem::Problem;
use services::tiktok::sign_in::{Navigation, SignInAttempt, SignInError};
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, LogicalSize, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent};
use tiktok_business::AuthorizationCode;
use tokio::sync::oneshot;
use url::Url;

use crate::app::lock::locked;
use crate::app::state::State;
use crate::events::{LinkRefused, SignInPage, emit};
use crate::shell::window;

/// Prefix of the popups' labels. No capability names them. Each sign-in has a label of its own, because the previous popup
/// may still be closing when the next one opens.
const LABEL: &str = "sign-in-";

/// About the height of a title bar, which no system tells before a window is shown, in logical pixels.
const TITLE_BAR: f64 = 40.0;

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
    let attempt = Arc::new(attempt);
    let (handle, opener) = (app.clone(), Arc::clone(&attempt));

    let page = attempt.authorization_url();
    let proxy = app.state::<State>().proxy.for_popup(&page);
    let url = WebviewUrl::External(page);
    let label = format!("{LABEL}{}", POPUPS.fetch_add(1, Ordering::Relaxed));
    let mut builder = WebviewWindowBuilder::new(app, &label, url);
    if let Some(proxy) = proxy {
        builder = builder.proxy_url(proxy);
    }
    #[cfg(windows)]
    let profile = profile::Profile::new(app.state::<State>().folder.root());
    #[cfg(windows)]
    let builder = builder.data_directory(profile.0.clone());
    let popup = builder
        .title("Sign in to TikTok")
        .inner_size(560.0, 780.0)
        .prevent_overflow_with_margin(LogicalSize::new(0.0, TITLE_BAR))
        .incognito(true)
        .on_navigation(move |url| match attempt.classify(url) {
            Navigation::Allow => true,
            Navigation::Block => false,
            Navigation::Finish(answer) => {
                tell(answer);
                false
            }
        })
        // The address of a new window is always in view this way, and the redirect is found.
        .on_new_window(move |url, _| {
            let may_open = !matches!(opener.classify(&url), Navigation::Block) && url.has_host();
            match handle.get_webview_window(&label) {
                Some(popup) if may_open => open_in(popup, url),
                _ => {
                    emit(&handle, LinkRefused { address: url.into() });
                    window::show(&handle);
                }
            }
            NewWindowResponse::Deny
        })
        .on_download(|_, _| false)
        .on_page_load(|window, page| {
            // The host shows the admin whose page this is.
            let host = page.url().host_str().unwrap_or_default();
            let done = match page.event() {
                PageLoadEvent::Started => window.set_title(&format!("{host} – Sign in to TikTok")),
                PageLoadEvent::Finished => tell_status(&window),
            };
            if let Err(error) = done {
                tracing::warn!(%error, "failed to follow the popup's page");
            }
        })
        .build()
        .map_err(Problem::internal)?;
    #[cfg(target_os = "linux")]
    crate::shell::graphics::choose(&popup);
    popup.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            closed(Err(SignInError::WindowClosed));
        }
    });
    let _close = CloseOnDrop(popup);
    Ok(answer.await.unwrap_or(Err(SignInError::WindowClosed))?)
}

/// Tells the main window whether the server reported an error, by the HTTP status of the page.
#[cfg(target_os = "linux")]
fn tell_status(popup: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{URIResponseExt, WebResourceExt, WebViewExt};
    let app = popup.app_handle().clone();
    popup.with_webview(move |webview| {
        let response = webview.inner().main_resource().and_then(|page| page.response());
        emit(&app, SignInPage { failed: response.is_some_and(|page| page.status_code() >= 400) });
    })
}

/// Tells the main window whether the server reported an error, by the HTTP status of the page. The page cannot call any
/// command, so the program asks it. A web view that does not know the status reports no error.
#[cfg(not(target_os = "linux"))]
fn tell_status(popup: &WebviewWindow) -> tauri::Result<()> {
    const STATUS: &str = "performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0";
    let app = popup.app_handle().clone();
    popup.eval_with_callback(STATUS, move |status| {
        let failed = status.parse::<f64>().is_ok_and(|status| status >= 400.0);
        emit(&app, SignInPage { failed });
    })
}

/// Loads `url` after the page's own handler has returned.
fn open_in(popup: WebviewWindow, url: Url) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = popup.navigate(url) {
            tracing::warn!(%error, "failed to open a link in the popup");
        }
    });
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

/// WebView2 keeps the profile of a window in a folder, also of a private one.
#[cfg(windows)]
mod profile {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    /// An empty folder, which is removed when this is dropped.
    pub struct Profile(pub PathBuf);

    impl Profile {
        pub fn new(root: &Path) -> Profile {
            let folder = root.join("sign-in");
            // Of a run that ended before WebView2 did.
            std::fs::remove_dir_all(&folder).ok();
            Profile(folder.join(uuid::Uuid::now_v7().to_string()))
        }
    }

    impl Drop for Profile {
        fn drop(&mut self) {
            let folder = std::mem::take(&mut self.0);
            // WebView2 uses the folder for a moment after the window was closed.
            std::thread::spawn(move || {
                for _ in 0..20 {
                    std::thread::sleep(Duration::from_millis(500));
                    if std::fs::remove_dir_all(&folder).is_ok() {
                        return;
                    }
                }
                tracing::warn!("failed to remove the profile of the sign-in window");
            });
        }
    }
}

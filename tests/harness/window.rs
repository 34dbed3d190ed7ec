//! The application's window, driven through WebDriver. Elements are found by role and name, as a person or a screen reader
//! finds them.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::TIMEOUT;
use super::daemons::{Driver, is_running};

pub struct Window {
    pub page: Client,
    _driver: Driver,
    /// The process id of the application.
    pub process: u32,
}

/// Left, top, width and height of an element; `None` where the driver reports no rectangle.
pub(super) type Rectangle = Option<(f64, f64, f64, f64)>;

/// Calls `probe` until it returns a value, and panics after [`TIMEOUT`].
pub async fn wait_for<T>(what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
    poll(probe).await.unwrap_or_else(|| panic!("timed out waiting for {what}"))
}

async fn poll<T>(mut probe: impl AsyncFnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    loop {
        let found = probe().await;
        if found.is_some() || started.elapsed() > TIMEOUT {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

impl Window {
    pub async fn open(driver: Driver, program: &Path) -> Window {
        let capabilities: Capabilities = serde_json::from_value(json!({
            "webkitgtk:browserOptions": { "binary": program, "args": [] }
        }))
        .unwrap();
        let address = format!("http://127.0.0.1:{}", driver.port);
        let port = driver.port;
        wait_for("the driver to listen", async || std::net::TcpStream::connect(("127.0.0.1", port)).ok())
            .await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page =
            builder.capabilities(capabilities).connect(&address).await.expect("a session with the window");
        let process = driver.child_process().expect("the driver started the application");
        Window { page, _driver: driver, process }
    }

    /// Quits the application and waits until its process has ended. Closing the WebDriver session alone would kill it.
    pub async fn close(self) {
        let quit = "const done = arguments[0];
            window.__TAURI_INTERNALS__.invoke('quit').then(() => done(true), () => done(false))";
        let process = self.process;
        let ended = async || (!is_running(process)).then_some(());
        // No answer means that the application has already quit. The bench's empty window has no `quit` command.
        if self.page.execute_async(quit, vec![]).await.ok() != Some(json!(false)) {
            wait_for("the application to end", ended).await;
        }
        self.page.close().await.ok();
        wait_for("the application to end", ended).await;
    }

    /// Waits like [`wait_for`]; the panic message includes the text on screen.
    pub(super) async fn wait_for<T>(&self, what: &str, probe: impl AsyncFnMut() -> Option<T>) -> T {
        match poll(probe).await {
            Some(found) => found,
            None => panic!("timed out waiting for {what}; the window shows:\n{}", self.text().await),
        }
    }

    /// Clicks a button, link, option or menu item, as soon as it is enabled.
    pub async fn click(&self, name: &str) {
        let quoted = quote(name);
        let path = format!(
            "//*[self::button or self::a or self::summary or @role='menuitem' or @role='menuitemcheckbox' or @role='radio' or @role='option']\
             [normalize-space(.)={quoted} or @aria-label={quoted}][not(@disabled)][not(@aria-disabled='true')]"
        );
        let mut position = None;
        let clicked = async || self.hit(self.settled(&path, &mut position).await?).await.then_some(());
        self.wait_for(&format!("{name:?} to click"), clicked).await;
    }

    /// Clicks an element. Returns whether it got the click: the page can move while the driver clicks.
    async fn hit(&self, element: Element) -> bool {
        let watch = "window.pressed = false;
            arguments[0].addEventListener('mousedown', () => (window.pressed = true), { capture: true, once: true });";
        let watched = self.page.execute(watch, vec![serde_json::to_value(&element).unwrap()]).await.is_ok();
        // A click can close the window, or load another page.
        watched
            && element.click().await.is_ok()
            && self.run_script("return window.pressed").await.ok() != Some(Value::Bool(false))
    }

    pub(super) async fn click_path(&self, what: &str, path: &str) {
        let mut position = None;
        self.wait_for(what, async || self.settled(path, &mut position).await?.click().await.ok()).await;
    }

    /// Clicks a button if it is shown now: the application may have continued without it.
    pub async fn click_if_present(&self, name: &str) {
        let path = format!("//button[normalize-space(.)={}][not(@disabled)]", quote(name));
        if let Some(button) = self.topmost(&path).await {
            button.click().await.ok();
        }
    }

    /// Replaces the content of the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        self.wait_for(&format!("{label:?} to contain {text:?}"), async || {
            let field = self.field(label).await;
            field.clear().await.ok()?;
            if !text.is_empty() {
                field.send_keys(text).await.ok()?;
            }
            (field.prop("value").await.ok()??.as_str() == text).then_some(())
        })
        .await;
    }

    /// Returns the content of the field with this label.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    async fn field(&self, label: &str) -> Element {
        let quoted = quote(label);
        let path = format!(
            "//input[not(ancestor::fieldset[@disabled])][@aria-label={quoted} or @id=//label[normalize-space(.)={quoted}]/@for or ancestor::label[normalize-space(.)={quoted}]]"
        );
        self.wait_for(&format!("a field {label:?}"), async || self.topmost(&path).await).await
    }

    /// Returns the last displayed element that matches: dialogs follow the page that they cover.
    pub(super) async fn topmost(&self, path: &str) -> Option<Element> {
        let found = self.page.find_all(Locator::XPath(path)).await.ok()?;
        for element in found.into_iter().rev() {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// Like `topmost`, once the element has not moved since the last call: a click misses an element that moves.
    ///
    /// The driver reports no rectangle for a checkbox that is covered by another element.
    pub(super) async fn settled(&self, path: &str, position: &mut Option<Rectangle>) -> Option<Element> {
        let element = self.topmost(path).await?;
        let now = element.rectangle().await.ok();
        (position.replace(now) == Some(now)).then_some(element)
    }

    pub async fn wait_for_text(&self, text: &str) {
        let shown = async || self.text().await.contains(text).then_some(());
        self.wait_for(&format!("the text {text:?}"), shown).await;
    }

    pub async fn wait_until_gone(&self, text: &str) {
        let gone = async || (!self.text().await.contains(text)).then_some(());
        self.wait_for(&format!("the text {text:?} to disappear"), gone).await;
    }

    /// Waits for a dialog with exactly this title.
    pub async fn wait_for_dialog(&self, title: &str) {
        let quoted = quote(title);
        let path = format!("//*[@role='dialog' or @role='alertdialog']//*[normalize-space(.)={quoted}]");
        self.wait_for(&format!("a dialog {title:?}"), async || self.topmost(&path).await).await;
    }

    /// Returns all displayed text, line by line.
    pub async fn text(&self) -> String {
        let text = self.page.execute("return document.body.innerText", vec![]).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Types into the focused element.
    pub async fn send_keys(&self, keys: &str) {
        self.page.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    pub async fn press_key(&self, key: Key) {
        self.send_keys(&key.to_string()).await;
    }

    pub async fn run_script(&self, script: &str) -> Result<Value, CmdError> {
        self.page.execute(script, vec![]).await
    }
}

/// Returns `text` as an XPath string literal. XPath has no escape sequences.
pub(super) fn quote(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}

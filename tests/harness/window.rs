//! The real window, seen the way a person or a screen reader finds things: by role and name.

use std::path::Path;
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::PATIENCE;
use super::machine::{Driver, runs};

pub struct Window {
    pub page: Client,
    _driver: Driver,
    /// The process of the application.
    pub process: u32,
}

/// Left, top, width and height.
pub(super) type Place = (f64, f64, f64, f64);

/// Ask again until there is an answer; `what` says what was waited for in vain.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain: {what}");
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
        until("the driver listens", async || std::net::TcpStream::connect(("127.0.0.1", port)).ok()).await;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let page =
            builder.capabilities(capabilities).connect(&address).await.expect("a session with the window");
        let process = driver.started().expect("the application runs");
        Window { page, _driver: driver, process }
    }

    /// Quit the application and wait until it is gone: the driver alone would kill it.
    pub async fn close(self) {
        let quit = "const done = arguments[0];
            window.__TAURI_INTERNALS__.invoke('quit').then(() => done(true), () => done(false))";
        let process = self.process;
        let ended = async || (!runs(process)).then_some(());
        // Without an answer it is gone already; another program knows no such command.
        if self.page.execute_async(quit, vec![]).await.ok() != Some(json!(false)) {
            until("the application has ended", ended).await;
        }
        self.page.close().await.ok();
        until("the application has ended", ended).await;
    }

    /// Press a button, menu item, tab or link by its name, as soon as it can be pressed.
    pub async fn press(&self, name: &str) {
        let quoted = quote(name);
        let path = format!(
            "//*[self::button or self::a or self::summary or @role='menuitem' or @role='menuitemcheckbox' or @role='radio' or @role='option']\
             [normalize-space(.)={quoted} or @aria-label={quoted}][not(@disabled)][not(@aria-disabled='true')]"
        );
        let mut place = None;
        until(&format!("press {name:?}; {}", self.words().await), async || {
            self.still(&path, &mut place).await?.click().await.ok()
        })
        .await;
    }

    /// Press a button if it is still there: something may have gone on by itself.
    pub async fn press_if(&self, name: &str) {
        let path = format!("//button[normalize-space(.)={}][not(@disabled)]", quote(name));
        if let Some(button) = self.topmost(&path).await {
            button.click().await.ok();
        }
    }

    /// Type into the field with this label, in place of what is there.
    pub async fn fill(&self, label: &str, text: &str) {
        until(&format!("{label:?} holds {text:?}"), async || {
            let field = self.field(label).await;
            field.clear().await.ok()?;
            if !text.is_empty() {
                field.send_keys(text).await.ok()?;
            }
            (field.prop("value").await.ok()??.as_str() == text).then_some(())
        })
        .await;
    }

    /// What the field with this label holds.
    pub async fn value(&self, label: &str) -> String {
        self.field(label).await.prop("value").await.unwrap().unwrap_or_default()
    }

    async fn field(&self, label: &str) -> Element {
        let quoted = quote(label);
        let path = format!(
            "//input[not(ancestor::fieldset[@disabled])][@aria-label={quoted} or @id=//label[normalize-space(.)={quoted}]/@for or ancestor::label[normalize-space(.)={quoted}]]"
        );
        until(&format!("a field {label:?}"), async || self.topmost(&path).await).await
    }

    /// The last element of a path that is shown: dialogs come after the page that they cover.
    pub(super) async fn topmost(&self, path: &str) -> Option<Element> {
        let found = self.page.find_all(Locator::XPath(path)).await.ok()?;
        for element in found.into_iter().rev() {
            if element.is_displayed().await.unwrap_or(false) {
                return Some(element);
            }
        }
        None
    }

    /// The same once it is where it was the last time: a press misses what moves, and nobody presses before it is still.
    ///
    /// A box under another has no place by itself; the driver says so.
    pub(super) async fn still(&self, path: &str, place: &mut Option<Option<Place>>) -> Option<Element> {
        let element = self.topmost(path).await?;
        let now = element.rectangle().await.ok();
        (place.replace(now) == Some(now)).then_some(element)
    }

    /// Wait until the window shows this text somewhere.
    pub async fn shows(&self, text: &str) {
        let shown = async || self.words().await.contains(text).then_some(());
        let started = Instant::now();
        while shown().await.is_none() {
            if started.elapsed() > PATIENCE {
                panic!("the window does not show {text:?} but:\n{}", self.words().await);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Wait until the window does not show this text anywhere.
    pub async fn hides(&self, text: &str) {
        until(&format!("{text:?} is gone"), async || (!self.words().await.contains(text)).then_some(()))
            .await;
    }

    /// Wait for a dialog with exactly this title.
    pub async fn dialog(&self, title: &str) {
        let quoted = quote(title);
        let path = format!("//*[@role='dialog' or @role='alertdialog']//*[normalize-space(.)={quoted}]");
        until(&format!("a dialog {title:?}; {}", self.words().await), async || self.topmost(&path).await)
            .await;
    }

    /// All text that is shown, on one line per line on screen.
    pub async fn words(&self) -> String {
        let words = self.page.execute("return document.body.innerText", vec![]).await;
        words.ok().and_then(|words| words.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub async fn key(&self, key: Key) {
        let active = self.page.active_element().await.unwrap();
        active.send_keys(&key.to_string()).await.unwrap();
    }

    pub async fn run(&self, script: &str) -> Result<Value, CmdError> {
        self.page.execute(script, vec![]).await
    }
}

/// `text` as a literal of XPath, which knows no escapes.
pub(super) fn quote(text: &str) -> String {
    if !text.contains('\'') {
        return format!("'{text}'");
    }
    let parts: Vec<String> = text.split('\'').map(|part| format!("'{part}'")).collect();
    format!("concat({})", parts.join(", \"'\", "))
}

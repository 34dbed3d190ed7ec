//! A harness to work at: a virtual display, a session bus with a real keychain daemon, TikTok's
//! simulator over real HTTP, and the real window, driven through WebKit's own driver.
//!
//! Waits are for conditions; the longest wait is [`PATIENCE`].

// Each test needs a part of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unused_imports)]

mod actions;
pub mod book;
mod desktop;
#[path = "../../src-tauri/crates/services/tests/mail/exim.rs"]
pub mod exim;
mod machine;
pub mod mails;
mod screen;
mod window;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tiktok_sandbox::{Options, Sandbox, Sizes};

pub use desktop::Desktop;
use machine::Bus;
pub use machine::{Display, Driver, Keychain, free_port, runs};
pub use screen::{DOWN, RETURN, Screen};
pub use window::{Window, until};

/// How long anything may take before it counts as broken.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Everything around one person in front of one window. Ends with the test.
pub struct Harness {
    display: Display,
    bus: Bus,
    home: TempDir,
    pub sandbox: Option<Sandbox>,
    /// The one certificate that the application trusts, in place of the system's.
    pub trusted: Option<PathBuf>,
}

/// What the harness is like.
pub struct HarnessOptions {
    pub keychain: Keychain,
    pub accounts: usize,
    /// What each ad account holds.
    pub sizes: Sizes,
    pub size: (u32, u32),
    pub redirect_urls: Vec<String>,
}

impl Default for HarnessOptions {
    fn default() -> Self {
        HarnessOptions {
            keychain: Keychain::Open,
            accounts: 40,
            sizes: Sizes::default(),
            size: (1280, 820),
            redirect_urls: Options::default().redirect_urls,
        }
    }
}

impl Harness {
    pub async fn new() -> Harness {
        Harness::with(HarnessOptions::default()).await
    }

    pub async fn with(options: HarnessOptions) -> Harness {
        let home = tempfile::tempdir().unwrap();
        let sandbox = Options {
            accounts: options.accounts,
            sizes: options.sizes,
            qps: Some(0),
            redirect_urls: options.redirect_urls.clone(),
            ..Options::default()
        };
        Harness {
            display: Display::start(options.size),
            bus: Bus::start(home.path(), options.keychain),
            sandbox: Some(Sandbox::start(sandbox).await.unwrap()),
            home,
            trusted: None,
        }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the sandbox is gone")
    }

    /// The folder of the application's data.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Start the application and wait until its page answers.
    pub async fn start(&self) -> Window {
        self.start_program(Path::new(env!("CARGO_BIN_EXE_xpo-admin"))).await
    }

    pub async fn start_program(&self, program: &Path) -> Window {
        let driver = Driver::start(self.environment());
        Window::open(driver, program).await
    }

    /// Ask the sandbox for something that only its control routes offer.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        control(&self.sandbox().address(), path, body).await
    }

    /// What the sandbox's pages reported.
    pub async fn reports(&self) -> Vec<Value> {
        let url = format!("{}/sandbox/reports", self.sandbox().address());
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    /// Draw what the screen shows into a file. The driver cannot: it waits for ever where the window is drawn without a
    /// graphics card.
    pub fn draw(&self, file: &Path) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut import = Command::new("import");
        let drawn = import.args(["-window", "root"]).arg(file).env("DISPLAY", self.display.name()).status();
        assert!(drawn.unwrap().success(), "{}", file.display());
    }

    pub fn screen(&self) -> Screen {
        Screen::of(&self.display.name())
    }

    /// Close the log-in popup, as its close button does, once it is there.
    pub async fn close_popup(&self) {
        let screen = self.screen();
        until("the popup is there", async || screen.close("Sign in to TikTok")).await;
    }

    /// What the system's browser was asked to open.
    pub async fn opened(&self) -> String {
        let note = self.home.path().join("opened");
        until("the browser was asked", async || std::fs::read_to_string(&note).ok()).await.trim().to_owned()
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.home.path().display().to_string();
        let trusted = self.trusted.iter().map(|path| ("SSL_CERT_FILE", path.display().to_string()));
        let rest = [
            ("DISPLAY", self.display.name()),
            ("DBUS_SESSION_BUS_ADDRESS", self.bus.address()),
            ("HOME", home.clone()),
            ("XDG_RUNTIME_DIR", format!("{home}/run")),
            ("XPO_ADMIN_DATA_DIR", self.data().display().to_string()),
            ("TAURI_WEBVIEW_AUTOMATION", "true".into()),
            ("LANG", "C.UTF-8".into()),
        ];
        rest.into_iter().chain(trusted).collect()
    }
}

/// Ask a sandbox for something that only its control routes offer.
pub async fn control(address: &str, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().post(format!("{address}/sandbox/{path}")).json(&body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

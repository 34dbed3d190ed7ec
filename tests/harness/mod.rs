//! The test harness: a virtual display, a session bus with a real keychain daemon, the TikTok sandbox over real HTTP, and the
//! real window, driven through WebDriver.
//!
//! Waits are for conditions; the longest wait is [`TIMEOUT`].

// Each test binary uses a part of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code, unused_imports)]

mod actions;
pub mod book;
mod daemons;
mod desktop;
mod drag;
#[path = "../../src-tauri/crates/services/tests/mail/exim.rs"]
pub mod exim;
mod flows;
mod presses;
#[path = "../../src-tauri/crates/tiktok-business/tests/http/proxy_server.rs"]
pub mod proxy_server;
pub mod requests;
mod screen;
mod window;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tiktok_sandbox::{Action, Options, Sandbox, SignInScript, Sizes};

use daemons::SessionBus;
pub use daemons::{Display, Driver, Keychain, free_port, is_running};
pub use desktop::{Desktop, FileManager};
pub use flows::IMPORT_SUCCESS;
pub use screen::{CONTROL, DOWN, ESCAPE, RETURN, Screen};
pub use window::{Window, wait_for};

/// How long anything may take before the test fails.
pub const TIMEOUT: Duration = Duration::from_secs(30);

const PROFILE: &str = r#"{"profile": {"name": "Ana Admin", "email": "ana@partner.example"}}"#;

/// The environment of one application window. Everything in it ends when it is dropped.
pub struct Harness {
    display: Display,
    bus: SessionBus,
    home: TempDir,
    pub sandbox: Option<Sandbox>,
    sandbox_options: Options,
    /// The only certificate that the application trusts, instead of the system's.
    pub trusted: Option<PathBuf>,
    /// The locale whose format dates have.
    pub date_format: &'static str,
}

pub struct HarnessOptions {
    pub keychain: Keychain,
    /// The number of ad accounts in the sandbox.
    pub accounts: usize,
    /// The number of objects in each ad account.
    pub sizes: Sizes,
    /// Width and height of the display.
    pub size: (u32, u32),
    pub redirect_urls: Vec<String>,
    /// Gives some of the sandbox's objects names that break careless software.
    pub hostile_names: bool,
}

impl Default for HarnessOptions {
    fn default() -> Self {
        HarnessOptions {
            keychain: Keychain::Open,
            accounts: 40,
            sizes: Sizes::default(),
            size: (1280, 820),
            redirect_urls: Options::default().redirect_urls,
            hostile_names: true,
        }
    }
}

impl Harness {
    pub async fn new() -> Harness {
        Harness::with_options(HarnessOptions::default()).await
    }

    pub async fn without_keychain() -> Harness {
        Harness::with_options(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() })
            .await
    }

    pub async fn with_options(options: HarnessOptions) -> Harness {
        let home = tempfile::tempdir().unwrap();
        // The admin was asked at an earlier start.
        std::fs::create_dir(home.path().join("data")).unwrap();
        std::fs::write(home.path().join("data/preferences.json"), PROFILE).unwrap();
        let sandbox = Options {
            accounts: options.accounts,
            sizes: options.sizes,
            qps: Some(0),
            hostile_names: options.hostile_names,
            redirect_urls: options.redirect_urls.clone(),
            state: Some(home.path().join("sandbox.json")),
            ..Options::default()
        };
        Harness {
            display: Display::start(options.size),
            bus: SessionBus::start(home.path(), options.keychain),
            sandbox: Some(Sandbox::start(sandbox.clone()).await.unwrap()),
            sandbox_options: sandbox,
            home,
            trusted: None,
            date_format: "C.UTF-8",
        }
    }

    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("the sandbox was stopped")
    }

    /// Stops the sandbox, as if there were no network.
    pub async fn stop_sandbox(&mut self) {
        let sandbox = self.sandbox.take().expect("the sandbox was stopped");
        let address = sandbox.address();
        self.sandbox_options.port = address.rsplit(':').next().unwrap().parse().unwrap();
        sandbox.stop().await;
    }

    /// Starts the sandbox again at its address, with the sign-ins that it had.
    pub async fn start_sandbox(&mut self) {
        self.sandbox = Some(Sandbox::start(self.sandbox_options.clone()).await.unwrap());
    }

    /// Lets the application trust the sandbox's https address, and nothing else.
    pub fn trust_sandbox(&mut self) {
        let der = STANDARD.encode(self.sandbox().certificate());
        let lines: Vec<&str> =
            der.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let file = self.home.path().join("sandbox.pem");
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"));
        std::fs::write(&file, pem).unwrap();
        self.trusted = Some(file);
    }

    /// Returns the application's data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Lets the window open in this size. WebKit's process can end when a window is resized before the first drawing.
    pub fn set_last_size(&self, (width, height): (u32, u32)) {
        let last = json!({ "main": {
            "width": width, "height": height, "x": 0, "y": 0, "prev_x": 0, "prev_y": 0,
            "maximized": false, "visible": true, "decorated": true, "fullscreen": false
        } });
        std::fs::create_dir_all(self.data_dir()).unwrap();
        std::fs::write(self.data_dir().join("window-state.json"), last.to_string()).unwrap();
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts the application and waits until its page responds.
    pub async fn start_app(&self) -> Window {
        self.start_program(Path::new(env!("CARGO_BIN_EXE_xpo-admin"))).await
    }

    pub async fn start_program(&self, program: &Path) -> Window {
        let driver = Driver::start(self.environment());
        Window::open(driver, program).await
    }

    /// Runs a command of the command line. Returns the exit code, the standard output and the standard error output.
    pub fn command_line(&self, arguments: &[&str]) -> (i32, String, String) {
        printed(self.command(arguments).output().unwrap())
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_xpo-admin"));
        program.args(arguments).envs(self.environment());
        program
    }

    /// Lets the sandbox's first user sign in and do `action`.
    pub fn script_sign_in(&self, action: Action) {
        self.sandbox().script_sign_in(SignInScript { action, ..SignInScript::default() });
    }

    /// Calls one of the sandbox's control routes.
    pub async fn post_to_sandbox(&self, path: &str, body: Value) -> Value {
        post_to_sandbox(&self.sandbox().address(), path, body).await
    }

    /// Returns the ids and names of the ad accounts that the sandbox's first user reaches.
    pub async fn sandbox_accounts(&self) -> Vec<(String, String)> {
        let user = &self.sandbox().users()[0].id;
        let listed = self.get_from_sandbox(&format!("users/{user}/accounts")).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let accounts = listed["accounts"].as_array().unwrap();
        accounts.iter().map(|account| (text(&account["id"]), text(&account["name"]))).collect()
    }

    /// Returns what the sandbox's pages have reported.
    pub async fn sandbox_reports(&self) -> Vec<Value> {
        self.get_from_sandbox("reports").await.as_array().unwrap().clone()
    }

    async fn get_from_sandbox(&self, path: &str) -> Value {
        let url = format!("{}/sandbox/{path}", self.sandbox().address());
        reqwest::get(url).await.unwrap().json().await.unwrap()
    }

    /// Saves a picture of the screen. The driver cannot take one: it hangs where windows are drawn without a graphics card.
    pub fn take_screenshot(&self, file: &Path) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let mut import = Command::new("import");
        let status = import.args(["-window", "root"]).arg(file).env("DISPLAY", self.display.name()).status();
        assert!(status.unwrap().success(), "{}", file.display());
    }

    /// Changes the keyboard of the display, such as to `ru`.
    pub fn set_keyboard(&self, layout: &str) {
        let display = self.display.name();
        let status = Command::new("setxkbmap").args(["-display", &display, layout]).status();
        assert!(status.unwrap().success());
    }

    pub fn screen(&self) -> Screen {
        Screen::connect(&self.display.name())
    }

    /// Waits for the sign-in popup and closes it, as its close button does.
    pub async fn close_sign_in_popup(&self) {
        let screen = self.screen();
        wait_for("the sign-in popup", async || screen.close_window("Sign in to TikTok")).await;
    }

    /// Answers the system's dialog for an export.
    pub async fn answer_file_dialog(&self, path: &str, key: u32) {
        self.answer_dialog("Export", path, key).await;
    }

    /// Waits for the system's dialog with this title, types `path` over what it proposes if it is not empty, and presses `key`.
    pub async fn answer_dialog(&self, title: &str, path: &str, key: u32) {
        let screen = self.screen();
        wait_for("the file dialog", async || screen.focus_window(title)).await;
        if !path.is_empty() {
            screen.press_with_control(u32::from('a')).unwrap();
            screen.type_text(path).unwrap();
        }
        wait_for("the file dialog to close", async || {
            if screen.focus_window(title).is_some() {
                screen.press_key(key);
                return None;
            }
            Some(())
        })
        .await;
    }

    /// Waits until the system's browser is asked to open a URL, and returns it.
    pub async fn opened_url(&self) -> String {
        let record = self.home.path().join("opened");
        wait_for("a URL in the browser", async || std::fs::read_to_string(&record).ok())
            .await
            .trim()
            .to_owned()
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        let home = self.home.path().display().to_string();
        let trusted = self.trusted.iter().map(|path| ("SSL_CERT_FILE", path.display().to_string()));
        let rest = [
            ("DISPLAY", self.display.name()),
            ("DBUS_SESSION_BUS_ADDRESS", self.bus.address()),
            ("HOME", home.clone()),
            ("XDG_RUNTIME_DIR", format!("{home}/run")),
            ("XPO_ADMIN_DATA_DIR", self.data_dir().display().to_string()),
            ("TAURI_WEBVIEW_AUTOMATION", "true".into()),
            ("LANG", "C.UTF-8".into()),
            ("LC_ALL", String::new()),
            ("LC_TIME", self.date_format.into()),
        ];
        rest.into_iter().chain(trusted).collect()
    }
}

/// Returns the exit code, the standard output and the standard error output.
pub fn printed(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Calls a control route of the sandbox at `address`.
pub async fn post_to_sandbox(address: &str, path: &str, body: Value) -> Value {
    let request = reqwest::Client::new().post(format!("{address}/sandbox/{path}")).json(&body);
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

/// Returns the files in `folder` and its subfolders.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

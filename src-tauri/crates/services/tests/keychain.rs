//! Secrets in the keychain of a Linux desktop: a real gnome-keyring daemon on a private D-Bus.
//!
//! A process finds its bus through the environment, so each test runs itself again as a child process with its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use services::secrets::{ExposeSecret, SecretError, SecretStorage, SecretStore, Settings};
use tempfile::TempDir;

const CHILD: &str = "XPO_TEST_KEYCHAIN_CHILD";

/// Starts the daemon with its login keyring unlocked.
const UNLOCKED: &str =
    "printf password | exec gnome-keyring-daemon --unlock --foreground --components=secrets";

/// A private desktop session that ends when it is dropped.
struct Session {
    folder: TempDir,
    bus: Child,
    address: String,
}

impl Session {
    /// `services` maps each bus name to the shell command that the bus activates for it.
    fn start(services: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path();
        for (name, command) in services {
            let script = path.join(format!("{name}.sh"));
            fs::write(&script, command).unwrap();
            let entry = format!("[D-BUS Service]\nName={name}\nExec=/bin/sh {}\n", script.display());
            fs::write(path.join(format!("{name}.service")), entry).unwrap();
        }
        fs::write(
            path.join("bus.conf"),
            format!(
                "<busconfig><type>session</type><listen>unix:dir={0}</listen><servicedir>{0}</servicedir>\
                 <auth>EXTERNAL</auth><policy context=\"default\"><allow eavesdrop=\"true\"/><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                 <allow own=\"*\"/></policy></busconfig>",
                path.display()
            ),
        )
        .unwrap();
        let mut bus = isolated(Command::new("dbus-daemon"), path)
            .arg("--nofork")
            .arg("--print-address")
            .arg(format!("--config-file={}", path.join("bus.conf").display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is missing: install the package dbus");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Session { folder, bus, address: address.trim().to_owned() }
    }

    /// Runs the calling test again inside the session.
    fn run(&self, test: &str) {
        run(test, self.folder.path(), &self.address);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The daemons exit with their bus.
        self.bus.kill().unwrap();
        self.bus.wait().unwrap();
    }
}

fn run(test: &str, folder: &Path, address: &str) {
    let status = isolated(Command::new(env::current_exe().unwrap()), folder)
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env("DBUS_SESSION_BUS_ADDRESS", address)
        .status()
        .unwrap();
    assert!(status.success(), "{test} failed inside its session");
}

fn isolated(mut command: Command, folder: &Path) -> Command {
    for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"] {
        command.env(name, folder);
    }
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL", "DBUS_SESSION_BUS_ADDRESS"] {
        command.env_remove(name);
    }
    command
}

fn inside() -> bool {
    env::var_os(CHILD).is_some()
}

fn open(keychain_timeout: Duration) -> SecretStore {
    SecretStore::new(env::temp_dir().join("no-such-file"), Settings { keychain_timeout, scrypt_log_n: 1 })
}

/// Long enough for a daemon to start on a busy computer.
const LONG: Duration = Duration::from_secs(60);

async fn read(store: &SecretStore, name: &str) -> Option<String> {
    store.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

#[tokio::test]
async fn secrets_are_stored_replaced_and_removed() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("secrets_are_stored_replaced_and_removed");
    }
    let store = open(LONG);
    assert_eq!(store.storage().await, SecretStorage::Keychain);
    assert_eq!(read(&store, "token/p/1").await, None, "a missing secret is not an error");
    store.put("token/p/1", "one \"ü\"".into()).await.unwrap();
    store.put("token/p/2", "two".into()).await.unwrap();
    store.put("token/p/1", "new".into()).await.unwrap();
    let later = open(LONG);
    assert_eq!(read(&later, "token/p/1").await.as_deref(), Some("new"));
    assert_eq!(read(&later, "token/p/2").await.as_deref(), Some("two"));
    store.remove("token/p/1").await.unwrap();
    store.remove("token/p/1").await.unwrap();
    assert_eq!(read(&later, "token/p/1").await, None);
    assert_eq!(read(&later, "token/p/2").await.as_deref(), Some("two"));
}

/// How many entries the login keyring has.
fn entries() -> usize {
    let output = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets"])
        .args(["/org/freedesktop/secrets/collection/login", "org.freedesktop.DBus.Properties.Get"])
        .args(["string:org.freedesktop.Secret.Collection", "string:Items"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).matches("object path").count()
}

#[tokio::test]
async fn a_partner_has_one_entry_for_which_macos_asks_once() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("a_partner_has_one_entry_for_which_macos_asks_once");
    }
    let store = open(LONG);
    let names = ["app-secret/p", "mail-password/p", "token/p/1", "token/p/2"];
    // At the same time, as when an import ends while the mail settings are saved.
    let puts = names.map(|name| {
        let store = store.clone();
        tokio::spawn(async move { store.put(name, name.into()).await.unwrap() })
    });
    for put in puts {
        put.await.unwrap();
    }
    store.put("app-secret/q", "other".into()).await.unwrap();
    assert_eq!(entries(), 2);
    for name in names {
        assert_eq!(read(&store, name).await.as_deref(), Some(name));
    }
    for name in names {
        store.remove(name).await.unwrap();
    }
    assert_eq!(entries(), 1, "no empty entry is left");
    assert_eq!(read(&store, "app-secret/q").await.as_deref(), Some("other"));
}

#[tokio::test]
async fn secrets_move_to_the_keychain_once_it_is_available() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("secrets_move_to_the_keychain_once_it_is_available");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.age");
    let store = SecretStore::new(&file, Settings { keychain_timeout: LONG, scrypt_log_n: 1 });
    store.keep_in_memory().await;
    store.put("token/p/1", "one".into()).await.unwrap();
    store.encrypt("a passphrase".into()).await.unwrap();
    assert_eq!(store.move_to_keychain().await.unwrap(), None);
    assert_eq!(store.storage().await, SecretStorage::Keychain);
    assert!(!file.exists());
    assert_eq!(read(&store, "token/p/1").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn moving_to_the_keychain_keeps_a_file_whose_passphrase_was_forgotten() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("moving_to_the_keychain_keeps_a_file_whose_passphrase_was_forgotten");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.age");
    let settings = Settings { keychain_timeout: LONG, scrypt_log_n: 1 };
    let before = SecretStore::new(&file, settings);
    before.keep_in_memory().await;
    before.put("token/p/1", "one".into()).await.unwrap();
    before.encrypt("a passphrase".into()).await.unwrap();

    // "I forgot the passphrase", then "Try the keychain again".
    let store = SecretStore::new(&file, settings);
    store.keep_in_memory().await;
    store.put("token/p/2", "two".into()).await.unwrap();
    let kept = store.move_to_keychain().await.unwrap().unwrap();
    assert_eq!(store.storage().await, SecretStorage::Keychain);
    assert_eq!(read(&store, "token/p/2").await.as_deref(), Some("two"));
    assert!(!file.exists());
    let remembered = SecretStore::new(&kept, settings);
    remembered.unlock("a passphrase".into()).await.unwrap();
    assert_eq!(read(&remembered, "token/p/1").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn reports_a_missing_keychain_without_a_session_bus() {
    if !inside() {
        let folder = TempDir::new().unwrap();
        let nowhere = format!("unix:path={}", folder.path().join("bus").display());
        return run("reports_a_missing_keychain_without_a_session_bus", folder.path(), &nowhere);
    }
    no_keychain().await;
}

#[tokio::test]
async fn reports_a_missing_keychain_without_a_secret_service() {
    if !inside() {
        return Session::start(&[]).run("reports_a_missing_keychain_without_a_secret_service");
    }
    no_keychain().await;
}

#[tokio::test]
async fn reports_a_missing_keychain_without_a_keyring() {
    if !inside() {
        let empty = "exec gnome-keyring-daemon --foreground --components=secrets";
        return Session::start(&[("org.freedesktop.secrets", empty)])
            .run("reports_a_missing_keychain_without_a_keyring");
    }
    let store = open(LONG);
    assert_eq!(read(&store, "a").await, None);
    let put = store.put("a", "b".into()).await;
    assert!(matches!(put, Err(SecretError::KeychainMissing(_))), "{put:?}");
}

async fn no_keychain() {
    let store = open(LONG);
    assert!(matches!(store.get("a").await, Err(SecretError::KeychainMissing(_))));
    assert!(matches!(store.put("a", "b".into()).await, Err(SecretError::KeychainMissing(_))));
    assert!(matches!(store.remove("a").await, Err(SecretError::KeychainMissing(_))));
    store.keep_in_memory().await;
    store.put("a", "b".into()).await.unwrap();
    assert!(matches!(store.move_to_keychain().await, Err(SecretError::KeychainMissing(_))));
    assert_eq!(store.storage().await, SecretStorage::ThisRun);
    assert_eq!(read(&store, "a").await.as_deref(), Some("b"), "nothing is lost");
}

/// This is checked regularly, so it must neither prompt nor unlock anything.
#[tokio::test]
async fn notices_without_a_prompt_when_the_keychain_was_unlocked_outside() {
    if !inside() {
        let prompter =
            ("org.gnome.keyring.SystemPrompter", "touch $HOME/prompted; exec dbus-monitor >/dev/null");
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED), prompter])
            .run("notices_without_a_prompt_when_the_keychain_was_unlocked_outside");
    }
    open(LONG).put("a", "b".into()).await.unwrap();
    let [checked, read_again] = [open(Duration::from_secs(3)), open(Duration::from_secs(3))];
    assert!(checked.is_unlocked().await);
    lock();
    assert!(!checked.is_unlocked().await);
    assert!(!home().join("prompted").exists());
    let noticed = [&checked, &read_again].map(SecretStore::available);
    for store in [&checked, &read_again] {
        assert!(matches!(store.get("a").await, Err(SecretError::KeychainLocked)));
        store.check().await;
    }
    unlock();
    assert!(checked.is_unlocked().await);
    assert!(!noticed.iter().any(|noticed| noticed.has_changed().unwrap()));
    checked.check().await;
    assert_eq!(read(&read_again, "a").await.as_deref(), Some("b"));
    for noticed in noticed {
        assert!(noticed.has_changed().unwrap(), "the first success after a failure is announced");
    }
}

/// The session's folder.
fn home() -> PathBuf {
    env::var_os("HOME").unwrap().into()
}

/// Unlocks the login keyring, as signing in to the desktop does.
fn unlock() {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--replace", "--unlock", "--components=secrets"])
        .env("GNOME_KEYRING_CONTROL", home().join("keyring"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut daemon.stdin.take().unwrap(), b"password").unwrap();
    assert!(daemon.wait().unwrap().success());
}

/// Locks the login keyring, as a screen lock does.
fn lock() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args([
            "org.freedesktop.Secret.Service.Lock",
            "array:objpath:/org/freedesktop/secrets/collection/login",
        ])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(locked.success());
}

async fn locked_keychain(keychain_timeout: Duration) {
    open(LONG).put("a", "old".into()).await.unwrap();
    lock();
    let store = open(keychain_timeout);
    for answer in [
        store.get("a").await.map(drop),
        store.put("a", "new".into()).await,
        store.put("b", "new".into()).await,
        store.remove("a").await,
    ] {
        assert!(matches!(answer, Err(SecretError::KeychainLocked)), "{answer:?}");
    }
}

#[tokio::test]
async fn reports_a_locked_keychain_when_its_prompt_is_dismissed() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("reports_a_locked_keychain_when_its_prompt_is_dismissed");
    }
    locked_keychain(LONG).await;
}

#[tokio::test]
async fn reports_a_locked_keychain_when_its_prompt_is_not_answered() {
    if !inside() {
        // A prompt that never appears: the command exits with the bus but never claims the name.
        let prompter = ("org.gnome.keyring.SystemPrompter", "exec dbus-monitor >/dev/null");
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED), prompter])
            .run("reports_a_locked_keychain_when_its_prompt_is_not_answered");
    }
    locked_keychain(Duration::from_millis(300)).await;
}

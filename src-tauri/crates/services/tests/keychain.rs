//! The keychain of a Linux desktop: a real gnome-keyring daemon on a D-Bus of the test's own.
//!
//! Which bus a program talks to is a matter of its environment, so each test runs itself again as a child whose
//! environment it has made.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use services::secrets::{ExposeSecret, SecretError, SecretStorage, SecretStore, Settings};
use tempfile::TempDir;

const CHILD: &str = "XPO_TEST_KEYCHAIN_CHILD";

/// Starts the daemon, whose login keyring opens with this password.
const UNLOCKED: &str =
    "printf password | exec gnome-keyring-daemon --unlock --foreground --components=secrets";

/// A desktop session of its own, gone when dropped.
struct Session {
    folder: TempDir,
    bus: Child,
    address: String,
}

impl Session {
    /// `services`: what the bus starts when someone asks for that name.
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
            .expect("dbus-daemon, of the package dbus");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Session { folder, bus, address: address.trim().to_owned() }
    }

    /// Runs the calling test again, inside.
    fn run(&self, test: &str) {
        run(test, self.folder.path(), &self.address);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The daemons leave when their bus does.
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

fn keys(patience: Duration) -> SecretStore {
    SecretStore::new(env::temp_dir().join("no-such-file"), Settings { patience, work: 1 })
}

/// Long enough for a daemon to start on a busy computer.
const LONG: Duration = Duration::from_secs(60);

async fn read(keys: &SecretStore, name: &str) -> Option<String> {
    keys.get(name).await.unwrap().map(|secret| secret.expose_secret().to_owned())
}

#[tokio::test]
async fn secrets_are_kept_replaced_and_removed() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("secrets_are_kept_replaced_and_removed");
    }
    let keys = keys(LONG);
    assert_eq!(keys.storage().await, SecretStorage::Keychain);
    assert_eq!(read(&keys, "token/p/1").await, None, "missing is no error");
    keys.put("token/p/1", "one \"ü\"".into()).await.unwrap();
    keys.put("token/p/2", "two".into()).await.unwrap();
    keys.put("token/p/1", "new".into()).await.unwrap();
    let later = self::keys(LONG);
    assert_eq!(read(&later, "token/p/1").await.as_deref(), Some("new"));
    assert_eq!(read(&later, "token/p/2").await.as_deref(), Some("two"));
    keys.remove("token/p/1").await.unwrap();
    keys.remove("token/p/1").await.unwrap();
    assert_eq!(read(&later, "token/p/1").await, None);
    assert_eq!(read(&later, "token/p/2").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn secrets_kept_elsewhere_move_in_when_the_keychain_is_there() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("secrets_kept_elsewhere_move_in_when_the_keychain_is_there");
    }
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("keys.age");
    let keys = SecretStore::new(&file, Settings { patience: LONG, work: 1 });
    keys.keep_in_memory().await;
    keys.put("token/p/1", "one".into()).await.unwrap();
    keys.seal("a passphrase".into()).await.unwrap();
    keys.move_to_keychain().await.unwrap();
    assert_eq!(keys.storage().await, SecretStorage::Keychain);
    assert!(!file.exists());
    assert_eq!(read(&keys, "token/p/1").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn without_a_session_bus_there_is_no_keychain() {
    if !inside() {
        let folder = TempDir::new().unwrap();
        let nowhere = format!("unix:path={}", folder.path().join("bus").display());
        return run("without_a_session_bus_there_is_no_keychain", folder.path(), &nowhere);
    }
    no_keychain().await;
}

#[tokio::test]
async fn without_a_secret_service_there_is_no_keychain() {
    if !inside() {
        return Session::start(&[]).run("without_a_secret_service_there_is_no_keychain");
    }
    no_keychain().await;
}

#[tokio::test]
async fn a_secret_service_without_a_keyring_is_no_keychain() {
    if !inside() {
        let empty = "exec gnome-keyring-daemon --foreground --components=secrets";
        return Session::start(&[("org.freedesktop.secrets", empty)])
            .run("a_secret_service_without_a_keyring_is_no_keychain");
    }
    let keys = keys(LONG);
    assert_eq!(read(&keys, "a").await, None);
    let put = keys.put("a", "b".into()).await;
    assert!(matches!(put, Err(SecretError::KeychainMissing(_))), "{put:?}");
}

async fn no_keychain() {
    let keys = keys(LONG);
    assert!(matches!(keys.get("a").await, Err(SecretError::KeychainMissing(_))));
    assert!(matches!(keys.put("a", "b".into()).await, Err(SecretError::KeychainMissing(_))));
    assert!(matches!(keys.remove("a").await, Err(SecretError::KeychainMissing(_))));
    keys.keep_in_memory().await;
    keys.put("a", "b".into()).await.unwrap();
    assert!(matches!(keys.move_to_keychain().await, Err(SecretError::KeychainMissing(_))));
    assert_eq!(keys.storage().await, SecretStorage::ThisRun);
    assert_eq!(read(&keys, "a").await.as_deref(), Some("b"), "nothing is lost");
}

/// Locks the login keyring, as leaving the desk does.
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

async fn locked_keychain(patience: Duration) {
    keys(LONG).put("a", "old".into()).await.unwrap();
    lock();
    let keys = keys(patience);
    for answer in [
        keys.get("a").await.map(drop),
        keys.put("a", "new".into()).await,
        keys.put("b", "new".into()).await,
        keys.remove("a").await,
    ] {
        assert!(matches!(answer, Err(SecretError::KeychainLocked)), "{answer:?}");
    }
}

#[tokio::test]
async fn a_locked_keychain_whose_question_is_refused_is_locked() {
    if !inside() {
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED)])
            .run("a_locked_keychain_whose_question_is_refused_is_locked");
    }
    locked_keychain(LONG).await;
}

#[tokio::test]
async fn a_locked_keychain_whose_question_nobody_answers_is_locked() {
    if !inside() {
        // A question that never shows: this program leaves with the bus, but never takes the name.
        let prompter = ("org.gnome.keyring.SystemPrompter", "exec dbus-monitor >/dev/null");
        return Session::start(&[("org.freedesktop.secrets", UNLOCKED), prompter])
            .run("a_locked_keychain_whose_question_nobody_answers_is_locked");
    }
    locked_keychain(Duration::from_millis(300)).await;
}

//! Logs: to the terminal, and to daily files of which the latest are kept. Also decides what a support report may contain
//! of them.
//!
//! Never logged: access tokens, auth codes, the app secret, callback URLs, and names. Messages from TikTok may quote names,
//! so a report contains only the program's own messages and the fields in `REPORTED_FIELDS`.

use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::store::permissions::{create_private_folder, private_file};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// The number of daily files that are kept.
const MAX_FILES: usize = 7;

/// The most bytes that are logged in one day, so that a repeated failure cannot fill the disk.
const MAX_BYTES_PER_DAY: u64 = 16 * 1024 * 1024;

/// The crates whose messages a report contains: their texts are literals (`tests/architecture.rs`).
const OWN_CRATES: [&str; 5] = ["xpo_admin", "services", "partner", "tiktok_business", "tiktok_sandbox"];

/// The fields that a report contains: numbers, and names of the program's own enums.
const REPORTED_FIELDS: [&str; 18] = [
    "accounts",
    "added",
    "by",
    "class",
    "code",
    "day_used_up",
    "delay",
    "endpoint",
    "job",
    "kind",
    "location",
    "lost",
    "rejections",
    "step",
    "tiktok_code",
    "took",
    "version",
    "what",
];

/// Returns the folder of the log files below the application's folder.
pub fn folder(root: &Path) -> PathBuf {
    root.join("logs")
}

/// Starts logging below `root`, and `on_terminal` if the standard error output is one: the desktop's journal would keep the lines
/// for longer. Dropping the guard flushes the log.
pub fn start(root: &Path, on_terminal: bool) -> Option<WorkerGuard> {
    let filter = || {
        let wanted = std::env::var("RUST_LOG").ok().and_then(|levels| levels.parse().ok());
        wanted.unwrap_or_else(|| {
            let own = ["xpo_admin", "partner", "services"].map(|target| (target, LevelFilter::INFO));
            Targets::new().with_default(LevelFilter::WARN).with_targets(own)
        })
    };
    let on_terminal = on_terminal && io::stderr().is_terminal();
    let terminal = on_terminal.then(|| fmt::layer().with_writer(io::stderr).with_filter(filter()));
    let (file, guard) = match daily_file(&folder(root)).map(tracing_appender::non_blocking) {
        Ok((writer, guard)) => {
            (Some(fmt::layer().json().with_writer(writer).with_filter(filter())), Some(guard))
        }
        Err(_) => (None, None),
    };
    tracing_subscriber::registry().with(terminal).with(file).init();
    guard
}

fn daily_file(folder: &Path) -> io::Result<Bounded<RollingFileAppender>> {
    create_private_folder(folder)?;
    let now = Timestamp::now();
    let today = path_on(folder, now);
    create_private(&today)?;
    let rolling = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("xpo-admin")
        .filename_suffix("log")
        // It leaves room for the file that it is about to create, but that one exists already.
        .max_log_files(MAX_FILES + 1)
        .build(folder)
        .map_err(io::Error::other)?;
    // An earlier run of the program may have logged today.
    let written = std::fs::metadata(today).map_or(0, |file| file.len());
    Ok(Bounded { inner: rolling, folder: folder.to_owned(), day: day(now), written })
}

fn path_on(folder: &Path, day: Timestamp) -> PathBuf {
    folder.join(format!("xpo-admin.{}.log", day.strftime("%F")))
}

/// Creates the file that the appender is about to open: the appender would let other users read it.
fn create_private(path: &Path) -> io::Result<()> {
    private_file().append(true).create(true).open(path).map(drop)
}

fn day(at: Timestamp) -> i64 {
    at.as_second().div_euclid(86_400)
}

/// Writes at most [`MAX_BYTES_PER_DAY`] and drops the rest.
struct Bounded<W> {
    inner: W,
    folder: PathBuf,
    /// Days since 1970 in UTC, at whose end the files rotate.
    day: i64,
    written: u64,
}

impl<W: Write> Bounded<W> {
    fn write_at(&mut self, now: Timestamp, line: &[u8]) -> io::Result<usize> {
        let day = day(now);
        if day != self.day {
            (self.day, self.written) = (day, 0);
            create_private(&path_on(&self.folder, now))?;
        }
        self.written += line.len() as u64;
        if self.written > MAX_BYTES_PER_DAY { Ok(line.len()) } else { self.inner.write(line) }
    }
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.write_at(Timestamp::now(), line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Returns the log files below `root`, oldest first.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder(root)).into_iter().flatten();
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let mut found: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "log") && path.is_file())
        .collect();
    // The day is in the name.
    found.sort();
    found.split_off(found.len().saturating_sub(MAX_FILES))
}

#[derive(Serialize, Deserialize)]
struct Line {
    timestamp: Timestamp,
    level: Level,
    target: String,
    #[serde(default)]
    fields: Map<String, Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Level {
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// Copies what a report may contain of a log file, line by line. Lines in another format are left out.
pub(crate) fn copy_reportable(file: &Path, to: &mut impl Write) -> io::Result<()> {
    for line in BufReader::new(std::fs::File::open(file)?).split(b'\n') {
        let Ok(mut line) = serde_json::from_slice::<Line>(&line?) else { continue };
        let own = line.target.split("::").next().is_some_and(|name| OWN_CRATES.contains(&name));
        line.fields.retain(|field, value| own && (field == "message" || is_reportable(field, value)));
        serde_json::to_writer(&mut *to, &line)?;
        to.write_all(b"\n")?;
    }
    Ok(())
}

/// Returns whether a field is a number or one of the program's own words, such as `TiktokTimeout`, `user/info/` or `1.2ms`.
/// An access token has more digits.
fn is_reportable(field: &str, value: &Value) -> bool {
    let plain = |text: &str| {
        let digits = text.chars().filter(char::is_ascii_digit).count();
        text.len() <= 60
            && digits <= 12
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "_/.()µ".contains(c))
    };
    REPORTED_FIELDS.contains(&field)
        && (value.is_number() || value.is_boolean() || value.as_str().is_some_and(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_per_day_starts_over_the_next_day() {
        let logs = tempfile::tempdir().unwrap();
        let on_day = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let mut log = Bounded { inner: Vec::new(), folder: logs.path().to_owned(), day: 0, written: 0 };
        let line = vec![b'x'; 1024 * 1024];
        for _ in 0..40 {
            log.write_at(on_day(1), &line).unwrap();
        }
        assert_eq!(log.inner.len() as u64, MAX_BYTES_PER_DAY);
        log.write_at(on_day(2), &line).unwrap();
        assert_eq!(log.inner.len() as u64, MAX_BYTES_PER_DAY + line.len() as u64);
    }

    #[cfg(unix)]
    #[test]
    fn the_files_of_every_day_are_accessible_to_their_user_only() {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().unwrap();
        let mut log = daily_file(&folder(root.path())).unwrap();
        log.write_all(b"today").unwrap();
        log.write_at(Timestamp::from_second(0).unwrap(), b"another day").unwrap();
        let files = files(root.path());
        assert_eq!(files.len(), 2);
        for path in files {
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
        }
    }

    #[test]
    fn the_limit_counts_what_an_earlier_run_logged_today() {
        let logs = tempfile::tempdir().unwrap();
        let size = || {
            let files = std::fs::read_dir(logs.path()).unwrap();
            files.map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>()
        };
        daily_file(logs.path()).unwrap().write_all(&vec![b'x'; 15 * 1024 * 1024]).unwrap();
        assert_eq!(size(), 15 * 1024 * 1024);
        daily_file(logs.path()).unwrap().write_all(&vec![b'x'; 2 * 1024 * 1024]).unwrap();
        assert_eq!(size(), 15 * 1024 * 1024);
    }

    #[test]
    fn keeps_the_log_files_of_a_week() {
        let root = tempfile::tempdir().unwrap();
        let logs = folder(root.path());
        std::fs::create_dir_all(&logs).unwrap();
        for day in 1..=20 {
            std::fs::write(logs.join(format!("xpo-admin.2026-01-{day:02}.log")), "").unwrap();
        }
        // Files are deleted in the order of their creation, so today's must be created later than the others.
        let created = |name: &str| logs.join(name).metadata().unwrap().created().unwrap();
        loop {
            std::fs::remove_file(logs.join("later")).ok();
            std::fs::write(logs.join("later"), "").unwrap();
            if created("later") > created("xpo-admin.2026-01-20.log") {
                break;
            }
        }
        daily_file(&logs).unwrap().write_all(b"{}\n").unwrap();
        let names = files(root.path());
        assert_eq!(names.len(), MAX_FILES, "{names:?}");
        assert_ne!(
            std::fs::metadata(&names[MAX_FILES - 1]).unwrap().len(),
            0,
            "the newest is the one in use"
        );
    }
}

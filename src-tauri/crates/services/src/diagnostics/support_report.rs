//! *Help → Save a report for support*: a file that an admin looks at and sends on.
//!
//! It says what the program and the computer are, the book in numbers, and what the logs may tell. Deliberately not in it:
//! secrets, tokens, mails, and every name and id of a partner, a client, or what runs on TikTok.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use partner::Book;
use serde::Serialize;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::diagnostics::logs;
use crate::problem::Problem;
use crate::secrets::Kept;

/// What only the shell knows.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// Its version.
    pub version: &'static str,
    /// The version of the system's webview.
    pub webview: Option<String>,
    /// Where secrets are.
    pub keys: Kept,
    /// How the admin likes the application.
    pub preferences: Value,
}

/// The computer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct System {
    system: &'static str,
    processor: &'static str,
    processors: usize,
    release: Option<String>,
    environment: BTreeMap<&'static str, String>,
}

/// What the desktop is; each is a word of the system's.
const ENVIRONMENT: [&str; 5] =
    ["XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "LANG", "GDK_BACKEND", "WEBKIT_DISABLE_DMABUF_RENDERER"];

/// Write a report into `folder`; `root` is the application's own folder. Nothing that is there is replaced. Its path.
///
/// # Errors
/// When the book cannot be read or the file not be written.
pub fn save_report(
    folder: &Path,
    root: &Path,
    application: &Application,
    book: Option<&Book>,
    now: Timestamp,
) -> Result<PathBuf, Problem> {
    let statistics = book.map(Book::statistics).transpose()?;
    let path = folder.join(format!("xpo-admin-report-{}.zip", now.strftime("%Y-%m-%d-%H%M%S")));
    let written = (|| -> io::Result<()> {
        let mut report = ZipWriter::new(File::create_new(&path)?);
        let begin =
            |report: &mut ZipWriter<File>, name: &str| report.start_file(name, SimpleFileOptions::default());
        begin(&mut report, "application.json")?;
        serde_json::to_writer_pretty(&mut report, application)?;
        begin(&mut report, "system.json")?;
        serde_json::to_writer_pretty(&mut report, &System::this_one())?;
        if let Some(statistics) = statistics {
            begin(&mut report, "partner.json")?;
            serde_json::to_writer_pretty(&mut report, &statistics)?;
        }
        for (day, log) in logs::files(root).iter().enumerate() {
            begin(&mut report, &format!("logs/{}.jsonl", day + 1))?;
            logs::tell(log, &mut report)?;
        }
        report.finish()?.flush()
    })();
    written.map_err(partner::Error::from)?;
    Ok(path)
}

impl System {
    fn this_one() -> System {
        let about = std::fs::read_to_string("/etc/os-release").ok();
        let named =
            about.as_deref().and_then(|text| text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")));
        let set = |name| Some((name, std::env::var(name).ok()?));
        System {
            system: std::env::consts::OS,
            processor: std::env::consts::ARCH,
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            release: named.map(|name| name.trim_matches('"').to_owned()),
            environment: ENVIRONMENT.into_iter().filter_map(set).collect(),
        }
    }
}

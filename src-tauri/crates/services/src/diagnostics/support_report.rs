//! *Help → Save a report for support*: a file that an admin can review and send.
//!
//! It describes the program, the computer, the size of the book and what [`logs`] allows of the logs. It deliberately
//! contains no secrets, access tokens, mails, names or ids.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use partner::Book;
use partner::tables::file::check_export_folder;
use serde::Serialize;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::diagnostics::{fonts, logs};
use crate::problem::Problem;
use crate::secrets::SecretStorage;

/// What the shell contributes to a report.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    pub version: &'static str,
    /// The operating system and its version, such as "Windows 11".
    pub system: Option<String>,
    /// The version of the system's web view.
    pub webview: Option<String>,
    pub secret_storage: SecretStorage,
    pub preferences: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct System {
    system: &'static str,
    processor: &'static str,
    processors: usize,
    environment: BTreeMap<&'static str, String>,
    scripts_without_font: Option<Vec<&'static str>>,
}

/// Variables that describe the desktop and contain nothing personal.
const ENVIRONMENT: [&str; 5] =
    ["XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "LANG", "GDK_BACKEND", "WEBKIT_DISABLE_DMABUF_RENDERER"];

/// Writes a report to a new file in `folder` and returns its path; `root` is the application's folder.
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
        let start =
            |report: &mut ZipWriter<File>, name: &str| report.start_file(name, SimpleFileOptions::default());
        start(&mut report, "application.json")?;
        serde_json::to_writer_pretty(&mut report, application)?;
        start(&mut report, "system.json")?;
        serde_json::to_writer_pretty(&mut report, &System::current())?;
        if let Some(statistics) = statistics {
            start(&mut report, "partner.json")?;
            serde_json::to_writer_pretty(&mut report, &statistics)?;
        }
        for (day, log) in logs::files(root).iter().enumerate() {
            start(&mut report, &format!("logs/{}.jsonl", day + 1))?;
            logs::copy_reportable(log, &mut report)?;
        }
        report.finish()?.flush()
    })();
    if let Err(error) = written {
        check_export_folder(folder)?;
        return Err(partner::Error::from(error).into());
    }
    Ok(path)
}

impl System {
    fn current() -> System {
        let variable = |name| Some((name, std::env::var(name).ok()?));
        System {
            system: std::env::consts::OS,
            processor: std::env::consts::ARCH,
            processors: std::thread::available_parallelism().map_or(0, usize::from),
            environment: ENVIRONMENT.into_iter().filter_map(variable).collect(),
            scripts_without_font: fonts::missing_scripts(|| Command::new("fc-list")),
        }
    }
}

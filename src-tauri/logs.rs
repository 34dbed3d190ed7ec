//! Logs: to the terminal, and to daily files of which a few are kept.
//!
//! Never logged: tokens, auth codes, the app's secret, callback URLs, names.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Days of logs that are kept.
const DAYS: usize = 7;

/// Begin to log below `root`; what is still on its way is written when the guard is dropped.
pub fn start(root: &Path) -> Option<WorkerGuard> {
    let filter = || {
        EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new("warn,xpo_admin=info,partner=info,services=info"))
    };
    let folder = root.join("logs");
    // Where it cannot be made, the appender fails as well, and there is the terminal.
    std::fs::create_dir_all(&folder).ok();
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("xpo-admin")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(folder);
    let terminal = fmt::layer().with_writer(std::io::stderr).with_filter(filter());
    let (file, guard) = match file.map(tracing_appender::non_blocking) {
        Ok((writer, guard)) => {
            (Some(fmt::layer().with_ansi(false).with_writer(writer).with_filter(filter())), Some(guard))
        }
        Err(_) => (None, None),
    };
    tracing_subscriber::registry().with(terminal).with(file).init();
    guard
}

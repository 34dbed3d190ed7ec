//! The signals that ask the process to end: Ctrl-C, and on Unix the end of the session or the terminal.

use std::io;
#[cfg(unix)]
use std::task::Poll;

#[cfg(unix)]
pub struct Signals(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Signals {
    /// # Errors
    /// Fails when the signals cannot be received.
    pub fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        // Receiving it would undo `nohup`.
        if !is_ignored(SignalKind::hangup()) {
            kinds.push(SignalKind::hangup());
        }
        Ok(Signals(kinds.into_iter().map(signal).collect::<io::Result<_>>()?))
    }

    /// Returns whether there was another signal.
    pub async fn next(&mut self) -> bool {
        let received = std::future::poll_fn(|context| {
            let mut polled = self.0.iter_mut().map(|signal| signal.poll_recv(context));
            polled.find(Poll::is_ready).unwrap_or(Poll::Pending)
        });
        received.await.is_some()
    }
}

/// Whether the process was started with a signal ignored. Only Linux tells.
#[cfg(unix)]
fn is_ignored(kind: tokio::signal::unix::SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}

#[cfg(windows)]
pub struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// # Errors
    /// Fails when Ctrl-C cannot be received.
    pub fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    /// Returns whether there was another signal.
    pub async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

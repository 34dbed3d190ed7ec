//! Ctrl-C and the request to terminate.

use std::io;

use tokio_util::sync::CancellationToken;

use super::answer::Exit;

/// Returns a token that one of these signals cancels. Once it is cancelled, they end the process at once.
///
/// # Errors
/// Fails when the signals cannot be received.
pub fn token() -> io::Result<CancellationToken> {
    let mut signals = Signals::new()?;
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tauri::async_runtime::spawn(async move {
        while signals.next().await {
            if cancelled.is_cancelled() {
                std::process::exit(Exit::Cancelled as i32);
            }
            cancelled.cancel();
        }
    });
    Ok(token)
}

#[cfg(unix)]
struct Signals([tokio::signal::unix::Signal; 2]);

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]))
    }

    /// Returns whether there was another signal.
    async fn next(&mut self) -> bool {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            signal = interrupt.recv() => signal.is_some(),
            signal = terminate.recv() => signal.is_some(),
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    /// Returns whether there was another signal.
    async fn next(&mut self) -> bool {
        self.0.recv().await.is_some()
    }
}

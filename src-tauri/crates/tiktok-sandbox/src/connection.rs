//! Closing the connection of a request.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
#[cfg(feature = "control")]
use std::sync::atomic::Ordering;

#[cfg(feature = "control")]
use axum::response::Response;
use tokio::sync::Notify;

/// Lets a fault close the connection that its request came in on.
#[derive(Clone, Default)]
pub(crate) struct ConnectionHandle(pub(crate) Arc<Closing>);

#[derive(Default)]
pub(crate) struct Closing {
    pub(crate) requested: Notify,
    pub(crate) reset: AtomicBool,
}

impl ConnectionHandle {
    /// Closes or resets the connection. Never returns, because nobody is left to respond to.
    #[cfg(feature = "control")]
    pub(crate) async fn close(&self, reset: bool) -> Response {
        self.0.reset.store(reset, Ordering::Relaxed);
        self.0.requested.notify_one();
        std::future::pending().await
    }
}

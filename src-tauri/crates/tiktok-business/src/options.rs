//! How patient a client is, and how much it may ask for.

use std::time::Duration;

use url::Url;

use crate::Limits;

/// How a [`Client`](crate::Client) behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the API is, without a slash at the end; [`crate::API_ADDRESS`] is TikTok's.
    pub api: Url,
    /// Who asks, for the User-Agent header.
    pub user_agent: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long the server may be silent: before its answer, and between any two pieces of it.
    pub silence_timeout: Duration,
    /// How long one request may take in all, its answer included.
    pub timeout: Duration,
    /// Largest answer that is read, in bytes after decompression.
    pub largest_answer: usize,
    /// When to ask again.
    pub retries: Retries,
    /// What the app may ask for. Clients of one app share it.
    pub limits: Limits,
}

impl Options {
    /// Patience for an admin who waits in front of the screen.
    pub fn new(api: Url, user_agent: impl Into<String>) -> Self {
        Options {
            api,
            user_agent: user_agent.into(),
            connect_timeout: Duration::from_secs(10),
            silence_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(60),
            largest_answer: 32 << 20,
            retries: Retries::default(),
            limits: Limits::default(),
        }
    }
}

/// When a reading request is asked again after a [temporary](crate::Kind::is_temporary) failure. Requests that change
/// something are never repeated.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// How many times, at most, after the first.
    pub most: usize,
    /// The first pause. Each further one is twice as long; up to as much again is added at random.
    pub pause: Duration,
    /// No further try after this long, counted from the first one's start.
    pub budget: Duration,
}

impl Default for Retries {
    /// Outlasts a limit per second (TikTok lifts it in the next second), not one per minute (five minutes).
    fn default() -> Self {
        Retries { most: 2, pause: Duration::from_secs(1), budget: Duration::from_secs(6) }
    }
}

impl Retries {
    /// Patience for work that nobody watches. It does not outlast five minutes' pause either: such a wait is better
    /// seen than sat out, so the error comes with its end.
    pub fn background() -> Self {
        Retries { most: 6, pause: Duration::from_secs(1), budget: Duration::from_secs(90) }
    }
}

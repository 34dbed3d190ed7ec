//! Timeouts, retries and limits of a client.

use std::time::Duration;

use url::Url;

use crate::{Proxy, RateLimiter};

#[derive(Debug, Clone)]
pub struct Options {
    /// Base address of the API, without a trailing slash: [`crate::urls::API`] or a simulator's.
    pub api: Url,
    /// Value of the `User-Agent` header.
    pub user_agent: String,
    pub connect_timeout: Duration,
    /// Longest silence of the server, before its response and between two chunks of it.
    pub read_timeout: Duration,
    /// Longest time for one request including its whole response.
    pub timeout: Duration,
    /// Largest response accepted, in bytes after decompression.
    pub max_response_bytes: usize,
    pub retries: RetryPolicy,
    /// All clients of one app have to share its rate limiter.
    pub rate_limiter: RateLimiter,
    /// `None` means the one that the environment variables or the system's settings name.
    pub proxy: Option<Proxy>,
}

impl Options {
    /// Returns the defaults for a request that the user waits for.
    pub fn new(api: Url, user_agent: impl Into<String>) -> Self {
        Options {
            api,
            user_agent: user_agent.into(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            timeout: Duration::from_secs(60),
            max_response_bytes: 32 << 20,
            retries: RetryPolicy::default(),
            rate_limiter: RateLimiter::default(),
            proxy: None,
        }
    }
}

/// When to retry a GET request after a transient failure. POST requests are never
/// retried: TikTok has no idempotency key.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    pub max_retries: usize,
    /// Delay before the first retry. It doubles with each further one, plus up to 100 % of jitter.
    pub initial_delay: Duration,
    /// No retry starts later than this after the first attempt started.
    pub max_elapsed: Duration,
}

impl Default for RetryPolicy {
    /// Outlasts TikTok's limit per second, which resets within a second, but not the one per minute (five minutes).
    fn default() -> Self {
        RetryPolicy {
            max_retries: 2,
            initial_delay: Duration::from_secs(1),
            max_elapsed: Duration::from_secs(6),
        }
    }
}

impl RetryPolicy {
    /// Returns the policy for background work. It gives up before a block of five minutes ends, so that the caller can show
    /// such a wait with its end, [`Error::retry_at`](crate::Error::retry_at).
    pub fn background() -> Self {
        RetryPolicy {
            max_retries: 6,
            initial_delay: Duration::from_secs(1),
            max_elapsed: Duration::from_secs(90),
        }
    }
}

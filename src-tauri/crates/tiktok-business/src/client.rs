//! Sending: one request, one answer, and asking again where that is safe.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use backon::{ExponentialBuilder, Retryable};
use reqwest::{
    RequestBuilder,
    header::{HeaderName, HeaderValue},
    redirect,
};
use serde_json::Value;
use url::{Host, Url};

use crate::{AccessToken, Error, Kind, envelope, loose::Object};

/// Where the token travels: v1.3 takes no `Authorization` header.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("access-token");

/// What stands for the endpoint where a page for people is asked for.
const PAGE: &str = "log-in page";

/// How a [`Client`] behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the API is, without a slash at the end; [`crate::API_ADDRESS`] is TikTok's.
    pub api: Url,
    /// Who asks, for the User-Agent header.
    pub user_agent: String,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// How long one request may take in all, its answer included.
    pub timeout: Duration,
    /// Largest answer that is read, in bytes after decompression.
    pub largest_answer: usize,
    /// When to ask again.
    pub retries: Retries,
}

impl Options {
    /// Patience for an admin who waits in front of the screen.
    pub fn new(api: Url, user_agent: impl Into<String>) -> Self {
        Options {
            api,
            user_agent: user_agent.into(),
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            largest_answer: 64 << 20,
            retries: Retries::default(),
        }
    }
}

/// When a reading request is asked again after a [temporary](Kind::is_temporary) failure. Requests that change
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

/// TikTok's API for Business. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    options: Arc<Options>,
}

impl Client {
    /// Connects nowhere yet.
    ///
    /// # Errors
    /// [`Kind::Unexpected`] when the computer's TLS set-up is unusable.
    pub fn new(options: Options) -> Result<Self, Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .timeout(options.timeout)
            // A redirect would carry the token or the app's secret to another place.
            .redirect(redirect::Policy::none())
            .referer(false);
        if is_loopback(&options.api) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Error::transport("", error))?;
        Ok(Client { http, options: Arc::new(options) })
    }

    /// Whether anything answers at `page`, a page for people: any answer will do.
    ///
    /// # Errors
    /// [`Kind::Offline`], [`Kind::Timeout`] or [`Kind::Unavailable`].
    pub async fn reach(&self, page: &Url) -> Result<(), Error> {
        let answer =
            self.http.get(page.clone()).send().await.map_err(|error| Error::transport(PAGE, error))?;
        if answer.status().is_server_error() {
            return Err(Error::not_tiktok(PAGE, answer.status(), "no page"));
        }
        Ok(())
    }

    /// Reads. `secrets` are those in `query`.
    pub(crate) async fn get(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
        secrets: &[&str],
    ) -> Result<Object, Error> {
        let mut header = HeaderValue::from_str(token.secret())
            .map_err(|_| Error::new(Kind::LoginNeeded, endpoint, "the saved token is damaged"))?;
        header.set_sensitive(true);
        let secrets = [secrets, &[token.secret()]].concat();

        let retries = &self.options.retries;
        let pauses = ExponentialBuilder::new()
            .with_min_delay(retries.pause)
            .without_max_delay()
            .with_max_times(retries.most)
            .with_jitter();
        let started = Instant::now();
        let ask = || async {
            let request = self.http.get(self.url(endpoint)).query(query).header(TOKEN_HEADER, header.clone());
            self.send(endpoint, request, &secrets).await
        };
        ask.retry(pauses)
            .when(|error| error.kind.is_temporary() && started.elapsed() < retries.budget)
            .notify(|error, pause| tracing::info!(%error, ?pause, "asking again"))
            .await
    }

    /// Changes something. `secrets` are those in `body`.
    pub(crate) async fn post(
        &self,
        endpoint: &'static str,
        body: &Value,
        secrets: &[&str],
    ) -> Result<Object, Error> {
        self.send(endpoint, self.http.post(self.url(endpoint)).json(body), secrets).await
    }

    fn url(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.options.api.as_str().trim_end_matches('/'))
    }

    async fn send(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
        secrets: &[&str],
    ) -> Result<Object, Error> {
        let started = Instant::now();
        let answer = self.exchange(endpoint, request).await.map_err(|error| error.redacted(secrets));
        let took = started.elapsed();
        match &answer {
            Ok(_) => tracing::debug!(endpoint, ?took, "answered"),
            Err(error) => tracing::warn!(%error, kind = ?error.kind, ?took, "failed"),
        }
        answer
    }

    async fn exchange(&self, endpoint: &'static str, request: RequestBuilder) -> Result<Object, Error> {
        let broken = |error| Error::transport(endpoint, error);
        let mut answer = request.send().await.map_err(broken)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.options.largest_answer {
                return Err(Error::new(Kind::Unexpected, endpoint, "the answer is too large"));
            }
            body.extend_from_slice(&chunk);
        }
        envelope::open(endpoint, answer.status(), &body)
    }
}

/// A proxy cannot reach this computer's own loopback.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

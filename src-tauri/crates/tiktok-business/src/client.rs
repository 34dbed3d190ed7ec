//! Sending: one request, one answer, and asking again where that is safe.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backon::{BackoffBuilder, ExponentialBuilder};
use reqwest::{
    RequestBuilder, StatusCode,
    header::{HeaderName, HeaderValue},
    redirect,
};
use serde_json::Value;
use url::{Host, Url};

use crate::{AccessToken, Error, Kind, Options, Retries, envelope, limits::later, loose::Object};

/// Where the token travels: v1.3 takes no `Authorization` header.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("access-token");

/// "Retry after minutes", says TikTok of its maintenance.
const MAINTENANCE: Duration = Duration::from_secs(300);

/// What stands for the endpoint where a page for people is asked for.
const PAGE: &str = "log-in page";

/// TikTok's API for Business. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    options: Arc<Options>,
    /// How many listings are read.
    listings: Arc<AtomicUsize>,
}

/// Counts as a listing that is read.
#[derive(Debug)]
pub struct OpenListing(Arc<AtomicUsize>);

impl OpenListing {
    /// How many there are, this one included.
    pub fn among(&self) -> usize {
        self.0.load(Ordering::Relaxed).max(1)
    }
}

impl Drop for OpenListing {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
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
            .read_timeout(options.silence_timeout)
            .timeout(options.timeout)
            // A redirect would carry the token or the app's secret to another place.
            .redirect(redirect::Policy::none())
            .referer(false);
        if is_loopback(&options.api) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| Error::transport("", error))?;
        Ok(Client { http, options: Arc::new(options), listings: Arc::default() })
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

    /// Whether anything answers where the API is.
    ///
    /// # Errors
    /// As [`Client::reach`].
    pub async fn reach_api(&self) -> Result<(), Error> {
        self.reach(&self.options.api).await
    }

    /// The same connections and limits with other patience.
    pub fn with_retries(&self, retries: Retries) -> Self {
        let options = Options { retries, ..Options::clone(&self.options) };
        Client { options: Arc::new(options), ..self.clone() }
    }

    /// One more listing is read, until the result is dropped.
    pub(crate) fn open_listing(&self) -> OpenListing {
        self.listings.fetch_add(1, Ordering::Relaxed);
        OpenListing(self.listings.clone())
    }

    /// Reads an object. `secrets` are those in `query`.
    pub(crate) async fn get(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
        secrets: &[&str],
    ) -> Result<Object, Error> {
        let open = |status, body: Vec<u8>| envelope::open(endpoint, status, &body);
        self.read(endpoint, token, query, secrets, open).await
    }

    /// Reads what `open` makes of an answer, within the limits, and again after temporary trouble.
    pub(crate) async fn read<T>(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
        secrets: &[&str],
        open: impl Fn(StatusCode, Vec<u8>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut header = HeaderValue::from_str(token.secret())
            .map_err(|_| Error::new(Kind::LoginNeeded, endpoint, "the saved token is damaged"))?;
        header.set_sensitive(true);
        let secrets = [secrets, &[token.secret()]].concat();

        let Options { retries, limits, .. } = &*self.options;
        let clock = limits.clock();
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(retries.pause)
            .without_max_delay()
            .with_max_times(retries.most)
            .with_jitter()
            .build();
        let end = clock.elapsed().saturating_add(retries.budget);
        let mut refusal: Option<Error> = None;
        loop {
            let sent = match (limits.admit(endpoint, end).await, refusal.take()) {
                (Ok(sent), _) => sent,
                // TikTok's own words, with its code, say more than that it has to be waited for them.
                (Err(late), Some(refusal)) if late.kind == Kind::Throttled => {
                    return Err(Error { wait_until: late.wait_until, ..refusal });
                }
                (Err(late), _) => return Err(late),
            };
            let request = self.http.get(self.url(endpoint)).query(query).header(TOKEN_HEADER, header.clone());
            let error = match self.send(endpoint, request, &secrets, &open).await {
                Ok(answer) => {
                    limits.taken(endpoint, sent);
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match error.kind {
                Kind::Throttled => limits.refused(endpoint, sent),
                _ if error.code.is_some() => limits.taken(endpoint, sent),
                _ => {}
            }
            let again = error.kind.is_temporary() && clock.elapsed() < end;
            let Some(pause) = pauses.next().filter(|_| again) else {
                let wait_until = match error.kind {
                    Kind::Throttled => Some(limits.paused_until(endpoint)),
                    Kind::Maintenance => Some(later(clock.now(), MAINTENANCE)),
                    _ => None,
                };
                return Err(Error { wait_until, ..error });
            };
            tracing::info!(%error, ?pause, "asking again");
            clock.sleep(pause).await;
            refusal = Some(error).filter(|error| error.kind == Kind::Throttled);
        }
    }

    /// Changes something. `secrets` are those in `body`.
    pub(crate) async fn post(
        &self,
        endpoint: &'static str,
        body: &Value,
        secrets: &[&str],
    ) -> Result<Object, Error> {
        let open = |status, body: Vec<u8>| envelope::open(endpoint, status, &body);
        self.send(endpoint, self.http.post(self.url(endpoint)).json(body), secrets, open).await
    }

    fn url(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.options.api.as_str().trim_end_matches('/'))
    }

    async fn send<T>(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
        secrets: &[&str],
        open: impl Fn(StatusCode, Vec<u8>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let started = Instant::now();
        let answer = self.exchange(endpoint, request).await;
        let answer = answer.and_then(|(status, body)| open(status, body));
        let answer = answer.map_err(|error| error.redacted(secrets));
        let took = started.elapsed();
        match &answer {
            Ok(_) => tracing::debug!(endpoint, ?took, "answered"),
            Err(error) => {
                tracing::warn!(%error, kind = ?error.kind, endpoint, tiktok_code = error.code, ?took, "failed")
            }
        }
        answer
    }

    async fn exchange(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Vec<u8>), Error> {
        let broken = |error| Error::transport(endpoint, error);
        let too_large = || Error::new(Kind::Unexpected, endpoint, "the answer is too large");
        let mut answer = request.send().await.map_err(broken)?;
        let length = usize::try_from(answer.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if length > self.options.largest_answer {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(length);
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.options.largest_answer {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok((answer.status(), body))
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

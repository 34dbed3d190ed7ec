//! The client: sends requests, respects rate limits and retries transient failures.

use std::{sync::Arc, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::Timestamp;
use reqwest::{
    NoProxy, RequestBuilder,
    header::{HeaderName, HeaderValue},
    redirect,
};
use serde_json::Value;
use url::Url;

use crate::{
    AccessToken, Error, ErrorKind, Options, clock::later, envelope::Response, lenient::Object, page::RawPage,
    repair::to_text, retry_after::retry_after, urls::is_loopback,
};

/// v1.3 does not accept the `Authorization` header.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("access-token");

/// TikTok asks to retry "after minutes".
const MAINTENANCE_PAUSE: Duration = Duration::from_secs(300);

/// The hosts that no proxy can reach, as `NO_PROXY` lists them.
const THIS_COMPUTER: &str = "localhost, 127.0.0.0/8, ::1";

/// Stands for the endpoint in errors of [`Client::check_page`], which calls none.
const WEB_PAGE: &str = "web page";

/// A client for TikTok's API for Business. Clones share connections and limits.
#[derive(Debug, Clone)]
pub struct Client(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    options: Options,
    open_listings: Arc<()>,
}

impl Client {
    /// Opens no connection. The trusted certificates and the system's proxy are read now, and a later change of them needs
    /// a new client. Fails if the computer's TLS configuration is unusable.
    pub fn new(options: Options) -> Result<Self, Error> {
        let mut http = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .timeout(options.timeout)
            // A redirect would send the token or the app's secret to another address.
            .redirect(redirect::Policy::none())
            .referer(false);
        if options.api.host_str().is_some_and(is_loopback) {
            http = http.no_proxy();
        } else if let Some(proxy) = &options.proxy {
            let proxy = reqwest::Proxy::all(proxy.expose_url().clone());
            let proxy = proxy.map_err(|error| Error::from_transport("", error))?;
            http = http.proxy(proxy.no_proxy(NoProxy::from_string(THIS_COMPUTER)));
        }
        let http = http.build().map_err(|error| Error::from_transport("", error))?;
        Ok(Client(Arc::new(Shared { http, options, open_listings: Arc::default() })))
    }

    /// The base address of the API.
    pub fn api(&self) -> &Url {
        &self.0.options.api
    }

    /// Checks that a web page's server responds, with any status but a server error.
    pub async fn check_page(&self, page: &Url) -> Result<(), Error> {
        let response = self.0.http.get(page.clone()).send().await;
        let response = response.map_err(|error| Error::from_transport(WEB_PAGE, error))?;
        if response.status().is_server_error() {
            return Err(Error::from_status(WEB_PAGE, response.status(), "server error"));
        }
        Ok(())
    }

    /// Checks that the API's server responds.
    pub async fn check_api(&self) -> Result<(), Error> {
        self.check_page(&self.0.options.api).await
    }

    /// Every open listing holds a clone.
    pub(crate) fn open_listings(&self) -> Arc<()> {
        self.0.open_listings.clone()
    }

    /// Fetches a single object. `secrets` are those in `query`.
    pub(crate) async fn get_object(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
        secrets: &[&str],
    ) -> Result<Object, Error> {
        self.get(endpoint, token, query, secrets, |response| response.data()).await
    }

    /// Fetches one page of a list.
    pub(crate) async fn get_page(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
    ) -> Result<RawPage, Error> {
        self.get(endpoint, token, query, &[], RawPage::of).await
    }

    async fn get<T>(
        &self,
        endpoint: &'static str,
        token: &AccessToken,
        query: &[(&str, &str)],
        secrets: &[&str],
        decode: impl Fn(Response) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut header = HeaderValue::from_str(token.secret())
            .map_err(|_| Error::new(ErrorKind::SignInRequired, endpoint, "the stored token is damaged"))?;
        header.set_sensitive(true);
        let secrets = [secrets, &[token.secret()]].concat();

        let Options { retries, rate_limiter, .. } = &self.0.options;
        let clock = rate_limiter.clock();
        let mut delays = ExponentialBuilder::new()
            .with_min_delay(retries.initial_delay)
            .without_max_delay()
            .with_max_times(retries.max_retries)
            .with_jitter()
            .build();
        let deadline = clock.elapsed().saturating_add(retries.max_elapsed);
        let mut rejection: Option<Error> = None;
        loop {
            let sent_at = match (rate_limiter.acquire(endpoint, deadline).await, rejection.take()) {
                (Ok(sent_at), _) => sent_at,
                // TikTok's own error, with its code, is more useful than the rate limiter's.
                (Err(limited), Some(rejection)) if limited.kind == ErrorKind::RateLimited => {
                    return Err(Error { retry_at: limited.retry_at, ..rejection });
                }
                (Err(limited), _) => return Err(limited),
            };
            let request =
                self.0.http.get(self.url(endpoint)).query(query).header(TOKEN_HEADER, header.clone());
            let error = match self.send(endpoint, request, &secrets, &decode).await {
                Ok(data) => {
                    rate_limiter.record_success(endpoint, sent_at);
                    return Ok(data);
                }
                Err(error) => error,
            };
            let asked = error.retry_at.map(|at| wait_until(at, clock.now())).unwrap_or_default();
            if error.kind == ErrorKind::RateLimited && error.retry_at.is_some() {
                rate_limiter.pause(endpoint, asked);
            } else if error.kind == ErrorKind::RateLimited {
                rate_limiter.record_rejection(endpoint, sent_at);
            } else if error.code.is_some() {
                rate_limiter.record_success(endpoint, sent_at);
            }
            let can_retry = error.kind.is_transient()
                && clock.elapsed() < deadline
                && clock.elapsed() + asked <= deadline;
            let Some(delay) = delays.next().filter(|_| can_retry) else {
                let retry_at = error.retry_at.or(match error.kind {
                    ErrorKind::RateLimited => Some(rate_limiter.retry_at(endpoint)),
                    ErrorKind::Maintenance => Some(later(clock.now(), MAINTENANCE_PAUSE)),
                    _ => None,
                });
                return Err(Error { retry_at, ..error });
            };
            let delay = delay.max(asked);
            tracing::info!(%error, ?delay, "retrying");
            clock.sleep(delay).await;
            rejection = Some(error).filter(|error| error.kind == ErrorKind::RateLimited);
        }
    }

    /// Sends a change, once. `secrets` are those in `body`.
    pub(crate) async fn post(
        &self,
        endpoint: &'static str,
        body: &Value,
        secrets: &[&str],
    ) -> Result<Object, Error> {
        let request = self.0.http.post(self.url(endpoint)).json(body);
        self.send(endpoint, request, secrets, |response| response.data()).await
    }

    fn url(&self, endpoint: &str) -> String {
        format!("{}/{endpoint}", self.0.options.api.as_str().trim_end_matches('/'))
    }

    async fn send<T>(
        &self,
        endpoint: &'static str,
        request: RequestBuilder,
        secrets: &[&str],
        decode: impl Fn(Response) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let clock = self.0.options.rate_limiter.clock();
        let started = clock.elapsed();
        let result = match self.receive(endpoint, request).await {
            Ok(response) => {
                let retry_at = response.retry_at;
                decode(response).map_err(|error| match retry_at {
                    Some(at) => error.wait_until(at),
                    None => error,
                })
            }
            Err(error) => Err(error),
        };
        let result = result.map_err(|error| error.redacted(secrets));
        let took = clock.elapsed().saturating_sub(started);
        match &result {
            Ok(_) => tracing::debug!(endpoint, ?took, "request succeeded"),
            Err(error) => {
                let (kind, tiktok_code) = (error.kind, error.code);
                tracing::warn!(%error, ?kind, endpoint, tiktok_code, ?took, "request failed")
            }
        }
        result
    }

    async fn receive(&self, endpoint: &'static str, request: RequestBuilder) -> Result<Response, Error> {
        let clock = self.0.options.rate_limiter.clock();
        let transport = |error| Error::from_transport(endpoint, error);
        let too_large = || Error::new(ErrorKind::Unexpected, endpoint, "the response is too large");
        let max_bytes = self.0.options.max_response_bytes;
        let mut response = request.send().await.map_err(transport)?;
        let length = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if length > max_bytes {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(length);
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > max_bytes {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let retry_at = retry_after(response.headers(), clock.now()).map(|wait| later(clock.now(), wait));
        Ok(Response { endpoint, status: response.status(), retry_at, body: to_text(body).into() })
    }
}

fn wait_until(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(now)).unwrap_or_default()
}

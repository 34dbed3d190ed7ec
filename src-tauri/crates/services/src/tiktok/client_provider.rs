//! Provides the TikTok client for the saved app, and the access tokens of TikTok users.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use partner::Book;
use partner::facts::tiktok_app::TiktokApp;
use partner::facts::users::TiktokUser;
use partner::sync_jobs::settings::AppTier;
use tiktok_business::{AccessToken, Client, Clock, Options, RateLimiter, RetryPolicy, Tier};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use url::Url;

use crate::problem::{Problem, ProblemCode};
use crate::runtime::with_book;
use crate::secrets::{Origin, SecretStore};
use crate::tiktok::credentials::{app_secret_key, stored_token};
use crate::tiktok::sign_in::server_address;

/// Adjusts the options of a new client, such as its proxy. It may block. Tests use it to change timeouts and rate limits.
pub type ConfigureClient = Arc<dyn Fn(Options) -> Options + Send + Sync>;

/// What a client depends on. When it changes, a new client replaces the old one.
type AppSettings = (TiktokApp, AppTier);

struct CachedClient {
    settings: AppSettings,
    rate_limiter: RateLimiter,
    /// `None` once it was discarded.
    client: Option<Client>,
}

pub(crate) struct ClientProvider {
    book: Arc<Book>,
    pub secrets: SecretStore,
    user_agent: String,
    clock: Arc<dyn Clock>,
    configure: ConfigureClient,
    client: Mutex<Option<CachedClient>>,
    tokens: Mutex<Tokens>,
    /// How often reading a token has failed.
    failures: AtomicU64,
}

#[derive(Default)]
struct Tokens {
    /// By the client's API and user id, because reading the keychain is slow.
    known: HashMap<(Url, String), AccessToken>,
    /// Why the last token could not be read.
    failure: Option<Problem>,
}

impl ClientProvider {
    pub fn new(
        book: Arc<Book>,
        secrets: SecretStore,
        user_agent: String,
        clock: Arc<dyn Clock>,
        configure: ConfigureClient,
    ) -> ClientProvider {
        ClientProvider {
            book,
            secrets,
            user_agent,
            clock,
            configure,
            client: Mutex::default(),
            tokens: Mutex::default(),
            failures: AtomicU64::default(),
        }
    }

    /// Returns the client for the saved app and tier. Its rate limiter is kept until one of them changes.
    pub async fn client(&self) -> Result<Client, Problem> {
        let settings: AppSettings =
            with_book(&self.book, |book| Ok((book.tiktok_app()?, book.sync_settings()?.tier))).await?;
        let mut cached = self.client.lock().await;
        let same = cached.take_if(|cached| cached.settings == settings);
        let (rate_limiter, client) = match same {
            Some(CachedClient { rate_limiter, client, .. }) => (rate_limiter, client),
            None => (RateLimiter::new(Some(to_tiktok(settings.1)), Arc::clone(&self.clock)), None),
        };
        let client = match client {
            Some(client) => client,
            None => self.create(&settings.0, rate_limiter.clone()).await?,
        };
        *cached = Some(CachedClient { settings, rate_limiter, client: Some(client.clone()) });
        Ok(client)
    }

    /// Discards the client, but not its rate limiter, so that the next one reads the trusted certificates and the proxy
    /// again.
    pub async fn discard_client(&self) {
        if let Some(cached) = &mut *self.client.lock().await {
            cached.client = None;
        }
    }

    async fn create(&self, app: &TiktokApp, rate_limiter: RateLimiter) -> Result<Client, Problem> {
        if app.app_id.is_empty() {
            return Err(Problem::new(ProblemCode::AppNotSetUp));
        }
        let api = server_address(&app.api_address)
            .ok_or_else(|| Problem::new(ProblemCode::ApiAddressInvalid).about(&app.api_address))?;
        let options = Options {
            retries: RetryPolicy::background(),
            rate_limiter,
            ..Options::new(api, &self.user_agent)
        };
        let configure = Arc::clone(&self.configure);
        match spawn_blocking(move || Client::new(configure(options))).await {
            Ok(client) => Ok(client?),
            // A panic here ends the job as any other panic of its does: it runs again.
            Err(error) => resume_unwind(error.into_panic()),
        }
    }

    /// Returns the user's access token, to be sent by `client`, or `None` if none is stored. If secrets could not be read for
    /// another caller meanwhile, fails as that did, instead of prompting for the keychain's password again.
    pub async fn token(&self, client: &Client, user: &TiktokUser) -> Result<Option<AccessToken>, Problem> {
        let key = (client.api().clone(), user.id.clone());
        let failures = self.failures.load(Ordering::Relaxed);
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.known.get(&key) {
            return Ok(Some(token.clone()));
        }
        if let Some(problem) = &tokens.failure
            && self.failures.load(Ordering::Relaxed) != failures
        {
            return Err(problem.clone());
        }
        let token = match stored_token(&self.secrets, &self.book, client, &user.id).await {
            Err(problem) if problem.code != ProblemCode::SignInForOtherServer => {
                tokens.failure = Some(problem.clone());
                self.failures.fetch_add(1, Ordering::Relaxed);
                return Err(problem);
            }
            read => read?,
        };
        if let Some(token) = &token {
            tokens.known.insert(key, token.clone());
        }
        Ok(token)
    }

    /// Whether `client` sends to TikTok or to a server for which the admin entered a secret on this computer. Whoever edits the
    /// file can name another server, which should not even learn that the partner was opened.
    ///
    /// It never prompts for a keychain's password, and returns false as long as the secret cannot be read without.
    pub async fn is_known_server(&self, client: &Client) -> bool {
        let origin = Origin::of(client.api());
        let official = server_address(&TiktokApp::default().api_address).map(|api| Origin::of(&api));
        let used =
            || async { self.tokens.lock().await.known.keys().any(|(api, _)| Origin::of(api) == origin) };
        let name = app_secret_key(&self.book.partner().id);
        official.as_ref() == Some(&origin)
            || used().await
            || self.secrets.is_unlocked().await
                && matches!(self.secrets.get_for(&origin, &name).await, Ok(Some(_)))
    }

    /// Clears the cached tokens, so that they are read from the secret store again.
    pub async fn clear_tokens(&self) {
        self.tokens.lock().await.known.clear();
    }
}

fn to_tiktok(tier: AppTier) -> Tier {
    match tier {
        AppTier::Basic => Tier::Basic,
        AppTier::Advanced => Tier::Advanced,
        AppTier::Premium => Tier::Premium,
        AppTier::Ultimate => Tier::Ultimate,
    }
}

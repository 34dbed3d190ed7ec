//! The way to TikTok: one client for what is saved, and the token of a TikTok user.

use std::collections::HashMap;
use std::sync::Arc;

use partner::facts::tiktok_app::TiktokApp;
use partner::facts::users::TiktokUser;
use partner::sync_jobs::settings::AppTier;
use tiktok_business::{AccessToken, Client, Options, RateLimiter, RetryPolicy, Tier};
use tokio::sync::Mutex;
use url::Url;

use crate::problem::{Problem, ProblemCode};
use crate::runtime::with_book;
use crate::secrets::ExposeSecret;
use crate::sync::Setup;
use crate::tiktok::import::token_key;

/// What a client is made for.
type Saved = (TiktokApp, AppTier);

#[derive(Default)]
pub struct Reach {
    client: Mutex<Option<(Saved, Client)>>,
    /// Of TikTok users by id. A keychain takes its time.
    tokens: Mutex<HashMap<String, AccessToken>>,
}

impl Reach {
    /// The client for what is saved now. Its limits last as long as the app and its tier stay the same.
    pub async fn client(&self, setup: &Setup) -> Result<Client, Problem> {
        let saved: Saved =
            with_book(&setup.book, |book| Ok((book.tiktok_app()?, book.sync_settings()?.tier))).await?;
        let mut known = self.client.lock().await;
        if let Some((of, client)) = &*known
            && *of == saved
        {
            return Ok(client.clone());
        }
        let (app, tier) = &saved;
        if app.app_id.is_empty() {
            return Err(Problem::new(ProblemCode::AppNotSetUp));
        }
        let api = Url::parse(&app.api_address)
            .map_err(|_| Problem::new(ProblemCode::ApiAddressInvalid).about(&app.api_address))?;
        let rate_limiter = RateLimiter::new(Some(allowed(*tier)), Arc::clone(&setup.clock));
        let options = Options {
            retries: RetryPolicy::background(),
            rate_limiter,
            ..Options::new(api, &setup.user_agent)
        };
        let client = Client::new((setup.tune)(options))?;
        *known = Some((saved, client.clone()));
        Ok(client)
    }

    /// The token of a TikTok user, if one is kept.
    pub async fn token(&self, setup: &Setup, user: &TiktokUser) -> Result<Option<AccessToken>, Problem> {
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(&user.id) {
            return Ok(Some(token.clone()));
        }
        let key = token_key(&setup.book.partner().id, &user.id);
        let Some(secret) = setup.keys.get(&key).await? else { return Ok(None) };
        let token = AccessToken::new(secret.expose_secret().to_owned());
        tokens.insert(user.id.clone(), token.clone());
        Ok(Some(token))
    }

    /// Read the tokens again when they are needed.
    pub async fn forget_tokens(&self) {
        self.tokens.lock().await.clear();
    }
}

fn allowed(tier: AppTier) -> Tier {
    match tier {
        AppTier::Basic => Tier::Basic,
        AppTier::Advanced => Tier::Advanced,
        AppTier::Premium => Tier::Premium,
        AppTier::Ultimate => Tier::Ultimate,
    }
}

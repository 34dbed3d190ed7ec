//! Where TikTok's credentials are stored.

use partner::Book;
use tiktok_business::AccessToken;

use crate::secrets::{ExposeSecret, SecretError, SecretStore};

/// Returns the name of a TikTok user's access token in the secret store.
pub fn token_key(partner: &str, user: &str) -> String {
    format!("token/{partner}/{user}")
}

/// Returns the name of the TikTok app's secret in the secret store.
pub fn app_secret_key(partner: &str) -> String {
    format!("app-secret/{partner}")
}

pub(crate) async fn stored_token(
    keys: &SecretStore,
    book: &Book,
    user: &str,
) -> Result<Option<AccessToken>, SecretError> {
    let secret = keys.get(&token_key(&book.partner().id, user)).await?;
    Ok(secret.map(|secret| AccessToken::new(secret.expose_secret().to_owned())))
}

//! Where TikTok's credentials are stored.

use partner::Book;
use tiktok_business::{AccessToken, Client};

use crate::problem::{Problem, ProblemCode};
use crate::secrets::{ExposeSecret, Origin, SecretError, SecretStore};

/// Returns the name of a TikTok user's access token in the secret store.
pub fn token_key(partner: &str, user: &str) -> String {
    format!("token/{partner}/{user}")
}

/// Returns the name of the TikTok app's secret in the secret store.
pub fn app_secret_key(partner: &str) -> String {
    format!("app-secret/{partner}")
}

/// The access token of a TikTok user, to be sent by `client`.
///
/// # Errors
/// [`ProblemCode::SignInForOtherServer`] if TikTok issued it at another address, and those of the secret store.
pub(crate) async fn stored_token(
    secrets: &SecretStore,
    book: &Book,
    client: &Client,
    user: &str,
) -> Result<Option<AccessToken>, Problem> {
    let secret = secrets.get_for(&Origin::of(client.api()), &token_key(&book.partner().id, user)).await;
    match secret {
        Ok(secret) => Ok(secret.map(|secret| AccessToken::new(secret.expose_secret().to_owned()))),
        Err(SecretError::OtherOrigin(origin)) => {
            Err(Problem::new(ProblemCode::SignInForOtherServer).about(origin))
        }
        Err(error) => Err(error.into()),
    }
}

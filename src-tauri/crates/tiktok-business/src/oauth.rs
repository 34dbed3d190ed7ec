//! What an app gets from a TikTok user's consent, and giving it back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    AccessToken, AdvertiserId, AuthorizationCode, Client, ClientSecret, Error, envelope::shape, loose,
};

/// A registered developer app.
#[derive(Debug, Clone)]
pub struct App {
    /// "App ID" of TikTok's developer portal.
    pub id: String,
    /// "Secret" beside it.
    pub secret: ClientSecret,
}

/// What an auth code was worth.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Good until the TikTok user withdraws it. There is no refresh token.
    pub token: AccessToken,
    /// Ids of the granted permissions; they may be fewer than the app asks for.
    pub scope: Vec<u64>,
}

/// The ad accounts a token reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advertisers {
    /// Each once, in TikTok's order. Empty when the TikTok user granted none.
    pub list: Vec<AdvertiserName>,
    /// Rows without a usable id. While there are any, an absent account proves nothing.
    pub unreadable: usize,
}

/// One row of `oauth2/advertiser/get/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvertiserName {
    /// The ad account.
    pub id: AdvertiserId,
    /// Its name; hostile text, empty when TikTok sent none.
    pub name: String,
}

impl Client {
    /// Exchanges an auth code, which is good for one hour and once: v1.3 `POST /oauth2/access_token/`.
    ///
    /// Never repeated by itself. After [`Kind::Offline`](crate::Kind::Offline) and
    /// [`Kind::Throttled`](crate::Kind::Throttled) the code is unused.
    ///
    /// # Errors
    /// [`Kind::AuthCode`](crate::Kind::AuthCode), [`Kind::App`](crate::Kind::App) and all that a network can do.
    pub async fn access_token(&self, app: &App, code: &AuthorizationCode) -> Result<Grant, Error> {
        const ENDPOINT: &str = "oauth2/access_token/";
        let body = json!({
            "app_id": app.id,
            "secret": app.secret.secret(),
            "auth_code": code.secret(),
            // Log-ins with thousands of ad accounts time out otherwise; `advertisers` brings them.
            "return_advertiser_ids": false,
        });
        let mut data = self.post(ENDPOINT, &body, &[app.secret.secret(), code.secret()]).await?;
        let token = loose::text(&mut data, "access_token")
            .filter(|token| !token.is_empty())
            .ok_or_else(|| shape(ENDPOINT, "the answer has no access token"))?;
        let scope = loose::list(&mut data, "scope").unwrap_or_default();
        let scope = scope.iter().filter_map(|id| id.as_u64().or_else(|| id.as_str()?.parse().ok())).collect();
        Ok(Grant { token: AccessToken::new(token), scope })
    }

    /// The ad accounts a token reaches now, accounts gained or lost since the log-in included: v1.3
    /// `GET /oauth2/advertiser/get/`, which has no pages.
    ///
    /// # Errors
    /// [`Kind::LoginNeeded`](crate::Kind::LoginNeeded), [`Kind::App`](crate::Kind::App) and all that a network can do.
    pub async fn advertisers(&self, app: &App, token: &AccessToken) -> Result<Advertisers, Error> {
        const ENDPOINT: &str = "oauth2/advertiser/get/";
        let secret = app.secret.secret().as_str();
        let query = [("app_id", app.id.as_str()), ("secret", secret)];
        let mut data = self.get(ENDPOINT, token, &query, &[secret]).await?;
        let rows = loose::list(&mut data, "list").ok_or_else(|| shape(ENDPOINT, "the answer has no list"))?;

        let mut found = Advertisers::default();
        let mut seen = BTreeSet::new();
        for row in rows {
            match advertiser_name(row) {
                Some(advertiser) if seen.insert(advertiser.id.clone()) => found.list.push(advertiser),
                Some(_) => {}
                None => found.unreadable += 1,
            }
        }
        Ok(found)
    }

    /// Gives a token back: v1.3 `POST /oauth2/revoke_token/`. For a token that is dead already TikTok answers
    /// [`Kind::LoginNeeded`](crate::Kind::LoginNeeded).
    ///
    /// # Errors
    /// As above.
    pub async fn revoke(&self, app: &App, token: &AccessToken) -> Result<(), Error> {
        let secrets = [app.secret.secret().as_str(), token.secret()];
        let body = json!({ "app_id": app.id, "secret": secrets[0], "access_token": secrets[1] });
        self.post("oauth2/revoke_token/", &body, &secrets).await.map(drop)
    }
}

fn advertiser_name(row: Value) -> Option<AdvertiserName> {
    let Value::Object(mut row) = row else {
        return None;
    };
    Some(AdvertiserName {
        id: loose::id(&mut row, "advertiser_id")?,
        name: loose::text(&mut row, "advertiser_name").unwrap_or_default(),
    })
}

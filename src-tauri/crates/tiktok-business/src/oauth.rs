//! Authorization: exchanging an auth code for a token, listing what the token can access, and revoking it. Sources:
//! `docs/tiktok-api.md`, section "1.2 Code → token" and section "1.4 Other auth endpoints".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    AccessToken, AdvertiserId, AuthorizationCode, Client, ClientSecret, Error,
    envelope::malformed,
    lenient::{take, take_id, take_list},
};

/// An app registered in TikTok's developer portal.
#[derive(Debug, Clone)]
pub struct App {
    pub id: String,
    pub secret: ClientSecret,
}

/// The ad accounts that a token can access.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advertisers {
    /// Without duplicates, in TikTok's order. Empty if the TikTok user granted none.
    pub list: Vec<AdvertiserName>,
    /// The number of rows without a valid id. Unless it is 0, an account that is missing from `list` may still be
    /// accessible.
    pub unreadable: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdvertiserName {
    pub id: AdvertiserId,
    /// Untrusted text, empty if TikTok sent none.
    pub name: String,
}

impl Client {
    /// Exchanges an auth code, which is valid once and for one hour, for a token. The token is valid until the TikTok
    /// user withdraws the authorization or the app revokes it. It cannot be refreshed.
    ///
    /// The request is never retried. After [`Offline`](crate::ErrorKind::Offline) and
    /// [`RateLimited`](crate::ErrorKind::RateLimited), the code is still unused.
    pub async fn access_token(&self, app: &App, code: &AuthorizationCode) -> Result<AccessToken, Error> {
        const ENDPOINT: &str = "oauth2/access_token/";
        let body = json!({
            "app_id": app.id,
            "secret": app.secret.secret(),
            "auth_code": code.secret(),
            // Users with thousands of ad accounts would time out. `advertisers` lists the accounts instead.
            "return_advertiser_ids": false,
        });
        let mut data = self.post(ENDPOINT, &body, &[app.secret.secret(), code.secret()]).await?;
        take(&mut data, "access_token")
            .filter(|token: &String| !token.is_empty())
            .map(AccessToken::new)
            .ok_or_else(|| malformed(ENDPOINT, "the response has no access token"))
    }

    /// Lists the ad accounts that a token can access now, including changes since the user signed in.
    pub async fn advertisers(&self, app: &App, token: &AccessToken) -> Result<Advertisers, Error> {
        const ENDPOINT: &str = "oauth2/advertiser/get/";
        let secret = app.secret.secret().as_str();
        let query = [("app_id", app.id.as_str()), ("secret", secret)];
        let mut data = self.get_object(ENDPOINT, token, &query, &[secret]).await?;
        let rows =
            take_list(&mut data, "list").ok_or_else(|| malformed(ENDPOINT, "the response has no list"))?;

        let mut advertisers = Advertisers::default();
        let mut seen = BTreeSet::new();
        for row in rows {
            match advertiser_name(row) {
                Some(advertiser) if seen.insert(advertiser.id.clone()) => advertisers.list.push(advertiser),
                Some(_) => {}
                None => advertisers.unreadable += 1,
            }
        }
        Ok(advertisers)
    }

    /// Revokes a token. Fails with [`SignInRequired`](crate::ErrorKind::SignInRequired) if it is no longer valid.
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
        id: take_id(&mut row, "advertiser_id")?,
        name: take(&mut row, "advertiser_name").unwrap_or_default(),
    })
}

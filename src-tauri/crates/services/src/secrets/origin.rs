//! The server that a secret was entered for. A partner's file names its servers, and files travel, so a secret is sent to
//! no other server: the admin has to enter it again, or sign in again, for another one.

use std::fmt;

use url::Url;

use super::{ExposeSecret, SecretError, SecretStore, SecretString};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Scheme, host and port.
    pub fn of(address: &Url) -> Origin {
        Origin(address.origin().ascii_serialization())
    }

    /// A proxy, by the address that the admin entered.
    pub fn of_proxy(address: &str) -> Origin {
        Origin(address.trim().to_ascii_lowercase())
    }

    /// Any port of a mail server: it accepts the same password on each.
    pub fn of_mail_server(host: &str) -> Origin {
        Origin(host.trim().to_ascii_lowercase())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl SecretStore {
    /// Stores a secret that may be sent to `origin` only.
    pub async fn put_for(
        &self,
        origin: &Origin,
        name: &str,
        secret: &SecretString,
    ) -> Result<(), SecretError> {
        self.put(name, format!("{origin}\n{}", secret.expose_secret()).into()).await
    }

    /// Stores a secret for `origin`, or removes it, together with what `save` saves: if that fails, the secret is as before.
    pub async fn put_with<T, E: From<SecretError>>(
        &self,
        origin: &Origin,
        name: &str,
        secret: Option<&SecretString>,
        save: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let before = self.get(name).await?;
        match secret {
            Some(secret) => self.put_for(origin, name, secret).await?,
            None => self.remove(name).await?,
        }
        let saved = save.await;
        if saved.is_err() {
            let restored = match before {
                Some(before) => self.put(name, before).await,
                None => self.remove(name).await,
            };
            if let Err(error) = restored {
                tracing::warn!(%error, "failed to restore a secret");
            }
        }
        saved
    }

    /// Returns the secret `name` to send to `origin`, or `None` if it does not exist.
    ///
    /// # Errors
    /// [`SecretError::OtherOrigin`] if it was stored for another one.
    pub async fn get_for(&self, origin: &Origin, name: &str) -> Result<Option<SecretString>, SecretError> {
        let Some(stored) = self.get(name).await? else { return Ok(None) };
        match stored.expose_secret().split_once('\n') {
            Some((for_origin, secret)) if for_origin == origin.0 => Ok(Some(secret.into())),
            Some((for_origin, _)) => Err(SecretError::OtherOrigin(Origin(for_origin.to_owned()))),
            None => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Settings;

    #[tokio::test]
    async fn a_secret_is_returned_for_its_own_origin_only() {
        let dir = tempfile::tempdir().unwrap();
        let store = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
        store.keep_in_memory().await;
        let origin = |address: &str| Origin::of(&address.parse().unwrap());
        let own = origin("https://business-api.tiktok.com/open_api/v1.3");
        store.put_for(&own, "a", &"line 1\nline 2".into()).await.unwrap();
        for address in
            ["https://BUSINESS-API.tiktok.com:443/open_api/v1.4?x", "https://business-api.tiktok.com"]
        {
            let secret = store.get_for(&origin(address), "a").await.unwrap().unwrap();
            assert_eq!(secret.expose_secret(), "line 1\nline 2", "{address}");
        }
        for address in [
            "http://business-api.tiktok.com/open_api/v1.3",
            "https://business-api.tiktok.com:8443/open_api/v1.3",
            "https://business-api.tiktok.com.evil.example/open_api/v1.3",
            "https://evil.example/business-api.tiktok.com",
            "https://business-api.tiktok.com@evil.example/",
        ] {
            let refused = store.get_for(&origin(address), "a").await;
            assert!(matches!(&refused, Err(SecretError::OtherOrigin(other)) if *other == own), "{refused:?}");
        }
        assert!(store.get_for(&own, "b").await.unwrap().is_none());
        assert_eq!(Origin::of_mail_server(" Mail.example "), Origin::of_mail_server("mail.example"));
        store.put("a", "stored without an origin".into()).await.unwrap();
        assert!(store.get_for(&own, "a").await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_secret_is_saved_together_with_its_settings_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let store = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
        store.keep_in_memory().await;
        let origin = Origin::of_mail_server("mail.example");
        let (old, new) = (SecretString::from("old"), SecretString::from("new"));
        let put = async |secret: Option<&SecretString>, saved: Result<(), SecretError>| {
            let saved = store.put_with(&origin, "a", secret, async { saved }).await.is_ok();
            let stored = store.get_for(&origin, "a").await.unwrap();
            (saved, stored.map(|secret| secret.expose_secret().to_owned()))
        };
        let fails = || Err(SecretError::FileLocked);
        assert_eq!(put(Some(&old), fails()).await, (false, None));
        assert_eq!(put(Some(&old), Ok(())).await, (true, Some("old".to_owned())));
        assert_eq!(put(Some(&new), fails()).await, (false, Some("old".to_owned())));
        assert_eq!(put(None, fails()).await, (false, Some("old".to_owned())));
        assert_eq!(put(None, Ok(())).await, (true, None));
    }
}

//! The TikTok user that a token belongs to. Source: `docs/tiktok-api.md`, section "1.4 Other auth endpoints".

use crate::{
    AccessToken, Client, Error, UserId,
    envelope::malformed,
    lenient::{take, take_id},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfo {
    /// The same for all of the user's tokens.
    pub id: UserId,
    /// Untrusted text, empty if TikTok sent none.
    pub display_name: String,
    /// Masked by TikTok: `j***e@example.org`.
    pub email: Option<String>,
}

impl Client {
    pub async fn user_info(&self, token: &AccessToken) -> Result<UserInfo, Error> {
        const ENDPOINT: &str = "user/info/";
        let mut data = self.get_object(ENDPOINT, token, &[], &[]).await?;
        // TikTok's example still shows the older `id`, a number.
        let id = take_id(&mut data, "core_user_id").or_else(|| take_id(&mut data, "id"));
        Ok(UserInfo {
            id: id.ok_or_else(|| malformed(ENDPOINT, "the response has no user id"))?,
            display_name: take(&mut data, "display_name").unwrap_or_default(),
            email: take(&mut data, "email"),
        })
    }
}

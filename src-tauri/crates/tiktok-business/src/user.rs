//! Who a token belongs to.

use crate::{AccessToken, Client, Error, UserId, envelope::shape, loose};

/// A TikTok user who granted access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserInfo {
    /// The same for every token of this user.
    pub id: UserId,
    /// Hostile text, empty when TikTok sent none.
    pub display_name: String,
    /// Masked by TikTok: `j***e@example.org`.
    pub email: Option<String>,
    /// Unix seconds.
    pub create_time: Option<i64>,
    /// A picture on TikTok's servers.
    pub avatar_url: Option<String>,
}

impl Client {
    /// v1.3 `GET /user/info/`.
    ///
    /// # Errors
    /// [`Kind::LoginNeeded`](crate::Kind::LoginNeeded) and all that a network can do.
    pub async fn user_info(&self, token: &AccessToken) -> Result<UserInfo, Error> {
        const ENDPOINT: &str = "user/info/";
        let mut data = self.get(ENDPOINT, token, &[], &[]).await?;
        // TikTok's own example still shows the older `id`, a number.
        let id = loose::id(&mut data, "core_user_id").or_else(|| loose::id(&mut data, "id"));
        Ok(UserInfo {
            id: id.ok_or_else(|| shape(ENDPOINT, "the answer has no user id"))?,
            display_name: loose::text(&mut data, "display_name").unwrap_or_default(),
            email: loose::text(&mut data, "email"),
            create_time: loose::whole(&mut data, "create_time"),
            avatar_url: loose::text(&mut data, "avatar_url"),
        })
    }
}

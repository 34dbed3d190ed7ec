//! TikTok users who granted the partner access. Their tokens are in the keychain.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;
use specta::Type;

use crate::ids::AdAccountId;
use crate::text_enum::text_enum;
use crate::{Book, Result};

text_enum! {
    UserState {
        Connected = "connected", "Connected"
        /// TikTok rejects the token, so the user has to sign in again.
        NeedsAuthorization = "needs_authorization", "Needs re-authorization"
        /// The admin disconnected the user.
        Disconnected = "disconnected", "Disconnected"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TiktokUser {
    /// TikTok's `core_user_id`.
    pub id: String,
    pub name: String,
    /// Masked by TikTok.
    pub email: String,
    pub state: UserState,
    /// The number of ad accounts that the user can access.
    pub accounts: u32,
    /// The time of the last sign-in (RFC 3339).
    #[serde(skip)]
    pub connected_at: String,
}

const SELECT: &str = "
SELECT id, name, email, state, connected_at,
       (SELECT count(*) FROM ad_account_access a WHERE a.user_id = u.id AND a.visible)
FROM tiktok_user u";

fn user(row: &Row<'_>) -> rusqlite::Result<TiktokUser> {
    Ok(TiktokUser {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        state: row.get(3)?,
        connected_at: row.get(4)?,
        accounts: row.get(5)?,
    })
}

impl Book {
    /// Returns all TikTok users, by name.
    pub fn tiktok_users(&self) -> Result<Vec<TiktokUser>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!("{SELECT} ORDER BY name, id"))?;
        let users = statement.query_map([], user)?.collect::<rusqlite::Result<_>>()?;
        Ok(users)
    }

    /// Returns the TikTok users who can access an ad account, without disconnected ones. The latest sign-in comes first.
    pub fn users_of(&self, account: &AdAccountId) -> Result<Vec<TiktokUser>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!(
            "{SELECT} JOIN ad_account_access x ON x.user_id = u.id AND x.visible AND x.account_id = ?
             WHERE u.state <> 'disconnected' ORDER BY u.connected_at DESC, u.id"
        ))?;
        let users = statement.query_map([account], user)?.collect::<rusqlite::Result<_>>()?;
        Ok(users)
    }

    pub fn tiktok_user(&self, id: &str) -> Result<Option<TiktokUser>> {
        Ok(self.read().query_row(&format!("{SELECT} WHERE id = ?"), [id], user).optional()?)
    }

    /// Sets the state, unless the user has changed since `seen` was read. Returns whether it was set.
    pub fn update_user_state(&self, seen: &TiktokUser, state: UserState) -> Result<bool> {
        self.write(|book| {
            let changed = book.execute(
                "UPDATE tiktok_user SET state = ? WHERE id = ? AND state = ? AND connected_at = ?",
                params![state, seen.id, seen.state, seen.connected_at],
            )?;
            Ok(changed == 1)
        })
    }

    pub fn set_user_state(&self, id: &str, state: UserState) -> Result<()> {
        self.write(|book| {
            book.execute("UPDATE tiktok_user SET state = ? WHERE id = ?", params![state, id])?;
            Ok(())
        })
    }
}

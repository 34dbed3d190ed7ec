//! TikTok users: the log-ins that granted the partner access. Their tokens are not here.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::AdAccountId;
use crate::{Book, Result};

/// Whether a TikTok user's log-in still works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// It does, as far as anybody knows.
    Connected,
    /// TikTok refuses its token: the user has to log in again.
    NeedsAuthorization,
    /// The admin gave it up.
    Disconnected,
}

impl UserState {
    pub(crate) fn as_sql(self) -> &'static str {
        match self {
            UserState::Connected => "connected",
            UserState::NeedsAuthorization => "needs_authorization",
            UserState::Disconnected => "disconnected",
        }
    }

    fn of_sql(text: &str) -> UserState {
        match text {
            "connected" => UserState::Connected,
            "disconnected" => UserState::Disconnected,
            _ => UserState::NeedsAuthorization,
        }
    }
}

/// A TikTok user of the partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TiktokUser {
    /// TikTok's `core_user_id`.
    pub id: String,
    /// The display name, as TikTok has it.
    pub name: String,
    /// The e-mail address, masked by TikTok.
    pub email: String,
    /// Whether the log-in works.
    pub state: UserState,
    /// How many ad accounts it reaches.
    pub accounts: u32,
    /// When it was last logged in (RFC 3339).
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
        state: UserState::of_sql(&row.get::<_, String>(3)?),
        connected_at: row.get(4)?,
        accounts: row.get(5)?,
    })
}

impl Book {
    /// All TikTok users of the partner by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tiktok_users(&self) -> Result<Vec<TiktokUser>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!("{SELECT} ORDER BY name, id"))?;
        let users = statement.query_map([], user)?.collect::<rusqlite::Result<_>>()?;
        Ok(users)
    }

    /// The TikTok users who reach an ad account, disconnected ones left out: who logged in last comes first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn users_of(&self, account: &AdAccountId) -> Result<Vec<TiktokUser>> {
        let book = self.read();
        let mut statement = book.prepare_cached(&format!(
            "{SELECT} JOIN ad_account_access x ON x.user_id = u.id AND x.visible AND x.account_id = ?
             WHERE u.state <> 'disconnected' ORDER BY u.connected_at DESC, u.id"
        ))?;
        let users = statement.query_map([account], user)?.collect::<rusqlite::Result<_>>()?;
        Ok(users)
    }

    /// One TikTok user.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tiktok_user(&self, id: &str) -> Result<Option<TiktokUser>> {
        Ok(self.read().query_row(&format!("{SELECT} WHERE id = ?"), [id], user).optional()?)
    }

    /// As [`Book::set_user_state`], unless the user was changed since `seen` was read. Tells whether it was noted.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn update_user_state(&self, seen: &TiktokUser, state: UserState) -> Result<bool> {
        self.write(|book| {
            let changed = book.execute(
                "UPDATE tiktok_user SET state = ? WHERE id = ? AND state = ? AND connected_at = ?",
                params![state.as_sql(), seen.id, seen.state.as_sql(), seen.connected_at],
            )?;
            Ok(changed == 1)
        })
    }

    /// Note whether a TikTok user's log-in works. The ad accounts it reached stay as they are.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set_user_state(&self, id: &str, state: UserState) -> Result<()> {
        self.write(|book| {
            book.execute("UPDATE tiktok_user SET state = ? WHERE id = ?", params![state.as_sql(), id])?;
            Ok(())
        })
    }
}

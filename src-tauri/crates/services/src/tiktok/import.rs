//! Bringing a TikTok user's ad accounts into the book (R6–R9, A22, A23).
//!
//! Everything is fetched first and written last, so an import that fails leaves the book as it was.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use partner::Book;
use partner::facts::accounts::{AccountAnswer, AccountDetails, AccountFacts, AccountName, UserFacts};
use partner::facts::users::UserState;
use serde::{Deserialize, Serialize};
use specta::Type;
use tiktok_business::{
    AccessToken, AdvertiserInfo, AdvertiserInfos, Advertisers, App, AuthorizationCode, Client, Kind,
    MissingReason, UserInfo,
};

use crate::problem::{Problem, ProblemCode};
use crate::secrets::{ExposeSecret, Keys, SecretString};

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The TikTok user logs in.
    LogIn,
    /// The log-in's answer becomes a token.
    Exchange,
    /// The user and the list of ad accounts.
    Accounts,
    /// The details of each.
    Details,
    /// Into the keychain and the book.
    Saving,
}

/// How far an import is; `of` is 0 while nothing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Progress {
    /// What it is doing.
    pub stage: Stage,
    /// Ad accounts done.
    pub done: u32,
    /// Ad accounts in all.
    pub of: u32,
}

impl Progress {
    /// At the beginning of a step.
    pub fn at(stage: Stage) -> Progress {
        Progress { stage, done: 0, of: 0 }
    }
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    /// The TikTok user who logged in.
    pub user_id: String,
    /// Its name; hostile text.
    pub user_name: String,
    /// How many ad accounts the user reaches.
    pub accounts: u32,
    /// New to the partner.
    pub added: Vec<AccountName>,
    /// Known, and something is new about them.
    pub updated: u32,
    /// Known, and exactly as before.
    pub unchanged: u32,
    /// This user no longer reaches them.
    pub lost: Vec<AccountName>,
    /// Whose log-in was to be renewed, when somebody else logged in.
    pub expected_user: Option<String>,
}

/// One partner's way to TikTok.
#[derive(Clone)]
pub struct Importer {
    /// Where it is written.
    pub book: Arc<Book>,
    /// Where the token goes.
    pub keys: Keys,
    /// TikTok.
    pub client: Client,
    /// The partner's app.
    pub app: App,
}

impl Importer {
    /// Exchange a log-in's code for a token.
    ///
    /// # Errors
    /// What TikTok or the network says; the code may be used up.
    pub async fn exchange(&self, code: &AuthorizationCode) -> Result<AccessToken, Problem> {
        Ok(self.client.access_token(&self.app, code).await?.token)
    }

    /// Fetch all that `token` reaches. Nothing is written, so this can be given up at any moment.
    ///
    /// # Errors
    /// What TikTok or the network says. While TikTok still takes the token, the problem says that
    /// the import can go on without a new log-in.
    pub async fn fetch(
        &self,
        token: AccessToken,
        progress: impl Fn(Progress) + Send + Sync,
    ) -> Result<Fetched, Problem> {
        progress(Progress::at(Stage::Accounts));
        let user = self.client.user_info(&token).await.map_err(resumable)?;
        let listed = self.client.advertisers(&self.app, &token).await.map_err(resumable)?;
        if listed.list.is_empty() {
            return Err(Problem::new(ProblemCode::NoAdAccounts).about(user.display_name));
        }
        let of = count(listed.list.len());
        let ids: Vec<_> = listed.list.iter().map(|advertiser| advertiser.id.clone()).collect();
        let at = |done| progress(Progress { stage: Stage::Details, done: count(done), of });
        at(0);
        let told = self.client.advertiser_info(&token, &ids, at).await.map_err(resumable)?;
        progress(Progress { stage: Stage::Saving, done: of, of });
        let complete = listed.unreadable == 0;
        Ok(Fetched { token, user: user_facts(user), accounts: account_facts(listed, told), complete })
    }

    /// Keep the token and write the book. `expected` is the TikTok user whose log-in was to be renewed.
    ///
    /// # Errors
    /// What the keychain or the file says; both are then as they were, and the import can go on.
    pub async fn save(&self, fetched: Fetched, expected: Option<String>) -> Result<ImportReport, Problem> {
        let key = token_key(&self.book.partner().id, &fetched.user.id);
        let token = SecretString::from(fetched.token.secret().clone());
        // The token first: a book that names a user without a token would promise what nobody can keep.
        let before = self.keys.get(&key).await.map_err(resumable)?;
        self.keys.put(&key, token).await.map_err(resumable)?;
        let book = Arc::clone(&self.book);
        match in_background(move || write(&book, &fetched, expected)).await? {
            Ok(report) => Ok(report),
            Err(error) => {
                let undone = match &before {
                    Some(before) => self.keys.put(&key, before.clone()).await,
                    None => self.keys.remove(&key).await,
                };
                if let Err(error) = undone {
                    tracing::warn!(%error, "a token stays in the keychain without a user");
                }
                Err(resumable(error))
            }
        }
    }

    /// Ask TikTok whether the log-ins still work, and note what is new about them. Tells whether anything is.
    ///
    /// # Errors
    /// When the keychain or the file does not answer. An unreachable TikTok is no failure: nothing is known then.
    pub async fn check_log_ins(&self) -> Result<bool, Problem> {
        let mut noted = false;
        let book = Arc::clone(&self.book);
        for user in in_background(move || book.tiktok_users()).await?? {
            if user.state == UserState::Disconnected {
                continue;
            }
            let works = match self.keys.get(&token_key(&self.book.partner().id, &user.id)).await? {
                None => false,
                Some(token) => {
                    match self.client.user_info(&AccessToken::new(token.expose_secret().to_owned())).await {
                        Ok(_) => true,
                        Err(error) if error.kind == Kind::LoginNeeded => false,
                        Err(_) => continue,
                    }
                }
            };
            let state = if works { UserState::Connected } else { UserState::NeedsAuthorization };
            if state != user.state {
                let book = Arc::clone(&self.book);
                noted |= in_background(move || book.update_user_state(&user, state)).await??;
            }
        }
        Ok(noted)
    }

    /// Give a TikTok user's token back to TikTok and forget it. Its ad accounts and all that was
    /// decided about them stay.
    ///
    /// # Errors
    /// When TikTok cannot be told, unless `even_if_unreachable`; nothing is changed then.
    pub async fn disconnect(&self, user: &str, even_if_unreachable: bool) -> Result<(), Problem> {
        let key = token_key(&self.book.partner().id, user);
        if let Some(token) = self.keys.get(&key).await? {
            match self.client.revoke(&self.app, &AccessToken::new(token.expose_secret().to_owned())).await {
                Ok(()) => {}
                // It is dead already.
                Err(error) if matches!(error.kind, Kind::LoginNeeded | Kind::AuthCode) => {}
                Err(error) if even_if_unreachable => {
                    tracing::warn!(%error, "a token was forgotten but not revoked")
                }
                Err(error) => return Err(error.into()),
            }
        }
        forget(&self.book, &self.keys, user).await
    }
}

/// Forget a TikTok user's token and note that the user is disconnected.
///
/// # Errors
/// When the keychain or the file does not take it.
pub async fn forget(book: &Arc<Book>, keys: &Keys, user: &str) -> Result<(), Problem> {
    keys.remove(&token_key(&book.partner().id, user)).await?;
    let (book, user) = (Arc::clone(book), user.to_owned());
    Ok(in_background(move || book.set_user_state(&user, UserState::Disconnected)).await??)
}

/// All that an import brought, before it is written.
pub struct Fetched {
    token: AccessToken,
    user: UserFacts,
    accounts: Vec<AccountFacts>,
    complete: bool,
}

fn write(book: &Book, fetched: &Fetched, expected: Option<String>) -> partner::Result<ImportReport> {
    let Fetched { user, accounts, complete, .. } = fetched;
    let expected_user = match expected {
        Some(id) if id != user.id => book.tiktok_user(&id)?.map(|user| user.name),
        _ => None,
    };
    let imported = book.record_import(user, accounts, *complete, Timestamp::now())?;
    let reached = accounts.iter().filter(|account| account.answer != AccountAnswer::AccessDenied).count();
    tracing::info!(accounts = reached, added = imported.added.len(), lost = imported.lost.len(), "imported");
    Ok(ImportReport {
        user_id: user.id.clone(),
        user_name: user.name.clone(),
        accounts: count(reached),
        added: imported.added,
        updated: imported.updated,
        unchanged: imported.unchanged,
        lost: imported.lost,
        expected_user,
    })
}

/// Run what waits for the disk off the threads that wait for the network.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

/// A problem after which the token is still good, unless TikTok refuses just that.
fn resumable(error: impl Into<Problem>) -> Problem {
    let problem = error.into();
    Problem { can_continue: problem.code != ProblemCode::LoginNeeded, ..problem }
}

/// The name under which a TikTok user's token is kept.
pub fn token_key(partner: &str, user: &str) -> String {
    format!("token/{partner}/{user}")
}

/// The name under which the app's secret is kept.
pub fn secret_key(partner: &str) -> String {
    format!("app-secret/{partner}")
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn user_facts(user: UserInfo) -> UserFacts {
    UserFacts { id: user.id.into(), name: user.display_name, email: user.email.unwrap_or_default() }
}

/// The list of accounts joined with what was told of each.
fn account_facts(listed: Advertisers, told: AdvertiserInfos) -> Vec<AccountFacts> {
    let mut details: HashMap<_, _> = told.list.into_iter().map(|info| (info.id.clone(), info)).collect();
    // When all are refused, the permission to read details is missing, not every single account.
    let told_of_any = !details.is_empty();
    let reasons: HashMap<_, _> =
        told.missing.into_iter().map(|missing| (missing.id, missing.reason)).collect();
    listed
        .list
        .into_iter()
        .map(|advertiser| {
            let info = details.remove(&advertiser.id);
            let name = info.as_ref().and_then(|info| info.name.clone()).unwrap_or(advertiser.name);
            let told = match (info, reasons.get(&advertiser.id)) {
                (Some(info), _) => AccountAnswer::Details(Box::new(account_details(info))),
                (None, Some(MissingReason::Refused(_) | MissingReason::LeftOut)) if told_of_any => {
                    AccountAnswer::AccessDenied
                }
                (None, _) => AccountAnswer::NoDetails,
            };
            AccountFacts { id: advertiser.id.into(), name, answer: told }
        })
        .collect()
}

pub(crate) fn account_details(info: AdvertiserInfo) -> AccountDetails {
    let mut rest = info.rest;
    for (field, value) in [
        ("language", info.language),
        ("contacter", info.contacter),
        ("email", info.email),
        ("cellphone_number", info.cellphone_number),
        ("telephone_number", info.telephone_number),
        ("address", info.address),
        ("description", info.description),
        ("license_no", info.license_no),
    ] {
        if let Some(value) = value {
            rest.insert(field.to_owned(), value.into());
        }
    }
    AccountDetails {
        status: info.status.unwrap_or_default(),
        company: info.company,
        currency: info.currency,
        timezone: info.display_timezone.or(info.timezone),
        country: info.country,
        industry: info.industry,
        role: info.role,
        account_type: info.advertiser_account_type,
        rejection_reason: info.rejection_reason.filter(|reason| !reason.is_empty()),
        owner_bc_id: info.owner_bc_id.filter(|id| !id.is_empty()),
        balance: info.balance,
        created_at: info.create_time,
        rest,
    }
}

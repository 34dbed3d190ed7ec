//! Imports a TikTok user's ad accounts into the book (R6–R9, A22, A23).
//!
//! Everything is fetched before anything is written, so a failed import leaves the book unchanged.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use partner::Book;
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountName, AccountResponse, UserFacts};
use partner::facts::users::UserState;
use serde::{Deserialize, Serialize};
use specta::Type;
use tiktok_business::{
    AccessToken, AdvertiserInfo, AdvertiserInfos, Advertisers, App, AuthorizationCode, Client, ErrorKind,
    MissingReason, UserInfo,
};

use tokio::sync::oneshot;

use crate::problem::{Problem, ProblemCode};
use crate::runtime::with_book;
use crate::secrets::{Origin, SecretStore, SecretString};
use crate::tiktok::credentials::{stored_token, token_key};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    SignIn,
    /// Exchanging the auth code for an access token.
    Exchange,
    /// Fetching the user and the list of ad accounts.
    Accounts,
    /// Fetching the details of each ad account.
    Details,
    Saving,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Progress {
    pub stage: Stage,
    pub done: u32,
    /// All ad accounts, or 0 until their number is known.
    pub of: u32,
}

impl Progress {
    pub fn at(stage: Stage) -> Progress {
        Progress { stage, done: 0, of: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportReport {
    pub user_id: String,
    /// Untrusted text.
    pub user_name: String,
    /// Ad accounts that the user can access.
    pub accounts: u32,
    /// Ad accounts that are new to the partner.
    pub added: Vec<AccountName>,
    /// Existing ad accounts that changed.
    pub updated: u32,
    pub unchanged: u32,
    /// Ad accounts that the user can no longer access.
    pub lost: Vec<AccountName>,
    /// The name of the user who should have signed in, if another user did.
    pub expected_user: Option<String>,
}

#[derive(Clone)]
pub struct Importer {
    pub book: Arc<Book>,
    /// Stores the access tokens.
    pub secrets: SecretStore,
    pub client: Client,
    pub app: App,
}

impl Importer {
    /// Exchanges a sign-in's auth code for an access token. Even after an error the code may be used up. If the future is
    /// dropped, the exchange continues and its token is revoked, so that no token stays valid that this application has not stored.
    pub async fn exchange(&self, code: AuthorizationCode) -> Result<AccessToken, Problem> {
        let (client, app) = (self.client.clone(), self.app.clone());
        let (sender, receiver) = oneshot::channel();
        tokio::spawn(async move {
            let exchanged = client.access_token(&app, &code).await;
            let token = exchanged.as_ref().ok().cloned();
            let (received, receipt) = oneshot::channel::<()>();
            // The result is dropped unread if the import is cancelled, and the receipt with it.
            drop(sender.send((exchanged, received)));
            if receipt.await.is_err()
                && let Some(token) = token
            {
                revoke_unused(&client, &app, &token).await;
            }
        });
        let (exchanged, received) = receiver.await.map_err(Problem::internal)?;
        let _ = received.send(());
        Ok(exchanged?)
    }

    /// Revokes, in the background, the token of an import that was cancelled.
    pub fn discard(&self, token: AccessToken) {
        let (client, app) = (self.client.clone(), self.app.clone());
        tokio::spawn(async move { revoke_unused(&client, &app, &token).await });
    }

    /// Fetches everything that `token` can access, without writing anything.
    ///
    /// # Errors
    /// Fails with the errors of the requests. [`Problem::can_continue`] is set if the import can be retried with this token.
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
        let of = saturating_u32(listed.list.len());
        let ids: Vec<_> = listed.list.iter().map(|advertiser| advertiser.id.clone()).collect();
        let report = |done| progress(Progress { stage: Stage::Details, done: saturating_u32(done), of });
        report(0);
        let infos = self.client.advertiser_info(&token, &ids, report).await.map_err(resumable)?;
        progress(Progress { stage: Stage::Saving, done: of, of });
        let complete = listed.unreadable == 0;
        Ok(Fetched { token, user: user_facts(user), accounts: account_facts(listed, infos), complete })
    }

    /// Stores the token and writes the ad accounts to the book. `expected` is the id of the user who should have signed in,
    /// when a sign-in is renewed.
    ///
    /// # Errors
    /// Fails with the errors of the secret store and the book. Both are then unchanged, and the import can be retried.
    pub async fn save(&self, fetched: Fetched, expected: Option<String>) -> Result<ImportReport, Problem> {
        let key = token_key(&self.book.partner().id, &fetched.user.id);
        let token = SecretString::from(fetched.token.secret().clone());
        let origin = Origin::of(self.client.api());
        // The token is stored first, because the book must not list a connected user without one.
        let write = with_book(&self.book, move |book| write(book, &fetched, expected));
        self.secrets.put_with(&origin, &key, Some(&token), write).await.map_err(resumable)
    }

    /// Asks TikTok whether the stored tokens are still valid, and saves the result. Returns whether it differs from what
    /// the book had. A user for whom TikTok gives no clear answer is left unchanged.
    ///
    /// # Errors
    /// Fails with the errors of the secret store and the book.
    pub async fn check_sign_ins(&self) -> Result<bool, Problem> {
        let mut changed = false;
        for user in with_book(&self.book, Book::tiktok_users).await? {
            if user.state == UserState::Disconnected {
                continue;
            }
            let state = match stored_token(&self.secrets, &self.book, &self.client, &user.id).await {
                Ok(None) => UserState::NeedsAuthorization,
                Ok(Some(token)) => match self.client.user_info(&token).await {
                    Ok(_) => UserState::Connected,
                    Err(error) if error.kind == ErrorKind::SignInRequired => UserState::NeedsAuthorization,
                    Err(_) => continue,
                },
                Err(problem) if problem.code == ProblemCode::SignInForOtherServer => {
                    UserState::NeedsAuthorization
                }
                Err(problem) => return Err(problem),
            };
            if state != user.state {
                changed |= with_book(&self.book, move |book| book.update_user_state(&user, state)).await?;
            }
        }
        Ok(changed)
    }

    /// Revokes a TikTok user's token and deletes it. The user's ad accounts, and what was decided about them, stay.
    ///
    /// # Errors
    /// Fails when TikTok cannot revoke the token, unless `even_if_unreachable` is set. Nothing is then changed.
    pub async fn disconnect(&self, user: &str, even_if_unreachable: bool) -> Result<(), Problem> {
        let token = match stored_token(&self.secrets, &self.book, &self.client, user).await {
            Err(problem) if problem.code == ProblemCode::SignInForOtherServer && even_if_unreachable => None,
            token => token?,
        };
        if let Some(token) = token {
            match self.client.revoke(&self.app, &token).await {
                Ok(()) => {}
                // The token is already invalid.
                Err(error)
                    if matches!(error.kind, ErrorKind::SignInRequired | ErrorKind::InvalidAuthCode) => {}
                Err(error) if even_if_unreachable => tracing::warn!(%error, "failed to revoke a token"),
                Err(error) => return Err(error.into()),
            }
        }
        disconnect_locally(&self.book, &self.secrets, user).await
    }
}

async fn revoke_unused(client: &Client, app: &App, token: &AccessToken) {
    if let Err(error) = client.revoke(app, token).await {
        tracing::warn!(%error, "failed to revoke the token of a cancelled import");
    }
}

/// Deletes a TikTok user's token without revoking it, and marks the user as disconnected.
///
/// # Errors
/// Fails with the errors of the secret store and the book.
pub async fn disconnect_locally(book: &Arc<Book>, secrets: &SecretStore, user: &str) -> Result<(), Problem> {
    secrets.remove(&token_key(&book.partner().id, user)).await?;
    let user = user.to_owned();
    with_book(book, move |book| book.set_user_state(&user, UserState::Disconnected)).await
}

/// What an import fetched, before it is written.
pub struct Fetched {
    token: AccessToken,
    user: UserFacts,
    accounts: Vec<AccountFacts>,
    /// Every row of the list of ad accounts was readable.
    complete: bool,
}

fn write(book: &Book, fetched: &Fetched, expected: Option<String>) -> partner::Result<ImportReport> {
    let Fetched { user, accounts, complete, .. } = fetched;
    let expected_user = match expected {
        Some(id) if id != user.id => book.tiktok_user(&id)?.map(|user| user.name),
        _ => None,
    };
    let imported = book.record_import(user, accounts, *complete, Timestamp::now())?;
    let accessible =
        accounts.iter().filter(|account| account.answer != AccountResponse::AccessDenied).count();
    tracing::info!(
        accounts = accessible,
        added = imported.added.len(),
        lost = imported.lost.len(),
        "imported ad accounts",
    );
    Ok(ImportReport {
        user_id: user.id.clone(),
        user_name: user.name.clone(),
        accounts: saturating_u32(accessible),
        added: imported.added,
        updated: imported.updated,
        unchanged: imported.unchanged,
        lost: imported.lost,
        expected_user,
    })
}

/// Marks a problem after which the token is still valid.
fn resumable(error: impl Into<Problem>) -> Problem {
    let problem = error.into();
    Problem { can_continue: problem.code != ProblemCode::SignInRequired, ..problem }
}

fn saturating_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn user_facts(user: UserInfo) -> UserFacts {
    UserFacts { id: user.id.into(), name: user.display_name, email: user.email.unwrap_or_default() }
}

/// Joins the listed ad accounts with their details.
fn account_facts(listed: Advertisers, infos: AdvertiserInfos) -> Vec<AccountFacts> {
    let mut details: HashMap<_, _> = infos.list.into_iter().map(|info| (info.id.clone(), info)).collect();
    // If TikTok rejects all of them, the app lacks the permission to read details, and the accounts are still accessible.
    let has_any = !details.is_empty();
    let reasons: HashMap<_, _> =
        infos.missing.into_iter().map(|missing| (missing.id, missing.reason)).collect();
    listed
        .list
        .into_iter()
        .map(|advertiser| {
            let info = details.remove(&advertiser.id);
            let name = info.as_ref().and_then(|info| info.name.clone()).unwrap_or(advertiser.name);
            let answer = match (info, reasons.get(&advertiser.id)) {
                (Some(info), _) => AccountResponse::Details(Box::new(account_details(info))),
                (None, Some(MissingReason::Rejected(error))) if error.kind == ErrorKind::NoPermission => {
                    AccountResponse::NoDetails
                }
                (None, Some(MissingReason::Rejected(_) | MissingReason::Omitted)) if has_any => {
                    AccountResponse::AccessDenied
                }
                (None, _) => AccountResponse::NoDetails,
            };
            AccountFacts { id: advertiser.id.into(), name, answer }
        })
        .collect()
}

pub(crate) fn account_details(info: AdvertiserInfo) -> AccountDetails {
    let mut other_fields = info.other_fields;
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
            other_fields.insert(field.to_owned(), value.into());
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
        other_fields,
    }
}

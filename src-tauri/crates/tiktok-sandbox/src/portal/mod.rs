//! The sign-in page, the Authorization page and the redirect back to the app.
//!
//! The pages keep their state in hidden form fields. Unlike TikTok's, they ask for no password, verification code or
//! acceptance of terms. A scripted sign-in submits the pages by itself.

mod pages;
mod redirect;
mod request;

use std::collections::HashSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawForm, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::behaviour::OnCancel;
use crate::grants::{Grant, GrantedAccounts};
use crate::mutex::lock;
use crate::sign_in_script::{Action, GrantSelection, Via};
use crate::state::SandboxState;
use pages::{AccountRow, Page, UserButton};
use request::SignInRequest;

/// The size of the largest form, in bytes, which has room for 200,000 ad accounts. Any page of the web can send one.
const MAX_FORM: usize = 8 << 20;

type Shared = State<Arc<SandboxState>>;

type PageResult = Result<Response, ErrorPage>;

/// An error page with the status 400.
struct ErrorPage(String);

impl IntoResponse for ErrorPage {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Html(self.0)).into_response()
    }
}

pub(crate) fn routes() -> Router<Arc<SandboxState>> {
    Router::new()
        .route("/portal/auth", get(show_sign_in))
        .route("/marketing_api/auth", get(show_sign_in))
        .route("/portal/login", post(submit_sign_in))
        .route("/portal/authorize", get(show_authorization).post(submit_authorization))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}

async fn show_sign_in(State(state): Shared, RawQuery(query): RawQuery) -> PageResult {
    let mut request = read(&state, query.unwrap_or_default().as_bytes())?;
    let script = state.sign_in_scripts.next().filter(|script| script.action != Action::Stay);
    let Some(script) = script else {
        return Ok(sign_in_page(&state, &request, None, None));
    };
    let first_user = || state.grants().seed_data().users().first().map(|user| user.id.clone());
    let user = script.user.clone().or_else(first_user).unwrap_or_default();
    let via = script.via;
    request.ticket = Some(state.sign_in_scripts.start(script));
    Ok(match via {
        Via::Pages => sign_in_page(&state, &request, Some(&user), None),
        Via::Redirects => found(&request.authorize_path(&user)),
    })
}

async fn submit_sign_in(State(state): Shared, RawForm(form): RawForm) -> PageResult {
    let request = read(&state, &form)?;
    let user = state.grants().seed_data().users().iter().find_map(|user| {
        let matches = match (request.field("user"), request.field("email")) {
            (Some(id), _) => user.id == id,
            (None, Some(email)) => user.email.eq_ignore_ascii_case(email.trim()),
            (None, None) => false,
        };
        matches.then(|| user.id.clone())
    });
    Ok(match user {
        Some(user) => found(&request.authorize_path(&user)),
        None => sign_in_page(&state, &request, None, Some("There is no such account.")),
    })
}

async fn show_authorization(State(state): Shared, RawQuery(query): RawQuery) -> PageResult {
    let request = read(&state, query.unwrap_or_default().as_bytes())?;
    let Some(user) = signed_in_user(&state, &request) else {
        return Ok(sign_in_page(&state, &request, None, None));
    };
    let script = state.sign_in_scripts.by_ticket(request.ticket.as_deref());
    let accounts = state.grants().accounts_of(&user);
    let selected: HashSet<u64> = match script.as_ref().map(|script| &script.grant) {
        None | Some(GrantSelection::All) => accounts.iter().copied().collect(),
        Some(GrantSelection::None) => HashSet::new(),
        Some(GrantSelection::Accounts(ids)) => ids.iter().filter_map(|id| id.parse().ok()).collect(),
    };
    Ok(match script {
        Some(script) if script.via == Via::Redirects => {
            redirect_back(&state, &request, &user, &selected, script.action)
        }
        script => {
            let action = script.map(|script| script.action);
            authorization_page(&state, &request, &user, &accounts, &selected, action)
        }
    })
}

async fn submit_authorization(State(state): Shared, RawForm(form): RawForm) -> PageResult {
    let request = read(&state, &form)?;
    let Some(user) = signed_in_user(&state, &request) else {
        return Ok(sign_in_page(&state, &request, None, None));
    };
    let script = state.sign_in_scripts.by_ticket(request.ticket.as_deref());
    let action = match (script, request.field("decision")) {
        (Some(script), _) => script.action,
        (None, Some("confirm")) => Action::Confirm,
        (None, _) => Action::Cancel,
    };
    Ok(redirect_back(&state, &request, &user, &request.selected_accounts().collect(), action))
}

/// Reads a query or form. An unknown app or redirect URL gets an error page and no redirect.
fn read(state: &SandboxState, encoded: &[u8]) -> Result<SignInRequest, ErrorPage> {
    let apps = state.grants().seed_data().apps();
    SignInRequest::read(encoded, apps, &state.redirect_urls)
        .map_err(|message| ErrorPage(html(state, &pages::error(&message))))
}

fn signed_in_user(state: &SandboxState, request: &SignInRequest) -> Option<String> {
    let user = request.field("user")?;
    state.grants().user(user).map(|user| user.id.clone())
}

/// Ends the sign-in as the action says.
fn redirect_back(
    state: &SandboxState,
    request: &SignInRequest,
    user: &str,
    selected: &HashSet<u64>,
    action: Action,
) -> Response {
    if action == Action::Cancel {
        return match state.behaviour().cancel {
            OnCancel::Redirect => found(&redirect::cancelled(request)),
            OnCancel::Page => show(state, &pages::cancelled()),
        };
    }
    let now = state.clock.now();
    let mut grants = state.grants();
    let accounts = grants.accounts_of(user);
    let granted = if !accounts.is_empty() && accounts.iter().all(|id| selected.contains(id)) {
        GrantedAccounts::All
    } else {
        GrantedAccounts::Only(accounts.into_iter().filter(|id| selected.contains(id)).collect())
    };
    let code = grants.issue_code(Grant {
        app: request.app.id.clone(),
        user: user.to_owned(),
        granted,
        at: now.as_second(),
    });
    if action == Action::UsedCode {
        grants.redeem_code(&code, &request.app.id, now);
    }
    found(&redirect::confirmed(request, &code, action))
}

fn authorization_page(
    state: &SandboxState,
    request: &SignInRequest,
    user: &str,
    accounts: &[u64],
    selected: &HashSet<u64>,
    scripted: Option<Action>,
) -> Response {
    let page = {
        let grants = state.grants();
        let name = grants.user(user).map(|user| user.name.as_str()).unwrap_or_default();
        let rows: Vec<AccountRow> = accounts
            .iter()
            .map(|id| AccountRow { id: *id, name: grants.account_name(*id), selected: selected.contains(id) })
            .collect();
        pages::authorization(request, user, name, &rows, scripted)
    };
    show(state, &page)
}

fn sign_in_page(
    state: &SandboxState,
    request: &SignInRequest,
    scripted_user: Option<&str>,
    error: Option<&str>,
) -> Response {
    let page = {
        let grants = state.grants();
        let users = grants.seed_data().users().iter();
        let buttons: Vec<UserButton<'_>> =
            users.map(|user| UserButton { user, accounts: grants.accounts_of(&user.id).len() }).collect();
        pages::sign_in(request, &buttons, scripted_user, error)
    };
    show(state, &page)
}

fn show(state: &SandboxState, page: &Page) -> Response {
    Html(html(state, page)).into_response()
}

fn html(state: &SandboxState, page: &Page) -> String {
    page.to_html(&lock(&state.injected_html))
}

/// Returns a 302, the status that TikTok's portal uses.
fn found(address: &str) -> Response {
    match header::HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

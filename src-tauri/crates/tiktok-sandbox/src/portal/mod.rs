//! The log-in page and the Authorization page, and the redirect that follows.
//!
//! The pages keep nothing: who came from where is in the forms. Unlike TikTok's they ask for no password, no code by
//! e-mail, and no acceptance of terms.

mod desk;
mod pages;
mod redirect;
mod visit;

use std::collections::HashSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawForm, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};

use crate::core::{Core, OnCancel};
use crate::ledger::{Grant, Granted, Ledger};
pub(crate) use desk::Desk;
pub use desk::{Action, Consent, GrantWish, Plan, Via};
use pages::Visitor;
use visit::{Visit, Wrong};

pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/portal/auth", get(arrive))
        .route("/marketing_api/auth", get(arrive))
        .route("/portal/login", post(log_in))
        .route("/portal/authorize", get(ask).post(decide))
        .layer(DefaultBodyLimit::disable())
}

/// The log-in page; with a plan it goes on by itself.
async fn arrive(
    State(core): State<Arc<Core>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Wrong> {
    let mut visit = Visit::read(&core, query.unwrap_or_default().as_bytes())?;
    let plan = core.desk.next_plan();
    let Some(plan) = plan.filter(|plan| plan.action != Action::Stay) else {
        return Ok(log_in_page(&core, &visit, None, None));
    };
    let user = plan
        .user
        .clone()
        .unwrap_or_else(|| first_user(&core.ledger()));
    let via = plan.via;
    visit.ticket = Some(core.desk.ticket(plan));
    Ok(match via {
        Via::Pages => log_in_page(&core, &visit, Some(&user), None),
        Via::Redirects => found(&visit.authorize_path(&user)),
    })
}

/// The log-in form was sent.
async fn log_in(State(core): State<Arc<Core>>, RawForm(form): RawForm) -> Result<Response, Wrong> {
    let visit = Visit::read(&core, &form)?;
    let known = core.ledger().world().users().iter().find_map(|user| {
        let matches = match (visit.field("user"), visit.field("email")) {
            (Some(id), _) => user.id == id,
            (None, Some(email)) => user.email.eq_ignore_ascii_case(email.trim()),
            (None, None) => false,
        };
        matches.then(|| user.id.clone())
    });
    Ok(match known {
        Some(user) => found(&visit.authorize_path(&user)),
        None => log_in_page(&core, &visit, None, Some("There is no such account.")),
    })
}

/// The Authorization page; with a plan it goes on by itself.
async fn ask(State(core): State<Arc<Core>>, RawQuery(query): RawQuery) -> Result<Response, Wrong> {
    let visit = Visit::read(&core, query.unwrap_or_default().as_bytes())?;
    let Some(user) = known_user(&core, &visit) else {
        return Ok(log_in_page(&core, &visit, None, None));
    };
    let plan = core.desk.plan(visit.ticket.as_deref());
    let accounts = core.ledger().reached_by(&user);
    let ticked: HashSet<u64> = match plan.as_ref().map(|plan| &plan.grant) {
        None | Some(GrantWish::Word(Consent::All)) => accounts.iter().copied().collect(),
        Some(GrantWish::Word(Consent::None)) => HashSet::new(),
        Some(GrantWish::Accounts(ids)) => ids.iter().filter_map(|id| id.parse().ok()).collect(),
    };
    Ok(match plan {
        Some(plan) if plan.via == Via::Redirects => {
            finish(&core, &visit, &user, &ticked, plan.action)
        }
        plan => authorization_page(
            &core,
            &visit,
            &user,
            &accounts,
            &ticked,
            plan.map(|plan| plan.action),
        ),
    })
}

/// The Authorization form was sent: Confirm or Cancel, or what a plan makes of Confirm.
async fn decide(State(core): State<Arc<Core>>, RawForm(form): RawForm) -> Result<Response, Wrong> {
    let visit = Visit::read(&core, &form)?;
    let Some(user) = known_user(&core, &visit) else {
        return Ok(log_in_page(&core, &visit, None, None));
    };
    let action = match (
        core.desk.plan(visit.ticket.as_deref()),
        visit.field("decision"),
    ) {
        (Some(plan), _) => plan.action,
        (None, Some("confirm")) => Action::Confirm,
        (None, _) => Action::Cancel,
    };
    Ok(finish(
        &core,
        &visit,
        &user,
        &visit.accounts().collect(),
        action,
    ))
}

/// The user that the visitor logged in as.
fn known_user(core: &Core, visit: &Visit) -> Option<String> {
    let user = visit.field("user")?;
    core.ledger().user(user).map(|user| user.id.clone())
}

/// Redirects the visitor as the action says.
fn finish(
    core: &Core,
    visit: &Visit,
    user: &str,
    ticked: &HashSet<u64>,
    action: Action,
) -> Response {
    if action == Action::Cancel {
        return match core.behaviour().cancel {
            OnCancel::Redirect => found(&redirect::cancelled(visit)),
            OnCancel::Page => show(core, &pages::cancelled()),
        };
    }
    let now = core.clock.now();
    let mut ledger = core.ledger();
    let reached = ledger.reached_by(user);
    let everything = !reached.is_empty() && reached.iter().all(|id| ticked.contains(id));
    let granted = if everything {
        Granted::All
    } else {
        Granted::Only(
            reached
                .into_iter()
                .filter(|id| ticked.contains(id))
                .collect(),
        )
    };
    let code = ledger.issue_code(Grant {
        app: visit.app.id.clone(),
        user: user.to_owned(),
        granted,
        at: now.as_second(),
    });
    if action == Action::UsedCode {
        ledger.redeem(&code, &visit.app.id, now);
    }
    found(&redirect::confirmed(visit, &code, action))
}

fn authorization_page(
    core: &Core,
    visit: &Visit,
    user: &str,
    accounts: &[u64],
    ticked: &HashSet<u64>,
    planned: Option<Action>,
) -> Response {
    let page = {
        let ledger = core.ledger();
        let name = ledger.user(user).map(|user| user.name.as_str());
        let rows: Vec<pages::Row> = accounts
            .iter()
            .map(|id| pages::Row {
                id: *id,
                name: ledger.name_of(*id),
                ticked: ticked.contains(id),
            })
            .collect();
        pages::authorization(visit, user, name.unwrap_or_default(), &rows, planned)
    };
    show(core, &page)
}

fn log_in_page(
    core: &Core,
    visit: &Visit,
    goes_on_as: Option<&str>,
    complaint: Option<&str>,
) -> Response {
    let page = {
        let ledger = core.ledger();
        let visitors: Vec<Visitor<'_>> = ledger
            .world()
            .users()
            .iter()
            .map(|user| Visitor {
                user,
                accounts: ledger.reached_by(&user.id).len(),
            })
            .collect();
        pages::log_in(visit, &visitors, goes_on_as, complaint)
    };
    show(core, &page)
}

fn show(core: &Core, page: &pages::Page) -> Response {
    Html(page.to_html(&core.desk.script())).into_response()
}

/// 302, as TikTok's portal answers.
fn found(address: &str) -> Response {
    match header::HeaderValue::from_str(address) {
        Ok(address) => (StatusCode::FOUND, [(header::LOCATION, address)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn first_user(ledger: &Ledger) -> String {
    ledger
        .world()
        .users()
        .first()
        .map(|user| user.id.clone())
        .unwrap_or_default()
}

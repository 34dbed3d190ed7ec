//! Responds to a request with the effects of the fault that is injected into it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::connection::ConnectionHandle;
use crate::faults::{ActiveFault, Fault, Mangle, RequestTarget, pad, truncate};
use crate::state::SandboxState;

pub(crate) async fn respond(state: &SandboxState, request: Request, next: Next) -> Response {
    let uri = request.uri();
    match state.faults.next(uri.path(), uri.query().unwrap_or_default()) {
        None => next.run(request).await,
        Some(active) => respond_with_fault(state, active, request, next).await,
    }
}

async fn respond_with_fault(
    state: &SandboxState,
    mut active: ActiveFault,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let connection = request.extensions().get::<ConnectionHandle>().cloned().unwrap_or_default();
    let target = RequestTarget::from_query(request.uri().query().unwrap_or_default());
    apply_side_effects(state, &active.fault, &request, &target);
    if active.fault.mangle == Some(Mangle::RepeatPage) {
        let previous = format!("{}?{}", request.uri().path(), target.previous_page_query());
        if let Ok(previous) = previous.parse() {
            *request.uri_mut() = previous;
        }
    }
    let mut pending = Some((request, next));
    let mut process = async || match pending.take() {
        Some((request, next)) => Some(next.run(request).await),
        None => None,
    };
    let processed = if active.fault.after { process().await } else { None };
    active.wait().await;
    let fault = active.fault;
    if fault.drop || fault.reset {
        return connection.close(fault.reset).await;
    }
    let response = match fault.replacement(&path, &target, state.clock.now()).or(processed) {
        Some(response) => response,
        None => process().await.unwrap_or_default(),
    };
    let response = if fault.rewrites_body() { fault.rewrite_body(response, &target).await } else { response };
    let response = if fault.pad > 0 { pad(response, fault.pad) } else { response };
    if fault.cut { truncate(response).await } else { response }
}

/// Changes the account's objects, removes access or revokes the token, as the fault says.
fn apply_side_effects(state: &SandboxState, fault: &Fault, request: &Request, target: &RequestTarget) {
    if let (Some(change), Some(account)) = (&fault.change, &target.account)
        && let Err(error) = state.change(account, change.clone())
    {
        eprintln!("failed to apply the change of a fault: {error}");
    }
    let token = request.headers().get("Access-Token").and_then(|token| token.to_str().ok());
    let Some(token) = token.filter(|_| fault.revoke || fault.lose) else {
        return;
    };
    let mut grants = state.grants();
    let user = grants.grant_of(token).map(|grant| grant.user.clone());
    let account = target.account.as_deref().and_then(|id| id.parse().ok());
    if let (true, Some(user), Some(account)) = (fault.lose, user, account) {
        grants.remove_access(&user, &[account]);
    }
    if fault.revoke {
        grants.revoke_token(token);
    }
}

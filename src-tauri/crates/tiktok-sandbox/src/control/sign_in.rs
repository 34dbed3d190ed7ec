//! Scripted sign-ins, HTML injected into the portal, and revoked tokens.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::response::{ControlResult, Shared, bad_request, done};
use crate::mutex::lock;
use crate::sign_in_script::SignInScript;

pub(super) async fn push_script(State(state): Shared, Json(script): Json<SignInScript>) -> ControlResult {
    if let Some(user) = script.user.as_deref().filter(|id| state.grants().user(id).is_none()) {
        return bad_request(format!("user {user} does not exist"));
    }
    state.sign_in_scripts.push(script);
    Ok(done())
}

pub(super) async fn clear_scripts(State(state): Shared) -> Json<Value> {
    state.sign_in_scripts.clear();
    done()
}

#[derive(Deserialize)]
pub(super) struct InjectedHtml {
    html: String,
}

pub(super) async fn set_injected_html(State(state): Shared, Json(body): Json<InjectedHtml>) -> Json<Value> {
    *lock(&state.injected_html) = body.html;
    done()
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Revocation {
    Token(String),
    User(String),
}

pub(super) async fn revoke(State(state): Shared, Json(revocation): Json<Revocation>) -> Json<Value> {
    let mut grants = state.grants();
    let tokens = match revocation {
        Revocation::Token(token) => usize::from(grants.revoke_token(&token)),
        Revocation::User(user) => grants.revoke_user(&user),
    };
    Json(json!({"revoked": tokens}))
}

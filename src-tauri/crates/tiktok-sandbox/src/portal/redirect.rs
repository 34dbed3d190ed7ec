//! The addresses that the browser is redirected to after the Authorization page.

use url::{Url, form_urlencoded};

use super::request::SignInRequest;
use crate::sign_in_script::Action;

/// Returns the redirect after Confirm: with `auth_code`, the same `code`, and `state`, unless the action changes them.
pub(super) fn confirmed(request: &SignInRequest, code: &str, action: Action) -> String {
    let address = match action {
        Action::WrongHost => modified(&request.redirect_uri, |url| {
            let _ = url.set_host(Some("evil.example"));
        }),
        Action::WrongPath => modified(&request.redirect_uri, |url| {
            let path = format!("{}-elsewhere", url.path());
            url.set_path(&path);
        }),
        _ => request.redirect_uri.clone(),
    };
    let state = if action == Action::WrongState { "somebody-elses-state" } else { &request.state };
    let names: &[&str] = match action {
        Action::NoCode => &[],
        Action::AuthCodeOnly => &["auth_code"],
        Action::CodeOnly => &["code"],
        _ => &["auth_code", "code"],
    };
    let mut pairs: Vec<(&str, &str)> = names.iter().map(|name| (*name, code)).collect();
    pairs.push(("state", state));
    with_query(&address, &pairs)
}

/// Returns the redirect after Cancel. TikTok does not document it; this is that of OAuth 2.0.
pub(super) fn cancelled(request: &SignInRequest) -> String {
    with_query(&request.redirect_uri, &[("error", "access_denied"), ("state", &request.state)])
}

fn modified(address: &str, modify: impl FnOnce(&mut Url)) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            modify(&mut url);
            url.into()
        }
        Err(_) => address.to_owned(),
    }
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}

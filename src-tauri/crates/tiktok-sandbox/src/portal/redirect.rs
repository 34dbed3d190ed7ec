//! Where the visitor is sent after the Authorization page, and with what.

use url::{Url, form_urlencoded};

use super::{Action, Visit};

/// After Confirm: `auth_code`, `code` (the same) and `state`, or what the action spoils of it.
pub(super) fn confirmed(visit: &Visit, code: &str, action: Action) -> String {
    let to = match action {
        Action::WrongHost => spoiled(&visit.redirect_uri, |url| {
            let _ = url.set_host(Some("evil.example"));
        }),
        Action::WrongPath => spoiled(&visit.redirect_uri, |url| {
            let path = format!("{}-elsewhere", url.path());
            url.set_path(&path);
        }),
        _ => visit.redirect_uri.clone(),
    };
    let state = if action == Action::WrongState {
        "somebody-elses-state"
    } else {
        &visit.state
    };
    let names: &[&str] = match action {
        Action::NoCode => &[],
        Action::AuthCodeOnly => &["auth_code"],
        Action::CodeOnly => &["code"],
        _ => &["auth_code", "code"],
    };
    let mut pairs: Vec<(&str, &str)> = names.iter().map(|name| (*name, code)).collect();
    pairs.push(("state", state));
    with_query(&to, &pairs)
}

/// After Cancel. What TikTok sends is not known; this is what OAuth 2.0 says.
pub(super) fn cancelled(visit: &Visit) -> String {
    with_query(
        &visit.redirect_uri,
        &[("error", "access_denied"), ("state", &visit.state)],
    )
}

fn spoiled(address: &str, spoil: impl FnOnce(&mut Url)) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            spoil(&mut url);
            url.into()
        }
        Err(_) => address.to_owned(),
    }
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{query}")
}

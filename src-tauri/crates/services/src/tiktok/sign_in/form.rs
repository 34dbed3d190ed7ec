//! Validates the settings of the TikTok app.

use url::Url;

use super::is_https_or_loopback;

/// The settings as entered, without surrounding whitespace.
#[derive(Clone, Copy)]
pub struct AppForm<'a> {
    pub app_id: &'a str,
    /// A new secret. `None` keeps the saved one.
    pub secret: Option<&'a str>,
    /// Where TikTok redirects the browser after the sign-in, exactly as registered for the app.
    pub redirect_url: &'a str,
    pub api_address: &'a str,
    pub sign_in_address: &'a str,
}

/// An invalid field. Addresses have to be https, or http to this computer, without user or fragment. Only the redirect URL
/// may have a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    /// Not 1 to 32 digits.
    AppId,
    /// Neither entered nor saved.
    Secret,
    RedirectUrl,
    ApiAddress,
    SignInAddress,
}

/// Returns all invalid fields, in the form's order.
pub fn check(form: AppForm<'_>, secret_saved: bool) -> Vec<FieldProblem> {
    let app_id =
        (1..=32).contains(&form.app_id.len()) && form.app_id.bytes().all(|byte| byte.is_ascii_digit());
    let secret = form.secret.map_or(secret_saved, |secret| !secret.is_empty());
    [
        (app_id, FieldProblem::AppId),
        (secret, FieldProblem::Secret),
        (address(form.redirect_url).is_some(), FieldProblem::RedirectUrl),
        (server_address(form.api_address).is_some(), FieldProblem::ApiAddress),
        (server_address(form.sign_in_address).is_some(), FieldProblem::SignInAddress),
    ]
    .into_iter()
    .filter_map(|(valid, problem)| (!valid).then_some(problem))
    .collect()
}

/// An address of TikTok's that may be used. Saved addresses are checked as well, because a file may come from anywhere.
pub fn server_address(text: &str) -> Option<Url> {
    address(text).filter(|url| url.query().is_none())
}

fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_https_or_loopback(&url) && plain && url.port() != Some(0)).then_some(url)
}

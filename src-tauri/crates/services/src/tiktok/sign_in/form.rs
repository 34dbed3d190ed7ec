//! The rules for the settings of the TikTok app.

use url::Url;

use super::is_https_or_loopback;

/// The settings as typed. Surrounding blanks are the caller's to remove.
#[derive(Clone, Copy)]
pub struct AppForm<'a> {
    /// "App ID" of TikTok's developer portal.
    pub app_id: &'a str,
    /// A new secret; `None` keeps the saved one.
    pub secret: Option<&'a str>,
    /// Where TikTok sends the browser after the log-in, as registered in the app.
    pub redirect_url: &'a str,
    /// Where the API answers.
    pub api_address: &'a str,
    /// Where the log-in page is.
    pub login_address: &'a str,
}

/// A field that cannot stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldProblem {
    /// Not 1 to 32 digits.
    AppId,
    /// No secret, neither typed nor saved.
    Secret,
    /// Not https (or http to this computer), or with a fragment or a user in it.
    RedirectUrl,
    /// Not https (or http to this computer), or with a query, a fragment or a user in it.
    ApiAddress,
    /// Not https (or http to this computer), or with a query, a fragment or a user in it.
    LoginAddress,
}

/// All that is wrong, in the order of the fields.
pub fn check(form: AppForm<'_>, secret_saved: bool) -> Vec<FieldProblem> {
    let app_id =
        (1..=32).contains(&form.app_id.len()) && form.app_id.bytes().all(|byte| byte.is_ascii_digit());
    let secret = form.secret.map_or(secret_saved, |secret| !secret.is_empty());
    let no_query = |text| address(text).is_some_and(|url| url.query().is_none());
    [
        (app_id, FieldProblem::AppId),
        (secret, FieldProblem::Secret),
        (address(form.redirect_url).is_some(), FieldProblem::RedirectUrl),
        (no_query(form.api_address), FieldProblem::ApiAddress),
        (no_query(form.login_address), FieldProblem::LoginAddress),
    ]
    .into_iter()
    .filter_map(|(good, problem)| (!good).then_some(problem))
    .collect()
}

fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_https_or_loopback(&url) && plain && url.port() != Some(0)).then_some(url)
}

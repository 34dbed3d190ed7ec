//! What a visitor carries from page to page.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;

use super::pages;
use crate::core::Core;
use crate::data::App;

/// A request to one of the pages, from an app and with a redirect URL that are known.
pub(super) struct Visit {
    pub app: App,
    pub state: String,
    pub redirect_uri: String,
    /// Names the plan that answers the pages by itself.
    pub ticket: Option<String>,
    fields: Vec<(String, String)>,
}

/// The app or the redirect URL is wrong: the page that says so, and no redirect.
pub(super) struct Wrong(String);

impl IntoResponse for Wrong {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Html(self.0)).into_response()
    }
}

impl Visit {
    /// Reads a query or a form.
    pub(super) fn read(core: &Core, encoded: &[u8]) -> Result<Visit, Wrong> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(encoded).into_owned().collect();
        let text = |name| field(&fields, name).unwrap_or_default().to_owned();
        let wrong = |text: String| Err(Wrong(pages::wrong(&text).to_html(&core.desk.script())));
        let app_id = text("app_id");
        let redirect_uri = text("redirect_uri");
        let apps = core.ledger().world().apps();
        let Some(app) = apps.into_iter().find(|app| app.id == app_id) else {
            return wrong(format!("The app does not exist (app_id: {app_id})."));
        };
        if !core.redirect_urls.contains(&redirect_uri) {
            return wrong(format!(
                "The redirect URL is not registered with the app (redirect_uri: {redirect_uri})."
            ));
        }
        Ok(Visit {
            app,
            state: text("state"),
            redirect_uri,
            ticket: Some(text("ticket")).filter(|ticket| !ticket.is_empty()),
            fields,
        })
    }

    /// A field that is there and not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name).filter(|text| !text.is_empty())
    }

    /// The accounts that are ticked.
    pub(super) fn accounts(&self) -> impl Iterator<Item = u64> {
        let ticked = self.fields.iter().filter(|(key, _)| key == "account");
        ticked.filter_map(|(_, id)| id.parse().ok())
    }

    /// What every form and every next page carries along.
    pub(super) fn carried(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![
            ("app_id", self.app.id.as_str()),
            ("state", &self.state),
            ("redirect_uri", &self.redirect_uri),
        ];
        fields.extend(self.ticket.as_deref().map(|ticket| ("ticket", ticket)));
        fields
    }

    /// The address of the Authorization page for this visitor.
    pub(super) fn authorize_path(&self, user: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.carried())
            .append_pair("user", user)
            .finish();
        format!("/portal/authorize?{query}")
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

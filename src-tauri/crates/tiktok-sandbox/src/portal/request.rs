//! A request to the portal's pages, with the fields that are passed from page to page.

use url::form_urlencoded;

use crate::seed_data::App;

/// A request for a known app and one of its registered redirect URLs.
pub(super) struct SignInRequest {
    pub app: App,
    pub state: String,
    pub redirect_uri: String,
    /// Identifies the script of a scripted sign-in.
    pub ticket: Option<String>,
    fields: Vec<(String, String)>,
}

impl SignInRequest {
    /// Reads a query or form.
    ///
    /// # Errors
    /// Returns the message for the error page.
    pub(super) fn read(
        encoded: &[u8],
        apps: [App; 2],
        redirect_urls: &[String],
    ) -> Result<SignInRequest, String> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(encoded).into_owned().collect();
        let text = |name| field(&fields, name).unwrap_or_default().to_owned();
        let app_id = text("app_id");
        let redirect_uri = text("redirect_uri");
        let Some(app) = apps.into_iter().find(|app| app.id == app_id) else {
            return Err(format!("The app does not exist (app_id: {app_id})."));
        };
        if !redirect_urls.contains(&redirect_uri) {
            return Err(format!(
                "The redirect URL is not registered with the app (redirect_uri: {redirect_uri})."
            ));
        }
        Ok(SignInRequest {
            app,
            state: text("state"),
            redirect_uri,
            ticket: Some(text("ticket")).filter(|ticket| !ticket.is_empty()),
            fields,
        })
    }

    /// Returns a non-empty field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name).filter(|text| !text.is_empty())
    }

    pub(super) fn selected_accounts(&self) -> impl Iterator<Item = u64> {
        let selected = self.fields.iter().filter(|(key, _)| key == "account");
        selected.filter_map(|(_, id)| id.parse().ok())
    }

    /// Returns the fields that every form passes on.
    pub(super) fn hidden_fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields = vec![
            ("app_id", self.app.id.as_str()),
            ("state", &self.state),
            ("redirect_uri", &self.redirect_uri),
        ];
        fields.extend(self.ticket.as_deref().map(|ticket| ("ticket", ticket)));
        fields
    }

    pub(super) fn authorize_path(&self, user: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(self.hidden_fields())
            .append_pair("user", user)
            .finish();
        format!("/portal/authorize?{query}")
    }
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

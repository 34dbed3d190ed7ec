//! The portal's HTML. Every dynamic text goes through [`escape`]. "Log in" is TikTok's own wording.

use std::fmt::Write;

use super::request::SignInRequest;
use crate::seed_data::User;
use crate::sign_in_script::Action;

pub(super) struct Page {
    title: &'static str,
    body: String,
}

pub(super) struct UserButton<'a> {
    pub user: &'a User,
    pub accounts: usize,
}

pub(super) struct AccountRow {
    pub id: u64,
    pub name: String,
    pub selected: bool,
}

const STYLE: &str = include_str!("portal.css");

const PERMISSIONS: &[&str] = &[
    "Ad Account Management: read ad account information",
    "Ads Management: read campaigns, ad groups and ads",
    "Audience Management: read custom audiences",
    "Creative Management: read images and videos",
];

/// Clicks the button that a script chose, once the page has loaded.
const AUTO_CLICK: &str =
    "<script>addEventListener('load',()=>document.querySelector('[data-auto-click]').click())</script>";

impl Page {
    /// Returns the document, with `injected` HTML at its end.
    pub(super) fn to_html(&self, injected: &str) -> String {
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head><body><main>\
             <p class=\"brand\">TikTok <span>for Business</span> <em>sandbox</em></p>{}</main>{injected}</body></html>",
            self.title, self.body
        )
    }
}

/// Returns the sign-in page, which signs in `scripted_user` by itself.
pub(super) fn sign_in(
    request: &SignInRequest,
    users: &[UserButton<'_>],
    scripted_user: Option<&str>,
    error: Option<&str>,
) -> Page {
    let mut body = format!(
        "<h1>Log in</h1><p>to continue to <b>{}</b></p><form method=\"post\" action=\"/portal/login\">{}",
        escape(request.app.name),
        hidden_inputs(request)
    );
    if let Some(error) = error {
        let _ = write!(body, "<p class=\"error\" role=\"alert\">{}</p>", escape(error));
    }
    for UserButton { user, accounts } in users {
        let auto_click = if scripted_user == Some(user.id.as_str()) { " data-auto-click" } else { "" };
        let _ = write!(
            body,
            "<button class=\"user\" name=\"user\" value=\"{}\"{auto_click}><bdi>{}</bdi><small><bdi>{}</bdi> · {accounts} ad \
             accounts</small></button>",
            escape(&user.id),
            escape(&user.name),
            escape(&user.email),
        );
    }
    body.push_str("</form><form method=\"post\" action=\"/portal/login\" class=\"other\">");
    body.push_str(&hidden_inputs(request));
    body.push_str(
        "<label>E-mail <input name=\"email\" type=\"email\" autocomplete=\"off\"></label><button>Log in</button></form>",
    );
    if scripted_user.is_some() {
        body.push_str(AUTO_CLICK);
    }
    Page { title: "Log in | TikTok for Business sandbox", body }
}

/// Returns the Authorization page, which confirms or cancels by itself if `scripted`.
pub(super) fn authorization(
    request: &SignInRequest,
    user: &str,
    name: &str,
    rows: &[AccountRow],
    scripted: Option<Action>,
) -> Page {
    let mut body = format!(
        "<h1>Authorization</h1><p><b>{}</b> asks <b><bdi>{}</bdi></b> for permission to:</p><ul>",
        escape(request.app.name),
        escape(name)
    );
    for permission in PERMISSIONS {
        let _ = write!(body, "<li>{}</li>", escape(permission));
    }
    let _ = write!(
        body,
        "</ul><form method=\"post\" action=\"/portal/authorize\">{}<input type=\"hidden\" name=\"user\" \
         value=\"{}\"><fieldset><legend>Ad accounts ({})</legend>",
        hidden_inputs(request),
        escape(user),
        rows.len()
    );
    if rows.is_empty() {
        body.push_str("<p>This user has no ad account.</p>");
    } else {
        body.push_str(
            "<p><button type=\"button\" onclick=\"selectAll(true)\">Select all</button> <button type=\"button\" \
             onclick=\"selectAll(false)\">Select none</button></p><div class=\"accounts\">",
        );
        for AccountRow { id, name, selected } in rows {
            let checked = if *selected { " checked" } else { "" };
            let _ = write!(
                body,
                "<label><input type=\"checkbox\" name=\"account\" value=\"{id}\"{checked}> <bdi>{}</bdi> \
                 <small>{id}</small></label>",
                escape(name)
            );
        }
        body.push_str("</div>");
    }
    let (confirm, cancel) = match scripted {
        None => ("", ""),
        Some(Action::Cancel) => ("", " data-auto-click"),
        Some(_) => (" data-auto-click", ""),
    };
    let _ = write!(
        body,
        "</fieldset><p class=\"decide\"><button name=\"decision\" value=\"cancel\"{cancel}>Cancel</button> <button \
         class=\"primary\" name=\"decision\" value=\"confirm\"{confirm}>Confirm</button></p></form><script>function \
         selectAll(on){{document.querySelectorAll('[name=account]').forEach(box=>box.checked=on)}}</script>"
    );
    if scripted.is_some() {
        body.push_str(AUTO_CLICK);
    }
    Page { title: "Authorization | TikTok for Business sandbox", body }
}

/// Returns the page that is shown after Cancel instead of a redirect.
pub(super) fn cancelled() -> Page {
    Page {
        title: "Cancelled | TikTok for Business sandbox",
        body: "<h1>Authorization cancelled</h1><p>You can close this window.</p><script>close()</script>"
            .into(),
    }
}

pub(super) fn error(text: &str) -> Page {
    Page {
        title: "Error | TikTok for Business sandbox",
        body: format!("<h1>Something went wrong</h1><p role=\"alert\">{}</p>", escape(text)),
    }
}

fn hidden_inputs(request: &SignInRequest) -> String {
    request.hidden_fields().into_iter().fold(String::new(), |mut html, (name, value)| {
        let _ = write!(html, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value));
        html
    })
}

/// Escapes HTML text and attribute values.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, character| {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
        html
    })
}

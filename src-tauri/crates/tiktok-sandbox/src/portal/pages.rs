//! The portal's HTML. Every text from outside goes through [`escape`].

use std::fmt::Write;

use super::{Action, Visit};
use crate::data::User;

/// A page: its title and what it shows.
pub(super) struct Page {
    title: &'static str,
    body: String,
}

/// A user on the log-in page.
pub(super) struct Visitor<'a> {
    pub user: &'a User,
    pub accounts: usize,
}

/// An ad account on the Authorization page.
pub(super) struct Row {
    pub id: u64,
    pub name: String,
    pub ticked: bool,
}

const STYLE: &str = include_str!("portal.css");

const PERMISSIONS: &[&str] = &[
    "Ad Account Management: read ad account information",
    "Ads Management: read campaigns, ad groups and ads",
    "Audience Management: read custom audiences",
    "Creative Management: read images and videos",
];

/// Clicks the button that goes on, once the page is there.
const GO_ON: &str =
    "<script>addEventListener('load',()=>document.querySelector('[data-go-on]').click())</script>";

impl Page {
    /// The whole document; `extra` is HTML that a test appends.
    pub(super) fn to_html(&self, extra: &str) -> String {
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head><body><main>\
             <p class=\"brand\">TikTok <span>for Business</span> <em>sandbox</em></p>{}</main>{extra}</body></html>",
            self.title, self.body
        )
    }
}

/// The log-in page. With `goes_on_as` it logs that user in by itself.
pub(super) fn log_in(
    visit: &Visit,
    visitors: &[Visitor<'_>],
    goes_on_as: Option<&str>,
    complaint: Option<&str>,
) -> Page {
    let mut body = format!(
        "<h1>Log in</h1><p>to continue to <b>{}</b></p><form method=\"post\" action=\"/portal/login\">{}",
        escape(visit.app.name),
        carried(visit)
    );
    if let Some(complaint) = complaint {
        let _ = write!(
            body,
            "<p class=\"complaint\" role=\"alert\">{}</p>",
            escape(complaint)
        );
    }
    for Visitor { user, accounts } in visitors {
        let go_on = if goes_on_as == Some(user.id.as_str()) {
            " data-go-on"
        } else {
            ""
        };
        let _ = write!(
            body,
            "<button class=\"user\" name=\"user\" value=\"{}\"{go_on}><bdi>{}</bdi><small><bdi>{}</bdi> · {accounts} ad \
             accounts</small></button>",
            escape(&user.id),
            escape(&user.name),
            escape(&user.email),
        );
    }
    body.push_str("</form><form method=\"post\" action=\"/portal/login\" class=\"other\">");
    body.push_str(&carried(visit));
    body.push_str(
        "<label>E-mail <input name=\"email\" type=\"email\" autocomplete=\"off\"></label><button>Log in</button></form>",
    );
    if goes_on_as.is_some() {
        body.push_str(GO_ON);
    }
    Page {
        title: "Log in | TikTok for Business sandbox",
        body,
    }
}

/// The Authorization page. With `planned` it decides by itself.
pub(super) fn authorization(
    visit: &Visit,
    user: &str,
    name: &str,
    rows: &[Row],
    planned: Option<Action>,
) -> Page {
    let mut body = format!(
        "<h1>Authorization</h1><p><b>{}</b> asks <b><bdi>{}</bdi></b> for permission to:</p><ul>",
        escape(visit.app.name),
        escape(name)
    );
    for permission in PERMISSIONS {
        let _ = write!(body, "<li>{}</li>", escape(permission));
    }
    let _ = write!(
        body,
        "</ul><form method=\"post\" action=\"/portal/authorize\">{}<input type=\"hidden\" name=\"user\" \
         value=\"{}\"><fieldset><legend>Ad accounts ({})</legend>",
        carried(visit),
        escape(user),
        rows.len()
    );
    if rows.is_empty() {
        body.push_str("<p>This user has no ad account.</p>");
    } else {
        body.push_str(
            "<p><button type=\"button\" onclick=\"tick(true)\">Select all</button> <button type=\"button\" \
             onclick=\"tick(false)\">Select none</button></p><div class=\"accounts\">",
        );
        for Row { id, name, ticked } in rows {
            let checked = if *ticked { " checked" } else { "" };
            let _ = write!(
                body,
                "<label><input type=\"checkbox\" name=\"account\" value=\"{id}\"{checked}> <bdi>{}</bdi> \
                 <small>{id}</small></label>",
                escape(name)
            );
        }
        body.push_str("</div>");
    }
    let (confirm, cancel) = match planned {
        None => ("", ""),
        Some(Action::Cancel) => ("", " data-go-on"),
        Some(_) => (" data-go-on", ""),
    };
    let _ = write!(
        body,
        "</fieldset><p class=\"decide\"><button name=\"decision\" value=\"cancel\"{cancel}>Cancel</button> <button \
         class=\"primary\" name=\"decision\" value=\"confirm\"{confirm}>Confirm</button></p></form><script>function \
         tick(on){{document.querySelectorAll('[name=account]').forEach(box=>box.checked=on)}}</script>"
    );
    if planned.is_some() {
        body.push_str(GO_ON);
    }
    Page {
        title: "Authorization | TikTok for Business sandbox",
        body,
    }
}

/// What Cancel shows when it does not redirect.
pub(super) fn cancelled() -> Page {
    Page {
        title: "Cancelled | TikTok for Business sandbox",
        body: "<h1>Authorization cancelled</h1><p>You can close this window.</p><script>close()</script>".into(),
    }
}

/// What is shown instead of a redirect when the app or the redirect URL is wrong.
pub(super) fn wrong(text: &str) -> Page {
    Page {
        title: "Error | TikTok for Business sandbox",
        body: format!(
            "<h1>Something went wrong</h1><p role=\"alert\">{}</p>",
            escape(text)
        ),
    }
}

/// The fields that every form carries along.
fn carried(visit: &Visit) -> String {
    visit
        .carried()
        .into_iter()
        .fold(String::new(), |mut html, (name, value)| {
            let _ = write!(
                html,
                "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
                escape(value)
            );
            html
        })
}

/// Text as HTML text or attribute value.
fn escape(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut html, character| {
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

use proptest::prelude::*;
use tiktok_business::urls::AUTHORIZATION_PAGE;

use super::*;

const REDIRECT: &str = "http://localhost:3456/callback";

fn attempt(redirect: &str) -> LoginAttempt {
    LoginAttempt::new(&AUTHORIZATION_PAGE.parse().unwrap(), "7000000000000000003", redirect).unwrap()
}

fn see(attempt: &LoginAttempt, url: &str) -> Seen {
    attempt.see(&url.replace("STATE", attempt.state.secret()).parse().unwrap())
}

#[track_caller]
fn code(seen: Seen) -> String {
    match seen {
        Seen::Done(Ok(code)) => code.into_secret(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_log_in_page_is_asked_for_with_app_state_and_the_redirect_as_registered() {
    let attempt = attempt("http://LOCALHOST:3456");
    let url = attempt.authorization_url();
    assert!(
        url.as_str()
            .starts_with("https://business-api.tiktok.com/portal/auth?app_id=7000000000000000003&state=")
    );
    let pairs: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs[1], ("state".into(), attempt.state.secret().into()));
    assert_eq!(pairs[2], ("redirect_uri".into(), "http://LOCALHOST:3456".into()), "not normalised");
    assert_eq!(pairs.len(), 3);
    assert!(attempt.state.secret().len() >= 16);
    assert_eq!(code(see(&attempt, "http://localhost:3456/?auth_code=X&state=STATE")), "X");
}

#[test]
fn every_log_in_has_its_own_state() {
    assert_ne!(attempt(REDIRECT).state.secret(), attempt(REDIRECT).state.secret());
}

#[test]
fn the_code_is_taken_from_auth_code_else_from_code() {
    let attempt = attempt(REDIRECT);
    for query in ["auth_code=X&code=X", "auth_code=X", "code=X", "code=Y&auth_code=X", "auth_code=&code=X"] {
        assert_eq!(code(see(&attempt, &format!("{REDIRECT}?{query}&state=STATE"))), "X", "{query}");
    }
}

#[test]
fn a_code_with_another_state_is_refused() {
    let attempt = attempt(REDIRECT);
    for query in [
        "auth_code=X",
        "auth_code=X&state=",
        "auth_code=X&state=STATEx",
        "auth_code=X&state=xSTATE",
        "auth_code=X&state=STATE&state=other",
        "code=X&state=other",
        "state=other",
        "error=x&state=other",
    ] {
        let seen = see(&attempt, &format!("{REDIRECT}?{query}"));
        assert!(matches!(seen, Seen::Done(Err(LoginError::StateMismatch))), "{query} {seen:?}");
    }
}

#[test]
fn coming_back_without_a_code_is_a_cancel() {
    let attempt = attempt(REDIRECT);
    for (query, expected) in [
        ("", None),
        ("state=STATE", None),
        ("auth_code=&state=STATE", None),
        ("error=access_denied", Some("access_denied")),
        ("error=access_denied&error_description=No+thanks&state=STATE", Some("No thanks")),
        ("error=access_denied&auth_code=X&state=STATE", Some("access_denied")),
    ] {
        let seen = see(&attempt, &format!("{REDIRECT}?{query}"));
        let Seen::Done(Err(LoginError::Cancelled { reason })) = seen else { panic!("{query} {seen:?}") };
        assert_eq!(reason.as_deref(), expected, "{query}");
    }
}

#[test]
fn the_code_sent_anywhere_else_is_a_wrong_redirect() {
    let attempt = attempt(REDIRECT);
    for (url, place) in [
        ("http://localhost:3456/callback/", "http://localhost:3456/callback/"),
        ("http://localhost:3456/Callback", "http://localhost:3456/Callback"),
        ("http://localhost:3457/callback", "http://localhost:3457/callback"),
        ("http://127.0.0.1:3456/callback", "http://127.0.0.1:3456/callback"),
        ("https://localhost:3456/callback", "https://localhost:3456/callback"),
        ("http://localhost.evil.example:3456/callback", "http://localhost.evil.example:3456/callback"),
        ("http://u:p@evil.example/callback", "http://evil.example/callback"),
    ] {
        let seen = see(&attempt, &format!("{url}?auth_code=X&state=STATE"));
        let Seen::Done(Err(LoginError::WrongRedirect { place: found })) = seen else {
            panic!("{url} {seen:?}")
        };
        assert_eq!(found, place);
        assert!(!found.contains('X'), "the code stays out of it");
    }
}

#[test]
fn a_registered_query_has_to_come_back() {
    let attempt = attempt("https://xpo.example/cb?tenant=7");
    assert_eq!(code(see(&attempt, "https://xpo.example/cb?tenant=7&auth_code=X&state=STATE")), "X");
    assert_eq!(code(see(&attempt, "https://xpo.example:443/cb?auth_code=X&state=STATE&tenant=7")), "X");
    let seen = see(&attempt, "https://xpo.example/cb?tenant=8&auth_code=X&state=STATE");
    assert!(matches!(seen, Seen::Done(Err(LoginError::WrongRedirect { .. }))));
    assert!(matches!(see(&attempt, "https://xpo.example/cb"), Seen::Elsewhere));
}

#[test]
fn a_log_in_may_go_to_https_and_this_computer_only() {
    let attempt = attempt(REDIRECT);
    let start = attempt.authorization_url();
    assert!(matches!(attempt.see(&start), Seen::Elsewhere), "it carries our state, but no code");
    for url in [
        "https://ads.tiktok.com/login?next=%2F",
        "https://[2001:db8::1]/",
        "http://localhost:9/",
        "http://127.0.0.1/",
        "http://[::1]:80/x",
        "https://x.example/?auth_code=X&state=other",
        "about:blank",
        "about:srcdoc",
    ] {
        assert!(matches!(see(&attempt, url), Seen::Elsewhere), "{url}");
    }
    for url in [
        "http://ads.tiktok.com/",
        "http://localhost.evil.example/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "blob:https://x.example/1",
        "tauri://localhost/",
        "about:config",
        "ftp://localhost/",
        "ipc://localhost/x",
    ] {
        assert!(matches!(see(&attempt, url), Seen::Forbidden), "{url}");
    }
}

#[test]
fn nothing_secret_is_shown() {
    let attempt = attempt(REDIRECT);
    let seen = see(&attempt, &format!("{REDIRECT}?auth_code=the-code&state=STATE"));
    let shown = format!("{attempt:?} {seen:?}");
    assert!(!shown.contains(attempt.state.secret()) && !shown.contains("the-code"), "{shown}");
}

proptest! {
    #[test]
    fn whatever_the_code_is_it_arrives_as_sent(sent in ".{1,200}") {
        let attempt = attempt(REDIRECT);
        let mut url = attempt.redirect.clone();
        url.query_pairs_mut().append_pair("auth_code", &sent).append_pair("state", attempt.state.secret());
        prop_assert_eq!(code(attempt.see(&url)), sent);
    }

    #[test]
    fn without_our_state_no_url_brings_a_code(
        base in prop_oneof![Just(REDIRECT.to_owned()), "https?://[a-z]{1,9}(:[0-9]{1,4})?/[a-z]{0,8}"],
        query in "((auth_code|code|state|error)=[a-zA-Z0-9%+]{0,30}&?){0,5}",
    ) {
        let attempt = attempt(REDIRECT);
        if let Ok(url) = Url::parse(&format!("{base}?{query}")) {
            prop_assert!(!matches!(attempt.see(&url), Seen::Done(Ok(_))), "{}", url);
        }
    }

    #[test]
    fn only_the_registered_place_brings_a_code(
        scheme in "https?", host in "localhost|127\\.0\\.0\\.1|evil\\.example", port in 3455u16..3458,
        path in "/(callback|callback/|Callback|x)?",
    ) {
        let attempt = attempt(REDIRECT);
        let place = format!("{scheme}://{host}:{port}{path}");
        let seen = see(&attempt, &format!("{place}?auth_code=X&state=STATE"));
        prop_assert_eq!(matches!(seen, Seen::Done(Ok(_))), place == REDIRECT, "{}", place);
    }
}

const GOOD: AppForm = AppForm {
    app_id: "7000000000000000003",
    secret: Some("s"),
    redirect_url: REDIRECT,
    api_address: tiktok_business::urls::API,
    login_address: AUTHORIZATION_PAGE,
};

#[test]
fn tiktoks_own_addresses_and_a_loopback_redirect_are_good_settings() {
    assert_eq!(check(GOOD, false), []);
    assert_eq!(check(AppForm { secret: None, ..GOOD }, true), []);
}

#[test]
fn all_wrong_settings_are_told_at_once() {
    let empty =
        AppForm { app_id: "", secret: Some(""), redirect_url: "", api_address: "", login_address: "" };
    use FieldProblem::*;
    assert_eq!(check(empty, true), [AppId, Secret, RedirectUrl, ApiAddress, LoginAddress]);
    assert_eq!(check(AppForm { secret: None, ..GOOD }, false), [Secret]);
}

#[test]
fn an_app_id_is_1_to_32_digits() {
    let too_long = "1".repeat(33);
    for app_id in ["abc", " 1", "1 ", "-1", "１", "1e5", &too_long] {
        assert_eq!(check(AppForm { app_id, ..GOOD }, false), [FieldProblem::AppId], "{app_id}");
    }
    assert_eq!(check(AppForm { app_id: &too_long[1..], ..GOOD }, false), []);
}

#[test]
fn addresses_are_https_or_this_computer_and_nothing_hides_in_them() {
    for (address, plain, redirect) in [
        ("https://x.example", true, true),
        ("https://x.example/v1.3/", true, true),
        ("http://127.0.0.1:8080/v1.3", true, true),
        ("http://[::1]:8080/", true, true),
        ("https://x.example/cb?a=b", false, true),
        ("https://x.example/cb#f", false, false),
        ("https://user@x.example/", false, false),
        ("https://:secret@x.example/", false, false),
        ("http://x.example/", false, false),
        ("http://localhost:0/", false, false),
        ("ftp://localhost/", false, false),
        ("localhost:3000", false, false),
        ("//x.example/", false, false),
        ("/callback", false, false),
        ("javascript:alert(1)", false, false),
    ] {
        let form = AppForm { redirect_url: address, api_address: address, login_address: address, ..GOOD };
        let found = check(form, false);
        assert_eq!(!found.contains(&FieldProblem::RedirectUrl), redirect, "{address}");
        assert_eq!(!found.contains(&FieldProblem::ApiAddress), plain, "{address}");
        assert_eq!(!found.contains(&FieldProblem::LoginAddress), plain, "{address}");
    }
}

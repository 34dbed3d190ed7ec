use proptest::prelude::*;

use super::*;

const AUTHORIZATION_PAGE: &str = "https://business-api.tiktok.com/portal/auth";
const REDIRECT: &str = "http://localhost:3456/callback";

fn attempt(redirect: &str) -> SignInAttempt {
    SignInAttempt::new(&AUTHORIZATION_PAGE.parse().unwrap(), "7000000000000000003", redirect).unwrap()
}

fn classify(attempt: &SignInAttempt, url: &str) -> Navigation {
    attempt.classify(&url.replace("STATE", attempt.state.secret()).parse().unwrap())
}

#[track_caller]
fn code(navigation: Navigation) -> String {
    match navigation {
        Navigation::Finish(Ok(code)) => code.into_secret(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_authorization_url_has_app_id_state_and_the_redirect_as_registered() {
    let attempt = attempt("http://LOCALHOST:3456");
    let url = attempt.authorization_url();
    assert!(
        url.as_str()
            .starts_with("https://business-api.tiktok.com/portal/auth?app_id=7000000000000000003&state=")
    );
    let pairs: Vec<_> = url.query_pairs().collect();
    assert_eq!(pairs[1], ("state".into(), attempt.state.secret().into()));
    assert_eq!(pairs[2], ("redirect_uri".into(), "http://LOCALHOST:3456".into()), "normalized");
    assert_eq!(pairs.len(), 3);
    assert!(attempt.state.secret().len() >= 16);
    assert_eq!(code(classify(&attempt, "http://localhost:3456/?auth_code=X&state=STATE")), "X");
}

#[test]
fn every_attempt_has_its_own_state() {
    assert_ne!(attempt(REDIRECT).state.secret(), attempt(REDIRECT).state.secret());
}

#[test]
fn the_code_is_read_from_auth_code_or_else_from_code() {
    let attempt = attempt(REDIRECT);
    for query in ["auth_code=X&code=X", "auth_code=X", "code=X", "code=Y&auth_code=X", "auth_code=&code=X"] {
        assert_eq!(code(classify(&attempt, &format!("{REDIRECT}?{query}&state=STATE"))), "X", "{query}");
    }
}

#[test]
fn a_redirect_without_our_state_is_not_loaded_and_the_sign_in_continues() {
    let attempt = attempt(REDIRECT);
    for query in [
        "",
        "error=access_denied",
        "auth_code=X",
        "auth_code=X&state=",
        "auth_code=X&state=STATEx",
        "auth_code=X&state=xSTATE",
        "auth_code=X&state=STATE&state=other",
        "code=X&state=other",
        "state=other",
        "error=x&state=other",
    ] {
        let navigation = classify(&attempt, &format!("{REDIRECT}?{query}"));
        assert!(matches!(navigation, Navigation::Block), "{query} {navigation:?}");
    }
}

#[test]
fn a_redirect_without_a_code_means_cancelled() {
    let attempt = attempt(REDIRECT);
    for query in ["state=STATE", "auth_code=&state=STATE", "errCode=0&state=STATE"] {
        let navigation = classify(&attempt, &format!("{REDIRECT}?{query}"));
        assert!(
            matches!(navigation, Navigation::Finish(Err(SignInError::Cancelled))),
            "{query} {navigation:?}"
        );
    }
}

#[test]
fn a_redirect_with_an_error_says_what_is_wrong() {
    let attempt = attempt(REDIRECT);
    for (query, refusal, code, text) in [
        ("error=access_denied&state=STATE", Refusal::Cancelled, None, "access_denied"),
        (
            "error=access_denied&error_description=No+thanks&state=STATE",
            Refusal::Cancelled,
            None,
            "No thanks",
        ),
        ("error=access_denied&auth_code=X&state=STATE", Refusal::Cancelled, None, "access_denied"),
        ("error=server_error&state=STATE", Refusal::Unavailable, None, "server_error"),
        ("error=temporarily_unavailable&state=STATE", Refusal::Unavailable, None, "temporarily_unavailable"),
        ("error=invalid_scope&state=STATE", Refusal::Permissions, None, "invalid_scope"),
        ("error=unauthorized_client&state=STATE", Refusal::App, None, "unauthorized_client"),
        (
            "error=invalid_request&error_description=redirect_uri&state=STATE",
            Refusal::Request,
            None,
            "redirect_uri",
        ),
        ("error=brand_new&state=STATE", Refusal::Unknown, None, "brand_new"),
        ("errCode=40113&errMsg=app&state=STATE", Refusal::App, Some(40113), "app"),
        ("error_code=51001&state=STATE", Refusal::Unavailable, Some(51001), "51001"),
        ("errCode=41000&state=STATE", Refusal::Country, Some(41000), "41000"),
        ("errCode=10004&state=STATE", Refusal::Unknown, Some(10004), "10004"),
        ("error=invalid_scope&errCode=10005&state=STATE", Refusal::Permissions, Some(10005), "invalid_scope"),
    ] {
        let navigation = classify(&attempt, &format!("{REDIRECT}?{query}"));
        let Navigation::Finish(Err(SignInError::Refused(explanation))) = navigation else {
            panic!("{query} {navigation:?}")
        };
        let expected = Explanation { refusal, code, text: Some(text.to_owned()) };
        assert_eq!(explanation, expected, "{query}");
    }
}

#[test]
fn a_code_sent_to_another_address_is_a_wrong_redirect() {
    let attempt = attempt(REDIRECT);
    for (url, expected) in [
        ("http://localhost:3456/callback/", "http://localhost:3456/callback/"),
        ("http://localhost:3456/Callback", "http://localhost:3456/Callback"),
        ("http://localhost:3457/callback", "http://localhost:3457/callback"),
        ("http://127.0.0.1:3456/callback", "http://127.0.0.1:3456/callback"),
        ("https://localhost:3456/callback", "https://localhost:3456/callback"),
        ("http://localhost.evil.example:3456/callback", "http://localhost.evil.example:3456/callback"),
        ("http://u:p@evil.example/callback", "http://evil.example/callback"),
    ] {
        let navigation = classify(&attempt, &format!("{url}?auth_code=X&state=STATE"));
        let Navigation::Finish(Err(SignInError::WrongRedirect { address })) = navigation else {
            panic!("{url} {navigation:?}")
        };
        assert_eq!(address, expected);
        assert!(!address.contains('X'), "the address contains the code");
    }
}

#[test]
fn the_redirect_must_contain_the_registered_query() {
    let attempt = attempt("https://xpo.example/cb?tenant=7");
    assert_eq!(code(classify(&attempt, "https://xpo.example/cb?tenant=7&auth_code=X&state=STATE")), "X");
    assert_eq!(code(classify(&attempt, "https://xpo.example:443/cb?auth_code=X&state=STATE&tenant=7")), "X");
    let navigation = classify(&attempt, "https://xpo.example/cb?tenant=8&auth_code=X&state=STATE");
    assert!(matches!(navigation, Navigation::Finish(Err(SignInError::WrongRedirect { .. }))));
    assert!(matches!(classify(&attempt, "https://xpo.example/cb"), Navigation::Allow));
}

#[test]
fn a_sign_in_may_only_visit_https_pages_and_this_computer() {
    let attempt = attempt(REDIRECT);
    let start = attempt.authorization_url();
    assert!(matches!(attempt.classify(&start), Navigation::Allow), "it has our state but no code");
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
        assert!(matches!(classify(&attempt, url), Navigation::Allow), "{url}");
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
        assert!(matches!(classify(&attempt, url), Navigation::Block), "{url}");
    }
}

#[test]
fn debug_output_contains_neither_state_nor_code() {
    let attempt = attempt(REDIRECT);
    let navigation = classify(&attempt, &format!("{REDIRECT}?auth_code=the-code&state=STATE"));
    let output = format!("{attempt:?} {navigation:?}");
    assert!(!output.contains(attempt.state.secret()) && !output.contains("the-code"), "{output}");
}

proptest! {
    #[test]
    fn any_code_is_decoded_as_it_was_sent(sent in ".{1,200}") {
        let attempt = attempt(REDIRECT);
        let mut url = attempt.redirect.clone();
        url.query_pairs_mut().append_pair("auth_code", &sent).append_pair("state", attempt.state.secret());
        prop_assert_eq!(code(attempt.classify(&url)), sent);
    }

    #[test]
    fn no_url_without_our_state_ends_the_sign_in(
        base in prop_oneof![Just(REDIRECT.to_owned()), "https?://[a-z]{1,9}(:[0-9]{1,4})?/[a-z]{0,8}"],
        query in "((auth_code|code|state|error)=[a-zA-Z0-9%+]{0,30}&?){0,5}",
    ) {
        let attempt = attempt(REDIRECT);
        if let Ok(url) = Url::parse(&format!("{base}?{query}")) {
            prop_assert!(!matches!(attempt.classify(&url), Navigation::Finish(_)), "{}", url);
        }
    }

    #[test]
    fn only_the_registered_address_returns_a_code(
        scheme in "https?", host in "localhost|127\\.0\\.0\\.1|evil\\.example", port in 3455u16..3458,
        path in "/(callback|callback/|Callback|x)?",
    ) {
        let attempt = attempt(REDIRECT);
        let address = format!("{scheme}://{host}:{port}{path}");
        let navigation = classify(&attempt, &format!("{address}?auth_code=X&state=STATE"));
        prop_assert_eq!(matches!(navigation, Navigation::Finish(Ok(_))), address == REDIRECT, "{}", address);
    }
}

const VALID: AppForm = AppForm {
    app_id: "7000000000000000003",
    secret: Some("s"),
    redirect_url: REDIRECT,
    api_address: tiktok_business::urls::API,
    sign_in_address: AUTHORIZATION_PAGE,
};

#[test]
fn accepts_tiktoks_addresses_and_a_loopback_redirect() {
    assert_eq!(check(VALID, false), []);
    assert_eq!(check(AppForm { secret: None, ..VALID }, true), []);
}

#[test]
fn the_default_settings_of_a_partner_have_tiktoks_addresses() {
    let app = partner::facts::tiktok_app::TiktokApp::default();
    assert_eq!(app.api_address, tiktok_business::urls::API);
    assert_eq!(app.sign_in_address, AUTHORIZATION_PAGE);
}

#[test]
fn reports_all_invalid_fields() {
    let empty =
        AppForm { app_id: "", secret: Some(""), redirect_url: "", api_address: "", sign_in_address: "" };
    use FieldProblem::{ApiAddress, AppId, RedirectUrl, Secret, SignInAddress};
    assert_eq!(check(empty, true), [AppId, Secret, RedirectUrl, ApiAddress, SignInAddress]);
    assert_eq!(check(AppForm { secret: None, ..VALID }, false), [Secret]);
}

#[test]
fn an_app_id_has_1_to_32_digits() {
    let too_long = "1".repeat(33);
    for app_id in ["abc", " 1", "1 ", "-1", "１", "1e5", &too_long] {
        assert_eq!(check(AppForm { app_id, ..VALID }, false), [FieldProblem::AppId], "{app_id}");
    }
    assert_eq!(check(AppForm { app_id: &too_long[1..], ..VALID }, false), []);
}

#[test]
fn addresses_use_https_or_this_computer_and_contain_no_user_fragment_or_port_0() {
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
        let form = AppForm { redirect_url: address, api_address: address, sign_in_address: address, ..VALID };
        let problems = check(form, false);
        assert_eq!(!problems.contains(&FieldProblem::RedirectUrl), redirect, "{address}");
        assert_eq!(!problems.contains(&FieldProblem::ApiAddress), plain, "{address}");
        assert_eq!(!problems.contains(&FieldProblem::SignInAddress), plain, "{address}");
    }
}

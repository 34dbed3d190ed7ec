//! Secrets, tokens and auth codes appear in no error, no `Debug` and no log line.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tiktok_business::AuthorizationCode;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

use crate::stub::{Reply, SECRET, Stub, TOKEN, app, client, token};

const CODE: &str = "c0d3-of-the-login";

fn assert_clean(text: &str) {
    for secret in [SECRET, TOKEN, CODE] {
        assert!(!text.contains(secret), "{secret} in: {text}");
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Log;

    fn make_writer(&self) -> Log {
        self.clone()
    }
}

#[test]
fn nothing_secret_is_shown_or_logged_at_any_level() {
    let log = Log::default();
    // Global, and therefore in this one test: it sees the HTTP library's own lines as well.
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log.clone()).init();
    tokio::runtime::Runtime::new().unwrap().block_on(every_call_in_every_trouble());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("oauth2/advertiser/get/"), "nothing was logged at all");
    assert_clean(&log);
}

async fn every_call_in_every_trouble() {
    let web_page = format!("<p>{SECRET} {TOKEN} {CODE}</p>");
    let cut = format!("{{\"code\":0,\"data\":{{\"access_token\":\"{TOKEN}");
    let fine = json!({ "code": 0, "data": { "access_token": TOKEN, "core_user_id": "7", "list": [] } });
    let stubs = [
        Stub::start(|_, request| {
            Reply::json(json!({ "code": 40000, "message": request, "request_id": request }))
        })
        .await,
        Stub::start(move |_, _| Reply::http("502 Bad Gateway", "text/html", &web_page)).await,
        Stub::json(cut).await,
        Stub::start(|_, _| Reply::Bytes(Vec::new())).await,
        Stub::json(fine).await,
    ];
    let mut clients: Vec<_> = stubs.iter().map(Stub::client).collect();
    clients.push(client("http://no-such-name.invalid/v1.3".parse().unwrap(), |_| {}));
    let (app, code) = (app(), AuthorizationCode::new(CODE.into()));
    assert_clean(&format!("{app:?} {code:?} {:?}", token()));
    for client in clients {
        let shown = format!(
            "{client:?} {:?} {:?} {:?} {:?} {:?}",
            client.access_token(&app, &code).await,
            client.advertisers(&app, &token()).await,
            client.user_info(&token()).await,
            client.advertiser_info(&token(), &["7".parse().unwrap()], |_| {}).await,
            client.revoke(&app, &token()).await,
        );
        assert_clean(&shown);
        if let Err(error) = client.access_token(&app, &code).await {
            assert_clean(&error.to_string());
        }
    }
}

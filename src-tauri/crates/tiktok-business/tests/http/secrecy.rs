//! Secrets, tokens and auth codes appear in no error, no `Debug` output and no log line.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::json;
use tiktok_business::AuthorizationCode;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

use crate::stub::{Reply, SECRET, Stub, TOKEN, app, client, token};

const CODE: &str = "c0d3-of-the-sign-in";

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
fn no_secret_is_displayed_or_logged_at_any_level() {
    let log = Log::default();
    // The subscriber is global, so it also receives what the HTTP library logs. No other test can install one.
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(log.clone()).init();
    tokio::runtime::Runtime::new().unwrap().block_on(every_call_with_every_failure());
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("oauth2/advertiser/get/"), "nothing was logged");
    assert_clean(&log);
}

async fn every_call_with_every_failure() {
    let web_page = format!("<p>{SECRET} {TOKEN} {CODE}</p>");
    let truncated = format!("{{\"code\":0,\"data\":{{\"access_token\":\"{TOKEN}");
    let success = json!({ "code": 0, "data": { "access_token": TOKEN, "core_user_id": "7", "list": [] } });
    let stubs = [
        Stub::start(|_, request| {
            Reply::json(json!({ "code": 40000, "message": request, "request_id": request }))
        })
        .await,
        Stub::start(move |_, _| Reply::http("502 Bad Gateway", "text/html", &web_page)).await,
        Stub::json(truncated).await,
        Stub::start(|_, _| Reply::Bytes(Vec::new())).await,
        Stub::json(success).await,
    ];
    let mut clients: Vec<_> = stubs.iter().map(Stub::client).collect();
    clients.push(client("http://no-such-name.invalid/v1.3".parse().unwrap(), |_| {}));
    let (app, code) = (app(), AuthorizationCode::new(CODE.into()));
    assert_clean(&format!("{app:?} {code:?} {:?}", token()));
    for client in clients {
        let displayed = format!(
            "{client:?} {:?} {:?} {:?} {:?} {:?}",
            client.access_token(&app, &code).await,
            client.advertisers(&app, &token()).await,
            client.user_info(&token()).await,
            client.advertiser_info(&token(), &["7".parse().unwrap()], |_| {}).await,
            client.revoke(&app, &token()).await,
        );
        assert_clean(&displayed);
        if let Err(error) = client.access_token(&app, &code).await {
            assert_clean(&error.to_string());
        }
    }
}

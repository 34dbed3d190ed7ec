//! The real window, seen the way a person or a screen reader finds things: by role and name.

use std::path::Path;
use std::time::Instant;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use super::PATIENCE;
use super::machine::Driver;

pub struct Window {
    pub page: Client,
    _driver: Driver,
}

impl Window {
    pub async fn open(driver: Driver, program: &Path) -> Window {
        let capabilities: Capabilities = serde_json::from_value(json!({
            "webkitgtk:browserOptions": { "binary": program, "args": [] }
        }))
        .unwrap();
        let address = format!("http://127.0.0.1:{}", driver.port);
        let started = Instant::now();
        let page = loop {
            // The driver listens a moment after it started.
            match ClientBuilder::new(hyper_util_connector()).capabilities(capabilities.clone()).connect(&address).await {
                Ok(page) => break page,
                Err(error) if started.elapsed() > PATIENCE => panic!("no session: {error}"),
                Err(_) => tokio::task::yield_now().await,
            }
        };
        Window { page, _driver: driver }
    }
}

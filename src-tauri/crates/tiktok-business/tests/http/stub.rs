//! A server that responds with exactly the bytes that a test specifies.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tiktok_business::{AccessToken, App, Client, ClientSecret, Options, RateLimiter, RetryPolicy};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::clock::TestClock;

pub const SECRET: &str = "s3cr3t-of-the-app";
pub const TOKEN: &str = "t0k3n-of-the-user";

pub enum Reply {
    /// Sends these bytes and closes the connection.
    Bytes(Vec<u8>),
    /// Keeps the connection open without responding.
    Never,
}

impl Reply {
    pub fn http(status: &str, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Reply::Bytes(
            format!(
                "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
                 Connection: close\r\n\r\n{body}"
            )
            .into(),
        )
    }

    pub fn json(body: impl ToString) -> Self {
        Reply::http("200 OK", "application/json", &body.to_string())
    }
}

pub struct Stub {
    pub api: Url,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Calls `respond` with the index and the text of each request.
    pub async fn start(respond: impl Fn(usize, &str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}/open_api/v1.3", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        tokio::spawn(async move {
            let mut open_streams = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                let index = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                match respond(index, &request) {
                    Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
                    Reply::Never => open_streams.push(stream),
                }
            }
        });
        Stub { api: api.parse().unwrap(), requests }
    }

    /// Responds to every request with the same JSON.
    pub async fn json(body: impl ToString) -> Self {
        let body = body.to_string();
        Stub::start(move |_, _| Reply::json(&body)).await
    }

    /// Returns the requests received so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn client(&self) -> Client {
        client(self.api.clone(), |_| {})
    }
}

/// Returns a client that retries twice without delay and has no rate limits.
pub fn client(api: Url, change: impl FnOnce(&mut Options)) -> Client {
    let mut options = Options::new(api, "Test/1");
    options.retries = RetryPolicy { initial_delay: Duration::ZERO, ..RetryPolicy::default() };
    options.rate_limiter = RateLimiter::new(None, TestClock::at("2026-03-01T12:00:00Z"));
    change(&mut options);
    Client::new(options).unwrap()
}

pub fn app() -> App {
    App { id: "7000000000000000003".into(), secret: ClientSecret::new(SECRET.into()) }
}

pub fn token() -> AccessToken {
    AccessToken::new(TOKEN.into())
}

async fn read(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut chunk = [0; 16 << 10];
    loop {
        let n = stream.read(&mut chunk).await.unwrap();
        text.push_str(std::str::from_utf8(&chunk[..n]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(n > 0, "truncated request");
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        if body.len() >= length || n == 0 {
            return text;
        }
    }
}

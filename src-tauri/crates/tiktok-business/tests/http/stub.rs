//! A server that says exactly what a test wants, down to the bytes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tiktok_business::{AccessToken, App, Client, ClientSecret, Limits, Options, Quota, Retries};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::clock::TestClock;

pub const SECRET: &str = "s3cr3t-of-the-app";
pub const TOKEN: &str = "t0k3n-of-the-user";

pub enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// Silence.
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
    /// `answer` gets the number of the request, from 0, and its text.
    pub async fn start(answer: impl Fn(usize, &str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}/open_api/v1.3", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        tokio::spawn(async move {
            let mut silent = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                let number = {
                    let mut log = log.lock().unwrap();
                    log.push(request.clone());
                    log.len() - 1
                };
                match answer(number, &request) {
                    Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
                    Reply::Never => silent.push(stream),
                }
            }
        });
        Stub { api: api.parse().unwrap(), requests }
    }

    /// Always the same.
    pub async fn json(body: impl ToString) -> Self {
        let body = body.to_string();
        Stub::start(move |_, _| Reply::json(&body)).await
    }

    /// All that was received so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A client without patience.
    pub fn client(&self) -> Client {
        client(self.api.clone(), |_| {})
    }
}

/// A client that asks again twice at most, never has to wait, and has no limits.
pub fn client(api: Url, change: impl FnOnce(&mut Options)) -> Client {
    let mut options = Options::new(api, "Test/1");
    options.retries = Retries { pause: Duration::ZERO, ..Retries::default() };
    options.limits = Limits::with_clock(Quota::UNLIMITED, TestClock::at("2026-03-01T12:00:00Z"));
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
            assert!(n > 0, "half a request");
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

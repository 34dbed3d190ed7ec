//! An HTTP or SOCKS proxy.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// Only the proxy knows where this name leads.
pub const HOST: &str = "business-api.example";

#[derive(Clone, Copy)]
pub enum Kind {
    Http,
    Socks,
}

/// Starts a proxy that connects everything to `target`, and returns its address. It requires the password "p@ss" of the user "jo" if `asks` is set.
pub async fn start(kind: Kind, asks: bool, target: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let admitted = match kind {
                    Kind::Http => admit_http(&mut stream, asks).await,
                    Kind::Socks => admit_socks(&mut stream, asks).await,
                };
                if admitted && let Ok(mut target) = TcpStream::connect(target).await {
                    let _ = copy_bidirectional(&mut stream, &mut target).await;
                }
            });
        }
    });
    address
}

async fn admit_http(stream: &mut TcpStream, asks: bool) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with(&format!("connect {HOST}:443 ")), "{head}");
    // jo:p@ss
    let admitted = !asks || head.contains("proxy-authorization: basic am86cebzcw==");
    let status = if admitted { "200 OK" } else { "407 Proxy Authentication Required" };
    stream.write_all(format!("HTTP/1.1 {status}\r\n\r\n").as_bytes()).await.unwrap();
    admitted
}

/// RFC 1928 and RFC 1929.
async fn admit_socks(stream: &mut TcpStream, asks: bool) -> bool {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.unwrap();
    let mut methods = vec![0; greeting[1].into()];
    stream.read_exact(&mut methods).await.unwrap();
    let method = if asks { 2 } else { 0 };
    if !methods.contains(&method) {
        stream.write_all(&[5, 0xFF]).await.unwrap();
        return false;
    }
    stream.write_all(&[5, method]).await.unwrap();
    if asks {
        let mut sent = [0; 9];
        stream.read_exact(&mut sent).await.unwrap();
        let admitted = &sent == b"\x01\x02jo\x04p@ss";
        stream.write_all(&[1, u8::from(!admitted)]).await.unwrap();
        if !admitted {
            return false;
        }
    }
    let mut request = [0; 5];
    stream.read_exact(&mut request).await.unwrap();
    let mut name = vec![0; usize::from(request[4]) + 2];
    stream.read_exact(&mut name).await.unwrap();
    assert_eq!((&request[..4], &name[..HOST.len()]), (&[5, 1, 0, 3][..], HOST.as_bytes()));
    stream.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 80]).await.unwrap();
    true
}

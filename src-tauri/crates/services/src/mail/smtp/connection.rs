//! A connection to a mail server: commands, replies and the switch to TLS. Replaces lettre's, see
//! `docs/decisions/0025-own-smtp-connection.md`.

use std::io;
use std::net::{IpAddr, SocketAddr};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::reply::{InvalidReply, MAX_REPLY_BYTES, Reply};

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

pub struct Connection {
    stream: Box<dyn Stream>,
    /// The address of this computer on the network of the connection.
    pub local_address: IpAddr,
    /// Received bytes that are not part of an earlier reply.
    received: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The server closed the connection instead of completing a reply.
    #[error("the connection was closed")]
    Closed,
    #[error(transparent)]
    InvalidReply(#[from] InvalidReply),
    /// Data followed the reply to STARTTLS: replies that a client would believe to be encrypted.
    #[error("unencrypted data after the reply to STARTTLS")]
    UnencryptedData,
}

impl Connection {
    pub async fn connect(address: &SocketAddr) -> Result<Connection, ConnectionError> {
        let stream = TcpStream::connect(address).await?;
        let local_address = stream.local_addr()?.ip().to_canonical();
        Ok(Connection { stream: Box::new(stream), local_address, received: Vec::new() })
    }

    /// Encrypts everything that follows.
    pub async fn encrypt(self, tls: &TlsConnector, host: &str) -> Result<Connection, ConnectionError> {
        if !self.received.is_empty() {
            return Err(ConnectionError::UnencryptedData);
        }
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let stream = tls.connect(name, self.stream).await?;
        Ok(Connection { stream: Box::new(stream), ..self })
    }

    /// Sends a command, without its line end, and returns the reply.
    pub async fn command(&mut self, command: &str) -> Result<Reply, ConnectionError> {
        self.send(format!("{command}\r\n").as_bytes()).await
    }

    /// Sends a message after DATA was accepted, and returns the reply.
    pub async fn text(&mut self, message: &[u8]) -> Result<Reply, ConnectionError> {
        self.send(&dot_stuffed(message)).await
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<Reply, ConnectionError> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await?;
        self.read_reply().await
    }

    pub async fn read_reply(&mut self) -> Result<Reply, ConnectionError> {
        let mut chunk = [0; 4096];
        loop {
            match Reply::parse(&self.received)? {
                Some((reply, length)) => {
                    self.received.drain(..length);
                    return Ok(reply);
                }
                None if self.received.len() > MAX_REPLY_BYTES => {
                    return Err(InvalidReply::new(&self.received).into());
                }
                None => {}
            }
            match self.stream.read(&mut chunk).await? {
                0 => return Err(ConnectionError::Closed),
                count => self.received.extend_from_slice(&chunk[..count]),
            }
        }
    }
}

/// Doubles the dot at the start of a line, and adds the final dot (RFC 5321, 4.5.2). Lines end with CRLF.
fn dot_stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + 64);
    for &byte in message {
        if byte == b'.' && (stuffed.is_empty() || stuffed.ends_with(b"\r\n")) {
            stuffed.push(b'.');
        }
        stuffed.push(byte);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(b".\r\n");
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_start_with_a_dot_are_stuffed() {
        for (message, stuffed) in [
            ("", "\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".\r\n..\r\na.b\r\n.c", "..\r\n...\r\na.b\r\n..c\r\n.\r\n"),
        ] {
            assert_eq!(String::from_utf8(dot_stuffed(message.as_bytes())).unwrap(), stuffed);
        }
    }
}

//! A mail server that does as it is told: for days on which a real one cannot be brought to what happens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// All of the text is there, up to the dot.
    Text,
    Reset,
    Quit,
}

/// What it does there instead of what a good server does.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    Say(&'static str),
    /// Nothing, for as long as the client stays.
    Silence,
    /// What a good one does, once [`Script::go_on`] is told.
    Wait,
    HangUp,
}

/// What one connection is like: where it differs.
pub type Day = Vec<(At, Act)>;

pub struct Script {
    pub port: u16,
    /// Where the server fell silent, or waits.
    pub silent: mpsc::UnboundedReceiver<At>,
    pub go_on: Arc<Notify>,
    seen: Arc<Mutex<Vec<At>>>,
    texts: Arc<Mutex<Vec<String>>>,
}

impl Script {
    /// Each connection is the next of these days; after the last come good ones.
    pub async fn start(days: Vec<Day>) -> Script {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, silent) = mpsc::unbounded_channel();
        let script =
            Script { port, silent, go_on: Arc::default(), seen: Arc::default(), texts: Arc::default() };
        let (seen, texts) = (Arc::clone(&script.seen), Arc::clone(&script.texts));
        let go_on = Arc::clone(&script.go_on);
        let mut days = VecDeque::from(days);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let day = days.pop_front().unwrap_or_default();
                let talk = Talk {
                    day,
                    go_on: Arc::clone(&go_on),
                    tell: tell.clone(),
                    seen: Arc::clone(&seen),
                    texts: Arc::clone(&texts),
                };
                tokio::spawn(talk.hold(stream));
            }
        });
        script
    }

    /// The texts that arrived up to their dot, whatever the server said to them.
    pub fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }

    /// How often the conversation got there.
    pub fn count(&self, at: At) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| **seen == at).count()
    }
}

struct Talk {
    day: Day,
    go_on: Arc<Notify>,
    tell: mpsc::UnboundedSender<At>,
    seen: Arc<Mutex<Vec<At>>>,
    texts: Arc<Mutex<Vec<String>>>,
}

impl Talk {
    async fn hold(self, stream: TcpStream) {
        // Whoever hangs up ends the conversation.
        self.talk(stream).await.ok();
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if !self.answer(&mut stream, At::Greeting, "220 ready").await? {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let word = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            let (at, good) = match word.as_str() {
                "EHLO" => (At::Ehlo, "250-mail.knorex.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"),
                "STARTTLS" => (At::StartTls, "220 go on"),
                "AUTH" => (At::Auth, "235 welcome"),
                "MAIL" => (At::Mail, "250 sender taken"),
                "RCPT" => (At::Rcpt, "250 recipient taken"),
                "RSET" => (At::Reset, "250 forgotten"),
                "DATA" => (At::Data, "354 go ahead"),
                "QUIT" => (At::Quit, "221 bye"),
                other => panic!("{other}"),
            };
            if !self.answer(&mut stream, at, good).await? || at == At::Quit {
                return Ok(());
            }
            let talks_on =
                !self.day.iter().any(|(place, act)| *place == At::Data && matches!(act, Act::Say(_)));
            if at == At::Data && talks_on {
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut text).await? == 0 {
                        return Ok(());
                    }
                }
                self.texts.lock().unwrap().push(text);
                if !self.answer(&mut stream, At::Text, "250 queued").await? {
                    return Ok(());
                }
            }
        }
    }

    /// Whether the conversation goes on.
    async fn answer(&self, stream: &mut BufReader<TcpStream>, at: At, good: &str) -> std::io::Result<bool> {
        self.seen.lock().unwrap().push(at);
        let act = self.day.iter().find(|(place, _)| *place == at).map(|(_, act)| *act);
        match act {
            None => stream.write_all(format!("{good}\r\n").as_bytes()).await?,
            Some(Act::Say(words)) => stream.write_all(format!("{words}\r\n").as_bytes()).await?,
            Some(Act::HangUp) => return Ok(false),
            Some(Act::Wait) => {
                self.tell.send(at).ok();
                self.go_on.notified().await;
                stream.write_all(format!("{good}\r\n").as_bytes()).await?;
            }
            Some(Act::Silence) => {
                self.tell.send(at).ok();
                while stream.read_until(b'\n', &mut Vec::new()).await.unwrap_or(0) > 0 {}
                return Ok(false);
            }
        }
        Ok(true)
    }
}

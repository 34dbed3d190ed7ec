//! A mail server that follows a script, for failures that a real server cannot be made to produce.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    /// The answer to the first prompt of AUTH LOGIN.
    User,
    /// The answer to the second prompt of AUTH LOGIN.
    Password,
    Mail,
    Rcpt,
    Data,
    /// The whole text has arrived, including the final dot.
    Text,
    Reset,
    Quit,
}

#[derive(Debug, Clone, Copy)]
pub enum Reaction {
    Say(&'static str),
    /// For replies that are not UTF-8.
    Bytes(&'static [u8]),
    /// Never replies, but keeps the connection open.
    Silence,
    /// Replies as usual after [`ScriptedServer::resume`] was notified.
    Wait,
    HangUp,
}

/// Where one connection differs from a well-behaved server.
pub type Script = Vec<(Stage, Reaction)>;

pub struct ScriptedServer {
    pub port: u16,
    /// The stages at which the server fell silent or waits.
    pub stalled: mpsc::UnboundedReceiver<Stage>,
    pub resume: Arc<Notify>,
    seen: Arc<Mutex<Vec<Seen>>>,
    texts: Arc<Mutex<Vec<String>>>,
}

struct Seen {
    stage: Stage,
    /// What the client sent; empty for the greeting.
    line: String,
}

impl ScriptedServer {
    /// Each connection uses the next script; after the last one the server is well-behaved.
    pub async fn start(scripts: Vec<Script>) -> ScriptedServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stall, stalled) = mpsc::unbounded_channel();
        let server = ScriptedServer {
            port,
            stalled,
            resume: Arc::default(),
            seen: Arc::default(),
            texts: Arc::default(),
        };
        let (seen, texts) = (Arc::clone(&server.seen), Arc::clone(&server.texts));
        let resume = Arc::clone(&server.resume);
        let mut scripts = VecDeque::from(scripts);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = Connection {
                    script: scripts.pop_front().unwrap_or_default(),
                    resume: Arc::clone(&resume),
                    stall: stall.clone(),
                    seen: Arc::clone(&seen),
                    texts: Arc::clone(&texts),
                };
                // An error only means that the client has closed the connection.
                tokio::spawn(async move { connection.serve(stream).await.ok() });
            }
        });
        server
    }

    /// Returns the texts that arrived completely, whatever the server replied.
    pub fn texts(&self) -> Vec<String> {
        self.texts.lock().unwrap().clone()
    }

    pub fn count(&self, stage: Stage) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| seen.stage == stage).count()
    }

    /// Returns what clients sent at a stage, without line ends.
    pub fn lines(&self, stage: Stage) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| seen.stage == stage).map(|seen| seen.line.trim_end().to_owned()).collect()
    }
}

struct Connection {
    script: Script,
    resume: Arc<Notify>,
    stall: mpsc::UnboundedSender<Stage>,
    seen: Arc<Mutex<Vec<Seen>>>,
    texts: Arc<Mutex<Vec<String>>>,
}

impl Connection {
    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if !self.reply(&mut stream, Stage::Greeting, "", "220 ready").await? {
            return Ok(());
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let command = line.split([' ', '\r']).next().unwrap_or_default().to_ascii_uppercase();
            let (stage, usual) = match command.as_str() {
                "EHLO" => (Stage::Ehlo, "250-mail.knorex.test\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"),
                "STARTTLS" => (Stage::StartTls, "220 go ahead"),
                "AUTH" => (Stage::Auth, "235 welcome"),
                "MAIL" => (Stage::Mail, "250 sender accepted"),
                "RCPT" => (Stage::Rcpt, "250 recipient accepted"),
                "RSET" => (Stage::Reset, "250 reset"),
                "DATA" => (Stage::Data, "354 go ahead"),
                "QUIT" => (Stage::Quit, "221 bye"),
                other => panic!("{other}"),
            };
            if !self.reply(&mut stream, stage, &line, usual).await? || stage == Stage::Quit {
                return Ok(());
            }
            if stage == Stage::Auth && self.says(Stage::Auth, "334") {
                for (stage, usual) in [(Stage::User, "334 UGFzc3dvcmQ6"), (Stage::Password, "235 welcome")] {
                    let mut answer = String::new();
                    stream.read_line(&mut answer).await?;
                    if !self.reply(&mut stream, stage, &answer, usual).await? {
                        return Ok(());
                    }
                }
            }
            let rejects_data =
                matches!(self.reaction(Stage::Data), Some(Reaction::Say(text)) if !text.starts_with("354"));
            if stage == Stage::Data && !rejects_data {
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut text).await? == 0 {
                        return Ok(());
                    }
                }
                self.texts.lock().unwrap().push(text);
                if !self.reply(&mut stream, Stage::Text, "", "250 queued").await? {
                    return Ok(());
                }
            }
        }
    }

    fn reaction(&self, stage: Stage) -> Option<Reaction> {
        self.script.iter().find(|(scripted, _)| *scripted == stage).map(|(_, reaction)| *reaction)
    }

    fn says(&self, stage: Stage, start: &str) -> bool {
        matches!(self.reaction(stage), Some(Reaction::Say(text)) if text.starts_with(start))
    }

    /// Reacts to what the client sent. Returns false when the connection ends.
    async fn reply(
        &self,
        stream: &mut BufReader<TcpStream>,
        stage: Stage,
        line: &str,
        usual: &'static str,
    ) -> std::io::Result<bool> {
        self.seen.lock().unwrap().push(Seen { stage, line: line.to_owned() });
        let reply = match self.reaction(stage) {
            None => usual.as_bytes(),
            Some(Reaction::Say(text)) => text.as_bytes(),
            Some(Reaction::Bytes(bytes)) => bytes,
            Some(Reaction::HangUp) => return Ok(false),
            Some(Reaction::Wait) => {
                self.stall.send(stage).ok();
                self.resume.notified().await;
                usual.as_bytes()
            }
            Some(Reaction::Silence) => {
                self.stall.send(stage).ok();
                while stream.read_until(b'\n', &mut Vec::new()).await.unwrap_or(0) > 0 {}
                return Ok(false);
            }
        };
        stream.write_all(&[reply, b"\r\n"].concat()).await?;
        Ok(true)
    }
}

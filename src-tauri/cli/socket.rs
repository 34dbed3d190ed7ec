//! Passes commands to the process whose window has the partner open, through a local socket that only this user can open.
//!
//! A request and each reply to it are a line of JSON. The last reply is the answer, `null` if that process does not have the
//! partner open. Another line cancels the command.

use std::io;
use std::sync::Arc;

use partner::Folder;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager};
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Exit};
use super::context::Context;
use super::execute::{actor, execute};
use super::progress;
use super::request::Request;
use crate::app::state::State;
use crate::events::{DataChanged, emit};

/// The longest request, in bytes: some ten thousand ids.
const LONGEST_REQUEST: u64 = 1 << 20;
/// The longest answer, in bytes: an import of half a million rows.
const LONGEST_ANSWER: u64 = 1 << 30;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Progress(String),
    Answer(Option<Answer>),
}

/// Returns the answer of the process that has the partner open, or `None` if there is none.
pub async fn ask(folder: &Folder, request: &Request, cancelled: &CancellationToken) -> Option<Answer> {
    let stream = connect(folder).await.ok()?;
    let line = serde_json::to_string(request).ok()?;
    if line.len() as u64 >= LONGEST_REQUEST {
        return Some(Answer::usage("The arguments are too long. Split them into several commands."));
    }
    match exchange(stream, &line, cancelled).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(%error, "failed to pass a command to the window");
            let text =
                "XPO Admin's window closed before it answered. The change history says what was saved.";
            Some(Answer::refused(Exit::Failed, text))
        }
    }
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite,
    request: &str,
    cancelled: &CancellationToken,
) -> io::Result<Option<Answer>> {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    send(&mut writer, request).await?;
    let mut passed_on = false;
    loop {
        let mut reply = std::pin::pin!(read_line(&mut reader, LONGEST_ANSWER));
        let line = tokio::select! {
            line = &mut reply => line,
            () = cancelled.cancelled(), if !passed_on => {
                passed_on = true;
                send(&mut writer, "").await?;
                reply.await
            }
        };
        match serde_json::from_str(&line?)? {
            Reply::Progress(text) => progress::show(&text),
            Reply::Answer(answer) => return Ok(answer),
        }
    }
}

async fn send(writer: &mut (impl AsyncWrite + Unpin), line: &str) -> io::Result<()> {
    writer.write_all(format!("{line}\n").as_bytes()).await?;
    writer.flush().await
}

async fn read_line(reader: &mut (impl AsyncBufRead + Unpin), longest: u64) -> io::Result<String> {
    let mut line = String::new();
    reader.take(longest).read_line(&mut line).await?;
    if line.ends_with('\n') { Ok(line) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Answers commands until the application ends.
pub async fn serve(app: AppHandle) {
    let folder = app.state::<State>().folder.clone();
    if let Err(error) = listen(&folder, |stream| {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(error) = answer(&app, stream).await {
                tracing::warn!(%error, "failed to answer a command");
            }
        });
    })
    .await
    {
        tracing::warn!(%error, "failed to listen for commands");
    }
}

async fn answer(app: &AppHandle, stream: impl AsyncRead + AsyncWrite) -> io::Result<()> {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let request: Request = serde_json::from_str(&read_line(&mut reader, LONGEST_REQUEST).await?)?;
    let cancelled = CancellationToken::new();
    let (progress, mut shown) = watch::channel(String::new());
    let progress = Arc::new(move |text: &str| drop(progress.send_replace(text.to_owned())));
    let answered = CancellationToken::new();
    let pass_on_progress = async {
        while let Some(Ok(())) = answered.run_until_cancelled(shown.changed()).await {
            let reply = Reply::Progress(shown.borrow_and_update().clone());
            if let Ok(line) = serde_json::to_string(&reply) {
                // A failure means that the command has gone, which `fill_buf` notices.
                send(&mut writer, &line).await.ok();
            }
        }
    };
    let answer = async {
        let mut answer = std::pin::pin!(answer_of(app, request, &cancelled, progress));
        let answer = tokio::select! {
            answer = &mut answer => answer,
            // Another line, or the end of the command.
            _ = reader.fill_buf() => {
                cancelled.cancel();
                answer.await
            }
        };
        answered.cancel();
        answer
    };
    // A line of progress that was begun is sent whole before the answer.
    let (answer, ()) = tokio::join!(answer, pass_on_progress);
    send(&mut writer, &serde_json::to_string(&Reply::Answer(answer))?).await
}

async fn answer_of(
    app: &AppHandle,
    Request { partner, task }: Request,
    cancelled: &CancellationToken,
    progress: Arc<dyn Fn(&str) + Send + Sync>,
) -> Option<Answer> {
    let state = app.state::<State>();
    let open = state.open_partner.current_if(|open| {
        let name = partner.as_deref();
        name.is_none_or(|name| name == open.book.partner().name || name == open.file)
    })?;
    let profile = state.preferences.get().profile.map(|profile| profile.name);
    let on =
        Context { open: &open, cancelled, changed: &|topics| emit(app, DataChanged { topics }), progress };
    Some(execute(&on, actor(profile.as_deref()), task).await)
}

#[cfg(unix)]
mod system {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io;
    use std::os::unix::fs::{MetadataExt, symlink};
    use std::path::{Path, PathBuf};

    use partner::Folder;
    use partner::store::permissions::create_private_folder;
    use tokio::net::{UnixListener, UnixStream};

    /// Links to the socket, so that a command finds it whatever its environment is: cron sets no `XDG_RUNTIME_DIR`.
    fn link(folder: &Folder) -> PathBuf {
        folder.root().join("commands")
    }

    /// Returns the path for the socket. It is limited to about 100 bytes, so the folder of the data appears as a hash.
    fn place(folder: &Folder) -> io::Result<PathBuf> {
        let place = match std::env::var_os("XDG_RUNTIME_DIR").filter(|place| !place.is_empty()) {
            Some(runtime) => {
                let mut hasher = DefaultHasher::new();
                folder.root().hash(&mut hasher);
                PathBuf::from(runtime).join(format!("xpo-admin-{:016x}", hasher.finish()))
            }
            None => folder.root().join("run"),
        };
        create_private_folder(&place)?;
        Ok(place.join("commands"))
    }

    /// Returns the id of this user, the only one that can have made the socket.
    fn owner(folder: &Folder, socket: &Path) -> io::Result<u32> {
        let user = folder.root().metadata()?.uid();
        let place = socket.parent().unwrap_or(socket).symlink_metadata()?;
        if place.is_dir() && place.uid() == user && place.mode() & 0o077 == 0 {
            Ok(user)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    fn remove(path: &Path) -> io::Result<()> {
        std::fs::remove_file(path).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })
    }

    fn checked(stream: UnixStream, user: u32) -> io::Result<UnixStream> {
        if stream.peer_cred()?.uid() == user {
            Ok(stream)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    pub async fn connect(folder: &Folder) -> io::Result<UnixStream> {
        let path = link(folder).read_link()?;
        let user = owner(folder, &path)?;
        checked(UnixStream::connect(path).await?, user)
    }

    pub async fn listen(folder: &Folder, mut each: impl FnMut(UnixStream)) -> io::Result<()> {
        let path = place(folder)?;
        let user = owner(folder, &path)?;
        // Of an earlier run. Only one window runs for a folder of data.
        remove(&path)?;
        remove(&link(folder))?;
        let listener = UnixListener::bind(&path)?;
        symlink(path, link(folder))?;
        loop {
            let (stream, _) = listener.accept().await?;
            match checked(stream, user) {
                Ok(stream) => each(stream),
                Err(error) => tracing::warn!(%error, "refused a command of another user"),
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::hash::{DefaultHasher, Hash, Hasher};
    use std::io;

    use partner::Folder;
    use tokio::net::windows::named_pipe::{ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions};

    /// The folder of the data belongs to one user. Windows lets other users only read from a pipe, and a request has to be
    /// written.
    fn name(folder: &Folder) -> String {
        let mut hasher = DefaultHasher::new();
        folder.root().hash(&mut hasher);
        format!(r"\\.\pipe\xpo-admin-{:016x}", hasher.finish())
    }

    pub async fn connect(folder: &Folder) -> io::Result<NamedPipeClient> {
        ClientOptions::new().open(name(folder))
    }

    pub async fn listen(folder: &Folder, mut each: impl FnMut(NamedPipeServer)) -> io::Result<()> {
        let create = |first| {
            ServerOptions::new().first_pipe_instance(first).reject_remote_clients(true).create(name(folder))
        };
        let mut pipe = create(true)?;
        loop {
            pipe.connect().await?;
            each(std::mem::replace(&mut pipe, create(false)?));
        }
    }
}

use system::{connect, listen};

//! Runs a command in this process: opens the partner's file, and closes it afterwards.

use std::sync::Arc;

use partner::{Folder, PartnerFile};
use serde_json::json;
use services::problem::{Problem, ProblemCode};
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Exit};
use super::context::Context;
use super::doctor;
use super::execute::{self, actor};
use super::progress;
use super::request::{Request, Task};
use crate::app::open_partner::CLOSING_TIMEOUT;
use crate::app::session;
use crate::app::state::State;

pub fn partners(folder: &Folder) -> Answer {
    let files = match folder.list() {
        Ok(files) => files,
        Err(error) => return error.into(),
    };
    let mut lines = Vec::new();
    let mut data = Vec::new();
    for PartnerFile { file, name, practice, problem, .. } in files {
        let problem = problem.map(|problem| Problem::from(problem).or_about(&file));
        let why =
            problem.as_ref().map(|problem| format!(" ({})", problem.code.words().title)).unwrap_or_default();
        lines.push(format!("{name}{why}"));
        data.push(json!({ "name": name, "file": file, "practice": practice, "problem": problem }));
    }
    Answer::new(Exit::Done, lines, data)
}

pub async fn execute(
    folder: &Folder,
    Request { partner, task }: Request,
    cancelled: &CancellationToken,
) -> Answer {
    let (file, problem) = match file_of(folder, partner) {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let state = State::new(folder.clone());
    let (proxy, secrets) = (Arc::clone(&state.proxy), state.secrets.clone());
    let syncs = matches!(&task, Task::Sync(sync) if sync.wait);
    if syncs {
        // The first request already needs it.
        proxy.load_password(&secrets).await;
    }
    tauri::async_runtime::spawn(async move { proxy.follow_password(&secrets).await });
    let opened = match problem {
        Some(problem) => Err(problem),
        None => session::load_file(&state, file.clone()).await,
    };
    let open = match opened {
        Ok(open) => open,
        Err(problem) if matches!(task, Task::Doctor) => {
            let checked = doctor::run_without_file(folder, &file, &state.secrets, problem);
            let checked = cancelled.run_until_cancelled(checked).await;
            return checked.unwrap_or_else(|| ProblemCode::Cancelled.into());
        }
        Err(problem) => return problem.into(),
    };
    if syncs && let Err(problem) = open.start(Arc::new(|_| ()), Arc::new(|_| ())).await {
        open.close(CLOSING_TIMEOUT).await;
        return problem.into();
    }
    let profile = state.preferences.get().profile.map(|profile| profile.name);
    let on = Context { open: &open, cancelled, changed: &|_| (), progress: Arc::new(progress::show) };
    let answer = execute::execute(&on, actor(profile.as_deref()), task).await;
    open.close(CLOSING_TIMEOUT).await;
    answer
}

/// Returns the file of a partner and, if that shows without opening it, why it cannot be opened.
fn file_of(folder: &Folder, partner: Option<String>) -> Result<(String, Option<Problem>), Answer> {
    let Some(name) = partner else {
        return session::last_partner(folder).map(|file| (file, None)).ok_or_else(|| {
            Answer::usage(
                "No partner was open last. Name one with --partner, or create one in XPO Admin's window.",
            )
        });
    };
    let files = folder.list()?;
    let names: Vec<_> = files.iter().map(|file| file.name.clone()).collect();
    let mut found: Vec<_> = files.into_iter().filter(|file| file.is_named(&name)).collect();
    found.sort_by_key(|file| file.problem.is_some());
    match found.into_iter().next() {
        Some(PartnerFile { problem, file, .. }) => {
            let problem = problem.map(|problem| Problem::from(problem).or_about(&file));
            Ok((file, problem))
        }
        None if names.is_empty() => Err(Answer::usage("There is no partner on this computer.")),
        None => Err(Answer::usage(format!("There is no partner “{name}”. There are: {}.", names.join(", ")))),
    }
}

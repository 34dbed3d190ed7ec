//! The command line: the same lists and decisions as in the window, for scripts.
//!
//! A command runs in the process of the window if that has the partner open, through [`socket`]. Otherwise this process opens the
//! partner's file itself. Both run [`execute`]. Nothing here draws, and no rule is decided here.

mod answer;
mod args;
mod context;
mod decide;
mod doctor;
mod execute;
mod find;
mod import;
mod interrupt;
mod lists;
mod output;
mod progress;
mod request;
pub mod socket;
mod sync;
mod unattended;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use partner::Folder;
use services::problem::Problem;

use answer::{Answer, Exit};
use args::{Arguments, Command};
use interrupt::Interrupts;
use output::Table;
pub use output::remove_stale_lists;
use request::Request;

use crate::app::preferences::PreferencesFile;

/// Runs the command of the arguments. Returns `None` if there is none: the window opens then.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Option<ExitCode> {
    // macOS may pass the process serial number of a double-clicked application.
    let arguments: Vec<OsString> =
        arguments.into_iter().filter(|argument| !argument.to_string_lossy().starts_with("-psn_")).collect();
    if arguments.len() < 2 {
        return None;
    }
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            error.print().ok();
            return Some(if error.use_stderr() { Exit::Usage } else { Exit::Done }.into());
        }
    };
    let Arguments { partner, json, command } = arguments;
    let done = match command {
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "xpo-admin", &mut script);
            answer::print(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            let rendered = clap_mangen::Man::new(Arguments::command()).render(&mut page);
            page.extend_from_slice(include_bytes!("../linux/xpo-admin.1"));
            rendered.and_then(|()| answer::print(&page))
        }
        command => answered(partner, json, command),
    };
    Some(output::exit(done))
}

fn answered(partner: Option<String>, json: bool, command: Command) -> std::io::Result<Exit> {
    let folder = match Folder::of_current_user() {
        Ok(folder) => folder,
        Err(error) => return Answer::from(Problem::from(error)).print(json),
    };
    if let Err(error) = folder.prepare()
        && !folder.root().is_dir()
    {
        return Answer::from(Problem::from(error)).print(json);
    }
    let _flush = services::diagnostics::logs::start(folder.root(), false);
    remove_stale_lists(&folder);
    if let Command::Partners = command {
        return unattended::partners(&folder).print(json);
    }
    let table = match Table::of(&folder, &command, json) {
        Ok(table) => table,
        Err(answer) => return answer.print(json),
    };
    let preferences = PreferencesFile::of_folder(&folder).get().preferences;
    let request = match Request::of(partner, command, table.as_ref(), preferences) {
        Ok(request) => request,
        Err(answer) => return answer.print(json),
    };
    let answer = tauri::async_runtime::block_on(async {
        let Interrupts { cancelled, answered } =
            Interrupts::receive(json, table.as_ref().and_then(Table::folder))?;
        let answer = match socket::ask(&folder, &request, &cancelled).await {
            Some(answer) => answer,
            None => unattended::execute(&folder, request, &cancelled).await,
        };
        answered.cancel();
        std::io::Result::Ok(answer)
    })?;
    progress::clear();
    match table {
        Some(table) if answer.exit == Exit::Done => table.print(&answer, json),
        _ => answer.print(json),
    }
}

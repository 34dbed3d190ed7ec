//! What a command answers: a text for people, and the same as JSON for scripts.

use std::io::{self, Write};
use std::process::ExitCode;

use partner::plain;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use services::problem::{Problem, ProblemCode};

/// The exit codes that `--help` lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Blocked = 3,
    Partly = 4,
    /// What shells report of a program that Ctrl-C ended.
    Cancelled = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub exit: Exit,
    pub lines: Vec<String>,
    pub data: Value,
}

impl Answer {
    pub fn new(exit: Exit, lines: Vec<String>, data: impl Serialize) -> Answer {
        Answer { exit, lines, data: serde_json::to_value(data).unwrap_or_default() }
    }

    pub fn usage(text: impl Into<String>) -> Answer {
        Answer::refused(Exit::Usage, text)
    }

    pub fn refused(exit: Exit, text: impl Into<String>) -> Answer {
        let text = text.into();
        let lines = text.lines().map(str::to_owned).collect();
        Answer { exit, data: json!({ "error": text }), lines }
    }

    /// Prints the answer: to the standard error output if nothing was done.
    pub fn print(&self, json: bool) -> io::Result<Exit> {
        let text = if json {
            format!("{}\n", self.data)
        } else {
            self.lines.iter().map(|line| plain(line) + "\n").collect()
        };
        let written = match self.exit {
            Exit::Done | Exit::Partly => print(text.as_bytes()),
            _ if json => print(text.as_bytes()),
            _ => io::stderr().lock().write_all(text.as_bytes()).map(|()| self.exit),
        };
        match written {
            // Whoever reads it needs no more; what was done stays as it is.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => Ok(self.exit),
        }
    }
}

/// Returns the lines of a problem's details, of which SQLite and mail servers report several.
pub fn details(problem: &Problem) -> Vec<String> {
    let message = problem.details.as_ref().map(|details| details.message.as_str()).unwrap_or_default();
    let lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let start = |line| if line == 0 { "Details: " } else { "         " };
    lines.enumerate().map(|(number, line)| format!("{}{line}", start(number))).collect()
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Answer {
        let words = problem.code.words();
        let mut lines = vec![format!("{}. {}", words.title, words.text(problem.subject.as_deref()))];
        lines.extend(details(&problem));
        let exit = if problem.code == ProblemCode::Cancelled { Exit::Cancelled } else { Exit::Failed };
        Answer::new(exit, lines, json!({ "problem": problem }))
    }
}

impl From<ProblemCode> for Answer {
    fn from(code: ProblemCode) -> Answer {
        Problem::from(code).into()
    }
}

impl From<partner::Error> for Answer {
    fn from(error: partner::Error) -> Answer {
        Problem::from(error).into()
    }
}

/// Prints to the standard output.
pub fn print(bytes: &[u8]) -> io::Result<Exit> {
    let mut output = io::stdout().lock();
    output.write_all(bytes).and_then(|()| output.flush())?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_details_is_a_line() {
        let lines = |message| details(&Problem::new(ProblemCode::FileDamaged).because(message));
        assert_eq!(
            lines("*** in database main ***\r\nTree 5: invalid page\n"),
            ["Details: *** in database main ***", "         Tree 5: invalid page"]
        );
        assert_eq!(lines(""), [] as [String; 0]);
    }
}

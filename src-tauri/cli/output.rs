//! Standard output, and where a list goes: a file, or a table, CSV or JSON on the standard output.

use std::borrow::Cow;
use std::fs::{DirEntry, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use partner::tables::file::Format;
use partner::{Folder, plain};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use tempfile::TempDir;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::answer::{Answer, Exit};
use super::args::{Command, List, ListFormat};
use crate::app::preferences::Preferences;

/// Returns the exit code. A reader that needs no more, such as `head`, is not a failure.
pub fn exit(done: io::Result<Exit>) -> ExitCode {
    match done {
        Ok(exit) => exit.into(),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done.into(),
        Err(error) => {
            Answer::from(partner::Error::from(error)).print(false).ok();
            Exit::Failed.into()
        }
    }
}

/// The folders of intermediate files.
const LISTS: &str = "list-";

/// No command takes longer.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// Removes the intermediate files of commands that were killed.
pub fn remove_stale_lists(folder: &Folder) {
    let is_stale = |entry: &DirEntry| {
        let age = entry.metadata().and_then(|found| found.modified()).map(|at| at.elapsed());
        entry.file_name().to_string_lossy().starts_with(LISTS) && matches!(age, Ok(Ok(age)) if age > STALE)
    };
    let entries = std::fs::read_dir(folder.root()).into_iter().flatten().flatten();
    for entry in entries.filter(is_stale) {
        if let Err(error) = std::fs::remove_dir_all(entry.path()) {
            tracing::warn!(%error, "failed to remove an old list");
        }
    }
}

/// Where a list goes.
pub struct Table {
    format: ListFormat,
    output: Option<PathBuf>,
    /// The folder of an intermediate file, for a list that does not become a regular file.
    folder: Option<TempDir>,
    file: PathBuf,
}

impl Table {
    /// Returns `None` for other commands.
    pub fn of(folder: &Folder, command: &Command, json: bool) -> Result<Option<Table>, Answer> {
        let Command::List(List { format, output, .. }) = command else { return Ok(None) };
        let output = output.as_ref().map(std::path::absolute).transpose().map_err(partner::Error::from)?;
        if let Some(folder) = output.as_ref().filter(|path| path.is_dir()) {
            return Err(Answer::usage(format!("“{}” is a folder. Name a file in it.", folder.display())));
        }
        let own = folder.root().canonicalize().map_err(partner::Error::from)?;
        let is_own = |path: &&PathBuf| {
            let real = path.ancestors().find_map(|at| at.canonicalize().ok());
            real.is_some_and(|real| real.starts_with(&own))
        };
        if let Some(path) = output.as_ref().filter(is_own) {
            let path = path.display();
            return Err(Answer::usage(format!(
                "“{path}” would be in XPO Admin's own folder. Name another one."
            )));
        }
        let format = match (format, &output) {
            (Some(format), _) => *format,
            (None, _) if json => ListFormat::Json,
            (None, Some(output)) => named_format(output)?,
            (None, None) => ListFormat::Table,
        };
        if format == ListFormat::Xlsx && output.is_none() {
            return Err(Answer::usage("A workbook needs a file: --output FILE.xlsx."));
        }
        // A device or a pipe cannot be replaced by a finished file.
        let regular = output.as_ref().filter(|path| !path.exists() || path.is_file());
        match regular {
            Some(path) if format != ListFormat::Table => {
                Ok(Some(Table { format, file: path.clone(), output, folder: None }))
            }
            _ => {
                let folder =
                    TempDir::with_prefix_in(LISTS, folder.root()).map_err(partner::Error::of_folder)?;
                Ok(Some(Table { format, file: folder.path().join("list"), output, folder: Some(folder) }))
            }
        }
    }

    /// The folder of the intermediate file, which has to be removed if the process ends before this is dropped.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// A list that does not become a regular file is for a program, and separated by commas.
    pub fn file_format(&self, preferences: Preferences) -> Format {
        match self.format {
            ListFormat::Table | ListFormat::Json => Format::Json,
            ListFormat::Csv if self.folder.is_none() => preferences.with_separator(Format::Csv),
            ListFormat::Csv => Format::Csv,
            ListFormat::Xlsx => Format::Excel,
        }
    }

    pub fn print(&self, answer: &Answer, json: bool) -> io::Result<Exit> {
        if self.folder.is_none() {
            return answer.print(json);
        }
        match &self.output {
            Some(path) => match OpenOptions::new().write(true).create(true).truncate(true).open(path) {
                Ok(mut file) => self.write(&mut file),
                Err(error) => {
                    let folder = path.parent().unwrap_or(path).to_owned();
                    let error = partner::Error::ExportFolder { folder, why: error.to_string() };
                    return Answer::from(error).print(json);
                }
            },
            None => self.write(&mut io::stdout().lock()),
        }?;
        Ok(answer.exit)
    }

    fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let mut output = io::BufWriter::new(output);
        let mut file = File::open(&self.file)?;
        match self.format {
            ListFormat::Table => write_table(&self.file, &mut output)?,
            ListFormat::Csv if self.output.is_none() => {
                // Excel needs the byte order mark of a file; a program that reads the standard output does not.
                let mut mark = [0; 3];
                file.read_exact(&mut mark)?;
                io::copy(&mut file, &mut output)?;
            }
            _ => drop(io::copy(&mut file, &mut output)?),
        }
        output.flush()
    }
}

fn named_format(path: &Path) -> Result<ListFormat, Answer> {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    match extension.to_str() {
        Some("xlsx") => Ok(ListFormat::Xlsx),
        Some("json") => Ok(ListFormat::Json),
        Some("txt") => Ok(ListFormat::Table),
        Some("csv" | "") => Ok(ListFormat::Csv),
        _ => Err(Answer::usage(
            "The file has to end in .xlsx, .csv, .json or .txt, which says what to write. For another ending, add --format.",
        )),
    }
}

/// The widest cell of a table. Longer ones are cut off.
const WIDEST: usize = 48;

/// Prints a file of [`Format::Json`], which has a row in each line, with aligned columns. Reads it twice instead of keeping it.
fn write_table(file: &Path, output: &mut impl Write) -> io::Result<()> {
    let mut headings = Vec::new();
    let mut widths = Vec::new();
    each_row(file, |row| {
        if headings.is_empty() {
            headings = row.iter().map(|(heading, _)| heading.clone()).collect();
            widths = headings.iter().map(|heading| heading.width()).collect();
        }
        for (width, (_, cell)) in widths.iter_mut().zip(row) {
            *width = (*width).max(shown(cell).width()).min(WIDEST);
        }
        Ok(())
    })?;
    if headings.is_empty() {
        return writeln!(output, "No rows.");
    }
    write_row(output, headings.iter().map(|heading| Cow::from(heading.to_uppercase())), &widths)?;
    each_row(file, |row| write_row(output, row.iter().map(|(_, cell)| shown(cell)), &widths))
}

fn write_row<'a>(
    output: &mut impl Write,
    cells: impl Iterator<Item = Cow<'a, str>>,
    widths: &[usize],
) -> io::Result<()> {
    writeln!(output, "{}", line(cells, widths))
}

fn line<'a>(cells: impl Iterator<Item = Cow<'a, str>>, widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in cells.zip(widths) {
        let cell = cut(&cell, *width);
        line.push_str(&cell);
        line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
    }
    line.truncate(line.trim_end().len());
    line
}

/// Returns the lines of a table. The last column is not cut off.
pub fn aligned<const N: usize>(headings: &[&str; N], rows: &[[String; N]]) -> Vec<String> {
    let cells = |row: &[String; N]| row.each_ref().map(|cell| plain(cell));
    let mut widths = headings.map(UnicodeWidthStr::width);
    for row in rows {
        for (column, (width, cell)) in widths.iter_mut().zip(cells(row)).enumerate() {
            let widest = if column + 1 == N { usize::MAX } else { WIDEST };
            *width = (*width).max(cell.width()).min(widest);
        }
    }
    let rows = rows.iter().map(|row| line(cells(row).into_iter().map(Cow::from), &widths));
    std::iter::once(line(headings.iter().map(|heading| Cow::from(*heading)), &widths)).chain(rows).collect()
}

/// Names are untrusted: a terminal would obey their control characters.
fn shown(cell: &Value) -> Cow<'_, str> {
    match cell {
        Value::Null => "".into(),
        Value::String(text) => plain(text).into(),
        other => other.to_string().into(),
    }
}

fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return text.into();
    }
    let mut used = 1;
    let fitting = text.chars().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= width
    });
    format!("{}…", fitting.collect::<String>()).into()
}

fn each_row(file: &Path, mut each: impl FnMut(&[(String, Value)]) -> io::Result<()>) -> io::Result<()> {
    for line in BufReader::new(File::open(file)?).lines() {
        let line = line?;
        if line.starts_with('{') {
            let row: Row = serde_json::from_str(line.trim_end_matches(','))?;
            each(&row.0)?;
        }
    }
    Ok(())
}

/// The cells of a row in their order, which a map of `serde_json` loses.
struct Row(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Row, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = Row;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a row")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(Row(cells))
            }
        }
        deserializer.deserialize_map(Cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(json: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("list");
        std::fs::write(&file, json).unwrap();
        let mut output = Vec::new();
        write_table(&file, &mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn columns_are_aligned_in_their_order_and_control_characters_are_shown() {
        let rows = "[\n{\"Name\":\"広告\",\"A\":1},\n{\"Name\":\"\\u001b[2Jx\\n\\u202E\",\"A\":null}\n]\n";
        assert_eq!(table(rows), "NAME     A\n広告     1\n␛[2Jx␊�\n");
        assert_eq!(table("[\n]\n"), "No rows.\n");
        let long = table(&format!("[\n{{\"N\":\"{}\"}}\n]\n", "x".repeat(60)));
        assert_eq!(long.lines().nth(1).unwrap(), format!("{}…", "x".repeat(WIDEST - 1)));
    }
}

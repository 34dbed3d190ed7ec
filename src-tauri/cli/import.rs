//! Imports allocations from a file, as the window's dialog does after its columns were recognized.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::Arc;

use partner::decisions::{Change, DefaultReplacement};
use partner::progress::Progress;
use partner::store::paths::read_regular;
use partner::tables::allocations::columns::{AllocationFile, AllocationFileInfo, SheetMatch, SheetPreview};
use partner::tables::allocations::preview::{AllocationPreview, BlockedRow};
use partner::tables::allocations::table::{AllocationResult, AllocationRow, AllocationTable};
use partner::tables::sheets::MAX_FILE_SIZE;
use partner::{Book, grouped, plain};
use serde_json::{Value, json};
use services::problem::{Problem, ProblemCode};

use super::answer::{Answer, Exit};
use super::args::{Defaults, Import};
use super::context::Context;
use super::decide::{default_replacements, warnings};
use super::find::{default_replacement, in_book};
use super::output::aligned;

/// The headings and their cells that are shown of a sheet whose columns are not recognized.
const HEADINGS_SHOWN: usize = 10;

fn failed(text: String) -> Answer {
    Answer::refused(Exit::Failed, text)
}

/// What the file says.
struct Read {
    table: Arc<AllocationTable>,
    default_replacements: Vec<DefaultReplacement>,
    /// What the dialog asks or says before it shows the rows.
    notes: Vec<String>,
}

pub async fn run(on: &Context<'_>, actor: String, import: Import) -> Result<Answer, Answer> {
    let (dry_run, remove_missing) = (import.dry_run, import.remove_missing);
    let mut rows = on.report("Rows read");
    let read = in_book(on.open, move |book| read(book, &import, &mut rows)).await?;
    let Read { table, default_replacements, mut notes } = read;
    if table.missing > 0 && !remove_missing {
        let (these, stay) =
            if table.missing == 1 { ("allocation is", "stays") } else { ("allocations are", "stay") };
        notes.push(format!(
            "{} {these} missing from the file and {stay}; --remove-missing deallocates what is missing.",
            table.missing
        ));
    }
    let mut preview = AllocationPreview::default();
    let changes = table.action(&HashSet::new(), default_replacements);
    let changes_something = changes.is_some();
    if let Some(action) = changes {
        if on.cancelled.is_cancelled() {
            return Err(ProblemCode::Cancelled.into());
        }
        let change = Change::now(actor.clone(), action);
        let mut decided = on.report("Changes");
        let decide = move |book: &Book| {
            Ok(if dry_run {
                book.preview_with(&change, &mut decided)?
            } else {
                book.commit_with(&change, &mut decided)?
            })
        };
        preview.outcome = in_book(on.open, decide).await?;
        on.saved(&preview.outcome);
    }
    if !preview.outcome.blockers.is_empty() {
        let blocked = preview;
        let table = Arc::clone(&table);
        let nothing = HashSet::new();
        let mut decided = on.report("Changes");
        preview = in_book(on.open, move |book| {
            Ok(book.preview_allocations(&table, &nothing, &actor, &mut decided)?)
        })
        .await?;
        if preview.outcome.blockers.is_empty() {
            // What blocked the import is gone by now.
            preview = blocked;
        } else {
            preview.outcome.default_replacements = blocked.outcome.default_replacements;
        }
    }
    let report = Report { table: &table, preview: &preview, dry_run, changes_something };
    Ok(report.answer(notes))
}

fn read(book: &Book, import: &Import, progress: &mut Progress<'_>) -> Result<Read, Answer> {
    let Import { file, remove_missing, defaults: Defaults { defaults }, .. } = import;
    let unreadable = |error: io::Error| {
        Answer::from(Problem::new(ProblemCode::FileUnreadable).about(file.display()).because(error))
    };
    let size = file.metadata().map_err(unreadable)?.len();
    if size > MAX_FILE_SIZE as u64 {
        return Err(partner::Error::TableTooLarge(usize::try_from(size).unwrap_or(usize::MAX)).into());
    }
    let content = read_regular(file).map_err(unreadable)?;
    let file = AllocationFile::read(&content, None, progress)?;
    drop(content);
    check(&file.info)?;
    let matches: Vec<SheetMatch> = file.info.sheets.iter().map(|sheet| sheet.matched.clone()).collect();
    let table = book.compare_allocations(&file, &matches, *remove_missing, progress)?;
    let default_replacements =
        defaults.iter().map(|choice| default_replacement(book, choice)).collect::<Result<_, _>>()?;
    let notes = notes(&file.info, &table, *remove_missing);
    Ok(Read { table, default_replacements, notes })
}

/// Refuses what the dialog asks the admin about.
fn check(info: &AllocationFileInfo) -> Result<(), Answer> {
    if info.sheets.iter().all(|sheet| sheet.count == 0) {
        return Err(failed("The file has no rows. Nothing was imported.".to_owned()));
    }
    let Some(sheet) = info.sheets.iter().find(|sheet| !sheet.recognized) else { return Ok(()) };
    let SheetPreview { name, headings, matched, .. } = sheet;
    let name = if name.is_empty() { "the file".to_owned() } else { format!("the sheet “{name}”") };
    let mut text = format!("The columns of {name} aren't recognized. Nothing was imported.");
    let kinds = || info.kinds.iter().filter(|known| matched.kind.is_none_or(|kind| kind == known.kind));
    let left_out = headings.iter().zip(&matched.columns).filter(|(_, field)| field.is_none());
    let (repeated, unknown): (Vec<_>, Vec<_>) = left_out
        .map(|(heading, _)| heading)
        .filter(|heading| !heading.is_empty())
        .partition(|heading| kinds().any(|known| known.kind.field(heading).is_some()));
    for line in [listed("Unknown", &unknown), listed("Repeated", &repeated)].into_iter().flatten() {
        text += &format!("\n{line}");
    }
    for known in kinds() {
        let fields: Vec<_> = known.fields.iter().map(|field| field.label()).collect();
        text += &format!("\nKnown for {}: {}.", known.kind.label(), fields.join(", "));
    }
    text += "\nThe first column listed is required. Rename the headings, hide the sheet to leave it out, or import the file in \
             XPO Admin's window, which asks what each column stands for.";
    Err(failed(text))
}

/// Returns a line with the headings, if there are any.
fn listed(what: &str, headings: &[&String]) -> Option<String> {
    if headings.is_empty() {
        return None;
    }
    let quoted = |heading: &&String| {
        let cut = if heading.chars().count() > 50 { "…" } else { "" };
        format!("“{}{cut}”", plain(&heading.chars().take(50).collect::<String>()))
    };
    let shown = headings.iter().take(HEADINGS_SHOWN).map(quoted).collect::<Vec<_>>().join(", ");
    let more = headings.len().saturating_sub(HEADINGS_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("{what}: {shown}{more}."))
}

fn notes(info: &AllocationFileInfo, table: &AllocationTable, remove_missing: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(encoding) = info.encoding.as_ref().filter(|_| info.guessed) {
        notes.push(format!(
            "Warning: The file doesn't say how its characters are encoded. They were read as {encoding}."
        ));
    }
    if !info.hidden.is_empty() {
        let hidden: Vec<_> = info.hidden.iter().map(|name| format!("“{name}”")).collect();
        notes.push(format!("Warning: Hidden sheets are not imported: {}.", hidden.join(", ")));
    }
    let imported = info.sheets.iter().filter(|sheet| sheet.matched.kind.is_some());
    let columns = imported.flat_map(|sheet| sheet.headings.iter().zip(&sheet.matched.columns));
    let mut ignored: Vec<&String> = Vec::new();
    for (heading, field) in columns {
        if field.is_none() && !heading.is_empty() && !ignored.contains(&heading) {
            ignored.push(heading);
        }
    }
    notes.extend(listed("Warning: Ignored columns", &ignored));
    let by_name = table.rows.iter().filter(|row| row.by_name).count();
    if by_name > 0 {
        let rows =
            if by_name == 1 { "1 row has".to_owned() } else { format!("{} rows have", grouped(by_name)) };
        notes.push(format!(
            "Warning: {rows} an ID that a spreadsheet has rounded, and was found by its name."
        ));
    }
    if remove_missing && !table.incomplete.is_empty() {
        let kinds: Vec<_> = table.incomplete.iter().map(|kind| kind.label()).collect();
        notes.push(format!(
            "Warning: Nothing in {} is removed as missing, because some rows there can't be imported.",
            kinds.join(" and ")
        ));
    }
    notes
}

struct Report<'a> {
    table: &'a AllocationTable,
    preview: &'a AllocationPreview,
    dry_run: bool,
    changes_something: bool,
}

impl Report<'_> {
    fn answer(&self, notes: Vec<String>) -> Answer {
        let Report { table, preview: AllocationPreview { outcome, .. }, dry_run, .. } = self;
        let blocked: HashMap<&str, &BlockedRow> =
            self.preview.blocked.iter().map(|row| (row.row.as_str(), row)).collect();
        let mut counts = BTreeMap::<&str, usize>::new();
        let mut rows = Vec::new();
        let mut data = Vec::new();
        for row in &table.rows {
            let blocked = blocked.get(row.id.as_str()).copied();
            let result = if blocked.is_some() { "blocked" } else { row.result.as_str() };
            *counts.entry(result).or_default() += 1;
            if row.result == AllocationResult::Unchanged {
                continue;
            }
            let reasons: Vec<String> = blocked
                .iter()
                .flat_map(|blocked| &blocked.blockers)
                .filter_map(|at| Some(outcome.blockers.get(*at)?.text.clone()))
                .collect();
            let mut object = json!(row);
            object["blockedBy"] = json!(reasons);
            data.push(object);
            if *dry_run || result == "blocked" || result == "unreadable" {
                rows.push(cells(row, blocked));
            }
        }
        let unreadable = counts.get("unreadable").copied().unwrap_or(0);
        let exit = match () {
            () if self.changes_something && !self.is_ready() => Exit::Blocked,
            () if unreadable > 0 && unreadable == table.rows.len() => Exit::Failed,
            () if unreadable > 0 => Exit::Partly,
            () => Exit::Done,
        };
        let mut lines = vec![self.headline()];
        let order = ["added", "changed", "removed", "blocked", "unreadable", "unchanged"];
        let words = |result| AllocationResult::parse(result).map_or(result, AllocationResult::label);
        let shown = order
            .iter()
            .filter_map(|result| Some(format!("{} {}", grouped(*counts.get(result)?), words(result))));
        lines.push(format!("Rows: {}.", shown.collect::<Vec<_>>().join(", ")));
        lines.extend(notes.iter().cloned());
        if !rows.is_empty() {
            lines.extend(aligned(
                &["ROW", "ID", "NAME", "XPO ACCOUNT", "ADVERTISER", "WHAT WILL HAPPEN"],
                &rows,
            ));
        }
        let of_rows: HashSet<usize> = blocked.into_values().flat_map(|row| &row.blockers).copied().collect();
        let others = outcome.blockers.iter().enumerate().filter(|(at, _)| !of_rows.contains(at));
        lines.extend(others.map(|(_, blocker)| format!("- {}", blocker.text)));
        lines.extend(default_replacements(outcome));
        lines.extend(warnings(outcome));
        if *dry_run {
            lines.push("Nothing was saved: this was a dry run.".to_owned());
        }
        let outcome = if self.changes_something { json!(outcome) } else { Value::Null };
        let data = json!({
            "counts": counts, "missing": table.missing, "notes": notes, "rows": data, "outcome": outcome,
        });
        Answer::new(exit, lines, data)
    }

    fn is_ready(&self) -> bool {
        let outcome = &self.preview.outcome;
        if self.dry_run { outcome.is_ready() } else { outcome.entry.is_some() }
    }

    fn headline(&self) -> String {
        let outcome = &self.preview.outcome;
        match outcome.entry {
            _ if !self.changes_something => "There is nothing to change.".to_owned(),
            _ if !self.is_ready() => "Blocked. Nothing was changed.".to_owned(),
            None => format!("Would save: {} ({}).", outcome.summary, outcome.difference),
            Some(entry) => format!("Saved: {} (no. {entry} of the change history).", outcome.summary),
        }
    }
}

fn cells(row: &AllocationRow, blocked: Option<&BlockedRow>) -> [String; 6] {
    let line = row.line.map_or_else(|| "–".to_owned(), |line| line.to_string());
    let effect = blocked.map_or(&row.effect, |blocked| &blocked.effect);
    [
        format!("{} {line}", row.kind.label()),
        row.object.clone(),
        row.name.clone(),
        row.xpo_account.clone(),
        row.advertiser.clone(),
        effect.clone(),
    ]
}

//! Previews and saves a decision, and says what blocks it.

use partner::decisions::{Action, Change, Outcome};

use super::answer::{Answer, Exit};
use super::context::Context;
use super::find::in_book;

pub async fn decide(
    on: &Context<'_>,
    actor: String,
    action: Action,
    dry_run: bool,
) -> Result<Answer, Answer> {
    let change = Change::now(actor, action);
    if dry_run {
        return Ok(previewed(&in_book(on.open, move |book| Ok(book.preview(&change)?)).await?));
    }
    let outcome = on.open.commit(change).await?;
    if outcome.entry.is_none() {
        return Ok(blocked(&outcome));
    }
    on.saved(&outcome);
    let lines = warnings(&outcome).chain([format!("Saved: {}.", outcome.summary)]).collect();
    Ok(Answer::new(Exit::Done, lines, outcome))
}

fn previewed(outcome: &Outcome) -> Answer {
    if !outcome.is_ready() {
        return blocked(outcome);
    }
    let mut lines = vec![format!("Would save: {} ({}).", outcome.summary, outcome.difference)];
    lines.extend(warnings(outcome));
    lines.push("Nothing was saved: this was a dry run.".to_owned());
    Answer::new(Exit::Done, lines, outcome)
}

pub fn warnings(outcome: &Outcome) -> impl Iterator<Item = String> {
    outcome.warnings.iter().map(|warning| format!("Warning: {}", warning.text))
}

fn blocked(outcome: &Outcome) -> Answer {
    let mut lines = vec!["Blocked. Nothing was changed.".to_owned()];
    lines.extend(outcome.blockers.iter().map(|blocker| format!("- {}", blocker.text)));
    lines.extend(default_replacements(outcome));
    Answer::new(Exit::Blocked, lines, outcome)
}

/// Returns a line for each client that loses its default, as long as no option says what follows.
pub fn default_replacements(outcome: &Outcome) -> impl Iterator<Item = String> {
    outcome.default_replacements.iter().filter(|row| row.choice.is_none()).map(|row| {
        let (client, from) = (row.xpo_account.shown(), row.from.shown());
        let options: Vec<_> =
            row.options.iter().map(|option| format!("{} ({})", option.shown(), option.id)).collect();
        let choose = if options.is_empty() {
            format!("It has no other: --default \"{client}=none\" leaves it without one.")
        } else {
            format!("Choose its new default with --default \"{client}=ACCOUNT\": {}.", options.join(", "))
        };
        format!("- XPO account “{client}” loses its default TikTok ad account “{from}”. {choose}")
    })
}

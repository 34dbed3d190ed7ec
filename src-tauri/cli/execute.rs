//! Runs a command on an open partner, in the process that has it open.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use partner::Book;
use partner::decisions::{
    AccountPair, Action, AllocateAccounts, AllocateAudiences, AllocateCampaigns, AudienceChoice, Change,
    HandOver, Outcome, PaymentChoice, PaymentMode,
};
use partner::ids::{AdvertiserId, AudienceId, CampaignId};
use partner::named::ObjectKind;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::overview::CoverageKind;
use serde_json::json;
use services::problem::ProblemCode;
use tokio_util::sync::CancellationToken;

use super::answer::{Answer, Exit};
use super::args::{ItemKind, Items};
use super::find::in_book;
use super::request::Task;
use super::{doctor, find, import, lists, sync};
use crate::app::open_partner::OpenPartner;
use crate::events::What;

/// Recorded as "who" in the history: the profile, *via command line*.
pub fn actor(profile: Option<&str>) -> Result<String, Answer> {
    const SUFFIX: &str = ", via command line";
    const LONGEST: usize = 100 - SUFFIX.len();
    let Some(profile) = profile else {
        return Err(Answer::new(
            Exit::Failed,
            vec!["XPO Admin doesn't know your name yet. Open its window once and enter it; the history records it.".into()],
            json!({ "error": "no profile" }),
        ));
    };
    Ok(profile.chars().take(LONGEST).collect::<String>() + SUFFIX)
}

/// What a command works on.
pub struct Context<'a> {
    pub open: &'a Arc<OpenPartner>,
    pub cancelled: &'a CancellationToken,
    /// Is called with what the screens have to read again.
    pub changed: &'a (dyn Fn(Vec<What>) + Send + Sync),
}

impl Context<'_> {
    /// Tells long work to stop once the command is cancelled or the partner is being closed.
    pub fn keep_going(&self) -> impl Fn() -> ControlFlow<()> + Send + use<> {
        let (open, cancelled) = (Arc::clone(self.open), self.cancelled.clone());
        move || if cancelled.is_cancelled() { ControlFlow::Break(()) } else { open.continue_unless_closing() }
    }

    /// Makes the screens show a change.
    pub fn saved(&self, outcome: &Outcome) {
        if outcome.entry.is_some() {
            (self.changed)(vec![What::Decisions, What::Requests]);
        }
    }
}

/// `actor` is needed for decisions.
pub async fn execute(on: &Context<'_>, actor: Result<String, Answer>, task: Task) -> Answer {
    if on.cancelled.is_cancelled() {
        return ProblemCode::Cancelled.into();
    }
    answered(on, actor, task).await.unwrap_or_else(|answer| answer)
}

async fn answered(on: &Context<'_>, actor: Result<String, Answer>, task: Task) -> Result<Answer, Answer> {
    let open = on.open;
    let keep_going = on.keep_going();
    match task {
        Task::List { listed, format, file } => {
            let shown = file.clone();
            let written = in_book(open, move |book| lists::write(book, listed, format, &file, keep_going));
            Ok(wrote(written.await?, &shown))
        }
        Task::Export { folder, format } => {
            let export = move |book: &Book| Ok(book.export(&folder, format, &mut |_| keep_going())?);
            Ok(path_answer(&in_book(open, export).await?))
        }
        Task::Allocate { items, to, payment } => {
            let dry_run = items.dry_run;
            let action = in_book(open, move |book| allocation(book, items, &to, payment)).await?;
            decide(on, actor?, action, dry_run).await
        }
        Task::Deallocate { items, from, defaults } => {
            let dry_run = items.dry_run;
            let action =
                in_book(open, move |book| deallocation(book, items, &from, &defaults.defaults)).await?;
            decide(on, actor?, action, dry_run).await
        }
        Task::Import(import) => import::run(on, actor?, import).await,
        Task::Sync(arguments) => sync::run(on, arguments).await,
        Task::Backup => {
            let path = in_book(open, |book| Ok(book.back_up_now(Timestamp::now())?)).await;
            (on.changed)(vec![What::Settings]);
            Ok(path_answer(&path?))
        }
        Task::Status => in_book(open, status).await,
        Task::Doctor => {
            let checked = on.cancelled.run_until_cancelled(doctor::run(open)).await;
            checked.unwrap_or_else(|| Err(ProblemCode::Cancelled.into()))
        }
    }
}

fn wrote(rows: u64, file: &Path) -> Answer {
    let line = format!("{rows} {} written to {}", if rows == 1 { "row" } else { "rows" }, file.display());
    Answer::new(Exit::Done, vec![line], json!({ "rows": rows, "file": file }))
}

fn path_answer(path: &Path) -> Answer {
    Answer::new(Exit::Done, vec![path.display().to_string()], json!({ "path": path }))
}

async fn decide(on: &Context<'_>, actor: String, action: Action, dry_run: bool) -> Result<Answer, Answer> {
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
    let mut lines = vec![format!("Would save: {} ({}).", outcome.summary, outcome.difference())];
    lines.extend(warnings(outcome));
    lines.push("Nothing was saved: this was a dry run.".to_owned());
    Answer::new(Exit::Done, lines, outcome)
}

pub fn warnings(outcome: &Outcome) -> impl Iterator<Item = String> {
    outcome.warnings.iter().map(|warning| format!("Warning: {}", warning.text()))
}

fn blocked(outcome: &Outcome) -> Answer {
    let mut lines = vec!["Blocked. Nothing was changed.".to_owned()];
    lines.extend(outcome.blockers.iter().map(|blocker| format!("- {}", blocker.text())));
    lines.extend(hand_overs(outcome));
    Answer::new(Exit::Blocked, lines, outcome)
}

/// Returns a line for each client that loses its default, as long as no option says what follows.
pub fn hand_overs(outcome: &Outcome) -> impl Iterator<Item = String> {
    outcome.hand_overs.iter().filter(|row| row.choice.is_none()).map(|row| {
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

fn allocation(book: &Book, items: Items, to: &str, payment: Option<PaymentMode>) -> Result<Action, Answer> {
    let (advertiser, xpo_account) = find::advertiser(book, to, items.client.as_deref())?;
    let mut action = action(book, &items, advertiser, true, Vec::new())?;
    match (&mut action, payment) {
        (_, None) => {}
        (Action::AllocateAccounts(change), Some(mode)) => {
            let choice = |AccountPair { ad_account, .. }: &AccountPair| PaymentChoice {
                ad_account: ad_account.clone(),
                xpo_account: xpo_account.clone(),
                mode,
            };
            change.modes = change.allocate.iter().map(choice).collect();
        }
        _ => return Err(Answer::usage("--payment is for accounts.")),
    }
    Ok(action)
}

fn deallocation(book: &Book, items: Items, from: &str, defaults: &[String]) -> Result<Action, Answer> {
    let (advertiser, _) = find::advertiser(book, from, items.client.as_deref())?;
    let hand_overs = defaults.iter().map(|choice| hand_over(book, choice)).collect::<Result<_, _>>()?;
    action(book, &items, advertiser, false, hand_overs)
}

/// Reads an option such as `CLIENT=ACCOUNT`. Names may contain the sign.
pub fn hand_over(book: &Book, choice: &str) -> Result<HandOver, Answer> {
    let splits = choice.match_indices('=').map(|(at, _)| (&choice[..at], &choice[at + 1..]));
    let mut failure = Answer::usage(format!("“{choice}” is not of the form CLIENT=ACCOUNT."));
    for (client, account) in splits {
        let found = find::client(book, client).and_then(|client| {
            let to = if account == "none" { None } else { Some(find::account(book, account)?) };
            Ok(HandOver { xpo_account: client.id, to })
        });
        match found {
            Ok(hand_over) => return Ok(hand_over),
            Err(answer) => failure = answer,
        }
    }
    Err(failure)
}

fn action(
    book: &Book,
    Items { kind, items, account, .. }: &Items,
    advertiser: AdvertiserId,
    allocate: bool,
    hand_overs: Vec<HandOver>,
) -> Result<Action, Answer> {
    if account.is_some() && *kind != ItemKind::Audiences {
        return Err(Answer::usage("--account is for audiences."));
    }
    let either = |ids| if allocate { (ids, Vec::new()) } else { (Vec::new(), ids) };
    Ok(match kind {
        ItemKind::Accounts => {
            let pair = |item: &String| {
                Ok(AccountPair { ad_account: find::account(book, item)?, advertiser: advertiser.clone() })
            };
            let pairs: Vec<_> = items.iter().map(pair).collect::<Result<_, Answer>>()?;
            let (allocate, deallocate) = if allocate { (pairs, Vec::new()) } else { (Vec::new(), pairs) };
            Action::AllocateAccounts(AllocateAccounts { allocate, deallocate, modes: Vec::new(), hand_overs })
        }
        ItemKind::Campaigns => {
            let ids = items.iter().map(|item| campaign(book, item)).collect::<Result<Vec<_>, _>>()?;
            let (allocate, deallocate) = either(ids);
            Action::AllocateCampaigns(AllocateCampaigns { advertiser, allocate, deallocate })
        }
        ItemKind::Audiences => {
            let ad_accounts = match account {
                Some(account) => vec![find::account(book, account)?],
                None => find::all_accounts(book)?,
            };
            let mut accounts: Vec<AudienceChoice> = Vec::new();
            for item in items {
                let (ad_account, id) =
                    audience(book, item, AudiencesOf::AdAccounts { ad_accounts: ad_accounts.clone() })?;
                let place = accounts.iter().position(|choice| choice.ad_account.0 == ad_account);
                let place = place.unwrap_or_else(|| {
                    let ad_account = partner::ids::AdAccountId(ad_account);
                    accounts.push(AudienceChoice {
                        ad_account,
                        allocate: Vec::new(),
                        deallocate: Vec::new(),
                    });
                    accounts.len() - 1
                });
                let choice = &mut accounts[place];
                if allocate { choice.allocate.push(id) } else { choice.deallocate.push(id) }
            }
            Action::AllocateAudiences(AllocateAudiences { advertiser, accounts })
        }
    })
}

fn campaign(book: &Book, wanted: &str) -> Result<CampaignId, Answer> {
    let all = CampaignQuery::all(CampaignsOf::Partner { allocated: None });
    let query = CampaignQuery { search: wanted.to_owned(), ..all };
    let mut candidates = Vec::new();
    find::each_row(book, &query, |row| candidates.push((row.id.0.clone(), row.name, row.id)))?;
    find::only(ObjectKind::Campaign, wanted, candidates)
}

/// Returns the ad account and the audience.
fn audience(book: &Book, wanted: &str, of: AudiencesOf) -> Result<(String, AudienceId), Answer> {
    let query = AudienceQuery { search: wanted.to_owned(), ..AudienceQuery::all(of) };
    let mut candidates = Vec::new();
    find::each_row(book, &query, |row| {
        candidates.push((row.id.0.clone(), row.name, (row.ad_account.id, row.id)))
    })?;
    let shared = candidates.iter().filter(|(id, ..)| id == wanted).count() > 1;
    if shared {
        let text =
            format!("Several TikTok ad accounts have the audience {wanted}: say which with --account.");
        return Err(Answer::usage(text));
    }
    find::only(ObjectKind::Audience, wanted, candidates)
}

fn status(book: &Book) -> Result<Answer, Answer> {
    let partner = book.partner();
    let mut lines = vec![format!("Partner: {}", partner.name)];
    let mut data = json!({ "partner": partner.name });
    for (kind, label) in [
        (CoverageKind::AdAccounts, "TikTok ad accounts"),
        (CoverageKind::Campaigns, "Campaigns"),
        (CoverageKind::Audiences, "Audiences"),
        (CoverageKind::XpoAccounts, "XPO accounts with a TikTok ad account"),
    ] {
        let coverage = book.coverage(kind)?;
        let allocated = if kind == CoverageKind::XpoAccounts { "" } else { " allocated" };
        lines.push(format!("{label}: {} of {}{allocated}", coverage.allocated, coverage.of));
        data[kind.as_str()] = json!(coverage);
    }
    let syncs = book.sync_counts(Timestamp::now())?;
    lines.push(format!(
        "Syncs: {} running, {} queued, {} waiting, {} failed",
        syncs.running, syncs.queued, syncs.waiting, syncs.failed
    ));
    data["syncs"] = json!(syncs);
    let attention = book.attention()?;
    if attention.needs_authorization > 0 {
        lines.push(format!("TikTok users who have to sign in again: {}", attention.needs_authorization));
    }
    data["attention"] = json!(attention);
    Ok(Answer::new(Exit::Done, lines, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_names_the_profile_and_the_command_line() {
        assert_eq!(actor(Some("Ana Admin")).unwrap(), "Ana Admin, via command line");
        let long = actor(Some(&"é".repeat(100))).unwrap();
        assert_eq!(long.chars().count(), 100);
        assert_eq!(partner::name::normalize(&long).unwrap(), long);
        assert_eq!(actor(None).unwrap_err().exit, Exit::Failed);
    }
}

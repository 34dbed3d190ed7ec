//! Runs a command on an open partner, in the process that has it open.

use std::path::Path;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AllocateAccounts, AllocateAudiences, AllocateCampaigns, AudienceChoice,
    DefaultReplacement, PaymentChoice, PaymentMode,
};
use partner::ids::{AdvertiserId, AudienceId, CampaignId};
use partner::named::ObjectKind;
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::overview::CoverageKind;
use partner::{Book, grouped};
use serde_json::json;
use services::problem::ProblemCode;

use super::answer::{Answer, Exit};
use super::args::{ItemKind, Items, Listed};
use super::context::Context;
use super::decide::decide;
use super::find::{default_replacement, in_book};
use super::request::Task;
use super::{doctor, find, import, lists, sync};
use crate::events::Topic;

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

/// `actor` is needed for decisions.
pub async fn execute(on: &Context<'_>, actor: Result<String, Answer>, task: Task) -> Answer {
    if on.cancelled.is_cancelled() {
        return ProblemCode::Cancelled.into();
    }
    answered(on, actor, task).await.unwrap_or_else(|answer| answer)
}

/// Creates a folder to export into. If that fails, the export reports why.
fn create(folder: &Path) {
    std::fs::create_dir_all(folder).ok();
}

async fn answered(on: &Context<'_>, actor: Result<String, Answer>, task: Task) -> Result<Answer, Answer> {
    let open = on.open;
    let mut written = on.report("Rows written");
    match task {
        Task::List { listed, format, file } => {
            let shown = file.clone();
            let rows = in_book(open, move |book| lists::write(book, listed, format, &file, &mut written));
            Ok(wrote(rows.await?, &shown))
        }
        Task::Export { folder, view: Some(view), format } => {
            let export = move |book: &Book| {
                create(&folder);
                let file = folder.join(book.export_file_name(&view, format));
                lists::write(book, Listed::view(view), format, &file, &mut written).map(|_| file)
            };
            Ok(path_answer(&in_book(open, export).await?))
        }
        Task::Export { folder, view: None, format } => {
            let export = move |book: &Book| {
                create(&folder);
                Ok(book.export(&folder, format, &mut written)?)
            };
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
            let path = open.back_up_now().await;
            (on.changed)(vec![Topic::Settings]);
            Ok(path_answer(&path?))
        }
        Task::Status => in_book(open, status).await,
        Task::Doctor => {
            let checked = on.cancelled.run_until_cancelled(doctor::run(on)).await;
            checked.unwrap_or_else(|| Err(ProblemCode::Cancelled.into()))
        }
    }
}

fn wrote(rows: u64, file: &Path) -> Answer {
    let line =
        format!("{} {} written to {}", grouped(rows), if rows == 1 { "row" } else { "rows" }, file.display());
    Answer::new(Exit::Done, vec![line], json!({ "rows": rows, "file": file }))
}

fn path_answer(path: &Path) -> Answer {
    Answer::new(Exit::Done, vec![path.display().to_string()], json!({ "path": path }))
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
    let default_replacements =
        defaults.iter().map(|choice| default_replacement(book, choice)).collect::<Result<_, _>>()?;
    action(book, &items, advertiser, false, default_replacements)
}

fn action(
    book: &Book,
    Items { kind, items, account, .. }: &Items,
    advertiser: AdvertiserId,
    allocate: bool,
    default_replacements: Vec<DefaultReplacement>,
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
            Action::AllocateAccounts(AllocateAccounts {
                allocate,
                deallocate,
                modes: Vec::new(),
                default_replacements,
            })
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
        lines.push(format!(
            "{label}: {} of {}{allocated}",
            grouped(coverage.allocated),
            grouped(coverage.of)
        ));
        data[kind.as_str()] = json!(coverage);
    }
    let syncs = book.sync_counts(Timestamp::now())?;
    let [running, queued, waiting, failed] =
        [syncs.running, syncs.queued, syncs.waiting, syncs.failed].map(grouped);
    lines.push(format!("Syncs: {running} running, {queued} queued, {waiting} waiting, {failed} failed"));
    data["syncs"] = json!(syncs);
    let attention = book.attention()?;
    if attention.needs_authorization > 0 {
        lines.push(format!(
            "TikTok users who have to sign in again: {}",
            grouped(attention.needs_authorization)
        ));
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

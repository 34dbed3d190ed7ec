//! What each list has as a table: its headings, and what stands below them.

use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::Result;
use crate::facts::status::DeliveryStatus;
use crate::named::{Named, ObjectKind};
use crate::queries::accounts::{AccountQuery, Holding};
use crate::queries::ad_groups::AdGroupQuery;
use crate::queries::ads::AdQuery;
use crate::queries::audiences::AudienceQuery;
use crate::queries::campaigns::CampaignQuery;
use crate::queries::goals::GoalQuery;
use crate::queries::history::{HistoryQuery, all_edits};
use crate::queries::requests::RequestQuery;
use crate::queries::syncs::SyncQuery;
use crate::queries::xpo_accounts::XpoAccountQuery;
use crate::tables::list_export::Exported;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn yes(yes: bool) -> Value {
    text(if yes { "Yes" } else { "" })
}

fn status(status: &DeliveryStatus) -> Value {
    let DeliveryStatus { label, reason, .. } = status;
    Value::Text(if reason.is_empty() { label.clone() } else { format!("{label}: {reason}") })
}

/// Milliseconds as RFC 3339.
fn time(at: Option<i64>) -> Value {
    match at.and_then(|at| Timestamp::from_millisecond(at).ok()) {
        Some(at) => Value::Text(at.to_string()),
        None => Value::Null,
    }
}

fn names<'a>(named: impl IntoIterator<Item = &'a Named>) -> String {
    let names: Vec<&str> = named.into_iter().map(|named| named.name.as_str()).collect();
    names.join(", ")
}

/// What a list of allocations says: "Client 1 (Default, Knorex): Brand 1, Brand 2; Client 2 (Self): …".
fn holdings<'a>(holdings: &'a [Holding], of: impl Fn(&'a Holding) -> &'a str) -> Value {
    let one = |holding: &'a Holding| {
        let default = if holding.default { "Default, " } else { "" };
        format!("{} ({default}{}): {}", of(holding), holding.mode.label(), names(&holding.advertisers))
    };
    Value::Text(holdings.iter().map(one).collect::<Vec<_>>().join("; "))
}

impl Exported for AccountQuery {
    const HEADINGS: &'static [&'static str] = &[
        "TikTok Ad Account ID",
        "Name",
        "TikTok Ad account allocated to Advertisers",
        "Status",
        "Reason",
        "Connection",
        "TikTok users",
        "Company",
        "Country",
        "Currency",
        "Timezone",
        "Sync",
        "Last synced",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let users: Vec<&str> = row.users.iter().map(|user| user.name.as_str()).collect();
        Ok(vec![vec![
            text(&row.id),
            text(&row.name),
            holdings(&row.holdings, |holding| &holding.xpo_account.name),
            text(&row.status.label),
            row.rejection_reason.clone().into(),
            text(row.connection.label()),
            Value::Text(users.join(", ")),
            row.company.clone().into(),
            row.country.clone().into(),
            row.currency.clone().into(),
            row.timezone.clone().into(),
            text(row.sync.state.label()),
            time(row.sync.synced_at),
        ]])
    }
}

impl Exported for CampaignQuery {
    const HEADINGS: &'static [&'static str] = &[
        "Campaign ID",
        "Campaign Name",
        "Objective",
        "Status",
        "Budget",
        "Currency",
        "Created",
        "Last synced",
        "TikTok Ad Account ID",
        "TikTok Ad Account",
        "XPO account",
        "Advertiser",
        "Allocated",
        "By",
        "Initialized",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let holder = row.allocated.as_ref();
        Ok(vec![vec![
            text(row.id.as_str()),
            text(&row.name),
            text(&row.objective),
            status(&row.status),
            row.budget.into(),
            row.currency.clone().into(),
            text(&row.created_at),
            time(row.synced_at),
            text(&row.ad_account.id),
            text(&row.ad_account.name),
            holder.map(|holder| holder.xpo_account.name.clone()).into(),
            holder.map(|holder| holder.advertiser.name.clone()).into(),
            time(holder.map(|holder| holder.since.at)),
            holder.map(|holder| holder.since.actor.clone()).into(),
            time(holder.and_then(|holder| Some(holder.initialized.as_ref()?.at))),
        ]])
    }
}

impl Exported for AdGroupQuery {
    const HEADINGS: &'static [&'static str] = &[
        "Ad Group ID",
        "Ad Group Name",
        "Campaign ID",
        "Campaign Name",
        "Status",
        "Budget",
        "Bid",
        "Currency",
        "Optimization goal",
        "Starts",
        "Ends",
        "Ads",
        "TikTok Ad Account ID",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        Ok(vec![vec![
            text(row.id.as_str()),
            text(&row.name),
            text(&row.campaign.id),
            text(&row.campaign.name),
            status(&row.status),
            row.budget.into(),
            row.bid.into(),
            row.currency.clone().into(),
            text(&row.optimization_goal),
            text(&row.starts_at),
            text(&row.ends_at),
            row.ads.into(),
            text(row.ad_account.as_str()),
        ]])
    }
}

impl Exported for AdQuery {
    const HEADINGS: &'static [&'static str] = &[
        "Ad ID",
        "Ad Name",
        "Ad Group ID",
        "Ad Group Name",
        "Campaign ID",
        "Campaign Name",
        "Status",
        "Format",
        "Text",
        "Display name",
        "Call to action",
        "Landing page",
        "TikTok Ad Account ID",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        Ok(vec![vec![
            text(row.id.as_str()),
            text(&row.name),
            text(row.ad_group.as_str()),
            text(&row.ad_group_name),
            text(&row.campaign.id),
            text(&row.campaign.name),
            status(&row.status),
            text(&row.format),
            text(&row.text),
            text(&row.display_name),
            text(&row.call_to_action),
            text(&row.landing_page),
            text(row.ad_account.as_str()),
        ]])
    }
}

impl Exported for AudienceQuery {
    const HEADINGS: &'static [&'static str] = &[
        "Audience ID",
        "Audience Name",
        "Type",
        "Allocated",
        "Size",
        "Valid",
        "Expires",
        "Shared",
        "Deleted on TikTok",
        "Excluded",
        "Last synced",
        "TikTok Ad Account ID",
        "TikTok Ad Account",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let holders: Vec<String> = row
            .advertisers
            .iter()
            .map(|holder| format!("{}: {}", holder.xpo_account.name, holder.advertiser.name))
            .collect();
        Ok(vec![vec![
            text(row.id.as_str()),
            text(&row.name),
            text(&row.kind),
            Value::Text(holders.join("; ")),
            row.size.into(),
            text(if row.valid { "Yes" } else { "No" }),
            text(&row.expires_at),
            yes(row.shared),
            yes(row.deleted_on_tiktok),
            yes(row.excluded),
            time(row.synced_at),
            text(&row.ad_account.id),
            text(&row.ad_account.name),
        ]])
    }
}

impl Exported for XpoAccountQuery {
    const HEADINGS: &'static [&'static str] = &[
        "XPO account",
        "State",
        "Archived",
        "Advertisers",
        "TikTok Ad Accounts",
        "Campaigns",
        "Audiences",
        "Goals and tags",
        "XPO account ID",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let advertisers: Vec<&str> =
            row.advertisers.iter().map(|advertiser| advertiser.name.as_str()).collect();
        let sum = |of: fn(&crate::queries::xpo_accounts::AdvertiserRow) -> u32| -> Value {
            row.advertisers.iter().map(of).sum::<u32>().into()
        };
        Ok(vec![vec![
            text(&row.name),
            text(row.state.label()),
            yes(row.archived),
            Value::Text(advertisers.join(", ")),
            holdings(&row.holdings, |holding| &holding.ad_account.id),
            sum(|advertiser| advertiser.campaigns),
            sum(|advertiser| advertiser.audiences),
            sum(|advertiser| advertiser.goals),
            text(row.id.as_str()),
        ]])
    }
}

impl Exported for GoalQuery {
    const HEADINGS: &'static [&'static str] =
        &["Name", "Kind", "XPO account", "Advertiser", "TikTok Ad Account ID", "TikTok Ad Account", "ID"];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        Ok(vec![vec![
            text(&row.name),
            text(row.kind.label()),
            text(&row.xpo_account.name),
            text(&row.advertiser.name),
            text(&row.ad_account.id),
            text(&row.ad_account.name),
            text(row.id.as_str()),
        ]])
    }
}

impl Exported for RequestQuery {
    const HEADINGS: &'static [&'static str] = &[
        "Ad Account name",
        "State",
        "Industry",
        "Country",
        "Currency",
        "Timezone",
        "Note",
        "Who",
        "Requested",
        "Sent",
        "Attempts",
        "TikTok Ad Account ID",
        "Request ID",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let mail = row.mail.as_ref();
        Ok(vec![vec![
            text(&row.asked.name),
            text(row.state.label()),
            text(&row.asked.industry),
            text(&row.country_name),
            text(&row.asked.currency),
            text(&row.asked.timezone),
            text(&row.asked.note),
            text(&row.requester),
            time(Some(row.requested_at)),
            time(mail.and_then(|mail| mail.sent_at)),
            mail.map(|mail| mail.attempts).into(),
            row.fulfilled_by.as_ref().map(|account| account.id.clone()).into(),
            text(row.id.as_str()),
        ]])
    }
}

impl Exported for SyncQuery {
    const HEADINGS: &'static [&'static str] = &[
        "No.",
        "Sync",
        "TikTok Ad Account ID",
        "TikTok Ad Account",
        "State",
        "Waits for",
        "Asked for by",
        "Requested",
        "Due",
        "Started",
        "Ended",
        "Objects",
        "Added",
        "Changed",
        "Unchanged",
        "Deleted",
        "Unreadable",
        "Problem",
        "TikTok code",
        "Request ID",
    ];

    fn lines(_: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let job = &row.job;
        let problem = job.problem.as_ref().or(job.incomplete.as_ref());
        Ok(vec![vec![
            job.id.into(),
            text(job.kind.label()),
            text(&row.account.id),
            text(&row.account.name),
            text(job.state.label()),
            job.waits_for.map(|what| what.label().to_owned()).into(),
            text(if job.automatic { "The schedule" } else { "An admin" }),
            time(Some(job.requested_at)),
            time(Some(job.due_at)),
            time(job.started_at),
            time(job.ended_at),
            job.done.into(),
            job.counts.added.into(),
            job.counts.changed.into(),
            job.counts.unchanged.into(),
            job.counts.deleted.into(),
            job.counts.unreadable.into(),
            problem.map(|problem| problem.code.replace('_', " ")).into(),
            problem.and_then(|problem| problem.tiktok_code).into(),
            problem.and_then(|problem| problem.request_id.clone()).into(),
        ]])
    }
}

/// A line for each thing that an entry changed.
impl Exported for HistoryQuery {
    const HEADINGS: &'static [&'static str] = &[
        "No.",
        "When",
        "Who",
        "Action",
        "What",
        "Object",
        "Object ID",
        "TikTok Ad Account",
        "TikTok Ad Account ID",
        "XPO account",
        "Advertiser",
        "Before",
        "After",
        "Takes back no.",
    ];

    fn lines(book: &Connection, row: &Self::Row) -> Result<Vec<Vec<Value>>> {
        let entry = &row.entry;
        let name = |named: Option<&Named>| Value::from(named.map(|named| named.name.clone()));
        let id = |named: Option<&Named>| Value::from(named.map(|named| named.id.clone()));
        let lines = all_edits(book, entry.seq)?.into_iter().map(|edit| {
            let holder = edit.holder.as_ref();
            let (xpo_account, advertiser) = match holder {
                Some(named) if named.kind == ObjectKind::Advertiser => (edit.xpo_account.as_ref(), holder),
                _ => (holder, None),
            };
            vec![
                entry.seq.into(),
                time(Some(entry.at)),
                text(&entry.actor),
                Value::Text(entry.action.replace('_', " ")),
                text(edit.kind.label()),
                name(edit.object.as_ref()),
                id(edit.object.as_ref()),
                name(edit.ad_account.as_ref()),
                id(edit.ad_account.as_ref()),
                name(xpo_account),
                name(advertiser),
                edit.before.into(),
                edit.after.into(),
                row.undoes.as_ref().map(|entry| entry.seq).into(),
            ]
        });
        Ok(lines.collect())
    }
}

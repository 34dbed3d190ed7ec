//! The columns of each list that can be exported.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::Result;
use crate::decisions::journal::{edit_rows, name_removed};
use crate::decisions::{EditRow, EntryRef};
use crate::facts::status::DeliveryStatus;
use crate::named::{Named, ObjectKind};
use crate::queries::accounts::{AccountQuery, Holding};
use crate::queries::ad_groups::AdGroupQuery;
use crate::queries::ads::AdQuery;
use crate::queries::audiences::AudienceQuery;
use crate::queries::campaigns::CampaignQuery;
use crate::queries::edits::{EditQuery, EntryEdit};
use crate::queries::goals::GoalQuery;
use crate::queries::history::{HistoryQuery, HistoryRow};
use crate::queries::requests::RequestQuery;
use crate::queries::syncs::SyncQuery;
use crate::queries::xpo_accounts::{AdvertiserRow, XpoAccountPage, XpoAccountQuery, XpoAccountRow};
use crate::tables::list_export::{Column, Exported};

/// Defines columns: a title and the cell of a line.
macro_rules! columns {
    ($line:ident { $($title:literal: $cell:expr,)* }) => {
        &[$(Column { title: $title, cell: |$line| ($cell).into() }),*]
    };
}

/// Defines the columns of a list that has one line per row.
macro_rules! exported {
    ($query:ident, $row:ident $columns:tt) => {
        impl Exported for $query {
            type Line = Self::Row;

            const COLUMNS: &'static [Column<Self::Line>] = columns!($row $columns);

            fn lines(_: &Connection, row: Self::Row) -> Result<Vec<Self::Line>> {
                Ok(vec![row])
            }
        }
    };
}

exported!(AccountQuery, row {
    "TikTok Ad Account ID": row.id.clone(),
    "Name": row.name.clone(),
    "TikTok Ad account allocated to Advertisers": holdings(&row.holdings, |holding| &holding.xpo_account.name),
    "Status": row.status.label.clone(),
    "Reason": row.rejection_reason.clone(),
    "Connection": row.connection.label().to_owned(),
    "TikTok users": join(row.users.iter().map(|user| &user.name)),
    "Company": row.company.clone(),
    "Country": row.country.clone(),
    "Currency": row.currency.clone(),
    "Timezone": row.timezone.clone(),
    "Sync": row.sync.state.label().to_owned(),
    "Last synced": time(row.sync.synced_at),
});

exported!(CampaignQuery, row {
    "Campaign ID": row.id.0.clone(),
    "Campaign Name": row.name.clone(),
    "Objective": row.objective.clone(),
    "Status": status(&row.status),
    "Budget": row.budget,
    "Currency": row.currency.clone(),
    "Created": row.created_at.clone(),
    "Last synced": time(row.synced_at),
    "TikTok Ad Account ID": row.ad_account.id.clone(),
    "TikTok Ad Account": row.ad_account.name.clone(),
    "XPO account": row.allocated.as_ref().map(|holder| holder.xpo_account.name.clone()),
    "Advertiser": row.allocated.as_ref().map(|holder| holder.advertiser.name.clone()),
    "Allocated": time(row.allocated.as_ref().map(|holder| holder.since.at)),
    "By": row.allocated.as_ref().map(|holder| holder.since.actor.clone()),
    "Initialized": time(row.allocated.as_ref().and_then(|holder| Some(holder.initialized.as_ref()?.at))),
});

exported!(AdGroupQuery, row {
    "Ad Group ID": row.id.0.clone(),
    "Ad Group Name": row.name.clone(),
    "Campaign ID": row.campaign.id.clone(),
    "Campaign Name": row.campaign.name.clone(),
    "Status": status(&row.status),
    "Budget": row.budget,
    "Bid": row.bid,
    "Currency": row.currency.clone(),
    "Optimization goal": row.optimization_goal.clone(),
    "Starts": row.starts_at.clone(),
    "Ends": row.ends_at.clone(),
    "Ads": row.ads,
    "TikTok Ad Account ID": row.ad_account.0.clone(),
});

exported!(AdQuery, row {
    "Ad ID": row.id.0.clone(),
    "Ad Name": row.name.clone(),
    "Ad Group ID": row.ad_group.0.clone(),
    "Ad Group Name": row.ad_group_name.clone(),
    "Campaign ID": row.campaign.id.clone(),
    "Campaign Name": row.campaign.name.clone(),
    "Status": status(&row.status),
    "Format": row.format.clone(),
    "Text": row.text.clone(),
    "Display name": row.display_name.clone(),
    "Call to action": row.call_to_action.clone(),
    "Landing page": row.landing_page.clone(),
    "TikTok Ad Account ID": row.ad_account.0.clone(),
});

exported!(AudienceQuery, row {
    "Audience ID": row.id.0.clone(),
    "Audience Name": row.name.clone(),
    "Type": row.kind.clone(),
    "Allocated": row
        .advertisers
        .iter()
        .map(|holder| format!("{}: {}", holder.xpo_account.name, holder.advertiser.name))
        .collect::<Vec<_>>()
        .join("; "),
    "Size": row.size,
    "Availability": row.availability.label().to_owned(),
    "Expires": row.expires_at.clone(),
    "Shared": yes(row.shared),
    "Excluded": yes(row.excluded),
    "Last synced": time(row.synced_at),
    "TikTok Ad Account ID": row.ad_account.id.clone(),
    "TikTok Ad Account": row.ad_account.name.clone(),
});

impl Exported for XpoAccountQuery {
    type Line = XpoAccountPage;

    const COLUMNS: &'static [Column<Self::Line>] = columns!(row {
        "XPO account": row.name.clone(),
        "State": row.state.label().to_owned(),
        "Archived": yes(row.archived),
        "Advertisers": join(row.advertisers.iter().map(|advertiser| &advertiser.name)),
        "TikTok Ad Accounts": holdings(&row.holdings, |holding| &holding.ad_account.id),
        "Campaigns": sum(&row.advertisers, |advertiser| advertiser.campaigns),
        "Audiences": row.audiences,
        "Goals and tags": sum(&row.advertisers, |advertiser| advertiser.goals),
        "XPO account ID": row.id.0.clone(),
    });

    fn lines(book: &Connection, row: XpoAccountRow) -> Result<Vec<Self::Line>> {
        Ok(vec![XpoAccountPage::of(book, row)?])
    }
}

exported!(GoalQuery, row {
    "Name": row.name.clone(),
    "Kind": row.kind.label().to_owned(),
    "XPO account": row.xpo_account.name.clone(),
    "Advertiser": row.advertiser.name.clone(),
    "TikTok Ad Account ID": row.ad_account.id.clone(),
    "TikTok Ad Account": row.ad_account.name.clone(),
    "ID": row.id.0.clone(),
});

exported!(RequestQuery, row {
    "Ad Account name": row.form.name.clone(),
    "State": row.state.label().to_owned(),
    "Industry": row.form.industry.clone(),
    "Country": row.country_name.clone(),
    "Currency": row.form.currency.clone(),
    "Timezone": row.form.timezone.clone(),
    "Note": row.form.note.clone(),
    "Who": row.requester.clone(),
    "Requested": time(Some(row.requested_at)),
    "Sent": time(row.mail.as_ref().and_then(|mail| mail.sent_at)),
    "Attempts": row.mail.as_ref().map(|mail| mail.attempts),
    "TikTok Ad Account ID": row.fulfilled_by.as_ref().map(|account| account.id.clone()),
    "Request ID": row.id.0.clone(),
});

exported!(SyncQuery, row {
    "No.": row.job.id,
    "Sync": row.job.kind.label().to_owned(),
    "TikTok Ad Account ID": row.account.id.clone(),
    "TikTok Ad Account": row.account.name.clone(),
    "State": row.job.state.label().to_owned(),
    "Waiting": row.job.waits_for.map(|reason| reason.label().to_owned()),
    "Requested by": if row.job.automatic { "Schedule" } else { "Admin" }.to_owned(),
    "Requested": time(Some(row.job.requested_at)),
    "Due": time(Some(row.job.due_at)),
    "Started": time(row.job.started_at),
    "Ended": time(row.job.ended_at),
    "Objects": row.job.done,
    "Added": row.job.counts.added,
    "Changed": row.job.counts.changed,
    "Unchanged": row.job.counts.unchanged,
    "Deleted": row.job.counts.deleted,
    "Unreadable": row.job.counts.unreadable,
    "Problem": row.job.shown_problem().map(|problem| problem.code.replace('_', " ")),
    "TikTok code": row.job.shown_problem().and_then(|problem| problem.tiktok_code),
    "Request ID": row.job.shown_problem().and_then(|problem| problem.request_id.clone()),
});

impl Exported for EditQuery {
    type Line = EntryEdit;

    const COLUMNS: &'static [Column<EntryEdit>] = columns!(row {
        "What": row.edit.kind.label().to_owned(),
        "Object": name(row.edit.object.as_ref()),
        "Object ID": id(row.edit.object.as_ref()),
        "TikTok Ad Account": name(row.edit.ad_account.as_ref()),
        "TikTok Ad Account ID": id(row.edit.ad_account.as_ref()),
        "XPO account": name(row.edit.xpo_account.as_ref()),
        "Advertiser or XPO account": name(row.edit.holder.as_ref()),
        "Before": row.edit.before.clone(),
        "After": row.edit.after.clone(),
    });

    fn lines(book: &Connection, mut row: EntryEdit) -> Result<Vec<EntryEdit>> {
        name_removed(book, &mut row.edit)?;
        Ok(vec![row])
    }
}

/// A line of the exported history: one edit of an entry.
pub struct HistoryLine {
    entry: EntryRef,
    undoes: Option<i64>,
    edit: EditRow,
}

impl HistoryLine {
    /// Returns the XPO account and the advertiser that the edit is about.
    fn parties(&self) -> (Option<&Named>, Option<&Named>) {
        let holder = self.edit.holder.as_ref();
        match holder {
            Some(named) if named.kind == ObjectKind::Advertiser => (self.edit.xpo_account.as_ref(), holder),
            _ => (holder, None),
        }
    }
}

impl Exported for HistoryQuery {
    type Line = HistoryLine;

    const COLUMNS: &'static [Column<HistoryLine>] = columns!(line {
        "No.": line.entry.seq,
        "When": time(Some(line.entry.at)),
        "Who": line.entry.actor.clone(),
        "Action": line.entry.action.replace('_', " "),
        "Change": line.entry.summary.clone(),
        "What": line.edit.kind.label().to_owned(),
        "Object": name(line.edit.object.as_ref()),
        "Object ID": id(line.edit.object.as_ref()),
        "TikTok Ad Account": name(line.edit.ad_account.as_ref()),
        "TikTok Ad Account ID": id(line.edit.ad_account.as_ref()),
        "XPO account": name(line.parties().0),
        "Advertiser": name(line.parties().1),
        "Before": line.edit.before.clone(),
        "After": line.edit.after.clone(),
        "Undoes no.": line.undoes,
    });

    fn lines(book: &Connection, row: HistoryRow) -> Result<Vec<HistoryLine>> {
        let undoes = row.undoes.map(|entry| entry.seq);
        let mut edits = edit_rows(book, row.entry.seq, 0, usize::MAX)?;
        edits.iter_mut().try_for_each(|edit| name_removed(book, edit))?;
        Ok(edits.into_iter().map(|edit| HistoryLine { entry: row.entry.clone(), undoes, edit }).collect())
    }
}

fn yes(yes: bool) -> String {
    if yes { "Yes".to_owned() } else { String::new() }
}

fn status(DeliveryStatus { label, reason, .. }: &DeliveryStatus) -> String {
    if reason.is_empty() { label.clone() } else { format!("{label}: {reason}") }
}

/// Formats milliseconds since 1970 as RFC 3339.
fn time(at: Option<i64>) -> Option<String> {
    at.and_then(|at| Timestamp::from_millisecond(at).ok()).map(|at| at.to_string())
}

fn name(named: Option<&Named>) -> Option<String> {
    named.map(|named| named.name.clone())
}

fn id(named: Option<&Named>) -> Option<String> {
    named.map(|named| named.id.clone())
}

fn join<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn sum(advertisers: &[AdvertiserRow], count: fn(&AdvertiserRow) -> u32) -> u32 {
    advertisers.iter().map(count).sum()
}

/// Formats holdings, for example as "Client 1 (Default, Knorex): Brand 1, Brand 2; Client 2 (Self): Brand 3".
fn holdings<'a>(holdings: &'a [Holding], title: fn(&'a Holding) -> &'a str) -> String {
    let one = |holding: &'a Holding| {
        let default = if holding.default { "Default, " } else { "" };
        let advertisers = join(holding.advertisers.iter().map(|named| &named.name));
        format!("{} ({default}{}): {advertisers}", title(holding), holding.mode.label())
    };
    holdings.iter().map(one).collect::<Vec<_>>().join("; ")
}

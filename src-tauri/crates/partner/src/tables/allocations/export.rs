//! Writes allocations as a workbook that the import reads back.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::ids::{CampaignId, XpoAccountId};
use crate::json_column::json;
use crate::progress::Progress;
use crate::queries::audiences::AudienceKey;
use crate::tables::allocations::columns::{CHOICES, Field, SheetKind};
use crate::tables::file::{PROGRESS_ROWS, replace_table};
use crate::tables::xlsx::{SheetStyle, Workbook};
use crate::{Book, Error, Result};

/// What a workbook is about.
pub enum AllocationScope {
    /// TikTok ad accounts by id, with their campaigns and audiences, allocated or not.
    Accounts(Vec<String>),
    /// What XPO accounts have.
    XpoAccounts(Vec<XpoAccountId>),
    Campaigns(Vec<CampaignId>),
    Audiences(Vec<AudienceKey>),
}

impl AllocationScope {
    /// The sheets, each with the query that reads its rows; `?1` are the ids of the scope as JSON.
    fn sheets(&self) -> Vec<(SheetKind, String)> {
        let accounts = |from: &str| {
            let sql = format!(
                "SELECT CAST(t.id AS TEXT), t.name, x.name, v.name,
                     iif(l.payment_mode = 'knorex', 'Knorex', iif(l.payment_mode = 'self', 'Self', NULL)),
                     iif(d.ad_account_id IS NULL, NULL, 'Yes')
                 FROM {from}
                 LEFT JOIN advertiser v ON v.id = a.advertiser_id LEFT JOIN xpo_account x ON x.id = a.xpo_account_id
                 LEFT JOIN account_link l ON l.xpo_account_id = a.xpo_account_id AND l.ad_account_id = t.id
                 LEFT JOIN default_account d ON d.xpo_account_id = a.xpo_account_id AND d.ad_account_id = t.id
                 ORDER BY t.name_folded, t.id, x.name_folded, v.name_folded"
            );
            (SheetKind::Accounts, sql)
        };
        let campaigns = |from: &str| {
            let sql = format!(
                "SELECT CAST(c.id AS TEXT), c.name, CAST(c.account_id AS TEXT), x.name, v.name, iif(n.initialized IS NULL, NULL, 'Yes')
                 FROM {from}
                 LEFT JOIN advertiser v ON v.id = a.advertiser_id LEFT JOIN xpo_account x ON x.id = v.xpo_account_id
                 ORDER BY c.account_id, fold(c.name), c.id"
            );
            (SheetKind::Campaigns, sql)
        };
        let audiences = |from: &str| {
            let sql = format!(
                "SELECT CAST(u.id AS TEXT), u.name, CAST(u.account_id AS TEXT), x.name, v.name FROM {from}
                 LEFT JOIN advertiser v ON v.id = a.advertiser_id LEFT JOIN xpo_account x ON x.id = v.xpo_account_id
                 ORDER BY u.account_id, fold(u.name), u.id, x.name_folded, v.name_folded"
            );
            (SheetKind::Audiences, sql)
        };
        let of_campaign = "LEFT JOIN allocated_campaign n ON n.campaign_id = c.id
            LEFT JOIN allocation a ON a.id = n.allocation";
        let of_audience =
            "LEFT JOIN audience_allocation a ON a.ad_account_id = u.account_id AND a.audience_id = u.id";
        match self {
            AllocationScope::Accounts(_) => vec![
                accounts(
                    "json_each(?1) j JOIN ad_account t ON t.id = j.value
                     LEFT JOIN allocation a ON a.ad_account_id = t.id",
                ),
                campaigns(&format!("json_each(?1) j JOIN campaign c ON c.account_id = j.value {of_campaign}")),
                audiences(&format!("json_each(?1) j JOIN audience u ON u.account_id = j.value {of_audience}")),
            ],
            AllocationScope::XpoAccounts(_) => vec![
                accounts(
                    "json_each(?1) j JOIN allocation a ON a.xpo_account_id = j.value
                     JOIN ad_account t ON t.id = a.ad_account_id",
                ),
                campaigns(
                    "json_each(?1) j JOIN advertiser o ON o.xpo_account_id = j.value
                     JOIN allocation a ON a.advertiser_id = o.id JOIN allocated_campaign n ON n.allocation = a.id
                     JOIN campaign c ON c.id = n.campaign_id",
                ),
                audiences(
                    "json_each(?1) j JOIN advertiser o ON o.xpo_account_id = j.value
                     JOIN audience_allocation a ON a.advertiser_id = o.id
                     JOIN audience u ON u.account_id = a.ad_account_id AND u.id = a.audience_id",
                ),
            ],
            AllocationScope::Campaigns(_) => {
                vec![campaigns(&format!("json_each(?1) j JOIN campaign c ON c.id = j.value {of_campaign}"))]
            }
            AllocationScope::Audiences(_) => vec![audiences(&format!(
                "json_each(?1) j JOIN audience u
                     ON u.account_id = j.value ->> 'adAccount' AND u.id = j.value ->> 'audience' {of_audience}"
            ))],
        }
    }

    fn ids(&self) -> String {
        match self {
            AllocationScope::Accounts(ids) => json(ids),
            AllocationScope::XpoAccounts(ids) => json(ids),
            AllocationScope::Campaigns(ids) => json(ids),
            AllocationScope::Audiences(ids) => json(ids),
        }
    }
}

impl Book {
    /// Writes the allocations of `scope` from one snapshot, and replaces the file at `path`. Calls `progress` with the number
    /// of rows so far.
    ///
    /// # Errors
    /// [`Error::DiskFull`], [`Error::ExportFolder`], [`Error::Cancelled`]. An existing file is then unchanged.
    pub fn export_allocations(
        &self,
        scope: &AllocationScope,
        path: &Path,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let reader = self.open_reader()?;
        let snapshot = reader.unchecked_transaction()?;
        replace_table(path, |draft| {
            let mut book = Workbook::create(draft)?;
            let choices = Choices::read(&snapshot)?;
            let mut count = 0;
            for (kind, sql) in scope.sheets() {
                let headings = kind.fields().iter().map(|field| field.label().to_owned()).collect();
                book.begin_styled_sheet(headings, choices.style(kind))?;
                let mut statement = snapshot.prepare(&sql)?;
                let mut rows = statement.query([scope.ids()])?;
                while let Some(row) = rows.next()? {
                    let cells = (0..kind.fields().len()).map(|column| row.get_ref(column));
                    book.write_row(&cells.collect::<rusqlite::Result<Vec<_>>>()?)?;
                    count += 1;
                    if count % PROGRESS_ROWS == 0 && progress(count).is_break() {
                        return Err(Error::Cancelled);
                    }
                }
            }
            choices.write(&mut book)?;
            book.finish(count, progress)
        })
    }
}

/// The names that the drop-down lists offer.
struct Choices {
    xpo_accounts: Vec<String>,
    /// With their XPO accounts, by which they are sorted.
    advertisers: Vec<(String, String)>,
}

impl Choices {
    fn read(book: &Connection) -> Result<Choices> {
        let mut statement =
            book.prepare("SELECT name FROM xpo_account WHERE NOT archived ORDER BY name_folded, id")?;
        let xpo_accounts = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut statement = book.prepare(
            "SELECT x.name, v.name FROM advertiser v JOIN xpo_account x ON x.id = v.xpo_account_id
             WHERE NOT (x.archived OR v.archived) ORDER BY x.name_folded, x.id, v.name_folded, v.id",
        )?;
        let advertisers = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Choices { xpo_accounts, advertisers: advertisers.collect::<rusqlite::Result<_>>()? })
    }

    fn style(&self, kind: SheetKind) -> SheetStyle {
        let column = |field| kind.fields().iter().position(|other| *other == field).unwrap_or_default();
        let client = char::from(b'A' + u8::try_from(column(Field::XpoAccount)).unwrap_or_default());
        // Those of the XPO account in the same row.
        let advertisers = format!(
            "=OFFSET({CHOICES}!$C$1,MATCH(${client}2,{CHOICES}!$B:$B,0)-1,0,COUNTIF({CHOICES}!$B:$B,${client}2),1)"
        );
        let list = |field| match field {
            Field::XpoAccount if !self.xpo_accounts.is_empty() => {
                Some(format!("={CHOICES}!$A$2:$A${}", self.xpo_accounts.len() + 1))
            }
            Field::Advertiser => Some(advertisers.clone()),
            Field::PaymentMode => Some("\"Self,Knorex\"".to_owned()),
            Field::Default | Field::Initialized => Some("\"Yes,No\"".to_owned()),
            _ => None,
        };
        let lists = kind.fields().iter().map(|field| list(*field)).collect();
        SheetStyle { name: kind.label(), lists, hidden: false }
    }

    fn write(&self, book: &mut Workbook) -> Result<()> {
        let headings = [Field::XpoAccount, Field::XpoAccount, Field::Advertiser];
        let style = SheetStyle { name: CHOICES, lists: Vec::new(), hidden: true };
        book.begin_styled_sheet(headings.map(|field| field.label().to_owned()).to_vec(), style)?;
        for row in 0..self.xpo_accounts.len().max(self.advertisers.len()) {
            let (of, advertiser) = self.advertisers.get(row).map(|(of, name)| (of, name)).unzip();
            book.write_row(&[self.xpo_accounts.get(row), of, advertiser].map(cell))?;
        }
        Ok(())
    }
}

fn cell(text: Option<&String>) -> ValueRef<'_> {
    text.map_or(ValueRef::Null, |text| ValueRef::Text(text.as_bytes()))
}

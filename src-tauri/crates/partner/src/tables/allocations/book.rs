//! Looks up what the rows of an allocation file mention.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::Result;
use crate::decisions::PaymentMode;
use crate::ids::{AdAccountId, AdvertiserId, XpoAccountId, id_at, number};
use crate::tables::allocations::columns::SheetKind;
use crate::tables::allocations::ids::{KEPT, Rounded, StatedId};
use crate::tables::allocations::table::RowProblem;
use crate::text::name_key;

/// An ad account, or a campaign or audience of one.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub id: String,
    /// The id of its ad account.
    pub account: String,
    pub name: String,
}

/// The advertiser, or only the XPO account, that a row names.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    pub xpo_account: Option<XpoAccountId>,
    pub advertiser: Option<AdvertiserId>,
}

pub(super) struct Lookup<'a> {
    book: &'a Connection,
    /// By [`name_key`].
    xpo_accounts: HashMap<String, XpoAccountId>,
    /// By the XPO account and [`name_key`].
    advertisers: HashMap<(XpoAccountId, String), AdvertiserId>,
    /// By [`name_key`].
    named_advertisers: HashMap<String, Vec<(XpoAccountId, AdvertiserId)>>,
    /// The XPO account and the names of both.
    parties: HashMap<AdvertiserId, (XpoAccountId, String, String)>,
    /// Objects whose ids the file has only rounded, by [`name_key`].
    named: HashMap<(SheetKind, String), Vec<Object>>,
}

impl<'a> Lookup<'a> {
    /// `names` are those of rows whose id is rounded.
    pub fn new(book: &'a Connection, names: &HashSet<(SheetKind, String)>) -> Result<Lookup<'a>> {
        let mut lookup = Lookup {
            book,
            xpo_accounts: HashMap::new(),
            advertisers: HashMap::new(),
            named_advertisers: HashMap::new(),
            parties: HashMap::new(),
            named: HashMap::new(),
        };
        let mut statement = book.prepare("SELECT id, name_key FROM xpo_account")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            lookup.xpo_accounts.insert(row.get(1)?, row.get(0)?);
        }
        let mut statement = book.prepare(
            "SELECT v.id, v.xpo_account_id, v.name_key, x.name, v.name FROM advertiser v
             JOIN xpo_account x ON x.id = v.xpo_account_id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (id, of, key): (AdvertiserId, XpoAccountId, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            lookup.named_advertisers.entry(key.clone()).or_default().push((of.clone(), id.clone()));
            lookup.advertisers.insert((of.clone(), key), id.clone());
            lookup.parties.insert(id, (of, row.get(3)?, row.get(4)?));
        }
        for kind in SheetKind::ALL.iter().filter(|kind| names.iter().any(|(of, _)| of == *kind)) {
            let mut statement =
                book.prepare(&format!("SELECT id, account, name FROM ({})", objects(*kind)))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let object = object(row)?;
                let key = (*kind, name_key(object.name.trim()));
                if names.contains(&key) {
                    lookup.named.entry(key).or_default().push(object);
                }
            }
        }
        Ok(lookup)
    }

    /// Returns the XPO account and the advertiser that a row names.
    pub fn target(&self, xpo_account: &str, advertiser: &str) -> std::result::Result<Target, RowProblem> {
        let key = name_key(advertiser);
        if xpo_account.is_empty() {
            return match self.named_advertisers.get(&key).map(Vec::as_slice) {
                _ if advertiser.is_empty() => Ok(Target::default()),
                None => Err(RowProblem::AdvertiserUnknown),
                Some([(of, id)]) => {
                    Ok(Target { xpo_account: Some(of.clone()), advertiser: Some(id.clone()) })
                }
                Some(_) => Err(RowProblem::XpoAccountMissing),
            };
        }
        let of = self.xpo_accounts.get(&name_key(xpo_account)).ok_or(RowProblem::XpoAccountUnknown)?;
        let of = Some(of.clone());
        if advertiser.is_empty() {
            return Ok(Target { xpo_account: of, advertiser: None });
        }
        let found = of.as_ref().and_then(|of| self.advertisers.get(&(of.clone(), key)));
        let advertiser = Some(found.ok_or(RowProblem::AdvertiserUnknown)?.clone());
        Ok(Target { xpo_account: of, advertiser })
    }

    /// Returns the XPO account of an advertiser, and the names of both.
    pub fn party(&self, advertiser: &AdvertiserId) -> (Option<&XpoAccountId>, &str, &str) {
        self.parties
            .get(advertiser)
            .map_or((None, "", ""), |(of, xpo_account, name)| (Some(of), xpo_account, name))
    }

    /// Returns the objects with an id: several ad accounts may have the same audience. Whether the id was rounded, so that
    /// the object was found by its name, is the second result. `account` is the cell with the ad account.
    pub fn objects(
        &self,
        kind: SheetKind,
        id: &StatedId,
        name: &str,
        account: &StatedId,
    ) -> Result<std::result::Result<(Vec<Object>, bool), RowProblem>> {
        let rounded = match id {
            StatedId::Missing => return Ok(Err(RowProblem::IdMissing)),
            StatedId::Invalid => return Ok(Err(RowProblem::IdInvalid)),
            StatedId::Exact(id) => {
                let found = self.with_id(kind, id)?;
                return Ok(if found.is_empty() { Err(RowProblem::Unknown) } else { Ok((found, false)) });
            }
            StatedId::Rounded(rounded) => rounded,
        };
        if let Some(digits) = &rounded.digits {
            let found = self.with_id(kind, digits)?;
            let is_named = found.iter().any(|object| name_key(object.name.trim()) == name_key(name));
            if !found.is_empty() && (is_named || !self.has_others_like(kind, digits)?) {
                return Ok(Ok((found, false)));
            }
        }
        let in_account = |object: &&Object| match account {
            StatedId::Exact(id) => object.account == *id,
            StatedId::Rounded(rounded) => rounded.fits(&object.account),
            _ => true,
        };
        Ok(self.with_name(kind, name, rounded, in_account))
    }

    fn with_name(
        &self,
        kind: SheetKind,
        name: &str,
        rounded: &Rounded,
        in_account: impl Fn(&&Object) -> bool,
    ) -> std::result::Result<(Vec<Object>, bool), RowProblem> {
        let named = self.named.get(&(kind, name_key(name))).into_iter().flatten();
        let found: Vec<Object> =
            named.filter(|object| rounded.fits(&object.id)).filter(in_account).cloned().collect();
        let is_one = found.windows(2).all(|pair| pair[0].id == pair[1].id);
        if found.is_empty() || !is_one { Err(RowProblem::IdRounded) } else { Ok((found, true)) }
    }

    fn with_id(&self, kind: SheetKind, id: &str) -> Result<Vec<Object>> {
        let sql = format!("SELECT id, account, name FROM ({}) WHERE id = ? ORDER BY account", objects(kind));
        let mut statement = self.book.prepare_cached(&sql)?;
        let found = statement.query_map([number(id)], object)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether a spreadsheet would have rounded another id to these digits.
    fn has_others_like(&self, kind: SheetKind, digits: &str) -> Result<bool> {
        let (Some(id), Some(kept)) = (number(digits), number(&digits[..KEPT])) else { return Ok(false) };
        let zeros = u32::try_from(digits.len() - KEPT).unwrap_or(u32::MAX);
        let end = kept.saturating_add(1).saturating_mul(10_i64.saturating_pow(zeros));
        let sql = format!("SELECT 1 FROM ({}) WHERE id > ? AND id < ?", objects(kind));
        Ok(self.book.prepare_cached(&sql)?.exists([id, end])?)
    }

    pub fn is_allocated(&self, account: &str, advertiser: &AdvertiserId) -> Result<bool> {
        let sql = "SELECT 1 FROM allocation WHERE ad_account_id = ? AND advertiser_id = ?";
        Ok(self.book.prepare_cached(sql)?.exists(params![account, advertiser])?)
    }

    /// Returns the payment mode of an ad account for an XPO account that has it.
    pub fn mode(&self, account: &str, xpo_account: &XpoAccountId) -> Result<Option<PaymentMode>> {
        let sql = "SELECT payment_mode FROM link WHERE ad_account_id = ? AND xpo_account_id = ?";
        let mut statement = self.book.prepare_cached(sql)?;
        Ok(statement.query_row(params![account, xpo_account], |row| row.get(0)).optional()?)
    }

    pub fn default_of(&self, xpo_account: &XpoAccountId) -> Result<Option<String>> {
        let sql = "SELECT ad_account_id FROM default_account WHERE xpo_account_id = ?";
        let mut statement = self.book.prepare_cached(sql)?;
        let default = statement.query_row([xpo_account], |row| row.get(0)).optional()?;
        Ok(default.map(|AdAccountId(id)| id))
    }

    /// Returns the advertiser that has a campaign, and whether the campaign is initialized.
    pub fn holder_of(&self, campaign: &str) -> Result<Option<(AdvertiserId, bool)>> {
        let sql =
            "SELECT advertiser_id, initialized IS NOT NULL FROM campaign_allocation WHERE campaign_id = ?";
        let mut statement = self.book.prepare_cached(sql)?;
        Ok(statement.query_row([campaign], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    pub fn has_audience(&self, audience: &str, account: &str, advertiser: &AdvertiserId) -> Result<bool> {
        let sql = "SELECT 1 FROM audience_allocation
                   WHERE audience_id = ? AND ad_account_id = ? AND advertiser_id = ?";
        Ok(self.book.prepare_cached(sql)?.exists(params![audience, account, advertiser])?)
    }

    /// Returns whether an XPO account has an audience of an ad account.
    pub fn client_has_audience(&self, audience: &str, account: &str, of: &XpoAccountId) -> Result<bool> {
        let sql = "SELECT 1 FROM audience_allocation a JOIN advertiser v ON v.id = a.advertiser_id
                   WHERE a.audience_id = ? AND a.ad_account_id = ? AND v.xpo_account_id = ?";
        Ok(self.book.prepare_cached(sql)?.exists(params![audience, account, of])?)
    }

    /// Calls `each` with the object and the advertiser of every allocation of a kind.
    pub fn each_allocation(
        &self,
        kind: SheetKind,
        mut each: impl FnMut(Object, AdvertiserId) -> Result<()>,
    ) -> Result<()> {
        let sql = match kind {
            SheetKind::Accounts => {
                "SELECT t.id, t.id, t.name, a.advertiser_id FROM allocation a
                 JOIN ad_account t ON t.id = a.ad_account_id ORDER BY t.id, a.advertiser_id"
            }
            SheetKind::Campaigns => {
                "SELECT c.id, c.account_id, c.name, a.advertiser_id FROM campaign_allocation a
                 JOIN campaign c ON c.id = a.campaign_id ORDER BY a.campaign_id"
            }
            SheetKind::Audiences => {
                "SELECT u.id, u.account_id, u.name, a.advertiser_id FROM audience_allocation a
                 JOIN audience u ON u.account_id = a.ad_account_id AND u.id = a.audience_id
                 ORDER BY a.audience_id, a.ad_account_id, a.advertiser_id"
            }
        };
        let mut statement = self.book.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let object = object(row)?;
            each(object, row.get(3)?)?;
        }
        Ok(())
    }
}

fn object(row: &Row<'_>) -> rusqlite::Result<Object> {
    Ok(Object { id: id_at(row, 0)?, account: id_at(row, 1)?, name: row.get(2)? })
}

fn objects(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Accounts => "SELECT id, id AS account, name FROM ad_account",
        SheetKind::Campaigns => "SELECT id, account_id AS account, name FROM campaign",
        SheetKind::Audiences => "SELECT id, account_id AS account, name FROM audience",
    }
}

//! Looks up what the rows of an allocation file mention.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, params};

use crate::Result;
use crate::decisions::PaymentMode;
use crate::ids::{AdAccountId, AdvertiserId, XpoAccountId, id_at, number};
use crate::json_column::json;
use crate::tables::allocations::columns::SheetKind;
use crate::tables::allocations::ids::{KEPT, StatedId};
use crate::tables::allocations::table::{Read, RowProblem};
use crate::text::name_key;

/// An ad account, or a campaign or audience of one.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub id: String,
    /// The id of its ad account.
    pub account: String,
    pub name: String,
    /// Those that have it. The flag says whether the campaign is initialized.
    pub holders: Vec<(AdvertiserId, bool)>,
}

impl Object {
    pub fn is_allocated_to(&self, advertiser: &AdvertiserId) -> bool {
        self.holders.iter().any(|(holder, _)| holder == advertiser)
    }
}

/// The advertiser, or only the XPO account, that a row names.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    pub xpo_account: Option<XpoAccountId>,
    pub advertiser: Option<AdvertiserId>,
}

/// The ids of objects and of their ad accounts, by kind and [`name_key`].
type NamedObjects = HashMap<(SheetKind, String), Vec<(String, String)>>;

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
    /// The names of rows whose id may be rounded, by [`name_key`].
    names: HashSet<(SheetKind, String)>,
    /// The objects with these names.
    named: OnceCell<NamedObjects>,
    /// What [`Lookup::prepare`] read, by id.
    prepared: HashMap<String, Vec<Object>>,
}

impl<'a> Lookup<'a> {
    pub fn new(book: &'a Connection, names: HashSet<(SheetKind, String)>) -> Result<Lookup<'a>> {
        let mut lookup = Lookup {
            book,
            xpo_accounts: HashMap::new(),
            advertisers: HashMap::new(),
            named_advertisers: HashMap::new(),
            parties: HashMap::new(),
            names,
            named: OnceCell::new(),
            prepared: HashMap::new(),
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
    ) -> Read<(Vec<Object>, bool)> {
        let rounded = match id {
            StatedId::Missing => return Err(RowProblem::IdMissing.into()),
            StatedId::Invalid => return Err(RowProblem::IdInvalid.into()),
            StatedId::Exact(id) => {
                let found = self.with_id(kind, id)?;
                return if found.is_empty() { Err(RowProblem::Unknown.into()) } else { Ok((found, false)) };
            }
            StatedId::Rounded(rounded) => rounded,
        };
        if let Some(digits) = &rounded.digits {
            let found = self.with_id(kind, digits)?;
            let is_named = found.iter().any(|object| name_key(object.name.trim()) == name_key(name));
            if !found.is_empty() && (is_named || !self.has_others_like(kind, digits)?) {
                return Ok((found, false));
            }
        }
        let in_account = |of: &str| *account == StatedId::Invalid || account.may_be(of);
        let named = self.named()?.get(&(kind, name_key(name))).into_iter().flatten();
        let found: Vec<_> = named.filter(|(id, of)| rounded.fits(id) && in_account(of)).collect();
        let is_one = found.windows(2).all(|pair| pair[0].0 == pair[1].0);
        let Some((id, _)) = found.first().filter(|_| is_one) else {
            return Err(RowProblem::IdRounded.into());
        };
        let mut objects = self.with_id(kind, id)?;
        objects.retain(|object| found.iter().any(|(_, account)| *account == object.account));
        Ok((objects, true))
    }

    /// Reads the whole tables, which few files need.
    fn named(&self) -> Result<&NamedObjects> {
        if let Some(named) = self.named.get() {
            return Ok(named);
        }
        let mut named = NamedObjects::new();
        for kind in SheetKind::ALL.iter().filter(|kind| self.names.iter().any(|(of, _)| of == *kind)) {
            let (table, account, ..) = tables(*kind);
            let mut statement = self.book.prepare(&format!("SELECT id, {account}, name FROM {table}"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let key = (*kind, name_key(row.get_ref(2)?.as_str().unwrap_or_default().trim()));
                if self.names.contains(&key) {
                    named.entry(key).or_default().push((id_at(row, 0)?, id_at(row, 1)?));
                }
            }
        }
        Ok(self.named.get_or_init(|| named))
    }

    fn with_id(&self, kind: SheetKind, id: &str) -> Result<Vec<Object>> {
        match self.prepared.get(id) {
            Some(objects) => Ok(objects.clone()),
            None => Ok(self.read(kind, &BTreeSet::from([id.to_owned()]))?.remove(id).unwrap_or_default()),
        }
    }

    /// Reads the objects with these ids in one go, instead of those that were prepared before.
    pub fn prepare(&mut self, kind: SheetKind, ids: BTreeSet<String>) -> Result<()> {
        self.prepared = self.read(kind, &ids)?;
        // The others do not exist.
        for id in ids {
            self.prepared.entry(id).or_default();
        }
        Ok(())
    }

    fn read(&self, kind: SheetKind, ids: &BTreeSet<String>) -> Result<HashMap<String, Vec<Object>>> {
        let (table, account, allocations, initialized) = tables(kind);
        let mut statement = self.book.prepare_cached(&format!(
            "SELECT c.id, c.{account}, c.name, a.advertiser_id, {initialized}
             FROM json_each(?) j CROSS JOIN {table} c ON c.id = j.value LEFT JOIN {allocations}
             ORDER BY j.key, c.{account}"
        ))?;
        let mut objects: HashMap<String, Vec<Object>> = HashMap::with_capacity(ids.len());
        let mut rows = statement.query([json(ids)])?;
        while let Some(row) = rows.next()? {
            let object = Object {
                id: id_at(row, 0)?,
                account: id_at(row, 1)?,
                name: row.get(2)?,
                holders: Vec::new(),
            };
            let holder =
                row.get::<_, Option<AdvertiserId>>(3)?.map(|holder| row.get(4).map(|flag| (holder, flag)));
            let same = objects.entry(object.id.clone()).or_default();
            if same.last().is_none_or(|last| last.account != object.account) {
                same.push(object);
            }
            if let Some(last) = same.last_mut() {
                last.holders.extend(holder.transpose()?);
            }
        }
        Ok(objects)
    }

    /// Returns whether a spreadsheet would have rounded another id to these digits.
    fn has_others_like(&self, kind: SheetKind, digits: &str) -> Result<bool> {
        let (Some(id), Some(kept)) = (number(digits), number(&digits[..KEPT])) else { return Ok(false) };
        let zeros = u32::try_from(digits.len() - KEPT).unwrap_or(u32::MAX);
        let end = kept.saturating_add(1).saturating_mul(10_i64.saturating_pow(zeros));
        let sql = format!("SELECT 1 FROM {} WHERE id > ? AND id < ?", tables(kind).0);
        Ok(self.book.prepare_cached(&sql)?.exists([id, end])?)
    }

    /// Returns the payment mode of an ad account for an XPO account that has it.
    pub fn mode(&self, account: &str, xpo_account: &XpoAccountId) -> Result<Option<PaymentMode>> {
        let sql = "SELECT payment_mode FROM account_link WHERE ad_account_id = ? AND xpo_account_id = ?";
        let mut statement = self.book.prepare_cached(sql)?;
        Ok(statement.query_row(params![account, xpo_account], |row| row.get(0)).optional()?)
    }

    pub fn default_of(&self, xpo_account: &XpoAccountId) -> Result<Option<String>> {
        let sql = "SELECT ad_account_id FROM default_account WHERE xpo_account_id = ?";
        let mut statement = self.book.prepare_cached(sql)?;
        let default = statement.query_row([xpo_account], |row| row.get(0)).optional()?;
        Ok(default.map(|AdAccountId(id)| id))
    }

    /// Calls `each` with the ids of the object and its ad account, and with the advertiser, of every allocation of a kind.
    pub fn each_allocation(
        &self,
        kind: SheetKind,
        mut each: impl FnMut(&str, &str, &str) -> Result<()>,
    ) -> Result<()> {
        let sql = match kind {
            SheetKind::Accounts => {
                "SELECT CAST(ad_account_id AS TEXT), CAST(ad_account_id AS TEXT), advertiser_id FROM allocation
                 ORDER BY ad_account_id, advertiser_id"
            }
            SheetKind::Campaigns => {
                "SELECT CAST(campaign_id AS TEXT), CAST(ad_account_id AS TEXT), advertiser_id FROM campaign_allocation
                 ORDER BY campaign_id"
            }
            SheetKind::Audiences => {
                "SELECT CAST(audience_id AS TEXT), CAST(ad_account_id AS TEXT), advertiser_id FROM audience_allocation
                 ORDER BY audience_id, ad_account_id, advertiser_id"
            }
        };
        let mut statement = self.book.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |column| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
            each(text(0)?, text(1)?, text(2)?)?;
        }
        Ok(())
    }

    pub fn name_of(&self, kind: SheetKind, id: &str, account: &str) -> Result<String> {
        let (table, column, ..) = tables(kind);
        let sql = format!("SELECT name FROM {table} WHERE id = ? AND {column} = ?");
        let mut statement = self.book.prepare_cached(&sql)?;
        Ok(statement
            .query_row([number(id), number(account)], |row| row.get(0))
            .optional()?
            .unwrap_or_default())
    }
}

/// Returns the table of a kind of object, its column with the ad account, the table of its allocations as it is joined, and
/// whether a row there is initialized.
fn tables(kind: SheetKind) -> (&'static str, &'static str, &'static str, &'static str) {
    match kind {
        SheetKind::Accounts => ("ad_account", "id", "allocation a ON a.ad_account_id = c.id", "false"),
        SheetKind::Campaigns => (
            "campaign",
            "account_id",
            "allocated_campaign n ON n.campaign_id = c.id LEFT JOIN allocation a ON a.id = n.allocation",
            "n.initialized IS NOT NULL",
        ),
        SheetKind::Audiences => (
            "audience",
            "account_id",
            "audience_allocation a ON a.audience_id = c.id AND a.ad_account_id = c.account_id",
            "false",
        ),
    }
}

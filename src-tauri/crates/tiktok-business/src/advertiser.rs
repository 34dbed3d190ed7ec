//! Details of ad accounts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    AccessToken, AdvertiserId, Client, Error, Kind,
    envelope::shape,
    loose::{self, Object, flag, number, text, whole},
};

const ENDPOINT: &str = "advertiser/info/";

/// Ids per request. TikTok names no maximum; Airbyte's connector has long used this.
const BATCH: usize = 100;

/// All that may be asked for, except `company_name_editable`: asked for, it comes back with nothing but the id.
const FIELDS: [&str; 23] = [
    "advertiser_id",
    "name",
    "company",
    "status",
    "role",
    "rejection_reason",
    "timezone",
    "display_timezone",
    "currency",
    "country",
    "language",
    "industry",
    "contacter",
    "email",
    "cellphone_number",
    "telephone_number",
    "address",
    "description",
    "license_no",
    "license_url",
    "balance",
    "create_time",
    "owner_bc_id",
];

/// One ad account as v1.3 `GET /advertiser/info/` tells it. All text is hostile.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvertiserInfo {
    /// The ad account.
    pub id: AdvertiserId,
    /// Its name.
    pub name: Option<String>,
    /// The company behind it.
    pub company: Option<String>,
    /// `STATUS_ENABLE` and others; values nobody has documented occur.
    pub status: Option<String>,
    /// `ROLE_ADVERTISER`, `ROLE_CHILD_ADVERTISER`, `ROLE_CHILD_AGENT`, `ROLE_AGENT`.
    pub role: Option<String>,
    /// Why it was refused or suspended; empty otherwise. Suspended: `1:<text>,endtime:YYYY-MM-DD HH:MM:SS`.
    pub rejection_reason: Option<String>,
    /// As an offset whose sign is the other way round: `Etc/GMT+8` is eight hours behind UTC.
    pub timezone: Option<String>,
    /// IANA: `America/Los_Angeles`.
    pub display_timezone: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// ISO 3166-1, two letters.
    pub country: Option<String>,
    /// Two letters, may be empty.
    pub language: Option<String>,
    /// Six digits.
    pub industry: Option<String>,
    /// `AUCTION` or `RESERVATION`. Cannot be asked for; some answers have it all the same.
    pub advertiser_account_type: Option<String>,
    /// Contact, masked.
    pub contacter: Option<String>,
    /// Contact, masked.
    pub email: Option<String>,
    /// Contact, masked.
    pub cellphone_number: Option<String>,
    /// Contact, masked.
    pub telephone_number: Option<String>,
    /// The company's address.
    pub address: Option<String>,
    /// Usually the promoted web site.
    pub description: Option<String>,
    /// Business licence.
    pub license_no: Option<String>,
    /// Picture of the business licence; the link is good for one hour.
    pub license_url: Option<String>,
    /// In units of `currency`, for accounts outside a Business Center.
    pub balance: Option<f64>,
    /// Unix seconds.
    pub create_time: Option<i64>,
    /// The Business Center that owns the account, if one does.
    pub owner_bc_id: Option<String>,
    /// May use a custom identity in ads.
    pub can_use_custom_identity: Option<bool>,
    /// In "ads only" mode.
    pub ads_only_mode: Option<bool>,
    /// Fields not named above, and those whose type nobody expected.
    pub rest: Object,
}

/// What could be told about the ad accounts asked for. Each is either in `list` or in `missing`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdvertiserInfos {
    /// In the order asked for as far as TikTok keeps it.
    pub list: Vec<AdvertiserInfo>,
    /// The others.
    pub missing: Vec<Missing>,
}

/// An ad account without details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The ad account.
    pub id: AdvertiserId,
    /// Why.
    pub reason: MissingReason,
}

/// Why TikTok told nothing about an ad account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingReason {
    /// It refused this very account.
    Refused(Error),
    /// It left the account out of its answer.
    LeftOut,
    /// Its answer had rows without a usable id; one may have been this account.
    Unreadable,
}

impl Client {
    /// Details of any number of ad accounts, 100 to a request: v1.3 `GET /advertiser/info/`.
    ///
    /// One account without permission may fail a whole request, so a refused batch is halved until the culprits stand
    /// alone. `progress` hears after each request how many accounts are settled.
    ///
    /// # Errors
    /// Any error that is not about single accounts ends the call.
    pub async fn advertiser_info(
        &self,
        token: &AccessToken,
        ids: &[AdvertiserId],
        mut progress: impl FnMut(usize) + Send,
    ) -> Result<AdvertiserInfos, Error> {
        let mut seen = BTreeSet::new();
        let ids: Vec<&AdvertiserId> = ids.iter().filter(|id| seen.insert(*id)).collect();
        let mut found = AdvertiserInfos::default();
        // The next batch is the last.
        let mut batches: Vec<&[&AdvertiserId]> = ids.chunks(BATCH).rev().collect();
        while let Some(batch) = batches.pop() {
            match (self.batch(token, batch).await, batch) {
                (Ok(infos), _) => {
                    found.list.extend(infos.list);
                    found.missing.extend(infos.missing);
                }
                (Err(error), [id]) if concerns_one_account(&error) => {
                    found.missing.push(Missing { id: (*id).clone(), reason: MissingReason::Refused(error) });
                }
                (Err(error), _) if concerns_one_account(&error) => {
                    let (left, right) = batch.split_at(batch.len() / 2);
                    batches.extend([right, left]);
                }
                (Err(error), _) => return Err(error),
            }
            progress(found.list.len() + found.missing.len());
        }
        Ok(found)
    }

    async fn batch(&self, token: &AccessToken, ids: &[&AdvertiserId]) -> Result<AdvertiserInfos, Error> {
        let query = [("advertiser_ids", json!(ids).to_string()), ("fields", json!(FIELDS).to_string())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut data = self.get(ENDPOINT, token, &query, &[]).await?;
        let rows = loose::list(&mut data, "list").ok_or_else(|| shape(ENDPOINT, "the answer has no list"))?;

        let mut open: BTreeSet<&AdvertiserId> = ids.iter().copied().collect();
        let mut found = AdvertiserInfos::default();
        let mut reason = MissingReason::LeftOut;
        for row in rows {
            match advertiser_info(row) {
                Some(info) if open.remove(&info.id) => found.list.push(info),
                Some(info) => {
                    tracing::warn!(id = %info.id, "an ad account nobody asked for, or twice")
                }
                None => reason = MissingReason::Unreadable,
            }
        }
        found.missing =
            open.into_iter().map(|id| Missing { id: id.clone(), reason: reason.clone() }).collect();
        Ok(found)
    }
}

/// 40002 is "parameter error", and what older answers say of an account without permission.
fn concerns_one_account(error: &Error) -> bool {
    matches!(error.kind, Kind::Account | Kind::NoPermission) || error.code == Some(40002)
}

fn advertiser_info(row: Value) -> Option<AdvertiserInfo> {
    let Value::Object(mut row) = row else {
        return None;
    };
    let row = &mut row;
    Some(AdvertiserInfo {
        id: loose::id(row, "advertiser_id")?,
        name: text(row, "name"),
        company: text(row, "company"),
        status: text(row, "status"),
        role: text(row, "role"),
        rejection_reason: text(row, "rejection_reason"),
        timezone: text(row, "timezone"),
        display_timezone: text(row, "display_timezone"),
        currency: text(row, "currency"),
        country: text(row, "country"),
        language: text(row, "language"),
        industry: text(row, "industry"),
        advertiser_account_type: text(row, "advertiser_account_type"),
        contacter: text(row, "contacter"),
        email: text(row, "email"),
        cellphone_number: text(row, "cellphone_number"),
        telephone_number: text(row, "telephone_number"),
        address: text(row, "address"),
        description: text(row, "description"),
        license_no: text(row, "license_no"),
        license_url: text(row, "license_url"),
        balance: number(row, "balance"),
        create_time: whole(row, "create_time"),
        owner_bc_id: text(row, "owner_bc_id"),
        can_use_custom_identity: flag(row, "can_use_custom_identity"),
        ads_only_mode: flag(row, "ads_only_mode"),
        rest: std::mem::take(row),
    })
}

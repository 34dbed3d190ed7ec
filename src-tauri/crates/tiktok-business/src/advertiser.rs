//! Details of ad accounts. Source: `docs/tiktok-api.md`, section "3.1 `GET /advertiser/info/`".

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    AccessToken, AdvertiserId, Client, Error, ErrorKind,
    envelope::malformed,
    lenient::{Object, take, take_id, take_list},
};

/// The endpoint of [`Client::advertiser_info`], as in [`Error::endpoint`].
pub const ADVERTISER_INFO: &str = "advertiser/info/";

/// Ids per request. TikTok documents no maximum; Airbyte's connector has long used this one.
const MAX_IDS: usize = 100;

/// All fields but two: `license_url` expires within an hour, and with `company_name_editable` TikTok returns nothing but
/// the id.
const FIELDS: [&str; 22] = [
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
    "balance",
    "create_time",
    "owner_bc_id",
];

/// The details of an ad account. All text is untrusted.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvertiserInfo {
    pub id: AdvertiserId,
    pub name: Option<String>,
    pub company: Option<String>,
    /// `STATUS_ENABLE` and others, including undocumented ones.
    pub status: Option<String>,
    pub role: Option<String>,
    /// Why the account was rejected or suspended, else empty.
    pub rejection_reason: Option<String>,
    /// An offset with the opposite sign: `Etc/GMT+8` is eight hours behind UTC.
    pub timezone: Option<String>,
    /// IANA name.
    pub display_timezone: Option<String>,
    pub currency: Option<String>,
    pub country: Option<String>,
    pub language: Option<String>,
    pub industry: Option<String>,
    /// `AUCTION` or `RESERVATION`. It cannot be requested, but some responses include it.
    pub advertiser_account_type: Option<String>,
    /// Masked by TikTok, like the other contact details.
    pub contacter: Option<String>,
    pub email: Option<String>,
    pub cellphone_number: Option<String>,
    pub telephone_number: Option<String>,
    pub address: Option<String>,
    /// Usually the promoted website.
    pub description: Option<String>,
    pub license_no: Option<String>,
    /// In `currency`. Zero for accounts of a Business Center.
    pub balance: Option<f64>,
    /// Unix time in seconds.
    pub create_time: Option<i64>,
    /// The Business Center that owns the account.
    pub owner_bc_id: Option<String>,
    /// All other fields, and those of an unexpected type.
    pub other_fields: Object,
}

/// Each requested ad account is either in `list` or in `missing`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AdvertiserInfos {
    pub list: Vec<AdvertiserInfo>,
    pub missing: Vec<MissingAdvertiser>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingAdvertiser {
    pub id: AdvertiserId,
    pub reason: MissingReason,
}

/// Why TikTok returned no details of an ad account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingReason {
    /// TikTok rejected a request for this account alone.
    Rejected(Error),
    /// TikTok omitted the account.
    Omitted,
    /// The response had rows without a valid id. One of them may be this account.
    Unreadable,
}

enum Batch<'a> {
    Ask(Vec<&'a AdvertiserId>),
    /// TikTok rejected a request that contained these, and then its first and its last account are asked for alone. If
    /// neither is granted, which leaves the number of accounts at `granted`, the endpoint is not.
    Rejected {
        ids: Vec<&'a AdvertiserId>,
        error: Error,
        granted: usize,
    },
}

fn halves<'a>(ids: &[&'a AdvertiserId]) -> [Batch<'a>; 2] {
    let (left, right) = ids.split_at(ids.len() / 2);
    [right, left].map(|half| Batch::Ask(half.to_vec()))
}

impl Client {
    /// Fetches the details of any number of ad accounts. After each request, it calls `progress` with the number of
    /// accounts that are done.
    ///
    /// One account without permission can fail a whole request. An account that the message names is left out of the next
    /// one. Otherwise the batch is split in halves until each such account is found, unless the endpoint itself is not
    /// granted: then every account is missing with [`ErrorKind::NoPermission`]. Errors that do not concern single accounts
    /// end the call.
    pub async fn advertiser_info(
        &self,
        token: &AccessToken,
        ids: &[AdvertiserId],
        mut progress: impl FnMut(usize) + Send,
    ) -> Result<AdvertiserInfos, Error> {
        let mut seen = BTreeSet::new();
        let ids: Vec<&AdvertiserId> = ids.iter().filter(|id| seen.insert(*id)).collect();
        let mut infos = AdvertiserInfos::default();
        // A stack: the next batch is the last one.
        let mut batches: Vec<Batch> = ids.chunks(MAX_IDS).rev().map(|ids| Batch::Ask(ids.to_vec())).collect();
        while let Some(batch) = batches.pop() {
            match batch {
                Batch::Ask(ids) if ids.is_empty() => continue,
                Batch::Ask(mut ids) => match self.advertiser_info_batch(token, &ids).await {
                    Ok(fetched) => {
                        infos.list.extend(fetched.list);
                        infos.missing.extend(fetched.missing);
                    }
                    Err(error) if concerns_one_account(&error) => {
                        let named = ids.iter().position(|id| error.advertiser.as_ref() == Some(*id));
                        let granted = infos.list.len();
                        match (named, ids.as_slice()) {
                            (Some(at), _) => {
                                infos.missing.push(rejected(ids.remove(at), error));
                                batches.push(Batch::Ask(ids));
                            }
                            (None, [id]) => infos.missing.push(rejected(id, error)),
                            (None, _) if granted > 0 && error.kind != ErrorKind::NoPermission => {
                                batches.extend(halves(&ids));
                                continue;
                            }
                            (None, [first, middle @ .., last]) => {
                                let rest = Batch::Rejected { ids: middle.to_vec(), error, granted };
                                batches.extend([rest, Batch::Ask(vec![last]), Batch::Ask(vec![first])]);
                                continue;
                            }
                            (None, []) => {}
                        }
                    }
                    Err(error) => return Err(error),
                },
                Batch::Rejected { ids, error, granted } if infos.list.len() == granted => {
                    let error = Error { kind: ErrorKind::NoPermission, advertiser: None, ..error };
                    infos.missing.extend(ids.into_iter().map(|id| rejected(id, error.clone())));
                }
                Batch::Rejected { ids, .. } => {
                    batches.extend(halves(&ids));
                    continue;
                }
            }
            progress(infos.list.len() + infos.missing.len());
        }
        Ok(infos)
    }

    async fn advertiser_info_batch(
        &self,
        token: &AccessToken,
        ids: &[&AdvertiserId],
    ) -> Result<AdvertiserInfos, Error> {
        let (ids_json, fields) = (json!(ids).to_string(), json!(FIELDS).to_string());
        let query = [("advertiser_ids", ids_json.as_str()), ("fields", &fields)];
        let mut data = self.get_object(ADVERTISER_INFO, token, &query, &[]).await?;
        let rows = take_list(&mut data, "list")
            .ok_or_else(|| malformed(ADVERTISER_INFO, "the response has no list"))?;

        let mut requested: BTreeSet<&AdvertiserId> = ids.iter().copied().collect();
        let mut infos = AdvertiserInfos::default();
        let mut reason = MissingReason::Omitted;
        for row in rows {
            match advertiser_info(row) {
                Some(info) if requested.remove(&info.id) => infos.list.push(info),
                Some(info) => tracing::warn!(id = %info.id, "ignored an unrequested or duplicate ad account"),
                None => reason = MissingReason::Unreadable,
            }
        }
        infos.missing = requested
            .into_iter()
            .map(|id| MissingAdvertiser { id: id.clone(), reason: reason.clone() })
            .collect();
        Ok(infos)
    }
}

fn rejected(id: &AdvertiserId, error: Error) -> MissingAdvertiser {
    MissingAdvertiser { id: id.clone(), reason: MissingReason::Rejected(error) }
}

/// Older responses use 40002, "parameter error", for an account without permission.
fn concerns_one_account(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::AccountUnavailable | ErrorKind::NoPermission) || error.code == Some(40002)
}

fn advertiser_info(row: Value) -> Option<AdvertiserInfo> {
    let Value::Object(mut row) = row else {
        return None;
    };
    let row = &mut row;
    Some(AdvertiserInfo {
        id: take_id(row, "advertiser_id")?,
        name: take(row, "name"),
        company: take(row, "company"),
        status: take(row, "status"),
        role: take(row, "role"),
        rejection_reason: take(row, "rejection_reason"),
        timezone: take(row, "timezone"),
        display_timezone: take(row, "display_timezone"),
        currency: take(row, "currency"),
        country: take(row, "country"),
        language: take(row, "language"),
        industry: take(row, "industry"),
        advertiser_account_type: take(row, "advertiser_account_type"),
        contacter: take(row, "contacter"),
        email: take(row, "email"),
        cellphone_number: take(row, "cellphone_number"),
        telephone_number: take(row, "telephone_number"),
        address: take(row, "address"),
        description: take(row, "description"),
        license_no: take(row, "license_no"),
        balance: take(row, "balance"),
        create_time: take(row, "create_time"),
        owner_bc_id: take(row, "owner_bc_id"),
        other_fields: std::mem::take(row),
    })
}

//! The fields of an ad account in `GET /advertiser/info/`.

use serde_json::{Map, Value, json};

use super::markets::{MARKETS, Market};
use super::rng::{Rng, Stream};
use super::{account_names, business_center};

/// The 13 statuses of v1.3 `GET /advertiser/info/`.
const STATUSES: [&str; 13] = [
    "STATUS_ENABLE",
    "STATUS_LIMIT",
    "STATUS_PENDING_CONFIRM",
    "STATUS_DISABLE",
    "STATUS_CONFIRM_FAIL",
    "STATUS_PENDING_VERIFIED",
    "STATUS_CONTRACT_PENDING",
    "STATUS_CONFIRM_FAIL_END",
    "STATUS_PENDING_CONFIRM_MODIFY",
    "STATUS_CONFIRM_MODIFY_FAIL",
    "STATUS_WAIT_FOR_BPM_AUDIT",
    "STATUS_WAIT_FOR_PUBLIC_AUTH",
    "STATUS_SELF_SERVICE_UNAUDITED",
];

const ROLES: &[&str] = &["ROLE_ADVERTISER", "ROLE_CHILD_ADVERTISER", "ROLE_CHILD_AGENT"];
const INDUSTRIES: &[&str] = &["291905", "290301", "292401", "291601", "290705", "293003"];
const FIRST_CREATED: u64 = 1_546_300_800;
const LAST_CREATED: u64 = 1_767_225_600;

/// The first 13 accounts have one status each, later ones are mostly approved. With `hostile_names`, every third of the
/// first accounts has one.
pub(super) fn fields(seed: u64, index: usize, id: u64, hostile_names: bool) -> Map<String, Value> {
    let mut rng = Rng::new(seed, Stream::Account, index as u64);
    let market: &Market = &MARKETS[rng.below(MARKETS.len() as u64) as usize];
    let name = name(&mut rng, index as u64, market, hostile_names);
    let company = format!("{}{}", rng.pick(market.brands), market.company_form);
    let status = match STATUSES.get(index) {
        Some(status) => status,
        None if rng.chance(75) => STATUSES[0],
        None => rng.pick(&STATUSES),
    };
    let email = format!("{}***{}@example.com", letter(&mut rng), letter(&mut rng));
    let phone = format!("+*******{:03}", rng.below(1000));
    let language = if rng.chance(15) { "" } else { market.language };
    let Value::Object(mut fields) = json!({
        "advertiser_id": id.to_string(),
        "name": name,
        "company": company,
        "status": status,
        "rejection_reason": rejection_reason(&mut rng, status),
        "role": rng.pick(ROLES),
        "advertiser_account_type": if rng.chance(90) { "AUCTION" } else { "RESERVATION" },
        "country": market.country,
        "currency": market.currency,
        "timezone": market.timezone,
        "display_timezone": market.display_timezone,
        "language": language,
        "industry": rng.pick(INDUSTRIES),
        "contacter": sometimes(&mut rng, 60, "J***e"),
        "email": sometimes(&mut rng, 70, &email),
        "cellphone_number": sometimes(&mut rng, 30, &phone),
        "telephone_number": sometimes(&mut rng, 20, &phone),
        "address": sometimes(&mut rng, 50, market.address),
        "description": sometimes(&mut rng, 50, "https://example.com/shop"),
        "license_no": sometimes(&mut rng, 40, &format!("L-{index}")),
        "license_url": sometimes(&mut rng, 40, &format!("https://example.com/license/{id}.jpg")),
        "license_province": null,
        "license_city": null,
        "promotion_area": "0",
        "promotion_center_province": null,
        "promotion_center_city": null,
        "brand": null,
        "balance": balance(&mut rng, market),
        "create_time": FIRST_CREATED + rng.below(LAST_CREATED - FIRST_CREATED),
        "company_name_editable": rng.chance(50),
    }) else {
        return Map::new();
    };
    if rng.chance(40) {
        let owner = business_center::id(seed, rng.below(business_center::CENTERS));
        fields.insert("owner_bc_id".into(), json!(owner.to_string()));
    }
    for nullable in ["company", "industry", "role", "rejection_reason"] {
        // The first accounts have every status, with its reason.
        if index >= STATUSES.len() && rng.chance(6) {
            fields.insert(nullable.into(), Value::Null);
        }
    }
    for optional in ["telephone_number", "description", "license_url"] {
        if rng.chance(15) {
            fields.remove(optional);
        }
    }
    fields
}

fn name(rng: &mut Rng, index: u64, market: &Market, hostile_names: bool) -> String {
    let hostile_name = if !hostile_names {
        None
    } else if index < 3 * account_names::HOSTILE_NAMES {
        (index % 3 == 2).then_some(index / 3)
    } else {
        rng.chance(8).then(|| rng.below(account_names::HOSTILE_NAMES))
    };
    match hostile_name {
        Some(number) => account_names::hostile(number),
        None => account_names::realistic(rng, market),
    }
}

fn rejection_reason(rng: &mut Rng, status: &str) -> String {
    match status {
        "STATUS_LIMIT" => format!(
            "1:{},endtime:2027-{:02}-{:02} 15:59:59",
            rng.pick(&[
                "Your account was suspended because of suspicious or unusual activity",
                "This account violated the advertising policies, section \"Prohibited industries\""
            ]),
            1 + rng.below(12),
            1 + rng.below(28),
        ),
        "STATUS_CONFIRM_FAIL" | "STATUS_CONFIRM_FAIL_END" | "STATUS_CONFIRM_MODIFY_FAIL" => rng
            .pick(&[
                "The business license cannot be read.",
                "Company name & license do not match. Please upload again.",
            ])
            .into(),
        _ => String::new(),
    }
}

fn balance(rng: &mut Rng, market: &Market) -> f64 {
    if rng.chance(30) {
        0.0
    } else if market.has_cents {
        rng.below(10_000_000) as f64 / 100.0
    } else {
        rng.below(90_000_000) as f64
    }
}

fn sometimes(rng: &mut Rng, percent: u64, text: &str) -> Value {
    if rng.chance(percent) { json!(text) } else { Value::Null }
}

fn letter(rng: &mut Rng) -> char {
    char::from(b'a' + rng.below(26) as u8)
}

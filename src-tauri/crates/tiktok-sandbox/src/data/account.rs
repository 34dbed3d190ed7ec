//! One ad account, as `GET /advertiser/info/` tells it.

use serde_json::{Map, Value, json};

use super::center;
use super::draw::Draw;
use super::names;
use super::places::{PLACES, Place};

/// The 13 statuses of v1.3 `GET /advertiser/info/`.
pub(crate) const STATUSES: [&str; 13] = [
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

/// The account at `index`: the first 13 have one status each, later ones are mostly approved; of the first ones every
/// third has a hostile name.
pub(super) fn fields(seed: u64, index: usize, id: u64) -> Map<String, Value> {
    let mut draw = Draw::new(seed, super::ACCOUNT, index as u64);
    let place: &Place = &PLACES[draw.below(PLACES.len() as u64) as usize];
    let name = name(&mut draw, index as u64, place);
    let company = format!("{}{}", draw.pick(place.brands), place.company_form);
    let status = match STATUSES.get(index) {
        Some(status) => status,
        None if draw.chance(75) => STATUSES[0],
        None => draw.pick(&STATUSES),
    };
    let email = format!("{}***{}@example.com", letter(&mut draw), letter(&mut draw));
    let phone = format!("+*******{:03}", draw.below(1000));
    let language = if draw.chance(15) { "" } else { place.language };
    let Value::Object(mut fields) = json!({
        "advertiser_id": id.to_string(),
        "name": name,
        "company": company,
        "status": status,
        "rejection_reason": rejection(&mut draw, status),
        "role": draw.pick(ROLES),
        "advertiser_account_type": if draw.chance(90) { "AUCTION" } else { "RESERVATION" },
        "country": place.country,
        "currency": place.currency,
        "timezone": place.timezone,
        "display_timezone": place.display_timezone,
        "language": language,
        "industry": draw.pick(INDUSTRIES),
        "contacter": maybe(&mut draw, 60, "J***e"),
        "email": maybe(&mut draw, 70, &email),
        "cellphone_number": maybe(&mut draw, 30, &phone),
        "telephone_number": maybe(&mut draw, 20, &phone),
        "address": maybe(&mut draw, 50, place.address),
        "description": maybe(&mut draw, 50, "https://example.com/shop"),
        "license_no": maybe(&mut draw, 40, &format!("L-{index}")),
        "license_url": maybe(&mut draw, 40, &format!("https://example.com/license/{id}.jpg")),
        "license_province": null,
        "license_city": null,
        "promotion_area": "0",
        "promotion_center_province": null,
        "promotion_center_city": null,
        "brand": null,
        "balance": balance(&mut draw, place),
        "create_time": FIRST_CREATED + draw.below(LAST_CREATED - FIRST_CREATED),
        "company_name_editable": draw.chance(50),
    }) else {
        return Map::new();
    };
    if draw.chance(40) {
        let center = center::id(seed, draw.below(center::CENTERS));
        fields.insert("owner_bc_id".into(), json!(center.to_string()));
    }
    for absent in ["telephone_number", "description", "license_url"] {
        if draw.chance(15) {
            fields.remove(absent);
        }
    }
    fields
}

fn name(draw: &mut Draw, index: u64, place: &Place) -> String {
    let hostile = if index < 3 * names::HOSTILE_NAMES {
        (index % 3 == 2).then_some(index / 3)
    } else {
        draw.chance(8).then(|| draw.below(names::HOSTILE_NAMES))
    };
    match hostile {
        Some(kind) => names::hostile(kind),
        None => names::realistic(draw, place),
    }
}

fn rejection(draw: &mut Draw, status: &str) -> String {
    match status {
        "STATUS_LIMIT" => format!(
            "1:{},endtime:2027-{:02}-{:02} 15:59:59",
            draw.pick(&[
                "Your account was suspended because of suspicious or unusual activity",
                "This account violated the advertising policies, section \"Prohibited industries\""
            ]),
            1 + draw.below(12),
            1 + draw.below(28),
        ),
        "STATUS_CONFIRM_FAIL" | "STATUS_CONFIRM_FAIL_END" | "STATUS_CONFIRM_MODIFY_FAIL" => draw
            .pick(&[
                "The business license cannot be read.",
                "Company name & license do not match <please upload again>.",
            ])
            .into(),
        _ => String::new(),
    }
}

fn balance(draw: &mut Draw, place: &Place) -> f64 {
    if draw.chance(30) {
        0.0
    } else if place.cents {
        draw.below(10_000_000) as f64 / 100.0
    } else {
        draw.below(90_000_000) as f64
    }
}

fn maybe(draw: &mut Draw, percent: u64, text: &str) -> Value {
    if draw.chance(percent) { json!(text) } else { Value::Null }
}

fn letter(draw: &mut Draw) -> char {
    char::from(b'a' + draw.below(26) as u8)
}

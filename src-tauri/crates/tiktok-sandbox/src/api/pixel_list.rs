//! `GET /pixel/list/`: the pixels of an ad account. The list is called `pixels`.

use serde_json::{Value, json};

use super::call::Call;
use super::listing::Paging;
use crate::envelope::{ApiResult, api_error};
use crate::inventory::{AccountView, time};

const ORDERS: [&str; 2] = ["EARLIEST_CREATE", "LATEST_CREATE"];
const CATEGORIES: [&str; 5] =
    ["ONLINE_STORE", "FILLING_FORM", "CONTACTS", "LANDING_PAGE", "CUSTOMIZE_EVENTS"];
const FIRST_ID: u64 = 7_450_000_000_000_000_000;

pub(super) fn handle(call: &Call<'_>) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::read(&call.parameters, 20)?;
    let id = call.parameters.optional_text("pixel_id")?;
    let code = call.parameters.optional_text("code")?;
    let name = call.parameters.optional_text("name")?.map(|name| name.to_lowercase());
    let order = call.parameters.optional_text("order_by")?.unwrap_or_else(|| ORDERS[0].to_owned());
    if !ORDERS.contains(&order.as_str()) {
        return api_error(40002, format!("order_by: Must be one of {}.", ORDERS.join(", ")));
    }
    call.parameters.object("filtering")?;
    let view = call.account(&grant)?;
    let mut pixels: Vec<Value> = (0..pixel_count(&view)).map(|index| pixel(&view, index)).collect();
    if order == ORDERS[1] {
        pixels.reverse();
    }
    let is_wanted =
        |value: &Value, wanted: &Option<String>| wanted.as_ref().is_none_or(|wanted| value == wanted);
    pixels.retain(|pixel| {
        let pixel_name = pixel["pixel_name"].as_str().unwrap_or_default().to_lowercase();
        is_wanted(&pixel["pixel_id"], &id)
            && is_wanted(&pixel["pixel_code"], &code)
            && name.as_ref().is_none_or(|name| pixel_name.contains(name))
    });
    let total = pixels.len() as u64;
    let pixels: Vec<Value> = paging.take(pixels.into_iter()).collect();
    Ok(json!({"pixels": pixels, "page_info": paging.info(total)}).into())
}

/// Returns up to five or, in one of ten accounts, more than fit on a page.
fn pixel_count(view: &AccountView) -> u64 {
    let mut rng = view.pixel_rng(u64::MAX);
    if rng.chance(10) { 27 } else { rng.below(6) }
}

fn pixel(view: &AccountView, index: u64) -> Value {
    let mut rng = view.pixel_rng(index);
    let id = FIRST_ID + view.account % 1_000_000_000_000 * 30 + index;
    let created = time::created(u32::try_from(index).unwrap_or_default(), 30);
    let code = format!("C{:019X}", rng.next());
    let name = rng.pick(&["Shop pixel", "官网像素", "Landing <b>A</b>", "ピクセル", "Webshop"]);
    json!({
        "pixel_id": id.to_string(),
        "pixel_code": code,
        "pixel_name": format!("{name} {}", index + 1),
        "pixel_category": rng.pick(&CATEGORIES),
        "pixel_script": format!("<script>/* {code} */</script>"),
        "create_time": time::iso(created),
        "pixel_setup_mode": rng.pick(&["STANDARD", "DEVELOPER"]),
        "partner_name": "",
        "advanced_matching_fields": {"email": rng.chance(50), "phone_number": false},
        "asset_ownership": {
            "asset_relation_status": rng.pick(&[None, Some("SHARED"), Some("TRANSFERRED")]),
            "ownership_status": true,
            "owner_bc_id": "",
        },
        "events": [],
    })
}

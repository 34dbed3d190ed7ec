//! `GET /pixel/list/`: the pixels of an ad account; the list is called `pixels`.

use serde_json::{Value, json};

use super::Call;
use super::listing::Paging;
use crate::envelope::{Answer, refuse};
use crate::inventory::{View, time};

const ORDERS: [&str; 2] = ["EARLIEST_CREATE", "LATEST_CREATE"];
const CATEGORIES: [&str; 5] =
    ["ONLINE_STORE", "FILLING_FORM", "CONTACTS", "LANDING_PAGE", "CUSTOMIZE_EVENTS"];
const FIRST_ID: u64 = 7_450_000_000_000_000_000;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let paging = Paging::of(&call.input, 1..=20)?;
    let id = call.input.maybe_text("pixel_id")?;
    let code = call.input.maybe_text("code")?;
    let name = call.input.maybe_text("name")?.map(|name| name.to_lowercase());
    let order = call.input.maybe_text("order_by")?.unwrap_or_else(|| ORDERS[0].to_owned());
    if !ORDERS.contains(&order.as_str()) {
        return refuse(40002, format!("order_by: Must be one of {}.", ORDERS.join(", ")));
    }
    call.input.object("filtering")?;
    let view = call.account(&grant)?;
    let mut pixels: Vec<Value> = (0..number(&view)).map(|index| pixel(&view, index)).collect();
    if order == ORDERS[1] {
        pixels.reverse();
    }
    let is = |value: &Value, wanted: &Option<String>| wanted.as_ref().is_none_or(|wanted| value == wanted);
    pixels.retain(|pixel| {
        let named = pixel["pixel_name"].as_str().unwrap_or_default().to_lowercase();
        is(&pixel["pixel_id"], &id)
            && is(&pixel["pixel_code"], &code)
            && name.as_ref().is_none_or(|name| named.contains(name))
    });
    let total = pixels.len() as u64;
    let pixels: Vec<Value> = paging.take(pixels.into_iter()).collect();
    Ok(json!({"pixels": pixels, "page_info": paging.info_value(total)}).into())
}

/// Up to five in an account, in one of ten accounts more than a page holds.
fn number(view: &View) -> u64 {
    let mut draw = view.pixel_draw(u64::MAX);
    if draw.chance(10) { 27 } else { draw.below(6) }
}

fn pixel(view: &View, index: u64) -> Value {
    let mut draw = view.pixel_draw(index);
    let id = FIRST_ID + view.account % 1_000_000_000_000 * 30 + index;
    let created = time::created(u32::try_from(index).unwrap_or_default(), 30);
    let code = format!("C{:019X}", draw.next());
    let name = draw.pick(&["Shop pixel", "官网像素", "Landing <b>A</b>", "ピクセル", "Webshop"]);
    json!({
        "pixel_id": id.to_string(),
        "pixel_code": code,
        "pixel_name": format!("{name} {}", index + 1),
        "pixel_category": draw.pick(&CATEGORIES),
        "pixel_script": format!("<script>/* {code} */</script>"),
        "create_time": time::text(created),
        "pixel_setup_mode": draw.pick(&["STANDARD", "DEVELOPER"]),
        "partner_name": "",
        "advanced_matching_fields": {"email": draw.chance(50), "phone_number": false},
        "asset_ownership": {
            "asset_relation_status": draw.pick(&[None, Some("SHARED"), Some("TRANSFERRED")]),
            "ownership_status": true,
            "owner_bc_id": "",
        },
        "events": [],
    })
}

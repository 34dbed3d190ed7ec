//! `GET /file/image/ad/info/`: images of ads, by id; unknown ones are missing from the answer. Links live one hour.

use serde_json::{Value, json};

use super::Call;
use crate::envelope::{Answer, refuse};
use crate::inventory::ad::ad_of;
use crate::inventory::{View, time};

const MOST_IDS: usize = 100;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let Some(ids) = call.input.some_list("image_ids", MOST_IDS)? else {
        return refuse(40002, "Missing required field(s): image_ids.");
    };
    let view = call.account(&grant)?;
    let list: Vec<Value> = ids.iter().filter_map(|id| image(&view, id)).collect();
    Ok(json!({ "list": list }).into())
}

fn image(view: &View, image_id: &str) -> Option<Value> {
    let (id, number) = ad_of(view, image_id)?;
    let made = time::created(number, view.base(crate::inventory::Kind::Ad));
    Some(json!({
        "image_id": image_id,
        "material_id": (7_080_000_000_000_000_000 + id % 1_000_000_000_000).to_string(),
        "format": "jpeg",
        "width": 750,
        "height": 422,
        "size": 39_779 + id % 1000,
        "image_url": format!("https://example.com/i/{id}.jpeg?x-expires={}", view.now + 3600),
        "file_name": format!("image-{number}.jpeg"),
        "is_carousel_usable": number % 3 == 0,
        "signature": format!("{:032x}", u128::from(id) * 0x9E37_79B9_7F4A_7C15),
        "displayable": number % 5 > 0,
        // Real ones were modified before they were made.
        "create_time": time::iso(made),
        "modify_time": time::iso(made - i64::from(number % 2)),
    }))
}

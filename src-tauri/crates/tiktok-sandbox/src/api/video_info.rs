//! `GET /file/video/ad/info/`: videos of ads, by id; unknown ones are missing from the answer. Links live six hours.

use serde_json::{Value, json};

use super::Call;
use crate::envelope::{Answer, refuse};
use crate::inventory::ad::ad_of;
use crate::inventory::{View, time};

const MOST_IDS: usize = 60;

pub(super) fn answer(call: &Call<'_>) -> Answer {
    let grant = call.grant()?;
    let Some(ids) = call.input.some_list("video_ids", MOST_IDS)? else {
        return refuse(40002, "Missing required field(s): video_ids.");
    };
    let view = call.account(&grant)?;
    let list: Vec<Value> = ids.iter().filter_map(|id| video(&view, id)).collect();
    Ok(json!({ "list": list }).into())
}

fn video(view: &View, video_id: &str) -> Option<Value> {
    let (id, number) = ad_of(view, video_id)?;
    let made = time::created(number, view.base(crate::inventory::Kind::Ad));
    let expires = view.now + 6 * 3600;
    Some(json!({
        "video_id": video_id,
        "material_id": (7_080_000_000_000_000_000 + id % 1_000_000_000_000).to_string(),
        "format": "mp4",
        "width": 720,
        "height": 1280,
        "size": 1_058_804 + id % 1000,
        "bit_rate": 1_594_584,
        "duration": 5.312,
        "video_cover_url": format!("https://example.com/c/{id}.jpeg?x-expires={expires}"),
        "preview_url": format!("https://example.com/v/{id}.mp4"),
        "preview_url_expire_time": time::text(expires),
        "file_name": format!("video-{number}.mp4"),
        "allowed_placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
        "allow_download": true,
        "signature": format!("{:032x}", u128::from(id) * 0x9E37_79B9_7F4A_7C15),
        "displayable": number % 5 > 0,
        // Real ones were modified before they were made.
        "create_time": time::iso(made),
        "modify_time": time::iso(made - i64::from(number % 2)),
    }))
}

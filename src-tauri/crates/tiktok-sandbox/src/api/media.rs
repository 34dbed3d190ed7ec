//! `GET /file/image/ad/info/` and `GET /file/video/ad/info/`: images and videos of ads. Unknown ids are left out of the
//! response. Links expire after one hour and six hours.

use serde_json::{Value, json};

use super::call::Call;
use super::parameters::missing;
use crate::envelope::ApiResult;
use crate::inventory::ad::ad_of_media;
use crate::inventory::{AccountView, ObjectKind, time};

const MAX_IMAGES: usize = 100;
const MAX_VIDEOS: usize = 60;

pub(super) fn handle_images(call: &Call<'_>) -> ApiResult {
    list(call, "image_ids", MAX_IMAGES, |view, id, ad, index| {
        json!({
            "image_id": id,
            "format": "jpeg",
            "width": 750,
            "height": 422,
            "size": 39_779 + ad % 1000,
            "image_url": format!("https://example.com/i/{ad}.jpeg?x-expires={}", view.now + 3600),
            "file_name": format!("image-{index}.jpeg"),
            "is_carousel_usable": index % 3 == 0,
        })
    })
}

pub(super) fn handle_videos(call: &Call<'_>) -> ApiResult {
    list(call, "video_ids", MAX_VIDEOS, |view, id, ad, index| {
        let expires = view.now + 6 * 3600;
        json!({
            "video_id": id,
            "format": "mp4",
            "width": 720,
            "height": 1280,
            "size": 1_058_804 + ad % 1000,
            "bit_rate": 1_594_584,
            "duration": 5.312,
            "video_cover_url": format!("https://example.com/c/{ad}.jpeg?x-expires={expires}"),
            "preview_url": format!("https://example.com/v/{ad}.mp4"),
            "preview_url_expire_time": time::text(expires),
            "file_name": format!("video-{index}.mp4"),
            "allowed_placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
            "allow_download": true,
        })
    })
}

/// `fields` gets the account, the id of the image or video, and the id and index of its ad.
fn list(
    call: &Call<'_>,
    parameter: &str,
    max: usize,
    fields: impl Fn(&AccountView, &str, u64, u32) -> Value,
) -> ApiResult {
    let grant = call.grant()?;
    let Some(ids) = call.parameters.non_empty_list(parameter, max)? else {
        return missing(parameter);
    };
    let view = call.account(&grant)?;
    let list: Vec<Value> = ids
        .iter()
        .filter_map(|media_id| {
            let (ad, index) = ad_of_media(&view, media_id)?;
            let mut row = fields(&view, media_id, ad, index);
            let created = time::created(index, view.initial(ObjectKind::Ad));
            row["material_id"] = json!((7_080_000_000_000_000_000 + ad % 1_000_000_000_000).to_string());
            row["signature"] = json!(format!("{:032x}", u128::from(ad) * 0x9E37_79B9_7F4A_7C15));
            row["displayable"] = json!(index % 5 > 0);
            row["create_time"] = json!(time::iso(created));
            // In recorded responses some were modified before they were created.
            row["modify_time"] = json!(time::iso(created - i64::from(index % 2)));
            Some(row)
        })
        .collect();
    Ok(json!({ "list": list }).into())
}

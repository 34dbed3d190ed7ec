//! Images and videos of ads: `GET /file/image/ad/info/` and `GET /file/video/ad/info/` by id, where unknown ids are left out
//! of the response, and `GET /file/image/ad/search/` and `GET /file/video/ad/search/` as lists without filters. Links expire
//! after one hour and six hours.

use serde_json::{Value, json};

use super::call::Call;
use super::listing::Paging;
use super::parameters::missing;
use crate::envelope::ApiResult;
use crate::inventory::ad::{Ad, ad_of_media};
use crate::inventory::{AccountView, ListedObject, ObjectKind, time};

const MAX_IMAGES: usize = 100;
const MAX_VIDEOS: usize = 60;

/// Writes the fields of an image or video, given its id, and the id and index of its ad.
type Fields = fn(&AccountView, &str, u64, u32) -> Value;

pub(super) fn handle_images(call: &Call<'_>) -> ApiResult {
    info(call, "image_ids", MAX_IMAGES, image)
}

pub(super) fn handle_videos(call: &Call<'_>) -> ApiResult {
    info(call, "video_ids", MAX_VIDEOS, video)
}

pub(super) fn search_images(call: &Call<'_>) -> ApiResult {
    search(call, |ad| Some(ad.image_id()), image)
}

pub(super) fn search_videos(call: &Call<'_>) -> ApiResult {
    search(call, |ad| ad.has_video().then(|| ad.video_id()), video)
}

fn image(view: &AccountView, id: &str, ad: u64, index: u32) -> Value {
    json!({
        "image_id": id,
        "format": if index % 7 == 3 { "" } else { "jpeg" },
        "width": 750,
        "height": 422,
        "size": 39_779 + ad % 1000,
        "image_url": format!("https://example.com/i/{ad}.jpeg?x-expires={}", view.now + 3600),
        "file_name": format!("image-{index}.jpeg"),
        "is_carousel_usable": index.is_multiple_of(3),
    })
}

fn video(view: &AccountView, id: &str, ad: u64, index: u32) -> Value {
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
}

fn info(call: &Call<'_>, parameter: &str, max: usize, fields: Fields) -> ApiResult {
    let grant = call.grant()?;
    let Some(ids) = call.parameters.non_empty_list(parameter, max)? else {
        return missing(parameter);
    };
    let view = call.account(&grant)?;
    let found = ids.iter().filter_map(|id| Some((id, ad_of_media(&view, id)?)));
    let list: Vec<Value> = found.map(|(id, (ad, index))| row(&view, id, ad, index, fields)).collect();
    Ok(json!({ "list": list }).into())
}

/// `media_id` returns the id of the ad's image or video, if it has one.
fn search(call: &Call<'_>, media_id: fn(&Ad<'_>) -> Option<String>, fields: Fields) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::with_default(&call.parameters, 20, 100)?;
    call.parameters.object("filtering")?;
    let view = call.account(&grant)?;
    let ads = || (0..view.total(ObjectKind::Ad)).rev().filter_map(|index| Ad::at(&view, index));
    let media = || ads().filter_map(|ad| Some((media_id(&ad)?, ad.id(), ad.base().index)));
    let total = media().count() as u64;
    let list: Vec<Value> =
        paging.take(media()).map(|(id, ad, index)| row(&view, &id, ad, index, fields)).collect();
    Ok(json!({ "list": list, "page_info": paging.info(total) }).into())
}

fn row(view: &AccountView, media_id: &str, ad: u64, index: u32, fields: Fields) -> Value {
    let mut row = fields(view, media_id, ad, index);
    let created = time::created(index, view.initial(ObjectKind::Ad));
    row["material_id"] = json!((7_080_000_000_000_000_000 + ad % 1_000_000_000_000).to_string());
    row["signature"] = json!(format!("{:032x}", u128::from(ad) * 0x9E37_79B9_7F4A_7C15));
    row["displayable"] = json!(!index.is_multiple_of(5));
    row["create_time"] = json!(time::iso(created));
    // In recorded responses some were modified before they were created.
    row["modify_time"] = json!(time::iso(created - i64::from(index % 2)));
    row
}

//! Images and videos of ads: `GET /file/image/ad/info/` and `GET /file/video/ad/info/` by id, where unknown ids are left out
//! of the response, and `GET /file/image/ad/search/` and `GET /file/video/ad/search/` as lists without filters. Links expire
//! after one hour and six hours.

use super::call::Call;
use super::listing::{Paging, write_array};
use super::parameters::missing;
use crate::envelope::{ApiResult, Data};
use crate::inventory::ad::{Ad, ad_of_media};
use crate::inventory::row::{FieldSelection, RowWriter};
use crate::inventory::{AccountView, ListedObject, ObjectKind, time};

const MAX_IMAGES: usize = 100;
const MAX_VIDEOS: usize = 60;

/// An image or video of an ad.
struct Media<'a> {
    view: &'a AccountView,
    id: String,
    ad: u64,
    ad_index: u32,
}

/// Writes the fields that only images or only videos have, or that differ.
type Fields = fn(&Media<'_>, &mut RowWriter<'_>);

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

fn image(image: &Media<'_>, row: &mut RowWriter<'_>) {
    let Media { view, id, ad, ad_index } = image;
    row.text("image_id", id);
    row.text("format", if ad_index % 7 == 3 { "" } else { "jpeg" });
    row.number("width", 750);
    row.number("height", 422);
    row.number("size", 39_779 + ad % 1000);
    let url = format!("https://example.com/i/{ad}.jpeg?x-expires={}", view.now + 3600);
    row.text("image_url", &url);
    row.text("file_name", &format!("image-{ad_index}.jpeg"));
    row.flag("is_carousel_usable", ad_index.is_multiple_of(3));
}

fn video(video: &Media<'_>, row: &mut RowWriter<'_>) {
    let Media { view, id, ad, ad_index } = video;
    let expires = view.now + 6 * 3600;
    row.text("video_id", id);
    row.text("format", "mp4");
    row.number("width", 720);
    row.number("height", 1280);
    row.number("size", 1_058_804 + ad % 1000);
    row.number("bit_rate", 1_594_584);
    row.raw("duration", "5.312");
    row.text("video_cover_url", &format!("https://example.com/c/{ad}.jpeg?x-expires={expires}"));
    row.text("preview_url", &format!("https://example.com/v/{ad}.mp4"));
    row.time("preview_url_expire_time", expires);
    row.text("file_name", &format!("video-{ad_index}.mp4"));
    row.texts("allowed_placements", &["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"]);
    row.flag("allow_download", true);
}

fn info(call: &Call<'_>, parameter: &str, max: usize, fields: Fields) -> ApiResult {
    let grant = call.grant()?;
    let Some(ids) = call.parameters.non_empty_list(parameter, max)? else {
        return missing(parameter);
    };
    let view = call.account(&grant)?;
    let found = ids.into_iter().filter_map(|id| {
        let (ad, ad_index) = ad_of_media(&view, &id)?;
        Some(Media { view: &view, id, ad, ad_index })
    });
    let mut data = list(found, fields);
    data.push(b'}');
    Ok(Data(data))
}

/// `media_id` returns the id of the ad's image or video, if it has one.
fn search(call: &Call<'_>, media_id: fn(&Ad<'_>) -> Option<String>, fields: Fields) -> ApiResult {
    let grant = call.grant()?;
    let paging = Paging::with_default(&call.parameters, 20, 100)?;
    call.parameters.object("filtering")?;
    let view = call.account(&grant)?;
    let ads = || (0..view.total(ObjectKind::Ad)).rev().filter_map(|index| Ad::at(&view, index));
    let media = || {
        ads().filter_map(|ad| {
            Some(Media { view: &view, id: media_id(&ad)?, ad: ad.id(), ad_index: ad.base().index })
        })
    };
    let total = media().count() as u64;
    let mut data = list(paging.take(media()), fields);
    data.extend_from_slice(format!(",\"page_info\":{}}}", paging.info(total)).as_bytes());
    Ok(Data(data))
}

/// Starts an object with the rows.
fn list<'a>(media: impl Iterator<Item = Media<'a>>, fields: Fields) -> Vec<u8> {
    let mut out = b"{\"list\":".to_vec();
    write_array(&mut out, media, |out, media| media.write(out, fields));
    out
}

impl Media<'_> {
    fn write(&self, out: &mut Vec<u8>, fields: Fields) {
        let all = FieldSelection::default();
        let mut row = RowWriter::open(out, &all, None);
        fields(self, &mut row);
        let Media { view, ad, ad_index, .. } = self;
        row.id("material_id", 7_080_000_000_000_000_000 + ad % 1_000_000_000_000);
        row.text("signature", &format!("{:032x}", u128::from(*ad) * 0x9E37_79B9_7F4A_7C15));
        row.flag("displayable", !ad_index.is_multiple_of(5));
        let created = time::created(*ad_index, view.initial(ObjectKind::Ad));
        row.text("create_time", &time::iso(created));
        // In recorded responses some were modified before they were created.
        row.text("modify_time", &time::iso(created - i64::from(ad_index % 2)));
        row.close();
    }
}

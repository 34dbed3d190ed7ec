//! Images and videos of ads. Source: `docs/tiktok-api.md`, section "3.8 Images, videos".

use serde_json::json;

use crate::{AccessToken, AdvertiserId, Client, Error, Page, Row, row::row};

/// TikTok's maximum per request.
const MAX_IMAGES: usize = 100;
/// TikTok's maximum per request.
const MAX_VIDEOS: usize = 60;

row! {
    Image from "file/image/ad/info/"
    required {
        /// Any text; image ids contain `/`.
        id: String = "image_id",
    }
    optional {
        file_name: Option<String> = "file_name",
        format: Option<String> = "format",
        /// In pixels.
        width: Option<i64> = "width",
        /// In pixels.
        height: Option<i64> = "height",
        /// In bytes.
        size: Option<i64> = "size",
    }
}

row! {
    Video from "file/video/ad/info/"
    required {
        id: String = "video_id",
    }
    optional {
        file_name: Option<String> = "file_name",
        format: Option<String> = "format",
        /// In pixels.
        width: Option<i64> = "width",
        /// In pixels.
        height: Option<i64> = "height",
        /// In bytes.
        size: Option<i64> = "size",
        /// In seconds.
        duration: Option<f64> = "duration",
    }
}

impl Client {
    /// Fetches any number of images, in as many requests as that takes. The first error ends the call.
    pub async fn images(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids: &[impl AsRef<str>],
    ) -> Result<Page<Image>, Error> {
        self.media(token, advertiser, "image_ids", ids, MAX_IMAGES).await
    }

    /// Fetches any number of videos, in as many requests as that takes. The first error ends the call.
    pub async fn videos(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids: &[impl AsRef<str>],
    ) -> Result<Page<Video>, Error> {
        self.media(token, advertiser, "video_ids", ids, MAX_VIDEOS).await
    }

    async fn media<T: Row>(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids_parameter: &str,
        ids: &[impl AsRef<str>],
        max_ids: usize,
    ) -> Result<Page<T>, Error> {
        let mut media = Page::default();
        for ids in ids.chunks(max_ids) {
            let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
            let ids = json!(ids).to_string();
            let query = [("advertiser_id", advertiser.as_str()), (ids_parameter, &ids)];
            media.append(self.get_page(T::ENDPOINT, token, &query).await?.decode());
        }
        Ok(media)
    }
}

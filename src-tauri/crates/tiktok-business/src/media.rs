//! Pictures and videos of ads. Links die after one hour (pictures) and about six (videos): keep the bytes, not the links.
//! Source: `tiktok-api.md` 3.8.

use compact_str::CompactString;
use serde::Deserialize;
use serde_json::json;

use crate::{AccessToken, AdvertiserId, Client, Error, Json, Page, column::read, row::Row};

type Text = Option<CompactString>;

macro_rules! media {
    (
        $(#[$doc:meta])*
        $name:ident at $endpoint:literal by $id:literal
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal,)*
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        pub struct $name {
            /// Its id, any text.
            #[serde(rename = $id)]
            pub id: CompactString,
            $(
                $(#[$field_doc])*
                #[serde(rename = $key, default, deserialize_with = "read")]
                pub $field: $type,
            )*
            /// The whole row.
            #[serde(skip)]
            pub json: Json,
        }

        impl Row for $name {
            const ENDPOINT: &'static str = $endpoint;
            const ID: &'static str = $id;

            fn key(&self) -> &str {
                &self.id
            }

            fn keep(&mut self, json: Json) {
                self.json = json;
            }
        }
    };
}

media! {
    /// A picture. Its id contains `/`.
    Image at "file/image/ad/info/" by "image_id"
    /// As uploaded.
    file_name: Text = "file_name",
    /// `jpeg`, `png`, …
    format: Text = "format",
    /// Pixels.
    width: Option<i64> = "width",
    /// Pixels.
    height: Option<i64> = "height",
    /// Bytes.
    size: Option<i64> = "size",
    /// Where it is, for one hour.
    url: Text = "image_url",
}

media! {
    /// A video.
    Video at "file/video/ad/info/" by "video_id"
    /// As uploaded.
    file_name: Text = "file_name",
    /// `mp4`, …
    format: Text = "format",
    /// Pixels.
    width: Option<i64> = "width",
    /// Pixels.
    height: Option<i64> = "height",
    /// Bytes.
    size: Option<i64> = "size",
    /// Seconds.
    duration: Option<f64> = "duration",
    /// A still, for about six hours.
    cover_url: Text = "video_cover_url",
    /// The video, until `preview_url_expire_time`.
    preview_url: Text = "preview_url",
    /// `YYYY-MM-DD HH:MM:SS`, UTC.
    preview_url_expire_time: Text = "preview_url_expire_time",
}

impl Client {
    /// Pictures by id, 100 to a request: v1.3 `GET /file/image/ad/info/`.
    ///
    /// # Errors
    /// The first one ends the call.
    pub async fn images(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids: &[impl AsRef<str>],
    ) -> Result<Page<Image>, Error> {
        self.media(token, advertiser, "image_ids", ids, 100).await
    }

    /// Videos by id, 60 to a request: v1.3 `GET /file/video/ad/info/`.
    ///
    /// # Errors
    /// The first one ends the call.
    pub async fn videos(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        ids: &[impl AsRef<str>],
    ) -> Result<Page<Video>, Error> {
        self.media(token, advertiser, "video_ids", ids, 60).await
    }

    async fn media<T: Row>(
        &self,
        token: &AccessToken,
        advertiser: &AdvertiserId,
        name: &'static str,
        ids: &[impl AsRef<str>],
        batch: usize,
    ) -> Result<Page<T>, Error> {
        let mut found = Page::default();
        for ids in ids.chunks(batch) {
            let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
            let ids = json!(ids).to_string();
            let query = [("advertiser_id", advertiser.as_str()), (name, &ids)];
            found.append(self.rows(token, &query).await?);
        }
        Ok(found)
    }
}

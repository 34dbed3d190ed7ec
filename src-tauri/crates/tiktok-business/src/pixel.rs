//! Pixels. Source: `tiktok-api.md` 3.7.

use compact_str::CompactString;

use crate::{
    AccessToken, AdvertiserId, Client,
    listing::{Listing, Part},
    row::row,
};

type Text = Option<CompactString>;

row! {
    /// A pixel on an advertiser's web site.
    Pixel at "pixel/list/" "pixels" {
        PixelId = "pixel_id",
    }
    /// What the web site's script names.
    code: Text = "pixel_code",
    /// Its name.
    name: Text = "pixel_name",
    /// `ONLINE_STORE`, …
    category: Text = "pixel_category",
    /// `DEVELOPER`, `STANDARD`, …
    setup_mode: Text = "pixel_setup_mode",
    /// Where it was set up through, if anywhere.
    partner_name: Text = "partner_name",
    /// When it was made; its format is doubtful.
    create_time: Text = "create_time",
}

impl Client {
    /// All pixels of an ad account: v1.3 `GET /pixel/list/`.
    pub fn pixels(&self, token: &AccessToken, advertiser: &AdvertiserId) -> Listing<Pixel> {
        let query = vec![("advertiser_id", advertiser.to_string())];
        Listing::new(self, token, vec![Part { page_size: 20, query }])
    }
}

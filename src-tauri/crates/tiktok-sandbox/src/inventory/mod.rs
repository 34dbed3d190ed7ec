//! What hangs below an ad account: campaigns, ad groups, ads and audiences.
//!
//! Every object is a pure function of the seed, its account and its number, so a million of them need no memory. Only
//! what was added, changed or taken away since the start is kept. Listings go from the highest number, the newest,
//! down; so what is added during a listing moves everything behind it, as at TikTok.

pub(crate) mod ad;
pub(crate) mod ad_group;
pub(crate) mod audience;
pub(crate) mod campaign;
mod change;
mod constants;
mod item;
mod names;
pub(crate) mod row;
pub(crate) mod status;
pub(crate) mod time;
mod truth;
mod view;

use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeError, Changed};
pub(crate) use change::{Changes, Inventory};
pub(crate) use item::Item;
pub(crate) use status::Condition;
pub use truth::{Fact, Truth};
pub(crate) use view::View;

/// What an ad account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `GET /campaign/get/`
    Campaign,
    /// `GET /adgroup/get/`
    AdGroup,
    /// `GET /ad/get/`
    Ad,
    /// `GET /dmp/custom_audience/list/`
    Audience,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Campaign, Kind::AdGroup, Kind::Ad, Kind::Audience];

    /// The field that holds the id.
    pub fn id_field(self) -> &'static str {
        ["campaign_id", "adgroup_id", "ad_id", "audience_id"][self as usize]
    }

    /// The field that holds the name.
    pub fn name_field(self) -> &'static str {
        ["campaign_name", "adgroup_name", "ad_name", "name"][self as usize]
    }
}

/// The most objects of a kind that an account can have.
pub(crate) const MOST_OBJECTS: u32 = 10_000_000;

/// How many objects each ad account has from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Campaigns; without any there are no ad groups.
    pub campaigns: u32,
    /// Ad groups; without any there are no ads.
    pub ad_groups: u32,
    /// Ads.
    pub ads: u32,
    /// Audiences.
    pub audiences: u32,
    /// Whether accounts differ: a few have nothing, the others from a third of these numbers to four times as many.
    pub vary: bool,
}

impl Sizes {
    /// The same numbers in every account.
    pub fn each(campaigns: u32, ad_groups: u32, ads: u32, audiences: u32) -> Sizes {
        Sizes { campaigns, ad_groups, ads, audiences, vary: false }
    }

    fn numbers(self) -> [u32; 4] {
        [self.campaigns, self.ad_groups, self.ads, self.audiences]
    }

    pub(crate) fn fit(self) -> bool {
        let most = if self.vary { MOST_OBJECTS / 8 } else { MOST_OBJECTS / 2 };
        self.numbers().iter().all(|number| *number <= most)
    }
}

impl Default for Sizes {
    /// What a practice account looks like.
    fn default() -> Sizes {
        Sizes { campaigns: 60, ad_groups: 110, ads: 240, audiences: 18, vary: true }
    }
}

//! The number of objects in each ad account.

/// The most objects of a kind that an account can have.
pub(crate) const MAX_OBJECTS: u32 = 10_000_000;

/// The initial number of objects. Without campaigns there are no ad groups, and without ad groups no ads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    pub campaigns: u32,
    pub ad_groups: u32,
    pub ads: u32,
    pub audiences: u32,
    /// Whether accounts differ: a few are empty, the others have from a third to four times these numbers.
    pub varied: bool,
}

impl Sizes {
    /// Returns the same numbers for every account.
    pub fn each(campaigns: u32, ad_groups: u32, ads: u32, audiences: u32) -> Sizes {
        Sizes { campaigns, ad_groups, ads, audiences, varied: false }
    }

    /// Returns the numbers in the order of [`super::ObjectKind::ALL`].
    pub(crate) fn by_kind(self) -> [u32; 4] {
        [self.campaigns, self.ad_groups, self.ads, self.audiences]
    }

    /// Leaves as much room for objects that are added later.
    pub(crate) fn are_valid(self) -> bool {
        let max = if self.varied { MAX_OBJECTS / 8 } else { MAX_OBJECTS / 2 };
        self.by_kind().iter().all(|size| *size <= max)
    }
}

impl Default for Sizes {
    /// Returns the sizes of realistic accounts, for demos.
    fn default() -> Sizes {
        Sizes { campaigns: 60, ad_groups: 110, ads: 240, audiences: 18, varied: true }
    }
}

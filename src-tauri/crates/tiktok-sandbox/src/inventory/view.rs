//! One account at one moment: what the objects are computed from.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Changes, Condition, Kind, MOST_OBJECTS, Sizes};
use crate::data::Draw;

/// Where the ids of each kind begin. Campaigns, ad groups and ads have 16 digits, as real ones; audiences 19.
const FIRST_IDS: [u64; 4] =
    [1_700_000_000_000_000, 1_730_000_000_000_000, 1_760_000_000_000_000, 7_600_000_000_000_000_000];
/// Distance between the ids of neighbours. The objects of a million accounts fit below the next kind's first id.
const ID_STEP: u64 = 3;
/// Numbers for [`Draw`]; below 20 are those of accounts and users.
const FIRST_DRAW: u64 = 20;
const SIZE_DRAW: u64 = 19;
const PIXEL_DRAW: u64 = 18;

/// One account at one moment.
#[derive(Clone)]
pub(crate) struct View {
    /// The account's id.
    pub account: u64,
    /// Unix seconds.
    pub now: i64,
    pub condition: Condition,
    pub changes: Arc<Changes>,
    number: u64,
    seed: u64,
    base: [u32; 4],
}

impl View {
    /// `number` is the account's number, from which the ids of its objects come.
    pub(crate) fn new(
        seed: u64,
        (account, number): (u64, usize),
        sizes: Sizes,
        condition: Condition,
        changes: Arc<Changes>,
        now: i64,
    ) -> View {
        let number = number as u64;
        let seed = seed ^ number.wrapping_add(1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        View { account, now, condition, changes, number, seed, base: base(seed, number, sizes) }
    }

    /// The same account with other changes.
    pub(crate) fn with(self, changes: Arc<Changes>) -> View {
        View { changes, ..self }
    }

    /// How many objects there are from the beginning.
    pub(crate) fn base(&self, kind: Kind) -> u32 {
        self.base[kind as usize]
    }

    /// How many objects there ever were: numbers go up to this.
    pub(crate) fn ever(&self, kind: Kind) -> u32 {
        self.base(kind) + self.changes.of(kind).added
    }

    /// The numbers behind one object.
    pub(crate) fn draw(&self, kind: Kind, index: u32) -> Draw {
        Draw::new(self.seed, FIRST_DRAW + kind as u64, index.into())
    }

    /// The numbers behind one pixel.
    pub(crate) fn pixel_draw(&self, index: u64) -> Draw {
        Draw::new(self.seed, PIXEL_DRAW, index)
    }

    pub(crate) fn id(&self, kind: Kind, index: u32) -> u64 {
        let jitter = (u64::from(index) ^ (self.seed >> 7)) % ID_STEP;
        let slot = self.number * u64::from(MOST_OBJECTS) + u64::from(index);
        FIRST_IDS[kind as usize].saturating_add(slot.saturating_mul(ID_STEP)) + jitter
    }

    /// The number of the object with this id, if this account has or had it.
    pub(crate) fn index(&self, kind: Kind, id: u64) -> Option<u32> {
        let slot = id.checked_sub(FIRST_IDS[kind as usize])? / ID_STEP;
        let index = slot.checked_sub(self.number * u64::from(MOST_OBJECTS))?;
        let index = u32::try_from(index).ok().filter(|index| *index < self.ever(kind))?;
        (self.id(kind, index) == id).then_some(index)
    }

    /// The fields that were set.
    pub(crate) fn set(&self, kind: Kind, index: u32) -> Option<&Map<String, Value>> {
        let changes = self.changes.of(kind);
        if changes.set.is_empty() { None } else { changes.set.get(&index) }
    }

    /// A text that was set.
    pub(crate) fn set_text(&self, kind: Kind, index: u32, field: &str) -> Option<&str> {
        self.set(kind, index)?.get(field)?.as_str()
    }

    /// Whether the object was taken away without a trace.
    pub(crate) fn is_gone(&self, kind: Kind, index: u32) -> bool {
        let gone = &self.changes.of(kind).gone;
        !gone.is_empty() && gone.contains(&index)
    }

    /// The number of the parent of object `index`: neighbours share one; what was added hangs where it says.
    pub(crate) fn parent(&self, kind: Kind, index: u32, parent: Kind) -> u32 {
        if let Some(id) = self.set_text(kind, index, parent.id_field()).and_then(|id| id.parse().ok())
            && let Some(index) = self.index(parent, id)
        {
            return index;
        }
        let (children, parents) = (u64::from(self.base(kind)), u64::from(self.base(parent)));
        let place = u64::from(index).wrapping_mul(parents).checked_div(children).unwrap_or(0);
        u32::try_from(place.min(parents.saturating_sub(1))).unwrap_or(0)
    }
}

fn base(seed: u64, number: u64, sizes: Sizes) -> [u32; 4] {
    let mut percent = 100;
    if sizes.vary {
        let mut draw = Draw::new(seed, SIZE_DRAW, number);
        percent = if number % 23 == 17 { 0 } else { 33 + draw.below(100) * draw.below(100) / 27 };
    }
    let mut base = sizes.numbers().map(|size| u32::try_from(u64::from(size) * percent / 100).unwrap_or(size));
    for kind in [Kind::AdGroup, Kind::Ad] {
        if base[kind as usize - 1] == 0 {
            base[kind as usize] = 0;
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(seed: u64, number: usize, sizes: Sizes) -> View {
        View::new(seed, (7, number), sizes, Condition::Good, Arc::default(), 0)
    }

    proptest! {
        #[test]
        fn an_id_leads_back_to_its_object_and_to_no_other_account(
            seed: u64, number in 0_usize..900_000, index in 0_u32..1000,
        ) {
            let sizes = Sizes::each(1000, 1000, 1000, 1000);
            let (here, beside) = (view(seed, number, sizes), view(seed, number + 1, sizes));
            for kind in Kind::ALL {
                let id = here.id(kind, index);
                prop_assert_eq!(here.index(kind, id), Some(index));
                prop_assert!((16..=19).contains(&id.to_string().len()));
                prop_assert_eq!(beside.index(kind, id), None);
                for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
                    prop_assert_eq!(here.index(other, id), None);
                }
            }
        }

        #[test]
        fn every_child_has_a_parent(
            seed: u64, number in 0_usize..100, campaigns in 0_u32..50, ad_groups in 0_u32..50, ads in 0_u32..50, vary: bool,
        ) {
            let view = view(seed, number, Sizes { vary, ..Sizes::each(campaigns, ad_groups, ads, 0) });
            for (kind, parent) in [(Kind::AdGroup, Kind::Campaign), (Kind::Ad, Kind::AdGroup)] {
                for index in 0..view.base(kind) {
                    prop_assert!(view.parent(kind, index, parent) < view.base(parent));
                }
            }
        }

        #[test]
        fn practice_accounts_hold_dozens_to_hundreds(seed: u64, number in 0_usize..1000) {
            let campaigns = view(seed, number, Sizes::default()).base(Kind::Campaign);
            prop_assert!(campaigns == 0 || (19..240).contains(&campaigns));
        }
    }
}

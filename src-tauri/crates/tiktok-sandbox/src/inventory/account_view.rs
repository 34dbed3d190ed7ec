//! One account at one moment, from which its objects are computed.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::changes::AccountChanges;
use super::kind::ObjectKind;
use super::sizes::{MAX_OBJECTS, Sizes};
use super::status::AccountCondition;
use super::{names, time};
use crate::seed_data::{Rng, Stream};

/// The first id of each kind. Like TikTok's, ids of campaigns, ad groups and ads have 16 digits, those of audiences 19.
const FIRST_IDS: [u64; 4] =
    [1_700_000_000_000_000, 1_730_000_000_000_000, 1_760_000_000_000_000, 7_600_000_000_000_000_000];
/// Old audiences have ids of 9 digits, as in recorded responses. So have some of each of the first accounts here.
const FIRST_SHORT_ID: u64 = 100_000_000;
const SHORT_IDS_PER_ACCOUNT: u32 = 1_000;
const SHORT_ID_ACCOUNTS: u64 = 900;
/// The distance between consecutive ids. The objects of a million accounts fit below the first id of the next kind.
const ID_STEP: u64 = 3;
/// Seconds by which each kind is created after [`time::created`], so that parents are older than their children.
const CREATION_OFFSETS: [i64; 4] = [0, 60, 120, 30];
const STREAMS: [Stream; 4] = [Stream::Campaign, Stream::AdGroup, Stream::Ad, Stream::Audience];

#[derive(Clone)]
pub(crate) struct AccountView {
    /// The account's id.
    pub account: u64,
    /// Unix seconds.
    pub now: i64,
    /// The account's time zone: seconds east of UTC.
    pub utc_offset: i64,
    pub hostile_names: bool,
    pub condition: AccountCondition,
    pub changes: Arc<AccountChanges>,
    number: u64,
    seed: u64,
    initial: [u32; 4],
}

impl AccountView {
    /// `number` is the account's index, from which the ids of its objects follow.
    pub(crate) fn new(
        seed: u64,
        (account, number): (u64, usize),
        sizes: Sizes,
        condition: AccountCondition,
        changes: Arc<AccountChanges>,
        now: i64,
    ) -> AccountView {
        let number = number as u64;
        let seed = seed ^ number.wrapping_add(1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let initial = initial(seed, number, sizes);
        AccountView {
            account,
            now,
            utc_offset: 0,
            hostile_names: false,
            condition,
            changes,
            number,
            seed,
            initial,
        }
    }

    /// Returns the number of objects at the start.
    pub(crate) fn initial(&self, kind: ObjectKind) -> u32 {
        self.initial[kind as usize]
    }

    /// Returns the number of objects ever created; all indexes are below it.
    pub(crate) fn total(&self, kind: ObjectKind) -> u32 {
        self.initial(kind) + self.changes.of(kind).added
    }

    /// Returns the random numbers of one object.
    pub(crate) fn rng(&self, kind: ObjectKind, index: u32) -> Rng {
        Rng::new(self.seed, STREAMS[kind as usize], index.into())
    }

    pub(crate) fn pixel_rng(&self, index: u64) -> Rng {
        Rng::new(self.seed, Stream::Pixel, index)
    }

    pub(crate) fn id(&self, kind: ObjectKind, index: u32) -> u64 {
        if kind == ObjectKind::Audience
            && index % 9 == 5
            && index < SHORT_IDS_PER_ACCOUNT
            && self.number < SHORT_ID_ACCOUNTS
        {
            return FIRST_SHORT_ID + self.number * u64::from(SHORT_IDS_PER_ACCOUNT) + u64::from(index);
        }
        let jitter = (u64::from(index) ^ (self.seed >> 7)) % ID_STEP;
        let position = self.number * u64::from(MAX_OBJECTS) + u64::from(index);
        FIRST_IDS[kind as usize].saturating_add(position.saturating_mul(ID_STEP)) + jitter
    }

    /// Returns the index of the object with this id, if this account has or had it.
    pub(crate) fn index(&self, kind: ObjectKind, id: u64) -> Option<u32> {
        let index = if id < FIRST_IDS[0] {
            id.checked_sub(FIRST_SHORT_ID + self.number * u64::from(SHORT_IDS_PER_ACCOUNT))?
        } else {
            let position = id.checked_sub(FIRST_IDS[kind as usize])? / ID_STEP;
            position.checked_sub(self.number * u64::from(MAX_OBJECTS))?
        };
        let index = u32::try_from(index).ok().filter(|index| *index < self.total(kind))?;
        (self.id(kind, index) == id).then_some(index)
    }

    /// Returns the overridden fields of an object.
    pub(crate) fn overrides(&self, kind: ObjectKind, index: u32) -> Option<&Map<String, Value>> {
        let overrides = &self.changes.of(kind).overrides;
        // Most accounts have none, and this is called a million times per listing.
        if overrides.is_empty() { None } else { overrides.get(&index) }
    }

    pub(crate) fn overridden_text(&self, kind: ObjectKind, index: u32, field: &str) -> Option<&str> {
        self.overrides(kind, index)?.get(field)?.as_str()
    }

    /// Returns whether the object itself was removed without a trace.
    pub(crate) fn is_removed(&self, kind: ObjectKind, index: u32) -> bool {
        let removed = &self.changes.of(kind).removed;
        !removed.is_empty() && removed.contains(&index)
    }

    /// Returns the creation time in Unix seconds.
    pub(crate) fn created(&self, kind: ObjectKind, index: u32) -> i64 {
        let overridden = self.overridden_text(kind, index, "create_time").and_then(time::parse);
        overridden
            .unwrap_or_else(|| time::created(index, self.initial(kind)) + CREATION_OFFSETS[kind as usize])
    }

    /// `rng` is the object's, after its statuses were drawn.
    pub(crate) fn name(&self, kind: ObjectKind, index: u32, rng: &Rng) -> Cow<'_, str> {
        match self.overridden_text(kind, index, kind.name_field()) {
            Some(name) => name.into(),
            None => names::generate(kind, &mut rng.clone(), index + 1, self.hostile_names).into(),
        }
    }

    /// Returns the index of an object's parent. Consecutive objects share one, unless an added object names its own.
    pub(crate) fn parent(&self, kind: ObjectKind, index: u32, parent: ObjectKind) -> u32 {
        if let Some(id) = self.overridden_text(kind, index, parent.id_field()).and_then(|id| id.parse().ok())
            && let Some(index) = self.index(parent, id)
        {
            return index;
        }
        let (children, parents) = (u64::from(self.initial(kind)), u64::from(self.initial(parent)));
        let position = u64::from(index).wrapping_mul(parents).checked_div(children).unwrap_or(0);
        u32::try_from(position.min(parents.saturating_sub(1))).unwrap_or(0)
    }
}

fn initial(seed: u64, number: u64, sizes: Sizes) -> [u32; 4] {
    let mut percent = 100;
    if sizes.varied {
        let mut rng = Rng::new(seed, Stream::AccountSize, number);
        percent = if number % 23 == 17 { 0 } else { 33 + rng.below(100) * rng.below(100) / 27 };
    }
    let mut initial =
        sizes.by_kind().map(|size| u32::try_from(u64::from(size) * percent / 100).unwrap_or(size));
    for kind in [ObjectKind::AdGroup, ObjectKind::Ad] {
        if initial[kind as usize - 1] == 0 {
            initial[kind as usize] = 0;
        }
    }
    initial
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn view(seed: u64, number: usize, sizes: Sizes) -> AccountView {
        AccountView::new(seed, (7, number), sizes, AccountCondition::Normal, Arc::default(), 0)
    }

    proptest! {
        #[test]
        fn an_id_identifies_one_object_of_one_account(
            seed: u64, number in 0_usize..900_000, index in 0_u32..1000,
        ) {
            let sizes = Sizes::each(1000, 1000, 1000, 1000);
            let (account, neighbour) = (view(seed, number, sizes), view(seed, number + 1, sizes));
            for kind in ObjectKind::ALL {
                let id = account.id(kind, index);
                prop_assert_eq!(account.index(kind, id), Some(index));
                let digits = id.to_string().len();
                prop_assert!((16..=19).contains(&digits) || (kind, digits) == (ObjectKind::Audience, 9));
                prop_assert_eq!(neighbour.index(kind, id), None);
                for other in ObjectKind::ALL.into_iter().filter(|other| *other != kind) {
                    prop_assert_eq!(account.index(other, id), None);
                }
            }
        }

        #[test]
        fn every_object_has_a_parent(
            seed: u64, number in 0_usize..100, campaigns in 0_u32..50, ad_groups in 0_u32..50, ads in 0_u32..50, varied: bool,
        ) {
            let view = view(seed, number, Sizes { varied, ..Sizes::each(campaigns, ad_groups, ads, 0) });
            for (kind, parent) in [(ObjectKind::AdGroup, ObjectKind::Campaign), (ObjectKind::Ad, ObjectKind::AdGroup)] {
                for index in 0..view.initial(kind) {
                    prop_assert!(view.parent(kind, index, parent) < view.initial(parent));
                }
            }
        }

        #[test]
        fn default_accounts_have_none_or_dozens_to_hundreds_of_campaigns(seed: u64, number in 0_usize..1000) {
            let campaigns = view(seed, number, Sizes::default()).initial(ObjectKind::Campaign);
            prop_assert!(campaigns == 0 || (19..240).contains(&campaigns));
        }
    }
}

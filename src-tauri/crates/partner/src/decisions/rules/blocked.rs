//! Determines the blocked rows of an action, which *Save the other changes* leaves out (A14).

use std::collections::HashSet;

use crate::decisions::outcome::Blocker;
use crate::ids::{AdAccountId, AdvertiserId};
use crate::named::{ObjectId, ObjectKind};

pub(crate) struct Blocked<'a> {
    pub blockers: Vec<&'a Blocker>,
}

impl<'a> Blocked<'a> {
    /// Returns `None` if a blocker concerns the change as a whole.
    pub fn by(blockers: &'a [Blocker]) -> Option<Blocked<'a>> {
        let whole = blockers.iter().any(|blocker| blocker.object.kind == ObjectKind::Change);
        (!whole).then(|| Blocked { blockers: blockers.iter().collect() })
    }

    /// Returns what is blocked in an ad account: without the blockers about another one.
    pub fn in_account(&self, account: &AdAccountId) -> Blocked<'a> {
        let concerns = |blocker: &&&Blocker| match &blocker.ad_account {
            Some(named) => named.id == account.0,
            None => true,
        };
        Blocked { blockers: self.blockers.iter().filter(concerns).copied().collect() }
    }

    /// Returns what is blocked for an advertiser: without the blockers about other advertisers.
    pub fn for_advertiser(&self, id: &AdvertiserId) -> Blocked<'a> {
        let concerns =
            |blocker: &&&Blocker| blocker.object.kind != ObjectKind::Advertiser || blocker.object.id == id.0;
        Blocked { blockers: self.blockers.iter().filter(concerns).copied().collect() }
    }

    /// Returns the objects that are not blocked, or `None` if there are none.
    pub fn some<I: ObjectId + Clone>(&self, ids: &[I]) -> Option<Vec<I>> {
        Some(self.unblocked_ids(ids)).filter(|rest| !rest.is_empty())
    }

    /// Returns the objects that are not blocked.
    pub fn unblocked_ids<I: ObjectId + Clone>(&self, ids: &[I]) -> Vec<I> {
        let objects = self.blockers.iter().map(|blocker| &blocker.object);
        let blocked: HashSet<&str> =
            objects.filter(|object| object.kind == I::KIND).map(|object| object.id.as_str()).collect();
        ids.iter().filter(|id| !blocked.contains(id.id())).cloned().collect()
    }

    /// Like [`Blocked::unblocked_ids`], for objects to allocate. A blocker about an object of another kind, such as an archived
    /// advertiser, blocks them all.
    pub fn unblocked_new_ids<I: ObjectId + Clone>(&self, ids: &[I]) -> Vec<I> {
        if self.blockers.iter().any(|blocker| blocker.object.kind != I::KIND) {
            return Vec::new();
        }
        self.unblocked_ids(ids)
    }

    /// Returns, for each blocker, the id of the first object of the kind that it mentions.
    pub fn ids<I: ObjectId>(&self) -> impl Iterator<Item = Option<&'a str>> {
        self.blockers.iter().map(|blocker| {
            let mentioned = [Some(&blocker.object), blocker.ad_account.as_ref(), blocker.holder.as_ref()];
            let named = mentioned.into_iter().flatten().find(|named| named.kind == I::KIND);
            named.map(|named| named.id.as_str())
        })
    }
}

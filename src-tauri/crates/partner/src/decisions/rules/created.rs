//! Rules for objects that admins create and name: XPO accounts, advertisers, conversion goals and remarketing tags.

use crate::decisions::kinds::{Decision, Key};
use crate::decisions::outcome::Reason;
use crate::decisions::plan::Plan;
use crate::ids::is_uuid;
use crate::named::{Named, ObjectId};
use crate::text::name_key;
use crate::{Result, name};

pub(super) trait Created: Decision + 'static {
    type Id: ObjectId + rusqlite::types::FromSql + PartialEq;

    fn id(&self) -> &Self::Id;

    fn name(value: &mut Self::Value) -> &mut String;

    /// Returns whether the id belongs to an object of the kind.
    fn exists(&self, plan: &Plan<'_>) -> Result<bool> {
        Ok(self.read(plan.book)?.is_some())
    }

    /// Returns whether the object may be added to its parent; adds the blockers if not.
    fn check_parent(&self, plan: &mut Plan<'_>, value: &Self::Value, own: &Named) -> Result<bool>;

    /// Returns the ids of other objects whose name has the same key, and that have the same parent.
    fn of_same_name(&self, plan: &Plan<'_>, value: &Self::Value, name_key: &str) -> Result<Vec<Self::Id>>;

    /// Returns the holder of a blocker about a name that is taken.
    fn name_holder(&self, _plan: &Plan<'_>, own: Named) -> Result<Named> {
        Ok(own)
    }
}

impl Plan<'_> {
    pub(super) fn create<K: Created>(&mut self, key: K, mut value: K::Value) -> Result<()> {
        let blockers = self.blockers.len();
        let own = Named::new(key.id(), K::name(&mut value));
        if !is_uuid(key.id().id()) || key.exists(self)? {
            self.block(Reason::IdInvalid, own.clone());
        }
        let allowed = key.check_parent(self, &value, &own)?;
        match self.check_name(&key, &value)? {
            Some(name) if allowed && self.blockers.len() == blockers => *K::name(&mut value) = name,
            _ => return Ok(()),
        }
        self.replace(key, None, Some(value))
    }

    /// Changes the value of an object, which has to exist.
    pub(super) fn edit<K: Created>(&mut self, key: K, edit: impl FnOnce(&mut K::Value)) -> Result<()> {
        let Some(mut before) = key.read(self.book)? else {
            self.block(Reason::Unknown, Named::new(key.id(), ""));
            return Ok(());
        };
        let mut after = before.clone();
        edit(&mut after);
        if K::name(&mut after) != K::name(&mut before) {
            match self.check_name(&key, &after)? {
                Some(name) => *K::name(&mut after) = name,
                None => return Ok(()),
            }
        }
        self.replace(key, Some(before), Some(after))
    }

    /// Returns the trimmed name, or `None` if it is invalid or taken; adds the blocker then.
    pub(super) fn check_name<K: Created>(&mut self, key: &K, value: &K::Value) -> Result<Option<String>> {
        let mut value = value.clone();
        let own = Named::new(key.id(), K::name(&mut value));
        let Ok(name) = name::normalize(&own.name) else {
            self.block(Reason::NameInvalid, own);
            return Ok(None);
        };
        let Some(other) = key.of_same_name(self, &value, &name_key(&name))?.pop() else {
            return Ok(Some(name));
        };
        let is_new = self.edits_of::<K>().any(|edit| edit.before.is_none() && *edit.key.id() == other);
        let reason = if is_new { Reason::NameRepeated } else { Reason::NameTaken };
        let (other, holder) = (self.named(&other)?, key.name_holder(self, own)?);
        self.block_for_holder(reason, other, holder);
        Ok(None)
    }

    /// Adds a blocker: an object cannot be removed while `user` uses it, until `remedy` is removed as well.
    pub(super) fn block_in_use<K: Created, I: ObjectId, R: Key>(
        &mut self,
        key: &K,
        user: &I,
        remedy: &R,
    ) -> Result<()> {
        let (object, holder) = (self.named(user)?, self.named(key.id())?);
        self.block_for_holder(Reason::InUse, object, holder);
        self.offer_remedy(remedy, true);
        Ok(())
    }
}

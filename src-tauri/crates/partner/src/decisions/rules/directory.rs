//! XPO accounts and advertisers (A1).

use rusqlite::{OptionalExtension, params};

use crate::decisions::change::{NewAdvertiser, NewXpoAccount, Renamed, XpoState};
use crate::decisions::decision::{Party, Slot, SlotKind, Text};
use crate::decisions::outcome::{Caution, Reason};
use crate::decisions::plan::Plan;
use crate::ids::{AdvertiserId, XpoAccountId, is_uuid};
use crate::named::{Named, ObjectKind};
use crate::{Result, fold, name};

impl Plan<'_> {
    pub(super) fn add_to_directory(
        &mut self,
        accounts: &[NewXpoAccount],
        advertisers: &[NewAdvertiser],
    ) -> Result<()> {
        for NewXpoAccount { id, name, state } in accounts {
            let party = Party { name: name.clone(), state: Some(*state), xpo_account: None, archived: false };
            self.add_party(Slot::xpo_account(id), party)?;
        }
        for NewAdvertiser { id, xpo_account, name } in advertisers {
            let party = Party {
                name: name.clone(),
                state: None,
                xpo_account: Some(xpo_account.clone()),
                archived: false,
            };
            self.add_party(Slot::advertiser(id), party)?;
        }
        Ok(())
    }

    /// Make an XPO account or advertiser that is not there.
    pub(super) fn add_party(&mut self, slot: Slot, mut party: Party) -> Result<()> {
        let objections = self.blockers.len();
        let own = Named { kind: kind_of(&slot), id: slot.holder.clone(), name: party.name.clone() };
        if !is_uuid(&slot.holder) || slot.read(self.book)?.is_some() {
            self.block(Reason::IdInvalid, own.clone());
        }
        if let Some(xpo) = &party.xpo_account {
            match Party::read(self.book, &Slot::xpo_account(xpo))? {
                Some(parent) if !parent.archived || self.gives_back => {}
                parent => {
                    let reason = if parent.is_some() { Reason::Archived } else { Reason::Unknown };
                    let object = self.named(ObjectKind::XpoAccount, xpo.as_str())?;
                    self.block_holder(reason, object, own);
                }
            }
        }
        match self.fit_name(&slot, &party)? {
            Some(name) if self.blockers.len() == objections => party.name = name,
            _ => return Ok(()),
        }
        self.put_from(slot, None, Some(&party.to_text()))
    }

    pub(super) fn rename(&mut self, object: &Renamed, name: &str) -> Result<()> {
        let slot = match object {
            Renamed::XpoAccount(id) => Slot::xpo_account(id),
            Renamed::Advertiser(id) => Slot::advertiser(id),
            Renamed::Goal(id) => return self.rename_goal(id, name),
        };
        self.edit_party(slot, |party| party.name = name.to_owned())
    }

    pub(super) fn set_state(&mut self, accounts: &[XpoAccountId], state: XpoState) -> Result<()> {
        for id in accounts {
            self.edit_party(Slot::xpo_account(id), |party| party.state = Some(state))?;
        }
        Ok(())
    }

    pub(super) fn set_archived(
        &mut self,
        accounts: &[XpoAccountId],
        advertisers: &[AdvertiserId],
        archived: bool,
    ) -> Result<()> {
        let slots = accounts.iter().map(Slot::xpo_account).chain(advertisers.iter().map(Slot::advertiser));
        for slot in slots {
            let before = Party::read(self.book, &slot)?;
            if archived && before.is_some_and(|party| !party.archived) {
                self.warn_of_allocations(&slot)?;
            }
            self.edit_party(slot, |party| party.archived = archived)?;
        }
        Ok(())
    }

    /// Change something about an XPO account or advertiser that is there.
    pub(super) fn edit_party(&mut self, slot: Slot, edit: impl FnOnce(&mut Party)) -> Result<()> {
        let Some(before) = Party::read(self.book, &slot)? else {
            let unknown = Named { kind: kind_of(&slot), id: slot.holder, name: String::new() };
            self.block(Reason::Unknown, unknown);
            return Ok(());
        };
        let mut after = before.clone();
        edit(&mut after);
        if after.name != before.name {
            match self.fit_name(&slot, &after)? {
                Some(name) => after.name = name,
                None => return Ok(()),
            }
        }
        self.put_from(slot, Some(&before.to_text()), Some(&after.to_text()))
    }

    /// The name as it is kept, or `None` and an objection.
    fn fit_name(&mut self, slot: &Slot, party: &Party) -> Result<Option<String>> {
        let own = Named { kind: kind_of(slot), id: slot.holder.clone(), name: party.name.clone() };
        let Ok(name) = name::normalize(&party.name) else {
            self.block(Reason::NameInvalid, own);
            return Ok(None);
        };
        let sql = if slot.kind == SlotKind::XpoAccount {
            "SELECT id FROM xpo_account WHERE name_folded = ?1 AND id <> ?2 AND ?3 IS NULL"
        } else {
            "SELECT id FROM advertiser WHERE name_folded = ?1 AND id <> ?2 AND xpo_account_id = ?3"
        };
        let taken: Option<String> = self
            .book
            .prepare_cached(sql)?
            .query_row(params![fold(&name), slot.holder, party.xpo_account], |row| row.get(0))
            .optional()?;
        match taken {
            None => Ok(Some(name)),
            Some(id) => {
                let other = self.named(kind_of(slot), &id)?;
                self.block_holder(Reason::NameTaken, other, own);
                Ok(None)
            }
        }
    }

    fn warn_of_allocations(&mut self, slot: &Slot) -> Result<()> {
        let column = if slot.kind == SlotKind::XpoAccount { "xpo_account_id" } else { "advertiser_id" };
        let count: Vec<u32> =
            self.column(&format!("SELECT count(*) FROM allocation WHERE {column} = ?"), [&slot.holder])?;
        match count.first() {
            Some(&count) if count > 0 => {
                let object = self.named(kind_of(slot), &slot.holder)?;
                self.warn(Caution::StillAllocated, object, None, count);
            }
            _ => {}
        }
        Ok(())
    }

    /// Remove an XPO account or advertiser that an undone change had added; objects to all that uses it.
    pub(super) fn remove_party(&mut self, slot: Slot) -> Result<()> {
        let party = self.named(kind_of(&slot), &slot.holder)?;
        let (kind, sql) = if slot.kind == SlotKind::XpoAccount {
            (
                ObjectKind::Advertiser,
                "SELECT id FROM advertiser WHERE xpo_account_id = ? ORDER BY name_folded",
            )
        } else {
            (
                ObjectKind::AdAccount,
                "SELECT ad_account_id FROM allocation WHERE advertiser_id = ? ORDER BY ad_account_id",
            )
        };
        let users: Vec<String> = self.column(sql, [&slot.holder])?;
        for user in &users {
            let object = self.named(kind, user)?;
            self.block_holder(Reason::InUse, object, party.clone());
        }
        if users.is_empty() { self.put(slot, None) } else { Ok(()) }
    }
}

fn kind_of(slot: &Slot) -> ObjectKind {
    if slot.kind == SlotKind::XpoAccount { ObjectKind::XpoAccount } else { ObjectKind::Advertiser }
}

//! Audiences to advertisers, and out of XPO (R39–R45, A13, A19, A20).

use rusqlite::{OptionalExtension, params};

use crate::Result;
use crate::decisions::decision::{ALLOCATED, EXCLUDED, Slot};
use crate::decisions::outcome::{Caution, Reason};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, AdvertiserId, AudienceId};
use crate::named::{Named, ObjectKind};

impl Plan<'_> {
    pub(super) fn allocate_audiences(
        &mut self,
        account: &AdAccountId,
        to: &AdvertiserId,
        ids: &[AudienceId],
    ) -> Result<()> {
        let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
        for id in ids {
            let found = self
                .book
                .prepare_cached(
                    "SELECT name, deleted_on_tiktok, valid FROM audience WHERE account_id = ? AND id = ?",
                )?
                .query_row(params![account, id], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?, row.get::<_, bool>(2)?))
                })
                .optional()?;
            let mut object = Named { kind: ObjectKind::Audience, id: id.0.clone(), name: String::new() };
            let Some((name, is_gone, is_valid)) = found else {
                self.block_pair(Reason::Unknown, object, account, to)?;
                continue;
            };
            object.name = name;
            let slot = Slot::audience(id, account, to);
            if slot.read(self.book)?.is_some() {
                continue;
            }
            let open = self.may_receive(to)?;
            let allocated = self.has_allocation(account, to)?;
            if !allocated {
                self.block_pair(Reason::NotAllocated, object.clone(), account, to)?;
            }
            if Slot::exclusion(id).read(self.book)?.is_some() {
                self.block_pair(Reason::AudienceExcluded, object, account, to)?;
            } else if open && allocated {
                self.put_from(slot, None, Some(ALLOCATED))?;
                if is_gone {
                    deleted.push(object);
                } else if !is_valid {
                    invalid.push(object);
                }
            }
        }
        for (caution, objects) in [(Caution::DeletedOnTiktok, deleted), (Caution::AudienceNotValid, invalid)]
        {
            if let Some(first) = objects.first() {
                self.warn(caution, first.clone(), None, objects.len() as u32);
            }
        }
        Ok(())
    }

    pub(super) fn deallocate_audiences(
        &mut self,
        account: &AdAccountId,
        from: &AdvertiserId,
        ids: &[AudienceId],
    ) -> Result<()> {
        for id in ids {
            self.put(Slot::audience(id, account, from), None)?;
        }
        Ok(())
    }

    /// Remove every link of the audiences, in whichever ad account they are seen, and hide them (A20).
    pub(super) fn exclude_audiences(&mut self, ids: &[AudienceId]) -> Result<()> {
        for id in ids {
            if !self.know_audience(id)? {
                continue;
            }
            for (account, advertiser) in self.links_of_audience(id)? {
                self.put_from(Slot::audience(id, &account, &advertiser), Some(ALLOCATED), None)?;
            }
            self.put(Slot::exclusion(id), Some(EXCLUDED))?;
        }
        Ok(())
    }

    pub(super) fn include_audiences(&mut self, ids: &[AudienceId]) -> Result<()> {
        for id in ids {
            if self.know_audience(id)? {
                self.put(Slot::exclusion(id), None)?;
            }
        }
        Ok(())
    }

    /// Who has the audience, and through which TikTok ad account.
    pub(super) fn links_of_audience(&self, id: &AudienceId) -> Result<Vec<(AdAccountId, AdvertiserId)>> {
        Ok(self
            .book
            .prepare_cached(
                "SELECT ad_account_id, advertiser_id FROM audience_allocation WHERE audience_id = ?
                 ORDER BY ad_account_id, advertiser_id",
            )?
            .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?)
    }

    fn know_audience(&mut self, id: &AudienceId) -> Result<bool> {
        let known = !self.column::<i64>("SELECT 1 FROM audience WHERE id = ? LIMIT 1", [id])?.is_empty();
        if !known {
            let object = Named { kind: ObjectKind::Audience, id: id.0.clone(), name: String::new() };
            self.block(Reason::Unknown, object);
        }
        Ok(known)
    }
}

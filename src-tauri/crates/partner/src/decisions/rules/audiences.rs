//! The allocation of audiences to advertisers, and their exclusion from XPO (R39–R45, A13, A19, A20).

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::undo::UndoEdit;
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::account_allocation::Allocated;
use crate::decisions::kinds::audience_exclusion::Excluded;
use crate::decisions::kinds::{AccountAllocation, AudienceAllocation, AudienceExclusion, Decision, Edit};
use crate::decisions::outcome::{Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::facts::status::{AVAILABILITY, Availability};
use crate::ids::{AdAccountId, AdvertiserId, AudienceId};
use crate::named::Named;

/// Allocates audiences to one advertiser, or deallocates them from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AllocateAudiences {
    pub advertiser: AdvertiserId,
    /// By TikTok ad account: several ad accounts may have the same audience.
    pub accounts: Vec<AudienceChoice>,
}

/// The audiences of a TikTok ad account to allocate and deallocate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AudienceChoice {
    pub ad_account: AdAccountId,
    /// Audiences that the advertiser already has are skipped.
    pub allocate: Vec<AudienceId>,
    /// Audiences that the advertiser does not have are skipped.
    pub deallocate: Vec<AudienceId>,
}

/// Removes every allocation of audiences, and hides them until they are included again (A20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExcludeAudiences {
    pub audiences: Vec<AudienceId>,
}

/// Ends the exclusion of audiences (A20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IncludeAudiences {
    pub audiences: Vec<AudienceId>,
}

impl Rule for AllocateAudiences {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        for AudienceChoice { ad_account, allocate, deallocate } in &self.accounts {
            for id in deallocate {
                plan.put(AudienceAllocation::new(id, ad_account, &self.advertiser), None)?;
            }
            plan.allocate_audiences(ad_account, &self.advertiser, allocate)?;
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let unblocked = |choice: &AudienceChoice| {
            let blocked = blocked.in_account(&choice.ad_account);
            let allocate = blocked.unblocked_new_ids(&choice.allocate);
            let deallocate = blocked.unblocked_ids(&choice.deallocate);
            let rows = allocate.len() + deallocate.len();
            (rows > 0).then(|| AudienceChoice { allocate, deallocate, ..choice.clone() })
        };
        let accounts: Vec<AudienceChoice> = self.accounts.iter().filter_map(unblocked).collect();
        (!accounts.is_empty()).then(|| AllocateAudiences { accounts, ..self.clone() })
    }
}

impl Rule for ExcludeAudiences {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        for id in &self.audiences {
            if plan.check_audience(id)? {
                for allocation in AudienceAllocation::all_of(plan.book, id)? {
                    plan.replace(allocation, Some(Allocated::Allocated), None)?;
                }
                plan.put(AudienceExclusion::new(id), Some(Excluded::Excluded))?;
            }
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(ExcludeAudiences { audiences: blocked.some(&self.audiences)? })
    }
}

impl Rule for IncludeAudiences {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        for id in &self.audiences {
            if plan.check_audience(id)? {
                plan.put(AudienceExclusion::new(id), None)?;
            }
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        Some(IncludeAudiences { audiences: blocked.some(&self.audiences)? })
    }
}

impl Plan<'_> {
    pub(super) fn allocate_audiences(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
        ids: &[AudienceId],
    ) -> Result<()> {
        for id in ids {
            let found = self
                .book
                .prepare_cached(&format!(
                    "SELECT c.name, {AVAILABILITY} FROM audience c WHERE c.account_id = ? AND c.id = ?"
                ))?
                .query_row(params![account, id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
                .optional()?;
            let Some((name, availability)) = found else {
                self.block_for_pair(Reason::Unknown, Named::new(id, ""), account, advertiser)?;
                continue;
            };
            let allocation = AudienceAllocation::new(id, account, advertiser);
            if allocation.read(self.book)?.is_some() {
                continue;
            }
            let object = Named::new(id, &name);
            let allowed = self.check_advertiser(advertiser)?;
            let account_allocated = self.is_allocated(account, advertiser)?;
            if !account_allocated {
                self.block_for_pair(Reason::NotAllocated, object.clone(), account, advertiser)?;
                self.offer_remedy(&AccountAllocation::new(account, advertiser), false);
            }
            if AudienceExclusion::new(id).read(self.book)?.is_some() {
                self.block_for_pair(Reason::AudienceExcluded, object, account, advertiser)?;
            } else if allowed && account_allocated {
                self.replace(allocation, None, Some(Allocated::Allocated))?;
                match availability {
                    Availability::Ready => {}
                    Availability::TooSmall | Availability::NotReady => {
                        self.warn_of_each(WarningKind::AudienceNotValid, object);
                    }
                    Availability::DeletedOnTiktok => self.warn_of_each(WarningKind::DeletedOnTiktok, object),
                }
            }
        }
        Ok(())
    }

    /// Returns whether any TikTok ad account has the audience; adds a blocker if not.
    fn check_audience(&mut self, id: &AudienceId) -> Result<bool> {
        let exists = !self.column::<i64>("SELECT 1 FROM audience WHERE id = ? LIMIT 1", [id])?.is_empty();
        if !exists {
            self.block(Reason::Unknown, Named::new(id, ""));
        }
        Ok(exists)
    }
}

impl UndoEdit for AudienceAllocation {
    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, _: &Allocated) -> Result<()> {
        let AudienceAllocation { audience, ad_account, advertiser } = &edit.key;
        plan.allocate_audiences(ad_account, advertiser, std::slice::from_ref(audience))
    }
}

impl UndoEdit for AudienceExclusion {
    /// Excludes an audience again, unless it has been allocated since.
    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, before: &Excluded) -> Result<()> {
        let allocations = AudienceAllocation::all_of(plan.book, &edit.key.audience)?;
        if allocations.is_empty() {
            return plan.replace(edit.key.clone(), None, Some(*before));
        }
        allocations.iter().try_for_each(|allocation| plan.block_changed_since(allocation))
    }
}

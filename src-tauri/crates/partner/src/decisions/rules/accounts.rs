//! The allocation of TikTok ad accounts to advertisers (R11–R25, A9–A14, A27, A28).

use std::collections::HashSet;

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use specta::Type;

use super::defaults::DefaultReplacement;
use super::undo::UndoEdit;
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::account_allocation::Allocated;
use crate::decisions::kinds::campaign_allocation::CampaignState;
use crate::decisions::kinds::payment::PaymentMode;
use crate::decisions::kinds::{
    AccountAllocation, Advertiser, AudienceAllocation, CampaignAllocation, Decision, Edit, Goal, Payment,
};
use crate::decisions::outcome::{Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::facts::accounts::CONNECTION;
use crate::facts::status::{AccountStatus, Tone};
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, GoalId, XpoAccountId};
use crate::named::{Named, ObjectId};

/// Allocates TikTok ad accounts to advertisers, deallocates them, and sets payment modes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AllocateAccounts {
    /// Pairs that are already allocated are skipped.
    pub allocate: Vec<AccountPair>,
    /// Pairs that are not allocated are skipped.
    pub deallocate: Vec<AccountPair>,
    /// Choices for pairs without an allocation after the change are skipped.
    pub modes: Vec<PaymentChoice>,
    /// New defaults for XPO accounts that lose theirs (R22–R24). Those of other XPO accounts are skipped.
    pub default_replacements: Vec<DefaultReplacement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountPair {
    pub ad_account: AdAccountId,
    pub advertiser: AdvertiserId,
}

/// The payment mode of a TikTok ad account for an XPO account (A9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaymentChoice {
    pub ad_account: AdAccountId,
    pub xpo_account: XpoAccountId,
    pub mode: PaymentMode,
}

impl Rule for AllocateAccounts {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        plan.choose_defaults(&self.default_replacements);
        // Allocations come first, so that a new ad account can become the new default.
        for pair in &self.allocate {
            plan.allocate_account(&pair.ad_account, &pair.advertiser, PaymentMode::Client)?;
        }
        for pair in &self.deallocate {
            plan.deallocate_account(&pair.ad_account, &pair.advertiser)?;
        }
        for choice in &self.modes {
            let payment = Payment::new(&choice.ad_account, &choice.xpo_account);
            if let Some(mode) = payment.read(plan.book)? {
                plan.replace(payment, Some(mode), Some(choice.mode))?;
            }
        }
        Ok(())
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        // Objects that depend on an allocation block its removal; all other blockers block new allocations.
        let (removals, additions): (Vec<_>, Vec<_>) =
            blocked.blockers.iter().partition(|blocker| blocker.reason.keeps_account());
        let rest = AllocateAccounts {
            allocate: unblocked_pairs(&self.allocate, &Blocked { blockers: additions }),
            deallocate: unblocked_pairs(&self.deallocate, &Blocked { blockers: removals }),
            ..self.clone()
        };
        let rows = rest.allocate.len() + rest.deallocate.len() + rest.modes.len();
        (rows > 0).then_some(rest)
    }
}

/// A blocker blocks the pair that it mentions, or every pair of the only ad account or advertiser that it mentions.
fn unblocked_pairs(pairs: &[AccountPair], blocked: &Blocked<'_>) -> Vec<AccountPair> {
    let mentioned: HashSet<(Option<&str>, Option<&str>)> = blocked
        .ids::<AdAccountId>()
        .zip(blocked.ids::<AdvertiserId>())
        .filter(|ids| *ids != (None, None))
        .collect();
    let is_blocked = |pair: &AccountPair| {
        let (account, advertiser) = (Some(pair.ad_account.id()), Some(pair.advertiser.id()));
        [(account, advertiser), (account, None), (None, advertiser)].iter().any(|ids| mentioned.contains(ids))
    };
    pairs.iter().filter(|pair| !is_blocked(pair)).cloned().collect()
}

impl Plan<'_> {
    /// Allocates one pair. If the ad account is new to the XPO account, `mode` becomes its payment mode there.
    pub(super) fn allocate_account(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
        mode: PaymentMode,
    ) -> Result<()> {
        let allocation = AccountAllocation::new(account, advertiser);
        if allocation.read(self.book)?.is_some() {
            return Ok(());
        }
        let account_exists = self.check_account(account)?;
        if !self.check_advertiser(advertiser)? || !account_exists {
            return Ok(());
        }
        self.replace(allocation, None, Some(Allocated::Allocated))?;
        if let Some(xpo_account) = self.xpo_account_of(advertiser)? {
            let payment = Payment::new(account, &xpo_account);
            if payment.read(self.book)?.is_none() {
                self.replace(payment, None, Some(mode))?;
            }
        }
        Ok(())
    }

    /// Deallocates one pair, with its audiences (A13). Campaigns, goals and tags block it (R20, R25, A12).
    pub(super) fn deallocate_account(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
    ) -> Result<()> {
        let allocation = AccountAllocation::new(account, advertiser);
        if allocation.read(self.book)?.is_none() {
            return Ok(());
        }
        self.block_dependents_of(account, advertiser)?;
        let audiences = self.deallocate_audiences_of(account, advertiser)?;
        if audiences > 0 {
            let (object, holder) = (self.named(account)?, self.named(advertiser)?);
            self.warn(WarningKind::AudienceAllocationsRemoved, object, Some(holder), audiences);
        }
        if let Some(xpo_account) = self.xpo_account_of(advertiser)? {
            let others: u32 = self
                .book
                .prepare_cached(
                    "SELECT count(*) FROM allocation
                     WHERE xpo_account_id = ? AND ad_account_id = ? AND advertiser_id <> ?",
                )?
                .query_row(params![xpo_account, account, advertiser], |row| row.get(0))?;
            if others == 0 {
                self.put(Payment::new(account, &xpo_account), None)?;
            }
        }
        self.replace(allocation, Some(Allocated::Allocated), None)
    }

    /// Adds a blocker for everything that depends on an allocation.
    pub(super) fn block_dependents_of(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
    ) -> Result<()> {
        for (reason, initialized) in [(Reason::CampaignAllocated, ""), (Reason::CampaignInitialized, "NOT")] {
            let sql = format!(
                "SELECT campaign_id FROM campaign_allocation
                 WHERE ad_account_id = ? AND advertiser_id = ? AND initialized IS {initialized} NULL
                 ORDER BY campaign_id"
            );
            let campaigns: Vec<CampaignId> = self.column(&sql, params![account, advertiser])?;
            for id in &campaigns {
                let object = self.named(id)?;
                self.block_for_pair(reason, object, account, advertiser)?;
                self.offer_deallocation(&CampaignAllocation::new(id, account, advertiser))?;
            }
        }
        let goals: Vec<GoalId> = self.column(
            "SELECT id FROM goal WHERE ad_account_id = ? AND advertiser_id = ? ORDER BY kind, name_folded",
            params![account, advertiser],
        )?;
        for id in &goals {
            let object = self.named(id)?;
            self.block_for_pair(Reason::GoalCreated, object, account, advertiser)?;
            self.offer_remedy(&Goal::new(id, account, advertiser), true);
        }
        Ok(())
    }

    /// Offers to deallocate the campaign of the last blocker, unless it is initialized (invariant 4).
    pub(super) fn offer_deallocation(&mut self, key: &CampaignAllocation) -> Result<()> {
        if key.read(self.book)? == Some(CampaignState::Allocated) {
            self.offer_remedy(key, true);
        }
        Ok(())
    }

    /// Deallocates the audiences of a pair, and returns how many there were.
    pub(super) fn deallocate_audiences_of(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
    ) -> Result<u32> {
        let audiences: Vec<AudienceId> = self.column(
            "SELECT audience_id FROM audience_allocation WHERE ad_account_id = ? AND advertiser_id = ?
             ORDER BY audience_id",
            params![account, advertiser],
        )?;
        for audience in &audiences {
            let allocation = AudienceAllocation::new(audience, account, advertiser);
            self.replace(allocation, Some(Allocated::Allocated), None)?;
        }
        Ok(audiences.len() as u32)
    }

    pub(super) fn xpo_account_of(&self, advertiser: &AdvertiserId) -> Result<Option<XpoAccountId>> {
        Ok(Advertiser::new(advertiser).read(self.book)?.map(|found| found.xpo_account))
    }

    /// Returns whether the book contains the TikTok ad account. Adds the blocker or the warnings (A27, A28) on the first
    /// call.
    pub(super) fn check_account(&mut self, id: &AdAccountId) -> Result<bool> {
        if let Some(&exists) = self.accounts.get(id) {
            return Ok(exists);
        }
        let found = self
            .book
            .prepare_cached(&format!(
                "SELECT a.name, a.status, {CONNECTION} FROM ad_account a WHERE a.id = ?"
            ))?
            .query_row([id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
            })
            .optional()?;
        self.accounts.insert(id.clone(), found.is_some());
        let Some((name, status, connection)) = found else {
            self.block(Reason::Unknown, Named::new(id, ""));
            return Ok(false);
        };
        let object = Named::new(id, &name);
        if AccountStatus::of(&status).tone != Tone::Ok {
            self.warn(WarningKind::AccountNotApproved, object.clone(), None, 1);
        }
        if connection == 0 {
            self.warn(WarningKind::AccountNoAccess, object, None, 1);
        }
        Ok(true)
    }

    /// A9: warns if a TikTok ad account has both payment modes after the change.
    pub(super) fn warn_about_mixed_modes(&mut self) -> Result<()> {
        let edits = self.edits_of::<Payment>().filter(|edit| edit.after.is_some());
        let mut accounts: Vec<AdAccountId> = edits.map(|edit| edit.key.ad_account.clone()).collect();
        accounts.sort();
        accounts.dedup();
        for account in accounts {
            let modes: Vec<u32> = self.column(
                "SELECT count(DISTINCT payment_mode) FROM account_link WHERE ad_account_id = ?",
                [&account],
            )?;
            if modes.iter().any(|&modes| modes > 1) {
                let object = self.named(&account)?;
                self.warn(WarningKind::MixedModes, object, None, 1);
            }
        }
        Ok(())
    }
}

impl UndoEdit for AccountAllocation {
    fn remove(plan: &mut Plan<'_>, edit: &Edit<Self>) -> Result<()> {
        plan.deallocate_account(&edit.key.ad_account, &edit.key.advertiser)
    }

    fn restore(plan: &mut Plan<'_>, edit: &Edit<Self>, _: &Allocated) -> Result<()> {
        plan.restore_account(&edit.key.ad_account, &edit.key.advertiser)
    }
}

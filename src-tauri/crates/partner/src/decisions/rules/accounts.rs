//! TikTok ad accounts to advertisers (R11–R25, A9–A14, A27, A28).

use rusqlite::{OptionalExtension, params};

use crate::Result;
use crate::decisions::change::{AccountPair, PaymentChoice, PaymentMode};
use crate::decisions::decision::{ALLOCATED, Party, Slot, SlotKind};
use crate::decisions::outcome::{Caution, Reason};
use crate::decisions::plan::Plan;
use crate::facts::status::{AccountStatus, Tone};
use crate::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use crate::named::{Named, ObjectKind};
use crate::queries::accounts::CONNECTION;

impl Plan<'_> {
    pub(super) fn allocate_accounts(
        &mut self,
        allocate: &[AccountPair],
        deallocate: &[AccountPair],
        modes: &[PaymentChoice],
    ) -> Result<()> {
        // New ones first: an XPO account that changes hands is never without, and its new account is an option.
        for pair in allocate {
            self.allocate(&pair.ad_account, &pair.advertiser, PaymentMode::Client)?;
        }
        for pair in deallocate {
            self.deallocate(&pair.ad_account, &pair.advertiser)?;
        }
        for choice in modes {
            let link = Slot::link(&choice.ad_account, &choice.xpo_account);
            if let Some(mode) = link.read(self.book)? {
                self.put_from(link, Some(&mode), Some(choice.mode.as_str()))?;
            }
        }
        Ok(())
    }

    /// Hand out one pair; a new link to its XPO account has the payment mode `mode`.
    pub(super) fn allocate(
        &mut self,
        account: &AdAccountId,
        advertiser: &AdvertiserId,
        mode: PaymentMode,
    ) -> Result<()> {
        let allocation = Slot::allocation(account, advertiser);
        if allocation.read(self.book)?.is_some() {
            return Ok(());
        }
        let known = self.know_account(account)?;
        if !self.may_receive(advertiser)? || !known {
            return Ok(());
        }
        self.put_from(allocation, None, Some(ALLOCATED))?;
        if let Some(xpo) = self.xpo_account_of(advertiser)? {
            let link = Slot::link(account, &xpo);
            if link.read(self.book)?.is_none() {
                self.put_from(link, None, Some(mode.as_str()))?;
            }
        }
        Ok(())
    }

    /// Take one pair back: its audiences go along (A13), campaigns, goals and tags forbid it (R20, R25, A12).
    pub(super) fn deallocate(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<()> {
        let allocation = Slot::allocation(account, advertiser);
        if allocation.read(self.book)?.is_none() {
            return Ok(());
        }
        self.block_what_holds(account, advertiser)?;
        self.remove_audiences(account, advertiser)?;
        if let Some(xpo) = self.xpo_account_of(advertiser)? {
            let others: u32 = self
                .book
                .prepare_cached(
                    "SELECT count(*) FROM allocation
                     WHERE xpo_account_id = ? AND ad_account_id = ? AND advertiser_id <> ?",
                )?
                .query_row(params![xpo, account, advertiser], |row| row.get(0))?;
            if others == 0 {
                self.put(Slot::link(account, &xpo), None)?;
            }
        }
        self.put_from(allocation, Some(ALLOCATED), None)
    }

    /// Every campaign, goal and tag that keeps an allocation.
    fn block_what_holds(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<()> {
        let holding = [
            (
                ObjectKind::Campaign,
                Reason::CampaignAllocated,
                "SELECT campaign_id FROM campaign_allocation WHERE ad_account_id = ? AND advertiser_id = ?
                 ORDER BY campaign_id",
            ),
            (
                ObjectKind::Goal,
                Reason::GoalCreated,
                "SELECT id FROM goal WHERE ad_account_id = ? AND advertiser_id = ? ORDER BY kind, name_folded",
            ),
        ];
        for (kind, reason, sql) in holding {
            for id in self.column::<String>(sql, params![account, advertiser])? {
                let object = self.named(kind, &id)?;
                self.block_pair(reason, object, account, advertiser)?;
            }
        }
        Ok(())
    }

    fn remove_audiences(&mut self, account: &AdAccountId, advertiser: &AdvertiserId) -> Result<()> {
        let audiences: Vec<crate::ids::AudienceId> = self.column(
            "SELECT audience_id FROM audience_allocation WHERE ad_account_id = ? AND advertiser_id = ?
             ORDER BY audience_id",
            params![account, advertiser],
        )?;
        for audience in &audiences {
            self.put_from(Slot::audience(audience, account, advertiser), Some(ALLOCATED), None)?;
        }
        if !audiences.is_empty() {
            let object = self.named(ObjectKind::AdAccount, account.as_str())?;
            let holder = self.named(ObjectKind::Advertiser, advertiser.as_str())?;
            self.warn(Caution::AudienceLinksGo, object, Some(holder), audiences.len() as u32);
        }
        Ok(())
    }

    /// The XPO account that an advertiser is in.
    pub(super) fn xpo_account_of(&self, advertiser: &AdvertiserId) -> Result<Option<XpoAccountId>> {
        Ok(Party::read(self.book, &Slot::advertiser(advertiser))?.and_then(|party| party.xpo_account))
    }

    /// Whether the book has the TikTok ad account; objects once when not, and warns of what is wrong with it (A27, A28).
    pub(super) fn know_account(&mut self, id: &AdAccountId) -> Result<bool> {
        if let Some(&known) = self.known.get(id) {
            return Ok(known);
        }
        let known = self.look_at_account(id)?;
        self.known.insert(id.clone(), known);
        Ok(known)
    }

    fn look_at_account(&mut self, id: &AdAccountId) -> Result<bool> {
        let found = self
            .book
            .prepare_cached(&format!(
                "SELECT a.name, a.status, {CONNECTION} FROM ad_account a WHERE a.id = ?"
            ))?
            .query_row([id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
            })
            .optional()?;
        let mut object = Named { kind: ObjectKind::AdAccount, id: id.0.clone(), name: String::new() };
        let Some((name, status, connection)) = found else {
            self.block(Reason::Unknown, object);
            return Ok(false);
        };
        object.name = name;
        if AccountStatus::of(&status).tone != Tone::Ok {
            self.warn(Caution::AccountNotApproved, object.clone(), None, 1);
        }
        if connection == 0 {
            self.warn(Caution::AccountNoAccess, object, None, 1);
        }
        Ok(true)
    }

    /// A9: a TikTok ad account that ends up with both payment modes.
    pub(super) fn warn_of_mixed_modes(&mut self) -> Result<()> {
        let mut accounts: Vec<AdAccountId> = self
            .edits()
            .filter(|edit| edit.slot.kind == SlotKind::Link && edit.after.is_some())
            .map(|edit| edit.slot.ad_account.clone())
            .collect();
        accounts.sort();
        accounts.dedup();
        for account in accounts {
            let modes: Vec<u32> = self.column(
                "SELECT count(DISTINCT payment_mode) FROM link WHERE ad_account_id = ?",
                [&account],
            )?;
            if modes.iter().any(|&modes| modes > 1) {
                let object = self.named(ObjectKind::AdAccount, account.as_str())?;
                self.warn(Caution::MixedModes, object, None, 1);
            }
        }
        Ok(())
    }
}

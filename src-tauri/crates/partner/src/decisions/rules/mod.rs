//! The rules: what each action does to which slots, and what forbids it.

mod accounts;
mod audiences;
mod campaigns;
mod defaults;
mod directory;
mod goals;
mod requests;
mod undo;

use crate::Result;
use crate::decisions::change::Action;
use crate::decisions::outcome::Reason;
use crate::decisions::plan::Plan;
use crate::named::ObjectKind;
use defaults::Wishes;

impl Plan<'_> {
    /// Do everything that the action asks for, and collect what the rules say to it.
    pub fn decide(&mut self, action: &Action) -> Result<()> {
        let mut wishes = Wishes::default();
        match action {
            Action::AddToDirectory { accounts, advertisers } => {
                self.add_to_directory(accounts, advertisers)?
            }
            Action::Rename { object, name } => self.rename(object, name)?,
            Action::SetState { accounts, state } => self.set_state(accounts, *state)?,
            Action::Archive { accounts, advertisers } => self.set_archived(accounts, advertisers, true)?,
            Action::Restore { accounts, advertisers } => self.set_archived(accounts, advertisers, false)?,
            Action::AddGoals { goals } => self.add_goals(goals)?,
            Action::RemoveGoals { goals } => self.remove_goals(goals)?,
            Action::AllocateAccounts { allocate, deallocate, modes, hand_overs } => {
                wishes.hand_overs = hand_overs;
                self.allocate_accounts(allocate, deallocate, modes)?;
            }
            Action::SetDefaults { defaults } => self.set_defaults(defaults)?,
            Action::AllocateCampaigns { advertiser, allocate, deallocate } => {
                self.deallocate_campaigns(advertiser, deallocate)?;
                self.allocate_campaigns(advertiser, allocate)?;
            }
            Action::MoveCampaigns { advertiser, campaigns } => self.move_campaigns(advertiser, campaigns)?,
            Action::InitializeCampaigns { campaigns } => self.initialize_campaigns(campaigns)?,
            Action::AllocateAudiences { ad_account, advertiser, allocate, deallocate } => {
                self.deallocate_audiences(ad_account, advertiser, deallocate)?;
                self.allocate_audiences(ad_account, advertiser, allocate)?;
            }
            Action::ExcludeAudiences { audiences } => self.exclude_audiences(audiences)?,
            Action::IncludeAudiences { audiences } => self.include_audiences(audiences)?,
            Action::RequestAccount(asked) => self.request_account(asked)?,
            Action::WithdrawRequest { request } => self.withdraw_request(request)?,
            Action::FulfilRequest { request, account } => self.fulfil_request(request, account.as_ref())?,
            Action::Undo { change, hand_overs } => {
                wishes = self.undo(change)?;
                wishes.hand_overs = hand_overs;
            }
        }
        self.settle_defaults(&wishes)?;
        self.warn_of_mixed_modes()?;
        if self.blockers.is_empty() && self.hand_overs.is_empty() && self.edits().next().is_none() {
            let object = self.named(ObjectKind::Change, "")?;
            self.block(Reason::NothingToDo, object);
        }
        Ok(())
    }
}

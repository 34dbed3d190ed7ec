//! What remains of a change that is partly forbidden: *Save the other changes* (A14).

use std::collections::HashSet;

use crate::decisions::change::{AccountPair, Action};
use crate::decisions::outcome::{Blocker, Reason};
use crate::named::{Named, ObjectKind};

impl Action {
    /// The same without the rows that `blockers` forbid; `None` when they forbid all of it, when what remains is nothing,
    /// and where the action has no rows of its own (a new name, an undo). It has to be previewed in its turn: what remains
    /// may need other hand-overs.
    pub fn without(&self, blockers: &[Blocker]) -> Option<Action> {
        if blockers.iter().any(|blocker| blocker.object.kind == ObjectKind::Change) {
            return None; // About the change as a whole.
        }
        let mut rest = self.clone();
        let objects: HashSet<(ObjectKind, &str)> =
            blockers.iter().map(|blocker| (blocker.object.kind, blocker.object.id.as_str())).collect();
        let allowed = |kind, id: &str| !objects.contains(&(kind, id));
        // What is in the way of one campaign or audience has it as its object; anything else forbids every new one.
        let nothing_new = |own| blockers.iter().any(|blocker| blocker.object.kind != own);
        let left = match &mut rest {
            Action::AllocateAccounts { allocate, deallocate, modes, .. } => {
                let (held, shut): (Vec<_>, Vec<_>) = blockers.iter().partition(|b| b.keeps());
                allocate.retain(allowed_pairs(&shut));
                deallocate.retain(allowed_pairs(&held));
                allocate.len() + deallocate.len() + modes.len()
            }
            Action::SetDefaults { defaults } => {
                let shut: HashSet<Option<&str>> =
                    blockers.iter().map(|b| b.holder.as_ref().map(|xpo| xpo.id.as_str())).collect();
                defaults.retain(|choice| !shut.contains(&Some(choice.xpo_account.as_str())));
                defaults.len()
            }
            Action::AllocateCampaigns { allocate, deallocate, .. } => {
                if nothing_new(ObjectKind::Campaign) {
                    allocate.clear();
                }
                allocate.retain(|id| allowed(ObjectKind::Campaign, id.as_str()));
                deallocate.retain(|id| allowed(ObjectKind::Campaign, id.as_str()));
                allocate.len() + deallocate.len()
            }
            Action::MoveCampaigns { campaigns, .. } => {
                campaigns.retain(|id| allowed(ObjectKind::Campaign, id.as_str()));
                if nothing_new(ObjectKind::Campaign) { 0 } else { campaigns.len() }
            }
            Action::InitializeCampaigns { campaigns } => {
                campaigns.retain(|id| allowed(ObjectKind::Campaign, id.as_str()));
                campaigns.len()
            }
            Action::AllocateAudiences { allocate, deallocate, .. } => {
                if nothing_new(ObjectKind::Audience) {
                    allocate.clear();
                }
                allocate.retain(|id| allowed(ObjectKind::Audience, id.as_str()));
                deallocate.retain(|id| allowed(ObjectKind::Audience, id.as_str()));
                allocate.len() + deallocate.len()
            }
            Action::ExcludeAudiences { audiences } | Action::IncludeAudiences { audiences } => {
                audiences.retain(|id| allowed(ObjectKind::Audience, id.as_str()));
                audiences.len()
            }
            Action::RemoveGoals { goals } => {
                goals.retain(|id| allowed(ObjectKind::Goal, id.as_str()));
                goals.len()
            }
            Action::SetState { accounts, .. } => {
                accounts.retain(|id| allowed(ObjectKind::XpoAccount, id.as_str()));
                accounts.len()
            }
            Action::Archive { accounts, advertisers } | Action::Restore { accounts, advertisers } => {
                accounts.retain(|id| allowed(ObjectKind::XpoAccount, id.as_str()));
                advertisers.retain(|id| allowed(ObjectKind::Advertiser, id.as_str()));
                accounts.len() + advertisers.len()
            }
            Action::AddToDirectory { .. }
            | Action::Rename { .. }
            | Action::AddGoals { .. }
            | Action::RequestAccount(_)
            | Action::WithdrawRequest { .. }
            | Action::FulfilRequest { .. }
            | Action::Undo { .. } => 0,
        };
        (left > 0 && rest != *self).then_some(rest)
    }
}

impl Blocker {
    /// Whether it keeps an allocation, rather than forbidding a new one (R20, R25).
    fn keeps(&self) -> bool {
        matches!(self.reason, Reason::CampaignAllocated | Reason::GoalCreated)
    }
}

/// Which pairs none of the blockers is about: neither about the pair, nor about one of the two.
fn allowed_pairs<'a>(blockers: &[&'a Blocker]) -> impl FnMut(&AccountPair) -> bool + use<'a> {
    let mut stopped: HashSet<(Option<&'a str>, Option<&'a str>)> = HashSet::new();
    for blocker in blockers {
        let parts: Vec<&Named> =
            [Some(&blocker.object), blocker.ad_account.as_ref(), blocker.holder.as_ref()]
                .into_iter()
                .flatten()
                .collect();
        let part = |kind| parts.iter().find(|named| named.kind == kind).map(|named| named.id.as_str());
        let about = (part(ObjectKind::AdAccount), part(ObjectKind::Advertiser));
        if about != (None, None) {
            stopped.insert(about);
        }
    }
    move |pair| {
        let (account, advertiser) = (Some(pair.ad_account.as_str()), Some(pair.advertiser.as_str()));
        ![(account, advertiser), (account, None), (None, advertiser)]
            .iter()
            .any(|about| stopped.contains(about))
    }
}

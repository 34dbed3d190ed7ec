//! The allocations that a file states (product.md, 7): the decisions of the dialogs as one change.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Rule;
use super::accounts::{AccountPair, AllocateAccounts, PaymentChoice};
use super::audiences::AllocateAudiences;
use super::campaigns::{AllocateCampaigns, InitializeCampaigns};
use super::defaults::{DefaultChoice, DefaultReplacement, SetDefaults};
use crate::Result;
use crate::decisions::kinds::payment::PaymentMode;
use crate::decisions::plan::Plan;
use crate::ids::CampaignId;

/// Allocates, deallocates and moves ad accounts, campaigns and audiences, and sets payment modes and defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportAllocations {
    pub allocate: Vec<AccountPair>,
    pub deallocate: Vec<AccountPair>,
    pub modes: Vec<PaymentChoice>,
    pub defaults: Vec<DefaultChoice>,
    /// One per advertiser. A campaign that one of them deallocates and another one allocates is moved (A5).
    pub campaigns: Vec<AllocateCampaigns>,
    pub initialize: Vec<CampaignId>,
    /// One per advertiser.
    pub audiences: Vec<AllocateAudiences>,
    /// New defaults for XPO accounts that lose theirs (R22–R24).
    pub default_replacements: Vec<DefaultReplacement>,
}

impl Rule for ImportAllocations {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        // What depends on an ad account's allocation goes before it and comes after it.
        for of in &self.campaigns {
            plan.deallocate_campaigns(&of.advertiser, &of.deallocate)?;
        }
        for pair in &self.allocate {
            plan.allocate_account(&pair.ad_account, &pair.advertiser, PaymentMode::Client)?;
        }
        for of in &self.campaigns {
            plan.allocate_campaigns(&of.advertiser, &of.allocate)?;
        }
        InitializeCampaigns { campaigns: self.initialize.clone() }.apply(plan)?;
        for audiences in &self.audiences {
            audiences.apply(plan)?;
        }
        AllocateAccounts {
            deallocate: self.deallocate.clone(),
            modes: self.modes.clone(),
            default_replacements: self.default_replacements.clone(),
            ..AllocateAccounts::default()
        }
        .apply(plan)?;
        SetDefaults { defaults: self.defaults.clone() }.apply(plan)
    }
}

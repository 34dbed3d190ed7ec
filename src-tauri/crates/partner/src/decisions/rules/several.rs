//! The allocation of campaigns and audiences to several advertisers as one change, as suggested (product.md, 7).

use serde::{Deserialize, Serialize};
use specta::Type;

use super::audiences::AllocateAudiences;
use super::campaigns::AllocateCampaigns;
use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::plan::Plan;

/// Allocates campaigns and audiences, those of each advertiser on their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AllocateToSeveral {
    pub campaigns: Vec<AllocateCampaigns>,
    pub audiences: Vec<AllocateAudiences>,
}

impl Rule for AllocateToSeveral {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        self.campaigns.iter().try_for_each(|campaigns| campaigns.apply(plan))?;
        self.audiences.iter().try_for_each(|audiences| audiences.apply(plan))
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let campaigns: Vec<_> = self
            .campaigns
            .iter()
            .filter_map(|one| one.unblocked(&blocked.for_advertiser(&one.advertiser)))
            .collect();
        let audiences: Vec<_> = self
            .audiences
            .iter()
            .filter_map(|one| one.unblocked(&blocked.for_advertiser(&one.advertiser)))
            .collect();
        (campaigns.len() + audiences.len() > 0).then_some(AllocateToSeveral { campaigns, audiences })
    }
}

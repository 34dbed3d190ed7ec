//! What an admin can decide. A [`Change`] carries all that it needs, so that the same changes in the same order make the
//! same book on any computer that has the same facts of TikTok's.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::ids::{
    AdAccountId, AdvertiserId, AudienceId, CampaignId, ChangeId, GoalId, RequestId, XpoAccountId,
};
use crate::requests::request::NewRequest;
use crate::text_enum::text_enum;

/// One decision, for one object or for thousands: all of it happens, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// A UUID of its own. A change that the history has is not done twice.
    pub id: ChangeId,
    /// When it was decided.
    #[specta(type = String)]
    pub at: Timestamp,
    /// Who decided it.
    pub actor: String,
    /// What was decided.
    pub action: Action,
}

impl Change {
    /// A change decided now, with an id of its own.
    pub fn now(actor: impl Into<String>, action: Action) -> Change {
        let id = ChangeId(uuid::Uuid::now_v7().to_string());
        Change { id, at: Timestamp::now(), actor: actor.into(), action }
    }
}

/// What can be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "action", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum Action {
    /// Add XPO accounts, and advertisers to them or to others (A1).
    AddToDirectory {
        /// New XPO accounts.
        accounts: Vec<NewXpoAccount>,
        /// New advertisers.
        advertisers: Vec<NewAdvertiser>,
    },
    /// Give something a new name (A1).
    Rename {
        /// What.
        object: Renamed,
        /// Its new name, 1 to 100 characters.
        name: String,
    },
    /// Set the state of XPO accounts.
    SetState {
        /// Which.
        accounts: Vec<XpoAccountId>,
        /// To what.
        state: XpoState,
    },
    /// Put XPO accounts and advertisers away: what they have stays, nothing new is given to them.
    Archive {
        /// Which XPO accounts.
        accounts: Vec<XpoAccountId>,
        /// Which advertisers.
        advertisers: Vec<AdvertiserId>,
    },
    /// Take them out again.
    Restore {
        /// Which XPO accounts.
        accounts: Vec<XpoAccountId>,
        /// Which advertisers.
        advertisers: Vec<AdvertiserId>,
    },
    /// Create conversion goals and remarketing tags (A1).
    AddGoals {
        /// Which.
        goals: Vec<NewGoal>,
    },
    /// Remove conversion goals and remarketing tags.
    RemoveGoals {
        /// Which.
        goals: Vec<GoalId>,
    },
    /// Hand TikTok ad accounts to advertisers or take them back, and say who pays (R11–R25, A7–A14).
    AllocateAccounts {
        /// Handed out; a pair that is already allocated stays as it is.
        allocate: Vec<AccountPair>,
        /// Taken back; a pair that is not allocated stays as it is.
        deallocate: Vec<AccountPair>,
        /// Payment modes; those of pairs that are not linked afterwards have no effect.
        modes: Vec<PaymentChoice>,
        /// New defaults for XPO accounts that lose theirs (R22–R24); others have no effect.
        hand_overs: Vec<HandOver>,
    },
    /// Choose the default TikTok ad account of XPO accounts (R4, A24).
    SetDefaults {
        /// One row for each XPO account.
        defaults: Vec<DefaultChoice>,
    },
    /// Hand campaigns to one advertiser or take them back from it (R31–R38).
    AllocateCampaigns {
        /// Whose.
        advertiser: AdvertiserId,
        /// Handed out; one that the advertiser has stays as it is.
        allocate: Vec<CampaignId>,
        /// Taken back.
        deallocate: Vec<CampaignId>,
    },
    /// Hand allocated campaigns to another advertiser (A5).
    MoveCampaigns {
        /// To whom.
        advertiser: AdvertiserId,
        /// Which.
        campaigns: Vec<CampaignId>,
    },
    /// Mark allocated campaigns as initialized, for good (A2).
    InitializeCampaigns {
        /// Which.
        campaigns: Vec<CampaignId>,
    },
    /// Hand audiences of one TikTok ad account to one advertiser or take them back from it (R39–R45).
    AllocateAudiences {
        /// Of which TikTok ad account.
        ad_account: AdAccountId,
        /// Whose.
        advertiser: AdvertiserId,
        /// Handed out; one that the advertiser has stays as it is.
        allocate: Vec<AudienceId>,
        /// Taken back.
        deallocate: Vec<AudienceId>,
    },
    /// Remove every link of audiences, and hide them (A20).
    ExcludeAudiences {
        /// Which.
        audiences: Vec<AudienceId>,
    },
    /// Show excluded audiences again (A20).
    IncludeAudiences {
        /// Which.
        audiences: Vec<AudienceId>,
    },
    /// Ask Knorex for a new TikTok ad account (R46–R48). The request has the id of the change.
    RequestAccount(NewRequest),
    /// Give an open request up; what was mailed stays mailed.
    WithdrawRequest {
        /// Which.
        request: RequestId,
    },
    /// An open request was answered.
    FulfilRequest {
        /// Which.
        request: RequestId,
        /// With which TikTok ad account, if the book has it.
        account: Option<AdAccountId>,
    },
    /// Take an earlier change back (invariant 7).
    Undo {
        /// Which.
        change: ChangeId,
        /// As in [`Action::AllocateAccounts`].
        hand_overs: Vec<HandOver>,
    },
}

impl Action {
    /// What the action is called in the history: the tag that it has in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Action::AddToDirectory { .. } => "add_to_directory",
            Action::Rename { .. } => "rename",
            Action::SetState { .. } => "set_state",
            Action::Archive { .. } => "archive",
            Action::Restore { .. } => "restore",
            Action::AddGoals { .. } => "add_goals",
            Action::RemoveGoals { .. } => "remove_goals",
            Action::AllocateAccounts { .. } => "allocate_accounts",
            Action::SetDefaults { .. } => "set_defaults",
            Action::AllocateCampaigns { .. } => "allocate_campaigns",
            Action::MoveCampaigns { .. } => "move_campaigns",
            Action::InitializeCampaigns { .. } => "initialize_campaigns",
            Action::AllocateAudiences { .. } => "allocate_audiences",
            Action::ExcludeAudiences { .. } => "exclude_audiences",
            Action::IncludeAudiences { .. } => "include_audiences",
            Action::RequestAccount(_) => "request_account",
            Action::WithdrawRequest { .. } => "withdraw_request",
            Action::FulfilRequest { .. } => "fulfil_request",
            Action::Undo { .. } => "undo",
        }
    }
}

/// An XPO account to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewXpoAccount {
    /// A new UUID.
    pub id: XpoAccountId,
    /// 1 to 100 characters, unlike every other XPO account's.
    pub name: String,
    /// Its state.
    pub state: XpoState,
}

/// An advertiser to add.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewAdvertiser {
    /// A new UUID.
    pub id: AdvertiserId,
    /// The XPO account that it is in, for good.
    pub xpo_account: XpoAccountId,
    /// 1 to 100 characters, unlike every other of that XPO account.
    pub name: String,
}

/// A conversion goal or remarketing tag to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewGoal {
    /// A new UUID.
    pub id: GoalId,
    /// Which of the two it is.
    pub kind: GoalKind,
    /// 1 to 100 characters, unlike every other of that kind and advertiser.
    pub name: String,
    /// Created for whom.
    pub advertiser: AdvertiserId,
    /// Created with which of the advertiser's TikTok ad accounts.
    pub ad_account: AdAccountId,
}

/// What a name is given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Renamed {
    /// An XPO account.
    XpoAccount(XpoAccountId),
    /// An advertiser.
    Advertiser(AdvertiserId),
    /// A conversion goal or a remarketing tag.
    Goal(GoalId),
}

/// A TikTok ad account and an advertiser.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountPair {
    /// The TikTok ad account.
    pub ad_account: AdAccountId,
    /// The advertiser.
    pub advertiser: AdvertiserId,
}

/// Who pays TikTok for a TikTok ad account's work for an XPO account (A9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PaymentChoice {
    /// The TikTok ad account.
    pub ad_account: AdAccountId,
    /// The XPO account.
    pub xpo_account: XpoAccountId,
    /// Who pays.
    pub mode: PaymentMode,
}

/// Which TikTok ad account becomes the default of an XPO account that loses its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// The XPO account.
    pub xpo_account: XpoAccountId,
    /// One of the TikTok ad accounts that it still has; `None` leaves it without one, where it has no other (A8).
    pub to: Option<AdAccountId>,
}

/// The default TikTok ad account of an XPO account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefaultChoice {
    /// The XPO account.
    pub xpo_account: XpoAccountId,
    /// One of its TikTok ad accounts.
    pub ad_account: AdAccountId,
}

text_enum! {
    /// Who pays TikTok.
    PaymentMode {
        /// The client's own card or credit line.
        #[serde(rename = "self")]
        Client = "self", "Self"
        /// Knorex.
        Knorex = "knorex", "Knorex"
    }
    /// The state of an XPO account.
    XpoState {
        /// In use.
        Active = "active", "Active"
        /// Stopped for a while.
        Suspended = "suspended", "Suspended"
        /// Not in use.
        Inactive = "inactive", "Inactive"
    }
    /// What is created in XPO with a TikTok ad account for an advertiser (R25).
    GoalKind {
        /// A conversion goal.
        ConversionGoal = "conversion_goal", "Conversion goal"
        /// A remarketing tag.
        RemarketingTag = "remarketing_tag", "Remarketing tag"
    }
}

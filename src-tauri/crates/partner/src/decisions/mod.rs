//! The decisions of admins. Every decision is made by a [`Change`], which the rules check and the change history records.
//!
//! Inside this module, imports run one way: `outcome` → `texts`, `kinds` → `journal` → `plan` → `rules` → `change` → `summary` → `commit`.

mod change;
mod commit;
pub(crate) mod journal;
pub(crate) mod kinds;
mod outcome;
mod plan;
pub(crate) mod rules;
mod summary;
mod texts;

pub use change::Change;
pub use kinds::DecisionKind;
pub use kinds::goal::GoalKind;
pub use kinds::payment::PaymentMode;
pub use kinds::xpo_account::XpoState;
pub use outcome::{
    Blocker, DefaultReplacementChoice, DefaultReplacementRow, EDITS_SHOWN, EditCount, EditRow, EntryRef,
    KindCount, Outcome, Reason, Remedy, Warning, WarningKind,
};
pub use rules::Action;
pub use rules::accounts::{AccountPair, AllocateAccounts, PaymentChoice};
pub use rules::audiences::{AllocateAudiences, AudienceChoice, ExcludeAudiences, IncludeAudiences};
pub use rules::campaigns::{AllocateCampaigns, InitializeCampaigns};
pub use rules::defaults::{DefaultChoice, DefaultReplacement, SetDefaults};
pub use rules::directory::{
    AddToDirectory, Archive, NewAdvertiser, NewXpoAccount, Rename, Renamed, Restore, SetState,
};
pub use rules::goals::{AddGoals, NewGoal, RemoveGoals};
pub use rules::holdings::{AccountAudience, Deallocate, DeallocateFirst, Holder, Holdings, Move, Offboard};
pub use rules::import::ImportAllocations;
pub use rules::requests::{FulfilRequest, WithdrawRequest};
pub use rules::several::AllocateToSeveral;
pub use rules::undo::Undo;

//! The actions that an admin can decide on. Each is a struct with its rule: the edits it makes, and what blocks it. The list
//! below is the only one.

pub(crate) mod accounts;
pub(crate) mod audiences;
pub(crate) mod blocked;
pub(crate) mod campaigns;
mod created;
pub(crate) mod defaults;
pub(crate) mod directory;
pub(crate) mod goals;
pub(crate) mod holdings;
pub(crate) mod import;
pub(crate) mod requests;
pub(crate) mod several;
pub(crate) mod undo;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::decisions::outcome::{Blocker, Reason};
use crate::decisions::plan::Plan;
use crate::ids::ChangeId;
use crate::named::Named;
use crate::requests::request::NewRequest;
use accounts::AllocateAccounts;
use audiences::{AllocateAudiences, ExcludeAudiences, IncludeAudiences};
use blocked::Blocked;
use campaigns::{AllocateCampaigns, InitializeCampaigns};
use defaults::SetDefaults;
use directory::{AddToDirectory, Archive, Rename, Restore, SetState};
use goals::{AddGoals, RemoveGoals};
use holdings::{Deallocate, DeallocateFirst, Move, Offboard};
use import::ImportAllocations;
use requests::{FulfilRequest, WithdrawRequest};
use several::AllocateToSeveral;
use undo::Undo;

pub(crate) trait Rule: Sized {
    /// Makes the edits, and adds a blocker for every reason that blocks the action.
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()>;

    /// Returns the rows of the action that are not blocked (A14). `None` if there are none, or the action has no rows.
    fn unblocked(&self, _blocked: &Blocked<'_>) -> Option<Self> {
        None
    }
}

/// `Action(Type) = "name in the history and tag in JSON";`
macro_rules! actions {
    ($($action:ident($type:ident) = $name:literal;)*) => {
        /// One decision, for one object or for thousands.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
        #[serde(tag = "action", rename_all = "snake_case")]
        pub enum Action { $($action($type)),* }

        impl Action {
            /// Returns the name of the action in the history.
            pub fn name(&self) -> &'static str {
                match self { $(Action::$action(_) => $name),* }
            }

            /// Returns the action without the rows that are blocked (A14), or `None` if nothing is left. The result has to
            /// be previewed: it may need other new defaults.
            pub fn unblocked(&self, blockers: &[Blocker]) -> Option<Action> {
                let blocked = Blocked::by(blockers)?;
                self.without(&blocked).filter(|rest| rest != self)
            }

            /// Returns the action without what is blocked, or `None` if nothing is left.
            fn without(&self, blocked: &Blocked<'_>) -> Option<Action> {
                match self {
                    $(Action::$action(action) => action.unblocked(blocked).map(Action::$action)),*
                }
            }

            fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
                match self { $(Action::$action(action) => action.apply(plan)),* }
            }
        }
    };
}

actions! {
    AddToDirectory(AddToDirectory) = "add_to_directory";
    Rename(Rename) = "rename";
    SetState(SetState) = "set_state";
    Archive(Archive) = "archive";
    Restore(Restore) = "restore";
    AddGoals(AddGoals) = "add_goals";
    RemoveGoals(RemoveGoals) = "remove_goals";
    AllocateAccounts(AllocateAccounts) = "allocate_accounts";
    SetDefaults(SetDefaults) = "set_defaults";
    AllocateCampaigns(AllocateCampaigns) = "allocate_campaigns";
    InitializeCampaigns(InitializeCampaigns) = "initialize_campaigns";
    AllocateAudiences(AllocateAudiences) = "allocate_audiences";
    AllocateToSeveral(AllocateToSeveral) = "allocate_to_several";
    ExcludeAudiences(ExcludeAudiences) = "exclude_audiences";
    IncludeAudiences(IncludeAudiences) = "include_audiences";
    RequestAccount(NewRequest) = "request_account";
    WithdrawRequest(WithdrawRequest) = "withdraw_request";
    FulfilRequest(FulfilRequest) = "fulfil_request";
    Deallocate(Deallocate) = "deallocate";
    Move(Move) = "move";
    Offboard(Offboard) = "offboard";
    DeallocateFirst(DeallocateFirst) = "deallocate_first";
    ImportAllocations(ImportAllocations) = "import_allocations";
    Undo(Undo) = "undo";
}

impl Action {
    /// Returns the action that the change is about.
    pub(crate) fn main(&self) -> &Action {
        match self {
            Action::DeallocateFirst(first) => first.then.main(),
            action => action,
        }
    }
}

impl Plan<'_> {
    /// Applies an action, and what follows from it.
    pub fn decide(&mut self, action: &Action) -> Result<()> {
        action.apply(self)?;
        self.update_defaults()?;
        self.warn_about_mixed_modes()?;
        if self.blockers.is_empty() && self.default_replacements.is_empty() && self.edits().next().is_none() {
            self.block(Reason::NothingToDo, Named::new(&ChangeId::from(""), ""));
        }
        Ok(())
    }
}

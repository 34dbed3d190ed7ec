//! The default TikTok ad account of an XPO account (R3, R4, R22–R24, A6–A8, A24, invariant 1).

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Blocked, Rule};
use crate::Result;
use crate::decisions::kinds::{Decision, DefaultAccount, Payment};
use crate::decisions::outcome::{DefaultReplacementChoice, DefaultReplacementRow, Reason, WarningKind};
use crate::decisions::plan::Plan;
use crate::ids::{AdAccountId, XpoAccountId};

/// Chooses the default TikTok ad accounts of XPO accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetDefaults {
    pub defaults: Vec<DefaultChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefaultChoice {
    pub xpo_account: XpoAccountId,
    /// One of its own TikTok ad accounts.
    pub ad_account: AdAccountId,
}

/// The new default of an XPO account that loses its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefaultReplacement {
    pub xpo_account: XpoAccountId,
    /// One of its remaining TikTok ad accounts; `None` leaves it without one, if it has no other (A8).
    pub to: Option<AdAccountId>,
}

impl Rule for SetDefaults {
    fn apply(&self, plan: &mut Plan<'_>) -> Result<()> {
        self.defaults.iter().try_for_each(|choice| plan.set_default(&choice.xpo_account, &choice.ad_account))
    }

    fn unblocked(&self, blocked: &Blocked<'_>) -> Option<Self> {
        let blocked: HashSet<Option<&str>> = blocked.ids::<XpoAccountId>().collect();
        let is_blocked = |choice: &DefaultChoice| blocked.contains(&Some(choice.xpo_account.as_str()));
        let defaults: Vec<_> = self.defaults.iter().filter(|choice| !is_blocked(choice)).cloned().collect();
        (!defaults.is_empty()).then_some(SetDefaults { defaults })
    }
}

impl Plan<'_> {
    pub(super) fn set_default(&mut self, xpo_account: &XpoAccountId, account: &AdAccountId) -> Result<()> {
        if Payment::new(account, xpo_account).read(self.book)?.is_some() {
            return self.put(DefaultAccount::new(xpo_account), Some(account.clone()));
        }
        let (object, holder) = (self.named(account)?, self.named(xpo_account)?);
        self.block_for_holder(Reason::AccountOfAnotherXpoAccount, object, holder);
        Ok(())
    }

    /// Stores the defaults that the admin chose for XPO accounts that lose theirs.
    pub(super) fn choose_defaults(&mut self, default_replacements: &[DefaultReplacement]) {
        let choices =
            default_replacements.iter().map(|choice| (choice.xpo_account.clone(), choice.to.clone()));
        self.defaults.chosen = choices.collect::<HashMap<_, _>>();
    }

    /// Keeps invariant 1 for XPO accounts whose TikTok ad accounts changed: the first one becomes the default (R3), and a
    /// lost default is handed over (R22–R24) or, if no other is left, removed with the admin's consent (A8).
    pub(super) fn update_defaults(&mut self) -> Result<()> {
        for xpo_account in self.xpo_accounts_with_other_accounts() {
            let key = DefaultAccount::new(&xpo_account);
            let accounts: Vec<AdAccountId> = self.column(
                "SELECT ad_account_id FROM account_link WHERE xpo_account_id = ? ORDER BY ad_account_id",
                [&xpo_account],
            )?;
            let restored = self.defaults.restored.get(&xpo_account);
            let restored = restored.filter(|account| accounts.contains(account)).cloned();
            match key.read(self.book)? {
                None => {
                    let first = restored.or_else(|| self.first_new_account(&xpo_account, &accounts));
                    if first.is_some() {
                        self.replace(key, None, first)?;
                    }
                }
                Some(default) if accounts.contains(&default) => {
                    if restored.is_some_and(|account| account != default) {
                        let (object, holder) = (self.named(&default)?, self.named(&xpo_account)?);
                        self.warn(WarningKind::DefaultUnchanged, object, Some(holder), 1);
                    }
                }
                Some(lost) => self.replace_default(key, lost, &accounts)?,
            }
        }
        Ok(())
    }

    /// Replaces a lost default by the one that was chosen from the other `accounts` of the XPO account.
    fn replace_default(
        &mut self,
        key: DefaultAccount,
        lost: AdAccountId,
        accounts: &[AdAccountId],
    ) -> Result<()> {
        let choice = match self.defaults.chosen.get(&key.xpo_account) {
            Some(Some(account)) if accounts.contains(account) => {
                Some(DefaultReplacementChoice::Account(account.clone()))
            }
            Some(None) if accounts.is_empty() => Some(DefaultReplacementChoice::Leave),
            None if accounts.is_empty() && self.defaults.may_be_empty.contains(&key.xpo_account) => {
                Some(DefaultReplacementChoice::Leave)
            }
            _ => None,
        };
        self.default_replacements.push(DefaultReplacementRow {
            xpo_account: self.named(&key.xpo_account)?,
            from: self.named(&lost)?,
            options: accounts.iter().map(|account| self.named(account)).collect::<Result<_>>()?,
            choice: choice.clone(),
        });
        let after = match choice {
            Some(DefaultReplacementChoice::Account(account)) => Some(account),
            _ => None,
        };
        self.replace(key, Some(lost), after)
    }

    /// Returns the XPO accounts that gained or lost a TikTok ad account, in the order of the edits.
    fn xpo_accounts_with_other_accounts(&self) -> Vec<XpoAccountId> {
        let mut seen = HashSet::new();
        self.edits_of::<Payment>()
            .filter(|edit| edit.before.is_none() || edit.after.is_none())
            .map(|edit| edit.key.xpo_account.clone())
            .filter(|xpo_account| seen.insert(xpo_account.clone()))
            .collect()
    }

    /// Returns the first of `accounts` that the change allocated to an advertiser of the XPO account.
    fn first_new_account(&self, xpo_account: &XpoAccountId, accounts: &[AdAccountId]) -> Option<AdAccountId> {
        self.edits_of::<Payment>()
            .filter(|edit| edit.after.is_some() && edit.key.xpo_account == *xpo_account)
            .map(|edit| edit.key.ad_account.clone())
            .find(|account| accounts.contains(account))
    }
}

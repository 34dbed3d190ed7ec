//! The rows of an allocation file, with what each of them would decide.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use specta::Type;

use crate::Error;
use crate::decisions::{
    AccountPair, Action, AllocateAudiences, AllocateCampaigns, AudienceChoice, DefaultChoice,
    DefaultReplacement, ImportAllocations, PaymentChoice, PaymentMode,
};
use crate::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, XpoAccountId};
use crate::tables::allocations::kinds::SheetKind;
use crate::text_enum::text_enum;

/// What a file would change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub struct AllocationTable {
    /// The rows of the file; then, if asked for, what is missing from it.
    pub rows: Vec<AllocationRow>,
    /// How many allocations of the partner are missing from the file.
    pub missing: u32,
    /// Nothing counts as missing from these sheets: they have rows whose object is not recognized.
    pub incomplete: Vec<SheetKind>,
}

text_enum! {
    /// What a row does.
    AllocationResult {
        Added = "added", "added"
        Removed = "removed", "removed"
        Changed = "changed", "changed"
        Unchanged = "unchanged", "unchanged"
        Unreadable = "unreadable", "can't be imported"
    }
    /// Why a row cannot be read, and decides nothing. The label is a template of [`AllocationRow::effect`].
    RowProblem {
        IdMissing = "id_missing",
            "The ID is missing."
        /// A date, a word or an error instead of an id.
        IdInvalid = "id_invalid",
            "The cell with the ID holds something else, such as a date or a word."
        /// A spreadsheet rounded the id, and the name is not that of exactly one object with such an id.
        IdRounded = "id_rounded",
            "A spreadsheet rounded the ID, and its name doesn't tell which one is meant. Format the column as text and enter the ID again."
        /// The book does not contain the object: it may be another partner's.
        Unknown = "unknown",
            "This partner has nothing with this ID. Import or sync it first."
        /// The campaign or audience belongs to another TikTok ad account.
        OtherAccount = "other_account",
            "It belongs to another TikTok ad account."
        /// Several TikTok ad accounts have the audience.
        AccountMissing = "account_missing",
            "Several TikTok ad accounts have it. Enter the TikTok Ad Account ID."
        XpoAccountUnknown = "xpo_account_unknown",
            "There is no XPO account with this name."
        AdvertiserUnknown = "advertiser_unknown",
            "The XPO account has no advertiser with this name."
        /// Only the XPO account is named, and it does not have the object yet.
        AdvertiserMissing = "advertiser_missing",
            "The advertiser is missing."
        /// Several XPO accounts have an advertiser of this name.
        XpoAccountMissing = "xpo_account_missing",
            "The XPO account is missing."
        PaymentModeUnknown = "payment_mode_unknown",
            "The payment mode must be Self or Knorex."
        /// Neither Yes nor No.
        NotYesOrNo = "not_yes_or_no",
            "Default and Initialized must be Yes, No or empty."
        /// An XPO account cannot be without a default (A6).
        DefaultNeeded = "default_needed",
            "An XPO account needs a default. Enter Yes for another of its TikTok ad accounts."
        StaysInitialized = "stays_initialized",
            "An initialized campaign stays initialized."
        /// Another row, `line`, says something else about the same object.
        Disagrees = "disagrees",
            "{line?Row $line says something else about it. Keep one of them.|Another row says something else about it.}"
        Merged = "merged",
            "Some of its cells are merged with others. Split them."
        /// A formula ends in an error, such as #N/A.
        FormulaError = "formula_error",
            "A formula ends in an error, such as #N/A."
        /// A formula that no program has calculated yet.
        NotCalculated = "not_calculated",
            "A formula isn't calculated yet. Open and save the file in a spreadsheet program."
        /// A date where a name belongs.
        NotText = "not_text",
            "A cell holds a date where a name belongs."
    }
}

/// Why a row is not read.
pub(super) enum Unread {
    /// The row decides nothing; the others do.
    Row(RowProblem),
    Book(Error),
}

pub(super) type Read<T> = std::result::Result<T, Unread>;

impl From<RowProblem> for Unread {
    fn from(problem: RowProblem) -> Unread {
        Unread::Row(problem)
    }
}

impl From<Error> for Unread {
    fn from(error: Error) -> Unread {
        Unread::Book(error)
    }
}

/// A row, or an allocation that is missing from the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AllocationRow {
    /// Stays the same when the file is compared again.
    pub id: String,
    pub kind: SheetKind,
    /// Its number in the sheet; `None` for what is missing from the file.
    pub line: Option<u32>,
    /// The id of the object or, if it is not recognized, what the cell contains. Untrusted text.
    pub object: String,
    /// Untrusted text.
    pub name: String,
    /// Untrusted text.
    pub xpo_account: String,
    /// Untrusted text.
    pub advertiser: String,
    pub result: AllocationResult,
    /// What the row does, as one sentence without full stop.
    pub effect: String,
    pub problem: Option<RowProblem>,
    /// The line that [`RowProblem::Disagrees`] is about.
    pub other_line: Option<u32>,
    /// A campaign is moved from this XPO account and advertiser (A5).
    pub moved_from: Option<String>,
    /// Others that have the ad account or audience and that the file does not mention, such as "Client 1: Brand 1 and 2
    /// others": an added allocation leaves theirs as they are.
    pub stays_with: Option<String>,
    /// The payment mode that is set.
    pub mode: Option<PaymentMode>,
    /// The ad account becomes the default.
    pub default: bool,
    /// The campaign is initialized, which is permanent (A2).
    pub initialize: bool,
    /// A spreadsheet rounded the id: the object was found by its name.
    pub by_name: bool,
    #[serde(skip)]
    #[specta(skip)]
    pub(crate) stated: Stated,
}

impl AllocationRow {
    /// Returns the allocation that the row states: its kind, the ids of the ad account and the object, and the advertiser.
    pub(super) fn allocation(&self) -> Option<(SheetKind, &str, &str, &str)> {
        let Stated { account, object, advertiser, .. } = &self.stated;
        Some((self.kind, account, object, advertiser.as_ref()?.as_str()))
    }

    pub(super) fn unchanged(kind: SheetKind) -> AllocationRow {
        AllocationRow {
            id: String::new(),
            kind,
            line: None,
            object: String::new(),
            name: String::new(),
            xpo_account: String::new(),
            advertiser: String::new(),
            result: AllocationResult::Unchanged,
            effect: String::new(),
            problem: None,
            other_line: None,
            moved_from: None,
            stays_with: None,
            mode: None,
            default: false,
            initialize: false,
            by_name: false,
            stated: Stated::default(),
        }
    }

    pub(super) fn refuse(&mut self, problem: RowProblem, other_line: Option<u32>) {
        (self.result, self.problem, self.other_line) =
            (AllocationResult::Unreadable, Some(problem), other_line);
        (self.moved_from, self.mode, self.default, self.initialize) = (None, None, false, false);
    }
}

/// What a row states, by ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// Empty until the object is recognized.
    pub account: String,
    /// A campaign or audience.
    pub object: String,
    pub advertiser: Option<AdvertiserId>,
    pub xpo_account: Option<XpoAccountId>,
    pub allocate: bool,
    pub deallocate_from: Option<AdvertiserId>,
    /// Those that have the ad account or audience that the row allocates.
    pub holders: Vec<AdvertiserId>,
}

impl Stated {
    pub fn account(&self) -> AdAccountId {
        AdAccountId(self.account.clone())
    }
}

impl AllocationTable {
    /// Returns the action that does what the rows state, without those in `without`. `None` if nothing changes.
    pub fn action(
        &self,
        without: &HashSet<String>,
        default_replacements: Vec<DefaultReplacement>,
    ) -> Option<Action> {
        let mut import = ImportAllocations { default_replacements, ..ImportAllocations::default() };
        let mut campaigns = BTreeMap::<AdvertiserId, (Vec<CampaignId>, Vec<CampaignId>)>::new();
        let mut audiences = BTreeMap::<(AdvertiserId, String), (Vec<AudienceId>, Vec<AudienceId>)>::new();
        for row in self.changes().filter(|row| !without.contains(&row.id)) {
            let stated = &row.stated;
            let to = stated.advertiser.clone().filter(|_| stated.allocate);
            let from = stated.deallocate_from.clone();
            match row.kind {
                SheetKind::Accounts => {
                    let pair = |advertiser| AccountPair { ad_account: stated.account(), advertiser };
                    import.allocate.extend(to.map(pair));
                    import.deallocate.extend(from.map(pair));
                    let Some(xpo_account) = &stated.xpo_account else { continue };
                    import.modes.extend(row.mode.map(|mode| PaymentChoice {
                        ad_account: stated.account(),
                        xpo_account: xpo_account.clone(),
                        mode,
                    }));
                    if row.default {
                        import.defaults.push(DefaultChoice {
                            xpo_account: xpo_account.clone(),
                            ad_account: stated.account(),
                        });
                    }
                }
                SheetKind::Campaigns => {
                    let id = || CampaignId(stated.object.clone());
                    if let Some(to) = to {
                        campaigns.entry(to).or_default().0.push(id());
                    }
                    if let Some(from) = from {
                        campaigns.entry(from).or_default().1.push(id());
                    }
                    if row.initialize {
                        import.initialize.push(id());
                    }
                }
                SheetKind::Audiences => {
                    let id = || AudienceId(stated.object.clone());
                    if let Some(to) = to {
                        audiences.entry((to, stated.account.clone())).or_default().0.push(id());
                    }
                    if let Some(from) = from {
                        audiences.entry((from, stated.account.clone())).or_default().1.push(id());
                    }
                }
            }
        }
        for (advertiser, (allocate, deallocate)) in campaigns {
            import.campaigns.push(AllocateCampaigns { advertiser, allocate, deallocate });
        }
        for ((advertiser, account), (allocate, deallocate)) in audiences {
            let choice = AudienceChoice { ad_account: AdAccountId(account), allocate, deallocate };
            match import.audiences.last_mut().filter(|last| last.advertiser == advertiser) {
                Some(last) => last.accounts.push(choice),
                None => import.audiences.push(AllocateAudiences { advertiser, accounts: vec![choice] }),
            }
        }
        let empty = ImportAllocations {
            default_replacements: import.default_replacements.clone(),
            ..ImportAllocations::default()
        };
        (import != empty).then_some(Action::ImportAllocations(import))
    }

    /// Returns the rows that decide something.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &AllocationRow> {
        self.rows.iter().filter(|row| {
            matches!(
                row.result,
                AllocationResult::Added | AllocationResult::Removed | AllocationResult::Changed
            )
        })
    }
}

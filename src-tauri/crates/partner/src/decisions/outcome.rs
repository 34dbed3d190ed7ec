//! The effects of a change, or the reasons that block it. Screens show an outcome and contain no rules of their own.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::kinds::{DecisionKind, Key};
use crate::ids::{AdAccountId, ChangeId};
use crate::named::{Named, ObjectKind};
use crate::text_enum::text_enum;

/// The result of [`crate::Book::preview`] and [`crate::Book::commit`], the same from both except for `entry`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The entry of the history, once the change is saved.
    #[specta(type = Option<u32>)]
    pub entry: Option<i64>,
    /// The number of new decisions. Payment modes and defaults that come and go with an allocation are not counted.
    pub added: u32,
    pub removed: u32,
    pub changed: u32,
    /// The same in words, such as "2 added, 1 removed", "1 moved" or "1 excluded".
    pub difference: String,
    /// The same by kind of decision.
    pub kinds: Vec<EditCount>,
    /// The sentence that names the change in the history, in messages and beside Undo, such as "Allocated 70 ad accounts to
    /// Client 017".
    pub summary: String,
    /// The first [`EDITS_SHOWN`] edits.
    pub edits: Vec<EditRow>,
    pub warnings: Vec<Warning>,
    /// The reasons that block the change. With at least one blocker, nothing is saved.
    pub blockers: Vec<Blocker>,
    /// The XPO accounts that lose their default. Nothing is saved until each has a `choice` (R22–R24).
    pub default_replacements: Vec<DefaultReplacementRow>,
    /// The numbers of the edits that cannot be undone, of the change that an undo is about.
    pub blocked_edits: Vec<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct EditCount {
    pub kind: DecisionKind,
    pub added: u32,
    pub removed: u32,
    pub changed: u32,
    /// How many of `added`, and of `removed`, move an object from one advertiser to another (A5).
    pub moved: u32,
}

/// How many edits an outcome, or a page of an entry of the history, contains.
pub const EDITS_SHOWN: usize = 200;

impl Outcome {
    /// Returns whether the change can be saved.
    pub fn is_ready(&self) -> bool {
        self.blockers.is_empty() && self.default_replacements.iter().all(|row| row.choice.is_some())
    }
}

/// An entry of the history, as other rows refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EntryRef {
    #[specta(type = u32)]
    pub seq: i64,
    pub id: ChangeId,
    /// Milliseconds since 1970, UTC.
    #[specta(type = f64)]
    pub at: i64,
    pub actor: String,
    /// [`crate::decisions::Action::name`].
    pub action: String,
    /// [`Outcome::summary`].
    pub summary: String,
}

text_enum! {
    /// Why a change is blocked. The label is the template of [`Blocker::text`].
    Reason {
        /// R20, R25: a campaign of the TikTok ad account is allocated to the advertiser.
        CampaignAllocated = "campaign_allocated",
            "Campaign $object is allocated to $holder. Deallocate it first."
        /// R25: a conversion goal or remarketing tag was created with the TikTok ad account for the advertiser.
        GoalCreated = "goal_created",
            "$object was created in XPO with this TikTok ad account for $holder."
        /// R36, A2: an initialized campaign cannot be deallocated or moved.
        CampaignInitialized = "campaign_initialized",
            "Campaign $object is initialized, so it can't be deallocated or moved."
        /// R37, R38: the campaign is allocated to another advertiser, the `holder`.
        CampaignAllocatedElsewhere = "campaign_allocated_elsewhere",
            "Campaign $object is allocated to $holder. A campaign can have only one advertiser."
        /// A2, A5: only an allocated campaign can be moved or initialized.
        CampaignNotAllocated = "campaign_not_allocated",
            "Campaign $object isn't allocated."
        /// A11: the TikTok ad account is not allocated to the advertiser.
        NotAllocated = "not_allocated",
            "TikTok ad account $account is not allocated to $holder – allocate first."
        /// A20: the audience is excluded from XPO.
        AudienceExcluded = "audience_excluded",
            "Audience $object is excluded from XPO. Include it first."
        /// The XPO account or advertiser is archived.
        Archived = "archived",
            "$kind $object is archived. Restore it first."
        /// The name belongs to another object, `object`, of the same kind and parent.
        NameTaken = "name_taken",
            "The name $object is taken."
        /// The change creates another object, `object`, of the same name, kind and parent.
        NameRepeated = "name_repeated",
            "You're adding the name $object twice. Add it only once."
        /// The name is empty, too long, or contains invisible characters.
        NameInvalid = "name_invalid",
            "{name?This name can't be used. Enter|Enter a name of} 1 to 100 visible characters."
        /// The id is malformed, or belongs to another object.
        IdInvalid = "id_invalid",
            "The ID $id can't be used."
        /// The book does not contain the object.
        Unknown = "unknown",
            "{tiktok?$kind $id|This $noun} no longer exists."
        /// Invariant 1: a default must be one of the XPO account's own TikTok ad accounts.
        AccountOfAnotherXpoAccount = "account_of_another_xpo_account",
            "$object is not one of the TikTok ad accounts of $holder."
        /// The decision changed, in `entry`, after the change being undone.
        ChangedSince = "changed_since",
            "$kind $object has since been changed{actor? by $actor (no. $no)|}."
        /// R47: the form does not offer the industry.
        IndustryUnknown = "industry_unknown",
            "Choose an industry from the list."
        /// R47: the country is not in ISO 3166-1.
        CountryUnknown = "country_unknown",
            "Choose a country from the list."
        /// R47: TikTok does not support the currency.
        CurrencyUnknown = "currency_unknown",
            "Choose a currency from the list."
        /// R47: the IANA database does not contain the time zone.
        TimezoneUnknown = "timezone_unknown",
            "Choose a time zone from the list."
        /// The note is too long, or contains invisible characters.
        NoteInvalid = "note_invalid",
            "This note can't be used. Enter at most 2,000 visible characters."
        /// A26: neither the account manager nor the team is set.
        NoRecipient = "no_recipient",
            "No recipient set. Enter the account manager or the team in Settings."
        /// The request is fulfilled or withdrawn.
        RequestEnded = "request_ended",
            "The request for $object has already been fulfilled or withdrawn."
        /// The mail was sent, or may have been. The request can still be withdrawn.
        RequestMailed = "request_mailed",
            "The request for $object was already emailed, which can't be undone. Withdraw the request instead."
        /// `object` depends on what an undo would remove, or is a request that the TikTok ad account already fulfilled.
        InUse = "in_use",
            "It is used by $noun $object."
        /// The change would not alter anything.
        NothingToDo = "nothing_to_do",
            "There is nothing to change."
    }
    /// The subject of a warning that is shown before a change is saved. The label is the template of [`Warning::text`].
    WarningKind {
        /// A27: TikTok has not approved the ad account.
        AccountNotApproved = "account_not_approved",
            "TikTok ad account $object is not approved by TikTok."
        /// A28: no TikTok user has access to the ad account.
        AccountNoAccess = "account_no_access",
            "No TikTok user can access $object."
        /// The XPO account is suspended or inactive.
        XpoAccountNotActive = "xpo_account_not_active",
            "XPO account $object is not active."
        /// A9: the TikTok ad account has both payment modes.
        MixedModes = "mixed_modes",
            "$object will have both payment modes, Self and Knorex."
        /// A13: `count` audience allocations are removed with the ad account's.
        AudienceAllocationsRemoved = "audience_allocations_removed",
            "$count audience allocation{one?|s} of $holder will also be removed. Undo restores {one?it|them}."
        /// `count` campaigns or audiences are deleted on TikTok.
        DeletedOnTiktok = "deleted_on_tiktok",
            "{one?$object is|$count of them are} deleted on TikTok."
        /// `count` audiences can't be used yet, or no longer.
        AudienceNotValid = "audience_not_valid",
            "{one?Audience $object is|$count audiences are} not ready for use: too small, still computing or expired."
        /// A2: `count` campaigns can never be deallocated again.
        CannotBeUndone = "cannot_be_undone",
            "$count campaign{one?|s} can never be deallocated again. This cannot be undone."
        /// An archived object keeps what `kinds` counts.
        StillAllocated = "still_allocated",
            "$object keeps $kinds; new allocations are blocked."
        /// Invariant 4: `count` initialized campaigns of the advertiser, and their TikTok ad accounts, stay with a client that
        /// is offboarded.
        InitializedStays = "initialized_stays",
            "{one?Campaign $object of $holder is initialized, so it stays with its TikTok ad account|$count campaigns of $holder are initialized, so they stay with their TikTok ad accounts}."
        /// A TikTok ad account or an open request, `object`, has the same name.
        NameInUse = "name_in_use",
            "There is already {request?an open request for|a TikTok ad account named} $object."
        /// R47: TikTok supports whole and half-hour offsets only.
        TimezoneNotAccepted = "timezone_not_accepted",
            "TikTok supports only time zones of whole and half hours, so $name isn't available there."
        /// No mail server is set: the request is mailed once there is one.
        NoMailServer = "no_mail_server",
            "No mail server is set up yet. The request is kept, and sent once you set one up in Settings."
        /// The mail was sent, or may have been: Knorex does not learn that the request is withdrawn.
        AlreadyMailed = "already_mailed",
            "Knorex may already have the email. Tell your account manager that the account isn't needed."
        /// The undo does not change the XPO account's current default, `object`.
        DefaultUnchanged = "default_unchanged",
            "$object remains the default."
    }
}

impl Reason {
    /// Returns whether something that depends on the allocation of a TikTok ad account blocks its removal.
    pub(crate) fn keeps_account(self) -> bool {
        matches!(self, Reason::CampaignAllocated | Reason::CampaignInitialized | Reason::GoalCreated)
    }
}

/// A reason that blocks a change, with the objects that it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Blocker {
    pub reason: Reason,
    /// The reason as a sentence.
    pub text: String,
    /// The object to show and link to.
    pub object: Named,
    pub ad_account: Option<Named>,
    /// The advertiser or XPO account concerned.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser concerned: names of advertisers are unique only within an XPO account.
    pub xpo_account: Option<Named>,
    /// The entry of [`Reason::ChangedSince`].
    pub entry: Option<EntryRef>,
    /// The decision that an undo can include, so that the object no longer blocks it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// A decision that an undo includes because the undo depends on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Remedy {
    pub kind: DecisionKind,
    /// The ids of the decision; unused ones are empty.
    pub object: String,
    pub ad_account: String,
    pub holder: String,
    /// Whether the decision is removed. Otherwise it is made.
    pub remove: bool,
}

impl Remedy {
    pub(crate) fn of<K: Key>(key: &K, remove: bool) -> Remedy {
        let [object, ad_account, holder] = key.ids().map(str::to_owned);
        Remedy { kind: K::KIND, object, ad_account, holder, remove }
    }
}

impl Blocker {
    pub(crate) fn new(reason: Reason, object: Named) -> Blocker {
        Blocker {
            reason,
            text: String::new(),
            object,
            ad_account: None,
            holder: None,
            xpo_account: None,
            entry: None,
            remedy: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    pub kind: WarningKind,
    /// The warning as a sentence.
    pub text: String,
    /// The first of `count` objects.
    pub object: Named,
    /// The advertiser or XPO account concerned.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser concerned: names of advertisers are unique only within an XPO account.
    pub xpo_account: Option<Named>,
    pub count: u32,
    /// What `count` counts, where that is more than one kind of object.
    pub kinds: Vec<KindCount>,
}

impl Warning {
    pub(crate) fn new(kind: WarningKind, object: Named, count: u32) -> Warning {
        let (text, kinds) = (String::new(), Vec::new());
        Warning { kind, text, object, holder: None, xpo_account: None, count, kinds }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct KindCount {
    pub kind: ObjectKind,
    pub count: u32,
}

/// An XPO account that loses its default TikTok ad account: a row of *Manage Default TikTok Accounts* (A7, A8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DefaultReplacementRow {
    pub xpo_account: Named,
    /// The default that it loses.
    pub from: Named,
    /// The other TikTok ad accounts of the XPO account.
    pub options: Vec<Named>,
    /// `None` until the admin has chosen.
    pub choice: Option<DefaultReplacementChoice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "choice", content = "adAccount", rename_all = "snake_case")]
pub enum DefaultReplacementChoice {
    /// The new default.
    Account(AdAccountId),
    /// The XPO account is left without a TikTok ad account.
    Leave,
}

/// A decision before and after a change, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EditRow {
    pub kind: DecisionKind,
    /// A campaign, audience, goal, tag or request.
    pub object: Option<Named>,
    pub ad_account: Option<Named>,
    /// An advertiser or XPO account.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser concerned: names of advertisers are unique only within an XPO account.
    pub xpo_account: Option<Named>,
    /// The value's label; `None` if the decision was not in force.
    pub before: Option<String>,
    pub after: Option<String>,
}

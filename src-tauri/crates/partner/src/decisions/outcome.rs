//! What a change does, or why it may not. The screens show it as it is and decide nothing themselves.

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::decisions::decision::SlotKind;
use crate::ids::{AdAccountId, ChangeId};
use crate::named::Named;
use crate::text_enum::text_enum;

/// What [`crate::Book::preview`] and [`crate::Book::commit`] return, alike but for `entry`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// The entry of the history, once the change is saved.
    #[specta(type = Option<u32>)]
    pub entry: Option<i64>,
    /// How many decisions are new. Payment modes and defaults that come and go with an allocation are not counted.
    pub added: u32,
    /// How many are removed.
    pub removed: u32,
    /// How many get another value.
    pub changed: u32,
    /// The first [`SHOWN`] of them.
    pub edits: Vec<EditRow>,
    /// What should be known before saving.
    pub warnings: Vec<Warning>,
    /// Everything that forbids it. With one of them nothing is saved.
    pub blockers: Vec<Blocker>,
    /// The XPO accounts that lose their default. Nothing is saved until each has its `choice` (R22–R24).
    pub hand_overs: Vec<HandOverRow>,
}

/// How many edits an outcome or an entry of the history shows one by one.
pub const SHOWN: usize = 200;

impl Outcome {
    /// Whether the change can be saved as it is.
    pub fn is_ready(&self) -> bool {
        self.blockers.is_empty() && self.hand_overs.iter().all(|row| row.choice.is_some())
    }
}

/// An entry of the history, to name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EntryRef {
    /// Its number.
    #[specta(type = u32)]
    pub seq: i64,
    /// The change's id.
    pub id: ChangeId,
    /// Milliseconds since 1970, UTC.
    #[specta(type = f64)]
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// [`crate::decisions::change::Action::name`].
    pub action: String,
}

text_enum! {
    /// Why a change may not be made.
    Reason {
        /// R20, R25: a campaign of the TikTok ad account is allocated to the advertiser.
        CampaignAllocated = "campaign_allocated"
        /// R25: a conversion goal or remarketing tag was created with the TikTok ad account for the advertiser.
        GoalCreated = "goal_created"
        /// R36, A2: an initialized campaign stays where it is.
        CampaignInitialized = "campaign_initialized"
        /// R37, R38: the campaign belongs to another advertiser (`holder`).
        CampaignElsewhere = "campaign_elsewhere"
        /// A2, A5: only an allocated campaign can be moved or initialized.
        CampaignNotAllocated = "campaign_not_allocated"
        /// A11: the TikTok ad account is not allocated to the advertiser.
        NotAllocated = "not_allocated"
        /// A20: the audience is excluded from XPO.
        AudienceExcluded = "audience_excluded"
        /// The XPO account or advertiser is archived.
        Archived = "archived"
        /// Something of that kind and place has the name (`object` is what has it).
        NameTaken = "name_taken"
        /// The name is empty, too long, or has characters that nobody can see.
        NameInvalid = "name_invalid"
        /// The id belongs to something else already, or is no id.
        IdInvalid = "id_invalid"
        /// The book does not know it.
        Unknown = "unknown"
        /// Invariant 1: the default must be one of the XPO account's own TikTok ad accounts.
        NotItsAccount = "not_its_account"
        /// What an undo would take back was changed since, by `entry`.
        ChangedSince = "changed_since"
        /// R47: the industry is none of the list.
        IndustryUnknown = "industry_unknown"
        /// R47: the country is none of ISO 3166-1.
        CountryUnknown = "country_unknown"
        /// R47: the currency is none of TikTok's.
        CurrencyUnknown = "currency_unknown"
        /// R47: the time zone is none of IANA's.
        TimezoneUnknown = "timezone_unknown"
        /// The note is too long, or has characters that nobody can see.
        NoteInvalid = "note_invalid"
        /// A26: neither the account manager nor the team is set.
        NoRecipient = "no_recipient"
        /// The request was fulfilled or withdrawn before.
        RequestEnded = "request_ended"
        /// The mail was sent, or may have been: withdraw the request instead.
        RequestMailed = "request_mailed"
        /// `object` uses what an undo would remove, or is answered by the TikTok ad account already.
        InUse = "in_use"
        /// Everything is as the change wants it already.
        NothingToDo = "nothing_to_do"
    }
    /// What should be known before a change is saved.
    Caution {
        /// A27: the TikTok ad account is not approved.
        AccountNotApproved = "account_not_approved"
        /// A28: no TikTok user reaches the TikTok ad account.
        AccountNoAccess = "account_no_access"
        /// The XPO account is suspended or inactive.
        XpoAccountNotActive = "xpo_account_not_active"
        /// A9: the TikTok ad account has both payment modes.
        MixedModes = "mixed_modes"
        /// A13: `count` audience links go with the account's.
        AudienceLinksGo = "audience_links_go"
        /// `count` campaigns or audiences are deleted on TikTok.
        DeletedOnTiktok = "deleted_on_tiktok"
        /// `count` audiences are not valid: still computing, too small or expired.
        AudienceNotValid = "audience_not_valid"
        /// A2: `count` campaigns can never be deallocated again.
        Final = "final"
        /// What is archived still has `count` allocations; they stay.
        StillAllocated = "still_allocated"
        /// A TikTok ad account or an open request (`object`) has the name.
        NameInUse = "name_in_use"
        /// R47: TikTok has whole and half hours only.
        TimezoneNotAccepted = "timezone_not_accepted"
        /// No mail server is set: the request waits for one.
        NoMailServer = "no_mail_server"
        /// The mail was sent, or may have been: Knorex is not told that the request is withdrawn.
        AlreadyMailed = "already_mailed"
        /// The undo leaves the XPO account's present default (`object`) as it is.
        DefaultStays = "default_stays"
    }
}

/// One thing that forbids a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Blocker {
    /// Why.
    pub reason: Reason,
    /// What is in the way; where to jump to.
    pub object: Named,
    /// For which TikTok ad account.
    pub ad_account: Option<Named>,
    /// For which advertiser or XPO account.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser that this is about, if it is about one: advertisers of several may share a name.
    pub xpo_account: Option<Named>,
    /// What changed it.
    pub entry: Option<EntryRef>,
}

impl Blocker {
    pub(crate) fn new(reason: Reason, object: Named) -> Blocker {
        Blocker { reason, object, ad_account: None, holder: None, xpo_account: None, entry: None }
    }
}

/// One thing to know before saving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// What.
    pub caution: Caution,
    /// Of what; the first of `count`.
    pub object: Named,
    /// For which advertiser or XPO account.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser that this is about, if it is about one: advertisers of several may share a name.
    pub xpo_account: Option<Named>,
    /// How many.
    pub count: u32,
}

/// An XPO account that loses its default TikTok ad account: a row of *Manage Default TikTok Accounts* (A7, A8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandOverRow {
    /// The XPO account.
    pub xpo_account: Named,
    /// The default that it loses.
    pub from: Named,
    /// What it can have instead: its other TikTok ad accounts.
    pub options: Vec<Named>,
    /// What was chosen.
    pub choice: Option<HandOverChoice>,
}

/// A choice in [`HandOverRow`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "choice", content = "adAccount", rename_all = "snake_case")]
pub enum HandOverChoice {
    /// This one becomes the default.
    Account(AdAccountId),
    /// It is left without a TikTok ad account.
    Leave,
}

/// A decision before and after, with names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EditRow {
    /// What it is about.
    pub kind: SlotKind,
    /// A campaign, audience, goal or tag.
    pub object: Option<Named>,
    /// A TikTok ad account.
    pub ad_account: Option<Named>,
    /// An advertiser or XPO account.
    pub holder: Option<Named>,
    /// The XPO account of the advertiser that this is about, if it is about one: advertisers of several may share a name.
    pub xpo_account: Option<Named>,
    /// In words; `None` where there was nothing.
    pub before: Option<String>,
    /// In words; `None` where there is nothing any more.
    pub after: Option<String>,
}

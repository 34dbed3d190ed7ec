//! What a change does, or why it may not. The screens show it as it is and decide nothing themselves.

use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};
use specta::Type;

use crate::Result;
use crate::decisions::change::words;
use crate::decisions::decision::SlotKind;
use crate::ids::{AdAccountId, ChangeId};

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

words! {
    /// What something with a name is.
    ObjectKind {
        /// A TikTok ad account.
        AdAccount = "ad_account", "TikTok ad account"
        /// An XPO account.
        XpoAccount = "xpo_account", "XPO account"
        /// An advertiser.
        Advertiser = "advertiser", "Advertiser"
        /// A campaign.
        Campaign = "campaign", "Campaign"
        /// An audience.
        Audience = "audience", "Audience"
        /// A conversion goal or remarketing tag.
        Goal = "goal", "Goal or tag"
        /// A request for a TikTok ad account.
        Request = "request", "Request"
        /// An entry of the history.
        Change = "change", "Change"
    }
}

/// Something to show and to jump to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
pub struct Named {
    /// What it is.
    pub kind: ObjectKind,
    /// Its id.
    pub id: String,
    /// Its name, hostile text; empty when the book does not know it (any more).
    pub name: String,
}

impl Named {
    pub(crate) fn of(book: &Connection, kind: ObjectKind, id: &str) -> Result<Named> {
        let sql = match kind {
            ObjectKind::AdAccount => "SELECT name FROM ad_account WHERE id = ?",
            ObjectKind::XpoAccount => "SELECT name FROM xpo_account WHERE id = ?",
            ObjectKind::Advertiser => "SELECT name FROM advertiser WHERE id = ?",
            ObjectKind::Campaign => "SELECT name FROM campaign WHERE id = ?",
            ObjectKind::Audience => "SELECT name FROM audience WHERE id = ? LIMIT 1",
            ObjectKind::Goal => "SELECT name FROM goal WHERE id = ?",
            ObjectKind::Request => "SELECT name FROM request WHERE id = ?",
            ObjectKind::Change => "SELECT action FROM entry WHERE id = ?",
        };
        let name = book.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?;
        Ok(Named { kind, id: id.to_owned(), name: name.unwrap_or_default() })
    }

    /// The XPO account of the first advertiser among `parts`.
    pub(crate) fn home(book: &Connection, parts: [Option<&Named>; 2]) -> Result<Option<Named>> {
        let mut parts = parts.into_iter().flatten();
        let Some(advertiser) = parts.find(|named| named.kind == ObjectKind::Advertiser) else {
            return Ok(None);
        };
        let mut statement = book.prepare_cached(
            "SELECT x.id, x.name FROM advertiser v JOIN xpo_account x ON x.id = v.xpo_account_id WHERE v.id = ?",
        )?;
        let home = statement.query_row([&advertiser.id], |row| {
            Ok(Named { kind: ObjectKind::XpoAccount, id: row.get(0)?, name: row.get(1)? })
        });
        Ok(home.optional()?)
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

words! {
    /// Why a change may not be made.
    Reason {
        /// R20, R25: a campaign of the TikTok ad account is allocated to the advertiser.
        CampaignAllocated = "campaign_allocated", "A campaign is allocated"
        /// R25: a conversion goal or remarketing tag was created with the TikTok ad account for the advertiser.
        GoalCreated = "goal_created", "A conversion goal or remarketing tag was created"
        /// R36, A2: an initialized campaign stays where it is.
        CampaignInitialized = "campaign_initialized", "The campaign is initialized"
        /// R37, R38: the campaign belongs to another advertiser (`holder`).
        CampaignElsewhere = "campaign_elsewhere", "The campaign is allocated to another advertiser"
        /// A2, A5: only an allocated campaign can be moved or initialized.
        CampaignNotAllocated = "campaign_not_allocated", "The campaign is not allocated"
        /// A11: the TikTok ad account is not allocated to the advertiser.
        NotAllocated = "not_allocated", "Not allocated: allocate the TikTok ad account first"
        /// A20: the audience is excluded from XPO.
        AudienceExcluded = "audience_excluded", "The audience is excluded"
        /// The XPO account or advertiser is archived.
        Archived = "archived", "Archived"
        /// Something of that kind and place has the name (`object` is what has it).
        NameTaken = "name_taken", "The name is taken"
        /// The name is empty, too long, or has characters that nobody can see.
        NameInvalid = "name_invalid", "The name cannot be used"
        /// The id belongs to something else already, or is no id.
        IdInvalid = "id_invalid", "The id cannot be used"
        /// The book does not know it.
        Unknown = "unknown", "Unknown"
        /// Invariant 1: the default must be one of the XPO account's own TikTok ad accounts.
        NotItsAccount = "not_its_account", "Not a TikTok ad account of this XPO account"
        /// What an undo would take back was changed since, by `entry`.
        ChangedSince = "changed_since", "Changed since"
        /// R47: the industry is none of the list.
        IndustryUnknown = "industry_unknown", "No such industry"
        /// R47: the country is none of ISO 3166-1.
        CountryUnknown = "country_unknown", "No such country"
        /// R47: the currency is none of TikTok's.
        CurrencyUnknown = "currency_unknown", "No such currency"
        /// R47: the time zone is none of IANA's.
        TimezoneUnknown = "timezone_unknown", "No such time zone"
        /// The note is too long, or has characters that nobody can see.
        NoteInvalid = "note_invalid", "The note cannot be used"
        /// A26: neither the account manager nor the team is set.
        NoRecipient = "no_recipient", "There is nobody to write to"
        /// The request was fulfilled or withdrawn before.
        RequestEnded = "request_ended", "The request has ended"
        /// The mail was sent, or may have been: withdraw the request instead.
        RequestMailed = "request_mailed", "The mail was sent: withdraw the request instead"
        /// `object` uses what an undo would remove, or is answered by the TikTok ad account already.
        InUse = "in_use", "In use"
        /// Everything is as the change wants it already.
        NothingToDo = "nothing_to_do", "Nothing to change"
    }
    /// What should be known before a change is saved.
    Caution {
        /// A27: the TikTok ad account is not approved.
        AccountNotApproved = "account_not_approved", "The TikTok ad account is not approved"
        /// A28: no TikTok user reaches the TikTok ad account.
        AccountNoAccess = "account_no_access", "No TikTok user reaches the TikTok ad account"
        /// The XPO account is suspended or inactive.
        XpoAccountNotActive = "xpo_account_not_active", "The XPO account is not active"
        /// A9: the TikTok ad account has both payment modes.
        MixedModes = "mixed_modes", "Both payment modes are used"
        /// A13: `count` audience links go with the account's.
        AudienceLinksGo = "audience_links_go", "Audience allocations are removed too"
        /// `count` campaigns or audiences are deleted on TikTok.
        DeletedOnTiktok = "deleted_on_tiktok", "Deleted on TikTok"
        /// `count` audiences are not valid: still computing, too small or expired.
        AudienceNotValid = "audience_not_valid", "The audience is not valid"
        /// A2: `count` campaigns can never be deallocated again.
        Final = "final", "This cannot be undone"
        /// What is archived still has `count` allocations; they stay.
        StillAllocated = "still_allocated", "Its allocations stay"
        /// A TikTok ad account or an open request (`object`) has the name.
        NameInUse = "name_in_use", "The name is in use"
        /// R47: TikTok has whole and half hours only.
        TimezoneNotAccepted = "timezone_not_accepted", "TikTok does not have this time zone"
        /// No mail server is set: the request waits for one.
        NoMailServer = "no_mail_server", "No mail server is set"
        /// The mail was sent, or may have been: Knorex is not told that the request is withdrawn.
        AlreadyMailed = "already_mailed", "The mail was sent already"
        /// The undo leaves the XPO account's present default (`object`) as it is.
        DefaultStays = "default_stays", "The default stays as it is"
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

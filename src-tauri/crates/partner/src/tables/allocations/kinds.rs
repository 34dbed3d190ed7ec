//! The kinds of sheets in an allocation file, and what their columns can state.

use crate::text::name_key;
use crate::text_enum::text_enum;

text_enum! {
    /// What the rows of a sheet are about. The label is the name of the sheet.
    SheetKind {
        Accounts = "accounts", "Accounts"
        Campaigns = "campaigns", "Campaigns"
        Audiences = "audiences", "Audiences"
    }
    /// What a column states. The label is its heading.
    Field {
        AccountId = "account_id", "TikTok Ad Account ID"
        CampaignId = "campaign_id", "Campaign ID"
        AudienceId = "audience_id", "Audience ID"
        Name = "name", "Name"
        XpoAccount = "xpo_account", "XPO account"
        Advertiser = "advertiser", "Advertiser"
        PaymentMode = "payment_mode", "Payment mode"
        Default = "default", "Default"
        Initialized = "initialized", "Initialized"
    }
}

impl SheetKind {
    /// The columns of the sheet, the id first.
    pub fn fields(self) -> &'static [Field] {
        use Field::{
            AccountId, Advertiser, AudienceId, CampaignId, Default, Initialized, Name, PaymentMode,
            XpoAccount,
        };
        match self {
            SheetKind::Accounts => &[AccountId, Name, XpoAccount, Advertiser, PaymentMode, Default],
            SheetKind::Campaigns => &[CampaignId, Name, AccountId, XpoAccount, Advertiser, Initialized],
            SheetKind::Audiences => &[AudienceId, Name, AccountId, XpoAccount, Advertiser],
        }
    }

    pub(crate) fn id(self) -> Field {
        self.fields()[0]
    }

    /// Returns the field of a heading. Exported lists have other headings for names.
    pub fn field(self, heading: &str) -> Option<Field> {
        let heading = name_key(heading);
        let is_name = ["campaign name", "audience name", "tiktok ad account"].contains(&heading.as_str());
        let known =
            |field: &&Field| name_key(field.label()) == heading || (is_name && **field == Field::Name);
        self.fields().iter().find(known).copied()
    }
}

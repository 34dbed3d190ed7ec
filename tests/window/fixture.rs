//! A partner with XPO accounts, ad accounts, campaigns and audiences, open in a window.

use partner::Folder;
use partner::decisions::{Action, AddToDirectory, NewAdvertiser, NewXpoAccount, XpoState};
use partner::facts::objects::CampaignFacts;
use partner::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use serde_json::{Value, json};
use tiktok_sandbox::{Change, ObjectKind, Sizes};

use crate::harness::book::{self, PARTNER};
use crate::harness::{Harness, HarnessOptions, Window, wait_for};
use crate::{import_accounts, start_configured};

/// The names of the ad accounts.
const ACCOUNTS: [&str; 3] = ["Northwind Shoes", "Harbor Coffee", "Pine Bikes"];

/// XPO accounts and their advertisers.
const XPO_ACCOUNTS: [(&str, &[&str]); 3] = [
    ("Aurora Travel", &["Aurora Flights", "Aurora Hotels"]),
    ("Bluebird Foods", &["Bluebird Tea"]),
    ("Lantern Games", &["Lantern Quest", "Tiny Harbor"]),
];

pub struct Fixture {
    pub harness: Harness,
    pub window: Window,
    /// The ids of `ACCOUNTS`.
    account_ids: Vec<String>,
}

impl Fixture {
    /// Opens a book that was written without TikTok. The first ad account has these campaigns. The window shows TikTok
    /// Accounts.
    pub async fn from_file(campaigns: &[&str]) -> Fixture {
        let harness = Harness::without_keychain().await;
        let account_ids = write_book(&harness, campaigns);
        let window = harness.start_app().await;
        window.click(&format!("Open {PARTNER}")).await;
        window.click("TikTok Accounts").await;
        Fixture { harness, window, account_ids }
    }

    /// Imports from the sandbox, where each ad account has this many objects. The window shows TikTok Accounts.
    pub async fn imported(sizes: Sizes) -> Fixture {
        let harness =
            Harness::with_options(HarnessOptions { accounts: 12, sizes, ..HarnessOptions::default() }).await;
        let account_ids = rename_sandbox_accounts(&harness).await;
        let window = start_configured(&harness).await;
        import_accounts(&window, &harness).await;
        window.invoke("commit", json!({ "action": add_xpo_accounts() })).await;
        Fixture { harness, window, account_ids }
    }

    pub async fn close(self) {
        self.window.close().await;
    }

    /// Returns the id of the ad account with this name.
    pub fn account_id(&self, name: &str) -> &str {
        &self.account_ids[ACCOUNTS.iter().position(|account| *account == name).unwrap()]
    }

    /// Adds campaigns or audiences with these names to an ad account on TikTok, and returns their ids.
    pub fn add_on_tiktok(&self, account: &str, kind: ObjectKind, names: &[&str]) -> Vec<String> {
        let field = if kind == ObjectKind::Audience { "name" } else { "campaign_name" };
        let add = |name: &&str| {
            let change = Change::add(kind, 1, json!({ field: name }));
            self.harness.sandbox().change(self.account_id(account), change).unwrap().ids.remove(0)
        };
        names.iter().map(add).collect()
    }

    /// Syncs an ad account and waits until the job has ended.
    pub async fn sync(&self, kind: &str, account: &str) {
        let accounts = json!([self.account_id(account)]);
        self.window.invoke("request_syncs", json!({ "kind": kind, "accounts": accounts })).await;
        self.wait_for_syncs().await;
    }

    /// Waits until no sync is queued or running.
    pub async fn wait_for_syncs(&self) {
        wait_for("the syncs to end", async || {
            let counts = self.window.invoke("sync_counts", json!({})).await;
            (counts["running"] == 0 && counts["queued"] == 0).then_some(())
        })
        .await;
    }

    /// Commits an action as another window would.
    pub async fn commit(&self, action: Value) {
        let saved = self.window.invoke("commit", json!({ "action": action })).await;
        assert!(!saved["outcome"]["entry"].is_null(), "blocked: {saved}");
    }

    pub async fn allocate(&self, account: &str, advertisers: &[&str]) {
        let pair =
            |name: &&str| json!({ "adAccount": self.account_id(account), "advertiser": advertiser_id(name) });
        let pairs: Vec<Value> = advertisers.iter().map(pair).collect();
        self.commit(json!({
            "action": "allocate_accounts", "allocate": pairs, "deallocate": [], "modes": [], "defaultReplacements": []
        }))
        .await;
    }

    pub async fn allocate_campaigns(&self, advertiser: &str, campaigns: &[String]) {
        self.commit(json!({
            "action": "allocate_campaigns", "advertiser": advertiser_id(advertiser), "allocate": campaigns,
            "deallocate": []
        }))
        .await;
    }
}

pub fn advertiser_id(name: &str) -> String {
    let all = XPO_ACCOUNTS.iter().flat_map(|(_, advertisers)| advertisers.iter());
    let index = all.into_iter().position(|advertiser| *advertiser == name).unwrap();
    format!("00000000-0000-7000-9000-{index:012}")
}

/// Returns the id of the campaign at `index` in the list given to [`Fixture::from_file`].
pub fn campaign_id(index: usize) -> String {
    format!("1779923800010{index:06}")
}

fn add_xpo_accounts() -> Action {
    let xpo_account_id = |index: usize| XpoAccountId(format!("00000000-0000-7000-8000-{index:012}"));
    let accounts = XPO_ACCOUNTS.iter().enumerate().map(|(index, (name, _))| NewXpoAccount {
        id: xpo_account_id(index),
        name: (*name).into(),
        state: XpoState::Active,
    });
    let advertisers = XPO_ACCOUNTS.iter().enumerate().flat_map(|(index, (_, advertisers))| {
        advertisers.iter().map(move |name| NewAdvertiser {
            id: AdvertiserId(advertiser_id(name)),
            xpo_account: xpo_account_id(index),
            name: (*name).into(),
        })
    });
    Action::AddToDirectory(AddToDirectory {
        accounts: accounts.collect(),
        advertisers: advertisers.collect(),
    })
}

/// Writes the partner's file and returns the ids of its ad accounts.
fn write_book(harness: &Harness, campaigns: &[&str]) -> Vec<String> {
    let (_, book) = Folder::at(harness.data_dir()).create(PARTNER).unwrap();
    let ids: Vec<AdAccountId> =
        (0..ACCOUNTS.len()).map(|index| AdAccountId(format!("700223801784270000{index}"))).collect();
    book::record_import(&book, ("7111", "Maria"), ids.iter().cloned().zip(ACCOUNTS));
    let campaigns = campaigns.iter().enumerate().map(|(index, name)| CampaignFacts {
        id: campaign_id(index),
        name: (*name).into(),
        ..CampaignFacts::default()
    });
    book::record_campaigns(&book, &ids[0], &campaigns.collect::<Vec<_>>());
    book::commit(&book, add_xpo_accounts());
    ids.into_iter().map(|id| id.0).collect()
}

/// Gives the first ad accounts of the sandbox's first user the names of `ACCOUNTS`, and returns their ids.
async fn rename_sandbox_accounts(harness: &Harness) -> Vec<String> {
    let mut ids = Vec::new();
    for (name, (id, _)) in ACCOUNTS.iter().zip(harness.sandbox_accounts().await) {
        let changes = json!({ "name": name, "status": "STATUS_ENABLE" });
        harness.post_to_sandbox(&format!("accounts/{id}"), changes).await;
        ids.push(id);
    }
    assert_eq!(ids.len(), ACCOUNTS.len(), "the first user reaches too few ad accounts");
    ids
}

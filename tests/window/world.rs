//! A partner in the middle of its work: clients, ad accounts, and what runs in them.

use std::collections::HashSet;

use jiff::Timestamp;
use partner::decisions::change::{Action, Change as Decision, NewAdvertiser, NewXpoAccount, XpoState};
use partner::facts::accounts::{AccountDetails, AccountFacts, Told, UserFacts};
use partner::facts::campaigns::CampaignFacts;
use partner::facts::record::FactKind;
use partner::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use partner::{Book, Folder};
use serde_json::{Value, json};
use tiktok_sandbox::{Change, ObjectKind, Sizes};

use crate::harness::{Harness, HarnessOptions, Keychain, Window, until};
use crate::{import, set_up};

/// The ad accounts that stories speak of, by the names they have on TikTok.
pub const ACCOUNTS: [&str; 3] = ["Northwind Shoes", "Harbor Coffee", "Pine Bikes"];

/// XPO accounts and their advertisers.
const CLIENTS: [(&str, &[&str]); 3] = [
    ("Aurora Travel", &["Aurora Flights", "Aurora Hotels"]),
    ("Bluebird Foods", &["Bluebird Tea"]),
    ("Lantern Games", &["Lantern Quest", "Tiny Harbor"]),
];

pub struct World {
    pub harness: Harness,
    pub window: Window,
    /// The ids of `ACCOUNTS`.
    accounts: Vec<String>,
}

impl World {
    /// From a file, without TikTok; the first ad account has these campaigns. The window is at TikTok Accounts.
    pub async fn new(campaigns: &[&str]) -> World {
        let harness =
            Harness::with(HarnessOptions { keychain: Keychain::Missing, ..HarnessOptions::default() }).await;
        let accounts = write(&harness, campaigns);
        let window = harness.start().await;
        window.press("Open Knorex Asia").await;
        window.press("TikTok Accounts").await;
        World { harness, window, accounts }
    }

    /// Imported from TikTok, where each ad account holds this much. The window is at TikTok Accounts.
    pub async fn connected(sizes: Sizes) -> World {
        let harness =
            Harness::with(HarnessOptions { accounts: 12, sizes, ..HarnessOptions::default() }).await;
        let accounts = name_accounts(&harness).await;
        let window = harness.start().await;
        set_up(&window, &harness).await;
        import(&window, &harness).await;
        window.command("commit", json!({ "action": clients() })).await;
        World { harness, window, accounts }
    }

    pub async fn end(self) {
        self.window.close().await;
    }

    /// The id of one of `ACCOUNTS`.
    pub fn account(&self, name: &str) -> &str {
        &self.accounts[ACCOUNTS.iter().position(|known| *known == name).unwrap()]
    }

    /// Let an ad account hold new campaigns or audiences with these names on TikTok. Gives their ids.
    pub fn add(&self, account: &str, kind: ObjectKind, names: &[&str]) -> Vec<String> {
        let field = if kind == ObjectKind::Audience { "name" } else { "campaign_name" };
        let add = |name: &&str| {
            let change = Change::add(kind, 1, json!({ field: name }));
            self.harness.sandbox().change(self.account(account), change).unwrap().ids.remove(0)
        };
        names.iter().map(add).collect()
    }

    /// Sync, and wait until it is done.
    pub async fn sync(&self, kind: &str, account: &str) {
        let accounts = json!([self.account(account)]);
        self.window.command("request_syncs", json!({ "kind": kind, "accounts": accounts })).await;
        self.syncs_end().await;
    }

    pub async fn syncs_end(&self) {
        until("the syncs have ended", async || {
            let counts = self.window.command("sync_counts", json!({})).await;
            (counts["running"] == 0 && counts["queued"] == 0).then_some(())
        })
        .await;
    }

    /// Decide something as another window would.
    pub async fn decide(&self, action: Value) {
        let saved = self.window.command("commit", json!({ "action": action })).await;
        assert!(!saved["outcome"]["entry"].is_null(), "refused: {saved}");
    }

    /// Allocate an ad account to advertisers.
    pub async fn allocate(&self, account: &str, advertisers: &[&str]) {
        let pair =
            |name: &&str| json!({ "adAccount": self.account(account), "advertiser": advertiser(name) });
        let pairs: Vec<Value> = advertisers.iter().map(pair).collect();
        self.decide(json!({
            "action": "allocate_accounts", "allocate": pairs, "deallocate": [], "modes": [], "handOvers": []
        }))
        .await;
    }

    /// Allocate campaigns to an advertiser.
    pub async fn allocate_campaigns(&self, to: &str, campaigns: &[String]) {
        self.decide(json!({
            "action": "allocate_campaigns", "advertiser": advertiser(to), "allocate": campaigns, "deallocate": []
        }))
        .await;
    }
}

/// The id of an advertiser, made of its place.
pub fn advertiser(name: &str) -> String {
    let all = CLIENTS.iter().flat_map(|(_, brands)| brands.iter());
    let place = all.into_iter().position(|brand| *brand == name).unwrap();
    format!("00000000-0000-7000-9000-{place:012}")
}

/// The id of the campaign that was written as number `place`.
pub fn campaign(place: usize) -> String {
    format!("1779923800010{place:06}")
}

fn clients() -> Action {
    let xpo = |place: usize| XpoAccountId(format!("00000000-0000-7000-8000-{place:012}"));
    let accounts = CLIENTS.iter().enumerate().map(|(place, (name, _))| NewXpoAccount {
        id: xpo(place),
        name: (*name).into(),
        state: XpoState::Active,
    });
    let advertisers = CLIENTS.iter().enumerate().flat_map(|(place, (_, brands))| {
        brands.iter().map(move |brand| NewAdvertiser {
            id: AdvertiserId(advertiser(brand)),
            xpo_account: xpo(place),
            name: (*brand).into(),
        })
    });
    Action::AddToDirectory { accounts: accounts.collect(), advertisers: advertisers.collect() }
}

/// Write the partner's file. Gives the ids of its ad accounts.
fn write(harness: &Harness, campaigns: &[&str]) -> Vec<String> {
    let (_, book) = Folder::at(harness.data()).create("Knorex Asia").unwrap();
    let ids: Vec<String> = (0..ACCOUNTS.len()).map(|place| format!("700223801784270000{place}")).collect();
    let accounts: Vec<AccountFacts> = ids.iter().zip(ACCOUNTS).map(account_facts).collect();
    let user = UserFacts { id: "7111".into(), name: "Maria".into(), email: String::new() };
    book.record_import(&user, &accounts, true, Timestamp::now()).unwrap();
    write_campaigns(&book, &AdAccountId(ids[0].clone()), campaigns);
    book.commit(&Decision::now("Maria", clients())).unwrap();
    ids
}

fn account_facts((id, name): (&String, &str)) -> AccountFacts {
    let details = AccountDetails { status: "STATUS_ENABLE".into(), ..AccountDetails::default() };
    AccountFacts { id: id.clone(), name: name.into(), told: Told::Details(Box::new(details)) }
}

fn write_campaigns(book: &Book, account: &AdAccountId, names: &[&str]) {
    let facts: Vec<CampaignFacts> = names
        .iter()
        .enumerate()
        .map(|(place, name)| CampaignFacts {
            id: campaign(place),
            name: (*name).into(),
            ..Default::default()
        })
        .collect();
    book.record(account, &facts).unwrap();
    let listed: HashSet<String> = facts.into_iter().map(|fact| fact.id).collect();
    book.complete(FactKind::Campaign, account, &listed, Timestamp::now()).unwrap();
}

/// Give the first user's ad accounts on TikTok the names of `ACCOUNTS`. Gives their ids.
async fn name_accounts(harness: &Harness) -> Vec<String> {
    let users = harness.sandbox().users();
    let url = format!("{}/sandbox/users/{}/accounts", harness.sandbox().address(), users[0].id);
    let listed: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    let mut ids = Vec::new();
    for (name, account) in ACCOUNTS.iter().zip(listed["accounts"].as_array().unwrap()) {
        let id = account["id"].as_str().unwrap().to_owned();
        harness.control(&format!("accounts/{id}"), json!({ "name": name, "status": "STATUS_ENABLE" })).await;
        ids.push(id);
    }
    assert_eq!(ids.len(), ACCOUNTS.len(), "the first user reaches too few ad accounts");
    ids
}

//! A partner in the middle of its work: clients, imported ad accounts, and what runs in them.

use serde_json::{Value, json};
use tiktok_sandbox::{Change, Kind, Sizes};
use uuid::Uuid;

use crate::desk::{Desk, Furniture, Window, until};
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
    pub desk: Desk,
    pub window: Window,
    /// The ids of `ACCOUNTS`.
    pub accounts: Vec<String>,
    /// XPO accounts and advertisers: name and id.
    parties: Vec<(String, String)>,
}

impl World {
    /// With ad accounts that hold nothing yet, the window at TikTok Accounts.
    pub async fn new() -> World {
        World::with(Sizes::each(0, 0, 0, 0)).await
    }

    pub async fn with(sizes: Sizes) -> World {
        let desk = Desk::with(Furniture { accounts: 12, sizes, ..Furniture::default() }).await;
        let accounts = name_accounts(&desk).await;
        let window = desk.start().await;
        set_up(&window, &desk).await;
        import(&window, &desk).await;
        let parties = add_clients(&window).await;
        World { desk, window, accounts, parties }
    }

    pub async fn end(self) {
        self.window.close().await;
    }

    /// The id of one of `ACCOUNTS`.
    pub fn account(&self, name: &str) -> &str {
        let place = ACCOUNTS.iter().position(|known| *known == name).unwrap();
        &self.accounts[place]
    }

    /// The id of an XPO account or advertiser.
    pub fn party(&self, name: &str) -> &str {
        let found = self.parties.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("nobody is called {name}")).1
    }

    /// Let an ad account hold new campaigns or audiences with these names. Gives their ids.
    pub fn add(&self, account: &str, kind: Kind, names: &[&str]) -> Vec<String> {
        let field = if kind == Kind::Audience { "name" } else { "campaign_name" };
        let add = |name: &&str| {
            let change = Change::add(kind, 1, json!({ field: name }));
            self.desk.sandbox().change(self.account(account), change).unwrap().ids.remove(0)
        };
        names.iter().map(add).collect()
    }

    /// Sync, and wait until it is done.
    pub async fn sync(&self, kind: &str, accounts: &[&str]) {
        let accounts: Vec<&str> = accounts.iter().map(|name| self.account(name)).collect();
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

    /// Decide something as another window would. Gives the id of the change.
    pub async fn decide(&self, action: Value) -> String {
        let saved = self.window.command("commit", json!({ "action": action })).await;
        assert!(!saved["outcome"]["entry"].is_null(), "refused: {saved}");
        saved["change"].as_str().unwrap().to_owned()
    }

    /// Allocate an ad account to advertisers.
    pub async fn allocate(&self, account: &str, advertisers: &[&str]) {
        let pair = |advertiser: &&str| json!({ "adAccount": self.account(account), "advertiser": self.party(advertiser) });
        let pairs: Vec<Value> = advertisers.iter().map(pair).collect();
        self.decide(json!({
            "action": "allocate_accounts", "allocate": pairs, "deallocate": [], "modes": [], "handOvers": []
        }))
        .await;
    }

    /// Allocate campaigns to an advertiser.
    pub async fn allocate_campaigns(&self, advertiser: &str, campaigns: &[String]) {
        self.decide(json!({
            "action": "allocate_campaigns", "advertiser": self.party(advertiser),
            "allocate": campaigns, "deallocate": []
        }))
        .await;
    }
}

async fn name_accounts(desk: &Desk) -> Vec<String> {
    let users = desk.sandbox().users();
    let url = format!("{}/sandbox/users/{}/accounts", desk.sandbox().address(), users[0].id);
    let listed: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    let mut ids = Vec::new();
    for (name, account) in ACCOUNTS.iter().zip(listed["accounts"].as_array().unwrap()) {
        let id = account["id"].as_str().unwrap().to_owned();
        desk.control(&format!("accounts/{id}"), json!({ "name": name, "status": "STATUS_ENABLE" })).await;
        ids.push(id);
    }
    assert_eq!(ids.len(), ACCOUNTS.len(), "the first user reaches too few ad accounts");
    ids
}

async fn add_clients(window: &Window) -> Vec<(String, String)> {
    let id = || Uuid::now_v7().to_string();
    let (mut parties, mut accounts, mut advertisers) = (Vec::new(), Vec::new(), Vec::new());
    for (client, brands) in CLIENTS {
        let xpo = id();
        accounts.push(json!({ "id": xpo, "name": client, "state": "active" }));
        for brand in brands {
            let advertiser = id();
            advertisers.push(json!({ "id": advertiser, "xpoAccount": xpo, "name": brand }));
            parties.push(((*brand).to_owned(), advertiser));
        }
        parties.push((client.to_owned(), xpo));
    }
    let action = json!({ "action": "add_to_directory", "accounts": accounts, "advertisers": advertisers });
    window.command("commit", json!({ "action": action })).await;
    parties
}

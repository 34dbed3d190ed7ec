//! The practice partner, whose TikTok is a simulator inside this process.

use std::path::{Path, PathBuf};

use partner::Book;
use partner::decisions::{Action, AddToDirectory, Change, NewAdvertiser, NewXpoAccount, XpoState};
use partner::facts::tiktok_app::TiktokApp;
use partner::ids::{AdvertiserId, XpoAccountId};
use partner::queries::history::HistoryQuery;
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::store::permissions::create_private_folder;
use services::problem::Problem;
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use services::tiktok::credentials::{app_secret_key, token_key};
use tiktok_sandbox::{Options, Sandbox};

pub const NAME: &str = "Practice partner";

/// Fixed, so that every computer has the same practice data and the guide can refer to it.
const SEED: u64 = 7;
const USERS: usize = 3;
const ACCOUNTS: usize = 60;

/// Sample clients: XPO accounts and their advertisers.
const CLIENTS: [(&str, &[&str]); 6] = [
    ("Aurora Travel", &["Aurora Flights", "Aurora Hotels"]),
    ("Bluebird Foods", &["Bluebird Snacks", "Bluebird Tea", "Harvest Bowl"]),
    ("Cedar & Pine", &["Cedar & Pine"]),
    ("Lantern Games", &["Lantern Quest", "Tiny Harbor"]),
    ("Northlight Beauty", &["Glow Lab", "Northlight"]),
    ("Volta Mobility", &["Volta Scooters"]),
];

/// Adds the sample clients to a practice partner whose history is empty.
fn add_clients(book: &Book) -> partner::Result<()> {
    if book.list(&HistoryQuery::default())?.of > 0 {
        return Ok(());
    }
    let id = || uuid::Uuid::now_v7().to_string();
    let mut accounts = Vec::new();
    let mut advertisers = Vec::new();
    for (client, brands) in CLIENTS {
        let xpo_account = XpoAccountId(id());
        advertisers.extend(brands.iter().map(|brand| NewAdvertiser {
            id: AdvertiserId(id()),
            xpo_account: xpo_account.clone(),
            name: (*brand).to_owned(),
        }));
        accounts.push(NewXpoAccount { id: xpo_account, name: client.to_owned(), state: XpoState::Active });
    }
    let action = Action::AddToDirectory(AddToDirectory { accounts, advertisers });
    let change = Change::now(NAME, action);
    book.commit(&change).map(|_| ())
}

/// Returns the folder that receives the practice partner's mails as files.
pub fn mails(root: &Path) -> PathBuf {
    root.join("practice").join("mails")
}

/// Starts the simulator, enters its address in the book, and keeps the tokens that it issued earlier in memory: they are
/// worthless elsewhere and need no keychain.
pub async fn start(book: &Book, root: &Path) -> Result<(Sandbox, SecretStore), Problem> {
    let folder = root.join("practice");
    create_private_folder(&folder).map_err(partner::Error::from)?;
    add_clients(book)?;
    if book.mail_settings()? == MailSettings::default() {
        // Its mails are written to files and reach nobody; `.invalid` cannot exist (RFC 6761).
        book.save_mail_settings(&MailSettings {
            host: "localhost".into(),
            port: 25,
            security: MailSecurity::None,
            sender: "Practice partner <admin@practice.invalid>".into(),
            account_manager: "Account manager <manager@knorex.invalid>".into(),
            team: "TikTok team <tiktok@knorex.invalid>".into(),
            ..MailSettings::default()
        })?;
    }
    let app = TiktokApp::default();
    let sandbox = Sandbox::start(Options {
        seed: SEED,
        users: USERS,
        accounts: ACCOUNTS,
        qps: None,
        redirect_urls: vec![app.redirect_url.clone()],
        state: Some(folder.join("tiktok.json")),
        ..Options::default()
    })
    .await
    .map_err(Problem::internal)?;

    book.save_tiktok_app(&TiktokApp {
        app_id: sandbox.app_id().to_owned(),
        api_address: sandbox.api_address(),
        sign_in_address: sandbox.sign_in_address(),
        ..app
    })?;
    let keys = SecretStore::new(folder.join("keys.age"), Settings::default());
    keys.keep_in_memory().await;
    let partner = &book.partner().id;
    let origin = Origin::of(&sandbox.api_address().parse().map_err(Problem::internal)?);
    keys.put_for(&origin, &app_secret_key(partner), &SecretString::from(sandbox.secret())).await?;
    for (user, token) in sandbox.tokens() {
        keys.put_for(&origin, &token_key(partner, &user), &SecretString::from(token)).await?;
    }
    Ok((sandbox, keys))
}

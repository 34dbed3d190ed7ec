//! The practice partner, whose TikTok is a simulator inside this process.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use partner::Book;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::tiktok_app::TiktokApp;
use partner::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use partner::queries::accounts::AccountQuery;
use partner::queries::history::HistoryQuery;
use partner::requests::mail_settings::{MailSecurity, MailSettings};
use partner::requests::request::NewRequest;
use partner::store::permissions::create_private_folder;
use partner::sync_jobs::job::JobKind;
use services::problem::Problem;
use services::secrets::{Origin, SecretStore, SecretString, Settings};
use services::tiktok::credentials::{app_secret_key, token_key};
use services::tiktok::import::Importer;
use tiktok_business::{AccessToken, App, Client, ClientSecret, Options};
use tiktok_sandbox::{Options as SandboxOptions, Sandbox};

use super::open_partner::USER_AGENT;

pub const NAME: &str = "Practice partner";

/// Fixed, so that every computer has the same practice data and the guide can refer to it.
const SEED: u64 = 7;
const USERS: usize = 3;
const ACCOUNTS: usize = 60;

/// Sample clients: XPO accounts and their advertisers.
///
/// Ad accounts that are not allocated have names like those of *Merlion Group*, *Nusantara Retail* and *Praia & Sol*, so these
/// are suggested.
const CLIENTS: [(&str, &[&str]); 9] = [
    ("Aurora Travel", &["Aurora Flights", "Aurora Hotels"]),
    ("Bluebird Foods", &["Bluebird Snacks", "Bluebird Tea", "Harvest Bowl"]),
    ("Cedar & Pine", &["Cedar & Pine"]),
    ("Lantern Games", &["Lantern Quest", "Tiny Harbor"]),
    ("Merlion Group", &["Lion City Pets", "Merlion Coffee", "Orchard Optical"]),
    ("Northlight Beauty", &["Glow Lab", "Northlight"]),
    ("Nusantara Retail", &["Warung"]),
    ("Praia & Sol", &["Praia & Sol Moda"]),
    ("Volta Mobility", &["Volta Scooters"]),
];

/// The sample allocations: an advertiser, and how many of the imported TikTok ad accounts it gets.
const ALLOCATIONS: [(&str, usize); 5] = [
    ("Aurora Flights", 2),
    ("Bluebird Snacks", 1),
    ("Bluebird Tea", 1),
    ("Glow Lab", 2),
    ("Volta Scooters", 1),
];

/// How many of the imported TikTok ad accounts are synced: more than are allocated.
const SYNCED: usize = 12;

/// Returns whether nothing was ever decided.
fn is_new(book: &Book) -> partner::Result<bool> {
    Ok(book.list(&HistoryQuery::default())?.of == 0)
}

/// Imports the ad accounts of the first user, as if the user had signed in.
async fn import(book: &Arc<Book>, secrets: &SecretStore, sandbox: &Sandbox) -> Result<(), Problem> {
    let Some(token) = sandbox.users().first().and_then(|user| sandbox.authorize(&user.id)) else {
        return Ok(());
    };
    let api = sandbox.api_address().parse().map_err(Problem::internal)?;
    let importer = Importer {
        book: Arc::clone(book),
        secrets: secrets.clone(),
        client: Client::new(Options::new(api, USER_AGENT))?,
        app: App { id: sandbox.app_id().into(), secret: ClientSecret::new(sandbox.secret().into()) },
    };
    let fetched = importer.fetch(AccessToken::new(token), |_| {}).await?;
    importer.save(fetched, None).await.map(drop)
}

/// Adds the sample clients, gives them some of the imported ad accounts, requests syncs, and a new ad account.
fn add_samples(book: &Book) -> partner::Result<()> {
    let advertisers = add_clients(book)?;
    let approved = AccountQuery { statuses: vec!["Approved".into()], ..AccountQuery::default() };
    let accounts: Vec<_> = book.ids(&approved)?.into_iter().map(AdAccountId).collect();
    let mut free = accounts.iter();
    let allocate = ALLOCATIONS.iter().flat_map(|(name, count)| {
        let advertiser = advertisers.iter().find(|advertiser| advertiser.name == *name);
        let accounts: Vec<_> = free.by_ref().take(*count).cloned().collect();
        accounts.into_iter().filter_map(move |ad_account| {
            Some(AccountPair { ad_account, advertiser: advertiser?.id.clone() })
        })
    });
    let allocations = AllocateAccounts { allocate: allocate.collect(), ..AllocateAccounts::default() };
    book.commit(&Change::now(NAME, Action::AllocateAccounts(allocations)))?;
    let request = NewRequest {
        name: "Lantern Games Japan".into(),
        industry: "Games".into(),
        country: "JP".into(),
        currency: "JPY".into(),
        timezone: "Asia/Tokyo".into(),
        note: "For the launch of Lantern Quest in Tokyo.".into(),
    };
    book.commit(&Change::now(NAME, Action::RequestAccount(request)))?;
    let synced = accounts.get(..SYNCED).unwrap_or(&accounts);
    for kind in [JobKind::Account, JobKind::Audiences] {
        book.request_syncs(kind, synced, false, Timestamp::now())?;
    }
    Ok(())
}

fn add_clients(book: &Book) -> partner::Result<Vec<NewAdvertiser>> {
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
    let action = Action::AddToDirectory(AddToDirectory { accounts, advertisers: advertisers.clone() });
    book.commit(&Change::now(NAME, action))?;
    Ok(advertisers)
}

/// Returns the folder of the simulator and the mails.
pub fn folder(root: &Path) -> PathBuf {
    root.join("practice")
}

/// Returns the folder that receives the practice partner's mails as files.
pub fn mails(root: &Path) -> PathBuf {
    folder(root).join("mails")
}

/// Starts the simulator, enters its address in the book, and keeps the tokens that it issued in memory: they are worthless
/// elsewhere and need no keychain. A new book gets sample data.
pub async fn start(book: &Arc<Book>, root: &Path) -> Result<(Sandbox, SecretStore), Problem> {
    let folder = folder(root);
    create_private_folder(&folder).map_err(partner::Error::from)?;
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
    let sandbox = Sandbox::start(SandboxOptions {
        seed: SEED,
        users: USERS,
        accounts: ACCOUNTS,
        qps: None,
        redirect_urls: vec![app.redirect_url.clone()],
        state: Some(folder.join("tiktok.json")),
        ..SandboxOptions::default()
    })
    .await
    .map_err(Problem::internal)?;

    book.save_tiktok_app(&TiktokApp {
        app_id: sandbox.app_id().to_owned(),
        api_address: sandbox.api_address(),
        sign_in_address: sandbox.sign_in_address(),
        ..app
    })?;
    let secrets = SecretStore::new(folder.join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    let partner = &book.partner().id;
    let origin = Origin::of(&sandbox.api_address().parse().map_err(Problem::internal)?);
    secrets.put_for(&origin, &app_secret_key(partner), &SecretString::from(sandbox.secret())).await?;
    for (user, token) in sandbox.tokens() {
        secrets.put_for(&origin, &token_key(partner, &user), &SecretString::from(token)).await?;
    }
    if is_new(book)? {
        import(book, &secrets, &sandbox).await?;
        add_samples(book)?;
    }
    Ok((sandbox, secrets))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use partner::Folder;
    use partner::queries::suggestions::{Suggester, SuggestionsFor};

    use super::*;

    #[tokio::test]
    async fn new_practice_data_has_likely_and_very_likely_suggestions() {
        let dir = tempfile::tempdir().unwrap();
        let (_, book) = Folder::at(dir.path()).practice(NAME).unwrap();
        let book = Arc::new(book);
        let (sandbox, _) = start(&book, dir.path()).await.unwrap();
        let wanted = SuggestionsFor::AdAccounts { only: None };
        let go_on = || ControlFlow::Continue(());
        let (suggestions, _) = Suggester::default().suggest(&book, &wanted, &go_on).unwrap();
        let found = suggestions.found.iter();
        let found: Vec<_> =
            found.map(|one| (one.object.name.as_str(), one.advertiser.name.as_str(), one.sure)).collect();
        let expected = [
            ("Lion City Pets (Brand)", "Lion City Pets", true),
            ("Merlion Coffee #2", "Merlion Coffee", true),
            ("Orchard Optical (Brand)", "Orchard Optical", true),
            ("Praia & Sol Moda", "Praia & Sol Moda", true),
            ("Praia & Sol Moda Store", "Praia & Sol Moda", true),
            ("Praia & Sol Moda | Always On", "Praia & Sol Moda", true),
            ("Warung Digital", "Warung", false),
        ];
        assert_eq!(found, expected);
        sandbox.stop().await;
    }
}

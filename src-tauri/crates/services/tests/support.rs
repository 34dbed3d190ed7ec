//! The support report contains nothing personal: each text of a full book is searched for in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use partner::decisions::{
    AccountPair, Action, AddToDirectory, AllocateAccounts, Change, NewAdvertiser, NewXpoAccount, XpoState,
};
use partner::facts::accounts::{AccountDetails, AccountFacts, AccountResponse, UserFacts};
use partner::facts::objects::{AudienceFacts, CampaignFacts, FactKind};
use partner::facts::tiktok_app::TiktokApp;
use partner::ids::{AdAccountId, AdvertiserId, XpoAccountId};
use partner::requests::mail_settings::MailSettings;
use partner::requests::outbox::FailedAttempt;
use partner::requests::request::NewRequest;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::{Book, Folder};
use services::diagnostics::support_report::{Application, save_report};
use services::mail::password_key;
use services::problem::{Problem, ProblemCode};
use services::secrets::{SecretStore, SecretString, Settings};
use zip::ZipArchive;

/// Personal texts; none may appear in a report.
const NAMES: [&str; 14] = [
    "Marked Partner",
    "Marked Client",
    "Marked Brand",
    "Marked Ad Account",
    "Marked Campaign",
    "Marked Audience",
    "Marked User",
    "marked@example.com",
    "Marked Admin",
    "Marked Request",
    "Marked note",
    "smtp.marked.example",
    "Marked Sender",
    "manager@marked.example",
];
const SECRET: &str = "marked-secret-5d41402abc4b2a76b9719d911017c592";
const TOKEN: &str = "7d793037a0760186574b0282f2f435e7aaaabbbb";
const MAIL: &str = "Dear Marked Manager, please open an account";
const PASSWORD: &str = "marked-password-Tr0ub4dor";
const ACCOUNT: &str = "7002238017842700001";

/// Texts of the book that are the program's own and may appear in a report.
const OWN_WORDS: [&str; 17] = [
    "open",
    "request",
    "self",
    "daily",
    "basic",
    "connected",
    "active",
    "allocated",
    "account",
    "campaign",
    "campaigns",
    "audience",
    "failed",
    "STATUS_ENABLE",
    "advertiser",
    "default_account",
    "xpo_account",
];

#[tokio::test]
async fn a_report_contains_no_secret_no_token_no_mail_and_no_text_of_the_book() {
    let dir = tempfile::tempdir().unwrap();
    let flush = services::diagnostics::logs::start(dir.path(), true);
    let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    secrets.put("app-secret/partner", SecretString::from(SECRET)).await.unwrap();
    secrets.put("token/partner/7111", SecretString::from(TOKEN)).await.unwrap();
    secrets.put(&password_key("partner"), SecretString::from(PASSWORD)).await.unwrap();
    let folder = Folder::at(dir.path());
    let (file, book) = folder.create("Marked Partner").unwrap();
    fill(&book);
    log_what_must_not_be_reported();
    drop(flush);

    let contents = report(dir.path(), &secrets, Some(&book)).await;
    drop(book);
    let book_texts = texts(&dir.path().join("partners").join(file));
    for name in NAMES {
        assert!(book_texts.iter().any(|text| text.contains(name)), "{name} is not in the book");
    }
    for text in NAMES.into_iter().chain([SECRET, TOKEN, PASSWORD, MAIL, ACCOUNT]) {
        assert!(!contents.to_lowercase().contains(&text.to_lowercase()), "{text} is reported:\n{contents}");
    }
    let own: HashSet<&str> = OWN_WORDS.into();
    for text in book_texts.iter().filter(|text| text.len() > 3 && !own.contains(text.as_str())) {
        assert!(!contents.contains(text), "{text} is reported:\n{contents}");
    }
    // It does contain what support needs.
    for wanted in [
        "\"version\": \"1.2.3\"",
        "\"system\": \"Windows 11\"",
        "\"secretStorage\": \"this_run\"",
        "\"xpo_account\": 1",
        "\"campaigns failed tiktok_refused\": 1",
        "\"STATUS_ENABLE\": 1",
        "\"open\": 1",
        "\"failed mail_refused\": 1",
        "\"mailEntered\": true",
        "imported",
        "\"code\":\"TiktokRefused\"",
        "\"tiktok_code\":40105",
    ] {
        assert!(contents.contains(wanted), "{wanted} is missing in:\n{contents}");
    }
}

#[tokio::test]
async fn a_report_can_be_saved_without_an_open_partner() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    let contents = report(dir.path(), &secrets, None).await;
    assert!(contents.contains("\"system\": "), "{contents}");
}

#[tokio::test]
async fn a_report_never_replaces_an_existing_file() {
    let dir = tempfile::tempdir().unwrap();
    let secrets = SecretStore::new(dir.path().join("secrets.age"), Settings::default());
    secrets.keep_in_memory().await;
    report(dir.path(), &secrets, None).await;
    let again =
        save_report(dir.path(), dir.path(), &application(&secrets).await, None, Timestamp::UNIX_EPOCH);
    assert_eq!(again.unwrap_err().code, ProblemCode::FolderUnwritable);
}

async fn application(secrets: &SecretStore) -> Application {
    Application {
        version: "1.2.3",
        system: Some("Windows 11".into()),
        webview: Some("2.50.6".into()),
        secret_storage: secrets.storage().await,
        preferences: serde_json::json!({ "notices": true }),
    }
}

/// Saves a report and returns the names and contents of its entries.
async fn report(root: &Path, secrets: &SecretStore, book: Option<&Book>) -> String {
    let path = save_report(root, root, &application(secrets).await, book, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(path.file_name().unwrap(), "xpo-admin-report-1970-01-01-000000.zip");
    let mut zip = ZipArchive::new(File::open(path).unwrap()).unwrap();
    let mut contents = String::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).unwrap();
        contents.push_str(&entry.name().unwrap());
        contents.push('\n');
        entry.read_to_string(&mut contents).unwrap();
    }
    contents
}

/// Logs ordinary lines, and lines that must not reach the report: messages from TikTok and other libraries may quote anything.
fn log_what_must_not_be_reported() {
    tracing::info!(target: "services::import", accounts = 1, added = 1, lost = 0, "imported");
    let refused = Problem::new(ProblemCode::TiktokRefused).about("Marked Client").because("no Marked Brand");
    tracing::warn!(target: "services::sync::work", code = ?refused.code, error = ?refused, "a step is left out");
    tracing::warn!(
        target: "tiktok_business::client", error = %format!("Marked Campaign of {ACCOUNT}, token {TOKEN}"),
        kind = ?tiktok_business::ErrorKind::Rejected, tiktok_code = 40105_i64, id = ACCOUNT, "failed"
    );
    tracing::warn!(target: "xpo_admin::login", code = %format!("Marked Client {SECRET}"), "a reported field, misused");
    tracing::warn!(target: "xpo_admin::login", kind = TOKEN, "another");
    tracing::warn!(target: "lettre::transport", "{MAIL} to marked@example.com with {SECRET}");
    tracing::warn!(target: "hyper::client", code = TOKEN, "https://localhost/?auth_code={TOKEN}");
}

/// Puts a personal text into every field that a screen can fill.
fn fill(book: &Book) {
    let now = Timestamp::now();
    let user =
        UserFacts { id: "7111222333".into(), name: "Marked User".into(), email: "marked@example.com".into() };
    let details = AccountDetails {
        status: "STATUS_ENABLE".into(),
        company: Some("Marked Company".into()),
        ..Default::default()
    };
    let account = AccountFacts {
        id: ACCOUNT.into(),
        name: "Marked Ad Account".into(),
        answer: AccountResponse::Details(Box::new(details)),
    };
    book.record_import(&user, &[account], true, now).unwrap();
    book.save_tiktok_app(&TiktokApp { app_id: "7000111222333".into(), ..TiktokApp::default() }).unwrap();
    let account = AdAccountId(ACCOUNT.into());
    let campaign =
        CampaignFacts { id: "1779923800010001".into(), name: "Marked Campaign".into(), ..Default::default() };
    book.record(&account, &[campaign]).unwrap();
    book.complete(FactKind::Campaign, &account, &HashSet::from(["1779923800010001".to_owned()]), now)
        .unwrap();
    let audience =
        AudienceFacts { id: "7193000000000001".into(), name: "Marked Audience".into(), ..Default::default() };
    book.record(&account, &[audience]).unwrap();
    let xpo = XpoAccountId("00000000-0000-7000-8000-000000000001".into());
    let brand = AdvertiserId("00000000-0000-7000-8000-000000000002".into());
    let client = NewXpoAccount { id: xpo.clone(), name: "Marked Client".into(), state: XpoState::Active };
    let advertiser = NewAdvertiser { id: brand.clone(), xpo_account: xpo, name: "Marked Brand".into() };
    for action in [
        Action::AddToDirectory(AddToDirectory { accounts: vec![client], advertisers: vec![advertiser] }),
        Action::AllocateAccounts(AllocateAccounts {
            allocate: vec![AccountPair { ad_account: account.clone(), advertiser: brand }],
            deallocate: Vec::new(),
            modes: Vec::new(),
            default_replacements: Vec::new(),
        }),
    ] {
        assert!(book.commit(&Change::now("Marked Admin", action)).unwrap().entry.is_some());
    }
    book.request_syncs(JobKind::Campaigns, &[account], false, now).unwrap();
    let job = book.start_job(now, false).unwrap().unwrap();
    let problem =
        Problem::new(ProblemCode::TiktokRefused).about("Marked Client").because("Marked Brand says no");
    assert!(book.end_job(job.id, JobState::Failed, Some(&(&problem).into()), now).unwrap());
    request(book);
}

/// Adds a request whose mail was rejected with a message that contains names.
fn request(book: &Book) {
    let settings = MailSettings {
        host: "smtp.marked.example".into(),
        user: "marked-mail-user".into(),
        sender: "Marked Sender <sender@marked.example>".into(),
        reply_to: "marked-answers@marked.example".into(),
        account_manager: "manager@marked.example".into(),
        team: "team@marked.example".into(),
        ..MailSettings::default()
    };
    book.save_mail_settings(&settings).unwrap();
    let form = NewRequest {
        name: "Marked Request".into(),
        industry: "Games".into(),
        country: "SG".into(),
        currency: "SGD".into(),
        timezone: "Asia/Singapore".into(),
        note: "Marked note".into(),
    };
    let change = Change::now("Marked Admin", Action::RequestAccount(form));
    assert!(book.commit(&change).unwrap().entry.is_some());
    let now = Timestamp::now();
    let mail = book.start_next_mail(now).unwrap().unwrap();
    let problem = Problem::new(ProblemCode::MailRefused)
        .about("manager@marked.example")
        .because(format!("550 5.1.1 manager@marked.example: {MAIL}"));
    let problem = Some(StoredProblem::from(&problem));
    let attempt = FailedAttempt { retry_at: None, problem, uncertain: false };
    book.record_failed_attempt(&mail.key, &attempt, now).unwrap();
}

/// Returns each text in each table of a file.
fn texts(path: &Path) -> BTreeSet<String> {
    let book = rusqlite::Connection::open(path).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = book.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let mut found = BTreeSet::new();
    for table in list(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
    ) {
        for column in list(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            found.extend(list(&format!(
                "SELECT DISTINCT \"{column}\" FROM \"{table}\" WHERE typeof(\"{column}\") = 'text'"
            )));
        }
    }
    found
}

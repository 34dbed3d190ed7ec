//! Revoked tokens, ad accounts without access, and endpoints without permission.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use partner::facts::tiktok_app::TiktokApp;
use partner::facts::users::UserState;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::SyncEvent;
use tiktok_sandbox::{Fault, ObjectKind, Options, Sizes, Times};

use crate::fixture::{Fixture, small};

const AUDIENCES: &str = "dmp/custom_audience/list";

/// Creates an ad account with sixty pages of audiences, which this many users can access.
async fn sixty_pages(users: usize) -> (Fixture, partner::ids::AdAccountId) {
    let sizes = Sizes::each(0, 0, 0, 6_000);
    let fixture = Fixture::new(Options { users: 2, accounts: 2, sizes, ..small() }).await;
    let account = fixture.account();
    if users == 2 {
        fixture.share(1, &account).await;
        fixture.import(1).await;
    }
    (fixture, account)
}

fn at_page_57(fault: Fault) -> Fault {
    Fault { page: Some(57), ..fault }
}

#[tokio::test(flavor = "multi_thread")]
async fn a23_a_token_revoked_at_page_57_is_replaced_by_another_users_token() {
    let (fixture, account) = sixty_pages(2).await;
    fixture.fault(AUDIENCES, Times::Number(1), at_page_57(Fault { revoke: true, ..Fault::default() }));
    let sync = fixture.sync(JobKind::Audiences, &account).await;
    assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
    fixture.assert_equal(std::slice::from_ref(&account), &[ObjectKind::Audience]);
    let users = fixture.book.tiktok_users().unwrap();
    let revoked: Vec<_> = users.iter().filter(|user| user.state == UserState::NeedsAuthorization).collect();
    assert_eq!((users.len(), revoked.len()), (2, 1));
    let reported = fixture
        .events
        .lock()
        .unwrap()
        .iter()
        .any(|event| matches!(event, SyncEvent::SignInRequired { user } if user.id == revoked[0].id));
    assert!(reported);
    let pages = |page: &str| {
        let page = ("page".to_owned(), page.to_owned());
        fixture.sandbox.log(Some(AUDIENCES)).iter().filter(|entry| entry.query.contains(&page)).count()
    };
    assert_eq!((pages("1"), pages("40")), (1, 1), "no page was fetched twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_revoked_at_page_57_pauses_the_job_until_the_user_signs_in() {
    let (fixture, account) = sixty_pages(1).await;
    fixture.fault(AUDIENCES, Times::Number(1), at_page_57(Fault { revoke: true, ..Fault::default() }));
    let job = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
    let paused = fixture.until(job, |sync| sync.job.waits_for == Some(WaitsFor::SignIn)).await;
    assert_eq!(paused.job.state, JobState::Queued);
    // Ten pages are requested at a time, so any of the nine before may reach TikTok after page 57 and be refused too.
    assert!((4_700..=5_600).contains(&paused.job.done) && paused.job.done % 100 == 0, "{}", paused.job.done);
    let problem = paused.problem.unwrap();
    let details = problem.details.unwrap();
    assert_eq!((problem.code, details.tiktok_code), (ProblemCode::SignInRequired, Some(40105)));
    assert!(details.request_id.is_some());
    let later = fixture.syncs().request(JobKind::Campaigns, vec![account.clone()]).await.unwrap();
    assert_eq!(later.queued[0].waits_for, Some(WaitsFor::SignIn), "said at once");
    fixture.import(0).await;
    fixture.syncs().wake().await.unwrap();
    let sync = fixture.ended(job).await;
    assert_eq!(
        (sync.job.state, sync.job.counts.added, sync.job.counts.unchanged),
        (JobState::Done, 6_000, 0)
    );
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_lost_at_page_57_fails_only_that_job_and_marks_nothing_as_deleted() {
    let (fixture, account) = sixty_pages(1).await;
    assert_eq!(fixture.sync(JobKind::Audiences, &account).await.job.state, JobState::Done);
    fixture.fault(
        AUDIENCES,
        Times::Number(1),
        at_page_57(Fault { lose: true, account: Some(account.0.clone()), ..Fault::default() }),
    );
    let accounts = fixture.accounts();
    let jobs = fixture.request(JobKind::Audiences, &accounts).await;
    let failed = fixture.ended(jobs[0]).await;
    let problem = failed.problem.unwrap();
    assert_eq!((failed.job.state, problem.code), (JobState::Failed, ProblemCode::AccountLost));
    assert_eq!(problem.subject.as_deref(), Some(account.as_str()));
    assert_eq!(problem.details.unwrap().tiktok_code, Some(40001));
    assert_eq!(failed.job.counts.deleted, 0);
    for job in &jobs[1..] {
        assert_eq!(fixture.ended(*job).await.job.state, JobState::Done, "another account's job failed, too");
    }
    assert!(fixture.book.users_of(&account).unwrap().is_empty(), "A22: no access");
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_one_user_lost_is_synced_with_another_users_token() {
    let (fixture, account) = sixty_pages(2).await;
    fixture.fault(AUDIENCES, Times::Number(1), at_page_57(Fault { lose: true, ..Fault::default() }));
    let sync = fixture.sync(JobKind::Audiences, &account).await;
    assert_eq!((sync.job.state, sync.problem), (JobState::Done, None));
    assert_eq!(fixture.book.users_of(&account).unwrap().len(), 1);
    fixture.assert_equal(&[account], &[ObjectKind::Audience]);
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_without_permission_are_skipped_and_the_job_fails_if_all_are() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let denied = |endpoint: &str| Fault {
        code: Some(40001),
        message: Some(format!("advertiser does not grant you /{endpoint}/:GET permission")),
        ..Fault::default()
    };
    for (endpoints, state) in [
        (&["file/video/ad/info"][..], JobState::PartlyDone),
        (&["campaign/get", "adgroup/get"], JobState::Failed),
    ] {
        for endpoint in endpoints {
            fixture.fault(endpoint, Times::Forever, denied(endpoint));
        }
        let kind = if state == JobState::Failed { JobKind::Campaigns } else { JobKind::Account };
        let sync = fixture.sync(kind, &account).await;
        assert_eq!((sync.job.state, sync.problem.unwrap().code), (state, ProblemCode::NoPermission));
        fixture.sandbox.clear_faults();
    }
    fixture.assert_equal(
        std::slice::from_ref(&account),
        &[ObjectKind::Campaign, ObjectKind::AdGroup, ObjectKind::Ad],
    );
    assert_eq!(fixture.book.users_of(&account).unwrap().len(), 1, "the user still has access to the account");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_in_any_words_costs_an_account_that_is_still_there_no_access() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    for message in [
        "The access token lacks the required scope for endpoint /open_api/v1.3/campaign/get/".to_owned(),
        "You do not have permission to access this resource.".to_owned(),
        format!("No permission to operate advertiser {account}"),
        format!("The advertiser {account} doesn't exist or has been deleted."),
    ] {
        let refused = Fault { code: Some(40001), message: Some(message.clone()), ..Fault::default() };
        fixture.fault("campaign/get", Times::Forever, refused);
        let sync = fixture.sync(JobKind::Account, &account).await;
        let problem = sync.problem.unwrap();
        assert_eq!((sync.job.state, problem.code), (JobState::PartlyDone, ProblemCode::NoPermission));
        assert_eq!(problem.details.unwrap().message, message);
        assert_eq!(fixture.book.users_of(&account).unwrap().len(), 1, "{message}");
        fixture.sandbox.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_without_the_permission_for_details_keeps_every_account() {
    let fixture = Fixture::new(small()).await;
    let accounts = fixture.accounts();
    for message in ["The access token lacks the required scope", "You do not have permission"] {
        let refused = Fault { code: Some(40001), message: Some(message.to_owned()), ..Fault::default() };
        fixture.fault("advertiser/info", Times::Forever, refused);
        let before = fixture.sandbox.log(Some("advertiser/info")).len();
        fixture.import(0).await;
        assert!(fixture.sandbox.log(Some("advertiser/info")).len() - before <= 3);
        for account in &accounts {
            assert_eq!(fixture.book.users_of(account).unwrap().len(), 1, "{message}");
        }
        fixture.sandbox.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_without_a_connected_user_waits_and_one_without_any_user_fails() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let user = fixture.book.users_of(&account).unwrap().remove(0);
    fixture.book.set_user_state(&user.id, UserState::NeedsAuthorization).unwrap();
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let paused = fixture.until(job, |sync| sync.job.waits_for == Some(WaitsFor::SignIn)).await;
    assert_eq!(paused.problem.unwrap().subject, Some(user.name));
    fixture.syncs().cancel(job).await.unwrap();
    fixture.book.lose_access(&account, &user.id).unwrap();
    let sync = fixture.sync(JobKind::Campaigns, &account).await;
    assert_eq!((sync.job.state, sync.problem.unwrap().code), (JobState::Failed, ProblemCode::AccountLost));
}

/// Listens on this computer and reports whether anybody connected.
async fn listen() -> (String, Arc<AtomicBool>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/open_api/v1.3", listener.local_addr().unwrap());
    let connected = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&connected);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            seen.store(true, Ordering::Relaxed);
        }
    });
    (address, connected)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_names_another_server_gets_no_access_token() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    let app = fixture.book.tiktok_app().unwrap();
    let (address, connected) = listen().await;
    // Somebody else edits the file.
    fixture.book.save_tiktok_app(&TiktokApp { api_address: address, ..app.clone() }).unwrap();

    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let paused = fixture.until(job, |sync| sync.job.waits_for == Some(WaitsFor::SignIn)).await;
    let problem = paused.problem.unwrap();
    let own = fixture.sandbox.address();
    assert_eq!((problem.code, problem.subject), (ProblemCode::SignInForOtherServer, Some(own)));
    let state = || fixture.book.tiktok_users().unwrap()[0].state;
    assert_eq!(state(), UserState::NeedsAuthorization);
    let importer = fixture.importer();
    importer.check_sign_ins().await.unwrap();
    assert_eq!(state(), UserState::NeedsAuthorization);
    let user = fixture.book.tiktok_users().unwrap()[0].id.clone();
    let refused = importer.disconnect(&user, false).await.unwrap_err();
    assert_eq!(refused.code, ProblemCode::SignInForOtherServer);
    assert!(!connected.load(Ordering::Relaxed));

    // With the address corrected, the sign-in is valid again.
    fixture.book.save_tiktok_app(&app).unwrap();
    assert!(fixture.importer().check_sign_ins().await.unwrap());
    fixture.syncs().wake().await.unwrap();
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unencrypted_address_in_a_file_is_not_used() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    for address in
        ["http://192.0.2.1/open_api/v1.3", "https://user:password@192.0.2.1/", "file:///etc/passwd"]
    {
        let app = fixture.book.tiktok_app().unwrap();
        fixture.book.save_tiktok_app(&TiktokApp { api_address: address.into(), ..app }).unwrap();
        let sync = fixture.sync(JobKind::Campaigns, &account).await;
        let code = sync.problem.unwrap().code;
        assert_eq!((sync.job.state, code), (JobState::Failed, ProblemCode::ApiAddressInvalid), "{address}");
    }
}

//! Every code that TikTok publishes, on every endpoint that a sync asks.

use std::time::Duration;

use partner::facts::users::UserState;
use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::Activity;
use tiktok_sandbox::{Fault, Sizes, Times};

use crate::fixture::{Fixture, impatient, small};

/// A line each: a code and its class, as they are published.
const PUBLISHED: &str = include_str!("../../../tiktok-business/src/codes.txt");

const ENDPOINTS: [&str; 7] = [
    "advertiser/info",
    "campaign/get",
    "adgroup/get",
    "ad/get",
    "file/image/ad/info",
    "file/video/ad/info",
    "dmp/custom_audience/list",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_code_on_every_endpoint_has_the_effect_of_its_class() {
    let world = tiktok_sandbox::Options {
        users: 1,
        accounts: ENDPOINTS.len(),
        sizes: Sizes::each(3, 5, 8, 3),
        ..small()
    };
    let mut fixture = Fixture::new(world).await;
    fixture.stop().await;
    fixture.tune = impatient(&fixture.clock);
    fixture.start().await;
    let user = fixture.sandbox.users()[0].id.clone();
    let mut seen = 0;
    for line in PUBLISHED.lines() {
        let (code, class) = line.split_once(' ').unwrap();
        let code: i64 = code.parse().unwrap();
        // 0 is no fault; 20001 is one only without the data that comes with it.
        if class == "ok" {
            continue;
        }
        // Its text speaks of an auth code, which is the log-in's trouble.
        let class = if code == 40101 { "reauth" } else { class };
        seen += 1;
        // Throttling concerns all that ask the endpoint, so one at a time.
        let at_a_time = if class == "throttle" { 1 } else { ENDPOINTS.len() };
        let each: Vec<_> = ENDPOINTS.into_iter().zip(fixture.accounts()).collect();
        for some in each.chunks(at_a_time) {
            fail(&fixture, some, code, class).await;
            fixture.sandbox.clear_faults();
            // What throttling left behind.
            fixture.clock.advance(Duration::from_secs(3600));
        }
        let state = fixture.book.tiktok_user(&user).unwrap().unwrap().state;
        let died = class == "reauth";
        assert_eq!(state == UserState::NeedsAuthorization, died, "{code}");
        if died || class.ends_with("account") {
            fixture.import(0).await;
            fixture.syncs().wake().await.unwrap();
        }
    }
    assert_eq!(seen, 96);
    for account in fixture.accounts() {
        assert_eq!(fixture.sync(JobKind::Account, &account).await.job.state, JobState::Done);
    }
}

/// A sync for each of the endpoints, which answers the code for the ad account beside it.
async fn fail(fixture: &Fixture, endpoints: &[(&str, AdAccountId)], code: i64, class: &str) {
    for (endpoint, account) in endpoints {
        let fault = Fault { code: Some(code), account: Some(account.0.clone()), ..Fault::default() };
        fixture.fault(endpoint, Times::Forever, fault);
    }
    let mut jobs = Vec::new();
    for (endpoint, account) in endpoints {
        let audiences = *endpoint == "dmp/custom_audience/list";
        let kind = if audiences { JobKind::Audiences } else { JobKind::Account };
        jobs.push((*endpoint, fixture.ask(kind, std::slice::from_ref(account)).await[0]));
    }
    for (endpoint, job) in jobs {
        let settled =
            fixture.until(job, |sync| sync.job.state != JobState::Running && sync.problem.is_some()).await;
        check(code, class, endpoint, &settled);
        // One whose log-in died may have learnt it from the book.
        let told = settled.problem.unwrap().details.and_then(|details| details.tiktok_code);
        assert!(
            told == i32::try_from(code).ok() || (class == "reauth" && told.is_none()),
            "{code} {endpoint}"
        );
        fixture.syncs().cancel(job).await.unwrap();
    }
}

fn check(code: i64, class: &str, endpoint: &str, sync: &Activity) {
    let what = format!("{code} {class} {endpoint}: {sync:#?}");
    let told = sync.problem.as_ref().unwrap().code;
    let job = &sync.job;
    let (state, waits_for, until) = (job.state, job.waits_for, job.wait_until.is_some());
    let single = endpoint == "dmp/custom_audience/list";
    match class {
        "throttle" => {
            assert_eq!((state, waits_for, until), (JobState::Queued, Some(WaitsFor::Quota), true), "{what}");
            assert_eq!(told, ProblemCode::Throttled, "{what}");
        }
        "retry" | "retry_later" => {
            assert_eq!((state, waits_for, until), (JobState::Queued, None, true), "{what}");
            let later = class == "retry_later";
            assert_eq!(told == ProblemCode::Maintenance, later, "{what}");
        }
        "reauth" => {
            let waits = (JobState::Queued, Some(WaitsFor::SignIn), false);
            assert_eq!((state, waits_for, until), waits, "{what}");
            assert!(matches!(told, ProblemCode::LoginNeeded | ProblemCode::AuthCodeUsed), "{what}");
        }
        "app" => {
            assert_eq!((state, told), (JobState::Failed, expected_of_app(code)), "{what}");
        }
        // The text that goes with 40002 speaks of an account.
        "account" | "bug_or_account" => {
            assert_eq!((state, told), (JobState::Failed, ProblemCode::AccountLost), "{what}")
        }
        "bug" => {
            let end = if single { JobState::Failed } else { JobState::PartlyDone };
            assert_eq!((state, told), (end, ProblemCode::TiktokRefused), "{what}");
        }
        other => panic!("{other}"),
    }
}

fn expected_of_app(code: i64) -> ProblemCode {
    if code == 41000 { ProblemCode::CountryBlocked } else { ProblemCode::AppKeysWrong }
}

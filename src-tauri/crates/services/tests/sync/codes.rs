//! Every published return code of TikTok on every endpoint that a sync uses.

use std::time::Duration;

use partner::facts::users::UserState;
use partner::ids::AdAccountId;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::problem::ProblemCode;
use services::sync::Activity;
use tiktok_sandbox::{Fault, Sizes, Times};

use crate::fixture::{Fixture, small, without_retries};

/// A code and its class per line.
const PUBLISHED: &str = include_str!("../../../tiktok-business/src/codes.txt");

const DETAILS: &str = "advertiser/info";
const AUDIENCES: &str = "dmp/custom_audience/list";

const ENDPOINTS: [&str; 7] =
    [DETAILS, "campaign/get", "adgroup/get", "ad/get", "file/image/ad/info", "file/video/ad/info", AUDIENCES];

#[tokio::test(flavor = "multi_thread")]
async fn every_code_on_every_endpoint_has_the_effect_of_its_class() {
    let options = tiktok_sandbox::Options {
        users: 1,
        accounts: ENDPOINTS.len(),
        sizes: Sizes::each(3, 5, 8, 3),
        ..small()
    };
    let mut fixture = Fixture::new(options).await;
    fixture.stop().await;
    fixture.configure_client = without_retries(&fixture.clock);
    fixture.start().await;
    let user = fixture.sandbox.users()[0].id.clone();
    let mut seen = 0;
    for line in PUBLISHED.lines() {
        let (code, class) = line.split_once(' ').unwrap();
        let code: i64 = code.parse().unwrap();
        // 0 means success, and so does 20001 when the response has data.
        if class == "ok" {
            continue;
        }
        // The message of 40101 mentions an auth code, so it is classified as an expired sign-in.
        let class = if code == 40101 { "reauth" } else { class };
        seen += 1;
        // Throttling affects all jobs that use the endpoint, so these are tested one at a time.
        let at_a_time = if class == "throttle" { 1 } else { ENDPOINTS.len() };
        let each: Vec<_> = ENDPOINTS.into_iter().zip(fixture.accounts()).collect();
        for some in each.chunks(at_a_time) {
            fail(&fixture, some, code, class).await;
            fixture.sandbox.clear_faults();
            // Ends all blocks.
            fixture.clock.advance(Duration::from_secs(3600));
        }
        let state = fixture.book.tiktok_user(&user).unwrap().unwrap().state;
        let rejected = class == "reauth";
        assert_eq!(state == UserState::NeedsAuthorization, rejected, "{code}");
        if rejected || class.ends_with("account") {
            fixture.import(0).await;
            fixture.syncs().wake().await.unwrap();
        }
    }
    assert_eq!(seen, 96);
    for account in fixture.accounts() {
        assert_eq!(fixture.sync(JobKind::Account, &account).await.job.state, JobState::Done);
    }
}

/// Lets each endpoint return the code for the ad account beside it, and syncs these accounts.
async fn fail(fixture: &Fixture, endpoints: &[(&str, AdAccountId)], code: i64, class: &str) {
    for (endpoint, account) in endpoints {
        let fault = Fault { code: Some(code), account: Some(account.0.clone()), ..Fault::default() };
        if class.ends_with("account") && *endpoint != DETAILS {
            // The account is lost after the job has read its details.
            let skip = u32::from(*endpoint != AUDIENCES);
            fixture.fault(DETAILS, Times::Forever, Fault { skip, ..fault.clone() });
        }
        fixture.fault(endpoint, Times::Forever, fault);
    }
    let mut jobs = Vec::new();
    for (endpoint, account) in endpoints {
        let kind = if *endpoint == AUDIENCES { JobKind::Audiences } else { JobKind::Account };
        jobs.push((*endpoint, fixture.request(kind, std::slice::from_ref(account)).await[0]));
    }
    for (endpoint, job) in jobs {
        let sync =
            fixture.until(job, |sync| sync.job.state != JobState::Running && sync.problem.is_some()).await;
        check(code, class, endpoint, &sync);
        // A job can also learn from the book that the user has to sign in.
        let tiktok_code = sync.problem.unwrap().details.and_then(|details| details.tiktok_code);
        assert!(
            tiktok_code == i32::try_from(code).ok() || (class == "reauth" && tiktok_code.is_none()),
            "{code} {endpoint}"
        );
        fixture.syncs().cancel(job).await.unwrap();
    }
}

fn check(code: i64, class: &str, endpoint: &str, sync: &Activity) {
    let what = format!("{code} {class} {endpoint}: {sync:#?}");
    let problem = sync.problem.as_ref().unwrap().code;
    let job = &sync.job;
    let (state, waits_for, until) = (job.state, job.waits_for, job.wait_until.is_some());
    let single = endpoint == AUDIENCES;
    match class {
        "throttle" => {
            assert_eq!((state, waits_for, until), (JobState::Queued, Some(WaitsFor::Quota), true), "{what}");
            assert_eq!(problem, ProblemCode::Throttled, "{what}");
        }
        "retry" => {
            assert_eq!((state, waits_for, until), (JobState::Queued, None, true), "{what}");
            assert_ne!(problem, ProblemCode::Maintenance, "{what}");
        }
        "retry_later" => {
            let expected = (JobState::Queued, Some(WaitsFor::Maintenance), true);
            assert_eq!((state, waits_for, until), expected, "{what}");
            assert_eq!(problem, ProblemCode::Maintenance, "{what}");
        }
        "reauth" => {
            let expected = (JobState::Queued, Some(WaitsFor::SignIn), false);
            assert_eq!((state, waits_for, until), expected, "{what}");
            assert!(matches!(problem, ProblemCode::SignInRequired | ProblemCode::AuthCodeUsed), "{what}");
        }
        "app" => {
            assert_eq!((state, problem), (JobState::Failed, app_problem(code)), "{what}");
        }
        // The message of 40002 mentions an account.
        "account" | "bug_or_account" => {
            assert_eq!((state, problem), (JobState::Failed, ProblemCode::AccountLost), "{what}")
        }
        "bug" => {
            let end = if single { JobState::Failed } else { JobState::PartlyDone };
            assert_eq!((state, problem), (end, ProblemCode::TiktokRefused), "{what}");
        }
        other => panic!("{other}"),
    }
}

fn app_problem(code: i64) -> ProblemCode {
    if code == 41000 { ProblemCode::CountryBlocked } else { ProblemCode::AppCredentialsRejected }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_nobody_published_is_shown_as_it_is_and_has_the_effect_of_its_hundreds() {
    let mut fixture = Fixture::new(tiktok_sandbox::Options { users: 1, ..small() }).await;
    fixture.stop().await;
    fixture.configure_client = without_retries(&fixture.clock);
    fixture.start().await;
    let account = fixture.account();
    for (code, class) in
        [(40199, "reauth"), (50999, "retry"), (59999, "retry"), (40777, "bug"), (9_999_999_999, "bug")]
    {
        let message = format!("Brand new {code}");
        let fault = Fault { code: Some(code), message: Some(message.clone()), ..Fault::default() };
        fixture.fault(AUDIENCES, Times::Forever, fault);
        let job = fixture.request(JobKind::Audiences, std::slice::from_ref(&account)).await[0];
        let sync =
            fixture.until(job, |sync| sync.job.state != JobState::Running && sync.problem.is_some()).await;
        check(code, class, AUDIENCES, &sync);
        let details = sync.problem.unwrap().details.unwrap();
        let shown = format!("{} {:?}", details.message, details.tiktok_code);
        assert!(shown.contains(&message) && shown.contains(&code.to_string()), "{shown}");
        assert!(details.request_id.is_some_and(|id| id.len() == 34), "{code}");
        fixture.syncs().cancel(job).await.unwrap();
        fixture.sandbox.clear_faults();
        fixture.clock.advance(Duration::from_secs(3600));
        fixture.import(0).await;
        fixture.syncs().wake().await.unwrap();
    }
}

//! Certificates and clocks that keep TikTok from being reached, proxies, and servers that ask to wait.

use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use serde_json::json;
use services::problem::ProblemCode;
use tiktok_sandbox::{Fault, ObjectKind, Refusal, Times};

use crate::fixture::{Fixture, small};

#[tokio::test(flavor = "multi_thread")]
async fn syncs_wait_for_a_trusted_certificate_or_the_right_date_and_continue_when_it_is_repaired() {
    use ProblemCode::{Certificate, Clock};
    for (certificate, waits_for, code, next) in [
        ("self_signed", WaitsFor::Certificate, Certificate, "expired"),
        ("other_host", WaitsFor::Certificate, Certificate, "not_yet_valid"),
        ("expired", WaitsFor::Clock, Clock, "self_signed"),
        ("not_yet_valid", WaitsFor::Clock, Clock, "other_host"),
    ] {
        let fixture = Fixture::new(small()).await;
        let accounts = fixture.accounts();
        fixture.control("behaviour", json!({ "certificate": certificate })).await;
        fixture.set_api_address(&fixture.sandbox.https_api_address()).await;
        let mut jobs = fixture.request(JobKind::Campaigns, &accounts).await;
        fixture.until(jobs[0], |sync| sync.job.waits_for == Some(waits_for)).await;
        jobs.extend(fixture.request(JobKind::Audiences, &accounts[..1]).await);
        for job in &jobs {
            let paused = fixture.until(*job, |sync| sync.job.waits_for == Some(waits_for)).await;
            assert_eq!(paused.job.state, JobState::Queued);
            assert_eq!(paused.problem.unwrap().code, code, "{certificate}");
        }
        // A probe that fails for another reason says so.
        fixture.control("behaviour", json!({ "certificate": next })).await;
        fixture.clock.advance(Duration::from_secs(61));
        for job in &jobs {
            fixture.until(*job, |sync| sync.job.waits_for.is_some_and(|now| now != waits_for)).await;
        }
        fixture.set_api_address(&fixture.sandbox.api_address()).await;
        fixture.clock.advance(Duration::from_secs(61));
        for job in jobs {
            assert_eq!(fixture.ended(job).await.job.state, JobState::Done, "{certificate}");
        }
    }
}

/// The file from which the child process reads the trusted certificates, as OpenSSL does.
const TRUSTED: &str = "SSL_CERT_FILE";

#[test]
fn a_sync_continues_when_the_computer_trusts_the_certificate_that_it_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let ended = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "connections::trust_a_certificate", "--ignored"])
        .env(TRUSTED, dir.path().join("trusted.pem"))
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

/// Not a test, but the process whose environment names the trusted certificates.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test above"]
async fn trust_a_certificate() {
    let trusted = std::env::var_os(TRUSTED).unwrap();
    let other = rcgen::generate_simple_self_signed(["other.example.com".to_owned()]).unwrap();
    std::fs::write(&trusted, other.cert.pem()).unwrap();
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    fixture.set_api_address(&fixture.sandbox.https_api_address()).await;
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    fixture.until(job, |sync| sync.job.waits_for == Some(WaitsFor::Certificate)).await;
    let der = BASE64_STANDARD.encode(fixture.sandbox.certificate());
    std::fs::write(&trusted, format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n"))
        .unwrap();
    fixture.clock.advance(Duration::from_secs(61));
    assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    fixture.assert_equal(&[account], &[ObjectKind::Campaign, ObjectKind::AdGroup]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_waits_as_long_as_the_server_asks_for_and_then_continues() {
    let fixture = Fixture::new(small()).await;
    let account = fixture.account();
    for (status, waits_for, code) in
        [(429, Some(WaitsFor::Quota), ProblemCode::Throttled), (503, None, ProblemCode::TiktokUnavailable)]
    {
        let busy = Fault { status: Some(status), retry_after: Some("1200".to_owned()), ..Fault::default() };
        fixture.fault("campaign/get", Times::Number(1), busy);
        let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
        let paused = fixture.until(job, |sync| sync.job.wait_until.is_some()).await;
        assert_eq!((paused.job.waits_for, paused.problem.unwrap().code), (waits_for, code));
        let wait = paused.job.wait_until.unwrap() - paused.job.requested_at;
        assert!((1_190_000..1_230_000).contains(&wait), "{status}: {wait}");
        let requests = fixture.sandbox.log(Some("campaign/get")).len();
        fixture.clock.advance(Duration::from_secs(1_100));
        fixture.sync(JobKind::Audiences, &account).await;
        assert_eq!(fixture.sandbox.log(Some("campaign/get")).len(), requests, "{status}: asked too early");
        fixture.clock.advance(Duration::from_secs(200));
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_of_a_refusal_is_told_from_a_lost_account() {
    for refusal in [Refusal::Account, Refusal::Deleted, Refusal::Endpoint, Refusal::Scope, Refusal::Plain] {
        let fixture = Fixture::new(small()).await;
        let account = fixture.account();
        let refused = Fault { refusal: Some(refusal), ..Fault::default() };
        fixture.fault("dmp/custom_audience/list", Times::Forever, refused.clone());
        let sync = fixture.sync(JobKind::Audiences, &account).await;
        let (code, expected) = (sync.problem.unwrap().code, ProblemCode::NoPermission);
        assert_eq!((sync.job.state, code), (JobState::Failed, expected), "{refusal:?}");
        assert_eq!(fixture.book.users_of(&account).unwrap().len(), 1, "{refusal:?}");
        // The account's own details are refused as well, in words that blame the account.
        fixture.fault("advertiser/info", Times::Forever, refused);
        let sync = fixture.sync(JobKind::Audiences, &account).await;
        let lost = matches!(refusal, Refusal::Account | Refusal::Deleted);
        let expected = if lost { ProblemCode::AccountLost } else { ProblemCode::NoPermission };
        assert_eq!(sync.problem.unwrap().code, expected, "{refusal:?}");
        assert_eq!(fixture.book.users_of(&account).unwrap().is_empty(), lost, "{refusal:?}");
    }
}

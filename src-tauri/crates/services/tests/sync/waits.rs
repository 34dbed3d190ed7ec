//! Whatever a job waits for wakes it, also after a restart in between.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use partner::facts::tiktok_app::TiktokApp;
use partner::sync_jobs::job::{JobKind, JobState, WaitsFor};
use services::secrets::{SecretStore, SecretString, Settings};
use tiktok_business::{Options, Proxy};
use tiktok_sandbox::{Fault, ObjectKind, Times};

use crate::fixture::{Fixture, small, without_retries};

const PASSPHRASE: &str = "a long passphrase";

/// What ends a wait.
#[derive(Debug, Clone, Copy)]
enum End {
    /// A probe of the network succeeds.
    Probe,
    /// The system reports a network.
    NetworkIsBack,
    /// The time that TikTok asked for, or the default, has passed.
    TimeHasPassed,
    /// The TikTok user signs in.
    SignIn,
    /// The encrypted file is unlocked.
    Unlock,
    /// The admin gives the encrypted file up, keeps secrets in memory and signs in.
    SignInAgain,
    /// The TikTok app is saved.
    AppSaved,
    /// An admin requests the sync again, when what it waits for is there without anybody having noticed.
    Request,
}

/// What ends each wait. A new kind of wait does not compile without an end.
fn ends(waits_for: WaitsFor) -> &'static [End] {
    match waits_for {
        WaitsFor::Network | WaitsFor::Certificate | WaitsFor::Clock | WaitsFor::Proxy => {
            &[End::Probe, End::NetworkIsBack, End::Request]
        }
        WaitsFor::Quota | WaitsFor::Maintenance => &[End::TimeHasPassed],
        WaitsFor::SignIn => &[End::SignIn],
        WaitsFor::Secrets => &[End::Unlock, End::SignInAgain],
        WaitsFor::App => &[End::AppSaved, End::Request],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_sync_waits_for_wakes_it() {
    for &waits_for in WaitsFor::ALL {
        for end in ends(waits_for) {
            let fixture = waiting(waits_for).await;
            fixture.end_wait(*end).await;
            fixture.assert_done(&format!("{waits_for:?}, {end:?}")).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_sync_waits_for_wakes_it_after_a_restart() {
    for &waits_for in WaitsFor::ALL {
        for end in ends(waits_for) {
            let mut fixture = waiting(waits_for).await;
            fixture.fixture.stop().await;
            fixture.fixture.start().await;
            fixture.fixture.until(fixture.job, |sync| sync.job.waits_for == Some(waits_for)).await;
            fixture.end_wait(*end).await;
            fixture.assert_done(&format!("{waits_for:?}, restart, {end:?}")).await;
        }
    }
}

/// What a sync waits for can also end while the program does not run.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_wakes_a_sync_whatever_it_waits_for() {
    for &waits_for in WaitsFor::ALL {
        let mut fixture = waiting(waits_for).await;
        fixture.fixture.stop().await;
        fixture.prepare_end(ends(waits_for)[0]).await;
        fixture.fixture.start().await;
        fixture.assert_done(&format!("{waits_for:?}, ended before a restart")).await;
    }
}

/// Each attempt would prompt for the keychain's password.
#[tokio::test(flavor = "multi_thread")]
async fn syncs_that_have_not_started_wait_for_locked_secrets_without_an_attempt() {
    let sizes = tiktok_sandbox::Sizes::each(0, 0, 0, 0);
    let options = tiktok_sandbox::Options { users: 1, accounts: 30, sizes, ..small() };
    let mut fixture = Fixture::new(options).await;
    fixture.lock_secrets().await;
    let jobs = fixture.request(JobKind::Campaigns, &fixture.accounts()).await;
    for job in &jobs {
        fixture.until(*job, |sync| sync.job.waits_for == Some(WaitsFor::Secrets)).await;
    }
    let started = jobs.iter().filter(|job| fixture.job(**job).job.started_at.is_some()).count();
    assert_eq!((jobs.len(), started), (30, 8), "as many as run at a time");
    fixture.secrets.unlock(SecretString::from(PASSPHRASE)).await.unwrap();
    for job in jobs {
        assert_eq!(fixture.ended(job).await.job.state, JobState::Done);
    }
}

impl Fixture {
    /// Restarts with an encrypted file that is locked.
    async fn lock_secrets(&mut self) {
        self.stop().await;
        self.secrets.encrypt(SecretString::from(PASSPHRASE)).await.unwrap();
        let settings = Settings { scrypt_log_n: 1, ..Settings::default() };
        self.secrets = SecretStore::new(self.encrypted_file(), settings);
        self.start().await;
    }
}

struct Waiting {
    fixture: Fixture,
    job: i64,
    /// The app before it was removed or moved.
    app: TiktokApp,
}

/// A sync that waits for `waits_for`.
async fn waiting(waits_for: WaitsFor) -> Waiting {
    let mut fixture = Fixture::new(small()).await;
    let app = fixture.book.tiktok_app().unwrap();
    let account = fixture.account();
    match waits_for {
        WaitsFor::Network => {
            fixture.set_api_address("https://no-such-name.invalid/open_api/v1.3").await;
        }
        WaitsFor::Certificate | WaitsFor::Clock => {
            let certificate = if waits_for == WaitsFor::Clock { "expired" } else { "self_signed" };
            fixture.control("behaviour", serde_json::json!({ "certificate": certificate })).await;
            fixture.set_api_address(&fixture.sandbox.https_api_address()).await;
        }
        WaitsFor::Proxy => {
            fixture.stop().await;
            let configure = fixture.configure_client.clone();
            fixture.configure_client = Arc::new(move |options| {
                // Nothing listens there. The simulator's own address is reached without a proxy.
                let proxy = Some(Proxy::parse("socks5h://127.0.0.1:9").unwrap());
                Options { proxy, ..configure(options) }
            });
            fixture.start().await;
            fixture.set_api_address("https://business-api.example/open_api/v1.3").await;
        }
        WaitsFor::Quota => {
            fixture.stop().await;
            fixture.configure_client = without_retries(&fixture.clock);
            fixture.start().await;
            let limited = Fault { code: Some(40133), ..Fault::default() };
            fixture.fault("campaign/get", Times::Number(1), limited);
        }
        WaitsFor::Maintenance => {
            fixture.fault("campaign/get", Times::Number(1), Fault { code: Some(60001), ..Fault::default() });
        }
        WaitsFor::SignIn => {
            fixture.fault("campaign/get", Times::Number(1), Fault { revoke: true, ..Fault::default() });
        }
        WaitsFor::Secrets => fixture.lock_secrets().await,
        WaitsFor::App => {
            fixture.book.save_tiktok_app(&TiktokApp { app_id: String::new(), ..app.clone() }).unwrap();
        }
    }
    let job = fixture.request(JobKind::Campaigns, std::slice::from_ref(&account)).await[0];
    let paused = fixture.until(job, |sync| sync.job.waits_for.is_some()).await;
    assert_eq!(paused.job.waits_for, Some(waits_for), "{:?}", paused.problem);
    Waiting { fixture, job, app }
}

impl Waiting {
    /// Makes available what the sync waits for, without telling it.
    async fn prepare_end(&self, end: End) {
        let fixture = &self.fixture;
        match end {
            End::Probe | End::NetworkIsBack | End::AppSaved | End::Request => {
                fixture.set_api_address(&self.app.api_address).await;
                fixture.book.save_tiktok_app(&self.app).unwrap();
            }
            End::TimeHasPassed => {
                let wait = Duration::from_secs(24 * 60 * 60);
                fixture.sandbox.advance(SignedDuration::try_from(wait).unwrap());
                fixture.clock.advance(wait);
            }
            End::SignIn => fixture.import(0).await,
            End::Unlock => fixture.secrets.unlock(SecretString::from(PASSPHRASE)).await.unwrap(),
            End::SignInAgain => {
                fixture.secrets.keep_in_memory().await;
                fixture.import(0).await;
            }
        }
    }

    /// Ends the wait as the application does.
    async fn end_wait(&self, end: End) {
        self.prepare_end(end).await;
        let syncs = self.fixture.syncs();
        match end {
            End::Probe => self.fixture.clock.advance(Duration::from_secs(61)),
            // By the clock and by the store of secrets.
            End::TimeHasPassed | End::Unlock => {}
            End::NetworkIsBack | End::SignIn | End::SignInAgain | End::AppSaved => {
                syncs.wake().await.unwrap();
            }
            End::Request => {
                let again = syncs.request(JobKind::Campaigns, vec![self.fixture.account()]).await.unwrap();
                assert_eq!((again.queued.len(), again.running[0].id), (0, self.job));
            }
        }
    }

    async fn assert_done(&self, what: &str) {
        let ended = self.fixture.ended(self.job).await;
        assert_eq!(ended.job.state, JobState::Done, "{what}: {:?}", ended.problem);
        self.fixture.assert_equal(&[self.fixture.account()], &[ObjectKind::Campaign]);
    }
}

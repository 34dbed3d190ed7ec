//! A full sync of a million objects: its speed, its memory use, and how long a Save takes in the meantime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use partner::decisions::{Action, AddToDirectory, Change, NewXpoAccount, Rename, Renamed, XpoState};
use partner::facts::record::WriteCounts;
use partner::ids::XpoAccountId;
use partner::sync_jobs::job::JobKind;
use services::sync::{Setup, SyncEvent, Syncs};
use tokio::sync::mpsc;

use crate::simulator::{Partner, Scenario, Simulator, without_rate_limits};
use crate::table::{Measure, median, percentile};
use crate::{floor, sdk};

/// Syncs a million objects, without rate limits or network delays.
pub async fn million_objects() -> Vec<Measure> {
    let scale: u32 = if std::env::var_os("BENCH_QUICK").is_some() { 8 } else { 40 };
    let scenario = Scenario {
        accounts: scale as usize,
        sizes: [2_000, 7_000, 15_500, 500],
        rate_limits: false,
        max_delay_ms: 0,
    };
    measure("", scenario).await
}

/// Syncs fewer objects, from a server that takes up to 0.6 seconds to respond.
pub async fn slow_network() -> Vec<Measure> {
    let scenario =
        Scenario { accounts: 12, sizes: [500, 1_750, 3_900, 120], rate_limits: false, max_delay_ms: 600 };
    let mut measures = measure("slow network, ", scenario).await;
    measures.truncate(2);
    measures
}

async fn measure(label: &str, scenario: Scenario) -> Vec<Measure> {
    let simulator = Simulator::start(scenario);
    let partner = Partner::new(&simulator.access).await;
    assert_eq!(partner.accounts.len(), scenario.accounts);

    let before = memory();
    let setup = Setup {
        configure_client: Arc::new(without_rate_limits),
        ..Setup::new(partner.book.clone(), partner.secrets.clone(), "Bench/1")
    };
    let (syncs, mut ends) = start(setup).await;
    let finished = Arc::new(AtomicBool::new(false));
    let saves = saves(&partner, finished.clone());
    let peak = peak(finished.clone());
    let (started, cpu_before) = (Instant::now(), cpu_seconds());
    let objects = sync_all(&syncs, &partner, &mut ends).await.added;
    let duration = started.elapsed();
    let cpu = cpu_seconds() - cpu_before;
    finished.store(true, Ordering::Relaxed);
    let (saves, peak) = (saves.join().unwrap(), peak.join().unwrap());
    let cpu_before = cpu_seconds();
    let again = sync_all(&syncs, &partner, &mut ends).await;
    let cpu_again = cpu_seconds() - cpu_before;
    assert_eq!((again.added, again.changed), (0, 0));
    syncs.stop().await.unwrap();
    // Everything but promoted posts, which syncs leave out.
    assert!(
        f64::from(objects) > 0.95 * f64::from(scenario.sizes.iter().sum::<u32>()) * scenario.accounts as f64
    );

    let pages = floor::pages(&partner);
    let cpu_before = cpu_seconds();
    let (floor, bytes) = floor::fetch(&simulator.access, &pages).await;
    let cpu_floor = cpu_seconds() - cpu_before;
    let file = std::fs::metadata(&partner.path).unwrap().len() as f64 / 1e6;
    let official = sdk::read(&simulator.access, &partner);
    // A million objects take as many seconds as one takes microseconds.
    let million = |seconds: f64| seconds * 1e6 / f64::from(objects);
    println!(
        "{objects} objects: {:.0} per second, floor {:.0}, SDK {:.0}; {} pages, {:.0} MB",
        f64::from(objects) / duration.as_secs_f64(),
        f64::from(objects) / floor.as_secs_f64(),
        1.0 / official.as_secs_f64(),
        pages.len(),
        bytes as f64 / 1e6,
    );
    let p95 = percentile(saves.iter().copied(), 0.95);
    println!("{} Saves, median {:.1} ms, p95 {p95:.1} ms", saves.len(), median(saves.iter().copied()));
    vec![
        Measure {
            name: format!("sync: {label}a million objects vs. only fetching"),
            value: million(duration.as_secs_f64()),
            unit: "s",
            floor: million(floor.as_secs_f64()),
            aim: 2.0,
            limit: None,
        },
        Measure {
            name: format!("sync: {label}a million objects vs. TikTok's SDK"),
            value: million(duration.as_secs_f64()),
            unit: "s",
            floor: official.as_secs_f64() * 1e6,
            aim: if scenario.max_delay_ms > 0 { 1.0 / 40.0 } else { 1.0 / 5.0 },
            limit: None,
        },
        Measure {
            name: "sync: CPU time of a million objects".into(),
            value: million(cpu),
            unit: "s",
            floor: million(cpu_floor),
            aim: 12.0 / million(cpu_floor),
            limit: None,
        },
        Measure {
            name: "sync: CPU time of a million unchanged objects".into(),
            value: million(cpu_again),
            unit: "s",
            floor: million(cpu_floor),
            aim: 5.0 / million(cpu_floor),
            limit: None,
        },
        Measure {
            name: "sync: size of the file vs. the JSON in it".into(),
            value: file,
            unit: "MB",
            floor: bytes as f64 / 1e6,
            aim: 0.3,
            limit: None,
        },
        Measure {
            name: "sync: memory growth".into(),
            value: peak - before,
            unit: "MB",
            floor: 60.0,
            aim: 40.0 / 60.0,
            limit: Some(60.0),
        },
        Measure {
            name: "sync: Save during a sync (p95)".into(),
            value: p95,
            unit: "ms",
            floor: 50.0,
            aim: 20.0 / 50.0,
            limit: Some(50.0),
        },
    ]
}

/// Syncs all ad accounts, and returns the sum of their counts.
async fn sync_all(
    syncs: &Syncs,
    partner: &Partner,
    ends: &mut mpsc::UnboundedReceiver<SyncEvent>,
) -> WriteCounts {
    for kind in [JobKind::Account, JobKind::Audiences] {
        syncs.request(kind, partner.accounts.clone()).await.unwrap();
    }
    let mut counts = WriteCounts::default();
    for _ in 0..2 * partner.accounts.len() {
        let SyncEvent::Ended { sync, .. } = ends.recv().await.unwrap() else { continue };
        assert_eq!(sync.problem, None, "{sync:#?}");
        counts.added += sync.job.counts.added;
        counts.changed += sync.job.counts.changed;
    }
    counts
}

/// Starts syncs. Returns them with a channel that receives their end events.
pub async fn start(setup: Setup) -> (Syncs, mpsc::UnboundedReceiver<SyncEvent>) {
    let (sender, ends) = mpsc::unbounded_channel();
    let observer = Arc::new(move |event| {
        if matches!(event, SyncEvent::Ended { .. }) {
            sender.send(event).unwrap();
        }
    });
    (Syncs::start(setup, observer).await.unwrap(), ends)
}

/// Saves a change ten times a second until `finished` is set. Returns the durations in milliseconds.
fn saves(partner: &Partner, finished: Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<f64>> {
    let book = partner.book.clone();
    let id = XpoAccountId("00000000-0000-7000-8000-000000000001".into());
    let account = NewXpoAccount { id: id.clone(), name: "Client".into(), state: XpoState::Active };
    let add = Action::AddToDirectory(AddToDirectory { accounts: vec![account], advertisers: Vec::new() });
    book.commit(&Change::now("ana", add)).unwrap();
    std::thread::spawn(move || {
        let mut durations = Vec::new();
        for n in 0.. {
            if finished.load(Ordering::Relaxed) {
                break;
            }
            let rename = Action::Rename(Rename {
                object: Renamed::XpoAccount(id.clone()),
                name: format!("Client {n}"),
            });
            let change = Change::now("ana", rename);
            let started = Instant::now();
            assert!(book.commit(&change).unwrap().entry.is_some());
            durations.push(started.elapsed().as_secs_f64() * 1_000.0);
            std::thread::sleep(Duration::from_millis(100));
        }
        durations
    })
}

/// Samples the memory of this process until `finished` is set. Returns the maximum in megabytes.
fn peak(finished: Arc<AtomicBool>) -> std::thread::JoinHandle<f64> {
    std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        while !finished.load(Ordering::Relaxed) {
            peak = peak.max(memory());
            std::thread::sleep(Duration::from_millis(50));
        }
        peak
    })
}

fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1_024.0
}

/// Returns the CPU time of this process, in user and kernel mode.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // `utime` and `stime`, in hundredths of a second.
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

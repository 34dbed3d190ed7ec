//! A full sync of a million objects: how fast, with how much memory, and how long a Save waits meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use partner::decisions::{Action, AddToDirectory, Change, NewXpoAccount, Rename, Renamed, XpoState};
use partner::ids::XpoAccountId;
use partner::sync_jobs::job::JobKind;
use services::sync::{Setup, SyncEvent, Syncs};
use tokio::sync::mpsc;

use crate::table::{Measure, median, percentile};
use crate::world::{Partner, Simulator, Wanted, unlimited};
use crate::{floor, sdk};

/// A million objects as fast as this computer can.
pub async fn million() -> Vec<Measure> {
    let scale: u32 = std::env::var("BENCH_ACCOUNTS").ok().and_then(|n| n.parse().ok()).unwrap_or(40);
    let wanted =
        Wanted { accounts: scale as usize, each: [2_000, 7_000, 15_500, 500], limits: false, delay: 0 };
    measure("", wanted).await
}

/// Fewer objects, from a server that takes up to 0.6 seconds for an answer.
pub async fn from_afar() -> Vec<Measure> {
    let wanted = Wanted { accounts: 12, each: [500, 1_750, 3_900, 120], limits: false, delay: 600 };
    let mut measures = measure("from afar, ", wanted).await;
    measures.truncate(2);
    measures
}

async fn measure(what: &str, wanted: Wanted) -> Vec<Measure> {
    let simulator = Simulator::start(wanted);
    let partner = Partner::new(&simulator.told).await;
    assert_eq!(partner.accounts.len(), wanted.accounts);

    let before = memory();
    let setup = Setup {
        tune: Arc::new(unlimited),
        ..Setup::new(partner.book.clone(), partner.keys.clone(), "Bench/1")
    };
    let (syncs, mut ends) = begin(setup).await;
    let over = Arc::new(AtomicBool::new(false));
    let saves = saves(&partner, over.clone());
    let peak = peak(over.clone());
    let (started, worked) = (Instant::now(), processor());
    for kind in [JobKind::Account, JobKind::Audiences] {
        syncs.request(kind, partner.accounts.clone()).await.unwrap();
    }
    let mut objects = 0;
    for _ in 0..2 * partner.accounts.len() {
        let SyncEvent::Ended { sync } = ends.recv().await.unwrap() else { continue };
        assert_eq!(sync.problem, None, "{sync:#?}");
        objects += sync.job.counts.added;
    }
    let ours = started.elapsed();
    let work = processor() - worked;
    over.store(true, Ordering::Relaxed);
    let (saves, peak) = (saves.join().unwrap(), peak.join().unwrap());
    syncs.stop().await.unwrap();
    // All but the promoted posts, which nobody asked for.
    assert!(f64::from(objects) > 0.95 * f64::from(wanted.each.iter().sum::<u32>()) * wanted.accounts as f64);

    let pages = floor::pages(&partner);
    let (least, bytes) = floor::fetch(&simulator.told, &pages).await;
    let official = sdk::read(&simulator.told, &partner);
    let per_object = |time: Duration| time.as_secs_f64() * 1_000.0 / f64::from(objects) * 1_000.0;
    println!(
        "{objects} objects: {:.0} a second ({:.1} µs of a processor each), floor {:.0}, SDK {:.0}; {} pages, {:.0} MB",
        f64::from(objects) / ours.as_secs_f64(),
        work * 1e6 / f64::from(objects),
        f64::from(objects) / least.as_secs_f64(),
        1.0 / official.as_secs_f64(),
        pages.len(),
        bytes as f64 / 1e6,
    );
    let slow = percentile(saves.iter().copied(), 0.95);
    println!(
        "{} Saves, half of them within {:.1} ms, p95 {slow:.1}",
        saves.len(),
        median(saves.iter().copied())
    );
    vec![
        Measure {
            name: format!("sync: {what}1,000 objects into the book, beside only fetching"),
            value: per_object(ours),
            unit: "ms",
            floor: per_object(least),
            aim: 1.0 / 0.7,
            limit: None,
        },
        Measure {
            name: format!("sync: {what}1,000 objects into the book, beside TikTok's SDK"),
            value: per_object(ours),
            unit: "ms",
            floor: official.as_secs_f64() * 1_000_000.0,
            aim: 1.0 / 15.0,
            limit: None,
        },
        Measure {
            name: "sync: growth of memory".into(),
            value: peak - before,
            unit: "MB",
            floor: 60.0,
            aim: 1.0,
            limit: Some(60.0),
        },
        Measure {
            name: "sync: a Save meanwhile (p95)".into(),
            value: slow,
            unit: "ms",
            floor: 50.0,
            aim: 1.0,
            limit: Some(50.0),
        },
    ]
}

/// Syncs, and what tells that one ended.
pub async fn begin(setup: Setup) -> (Syncs, mpsc::UnboundedReceiver<SyncEvent>) {
    let (tell, ends) = mpsc::unbounded_channel();
    let observer = Arc::new(move |event| {
        if matches!(event, SyncEvent::Ended { .. }) {
            tell.send(event).unwrap();
        }
    });
    (Syncs::start(setup, observer).await.unwrap(), ends)
}

/// Somebody saves ten times a second; how long each took, in milliseconds.
fn saves(partner: &Partner, over: Arc<AtomicBool>) -> std::thread::JoinHandle<Vec<f64>> {
    let book = partner.book.clone();
    let id = XpoAccountId("00000000-0000-7000-8000-000000000001".into());
    let account = NewXpoAccount { id: id.clone(), name: "Client".into(), state: XpoState::Active };
    let add = Action::AddToDirectory(AddToDirectory { accounts: vec![account], advertisers: Vec::new() });
    book.commit(&Change::now("ana", add)).unwrap();
    std::thread::spawn(move || {
        let mut took = Vec::new();
        for n in 0.. {
            if over.load(Ordering::Relaxed) {
                break;
            }
            let rename = Action::Rename(Rename {
                object: Renamed::XpoAccount(id.clone()),
                name: format!("Client {n}"),
            });
            let change = Change::now("ana", rename);
            let started = Instant::now();
            assert!(book.commit(&change).unwrap().entry.is_some());
            took.push(started.elapsed().as_secs_f64() * 1_000.0);
            std::thread::sleep(Duration::from_millis(100));
        }
        took
    })
}

/// The most memory that this process has until it is over, in megabytes.
fn peak(over: Arc<AtomicBool>) -> std::thread::JoinHandle<f64> {
    std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        while !over.load(Ordering::Relaxed) {
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

/// How long processors have worked for this process, in seconds.
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    // Hundredths of a second, in programs and in the system.
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

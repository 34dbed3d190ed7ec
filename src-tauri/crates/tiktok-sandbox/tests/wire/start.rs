//! What a start gives: data that the seed decides, and what was kept before.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::bench::{Bench, text};
use reqwest::Method;
use serde_json::{Value, json};
use tiktok_sandbox::{Chaos, Options, Sandbox, Sizes, StartError, StateError};

fn kept_in(folder: &tempfile::TempDir) -> Options {
    Options { state: Some(folder.path().join("sandbox.json")), ..Options::default() }
}

#[tokio::test]
async fn grants_and_changes_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let before = Bench::with(kept_in(&folder)).await;
    let ids = before.reached(&before.user(0)).await;
    let token = before.token(json!({})).await;
    let code = before.code(json!({"grant": ids[..2]})).await;
    before.order(&format!("accounts/{}", ids[0]), json!({"name": "Renamed"})).await;
    before.control(Method::DELETE, &format!("accounts/{}", ids[1]), json!({})).await;
    let change = json!({"gain": 1, "lose": [ids[2]]});
    before.order(&format!("users/{}/accounts", before.user(0)), change).await;
    let listed = before.granted(&token).await;
    before.sandbox.stop().await;

    let after = Bench::with(kept_in(&folder)).await;
    assert_eq!(after.granted(&token).await, listed);
    let account = after.info(&token, &ids[..1]).await["data"]["list"][0].clone();
    assert_eq!(account["name"], "Renamed");
    let answer = after.exchange(&code).await;
    assert_eq!(answer["data"]["advertiser_ids"], json!(ids[..1]));
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "nothing is left beside the state file");
}

#[tokio::test]
async fn a_state_file_that_does_not_fit_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    Sandbox::start(kept_in(&folder)).await.unwrap().stop().await;
    let other = Options { seed: 2, ..kept_in(&folder) };
    let refused = Sandbox::start(other).await.err();
    assert!(matches!(refused, Some(StartError::State(StateError::OtherData { seed: 1, .. }))));
    let file = folder.path().join("sandbox.json");
    std::fs::write(&file, "{").unwrap();
    let refused = Sandbox::start(kept_in(&folder)).await.err();
    assert!(matches!(refused, Some(StartError::State(StateError::Content(_)))));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
}

/// Everything there is, as a client sees it.
async fn everything(seed: u64) -> Value {
    let bench = Bench::with(Options { seed, users: 1, ..Options::default() }).await;
    let token = bench.token(json!({})).await;
    let ids = bench.granted(&token).await;
    let users: Vec<_> = bench.sandbox.users().into_iter().map(|user| (user.id, user.name)).collect();
    let keys = bench.with_app(json!({}));
    json!([users, keys, bench.info(&token, &ids).await["data"]])
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
    let [first, again, other] = [everything(1).await, everything(1).await, everything(2).await];
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn the_data_is_as_odd_as_tiktoks() {
    let data = everything(1).await;
    let accounts = data[2]["list"].as_array().unwrap();
    let all = |name: &str| -> Vec<Value> {
        accounts.iter().filter_map(|account| account.get(name).cloned()).collect()
    };
    let mut statuses: Vec<String> = all("status").iter().map(text).collect();
    statuses.sort();
    statuses.dedup();
    assert_eq!(statuses.len(), 13);
    let suspended = accounts.iter().find(|account| account["status"] == "STATUS_LIMIT").unwrap();
    let reason = text(&suspended["rejection_reason"]);
    assert!(reason.starts_with("1:") && reason.contains(",endtime:"));
    let names: Vec<String> = all("name").iter().map(text).collect();
    assert!(names.iter().all(|name| name.chars().count() <= 100));
    assert!(names.iter().any(|name| name.chars().count() == 100));
    for odd in ["<script>", "onerror", "🔥", "\u{202e}", "=HYPER", "DROP TABLE", "\u{7}", "\u{200b}"] {
        assert!(names.iter().any(|name| name.contains(odd)), "{odd:?}");
    }
    assert!(all("language").contains(&json!("")));
    assert!(all("email").contains(&Value::Null) && all("email").iter().any(Value::is_string));
    for sometimes in ["owner_bc_id", "description"] {
        let times = all(sometimes).len();
        assert!(0 < times && times < accounts.len(), "{sometimes}");
    }
}

#[tokio::test]
async fn several_users_reach_the_same_accounts() {
    let bench = Bench::new().await;
    let [first, second] = [bench.reached(&bench.user(0)).await, bench.reached(&bench.user(1)).await];
    let shared = first.iter().filter(|id| second.contains(id)).count();
    assert!(0 < shared && shared < first.len());
}

#[tokio::test]
async fn options_out_of_range_are_refused() {
    let wrong = [
        Options { users: 0, ..Options::default() },
        Options { accounts: 100_001, ..Options::default() },
        Options { sizes: Sizes::each(5_000_001, 0, 0, 0), ..Options::default() },
        Options { chaos: Some(Chaos { percent: 101, ..Chaos::default() }), ..Options::default() },
        Options { redirect_urls: vec!["http://localhost/".into(); 11], ..Options::default() },
    ];
    for options in wrong {
        assert!(matches!(Sandbox::start(options).await.err(), Some(StartError::OutOfRange(_))));
    }
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let bench = Bench::new().await;
    let port = bench.sandbox.address().rsplit(':').next().unwrap().parse().unwrap();
    let refused = Sandbox::start(Options { port, ..Options::default() }).await.err();
    assert!(refused.unwrap().to_string().contains(&port.to_string()));
    assert!(bench.sandbox.address().starts_with("http://127.0.0.1:"));
}

#[test]
fn the_program_says_first_where_it_listens_and_then_who_can_log_in() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tiktok-sandbox"))
        .args(["--port", "0", "--seed", "1", "--users", "2", "--accounts", "13"])
        .args(["--qps", "0", "--redirect-url", "http://localhost:1234/here", "--tier", "premium"])
        .args(["--campaigns", "3", "--ad-groups", "4", "--ads", "5", "--audiences", "6"])
        .args(["--chaos", "1", "--delay-ms", "2"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let lines: Vec<String> = lines.map(Result::unwrap).take(8).collect();
    program.kill().unwrap();
    program.wait().unwrap();
    let address = lines[0].strip_prefix("listening on http://127.0.0.1:");
    assert!(address.unwrap().parse::<u16>().is_ok());
    let told = ["app id", "secret", "API address", "log-in address", "redirect URL", "user", "user"];
    assert!(lines[1..].iter().zip(told).all(|(line, told)| line.starts_with(told)));
    assert!(lines[5].ends_with("http://localhost:1234/here"));
}

#[test]
fn the_program_binds_to_nothing_but_loopback() {
    let program =
        Command::new(env!("CARGO_BIN_EXE_tiktok-sandbox")).args(["--bind", "0.0.0.0"]).output().unwrap();
    assert!(!program.status.success() && program.stdout.is_empty());
}

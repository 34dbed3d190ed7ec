//! Starting: the data of a seed, the state file, options and the program.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::harness::{Harness, text};
use reqwest::Method;
use serde_json::{Value, json};
use tiktok_sandbox::{Chaos, ObjectKind, Options, Sandbox, Sizes, StartError, StateError};

fn with_state_in(folder: &tempfile::TempDir) -> Options {
    Options { state: Some(folder.path().join("sandbox.json")), ..Options::default() }
}

#[tokio::test]
async fn grants_and_changes_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let before = Harness::with(with_state_in(&folder)).await;
    let ids = before.accounts_of(&before.user(0)).await;
    let token = before.token(json!({})).await;
    let code = before.code(json!({"grant": ids[..2]})).await;
    before.post_control(&format!("accounts/{}", ids[0]), json!({"name": "Renamed"})).await;
    before.control(Method::DELETE, &format!("accounts/{}", ids[1]), json!({})).await;
    let change = json!({"gain": 1, "lose": [ids[2]]});
    before.post_control(&format!("users/{}/accounts", before.user(0)), change).await;
    let listed = before.granted_accounts(&token).await;
    before.sandbox.stop().await;

    let after = Harness::with(with_state_in(&folder)).await;
    assert_eq!(after.granted_accounts(&token).await, listed);
    let account = after.account_info(&token, &ids[..1]).await["data"]["list"][0].clone();
    assert_eq!(account["name"], "Renamed");
    let envelope = after.exchange(&code).await;
    assert_eq!(envelope["data"]["advertiser_ids"], json!(ids[..1]));
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "no temporary file is left");
}

#[tokio::test]
async fn an_unusable_state_file_is_refused_and_left_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    Sandbox::start(with_state_in(&folder)).await.unwrap().stop().await;
    let other = Options { seed: 2, ..with_state_in(&folder) };
    let refused = Sandbox::start(other).await.err();
    assert!(matches!(refused, Some(StartError::State(StateError::OtherData { seed: 1, .. }))));
    let file = folder.path().join("sandbox.json");
    std::fs::write(&file, "{").unwrap();
    let refused = Sandbox::start(with_state_in(&folder)).await.err();
    assert!(matches!(refused, Some(StartError::State(StateError::Content(_)))));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{");
}

/// Returns users, credentials and accounts, as a client sees them.
async fn all_data(seed: u64) -> Value {
    let harness = Harness::with(Options { seed, users: 1, hostile_names: true, ..Options::default() }).await;
    let token = harness.token(json!({})).await;
    let ids = harness.granted_accounts(&token).await;
    let users: Vec<_> = harness.sandbox.users().into_iter().map(|user| (user.id, user.name)).collect();
    let keys = harness.with_app(json!({}));
    json!([users, keys, harness.account_info(&token, &ids).await["data"]])
}

#[tokio::test]
async fn the_same_seed_gives_the_same_data_and_another_seed_other_data() {
    let [first, again, other] = [all_data(1).await, all_data(1).await, all_data(2).await];
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn accounts_have_the_irregularities_of_recorded_ones() {
    let data = all_data(1).await;
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
    for hostile in ["<script>", "onerror", "🔥", "\u{202e}", "=HYPER", "DROP TABLE", "\u{7}", "\u{200b}"] {
        assert!(names.iter().any(|name| name.contains(hostile)), "{hostile:?}");
    }
    assert!(all("language").contains(&json!("")));
    assert!(all("email").contains(&Value::Null) && all("email").iter().any(Value::is_string));
    for optional in ["owner_bc_id", "description"] {
        let times = all(optional).len();
        assert!(0 < times && times < accounts.len(), "{optional}");
    }
}

#[tokio::test]
async fn names_are_believable_unless_hostile_ones_are_switched_on() {
    let harness = Harness::with(Options { users: 7, qps: Some(0), ..Options::default() }).await;
    let mut names: Vec<String> = harness.sandbox.users().into_iter().map(|user| user.name).collect();
    let token = harness.token(json!({})).await;
    let ids = harness.granted_accounts(&token).await;
    let infos = harness.account_info(&token, &ids).await;
    names.extend(infos["data"]["list"].as_array().unwrap().iter().map(|account| text(&account["name"])));
    for (kind, field) in [
        (ObjectKind::Campaign, "campaign_name"),
        (ObjectKind::AdGroup, "adgroup_name"),
        (ObjectKind::Ad, "ad_name"),
        (ObjectKind::Audience, "name"),
    ] {
        names.extend(
            harness.sandbox.snapshot(&ids[0], kind).unwrap().map(|object| text(&object.row()[field])),
        );
    }
    for name in names {
        let believable = name.chars().count() <= 60
            && name.trim() == name
            && !name.contains(['<', '=', '{', ';', '\u{202e}', '\u{200b}', '\u{7}', '\t']);
        assert!(believable, "{name:?}");
    }
}

#[tokio::test]
async fn users_share_some_accounts() {
    let harness = Harness::new().await;
    let [first, second] =
        [harness.accounts_of(&harness.user(0)).await, harness.accounts_of(&harness.user(1)).await];
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
async fn the_error_for_a_port_in_use_names_the_port() {
    let harness = Harness::new().await;
    let port = harness.sandbox.address().rsplit(':').next().unwrap().parse().unwrap();
    let refused = Sandbox::start(Options { port, ..Options::default() }).await.err();
    assert!(refused.unwrap().to_string().contains(&port.to_string()));
    assert!(harness.sandbox.address().starts_with("http://127.0.0.1:"));
}

#[test]
fn the_program_prints_its_address_first_and_its_users_last() {
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
    let labels = ["app id", "secret", "API address", "sign-in address", "redirect URL", "user", "user"];
    assert!(lines[1..].iter().zip(labels).all(|(line, label)| line.starts_with(label)));
    assert!(lines[5].ends_with("http://localhost:1234/here"));
}

#[test]
fn the_program_has_no_option_to_bind_to_another_address() {
    let program =
        Command::new(env!("CARGO_BIN_EXE_tiktok-sandbox")).args(["--bind", "0.0.0.0"]).output().unwrap();
    assert!(!program.status.success() && program.stdout.is_empty());
}

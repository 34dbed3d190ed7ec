//! The command line while the window has the partner open.

use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use fantoccini::key::Key;
use partner::Folder;
use tiktok_sandbox::{Fault, ObjectKind, Sizes, Times};

use crate::fixture::{Fixture, campaign_id};
use crate::harness::book::PARTNER;
use crate::harness::{Harness, printed, wait_for};

#[tokio::test(flavor = "multi_thread")]
async fn a_command_decides_in_the_open_window_whose_screens_follow() {
    let fixture = Fixture::from_file(&[]).await;
    let window = &fixture.window;
    window.wait_for_row(&["Harbor Coffee"]).await;
    let run = |arguments: &[&str]| fixture.harness.command_line(arguments);

    let (code, output, errors) = run(&["allocate", "accounts", "Harbor Coffee", "--to", "Bluebird Tea"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("Saved: "), "{output}");
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods", "Bluebird Tea"]).await;

    let (code, _, errors) = run(&["allocate", "accounts", "Harbor Coffee", "--to", "Bluebird Tea"]);
    assert_eq!(
        (code, errors.as_str()),
        (3, "Blocked. Nothing was changed.\n- There is nothing to change.\n")
    );
    let (code, table, _) = run(&["list", "accounts", "--allocated", "yes"]);
    assert!(code == 0 && table.contains("Harbor Coffee"), "{table}");

    // Cron sets fewer variables.
    let mut status = fixture.harness.command(&["status"]);
    assert_eq!(printed(status.env_remove("XDG_RUNTIME_DIR").output().unwrap()).0, 0);

    let default = ["--default", "Bluebird Foods=none"];
    let deallocate = ["deallocate", "accounts", "Harbor Coffee", "--from", "Bluebird Tea"];
    assert_eq!(run(&deallocate).0, 3);
    window.wait_for_row(&["Harbor Coffee", "Bluebird Foods", "Bluebird Tea"]).await;
    assert_eq!(run(&[&deallocate[..], &default].concat()).0, 0);
    window.wait_until_no_row(&["Harbor Coffee", "Bluebird Foods"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_answers_through_the_open_window_as_it_does_without() {
    let fixture = Fixture::from_file(&["Orbit A", "Orbit B", "Orbit C"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;
    fixture.allocate_campaigns("Aurora Flights", &[campaign_id(1)]).await;
    let write = |name: &str, text: String| {
        std::fs::write(harness.home().join(name), text).unwrap();
        harness.home().join(name).to_str().unwrap().to_owned()
    };
    let id = |name| fixture.account_id(name);
    let accounts = write(
        "accounts.csv",
        format!(
            "TikTok Ad Account ID,Name,XPO account,Advertiser,Payment mode\n\
             {},Northwind Shoes,Aurora Travel,Aurora Flights,\n\
             {},Harbor Coffee,Bluebird Foods,Bluebird Tea,Knorex\n{},Pine Bikes,Bluebird Foods,Nobody,\n",
            id("Northwind Shoes"),
            id("Harbor Coffee"),
            id("Pine Bikes"),
        ),
    );
    let blocked = write(
        "campaigns.csv",
        format!("Campaign ID,Advertiser\n{},Tiny Harbor\n{},Aurora Hotels\n", campaign_id(1), campaign_id(2)),
    );
    let dry_runs = || {
        let of = |arguments: &[&str]| {
            let partner = ["--dry-run", "--partner", PARTNER];
            harness.command_line(&[&["import"], arguments, &partner].concat())
        };
        [
            of(&[&accounts]),
            of(&[&accounts, "--remove-missing"]),
            of(&[&accounts, "--remove-missing", "--json"]),
            of(&[&blocked]),
            of(&["nowhere.csv"]),
        ]
    };
    let open = dry_runs();
    let codes = open.each_ref().map(|(code, ..)| *code);
    assert_eq!(codes, [4, 4, 4, 3, 1], "{open:?}");
    assert!(open[0].1.contains("Will be allocated, payment mode becomes Knorex"), "{}", open[0].1);
    assert!(open[3].2.contains("Blocked: "), "{}", open[3].2);

    let (code, output, _) = harness.command_line(&["import", &accounts, "--remove-missing"]);
    assert!(code == 4 && output.starts_with("Saved: "), "{output}");
    assert!(output.contains("\nRows: 1 added, 1 removed, 1 can't be imported, 1 unchanged.\n"), "{output}");
    window.wait_for_row(&["Harbor Coffee", "Bluebird Tea"]).await;
    window.wait_until_no_row(&["Aurora Hotels"]).await;
    // One entry of the history, which the window can undo.
    window.click("Change history").await;
    window.wait_for_row(&["Ana Admin, via command line"]).await;
    window.click("TikTok Accounts").await;
    window.click("Undo").await;
    window.wait_for_text("Untick the changes to keep.").await;
    window.wait_for_text("1 added, 1 removed").await;
    window.click("Undo").await;
    window.wait_for_text("Undid: ").await;
    window.wait_for_row(&["Northwind Shoes", "Aurora Hotels"]).await;
    window.wait_until_no_row(&["Bluebird Tea"]).await;
    fixture.window.close().await;
    assert_eq!(dry_runs(), open);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_works_on_another_partner_than_the_open_one() {
    let fixture = Fixture::from_file(&[]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    drop(Folder::at(harness.data_dir()).create("Knorex Europe").unwrap());
    let (code, output, _) = harness.command_line(&["status", "--partner", "Knorex Europe"]);
    assert!(code == 0 && output.starts_with("Partner: Knorex Europe\n"), "{output}");
    let (code, output, _) = harness.command_line(&["backup", "--partner", "Knorex Europe"]);
    assert!(code == 0 && Path::new(output.trim_end()).is_file(), "{output}");
    // Without a name, the open one is meant.
    let (code, output, _) = harness.command_line(&["status"]);
    assert!(code == 0 && output.starts_with(&format!("Partner: {PARTNER}\n")), "{output}");
    window.wait_for_row(&["Harbor Coffee"]).await;
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn syncs_exports_and_backups_run_in_the_open_window() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale"]);
    let sync = ["sync", "--kind", "campaigns", "--account", "Northwind Shoes"];
    let (code, output, errors) = harness.command_line(&[&sync[..], &["--wait"]].concat());
    assert_eq!((code, output.as_str(), errors.as_str()), (0, "Syncs: 1 done.\n", ""));
    window.wait_for_row(&["Northwind Shoes", "Synced"]).await;
    let (code, output, _) = harness.command_line(&sync);
    assert_eq!((code, output.as_str()), (0, "Syncs requested: 1. They run in XPO Admin's window.\n"));
    fixture.wait_for_syncs().await;

    let (code, output, _) = harness.command_line(&["export", harness.home().to_str().unwrap()]);
    let campaigns = std::fs::read_to_string(Path::new(output.trim_end()).join("campaigns.csv")).unwrap();
    assert!(code == 0 && campaigns.contains("Summer Sale"), "{output}");
    let (code, output, _) = harness.command_line(&["backup"]);
    assert!(code == 0 && Path::new(output.trim_end()).is_file(), "{output}");
    let (code, output, _) = harness.command_line(&["doctor"]);
    assert!(code == 4 && output.contains("OK       TikTok app: "), "{output}");
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_on_a_terminal_shows_how_far_the_sync_in_the_open_window_is() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    let sandbox = fixture.harness.sandbox();
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale"]);
    let hang =
        Fault { endpoint: "campaign/get".into(), hang: true, times: Times::Forever, ..Fault::default() };
    sandbox.inject_fault(hang);
    let sync = ["sync", "--kind", "campaigns", "--account", "Northwind Shoes", "--wait"];
    let command = fixture.harness.command(&sync);
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let line: Vec<String> = words.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut terminal = Command::new("script");
    terminal.args(["--quiet", "--return", "--command", &line.join(" "), "/dev/null"]);
    terminal.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let mut running = terminal.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = running.stdout.take().unwrap();
    let mut shown = Vec::new();
    while !String::from_utf8_lossy(&shown).contains("\rSyncs ended: 0 of 1. Objects read: 0 of 0.") {
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        shown.extend(byte);
    }
    sandbox.clear_faults();
    output.read_to_end(&mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert!(running.wait().unwrap().success() && shown.ends_with("\rSyncs: 1 done.\r\n"), "{shown:?}");
    fixture.close().await;
}

/// Starts to wait for a sync that never ends.
async fn endless_sync(harness: &Harness) -> Child {
    let fault =
        Fault { endpoint: "campaign/get".into(), hang: true, times: Times::Forever, ..Fault::default() };
    harness.sandbox().inject_fault(fault);
    let asked = || harness.sandbox().log(Some("campaign/get")).len();
    let before = asked();
    let account = "Northwind Shoes";
    let arguments = ["sync", "--kind", "campaigns", "--account", account, "--wait", "--partner", PARTNER];
    let mut command = harness.command(&arguments);
    let running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    wait_for("the sync to run", async || (asked() > before).then_some(())).await;
    running
}

async fn ended(running: Child) -> (i32, String, String) {
    printed(tokio::task::spawn_blocking(|| running.wait_with_output().unwrap()).await.unwrap())
}

/// Interrupts such a sync with a signal, and returns what the command printed.
async fn interrupted_sync(harness: &Harness, signal: &str) -> (i32, String, String) {
    let running = endless_sync(harness).await;
    let id = running.id().to_string();
    assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
    let output = ended(running).await;
    harness.sandbox().clear_faults();
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_interrupted_stops_waiting_and_closes_the_file() {
    let fixture = Fixture::imported(Sizes::each(0, 0, 0, 0)).await;
    fixture.add_on_tiktok("Northwind Shoes", ObjectKind::Campaign, &["Summer Sale"]);
    let cancelled = (
        130,
        String::new(),
        "Cancelled. Syncs that have not ended continue in XPO Admin's window, or with sync --wait.\n"
            .to_owned(),
    );
    // The window has the partner open, and its sync continues.
    assert_eq!(interrupted_sync(&fixture.harness, "INT").await, cancelled);
    fixture.window.wait_for_row(&["Northwind Shoes", "Synced"]).await;

    let Fixture { harness, window, .. } = fixture;
    let waiting = endless_sync(&harness).await;
    window.close().await;
    let (code, _, errors) = ended(waiting).await;
    // The window answers as long as it can.
    assert!(
        code == 130 && errors == cancelled.2 || code == 1 && errors.starts_with("XPO Admin's window closed")
    );
    harness.sandbox().clear_faults();

    for signal in ["INT", "TERM"] {
        assert_eq!(interrupted_sync(&harness, signal).await, cancelled, "{signal}");
        let mut files = std::fs::read_dir(harness.data_dir().join("partners")).unwrap().flatten();
        assert!(!files.any(|file| file.file_name().to_string_lossy().ends_with(".open")), "{signal}");
        let sync = ["sync", "--kind", "campaigns", "--account", "Northwind Shoes", "--wait"];
        let (code, output, _) = harness.command_line(&[&sync[..], &["--partner", PARTNER]].concat());
        assert_eq!((code, output.as_str()), (0, "Syncs: 1 done.\n"), "{signal}");
    }
}

/// Sends a request through a socket, as root or as nobody, and returns the answer or the error.
fn talk(socket: &Path, as_nobody: bool) -> String {
    const NOBODY: u32 = 65_534;
    const SCRIPT: &str = r#"
        use Socket;
        socket(my $socket, PF_UNIX, SOCK_STREAM, 0) or die;
        connect($socket, sockaddr_un($ARGV[0])) or die "$!\n";
        $SIG{PIPE} = "IGNORE";
        $socket->autoflush(1);
        print $socket "{\"partner\":null,\"task\":\"Status\"}\n";
        print "answer: ", scalar(<$socket>) // "", "\n";
    "#;
    let mut perl = Command::new("/usr/bin/perl");
    perl.args(["-MIO::Handle", "-e", SCRIPT]).arg(socket).current_dir("/");
    if as_nobody {
        perl.uid(NOBODY).gid(NOBODY);
    }
    let output = perl.output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap().trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_user_can_not_pass_commands_to_the_window() {
    let fixture = Fixture::from_file(&[]).await;
    let harness = &fixture.harness;
    let runtime = harness.home().join("run");
    let entries = || std::fs::read_dir(&runtime).unwrap().flatten();
    let name = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let folder = wait_for("the socket", async || {
        let folder = entries().find(|entry| name(entry).starts_with("xpo-admin-"))?.path();
        folder.join("commands").exists().then_some(folder)
    })
    .await;
    let socket = folder.join("commands");
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(talk(&socket, false).contains(PARTNER), "the owner is answered");

    // Only root can become another user.
    if folder.metadata().unwrap().uid() == 0 {
        let allow = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        allow(harness.home(), 0o755);
        allow(&runtime, 0o755);
        assert_eq!(talk(&socket, true), "Permission denied");
        // Even if the folder lets others in, the window answers only its own user.
        allow(&folder, 0o777);
        allow(&socket, 0o777);
        assert_eq!(talk(&socket, true), "answer:");
        assert!(talk(&socket, false).contains(PARTNER), "the owner is answered");
        // A command passes nothing through a folder that others could have made.
        let (code, _, errors) = harness.command_line(&["status", "--partner", PARTNER]);
        assert!(code == 1 && errors.starts_with("This partner's file is in use. "), "{errors}");
        allow(&folder, 0o700);
        assert_eq!(harness.command_line(&["status"]).0, 0);
    }
    fixture.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_of_allocate_campaigns_is_chosen_with_ctrl_k_and_listed_by_a_command() {
    let fixture = Fixture::from_file(&["Alpha 1", "Alpha 2", "Beta 1"]).await;
    let (window, harness) = (&fixture.window, &fixture.harness);
    fixture.allocate("Northwind Shoes", &["Aurora Flights", "Aurora Hotels"]).await;
    fixture.allocate_campaigns("Aurora Hotels", &[campaign_id(0), campaign_id(2)]).await;
    window.click("Allocate Campaigns").await;
    window.select_option("TikTok Account", "Northwind").await;
    window.select_option("Advertiser", "Aurora Hotels").await;
    window.open_tab("Allocated").await;
    window.fill("Search campaigns", "alpha").await;
    window.wait_for_text("1 of 2").await;
    window.click("Views").await;
    window.click("Save view…").await;
    window.wait_for_dialog("Save view").await;
    window.fill("Name", "Alpha of Hotels").await;
    window.click("Save").await;
    window.wait_for_text("View “Alpha of Hotels” saved.").await;

    // Another choice, which the view replaces.
    window.select_option("Advertiser", "Aurora Flights").await;
    window.open_tab("Available").await;
    window.wait_for_row(&["Alpha 2"]).await;
    window.click("Overview").await;
    window.wait_for_text("Needs attention").await;
    window.send_keys(&(Key::Control + "k")).await;
    window.wait_for_text("Alpha of Hotels").await;
    window.send_keys("alpha of").await;
    window.press_key(Key::Enter).await;
    window.wait_for_row(&["Alpha 1"]).await;
    window.wait_for_text("1 of 2").await;
    window.wait_until_no_row(&["Beta 1"]).await;

    let (code, output, errors) =
        harness.command_line(&["list", "--view", "alpha of hotels", "--format", "csv"]);
    assert_eq!((code, errors.as_str(), output.lines().count()), (0, "", 2));
    assert!(output.contains("Alpha 1"), "{output}");
    fixture.close().await;
}

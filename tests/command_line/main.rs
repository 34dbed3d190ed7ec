//! The command line, through the real program and without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

#[path = "../harness/book.rs"]
mod book;
mod doctor;
mod import;
#[cfg(unix)]
mod interrupt;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use partner::Folder;
use partner::facts::objects::CampaignFacts;
use partner::queries::history::HistoryQuery;
use serde_json::Value;
use tempfile::TempDir;

use book::{PARTNER, account_id, campaign_id, open_book, seed_allocations, seed_book};

const PROFILE: &str = r#"{"profile": {"name": "Ana Admin", "email": ""}}"#;

struct Computer(TempDir);

impl Computer {
    /// Has one partner with 120 campaigns and some allocations, which is not open.
    fn new() -> Computer {
        Computer::with_campaigns(120)
    }

    fn with_campaigns(campaigns: u32) -> Computer {
        let computer = Computer::without_partner();
        seed_book(&computer.data(), campaigns);
        seed_allocations(&computer.data());
        computer
    }

    fn without_partner() -> Computer {
        let computer = Computer(tempfile::tempdir().unwrap());
        std::fs::create_dir(computer.data()).unwrap();
        std::fs::write(computer.data().join("preferences.json"), PROFILE).unwrap();
        computer
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpo-admin"));
        command.args(arguments).env("XPO_ADMIN_DATA_DIR", self.data()).env_remove("XDG_RUNTIME_DIR");
        // There is no display: a window could not open.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command
    }

    /// Runs a command on the partner. Returns the exit code, the standard output and the standard error output.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        self.run_any(&[arguments, &["--partner", PARTNER]].concat())
    }

    fn run_any(&self, arguments: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    /// Runs a command on a terminal. Returns the exit code, and what the terminal shows.
    fn on_terminal(&self, arguments: &[&str], more: &str) -> (i32, String) {
        let quoted: Vec<String> = arguments.iter().map(|argument| format!("'{argument}'")).collect();
        let line = format!("'{}' {}{more}", env!("CARGO_BIN_EXE_xpo-admin"), quoted.join(" "));
        let mut command = Command::new("script");
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).stdin(Stdio::null());
        command.env("XPO_ADMIN_DATA_DIR", self.data()).env_remove("XDG_RUNTIME_DIR");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let Output { status, stdout, .. } = command.output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap().replace("\r\n", "\n"))
    }

    /// Whether the partner's file was not closed properly, or is still open.
    fn is_open(&self) -> bool {
        let files = std::fs::read_dir(self.data().join("partners")).unwrap().flatten();
        files.into_iter().any(|file| file.file_name().to_string_lossy().ends_with(".open"))
    }

    /// Writes a file and returns its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Returns the number of entries in the history.
    fn entries(&self) -> u32 {
        open_book(&self.data()).list(&HistoryQuery::default()).unwrap().of
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let (_, output, errors) = self.run(&[arguments, &["--json"]].concat());
        serde_json::from_str(&output).unwrap_or_else(|_| panic!("{output}{errors}"))
    }
}

#[test]
fn lists_have_all_rows_in_every_format() {
    let computer = Computer::new();
    let (code, table, _) = computer.run(&["list", "campaigns"]);
    assert_eq!((code, table.lines().count()), (0, 121));
    assert!(table.starts_with("CAMPAIGN ID"), "{table}");
    let rows = computer.json(&["list", "campaigns"]);
    assert_eq!(rows.as_array().unwrap().len(), 120);
    let (_, csv, _) = computer.run(&["list", "campaigns", "--format", "csv"]);
    assert!(csv.starts_with("Campaign ID,") && csv.lines().count() == 121, "{csv}");
    let file = computer.0.path().join("c.xlsx");
    let (code, output, _) = computer.run(&["list", "campaigns", "--output", file.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(output.starts_with("120 rows written to "), "{output}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"PK"));
    let (code, _, errors) = computer.run(&["list", "campaigns", "--format", "xlsx"]);
    assert_eq!((code, errors.as_str()), (2, "A workbook needs a file: --output FILE.xlsx.\n"));
    let other = computer.0.path().join("c.pdf");
    let (code, _, errors) = computer.run(&["list", "campaigns", "--output", other.to_str().unwrap()]);
    assert_eq!((code, other.exists()), (2, false));
    assert!(errors.starts_with("The file has to end in .xlsx, .csv, .json or .txt"), "{errors}");
    // Nothing of it stays in the data folder.
    let left = std::fs::read_dir(computer.data()).unwrap().flatten();
    assert_eq!(left.filter(|entry| entry.file_name().to_string_lossy().starts_with("list-")).count(), 0);
}

#[test]
fn csv_files_have_the_separator_of_the_settings_but_the_standard_output_has_commas() {
    let computer = Computer::new();
    let path = computer.data().join("preferences.json");
    let mut preferences: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    preferences["preferences"] =
        serde_json::json!({ "notices": true, "keepRunning": false, "semicolons": true });
    std::fs::write(&path, preferences.to_string()).unwrap();
    let folder = computer.0.path().join("exported");
    let file = computer.0.path().join("campaigns.csv");
    assert_eq!(computer.run(&["list", "campaigns", "--output", file.to_str().unwrap()]).0, 0);
    let exported = computer.json(&["export", folder.to_str().unwrap(), "--format", "csv"]);
    let exported = std::path::Path::new(exported["path"].as_str().unwrap()).join("campaigns.csv");
    for file in [file, exported] {
        let csv = std::fs::read_to_string(&file).unwrap();
        assert!(csv.contains("Campaign ID;Campaign Name;"), "{}: {csv:.60}", file.display());
    }
    let (_, csv, _) = computer.run(&["list", "campaigns", "--format", "csv"]);
    assert!(csv.contains("Campaign ID,Campaign Name,"), "{csv:.60}");
}

#[test]
fn what_cannot_be_written_is_said_as_it_is() {
    let computer = Computer::new();
    let (folder, file) = (computer.0.path().join("folder"), computer.0.path().join("file"));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(&file, "mine").unwrap();
    let list = |output: &std::path::Path| {
        let (code, _, errors) = computer.run(&["list", "campaigns", "--output", output.to_str().unwrap()]);
        (code, errors)
    };
    assert_eq!(list(&folder), (2, format!("“{}” is a folder. Name a file in it.\n", folder.display())));
    let partners = computer.data().join("partners");
    for of_partner in std::fs::read_dir(&partners).unwrap().map(|entry| entry.unwrap().path()) {
        let before = std::fs::read(&of_partner).unwrap();
        let path = of_partner.to_str().unwrap();
        let (code, _, errors) = computer.run(&["list", "campaigns", "--format", "csv", "--output", path]);
        assert!(code == 2 && errors.contains("would be in XPO Admin's own folder"), "{path}: {errors}");
        assert!(std::fs::read(&of_partner).unwrap() == before, "{path} was replaced");
    }
    #[cfg(unix)]
    {
        let link = computer.0.path().join("link");
        std::os::unix::fs::symlink(&partners, &link).unwrap();
        let (code, errors) = list(&link.join("new.csv"));
        assert!(code == 2 && errors.contains("would be in XPO Admin's own folder"), "{errors}");
    }
    for name in ["list.csv", "list.txt", "list.xlsx", "list.json"] {
        let (code, errors) = list(&folder.join("gone").join(name));
        assert!(code == 1 && errors.starts_with("Can't save to this folder. "), "{name}: {errors}");
    }
    let (code, _, errors) = computer.run(&["export", file.to_str().unwrap()]);
    assert_eq!((code, errors), (2, format!("“{}” isn't a folder.\n", file.display())));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");

    // The folder of the application.
    for command in [&["partners"][..], &["status"], &["doctor"], &["list", "campaigns"]] {
        let run = computer.command(command).env("XPO_ADMIN_DATA_DIR", file.join("data")).output().unwrap();
        let errors = String::from_utf8(run.stderr).unwrap();
        let said = errors.starts_with("Can't write to this folder. ");
        assert!(run.status.code() == Some(1) && said, "{command:?}: {errors}");
    }
}

#[test]
fn a_copy_of_a_list_that_a_killed_command_left_is_removed_after_a_day() {
    let computer = Computer::new();
    let left = |name: &str, hours: u64| {
        let folder = computer.data().join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("list"), "Northwind").unwrap();
        let at = SystemTime::now() - Duration::from_secs(hours * 60 * 60);
        std::fs::File::open(&folder).unwrap().set_modified(at).unwrap();
        folder
    };
    let (recent, stale, other) = (left("list-a1B2c3", 23), left("list-d4E5f6", 25), left("lists", 25));
    assert_eq!(computer.run(&["status"]).0, 0);
    assert_eq!([recent, stale, other].map(|folder| folder.exists()), [true, false, true]);
}

#[test]
fn lists_are_filtered_as_in_the_window() {
    let computer = Computer::new();
    let count =
        |arguments: &[&str]| computer.json(&[&["list"], arguments].concat()).as_array().unwrap().len();
    assert_eq!(count(&["accounts"]), 3);
    assert_eq!(count(&["accounts", "--allocated", "no"]), 1);
    assert_eq!(count(&["accounts", "--client", "Client 2"]), 1);
    assert_eq!(count(&["accounts", "--search", "southwind"]), 1);
    assert_eq!(count(&["campaigns", "--allocated", "yes"]), 12);
    assert_eq!(count(&["campaigns", "--allocated", "no"]), 108);
    assert_eq!(count(&["campaigns", "--advertiser", "Brand 2"]), 3);
    assert_eq!(count(&["audiences"]), 24);
    assert_eq!(count(&["audiences", "--advertiser", "Brand 1"]), 3);
    assert!(count(&["xpo-accounts"]) >= 2);
    assert!(count(&["history"]) > 0);
}

#[test]
fn a_name_with_escape_sequences_is_neutralized() {
    let computer = Computer::new();
    let book = open_book(&computer.data());
    let name = "\u{1B}]0;owned\u{7}\u{1B}[2J\u{202E}x";
    book::record_import(&book, ("7111", "Maria"), [(account_id(9), name)]);
    drop(book);
    let (code, table, _) = computer.run(&["list", "accounts"]);
    assert_eq!(code, 0);
    assert!(table.contains("␛]0;owned␇␛[2J\u{FFFD}x"), "{table}");
    assert!(!table.contains(['\u{1B}', '\u{7}', '\u{202E}']));
}

#[test]
fn an_allocation_is_previewed_saved_and_recorded_with_its_source() {
    let computer = Computer::new();
    let to = ["--to", "Brand 3"];
    let allocate =
        |more: &[&str]| computer.run(&[&["allocate", "accounts", "Southwind"], &to[..], more].concat());
    let entries = || open_book(&computer.data()).list(&HistoryQuery::default()).unwrap();
    let before = entries().of;
    let (code, output, errors) = allocate(&["--dry-run"]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.starts_with("Would save: "), "{output}");
    assert!(output.ends_with("Nothing was saved: this was a dry run.\n"), "{output}");
    assert_eq!(entries().of, before);

    let (code, output, errors) = allocate(&[]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.ends_with(".\n") && output.contains("Saved: "), "{output}");
    let found = entries();
    assert_eq!(found.of, before + 1);
    assert_eq!(found.page.rows[0].entry.actor, "Ana Admin, via command line");

    let (code, _, errors) = allocate(&[]);
    assert_eq!(code, 3);
    assert_eq!(errors, "Blocked. Nothing was changed.\n- There is nothing to change.\n");
}

#[test]
fn a_blocked_change_lists_its_reasons_in_the_words_of_the_window() {
    let computer = Computer::new();
    let (code, output, errors) =
        computer.run(&["deallocate", "accounts", &account_id(1).0, "--from", "Brand 2"]);
    assert_eq!((code, output.as_str()), (3, ""));
    assert!(
        errors.contains("- Campaign “Campaign 0010” is allocated to “Brand 2”. Deallocate it first.\n"),
        "{errors}"
    );
    let (code, ..) =
        computer.run(&["deallocate", "campaigns", &campaign_id(10), "Campaign 0011", "--from", "Brand 2"]);
    assert_eq!(code, 0);
    let (code, _, errors) = computer.run(&["deallocate", "campaigns", &campaign_id(1), "--from", "Brand 1"]);
    assert_eq!(code, 3);
    assert!(errors.contains("is initialized, so it can't be deallocated or moved."), "{errors}");
}

#[test]
fn a_default_is_handed_over_only_as_an_option_says() {
    let computer = Computer::new();
    let arguments = ["deallocate", "accounts", "Northwind Trading Pte. Ltd.", "--from", "Brand 4"];
    let (code, _, errors) = computer.run(&arguments);
    assert_eq!(code, 3);
    let expected = "- XPO account “Client 2” loses its default TikTok ad account “Northwind Trading Pte. Ltd.”. \
                    It has no other: --default \"Client 2=none\" leaves it without one.\n";
    assert!(errors.contains(expected), "{errors}");
    let (code, output, errors) = computer.run(&[&arguments[..], &["--default", "Client 2=none"]].concat());
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
}

#[test]
fn wrong_names_are_refused_and_change_nothing() {
    let computer = Computer::new();
    for (arguments, expected) in [
        (
            &["allocate", "accounts", "Nowhere", "--to", "Brand 1"][..],
            "There is no TikTok ad account “Nowhere” in this partner.\n",
        ),
        (
            &["allocate", "accounts", "Southwind", "--to", "brand"],
            "There is no Advertiser “brand” in this partner.\n",
        ),
        (&["list", "accounts", "--client", "No one", "--json"], ""),
        (
            &["sync", "--account", "Nowhere", "--wait"],
            "There is no TikTok ad account “Nowhere” in this partner.\n",
        ),
        (&["list", "audiences", "--advertiser=Brand", "--json"], ""),
    ] {
        let (code, _, errors) = computer.run(arguments);
        assert_eq!((code, errors.as_str()), (2, expected));
    }
    let (code, _, errors) = computer.run_any(&["status", "--partner", "Nobody"]);
    assert_eq!((code, errors.as_str()), (2, "There is no partner “Nobody”. There are: Knorex Asia.\n"));
    assert_eq!(computer.run_any(&["alocate"]).0, 2);
}

#[test]
fn a_misspelled_status_lists_those_that_there_are() {
    let computer = Computer::new();
    let known = [
        (
            "accounts",
            "Approved",
            "Approved, In review, Disapproved, Suspended, Contract has not taken effect, Disabled.\n",
        ),
        ("campaigns", "Active", "Active, Inactive, Deleted, Not delivering, Deleted on TikTok.\n"),
        ("xpo-accounts", "Active", "Active, Suspended, Inactive.\n"),
    ];
    for (list, label, all) in known {
        for wrong in ["Aproved", "", "ACTIV", "Active, Inactive"] {
            let (code, output, errors) = computer.run(&["list", list, "--status", label, "--status", wrong]);
            assert_eq!((code, output.as_str()), (2, ""), "{list} {wrong}");
            assert_eq!(errors, format!("There is no status “{wrong}” in this list. Use one of: {all}"));
        }
        let count = |label: &str| computer.json(&["list", list, "--status", label]).as_array().unwrap().len();
        assert!(count(label) > 0, "{list}");
        assert_eq!(count(&label.to_uppercase()), count(label));
    }
    // A status that the partner has, and that we have no label for.
    let book = open_book(&computer.data());
    let strange =
        CampaignFacts { id: campaign_id(500), secondary_status: "STRANGE".into(), ..Default::default() };
    book::record_campaigns(&book, &account_id(2), &[strange]);
    drop(book);
    assert_eq!(computer.json(&["list", "campaigns", "--status", "strange"]).as_array().unwrap().len(), 1);
}

#[test]
fn an_account_is_allocated_with_the_payment_mode_that_an_option_names() {
    let computer = Computer::new();
    let allocate = |more: &[&str]| {
        computer.run(&[&["allocate", "accounts", "Southwind", "--to", "Brand 3"], more].concat())
    };
    let (code, _, errors) = allocate(&["--payment", "cash"]);
    assert_eq!(code, 2);
    assert!(errors.contains("[possible values: self, knorex]"), "{errors}");
    assert_eq!(allocate(&["--payment", "knorex"]).0, 0);
    let holders = || {
        let rows = computer.json(&["list", "accounts", "--search", "Southwind"]);
        rows[0]["TikTok Ad account allocated to Advertisers"].as_str().unwrap().to_owned()
    };
    assert_eq!(holders(), "Client 1 (Knorex): Brand 1, Brand 3");
    // Without an option the mode stays; the option also changes it alone.
    assert_eq!(computer.run(&["allocate", "accounts", "Southwind", "--to", "Brand 2"]).0, 0);
    assert_eq!(holders(), "Client 1 (Knorex): Brand 1, Brand 2, Brand 3");
    assert_eq!(allocate(&["--payment", "self"]).0, 0);
    assert_eq!(holders(), "Client 1 (Self): Brand 1, Brand 2, Brand 3");
    let (code, _, errors) =
        computer.run(&["allocate", "campaigns", "Campaign 0020", "--to", "Brand 1", "--payment", "self"]);
    assert_eq!((code, errors.as_str()), (2, "--payment is for accounts.\n"));
}

#[test]
fn names_with_separators_are_found() {
    let computer = Computer::new();
    let name = "Acme, Inc.; “Best” = 100%\tpure";
    book::record_import(&open_book(&computer.data()), ("7111", "Maria"), [(account_id(9), name)]);
    let (code, _, errors) = computer.run(&["allocate", "accounts", name, "--to", "Brand 3"]);
    assert_eq!((code, errors.as_str()), (0, ""));
}

#[test]
fn a_saved_view_is_listed_in_every_format() {
    use partner::queries::campaigns::{CampaignQuery, CampaignSort, CampaignsOf};
    use partner::queries::requests::RequestQuery;
    use partner::queries::views::{View, ViewQuery};
    let computer = Computer::new();
    let book = open_book(&computer.data());
    let of = CampaignsOf::Available { ad_accounts: vec![account_id(1)] };
    let query = CampaignQuery { descending: true, ..CampaignQuery::all(of) };
    assert_eq!(query.sort, CampaignSort::Name);
    for (name, query) in [
        ("Not allocated", ViewQuery::Campaigns(query)),
        ("Requests", ViewQuery::Requests(RequestQuery::default())),
    ] {
        book.save_view(&View { name: name.into(), query, columns: Vec::new() }).unwrap();
    }
    drop(book);
    let rows = computer.json(&["list", "--view", "not allocated"]);
    let names: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["Campaign Name"].as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[107]), (108, "Campaign 0120", "Campaign 0013"));
    let (code, table, _) = computer.run(&["list", "campaigns", "--view", "Not allocated"]);
    assert_eq!((code, table.lines().count()), (0, 109));
    let file = computer.0.path().join("view.xlsx");
    let (code, output, _) =
        computer.run(&["list", "--view", "Not allocated", "--output", file.to_str().unwrap()]);
    assert!(code == 0 && output.starts_with("108 rows written to "), "{output}");
    let folder = computer.0.path().to_str().unwrap();
    let (code, output, _) = computer.run(&["export", folder, "--view", "Not allocated"]);
    let exported = std::fs::read_to_string(output.trim_end()).unwrap();
    assert_eq!((code, exported.lines().count()), (0, 109));
    assert!(output.contains("/knorex-asia-not-allocated-") && output.ends_with(".csv\n"), "{output}");
    assert_eq!(computer.run(&["list", "--view", "Requests"]), (0, "No rows.\n".into(), String::new()));

    for (arguments, expected) in [
        (
            &["list", "--view", "Nothing"][..],
            "There is no view “Nothing” in this partner. There are: “Not allocated”, “Requests”.\n",
        ),
        (
            &["export", folder, "--view", ""],
            "There is no view “” in this partner. There are: “Not allocated”, “Requests”.\n",
        ),
        (
            &["list", "accounts", "--view", "Not allocated"],
            "The view “Not allocated” is one of another list.\n",
        ),
    ] {
        let (code, _, errors) = computer.run(arguments);
        assert_eq!((code, errors.as_str()), (2, expected));
    }
    assert_eq!(computer.run(&["list"]).0, 2);
    assert_eq!(computer.run(&["list", "--view", "Not allocated", "--search", "x"]).0, 2);
}

#[test]
fn a_computer_without_a_partner_says_so() {
    let computer = Computer::without_partner();
    assert_eq!(computer.run_any(&["partners"]), (0, String::new(), String::new()));
    let (code, _, errors) = computer.run_any(&["status"]);
    assert_eq!(code, 2);
    assert!(errors.starts_with("No partner was open last."), "{errors}");
    assert_eq!(computer.run(&["status"]).2, "There is no partner on this computer.\n");
}

#[test]
fn a_decision_needs_a_profile_and_a_list_does_not() {
    let computer = Computer::new();
    std::fs::remove_file(computer.data().join("preferences.json")).unwrap();
    let (code, _, errors) = computer.run(&["allocate", "accounts", "Southwind", "--to", "Brand 3"]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("XPO Admin doesn't know your name yet."), "{errors}");
    assert_eq!(computer.run(&["list", "accounts"]).0, 0);
}

#[test]
fn a_partner_that_another_program_has_open_is_refused() {
    let computer = Computer::new();
    let _held = open_book(&computer.data());
    let (code, _, errors) = computer.run(&["status"]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("This partner's file is in use. "), "{errors}");
}

#[test]
fn the_file_is_closed_properly_and_the_last_partner_stays() {
    let computer = Computer::new();
    let file = Folder::at(computer.data()).list().unwrap().remove(0).file;
    std::fs::write(computer.data().join("last-partner"), &file).unwrap();
    let (code, output, _) = computer.run_any(&["status"]);
    assert_eq!(code, 0);
    assert!(output.starts_with("Partner: Knorex Asia\nTikTok ad accounts: 2 of 3 allocated\n"), "{output}");
    assert!(!computer.data().join("partners").join(format!("{file}.open")).exists());
    assert_eq!(computer.run_any(&["partners"]).1, "Knorex Asia\n");
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let computer = Computer::new();
    let mut command = computer.command(&["list", "campaigns", "--partner", PARTNER]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(running.stdout.take());
    let output = running.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));

    let mut command =
        computer.command(&["deallocate", "accounts", "Southwind", "--from", "Brand 4", "--partner", PARTNER]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(running.stderr.take());
    assert_eq!(running.wait_with_output().unwrap().status.code(), Some(3), "it is still blocked");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported() {
    let computer = Computer::new();
    let (code, _, errors) = computer.run(&["list", "campaigns", "--output", "/dev/full"]);
    assert_eq!(code, 1);
    assert!(errors.starts_with("The disk is full. There isn't enough space to save this."), "{errors}");
}

#[test]
fn backups_exports_and_queued_syncs_answer_with_what_they_made() {
    let computer = Computer::new();
    let (code, output, _) = computer.run(&["backup"]);
    assert_eq!(code, 0);
    assert!(PathBuf::from(output.trim_end()).is_file(), "{output}");
    let new = computer.0.path().join("a").join("new");
    let (code, output, _) = computer.run(&["export", new.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(PathBuf::from(output.trim_end()).join("campaigns.csv").is_file(), "{output}");
    let (code, output, _) = computer.run(&["sync", "--account", "Southwind"]);
    assert_eq!(
        (code, output.as_str()),
        (0, "Syncs requested: 1. They run when XPO Admin opens, or with sync --wait.\n")
    );
}

#[test]
fn a_sync_leaves_out_the_accounts_that_no_user_has_access_to() {
    let computer = Computer::new();
    let import = |accounts: &[u32]| {
        let accounts = accounts.iter().map(|n| (account_id(*n), "Southwind"));
        book::record_import(&open_book(&computer.data()), ("7111", "Maria"), accounts);
    };
    import(&[1, 2]);
    let requested = "Syncs requested: 2. They run when XPO Admin opens, or with sync --wait.\n";
    let left_out = "Left out: 1 TikTok ad account that no TikTok user has access to.\n";
    assert_eq!(computer.run(&["sync"]), (0, format!("{requested}{left_out}"), String::new()));
    let (code, output, _) = computer.run(&["sync", "--account", &account_id(3).0]);
    assert!(code == 0 && output.starts_with("Syncs requested: 1."), "{output}");
    import(&[]);
    let (code, _, errors) = computer.run(&["sync", "--wait"]);
    let none =
        "No TikTok user has access to any of the TikTok ad accounts. Sign in again in XPO Admin first.\n";
    assert_eq!((code, errors.as_str()), (2, none));
}

#[test]
fn help_the_man_page_and_completions_name_every_command() {
    let computer = Computer::without_partner();
    let (code, help, _) = computer.run_any(&["--help"]);
    assert_eq!(code, 0);
    assert!(help.contains("Exit codes:") && help.contains("\n  3    Blocked."), "{help}");
    let (_, page, _) = computer.run_any(&["man"]);
    assert!(page.starts_with(".ie") && page.contains("Exit codes"), "{page}");
    let completions = ["bash", "zsh", "fish"].map(|shell| computer.run_any(&["completions", shell]).1);
    for text in completions.iter().chain([&help, &page]) {
        for command in
            ["list", "export", "allocate", "deallocate", "import", "sync", "backup", "status", "doctor"]
        {
            assert!(text.contains(command), "{command}: {text}");
        }
    }
    assert!(completions.iter().all(|text| text.contains("remove-missing") && text.contains("view")));
}

#[test]
fn a_sync_is_waited_for_and_the_doctor_finds_nothing() {
    let computer = Computer::without_partner();
    drop(Folder::at(computer.data()).practice("Practice").unwrap());
    let run = |arguments: &[&str]| computer.run_any(&[arguments, &["--partner", "Practice"]].concat());
    let (code, output, errors) = run(&["doctor"]);
    assert_eq!((code, errors.as_str()), (0, ""), "{output}");
    assert!(output.contains("OK       TikTok app: ") && !output.contains("PROBLEM"), "{output}");

    let (_, accounts, _) = run(&["list", "accounts", "--status", "Approved", "--json"]);
    let accounts: Value = serde_json::from_str(&accounts).unwrap();
    let account = accounts[0]["TikTok Ad Account ID"].as_str().unwrap();
    let sync = ["sync", "--kind", "audiences", "--account", account, "--wait", "--partner", "Practice"];
    let (code, output, errors) = computer.run_any(&sync);
    assert_eq!((code, output.as_str(), errors.as_str()), (0, "Syncs: 1 done.\n", ""));
    // Somebody who watches sees how far it is, also if the output goes to a program.
    for (more, answer) in [("", "Syncs: 1 done."), (" --json | cat", "{\"leftOut\":0,\"syncs\":[{")] {
        let (code, output) = computer.on_terminal(&sync, more);
        assert_eq!(code, 0, "{output:?}");
        let (progress, answer_shown) = output.rsplit_once('\r').unwrap();
        assert!(progress.contains("\rSyncs ended: 1 of 1. Objects read: "), "{output:?}");
        assert!(answer_shown.starts_with(answer), "{output:?}");
    }
}

#[test]
fn a_long_command_shows_its_progress_on_a_terminal_and_nowhere_else() {
    let computer = Computer::with_campaigns(12_000);
    let rows: String = (1..=12_000).map(|n| format!("{},Brand 4\n", campaign_id(n))).collect();
    let file = computer.file("campaigns.csv", format!("Campaign ID,Advertiser\n{rows}"));
    let list = computer.0.path().join("list.csv");
    let (import, list) =
        (["import", &file, "--dry-run"], ["list", "campaigns", "--output", list.to_str().unwrap()]);
    let (_, shown) = computer.on_terminal(&[&import[..], &["--partner", PARTNER]].concat(), " > /dev/null");
    assert!(shown.contains("\rRows read: 10,000.") && shown.contains("\rChanges: "), "{shown:?}");
    let (code, shown) = computer.on_terminal(&[&list[..], &["--partner", PARTNER]].concat(), "");
    assert!(code == 0 && shown.contains("\rRows written: 10,000."), "{shown:?}");
    assert!(shown.rsplit('\r').next().unwrap().starts_with("12,000 rows written to "), "{shown:?}");
    let (_, _, errors) = computer.run(&list);
    assert_eq!(errors, "");
}

#[test]
fn the_window_logs_to_a_terminal_and_not_to_the_journal_of_the_desktop() {
    let computer = Computer(tempfile::tempdir().unwrap());
    std::fs::write(computer.data(), "not a folder").unwrap();
    let logged = "failed to restrict access to the data folder";
    let Output { stderr, .. } = computer.command(&[]).output().unwrap();
    let errors = String::from_utf8_lossy(&stderr);
    assert!(!errors.contains(logged), "{errors}");
    let (_, shown) = computer.on_terminal(&[], "");
    assert!(shown.contains(logged), "{shown}");
}

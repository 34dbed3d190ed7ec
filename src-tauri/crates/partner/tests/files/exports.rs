//! Exports of everything and of single lists.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;
use partner::decisions::{
    Action, AddGoals, AddToDirectory, AllocateCampaigns, DefaultReplacement, GoalKind, NewAdvertiser,
    NewGoal, NewXpoAccount, Undo, XpoState,
};
use partner::facts::objects::{AdFacts, AdGroupFacts, AudienceFacts};
use partner::ids::{CampaignId, GoalId};
use partner::queries::accounts::AccountQuery;
use partner::queries::ad_groups::{AdGroupQuery, AdGroupSort};
use partner::queries::ads::{AdQuery, AdSort};
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignSort, CampaignsOf};
use partner::queries::edits::EditQuery;
use partner::queries::goals::{GoalQuery, GoalSort, GoalsOf};
use partner::queries::history::HistoryQuery;
use partner::queries::requests::RequestQuery;
use partner::queries::syncs::SyncQuery;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::requests::mail_settings::MailSettings;
use partner::requests::request::NewRequest;
use partner::stored_problem::StoredProblem;
use partner::sync_jobs::job::{JobKind, JobState};
use partner::tables::file::{Format, check_export_folder};
use partner::tables::list_export::Exported;
use partner::{Book, Error};

use crate::test_partner::{TestPartner, account, advertiser, allocate, campaigns, commit, names, xpo};

/// Reads an exported CSV file.
fn cells(path: &Path) -> Vec<HashMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut table = csv::Reader::from_reader(text.strip_prefix('\u{FEFF}').unwrap().as_bytes());
    table.deserialize().map(|row| row.unwrap()).collect()
}

/// Exports a list and returns the number of rows. The CSV reader fails if a row has not as many cells as the heading.
fn export_and_count<Q: Exported>(book: &Book, query: &Q, path: &Path) -> usize {
    book.export_list(query, None, path, Format::Csv, &mut |_| ControlFlow::Continue(())).unwrap();
    cells(path).len()
}

#[test]
fn an_export_contains_everything_and_no_formula() {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut hostile = campaigns(1, 0, 1);
    hostile[0].name = "=HYPERLINK(\"http://x\",\"y\")".into();
    book.record(&account(1), &hostile).unwrap();
    let audience = |id: &str, valid, size| AudienceFacts {
        id: id.into(),
        valid,
        size: Some(size),
        ..AudienceFacts::default()
    };
    let audiences = [audience("1", true, 1_000), audience("2", true, 999), audience("3", false, 1_000)];
    book.record(&account(1), &audiences).unwrap();
    commit(&book, allocate(1, 1));
    let id = partner::ids::CampaignId(hostile[0].id.clone());
    commit(
        &book,
        Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(1),
            allocate: vec![id.clone()],
            deallocate: vec![],
        }),
    );
    let parent = partner.dir().join("out");
    std::fs::create_dir(&parent).unwrap();
    let folder = book.export(&parent, Format::Csv, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(names(&parent), [folder.file_name().unwrap().to_str().unwrap()]);
    assert_eq!(names(&folder).len(), 21);

    let all = cells(&folder.join("campaigns.csv"));
    assert_eq!(all.len(), 2_001);
    let found = all.iter().find(|row| row["Campaign ID"] == id.0).unwrap();
    assert_eq!(found["Campaign Name"], format!("'{}", hostile[0].name));
    let audiences = cells(&folder.join("audiences.csv"));
    let availability: Vec<&str> = audiences.iter().map(|row| &*row["Availability"]).collect();
    assert_eq!(availability, ["Ready", "Fewer than 1,000", "Not ready"], "as in lists");
    let allocated = cells(&folder.join("allocated-campaigns.csv"));
    assert_eq!(allocated.len(), 1);
    assert_eq!(allocated[0]["XPO account"], "Client 1");
    assert_eq!(cells(&folder.join("payment-modes.csv"))[0]["Payment mode"], "Self");
    assert_eq!(cells(&folder.join("default-accounts.csv"))[0]["TikTok Ad Account ID"], account(1).0);
    assert_eq!(cells(&folder.join("allocated-accounts.csv"))[0]["Advertiser"], "Brand 1");
    let history = cells(&folder.join("change-history.csv"));
    let added = history.iter().find(|row| row["XPO account or advertiser ID"] == xpo(1).0).unwrap();
    assert_eq!([&*added["What"], &*added["Object ID"]], ["xpo_account", ""]);
    assert_eq!(added["XPO account or advertiser"], "Client 1");
    assert_eq!(history.last().unwrap()["What"], "campaign_allocation");
    assert_eq!(history.last().unwrap()["Who"], "admin");
    assert_eq!(history.len(), 40 + 3 + 1);
    for name in names(&folder) {
        for row in cells(&folder.join(&name)) {
            let formula = |cell: &String| cell.starts_with(['=', '+', '@', '\t', '\r']);
            assert!(!row.values().any(formula), "{name}: {row:?}");
        }
    }
}

#[test]
fn a_json_export_matches_the_csv_export_with_ids_as_strings_and_unescaped_names() {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut hostile = campaigns(1, 0, 1);
    hostile[0].name = "=1+1 \"quoted\", \u{1F98A}\nnew line".into();
    hostile[0].budget = Some(0.1);
    book.record(&account(1), &hostile).unwrap();
    commit(&book, allocate(1, 1));
    let parent = partner.dir().join("out");
    std::fs::create_dir(&parent).unwrap();
    let mut keep_going = |_| ControlFlow::Continue(());
    let tables = book.export(&parent, Format::Csv, &mut keep_going).unwrap();
    let parent = partner.dir().join("json");
    std::fs::create_dir(&parent).unwrap();
    let folder = book.export(&parent, Format::Json, &mut keep_going).unwrap();
    assert_eq!(names(&folder).len(), names(&tables).len());
    for name in names(&folder) {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let rows: Vec<HashMap<String, serde_json::Value>> = serde_json::from_str(&text).unwrap();
        let csv = cells(&tables.join(name.replace(".json", ".csv")));
        assert_eq!(rows.len(), csv.len(), "{name}");
        for (row, cells) in rows.iter().zip(&csv) {
            for (heading, cell) in cells {
                let cell = cell.strip_prefix('\'').unwrap_or(cell);
                let same = match &row[heading] {
                    serde_json::Value::Null => cell.is_empty(),
                    serde_json::Value::String(text) => text == cell,
                    number => number.to_string().parse::<f64>().unwrap() == cell.parse::<f64>().unwrap(),
                };
                assert!(same, "{name}, {heading}: {cell:?}, {:?}", row[heading]);
                assert!(!heading.ends_with(" ID") || !row[heading].is_number(), "{name}: ids are strings");
            }
        }
    }
}

#[test]
fn exports_a_list_as_filtered_and_sorted_or_only_the_selected_rows() {
    let partner = TestPartner::new();
    let book = partner.open();
    let mut hostile = campaigns(1, 0, 250);
    hostile[7].name = "@SUM(1) 夏".into();
    book.record(&account(1), &hostile).unwrap();
    commit(&book, allocate(1, 1));
    let ids: Vec<CampaignId> = hostile.iter().map(|campaign| campaign.id.as_str().into()).collect();
    let allocation = |ids: &[CampaignId]| {
        Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(1),
            allocate: ids.to_vec(),
            deallocate: Vec::new(),
        })
    };
    commit(&book, allocation(&ids[..210]));
    let path = partner.dir().join("list.csv");
    let mut keep_going = |_| ControlFlow::Continue(());
    let of = CampaignsOf::XpoAccount { xpo_account: xpo(1) };
    let query = CampaignQuery { sort: CampaignSort::Id, descending: true, ..CampaignQuery::all(of.clone()) };
    assert_eq!(book.export_list(&query, None, &path, Format::Csv, &mut keep_going).unwrap(), 210);
    let rows = cells(&path);
    let found: Vec<&str> = rows.iter().map(|row| row["Campaign ID"].as_str()).collect();
    let expected: Vec<&str> = ids[..210].iter().rev().map(CampaignId::as_str).collect();
    assert_eq!(found, expected);
    assert_eq!((rows[0]["XPO account"].as_str(), rows[0]["Advertiser"].as_str()), ("Client 1", "Brand 1"));
    assert_eq!((rows[0]["By"].as_str(), rows[0]["Initialized"].as_str()), ("admin", ""));

    let selected = [ids[7].clone(), ids[3].clone(), "1".into()];
    assert_eq!(book.export_list(&query, Some(&selected), &path, Format::Csv, &mut keep_going).unwrap(), 2);
    let rows = cells(&path);
    assert_eq!(rows[0]["Campaign Name"], "'@SUM(1) 夏");
    assert_eq!(rows[1]["Campaign ID"], ids[3].as_str());

    let history = HistoryQuery { search: "allocate campaigns".into(), ..Default::default() };
    assert_eq!(book.export_list(&history, None, &path, Format::Csv, &mut keep_going).unwrap(), 210);
    let rows = cells(&path);
    let last = &rows[209];
    assert_eq!((last["What"].as_str(), last["Object ID"].as_str()), ("Campaign", ids[209].as_str()));
    assert_eq!((last["XPO account"].as_str(), last["Advertiser"].as_str()), ("Client 1", "Brand 1"));

    let accounts = AccountQuery { allocated: Some(true), ..Default::default() };
    assert_eq!(book.export_list(&accounts, None, &path, Format::Csv, &mut keep_going).unwrap(), 1);
    let allocated = &cells(&path)[0]["TikTok Ad account allocated to Advertisers"];
    assert_eq!(allocated, "Client 1 (Default, Self): Brand 1");
    let clients = XpoAccountQuery { allocated: Some(true), ..Default::default() };
    assert_eq!(book.export_list(&clients, None, &path, Format::Csv, &mut keep_going).unwrap(), 1);
    assert_eq!(cells(&path)[0]["Campaigns"], "210");

    std::fs::write(&path, "older").unwrap();
    let many: Vec<CampaignId> = ids.iter().cycle().take(10_001).cloned().collect();
    let cancelled =
        book.export_list(&query, Some(&many), &path, Format::Csv, &mut |_| ControlFlow::Break(()));
    assert!(matches!(cancelled, Err(Error::Cancelled)), "{cancelled:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
}

#[test]
fn every_list_can_be_exported_with_a_cell_for_each_heading() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, allocate(1, 1));
    let ad = AdFacts {
        id: "18".into(),
        name: "Ad".into(),
        ad_group_id: "17".into(),
        campaign_id: "16".into(),
        image_ids: "[]".into(),
        ..Default::default()
    };
    book.record(&account(1), &[ad]).unwrap();
    let ad_group = AdGroupFacts { id: "17".into(), campaign_id: "16".into(), ..Default::default() };
    book.record(&account(1), &[ad_group]).unwrap();
    book.record(&account(1), &[AudienceFacts { id: "71".into(), name: "=a".into(), ..Default::default() }])
        .unwrap();
    let goal = NewGoal {
        id: GoalId("00000000-0000-7000-8000-900000000001".into()),
        kind: GoalKind::ConversionGoal,
        name: "-Goal".into(),
        advertiser: advertiser(1),
        ad_account: account(1),
    };
    commit(&book, Action::AddGoals(AddGoals { goals: vec![goal] }));
    let ad_account = account(1);
    let path = partner.dir().join("list.csv");
    let ads = AdQuery {
        ad_account: ad_account.clone(),
        campaign: None,
        ad_group: None,
        search: String::new(),
        sort: AdSort::Id,
        descending: false,
        statuses: Vec::new(),
    };
    let ad_groups = AdGroupQuery {
        ad_account: ad_account.clone(),
        campaign: None,
        search: String::new(),
        sort: AdGroupSort::Id,
        descending: false,
        statuses: Vec::new(),
    };
    let goals = GoalQuery {
        of: GoalsOf::AdAccount { ad_account: ad_account.clone() },
        search: String::new(),
        sort: GoalSort::Name,
        descending: false,
        kinds: Vec::new(),
    };
    assert_eq!(export_and_count(&book, &ads, &path), 1);
    assert_eq!(export_and_count(&book, &ad_groups, &path), 1);
    assert_eq!(export_and_count(&book, &goals, &path), 1);
    assert_eq!(
        export_and_count(
            &book,
            &AudienceQuery::all(AudiencesOf::AdAccounts { ad_accounts: vec![ad_account] }),
            &path
        ),
        1
    );
    assert_eq!(export_and_count(&book, &AccountQuery::default(), &path), 20);
    assert_eq!(export_and_count(&book, &XpoAccountQuery::default(), &path), 20);
    assert_eq!(export_and_count(&book, &HistoryQuery::default(), &path), 40 + 3 + 1);
    let settings = MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() };
    book.save_mail_settings(&settings).unwrap();
    commit(
        &book,
        Action::RequestAccount(NewRequest {
            name: "=1+1".into(),
            industry: "Games".into(),
            country: "SG".into(),
            currency: "USD".into(),
            timezone: "Asia/Singapore".into(),
            note: "One\nTwo".into(),
        }),
    );
    assert_eq!(export_and_count(&book, &RequestQuery::default(), &path), 1);
    let request = &cells(&path)[0];
    assert_eq!((request["Ad Account name"].as_str(), request["State"].as_str()), ("'=1+1", "Queued"));
    let folder = book.export(partner.dir(), Format::Csv, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(cells(&folder.join("requests.csv"))[0]["State"], "Open");
    assert_eq!(cells(&folder.join("mails.csv"))[0]["State"], "queued");
}

#[test]
fn an_exported_history_has_the_last_names_of_what_was_removed() {
    let partner = TestPartner::new();
    let book = partner.open();
    let accounts = vec![NewXpoAccount { id: xpo(30), name: "New".into(), state: XpoState::Active }];
    let brand = NewAdvertiser { id: advertiser(30), xpo_account: xpo(30), name: "New Brand".into() };
    let added = commit(&book, Action::AddToDirectory(AddToDirectory { accounts, advertisers: vec![brand] }));
    let allocated = commit(&book, allocate(1, 30));
    let goal = NewGoal {
        id: GoalId("00000000-0000-7000-8000-900000000001".into()),
        kind: GoalKind::ConversionGoal,
        name: "Purchase".into(),
        advertiser: advertiser(30),
        ad_account: account(1),
    };
    let with_goal = commit(&book, Action::AddGoals(AddGoals { goals: vec![goal] }));
    for change in [with_goal, allocated, added] {
        let replacements = vec![DefaultReplacement { xpo_account: xpo(30), to: None }];
        let undo = Undo { change, keep: vec![], also: vec![], default_replacements: replacements };
        commit(&book, Action::Undo(undo));
    }
    let path = partner.dir().join("list.csv");
    let objects = ["What", "Object", "XPO account", "Advertiser"];
    let entry = book.changes().unwrap().len() as i64;
    let found = |file: &Path, search: &str, headings: &[&str]| -> Vec<Vec<String>> {
        let rows = cells(file);
        let wanted = rows.iter().filter(|row| row["No."] == search);
        wanted.map(|row| headings.iter().map(|heading| row[*heading].clone()).collect()).collect()
    };
    export_and_count(&book, &HistoryQuery::default(), &path);
    let goal = ["Goal or tag", "Purchase", "New", "New Brand"];
    assert_eq!(found(&path, &(entry - 3).to_string(), &objects), [goal]);
    let allocation = found(&path, &(entry - 4).to_string(), &objects);
    assert!(allocation.iter().any(|row| row[2..] == ["New", "New Brand"]), "{allocation:?}");
    let removed = found(&path, &entry.to_string(), &objects);
    assert!(removed.iter().any(|row| row[2..] == ["New", "New Brand"]), "{removed:?}");
    assert!(removed.iter().any(|row| row[2..] == ["New", ""]), "{removed:?}");

    export_and_count(&book, &EditQuery { entry: entry - 3, ..EditQuery::default() }, &path);
    assert_eq!(cells(&path)[0]["Advertiser or XPO account"], "New Brand");
    let folder = book.export(partner.dir(), Format::Csv, &mut |_| ControlFlow::Continue(())).unwrap();
    let whole =
        found(&folder.join("change-history.csv"), &(entry - 3).to_string(), &["XPO account or advertiser"]);
    assert_eq!(whole, [["New Brand"]]);
}

#[test]
fn exports_syncs_with_the_code_and_request_id_that_tiktok_support_needs() {
    let partner = TestPartner::new();
    let book = partner.open();
    let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap();
    book.request_syncs(JobKind::Campaigns, &[account(1)], false, at(1)).unwrap();
    book.request_syncs(JobKind::Account, &[account(2)], true, at(2)).unwrap();
    let job = book.start_job(at(3), false).unwrap().unwrap();
    let problem = StoredProblem {
        code: "tiktok_refused".into(),
        subject: Some("x".into()),
        tiktok_code: Some(40002),
        request_id: Some("2026".into()),
        message: Some("=x".into()),
    };
    assert!(book.end_job(job.id, JobState::Failed, Some(&problem), at(4)).unwrap());
    let path = partner.dir().join("list.csv");
    assert_eq!(export_and_count(&book, &SyncQuery::default(), &path), 2);
    let rows = cells(&path);
    let cells_of = |row: usize, headings: &[&str]| -> Vec<String> {
        headings.iter().map(|heading| rows[row][*heading].clone()).collect()
    };
    let ended = ["Sync", "State", "Ended", "Problem", "TikTok code", "Request ID"];
    assert_eq!(
        cells_of(1, &ended),
        ["Sync Campaigns", "Failed", "1970-01-01T00:04:00Z", "tiktok refused", "40002", "2026"]
    );
    let waits = ["Sync", "State", "Requested by", "TikTok Ad Account ID", "Ended", "Problem"];
    assert_eq!(cells_of(0, &waits), ["Sync Account", "Queued", "Schedule", &account(2).0, "", ""]);
    let failed = SyncQuery { states: vec![JobState::Failed], ..SyncQuery::default() };
    assert_eq!(export_and_count(&book, &failed, &path), 1);
}

#[test]
fn a_cancelled_export_leaves_no_files() {
    let partner = TestPartner::new();
    let book = partner.open();
    for part in 0..6 {
        book.record(&account(2), &campaigns(2, part * 2_000, 2_000)).unwrap();
    }
    let parent = partner.dir().join("out");
    std::fs::create_dir(&parent).unwrap();
    let mut written = 0;
    let refused = book.export(&parent, Format::Csv, &mut |rows| {
        written = rows;
        ControlFlow::Break(())
    });
    assert!(matches!(refused, Err(Error::Cancelled)), "{refused:?}");
    assert_eq!(written, 10_000);
    assert_eq!(names(&parent), [] as [String; 0]);
}

#[test]
fn an_unusable_folder_for_exports_is_named_and_not_created() {
    let partner = TestPartner::new();
    let book = partner.open();
    let place = tempfile::tempdir().unwrap();
    let (missing, file) = (place.path().join("missing"), place.path().join("file"));
    std::fs::write(&file, "").unwrap();
    let mut unusable = vec![missing.clone(), file];
    #[cfg(unix)]
    {
        let link = place.path().join("link");
        std::os::unix::fs::symlink("/nowhere", &link).unwrap();
        unusable.push(link);
    }
    // Nobody can create files here, not even root.
    #[cfg(target_os = "linux")]
    unusable.push("/proc".into());
    for folder in unusable {
        let table = folder.join(book.export_file_name("accounts", Format::Csv));
        let mut progress = |_| ControlFlow::Continue(());
        let results = [
            book.export(&folder, Format::Csv, &mut progress).map(|_| ()),
            book.export_directory(&table, Format::Csv, &mut progress),
            book.export_list(&AccountQuery::default(), None, &table, Format::Csv, &mut progress).map(|_| ()),
        ];
        for result in results {
            assert!(
                matches!(&result, Err(Error::ExportFolder { folder: named, .. }) if *named == folder),
                "{folder:?}: {result:?}"
            );
        }
    }
    assert!(!missing.exists());
    assert!(check_export_folder(place.path()).is_ok());
    assert_eq!(names(place.path()).iter().filter(|name| name.starts_with('.')).count(), 0);
}

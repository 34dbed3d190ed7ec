//! Allocations as a file (product.md, 7): export, edits in a spreadsheet, and the change that the import proposes.

use std::collections::HashSet;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use calamine::{Reader, Xlsx};
use partner::decisions::{
    Action, Change, DefaultChoice, DefaultReplacement, Outcome, PaymentMode, Reason, SetDefaults, WarningKind,
};
use partner::tables::allocations::columns::{AllocationFile, Field, SheetKind};
use partner::tables::allocations::export::AllocationScope;
use partner::tables::allocations::table::{AllocationResult, AllocationRow, AllocationTable, RowProblem};
use partner::{Book, Error};
use proptest::collection::vec;
use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use crate::fixture::{
    Fixture, account, advertiser, allocate, archive, audience, audiences, campaign, campaigns, deallocate,
    goal, goal_id, hand, initialize, modes, move_campaigns, objects, pair, undo, warning_kinds, xpo,
};

type Sheet = (&'static str, Vec<Vec<String>>);

const SHEETS: [&str; 3] = ["Accounts", "Campaigns", "Audiences"];

pub fn keep_going(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Exports all ad accounts, with everything that they have.
fn export(fixture: &Fixture) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allocations.xlsx");
    let accounts = AllocationScope::Accounts((1..=4).map(|n| account(n).0).collect());
    fixture.book.export_allocations(&accounts, &path, &mut keep_going).unwrap();
    std::fs::read(path).unwrap()
}

/// Returns the cells of a workbook, as another program reads them.
fn sheets(file: &[u8]) -> Vec<Sheet> {
    let mut book = Xlsx::new(Cursor::new(file)).unwrap();
    let rows = |name: &'static str| {
        let cells = book.worksheet_range(name).unwrap();
        (name, cells.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect())
    };
    SHEETS.map(rows).to_vec()
}

/// Writes a workbook as another program does.
fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet().set_name(*name).unwrap();
        for (line, row) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(row) {
                sheet.write_string(line, column, cell).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn read(file: &[u8]) -> AllocationFile {
    AllocationFile::read(file, None, &mut keep_going).unwrap()
}

fn compare(book: &Book, file: &[u8], remove_missing: bool) -> Arc<AllocationTable> {
    let file = read(file);
    let matches: Vec<_> = file.info.sheets.iter().map(|sheet| sheet.matched.clone()).collect();
    book.compare_allocations(&file, &matches, remove_missing, &mut keep_going).unwrap()
}

fn action(table: &AllocationTable) -> Action {
    table.action(&HashSet::new(), Vec::new()).unwrap()
}

fn results(table: &AllocationTable) -> Vec<AllocationResult> {
    table.rows.iter().map(|row| row.result).collect()
}

fn problems(table: &AllocationTable) -> Vec<Option<RowProblem>> {
    table.rows.iter().map(|row| row.problem).collect()
}

fn row<'a>(table: &'a AllocationTable, object: &str) -> &'a AllocationRow {
    table.rows.iter().find(|row| row.object == object).unwrap()
}

/// Compares one table, which is written as CSV.
pub fn csv(book: &Book, headings: &str, rows: &[&str]) -> Arc<AllocationTable> {
    compare(book, format!("{headings}\n{}\n", rows.join("\n")).as_bytes(), false)
}

const ACCOUNTS: &str = "TikTok Ad Account ID,Name,XPO account,Advertiser,Payment mode,Default";
pub const CAMPAIGNS: &str = "Campaign ID,Name,TikTok Ad Account ID,XPO account,Advertiser,Initialized";
const AUDIENCES: &str = "Audience ID,Name,TikTok Ad Account ID,XPO account,Advertiser";

/// Account 1 is the default of Client 1 and has Brands 1 and 2 and Client 2; account 2 has Client 1. Campaign 1-1 is
/// initialized.
fn allocated() -> Fixture {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(1, 2, 1), pair(2, 1, 1)]);
    fixture.done(modes(&[(2, 1, PaymentMode::Knorex)]));
    fixture.done(campaigns(advertiser(1, 1), &[(1, 1), (1, 2), (2, 1)], &[]));
    fixture.done(initialize(&[(1, 1)]));
    fixture.done(audiences(1, advertiser(1, 1), &[1, 2], &[]));
    fixture.done(audiences(1, advertiser(1, 2), &[1], &[]));
    fixture
}

#[test]
fn a_file_is_compared_once_until_something_changes() {
    let fixture = allocated();
    let file = read(format!("{CAMPAIGNS}\n{},,,Client 1,Brand 2,\n", campaign(1, 3)).as_bytes());
    let matches: Vec<_> = file.info.sheets.iter().map(|sheet| sheet.matched.clone()).collect();
    let compare =
        |remove| fixture.book.compare_allocations(&file, &matches, remove, &mut keep_going).unwrap();
    let first = compare(false);
    assert!(Arc::ptr_eq(&first, &compare(false)));
    assert!(compare(true).rows.len() > first.rows.len());
    let again = compare(false);
    fixture.done(action(&again));
    assert_eq!(results(&compare(false)), [AllocationResult::Unchanged], "it is saved");
}

#[test]
fn a_workbook_has_text_ids_drop_down_lists_and_frozen_headings() {
    let fixture = allocated();
    let file = export(&fixture);
    let all = sheets(&file);
    assert_eq!(all[0].1[0].join(","), ACCOUNTS);
    assert_eq!(all[1].1[0].join(","), CAMPAIGNS);
    assert_eq!(all[2].1[0].join(","), AUDIENCES);
    assert_eq!(all[0].1[1], [account(1).as_str(), "Account 1", "Client 1", "Brand 1", "Self", "Yes"]);
    assert_eq!(all[0].1[4], [account(2).as_str(), "Account 2", "Client 1", "Brand 1", "Knorex", ""]);
    assert_eq!(all[0].1[5], [account(3).as_str(), "Account 3", "", "", "", ""], "not allocated");
    assert_eq!(
        all[1].1[1],
        [&*campaign(1, 1), "Campaign 1-1", account(1).as_str(), "Client 1", "Brand 1", "Yes"]
    );
    assert_eq!((all[0].1.len(), all[1].1.len(), all[2].1.len()), (1 + 6, 1 + 20, 1 + 13));

    let mut book = Xlsx::new(Cursor::new(&file)).unwrap();
    let cells = book.worksheet_range("Campaigns").unwrap();
    assert!(matches!(cells.get((1, 0)), Some(calamine::Data::String(_))), "ids are text");
    let mut archive = zip::ZipArchive::new(Cursor::new(&file)).unwrap();
    let mut sheet = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet)
        .unwrap();
    assert!(sheet.contains("state=\"frozen\""), "{sheet}");
    for list in ["Choices!$A$2:$A$4", "OFFSET(Choices!", "\"Self,Knorex\"", "\"Yes,No\""] {
        assert!(sheet.contains(list), "{list}: {sheet}");
    }
    assert!(read(&file).info.hidden.is_empty(), "the list of choices is not worth a word");
}

#[test]
fn each_scope_exports_what_its_list_shows() {
    let fixture = allocated();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("allocations.xlsx");
    let count = |scope: AllocationScope| {
        fixture.book.export_allocations(&scope, &path, &mut keep_going).unwrap();
        let info = read(&std::fs::read(&path).unwrap()).info;
        info.sheets.iter().map(|sheet| (sheet.matched.kind.unwrap(), sheet.count)).collect::<Vec<_>>()
    };
    use SheetKind::{Accounts, Audiences, Campaigns};
    let of_client = AllocationScope::XpoAccounts(vec![xpo(2)]);
    assert_eq!(count(of_client), [(Accounts, 1), (Campaigns, 0), (Audiences, 0)]);
    let of_account = AllocationScope::Accounts(vec![account(2).0]);
    assert_eq!(count(of_account), [(Accounts, 1), (Campaigns, 5), (Audiences, 3)]);
    assert_eq!(count(AllocationScope::Campaigns(vec![campaign(1, 2).as_str().into()])), [(Campaigns, 1)]);
    let key = |n| partner::queries::audiences::AudienceKey {
        ad_account: account(1),
        audience: audience(n).as_str().into(),
    };
    assert_eq!(count(AllocationScope::Audiences(vec![key(1), key(3)])), [(Audiences, 3)]);
}

#[test]
fn an_edited_workbook_becomes_one_change_that_one_undo_takes_back() {
    let fixture = allocated();
    let before = fixture.book.decisions().unwrap();
    let mut all = sheets(&export(&fixture));
    let accounts = &mut all[0].1;
    accounts[4][5] = "Yes".into(); // Account 2 becomes the default of Client 1.
    accounts[1][5] = String::new();
    accounts[2][5] = String::new();
    accounts[1][4] = "knorex".into();
    accounts[2][4] = "Knorex".into();
    accounts[5][2] = "CLIENT 3".into();
    accounts[5][3] = "brand 2".into();
    let campaigns = &mut all[1].1;
    campaigns[2][4] = "Brand 2".into(); // Campaign 1-2 moves.
    campaigns[11][3] = "Client 3".into(); // Campaign 3-1 goes where account 3 goes in the same file.
    campaigns[11][4] = "Brand 2".into();
    all[2].1.push(vec![audience(3), "".into(), account(1).0, "Client 1".into(), "Brand 2".into()]);
    let table = compare(&fixture.book, &workbook(&all), false);
    assert_eq!(problems(&table), vec![None; table.rows.len()]);
    let preview =
        fixture.book.preview_allocations(&table, &HashSet::new(), "admin", &mut keep_going).unwrap();
    assert_eq!(preview.blocked, []);
    let moved = row(&table, &campaign(1, 2));
    assert_eq!(
        (moved.result, moved.moved_from.as_deref()),
        (AllocationResult::Changed, Some("Client 1: Brand 1"))
    );
    assert_eq!(results(&table).iter().filter(|result| **result == AllocationResult::Added).count(), 3);

    let entries = fixture.book.changes().unwrap().len();
    let (change, outcome) = fixture.done(action(&table));
    assert_eq!(Outcome { entry: None, ..outcome.clone() }, preview.outcome);
    assert_eq!(fixture.book.changes().unwrap().len(), entries + 1);
    assert!(outcome.summary.contains("moved") || outcome.summary.contains("llocated"), "{}", outcome.summary);
    assert_eq!(fixture.default_of(1), Some(account(2).0));
    assert_eq!(fixture.mode(1, 1).as_deref(), Some("knorex"));
    assert_eq!(fixture.mode(3, 3).as_deref(), Some("self"));
    assert!(
        fixture.holds_campaign(&advertiser(1, 2), 1, 2) && fixture.holds_campaign(&advertiser(3, 2), 3, 1)
    );
    assert!(fixture.holds_audience(&advertiser(1, 2), 1, 3));
    let again = compare(&fixture.book, &workbook(&all), false);
    assert_eq!(again.action(&HashSet::new(), Vec::new()), None);
    fixture.done(undo(&change));
    assert_eq!(fixture.book.decisions().unwrap(), before);
}

#[test]
fn what_is_missing_is_removed_only_when_asked_and_is_counted_either_way() {
    let fixture = allocated();
    let mut all = sheets(&export(&fixture));
    all[1].1.remove(2); // Campaign 1-2.
    all[2].1.remove(1); // Audience 1 of Brand 1.
    let file = workbook(&all);
    let table = compare(&fixture.book, &file, false);
    assert_eq!((table.missing, table.action(&HashSet::new(), Vec::new())), (2, None));
    let table = compare(&fixture.book, &file, true);
    assert_eq!(
        (
            table.missing,
            results(&table).iter().filter(|result| **result == AllocationResult::Removed).count()
        ),
        (2, 2)
    );

    // A removed row can be left out like any other.
    let removed = table.rows.iter().filter(|row| row.result == AllocationResult::Removed);
    let kept: HashSet<String> = removed.map(|row| row.id.clone()).collect();
    assert_eq!(table.action(&kept, Vec::new()), None);
    let (_, outcome) = fixture.done(action(&table));
    assert_eq!(outcome.removed, 2);
    assert!(!fixture.holds_campaign(&advertiser(1, 1), 1, 2));
    assert!(
        !fixture.holds_audience(&advertiser(1, 1), 1, 1) && fixture.holds_audience(&advertiser(1, 2), 1, 1)
    );

    // A sheet that is not in the file is not missing from it, and a row with empty cells is as it is.
    let only = vec![(SHEETS[1], vec![all[1].1[0].clone(), vec![campaign(2, 1), "".into()]])];
    let table = compare(&fixture.book, &workbook(&only), true);
    assert_eq!(table.missing, 1, "the initialized campaign");
    let preview =
        fixture.book.preview_allocations(&table, &HashSet::new(), "admin", &mut keep_going).unwrap();
    assert_eq!(objects(&preview.outcome, Reason::CampaignInitialized), [campaign(1, 1)]);
    assert_eq!(preview.blocked[0].row, row(&table, &campaign(1, 1)).id);
}

#[test]
fn r18_a_row_with_another_advertiser_adds_an_allocation_and_says_what_stays() {
    let fixture = allocated();
    let effects = |headings: &str, rows: &[&str], remove_missing| {
        let file = format!("{headings}\n{}\n", rows.join("\n"));
        let table = compare(&fixture.book, file.as_bytes(), remove_missing);
        table.rows.iter().map(|row| row.effect.clone()).collect::<Vec<_>>()
    };
    let (one, two) = (account(1), account(2));
    let other = format!("{two},,Client 3,Brand 1,Knorex,");
    assert_eq!(
        effects(ACCOUNTS, &[&other], false),
        ["Will be allocated, payment mode becomes Knorex, stays allocated to Client 1: Brand 1"]
    );
    let third = format!("{one},,Client 3,Brand 1,,");
    assert_eq!(
        effects(ACCOUNTS, &[&third], false),
        ["Will be allocated, stays allocated to Client 1: Brand 1 and 2 others"]
    );
    // What has a row of its own needs no word, and what is removed does not stay.
    let rows = [&third, &format!("{one},,Client 1,Brand 1,,"), &format!("{one},,Client 2,Brand 1,,")];
    let found = effects(ACCOUNTS, &rows.map(String::as_str), false);
    assert_eq!(found, ["Will be allocated, stays allocated to Client 1: Brand 2", "As it is", "As it is"]);
    assert_eq!(effects(ACCOUNTS, &[&third, &other], true)[0], "Will be allocated");
    let key = format!("{},,{one},Client 2,Brand 1", audience(1));
    assert_eq!(
        effects(AUDIENCES, &[&key], false),
        ["Will be allocated, stays allocated to Client 1: Brand 1 and 1 other"]
    );
    let moved = format!("{},,,Client 1,Brand 2,", campaign(1, 2));
    assert_eq!(effects(CAMPAIGNS, &[&moved], false), ["Will be moved from Client 1: Brand 1"]);
}

#[test]
fn nothing_is_missing_from_a_sheet_with_a_row_that_may_be_about_anything() {
    let fixture = allocated();
    let ids = [campaign(1, 1), campaign(2, 1)];
    let rows = [&format!("{},,,,,", ids[0])[..], &format!("{},,,,,", ids[1]), "1.77E+17,,,,,"];
    let table = compare(&fixture.book, format!("{CAMPAIGNS}\n{}", rows.join("\n")).as_bytes(), true);
    assert_eq!((table.missing, table.incomplete.as_slice()), (0, &[SheetKind::Campaigns][..]));
    assert_eq!(table.action(&HashSet::new(), Vec::new()), None);
    // An advertiser that is misspelled takes nothing away.
    let rows = [&format!("{},,,,,", ids[0])[..], &format!("{},,,,,", ids[1])];
    let misspelled = format!("{},,,Client 1,Brnad 1,", campaign(1, 2));
    let table =
        compare(&fixture.book, format!("{CAMPAIGNS}\n{}\n{misspelled}", rows.join("\n")).as_bytes(), true);
    assert_eq!((table.missing, table.incomplete.len()), (0, 0));
    assert_eq!(table.rows[2].problem, Some(RowProblem::AdvertiserUnknown));
}

#[test]
fn blocked_rows_are_named_and_the_other_rows_can_be_saved() {
    let fixture = allocated();
    fixture.done(archive(&[], &[(3, 1)]));
    fixture.done(Action::AddGoals(partner::decisions::AddGoals {
        goals: vec![goal(1, partner::decisions::GoalKind::ConversionGoal, "Sale", advertiser(2, 1), 1)],
    }));
    let rows = [
        format!("{},,,Client 1,Brand 2,", campaign(1, 1)), // initialized
        format!("{},,,Client 3,Brand 2,", campaign(3, 1)), // its ad account is not allocated
        format!("{},,,Client 1,Brand 2,", campaign(1, 3)), // fine
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let table = csv(&fixture.book, CAMPAIGNS, &rows);
    let none = HashSet::new();
    let preview = fixture.book.preview_allocations(&table, &none, "admin", &mut keep_going).unwrap();
    let blocked: Vec<&str> = preview.blocked.iter().map(|blocked| blocked.row.as_str()).collect();
    assert_eq!(blocked, ["0:2", "0:3"]);
    let reason = |at: usize| preview.outcome.blockers[preview.blocked[at].blockers[0] as usize].reason;
    assert_eq!((reason(0), reason(1)), (Reason::CampaignInitialized, Reason::NotAllocated));
    let without = fixture.book.blocked_allocations(&table, &none, "admin", &mut keep_going).unwrap();
    let (_, outcome) = fixture.done(table.action(&without, Vec::new()).unwrap());
    assert_eq!(outcome.added, 1);

    let archived =
        [&format!("{},,Client 3,Brand 1,,", account(3))[..], &format!("{},,Client 3,Brand 2,,", account(3))];
    let table = csv(&fixture.book, ACCOUNTS, &archived);
    let preview = fixture.book.preview_allocations(&table, &none, "admin", &mut keep_going).unwrap();
    assert_eq!(preview.blocked.iter().map(|blocked| &blocked.row).collect::<Vec<_>>(), ["0:2"]);
    assert_eq!(preview.outcome.blockers[0].reason, Reason::Archived);

    // Removals are blocked by what depends on them: a goal, and a campaign that the file does not mention.
    let only = format!("{ACCOUNTS}\n{},,Client 1,Brand 2,,\n", account(1));
    let table = compare(&fixture.book, only.as_bytes(), true);
    let preview = fixture.book.preview_allocations(&table, &none, "admin", &mut keep_going).unwrap();
    assert_eq!(objects(&preview.outcome, Reason::GoalCreated), [goal_id(1).as_str()]);
    let blocked = |advertiser_name: &str, client: &str| {
        let row = table.rows.iter().find(|row| {
            row.result == AllocationResult::Removed
                && row.xpo_account == client
                && row.advertiser == advertiser_name
        });
        preview.blocked.iter().any(|blocked| blocked.row == row.unwrap().id)
    };
    assert!(blocked("Brand 1", "Client 1") && blocked("Brand 1", "Client 2"));
}

#[test]
fn a_lost_default_is_handed_over_as_in_the_dialogs() {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(2, 1, 1), pair(3, 1, 1)]);
    let rest =
        format!("{ACCOUNTS}\n{},,Client 1,Brand 1,,\n{},,Client 1,Brand 1,,\n", account(2), account(3));
    let table = compare(&fixture.book, rest.as_bytes(), true);
    let preview =
        fixture.book.preview_allocations(&table, &HashSet::new(), "admin", &mut keep_going).unwrap();
    assert_eq!(preview.outcome.default_replacements.len(), 1);
    assert!(!preview.outcome.is_ready());
    fixture.done(table.action(&HashSet::new(), vec![hand(1, Some(3))]).unwrap());
    assert_eq!(fixture.default_of(1), Some(account(3).0));
}

#[test]
fn a_rounded_id_is_matched_by_its_name_or_refused() {
    let fixture = allocated();
    let rounded = |id: &str| format!("{}{}", &id[..15], "0".repeat(id.len() - 15));
    let exponent = format!("{:.5E}", campaign(1, 3).parse::<f64>().unwrap()).replace('E', "E+");
    let rows = [
        format!("{exponent},Campaign 1-3,,Client 1,Brand 1,"),
        format!("{},campaign 1-4,,Client 1,Brand 1,", rounded(&campaign(1, 4))),
        format!("{exponent},Campaign 9-9,,Client 1,Brand 1,"),
        format!("{exponent},,,Client 1,Brand 1,"),
        // The name is right, but the digits are those of no such campaign.
        "1.23E+18,Campaign 1-5,,Client 1,Brand 1,".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let table = csv(&fixture.book, CAMPAIGNS, &rows);
    let rounded = Some(RowProblem::IdRounded);
    assert_eq!(problems(&table), [None, None, rounded, rounded, rounded]);
    assert!(table.rows[0].by_name && table.rows[1].by_name);
    assert_eq!(table.rows[0].effect, "Will be allocated. The ID was rounded: found by its name");
    assert_eq!([&table.rows[0].object, &table.rows[1].object], [&campaign(1, 3), &campaign(1, 4)]);

    // A number in a workbook has lost its last digits.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Accounts").unwrap();
    for (column, heading) in (0..).zip(ACCOUNTS.split(',')) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for (line, name) in [(1, "Account 3"), (2, "Account 33")] {
        sheet.write_number(line, 0, account(3).0.parse::<f64>().unwrap()).unwrap();
        sheet.write_string(line, 1, name).unwrap();
        sheet.write_string(line, 2, "Client 1").unwrap();
        sheet.write_string(line, 3, "Brand 1").unwrap();
    }
    let table = compare(&fixture.book, &book.save_to_buffer().unwrap(), false);
    assert_eq!(problems(&table), [None, rounded]);
    assert_eq!((table.rows[0].object.as_str(), table.rows[0].by_name), (account(3).as_str(), true));
}

#[test]
fn rows_that_disagree_are_all_refused_and_repetitions_are_not() {
    let fixture = allocated();
    let (one, two) = (campaign(1, 3), campaign(1, 4));
    let rows = [
        format!("{one},,,Client 1,Brand 1,"),
        format!("{one},,,Client 1,Brand 2,"),
        format!("{two},,,Client 1,Brand 2,"),
        format!("{two},,,Client 1,Brand 2,"),
        format!("{two},,,,,"),
    ];
    let table = csv(&fixture.book, CAMPAIGNS, &rows.each_ref().map(String::as_str));
    let lines: Vec<_> = table.rows.iter().map(|row| (row.result, row.other_line)).collect();
    assert_eq!(
        lines,
        [
            (AllocationResult::Unreadable, Some(3)),
            (AllocationResult::Unreadable, Some(2)),
            (AllocationResult::Added, None),
            (AllocationResult::Unchanged, None),
            (AllocationResult::Unchanged, None)
        ]
    );
    let id = account(1);
    let rows = [
        format!("{id},,Client 1,Brand 1,Self,"),
        format!("{id},,Client 1,Brand 2,Knorex,"),
        format!("{id},,Client 2,Brand 1,Knorex,"),
        format!("{},,Client 1,Brand 1,,Yes", account(2)),
        format!("{},,Client 1,Brand 1,,Yes", account(3)),
    ];
    let table = csv(&fixture.book, ACCOUNTS, &rows.each_ref().map(String::as_str));
    let disagrees = Some(RowProblem::Disagrees);
    assert_eq!(problems(&table), [disagrees, disagrees, None, disagrees, disagrees]);
}

#[test]
fn every_unreadable_cell_has_its_reason() {
    let fixture = allocated();
    use RowProblem::{
        AccountMissing, AdvertiserMissing, AdvertiserUnknown, DefaultNeeded, IdInvalid, IdMissing,
        NotYesOrNo, OtherAccount, PaymentModeUnknown, StaysInitialized, Unknown, XpoAccountMissing,
        XpoAccountUnknown,
    };
    let (one, of) = (account(1).0, account(2).0);
    let accounts = [
        (",Account 1,,,,".to_owned(), Some(IdMissing)),
        ("Account 1,,,,,".to_owned(), Some(IdInvalid)),
        ("7002238017842709999,,Client 1,Brand 1,,".to_owned(), Some(Unknown)),
        (format!("{one},,Client 9,Brand 1,,"), Some(XpoAccountUnknown)),
        (format!("{one},,Client 1,Brand 9,,"), Some(AdvertiserUnknown)),
        (format!("{one},,,Brand 1,,"), Some(XpoAccountMissing)),
        (format!("{one},,,,Knorex,"), Some(XpoAccountMissing)),
        (format!("{one},,Client 3,,,"), Some(AdvertiserMissing)),
        (format!("{of},,Client 1,,Card,"), Some(PaymentModeUnknown)),
        (format!("{of},,Client 1,,,Maybe"), Some(NotYesOrNo)),
        (format!("{one},,Client 1,,,No"), Some(DefaultNeeded)),
        (format!("{of},,Client 1,,Self,"), None),
    ];
    let rows: Vec<&str> = accounts.iter().map(|(row, _)| row.as_str()).collect();
    let table = csv(&fixture.book, ACCOUNTS, &rows);
    for (found, (row, problem)) in table.rows.iter().zip(&accounts) {
        assert_eq!(found.problem, *problem, "{row}");
    }
    assert_eq!(table.rows[11].mode, Some(PaymentMode::Client), "without naming the advertiser");
    let table = csv(
        &fixture.book,
        CAMPAIGNS,
        &[
            &format!("{},,{},Client 1,Brand 1,", campaign(1, 3), account(2)),
            &format!("{},,,,,No", campaign(1, 1)),
            &format!("{},,,Client 2,,", campaign(1, 2)),
            &format!("{},,,Client 1,,", campaign(1, 2)),
        ],
    );
    assert_eq!(problems(&table), [Some(OtherAccount), Some(StaysInitialized), Some(AdvertiserMissing), None]);
    let table = csv(&fixture.book, AUDIENCES, &[&format!("{},,,Client 1,Brand 1", audience(1))]);
    assert_eq!(problems(&table), [Some(AccountMissing)], "every ad account has it");
}

#[test]
fn cells_that_are_no_text_are_refused() {
    let fixture = allocated();
    let mut book = Workbook::new();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let merge = rust_xlsxwriter::Format::new();
    let sheet = book.add_worksheet().set_name("Campaigns").unwrap();
    for (column, heading) in (0..).zip(CAMPAIGNS.split(',')) {
        sheet.write_string(0, column, heading).unwrap();
    }
    for line in 1..=5 {
        sheet.write_string(line, 0, campaign(1, 3)).unwrap();
    }
    sheet.write_number_with_format(1, 0, 45_000.0, &date).unwrap();
    sheet.write_formula(2, 3, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_number_with_format(3, 4, 45_000.0, &date).unwrap();
    sheet.merge_range(4, 3, 5, 3, "Client 1", &merge).unwrap();
    sheet.write_string(6, 0, campaign(1, 4)).unwrap();
    sheet.write_formula(6, 3, rust_xlsxwriter::Formula::new("=A1").set_result("Client 1")).unwrap();
    sheet.write_string(6, 4, "Brand 1").unwrap();
    sheet.protect();
    let hidden = book.add_worksheet().set_name("Accounts").unwrap();
    hidden.set_hidden(true).write_string(0, 0, "TikTok Ad Account ID").unwrap();
    let file = book.save_to_buffer().unwrap();
    let table = compare(&fixture.book, &file, false);
    use RowProblem::{FormulaError, IdInvalid, Merged, NotText};
    let expected = [Some(IdInvalid), Some(FormulaError), Some(NotText), Some(Merged), Some(Merged), None];
    assert_eq!(problems(&table), expected);
    assert_eq!(table.rows[5].result, AllocationResult::Added, "the cached value of a formula counts");
    assert_eq!(read(&file).info.hidden, ["Accounts"]);
}

#[test]
fn columns_are_found_in_any_order_and_others_are_matched_by_the_admin() {
    let fixture = allocated();
    let file =
        format!("Allocations of May,,\nAdvertiser,Client,Campaign ID\nBrand 1,Client 1,{}\n", campaign(1, 3));
    let file = read(file.as_bytes());
    let sheet = &file.info.sheets[0];
    assert_eq!(sheet.headings, ["Advertiser", "Client", "Campaign ID"]);
    assert_eq!(sheet.rows, [["Brand 1".to_owned(), "Client 1".to_owned(), campaign(1, 3)]]);
    assert!(!sheet.recognized);
    let mut matched = sheet.matched.clone();
    assert_eq!(matched.kind, Some(SheetKind::Campaigns));
    assert_eq!(matched.columns, [Some(Field::Advertiser), None, Some(Field::CampaignId)]);
    matched.columns[1] = Some(Field::XpoAccount);
    let table = fixture.book.compare_allocations(&file, &[matched], false, &mut keep_going).unwrap();
    assert_eq!(results(&table), [AllocationResult::Added]);

    // The other columns stay known if the admin has to say what the rows are about.
    let matched = &read(b"Campaign,Campaign Name,Advertiser,advertiser\n1,2,3,4\n").info.sheets[0].matched;
    assert_eq!(matched.kind, None);
    assert_eq!(matched.columns, [None, Some(Field::Name), Some(Field::Advertiser), None]);

    // A list that was exported for reading is recognized without a question.
    let list = "Campaign ID,Campaign Name,Objective,TikTok Ad Account ID,XPO account,Advertiser,Initialized";
    assert!(read(list.as_bytes()).info.sheets[0].recognized);
    assert!(read(format!("{AUDIENCES}\n").as_bytes()).info.sheets[0].recognized);
}

#[test]
fn initialized_is_set_from_a_file_with_the_warning_of_the_dialog() {
    let fixture = allocated();
    let table = csv(&fixture.book, CAMPAIGNS, &[&format!("{},,,,,yes", campaign(1, 2))]);
    let (_, outcome) = fixture.done(action(&table));
    assert_eq!(warning_kinds(&outcome), [WarningKind::CannotBeUndone]);
    let table = csv(&fixture.book, CAMPAIGNS, &[&format!("{},,,Client 1,Brand 1,yes", campaign(1, 3))]);
    let (_, outcome) = fixture.done(action(&table));
    assert_eq!(outcome.summary, "Allocated Campaign 1-3 to Brand 1 of Client 1, initialized Campaign 1-3");
}

#[test]
fn a_partner_that_changed_since_the_preview_is_never_overwritten() {
    let fixture = allocated();
    let table = csv(&fixture.book, CAMPAIGNS, &[&format!("{},,,Client 1,Brand 2,", campaign(1, 2))]);
    fixture.allocate(&[pair(1, 3, 1)]);
    fixture.done(move_campaigns(advertiser(3, 1), &[(1, 2)]));
    let (reasons, _) = fixture.refused(action(&table));
    assert!(reasons.contains(&Reason::CampaignAllocatedElsewhere), "{reasons:?}");
}

#[test]
fn reading_and_comparing_can_be_cancelled() {
    let fixture = allocated();
    let mut file = format!("{CAMPAIGNS}\n");
    (0..6_000).for_each(|n| file += &format!("{n},,,,,\n"));
    let read_it = |progress: &mut partner::progress::Progress<'_>| {
        AllocationFile::read(file.as_bytes(), None, progress)
    };
    assert!(matches!(read_it(&mut |_| ControlFlow::Break(())), Err(Error::Cancelled)));
    let read = read_it(&mut keep_going).unwrap();
    let matches = [read.info.sheets[0].matched.clone()];
    let cancelled = fixture.book.compare_allocations(&read, &matches, false, &mut |_| ControlFlow::Break(()));
    assert!(matches!(cancelled, Err(Error::Cancelled)));
}

/// A decision on small numbers. Those that are blocked are skipped.
#[derive(Debug, Clone)]
enum Edit {
    Allocate(u32, u32, u32),
    Deallocate(u32, u32, u32),
    Mode(u32, u32, bool),
    Default(u32, u32),
    Campaign(u32, u32, u32, u32),
    DropCampaign(u32, u32),
    Initialize(u32, u32),
    Audience(u32, u32, u32, u32, bool),
}

fn edit() -> impl Strategy<Value = Edit> {
    let (account, client, brand, object) = (1..=4_u32, 1..=3_u32, 1..=2_u32, 1..=3_u32);
    prop_oneof![
        4 => (account.clone(), client.clone(), brand.clone()).prop_map(|(a, x, v)| Edit::Allocate(a, x, v)),
        2 => (account.clone(), client.clone(), brand.clone()).prop_map(|(a, x, v)| Edit::Deallocate(a, x, v)),
        2 => (account.clone(), client.clone(), any::<bool>()).prop_map(|(a, x, m)| Edit::Mode(a, x, m)),
        2 => (account.clone(), client.clone()).prop_map(|(a, x)| Edit::Default(a, x)),
        4 => (account.clone(), object.clone(), client.clone(), brand.clone())
            .prop_map(|(a, c, x, v)| Edit::Campaign(a, c, x, v)),
        1 => (account.clone(), object.clone()).prop_map(|(a, c)| Edit::DropCampaign(a, c)),
        1 => (account.clone(), object.clone()).prop_map(|(a, c)| Edit::Initialize(a, c)),
        4 => (account, object, client, brand, any::<bool>())
            .prop_map(|(a, u, x, v, add)| Edit::Audience(a, u, x, v, add)),
    ]
}

/// Makes an edit by the decision of a dialog, unless it is blocked.
fn decide(fixture: &Fixture, edit: &Edit) {
    let holder = |a: u32, c: u32| {
        (1..=3).flat_map(|x| [(x, 1), (x, 2)]).find(|&(x, v)| fixture.holds_campaign(&advertiser(x, v), a, c))
    };
    let action = match *edit {
        Edit::Allocate(a, x, v) => allocate(&[pair(a, x, v)]),
        Edit::Deallocate(a, x, v) => {
            let other = (1..=4).find(|other| *other != a && fixture.mode(*other, x).is_some());
            deallocate(&[pair(a, x, v)], &[hand(x, other)])
        }
        Edit::Mode(a, x, knorex) => {
            modes(&[(a, x, if knorex { PaymentMode::Knorex } else { PaymentMode::Client })])
        }
        Edit::Default(a, x) => Action::SetDefaults(SetDefaults {
            defaults: vec![DefaultChoice { xpo_account: xpo(x), ad_account: account(a) }],
        }),
        Edit::Campaign(a, c, x, v) if holder(a, c).is_some() => move_campaigns(advertiser(x, v), &[(a, c)]),
        Edit::Campaign(a, c, x, v) => campaigns(advertiser(x, v), &[(a, c)], &[]),
        Edit::DropCampaign(a, c) => {
            let Some((x, v)) = holder(a, c) else { return };
            campaigns(advertiser(x, v), &[], &[(a, c)])
        }
        Edit::Initialize(a, c) => initialize(&[(a, c)]),
        Edit::Audience(a, u, x, v, true) => audiences(a, advertiser(x, v), &[u], &[]),
        Edit::Audience(a, u, x, v, false) => audiences(a, advertiser(x, v), &[], &[u]),
    };
    fixture.book.commit(&Change::now("admin", action)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").map_or(24, |cases| cases.parse().unwrap()),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_export_that_is_imported_changes_nothing(edits in vec(edit(), 0..40)) {
        let fixture = Fixture::new();
        edits.iter().for_each(|edit| decide(&fixture, edit));
        let file = export(&fixture);
        for file in [file.clone(), workbook(&sheets(&file))] {
            let table = compare(&fixture.book, &file, true);
            prop_assert!(results(&table).iter().all(|result| *result == AllocationResult::Unchanged), "{:?}", table);
            prop_assert_eq!((table.missing, table.action(&HashSet::new(), Vec::new())), (0, None));
        }
    }

    #[test]
    fn an_edited_export_decides_the_same_as_the_dialogs(
        before in vec(edit(), 0..30),
        edits in vec(edit(), 1..20),
    ) {
        let (by_file, by_dialogs) = (Fixture::new(), Fixture::new());
        for fixture in [&by_file, &by_dialogs] {
            before.iter().for_each(|edit| decide(fixture, edit));
        }
        edits.iter().for_each(|edit| decide(&by_dialogs, edit));
        // The edited rows are those of the other partner. Rows that name no advertiser state nothing, so they are deleted.
        let mut edited = sheets(&export(&by_dialogs));
        for (name, rows) in &mut edited {
            let column = if *name == "Accounts" { 3 } else { 4 };
            rows.retain(|row| !row[column].is_empty());
        }
        let table = compare(&by_file.book, &workbook(&edited), true);
        prop_assert_eq!(problems(&table), vec![None; table.rows.len()]);
        let leave: Vec<DefaultReplacement> = (1..=3).map(|x| DefaultReplacement { xpo_account: xpo(x), to: None }).collect();
        if let Some(action) = table.action(&HashSet::new(), leave) {
            by_file.done(action);
        }
        prop_assert_eq!(by_file.book.decisions().unwrap(), by_dialogs.book.decisions().unwrap());
    }
}

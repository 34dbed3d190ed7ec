//! Exports as Excel workbooks.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{Data, DataType, Reader, Xlsx, open_workbook};
use jiff::Timestamp;
use partner::facts::objects::CampaignFacts;
use partner::queries::campaigns::{CampaignQuery, CampaignSort, CampaignsOf};
use partner::queries::syncs::SyncQuery;
use partner::sync_jobs::job::JobKind;
use partner::tables::file::Format;
use partner::{Book, Error};

use crate::test_partner::{TestPartner, account, allocate, campaigns, commit, names};

/// Reads the first sheet of a workbook.
fn rows(path: &Path) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(<[Data]>::to_vec).collect()
}

fn column<'a>(rows: &'a [Vec<Data>], heading: &str) -> Vec<&'a Data> {
    let at = rows[0].iter().position(|cell| cell == heading).unwrap();
    rows[1..].iter().map(|row| &row[at]).collect()
}

fn part(path: &Path, name: &str) -> String {
    let mut text = String::new();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn query() -> CampaignQuery {
    CampaignQuery {
        sort: CampaignSort::Id,
        ..CampaignQuery::all(CampaignsOf::AdAccount { ad_account: account(1) })
    }
}

fn export(book: &Book, path: &Path) {
    book.export_list(&query(), None, path, Format::Excel, &mut |_| ControlFlow::Continue(())).unwrap();
}

#[test]
fn a_workbook_has_whole_ids_real_dates_and_no_formula() {
    let names = [
        "=HYPERLINK(\"http://x\",\"y\")",
        "+1",
        "@SUM(1) 夏",
        " leading & trailing ",
        "two\nlines",
        "_x0041_",
        "a\u{1}\u{FFFF}b",
        "7002238017842700001",
        "TRUE",
        "<b>",
    ];
    let partner = TestPartner::new();
    let book = partner.open();
    let facts: Vec<CampaignFacts> = campaigns(1, 0, 10)
        .into_iter()
        .zip(names)
        .map(|(facts, name)| CampaignFacts {
            name: name.into(),
            budget: Some(12.5),
            created_at: if name == "TRUE" { "soon" } else { "2026-03-01 10:30:00" }.into(),
            ..facts
        })
        .collect();
    book.record(&account(1), &facts).unwrap();
    let path = partner.dir().join("list.xlsx");
    export(&book, &path);

    let rows = rows(&path);
    let found: Vec<String> = column(&rows, "Campaign Name").into_iter().map(ToString::to_string).collect();
    assert_eq!(found, names.map(|name| name.replace('\u{FFFF}', "\u{FFFD}")));
    assert!(rows[1..].iter().all(|row| matches!(row[1], Data::String(_))), "names are texts");
    for (cell, facts) in column(&rows, "Campaign ID").into_iter().zip(&facts) {
        assert_eq!(*cell, Data::String(facts.id.clone()));
    }
    assert_eq!(column(&rows, "Budget"), [&Data::Float(12.5); 10]);
    let created = column(&rows, "Created");
    assert_eq!(*created[8], Data::String("soon".into()), "an unknown date stays as TikTok wrote it");
    let (year, month, day, hour, minute, ..) = created[0].get_datetime().unwrap().to_ymd_hms_milli();
    assert_eq!((year, month, day, hour, minute), (2026, 3, 1, 10, 30));
    let sheet = part(&path, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no cell is a formula");
    assert!(
        sheet.contains("ySplit=\"1\"") && sheet.contains("state=\"frozen\""),
        "the headings stay in view"
    );
    assert!(sheet.contains("<autoFilter ref=\"A1:O11\"/>"), "each column has a filter");
    assert!(sheet.contains("numberStoredAsText=\"1\""), "Excel does not warn of ids");
    assert!(part(&path, "xl/styles.xml").contains("<b/>"), "the headings are bold");
}

#[test]
fn times_of_the_history_and_of_syncs_are_dates_in_utc() {
    let partner = TestPartner::new();
    let book = partner.open();
    let at = "2026-03-01T10:30:00Z".parse::<Timestamp>().unwrap();
    book.request_syncs(JobKind::Campaigns, &[account(1)], false, at).unwrap();
    let path = partner.dir().join("syncs.xlsx");
    let mut keep_going = |_| ControlFlow::Continue(());
    book.export_list(&SyncQuery::default(), None, &path, Format::Excel, &mut keep_going).unwrap();
    let rows = rows(&path);
    let requested = column(&rows, "Requested")[0].get_datetime().unwrap().to_ymd_hms_milli();
    assert_eq!(requested, (2026, 3, 1, 10, 30, 0, 0));
    assert!(part(&path, "xl/styles.xml").contains("yyyy-mm-dd hh:mm:ss &quot;UTC&quot;"));
}

#[test]
fn everything_can_be_exported_as_workbooks_with_the_same_rows_as_in_csv_files() {
    let partner = TestPartner::new();
    let book = partner.open();
    commit(&book, allocate(1, 1));
    let (excel, csv) = (partner.dir().join("excel"), partner.dir().join("csv"));
    let mut keep_going = |_| ControlFlow::Continue(());
    let mut folder_of = |parent: &Path, format| {
        std::fs::create_dir(parent).unwrap();
        book.export(parent, format, &mut keep_going).unwrap()
    };
    let (excel, csv) = (folder_of(&excel, Format::Excel), folder_of(&csv, Format::Csv));
    assert_eq!(names(&excel).len(), names(&csv).len());
    for name in names(&csv) {
        let mut table = csv::ReaderBuilder::new().has_headers(false).from_path(csv.join(&name)).unwrap();
        let expected = table.records().count();
        assert_eq!(rows(&excel.join(name.replace(".csv", ".xlsx"))).len(), expected, "{name}");
    }
}

#[test]
fn a_cancelled_export_leaves_the_older_workbook_as_it_was() {
    let partner = TestPartner::new();
    let book = partner.open();
    for part in 0..6 {
        book.record(&account(1), &campaigns(1, part * 2_000, 2_000)).unwrap();
    }
    let (path, other) = (partner.dir().join("list.xlsx"), partner.dir().join("other.xlsx"));
    std::fs::write(&path, "older").unwrap();
    let export = |path: &Path, last: Option<usize>| {
        let mut calls = 0;
        let mut progress = |_| {
            calls += 1;
            if Some(calls) == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let exported = book.export_list(&query(), None, path, Format::Excel, &mut progress);
        (calls, exported)
    };
    // The first call is after 10,000 rows, the others are while the file is written.
    let (calls, exported) = export(&other, None);
    assert_eq!((calls > 1, exported.unwrap()), (true, 12_000));
    for last in [1, calls] {
        let (_, cancelled) = export(&path, Some(last));
        assert!(matches!(cancelled, Err(Error::Cancelled)), "{cancelled:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
        assert_eq!(names(partner.dir()), ["list.xlsx", "other.xlsx", "partners"]);
    }
}

//! Big imports: a workbook of allocations, and a directory of clients.

use std::collections::HashSet;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::path::Path;

use calamine::{Reader, Xlsx};
use partner::decisions::{Action, Change, Undo};
use partner::queries::campaigns::CampaignQuery;
use partner::tables::allocations::columns::AllocationFile;
use partner::tables::allocations::table::AllocationResult;
use partner::{Book, Folder};
use rust_xlsxwriter::Workbook;

use crate::floor;
use crate::ours::time;
use crate::table::Measure;
use crate::world::{account, advertiser_name, campaign, home_of, xpo_name};

const ROWS: usize = 100_000;

fn keep_going(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Allocates unallocated campaigns of most TikTok ad accounts: the last ones of each.
fn rows(campaigns: &[usize]) -> impl Iterator<Item = (usize, usize, usize)> {
    let of_account = |(a, &count): (usize, &usize)| {
        (count - count / 5..count).map(move |n| (a, n, (a * 7) % crate::world::ADVERTISERS))
    };
    campaigns.iter().enumerate().skip(1).flat_map(of_account).take(ROWS)
}

fn workbook(book: &Book, campaigns: &[usize]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory().unwrap();
    sheet.set_name("Campaigns").unwrap();
    let mut write = |line: usize, cells: [&str; 6]| {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(line as u32, column, cell).unwrap();
        }
    };
    write(0, ["Campaign ID", "Name", "TikTok Ad Account ID", "XPO account", "Advertiser", "Initialized"]);
    let ids: Vec<_> = rows(campaigns).map(|(a, n, _)| campaign(a, n)).collect();
    let names =
        ids.chunks(10_000).flat_map(|ids| book.rows::<CampaignQuery>(ids).unwrap()).map(|row| row.name);
    for (line, ((a, n, advertiser), name)) in (1..).zip(rows(campaigns).zip(names)) {
        let (client, advertiser) = (xpo_name(home_of(advertiser)), advertiser_name(advertiser));
        write(line, [&campaign(a, n).0, &name, &account(a).0, &client, &advertiser, ""]);
    }
    workbook.save_to_buffer().unwrap()
}

fn directory() -> Vec<u8> {
    let mut file = b"XPO account,State\n".to_vec();
    for n in 0..ROWS {
        writeln!(file, "Client {n:06},Active").unwrap();
    }
    file
}

/// Returns the resident memory of this process in MB: now, and the most since [`forget_peak`].
fn memory() -> (f64, f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
    };
    (value("VmRSS"), value("VmHWM"))
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

/// A measurement in milliseconds, with the time that it should take and the time that it must not exceed.
fn timed(name: &str, value: f64, floor: f64, goal: f64, limit: f64) -> Measure {
    Measure { name: name.into(), value, unit: "ms", floor, aim: goal / floor, limit: Some(limit) }
}

fn undo(book: &Book, change: &Change) {
    let change = change.id.clone();
    let undo = Undo { change, keep: vec![], also: vec![], default_replacements: vec![] };
    let outcome = book.commit(&Change::now("ana", Action::Undo(undo))).unwrap();
    assert!(outcome.entry.is_some(), "{:?}", outcome.blockers);
}

pub fn bulk(root: &Path, file: &str, campaigns: &[usize]) -> Vec<Measure> {
    let copy = root.join("floor-of-imports.sqlite");
    std::fs::copy(root.join("partners").join(file), &copy).unwrap();
    let mut bare = floor::open(&copy);
    let book = Folder::at(root).open(file).unwrap();
    let mut measures = allocations(&book, &mut bare, campaigns);
    measures.extend(clients(&book, &mut bare));
    drop(bare);
    std::fs::remove_file(copy).unwrap();
    measures
}

fn allocations(book: &Book, bare: &mut rusqlite::Connection, campaigns: &[usize]) -> Vec<Measure> {
    let file = workbook(book, campaigns);
    let none = HashSet::new();
    forget_peak();
    let (before, _) = memory();
    let mut read = None;
    let reading = time(|| read = Some(AllocationFile::read(&file, None, &mut keep_going).unwrap()));
    let read = read.unwrap();
    let matches: Vec<_> = read.info.sheets.iter().map(|sheet| sheet.matched.clone()).collect();
    let mut table = None;
    let comparing =
        time(|| table = Some(book.compare_allocations(&read, &matches, false, &mut keep_going).unwrap()));
    let table = table.unwrap();
    assert_eq!(table.rows.len(), ROWS);
    let other = table.rows.iter().find(|row| row.result != AllocationResult::Added);
    assert!(other.is_none(), "{other:?}");
    let previewing = time(|| {
        let preview = book.preview_allocations(&table, &none, "ana", &mut keep_going).unwrap();
        assert_eq!((preview.outcome.added as usize, preview.blockers), (ROWS, 0));
    });
    println!("read {reading:.0} ms, compared {comparing:.0} ms, previewed {previewing:.0} ms");
    let mut change = None;
    let saving = time(|| {
        change = Some(Change::now("ana", table.action(&none, Vec::new()).unwrap()));
        assert!(book.commit(change.as_ref().unwrap()).unwrap().entry.is_some());
    });
    let (_, peak) = memory();
    drop((read, table));
    let undoing = time(|| undo(book, change.as_ref().unwrap()));
    println!("undone {undoing:.0} ms");

    let floor_of_reading = time(|| {
        let mut workbook = Xlsx::new(Cursor::new(&file)).unwrap();
        let name = workbook.sheet_names()[0].clone();
        let mut cells = workbook.worksheet_cells_reader(&name).unwrap();
        while let Some(cell) = cells.next_cell().unwrap() {
            std::hint::black_box(cell);
        }
    });
    let ids: Vec<_> = rows(campaigns).map(|(a, n, to)| (campaign(a, n).0, a, to)).collect();
    let floor_of_preview = time(|| floor::write_all(bare, &ids, true, false));
    let floor_of_save = time(|| floor::write_all(bare, &ids, true, true));
    vec![
        timed(
            "read and preview a workbook of 100,000 allocations",
            reading + comparing + previewing,
            floor_of_reading + floor_of_preview,
            3_000.0,
            6_000.0,
        ),
        timed("save 100,000 allocations", saving, floor_of_save, 5_000.0, 8_000.0),
        Measure {
            name: "memory of the import of 100,000 allocations".into(),
            value: peak - before,
            unit: "MB",
            floor: 200.0,
            aim: 1.0,
            limit: Some(250.0),
        },
    ]
}

fn clients(book: &Book, bare: &mut rusqlite::Connection) -> Vec<Measure> {
    let file = directory();
    let none = HashSet::new();
    let mut table = None;
    let previewing = time(|| table = Some(book.read_directory_table(&file, None, &mut keep_going).unwrap()));
    let mut change = None;
    let saving = time(|| {
        change = Some(Change::now("ana", table.as_ref().unwrap().action(&none).unwrap()));
        assert!(book.commit(change.as_ref().unwrap()).unwrap().entry.is_some());
    });
    let floor_of_preview = time(|| {
        let mut rows = csv::Reader::from_reader(file.as_slice());
        for row in rows.byte_records() {
            std::hint::black_box(row.unwrap());
        }
    });
    let floor_of_save = time(|| floor::write_clients(bare, ROWS));
    let undoing = time(|| undo(book, change.as_ref().unwrap()));
    println!("undone {undoing:.0} ms");
    vec![
        timed("preview a directory of 100,000 clients", previewing, floor_of_preview, 2_000.0, 4_000.0),
        timed("save 100,000 clients", saving, floor_of_save, 2_000.0, 6_000.0),
    ]
}

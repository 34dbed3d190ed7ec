//! Files of other programs as allocation files, and files that nobody should open. Those in `workbooks` were written by
//! LibreOffice, openpyxl and msoffcrypto-tool from the same rows.

use std::collections::HashSet;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::sync::Arc;

use partner::Error;
use partner::decisions::PaymentMode;
use partner::tables::allocations::columns::{AllocationFile, SheetKind};
use partner::tables::allocations::table::{AllocationResult, AllocationTable, RowProblem};
use partner::tables::sheets::MAX_FILE_SIZE;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::fixture::{Fixture, advertiser};

const LIBREOFFICE: [&[u8]; 2] =
    [include_bytes!("workbooks/libreoffice.xlsx"), include_bytes!("workbooks/libreoffice.ods")];
const OLD: &[u8] = include_bytes!("workbooks/libreoffice.xls");
const OPENPYXL: &[u8] = include_bytes!("workbooks/openpyxl.xlsx");
const PASSWORD: &[u8] = include_bytes!("workbooks/password.xlsx");

fn read(file: &[u8]) -> partner::Result<AllocationFile> {
    AllocationFile::read(file, None, &mut |_| ControlFlow::Continue(()))
}

fn compare(fixture: &Fixture, file: &[u8]) -> Arc<AllocationTable> {
    let file = read(file).unwrap();
    assert!(file.info.sheets.iter().all(|sheet| sheet.recognized), "{:?}", file.info);
    let matches: Vec<_> = file.info.sheets.iter().map(|sheet| sheet.matched.clone()).collect();
    let mut keep_going = |_| ControlFlow::Continue(());
    fixture.book.compare_allocations(&file, &matches, false, &mut keep_going).unwrap()
}

#[test]
fn files_of_libreoffice_are_read_alike() {
    for file in LIBREOFFICE {
        let fixture = Fixture::new();
        let table = compare(&fixture, file);
        assert!(table.rows.iter().all(|row| row.result == AllocationResult::Added), "{table:?}");
        let kinds: Vec<SheetKind> = table.rows.iter().map(|row| row.kind).collect();
        assert_eq!(kinds[..2], [SheetKind::Accounts; 2]);
        fixture.done(table.action(&HashSet::new(), Vec::new()).unwrap());
        assert_eq!(fixture.mode(3, 1).as_deref(), Some(PaymentMode::Knorex.as_str()));
        assert_eq!(fixture.mode(4, 2).as_deref(), Some(PaymentMode::Client.as_str()));
        assert!(fixture.holds_campaign(&advertiser(1, 1), 3, 1));
    }
}

#[test]
fn a_formula_that_openpyxl_wrote_and_nobody_calculated_is_no_empty_cell() {
    let fixture = Fixture::new();
    let file = read(OPENPYXL).unwrap();
    assert_eq!(file.info.hidden, ["Old"]);
    let table = compare(&fixture, OPENPYXL);
    assert_eq!(
        table.rows.iter().map(|row| row.problem).collect::<Vec<_>>(),
        [None, Some(RowProblem::NotCalculated)]
    );
}

#[test]
fn a_workbook_with_a_password_is_refused_as_such() {
    assert!(matches!(read(PASSWORD), Err(Error::TablePassword)));
}

#[test]
fn an_old_workbook_is_refused_as_such() {
    assert!(matches!(read(OLD), Err(Error::TableOld)));
}

#[test]
fn damaged_workbooks_are_refused_wherever_they_are_cut() {
    for file in LIBREOFFICE {
        for part in 1..16 {
            let refused = read(&file[..file.len() * part / 16]);
            assert!(matches!(refused, Err(Error::TableDamaged(_))), "{part} of {}", file.len());
        }
    }
    let mut flipped = LIBREOFFICE[0].to_vec();
    for at in (0..flipped.len()).step_by(97) {
        flipped[at] ^= 0xFF;
        read(&flipped).ok();
        flipped[at] ^= 0xFF;
    }
}

#[test]
fn a_workbook_that_unpacks_to_more_than_it_should_is_refused() {
    assert!(matches!(read(&vec![b'a'; MAX_FILE_SIZE + 1]), Err(Error::TableTooLarge(_))));
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("xl/worksheets/sheet1.xml", SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    (0..300).for_each(|_| bomb.write_all(&zeros).unwrap());
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    assert!(matches!(read(&bomb), Err(Error::TableTooLarge(_))));
    // The file may also say that it is small.
    let size = (300_u32 << 20).to_le_bytes();
    let lie: Vec<u8> = {
        let mut lie = bomb;
        while let Some(at) = lie.windows(4).position(|bytes| bytes == size) {
            lie[at..at + 4].copy_from_slice(&1_000_u32.to_le_bytes());
        }
        lie
    };
    assert!(matches!(read(&lie), Err(Error::TableTooLarge(_) | Error::TableDamaged(_))));
}

/// Returns the workbook with another text in one of its parts.
fn with(workbook: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let entry = source.by_index(index).unwrap();
        if entry.name().unwrap() != part {
            changed.raw_copy_file(entry).unwrap();
            continue;
        }
        let text = std::io::read_to_string(entry).unwrap();
        assert!(text.contains(from), "{text}");
        changed.start_file(part, SimpleFileOptions::default()).unwrap();
        changed.write_all(text.replacen(from, to, 1).as_bytes()).unwrap();
    }
    changed.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_claims_more_than_fits_in_the_memory_is_refused() {
    let strings = |to| read(&with(LIBREOFFICE[0], "xl/sharedStrings.xml", "uniqueCount=\"", to));
    assert!(matches!(strings("uniqueCount=\"100000000000"), Err(Error::TableDamaged(_))));
    assert!(matches!(strings("uniqueCount = '900000000000' x=\""), Err(Error::TableDamaged(_))));
    let cell = "<table:table-cell office:value-type=\"string\"";
    let many = format!("{cell} table:number-columns-repeated=\"16384\"");
    let row = "<table:table-row ";
    let wide = with(LIBREOFFICE[1], "content.xml", cell, &many);
    read(&wide).unwrap();
    let large = with(&wide, "content.xml", row, &format!("{row}table:number-rows-repeated=\"1000000\" "));
    assert!(matches!(read(&large), Err(Error::TableTooLarge(_))));
}

#[test]
fn cells_far_away_cost_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Campaign ID").unwrap();
    sheet.write_string(1_048_575, 16_383, "far").unwrap();
    let file = read(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(file.info.sheets[0].count, 0, "only columns that can matter are read");
}

#[test]
fn a_workbook_with_macros_is_read_without_them() {
    let mut source = zip::ZipArchive::new(Cursor::new(LIBREOFFICE[0])).unwrap();
    let mut with_macros = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        with_macros.raw_copy_file(source.by_index_raw(index).unwrap()).unwrap();
    }
    with_macros.start_file("xl/vbaProject.bin", SimpleFileOptions::default()).unwrap();
    with_macros.write_all(b"macros").unwrap();
    let file = with_macros.finish().unwrap().into_inner();
    assert_eq!(compare(&Fixture::new(), &file).rows.len(), 3);
}

#[test]
fn files_of_other_kinds_and_empty_ones_have_no_sheet_to_import() {
    for file in [&b""[..], b"\n\n", b"%PDF-1.4 something", b"\0\0\0"] {
        let info = read(file).unwrap().info;
        assert!(info.sheets.iter().all(|sheet| !sheet.recognized), "{info:?}");
    }
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("notes.txt", SimpleFileOptions::default()).unwrap();
    archive.write_all(b"not a workbook").unwrap();
    let archive = archive.finish().unwrap().into_inner();
    assert!(matches!(read(&archive), Err(Error::TableDamaged(_))));
}

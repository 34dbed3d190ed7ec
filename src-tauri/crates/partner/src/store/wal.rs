//! Checks the write-ahead log (`-wal`) of a file that was not closed properly.
//!
//! SQLite reads the log up to the first invalid frame and ignores the rest, which it takes for an interrupted write. If a
//! later transaction follows the invalid frame, the log was damaged instead, and SQLite would silently drop changes that
//! were acknowledged. SQLite has no function that tells the two apart, so this module reads the format itself:
//! <https://sqlite.org/fileformat2.html#walformat>.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use crate::error::{Error, Result};
use crate::store::paths::wal_of;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The magic number of a log, apart from its last bit: whether checksums are big-endian.
const MAGIC: u32 = 0x377F_0682;

/// Returns the first salt of the log beside a database, or `None` if there is no log. SQLite starts a log with a random
/// salt and increments it at every restart of the log.
///
/// # Errors
/// [`Error::FolderUnwritable`] if the log cannot be read.
pub(super) fn first_salt(database: &Path) -> Result<Option<u32>> {
    let Some(mut wal) = open(database)? else { return Ok(None) };
    let header = read::<HEADER>(&mut wal)?.filter(|header| number(header, 0) & !1 == MAGIC);
    Ok(header.map(|header| number(&header, 16)))
}

/// Checks that no acknowledged change in the log is unreadable.
///
/// # Errors
/// [`Error::FileDamaged`] if one is.
pub(super) fn check(database: &Path) -> Result<()> {
    let Some(mut wal) = open(database)? else { return Ok(()) };
    let Some(header) = read::<HEADER>(&mut wal)? else { return Ok(()) };
    let big_endian = number(&header, 0) & 1 == 1;
    let mut checksum = add((0, 0), &header[..24], big_endian);
    let mut broken = checksum != checksum_at(&header, 24);
    let page_size = page_size_of(database)?;
    let salts = &header[16..24];
    // Whether a transaction ended at or after the first invalid frame.
    let mut committed = false;
    let mut page = vec![0; page_size];
    loop {
        let Some(frame) = read::<FRAME_HEADER>(&mut wal)? else { return Ok(()) };
        if wal.read_exact(&mut page).is_err() {
            return Ok(()); // The write of this page was interrupted.
        }
        // After an invalid frame, the next is verified against the checksum that the invalid frame claims.
        let expected = add(add(checksum, &frame[..8], big_endian), &page, big_endian);
        let found = checksum_at(&frame, 16);
        let valid = expected == found && &frame[8..16] == salts;
        if broken && valid && committed {
            return Err(Error::FileDamaged("the write-ahead log has a gap before later changes".into()));
        }
        broken |= !valid;
        committed |= broken && number(&frame, 4) != 0;
        checksum = found;
    }
}

fn open(database: &Path) -> Result<Option<BufReader<File>>> {
    match File::open(wal_of(database)) {
        Ok(file) => Ok(Some(BufReader::new(file))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Reads `N` bytes, or `None` if there are fewer.
fn read<const N: usize>(file: &mut impl Read) -> Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Returns the page size in the header of the database: the log's own may be what is damaged.
fn page_size_of(database: &Path) -> Result<usize> {
    let mut file = File::open(database)?;
    let Some(header) = read::<18>(&mut file)? else { return Err(Error::FileNotPartner) };
    match u16::from_be_bytes([header[16], header[17]]) {
        1 => Ok(65_536),
        size if size >= 512 && size.is_power_of_two() => Ok(size.into()),
        _ => Err(Error::FileDamaged("the page size is invalid".into())),
    }
}

fn number(bytes: &[u8], from: usize) -> u32 {
    bytes[from..from + 4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn checksum_at(bytes: &[u8], from: usize) -> (u32, u32) {
    (number(bytes, from), number(bytes, from + 4))
}

/// Returns the cumulative checksum of the log after more bytes.
fn add((mut one, mut two): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        let word = |from| if big_endian { number(pair, from) } else { number(pair, from).swap_bytes() };
        one = one.wrapping_add(word(0)).wrapping_add(two);
        two = two.wrapping_add(word(4)).wrapping_add(one);
    }
    (one, two)
}

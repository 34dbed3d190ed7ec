//! Reads the write-ahead log (`-wal`) of a file without SQLite.
//!
//! SQLite applies the log up to the first invalid frame and ignores the rest. That is right after a power cut, which may
//! leave any part of what was not synced. This module finds out what SQLite will apply, and what the ignored rest proves:
//! every transaction carries a [`Stamp`] that names the last change acknowledged before it.
//! The format: <https://sqlite.org/fileformat2.html#walformat>.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::{Error, Result};
use crate::store::paths::{open_regular, wal_of};
use crate::store::revision::{Nonce, Stamp};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The magic number of a log, apart from its last bit: whether checksums are big-endian.
const MAGIC: u32 = 0x377F_0682;

/// What a log contains.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wal {
    /// Whether the file starts like a log. SQLite ignores it otherwise.
    pub is_wal: bool,
    /// Whether SQLite will apply anything.
    pub has_transactions: bool,
    /// The stamps of the first and the last transaction that SQLite will apply.
    pub stamps: Option<(Stamp, Stamp)>,
    /// The sessions that wrote the log: each continues the log of the one before it that was killed.
    pub sessions: Vec<Nonce>,
    /// The page with the stamp.
    pub page: Option<u32>,
    /// Whether intact frames follow an invalid one.
    pub has_gap: bool,
    /// The stamp with the highest acknowledged transaction behind the gap.
    pub behind_gap: Option<Stamp>,
}

/// Reads the log beside a database.
///
/// # Errors
/// [`Error::FolderUnwritable`] if the log cannot be read.
pub(super) fn scan(database: &Path) -> Result<Wal> {
    let mut found = Wal::default();
    let Some(mut wal) = open(database)? else { return Ok(found) };
    let Some(header) = read::<HEADER>(&mut wal)? else { return Ok(found) };
    found.is_wal = number(&header, 0) & !1 == MAGIC;
    let big_endian = number(&header, 0) & 1 == 1;
    let mut checksum = add((0, 0), &header[..24], big_endian);
    let mut broken = checksum != checksum_at(&header, 24);
    let page_size = page_size_of(database)?;
    // A database with another page size has another log.
    broken |= number(&header, 8) as usize != page_size;
    let salts = &header[16..24];
    let mut stamp = None;
    let mut page = vec![0; page_size];
    loop {
        let Some(frame) = read::<FRAME_HEADER>(&mut wal)? else { return Ok(found) };
        if wal.read_exact(&mut page).is_err() {
            return Ok(found); // The write of this page was interrupted.
        }
        // After an invalid frame, the next is verified against the checksum that the invalid frame claims.
        let expected = add(add(checksum, &frame[..8], big_endian), &page, big_endian);
        checksum = checksum_at(&frame, 16);
        let valid = expected == checksum && &frame[8..16] == salts;
        let was_broken = broken;
        broken |= !valid;
        if !valid {
            continue;
        }
        let on_page = Stamp::on_page(&page);
        if let Some(stamp) = on_page {
            found.page = Some(number(&frame, 0));
            if found.sessions.last() != Some(&stamp.session) {
                found.sessions.push(stamp.session);
            }
        }
        if was_broken {
            found.has_gap = true;
            found.behind_gap =
                found.behind_gap.into_iter().chain(on_page).max_by_key(|stamp| stamp.acknowledged);
            continue;
        }
        stamp = on_page.or(stamp);
        if number(&frame, 4) != 0 {
            found.has_transactions = true;
            if let Some(last) = stamp.take() {
                found.stamps = Some((found.stamps.map_or(last, |(first, _)| first), last));
            }
        }
    }
}

/// Reads the stamp in the database itself, without its log, even if the program was killed during a checkpoint.
pub(super) fn stamp_in_file(database: &Path, page: u32) -> Result<Option<Stamp>> {
    let page_size = page_size_of(database)?;
    let mut content = vec![0; page_size];
    let mut file = File::open(database)?;
    file.seek(SeekFrom::Start(u64::from(page.saturating_sub(1)) * page_size as u64))?;
    match file.read_exact(&mut content) {
        Ok(()) => Ok(Stamp::on_page(&content)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn open(database: &Path) -> Result<Option<BufReader<File>>> {
    match open_regular(&wal_of(database)) {
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

//! Whether the log (`-wal`) of a book that was not closed is whole. SQLite reads a log up to the first frame that is not as
//! it was written, and takes the rest for what was being written when the computer stopped. Where that rest goes on with
//! changes that were made later, it is damage: what was acknowledged would be lost without a word.
//!
//! See <https://sqlite.org/fileformat2.html#walformat>.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

use crate::store::open::sibling;
use crate::{Error, Result};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Check the log beside a book; nothing is changed.
///
/// # Errors
/// [`Error::FileDamaged`] when changes that were acknowledged cannot be read.
pub(crate) fn check(book: &Path) -> Result<()> {
    let mut log = match File::open(sibling(book, "-wal")) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let Some(header) = read::<HEADER>(&mut log)? else { return Ok(()) };
    let big_endian = number(&header, 0) & 1 == 1;
    let mut sum = add((0, 0), &header[..24], big_endian);
    let mut broken = sum != sums(&header, 24);
    let page_size = page_size_of(book)?;
    let salts = &header[16..24];
    // From the first unreadable frame on: whether a change was complete before the present frame.
    let mut complete = false;
    let mut page = vec![0; page_size];
    loop {
        let Some(frame) = read::<FRAME_HEADER>(&mut log)? else { return Ok(()) };
        if log.read_exact(&mut page).is_err() {
            return Ok(()); // The end of a page that was being written.
        }
        // After a frame that is broken, the next is held against what that one says of itself.
        let expected = add(add(sum, &frame[..8], big_endian), &page, big_endian);
        let found = sums(&frame, 16);
        let as_written = expected == found && &frame[8..16] == salts;
        if broken && as_written && complete {
            return Err(Error::FileDamaged(
                "the log has a gap: what was saved after it cannot be read".into(),
            ));
        }
        broken |= !as_written;
        complete |= broken && number(&frame, 4) != 0;
        sum = found;
    }
}

fn read<const N: usize>(log: &mut impl Read) -> Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match log.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The size of the book's pages, from its own header: the log's may be what is damaged.
fn page_size_of(book: &Path) -> Result<usize> {
    let mut file = File::open(book)?;
    let Some(header) = read::<18>(&mut file)? else { return Err(Error::FileNotPartner) };
    match u16::from_be_bytes([header[16], header[17]]) {
        1 => Ok(65_536),
        size if size >= 512 && size.is_power_of_two() => Ok(size.into()),
        _ => Err(Error::FileDamaged("the size of its pages is none".into())),
    }
}

fn number(bytes: &[u8], from: usize) -> u32 {
    bytes[from..from + 4].iter().fold(0, |number, &byte| number << 8 | u32::from(byte))
}

fn sums(bytes: &[u8], from: usize) -> (u32, u32) {
    (number(bytes, from), number(bytes, from + 4))
}

/// The log's running sum with more bytes.
fn add((mut one, mut two): (u32, u32), bytes: &[u8], big_endian: bool) -> (u32, u32) {
    for pair in bytes.chunks_exact(8) {
        let word = |from| if big_endian { number(pair, from) } else { number(pair, from).swap_bytes() };
        one = one.wrapping_add(word(0)).wrapping_add(two);
        two = two.wrapping_add(word(4)).wrapping_add(one);
    }
    (one, two)
}

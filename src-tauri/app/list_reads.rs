//! What the window is reading of its lists. A read that a newer query of the same list has made useless ends early.

use std::cmp::Ordering;
use std::sync::Mutex;

use partner::store::interrupt::Interrupt;
use serde::Deserialize;
use specta::Type;

use super::lock::locked;

/// Which query of which list of the window a read belongs to. Newer queries of a list have higher numbers.
#[derive(Debug, Clone, Deserialize, Type)]
pub struct ListTurn {
    pub list: String,
    pub number: u32,
}

#[derive(Default)]
pub struct ListReads(Mutex<Vec<(ListTurn, Interrupt)>>);

impl ListReads {
    /// Interrupts the reads of older queries of the same list. The read itself is interrupted at once if a newer query of
    /// the list is being read: calls of the window may arrive in another order.
    pub fn begin(&self, turn: ListTurn) -> ListRead<'_> {
        let interrupt = Interrupt::default();
        let mut reads = locked(&self.0);
        for (other, read) in reads.iter().filter(|(other, _)| other.list == turn.list) {
            match other.number.cmp(&turn.number) {
                Ordering::Less => read.set(),
                Ordering::Equal => {}
                Ordering::Greater => interrupt.set(),
            }
        }
        reads.push((turn, interrupt.clone()));
        ListRead { reads: self, interrupt }
    }
}

/// A read that has not ended.
pub struct ListRead<'a> {
    reads: &'a ListReads,
    pub interrupt: Interrupt,
}

impl Drop for ListRead<'_> {
    fn drop(&mut self) {
        locked(&self.reads.0).retain(|(_, interrupt)| !interrupt.is(&self.interrupt));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(list: &str, number: u32) -> ListTurn {
        ListTurn { list: list.to_owned(), number }
    }

    #[test]
    fn a_newer_query_interrupts_the_older_ones_of_its_list() {
        let reads = ListReads::default();
        let [list, page, other] = [("a", 1), ("a", 1), ("b", 1)].map(|(list, n)| reads.begin(turn(list, n)));
        assert!([&list, &page, &other].iter().all(|read| !read.interrupt.is_set()));
        let newer = reads.begin(turn("a", 2));
        assert!(list.interrupt.is_set() && page.interrupt.is_set());
        assert!(!other.interrupt.is_set() && !newer.interrupt.is_set());
        let late = reads.begin(turn("a", 1));
        assert!(late.interrupt.is_set() && !newer.interrupt.is_set());
    }

    #[test]
    fn a_read_that_ended_is_forgotten() {
        let reads = ListReads::default();
        drop(reads.begin(turn("a", 2)));
        assert!(!reads.begin(turn("a", 1)).interrupt.is_set());
        assert!(locked(&reads.0).is_empty());
    }
}

//! Compares the book of a large partner with plain SQL for the same rows in the same run: `make bench`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod bulk;
mod floor;
#[allow(dead_code)]
#[path = "../common/naming.rs"]
mod naming;
mod ours;
#[path = "../common/raw_file.rs"]
mod raw_file;
mod screens;
mod suggestions;
#[path = "../../../../../tests/bench/table.rs"]
mod table;
mod world;

use std::path::Path;

#[test]
#[ignore = "takes minutes and needs an idle machine: make bench"]
fn the_book_of_a_large_partner() {
    let folder = tempfile::tempdir().unwrap();
    let (file, campaigns) = world::large_partner(folder.path());
    let mut measures = ours::measure(folder.path(), &file, &campaigns);
    measures.extend(bulk::bulk(folder.path(), &file, &campaigns));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    let exceeded = table::report(root, "bare SQL", &measures);
    assert!(exceeded.is_empty(), "exceeds the limit: {exceeded:#?}");
}

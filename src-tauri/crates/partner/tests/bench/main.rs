//! The book of a large partner beside the bare SQL for the same rows in the same run: `make bench`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod floor;
mod ours;
#[path = "../../../../../tests/bench/table.rs"]
mod table;
mod world;

use std::path::Path;
use std::time::Instant;

use partner::Folder;

#[test]
#[ignore = "takes minutes, and the machine for itself: make bench"]
fn the_book_of_a_large_partner() {
    // In memory where there is such a place: making it is not what is measured.
    let quick = Path::new("/dev/shm");
    let draft = if quick.is_dir() { tempfile::tempdir_in(quick) } else { tempfile::tempdir() }.unwrap();
    let started = Instant::now();
    let world = world::World::make(&Folder::at(draft.path()));
    let file = world.file.clone();
    let campaigns = world.campaigns.clone();
    drop(world);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("partners").join(&file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::copy(draft.path().join("partners").join(&file), &path).unwrap();
    drop(draft);
    println!(
        "the large partner: {} MB, made in {:.0} s",
        path.metadata().unwrap().len() / 1_000_000,
        started.elapsed().as_secs_f64()
    );
    let measures = ours::measure(place.path(), &file, &campaigns);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3).unwrap();
    table::report(root, "bare SQL", &measures);
}

//! Help: a report for support of a partner in the middle of its work.

use std::fs::File;
use std::io::Read;

use zip::ZipArchive;

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_report_for_support_is_saved_and_names_nobody() {
    let world = World::new(&["Summer"]).await;
    let window = &world.window;
    window.press("Help").await;
    window.press("Save a report for support").await;
    window.dialog("Save a report for support").await;
    window.press("Save").await;
    window.shows("The report is saved: ").await;
    let words = window.words().await;
    let path = words.lines().find_map(|line| line.strip_prefix("The report is saved: ")).unwrap();

    let mut zip = ZipArchive::new(File::open(path.trim()).unwrap()).unwrap();
    let mut told = String::new();
    for place in 0..zip.len() {
        zip.by_index(place).unwrap().read_to_string(&mut told).unwrap();
    }
    assert!(told.contains("the window is ready"), "{told}");
    assert!(told.contains("\"xpo_account\": 3"), "{told}");
    for name in ["Knorex Asia", "Harbor Coffee", "Aurora", "Summer", "Maria", world.account("Pine Bikes")] {
        assert!(!told.contains(name), "{name} is told:\n{told}");
    }
    world.end().await;
}

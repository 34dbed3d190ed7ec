//! Failures of the program itself reach the screen and the log.

use crate::harness::until;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_unhandled_error_in_the_page_is_shown_and_logged_without_its_message() {
    let world = World::new(&[]).await;
    let window = &world.window;
    window.shows("Overview").await;
    window.run("setTimeout(() => { throw new TypeError('Harbor Coffee') })").await.unwrap();
    window.shows("Something went wrong in XPO Admin").await;

    let logs = world.harness.data().join("logs");
    let line = until("the error is logged", async || {
        let files =
            logs.read_dir().ok()?.filter_map(|entry| std::fs::read_to_string(entry.ok()?.path()).ok());
        let text: String = files.collect();
        text.lines().find(|line| line.contains("the page failed")).map(str::to_owned)
    })
    .await;
    assert!(line.contains("\"class\":\"TypeError\""), "{line}");
    assert!(!line.contains("Harbor"), "{line}");

    window.press("Reload").await;
    window.hides("Something went wrong in XPO Admin").await;
    window.shows("Overview").await;
    world.end().await;
}

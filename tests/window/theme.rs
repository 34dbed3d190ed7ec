//! The theme, from the first moment that the window can be seen.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::harness::book::{self, PARTNER};
use crate::harness::{Harness, Window};

struct SetOnDrop(Arc<AtomicBool>);

impl Drop for SetOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Starts the application. Returns also how many percent of the screen were light at most before its page had content.
async fn start_watched(harness: &Harness) -> (Window, usize) {
    let (screen, shown) = (harness.screen(), Arc::new(AtomicBool::new(false)));
    let until = Arc::clone(&shown);
    let watching = tokio::task::spawn_blocking(move || {
        let mut lightest = 0;
        while !until.load(Ordering::Relaxed) {
            lightest = lightest.max(screen.light_percent());
        }
        lightest
    });
    // Also ends the watching when a step fails.
    let shown = SetOnDrop(shown);
    let window = harness.start_app().await;
    window.wait_for_text(PARTNER).await;
    drop(shown);
    assert_eq!(window.run_script("return document.documentElement.dataset.theme").await.unwrap(), "dark");
    (window, watching.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dark_window_is_dark_from_the_start() {
    let harness = Harness::without_keychain().await;
    book::seed_book(&harness.data_dir(), 1);
    let window = harness.start_app().await;
    window.click(&format!("Open {PARTNER}")).await;
    window.click("Settings").await;
    window.choose_radio("Dark").await;
    window.wait_until("return document.documentElement.dataset.theme === 'dark'").await;
    window.close().await;

    let (window, lightest) = start_watched(&harness).await;
    assert!(lightest < 20, "{lightest} % of the screen were light");
    window.click("Settings").await;
    window.choose_radio("System").await;
    window.wait_until("return document.documentElement.dataset.theme === 'light'").await;
    window.close().await;

    let settings = harness.home().join(".config/gtk-3.0/settings.ini");
    let dark = fs::read_to_string(&settings).unwrap() + "gtk-application-prefer-dark-theme=1\n";
    fs::write(settings, dark).unwrap();
    let (window, lightest) = start_watched(&harness).await;
    assert!(lightest < 20, "{lightest} % of the screen were light on a dark desktop");
    window.close().await;
}

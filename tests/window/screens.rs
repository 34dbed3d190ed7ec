//! Screens, whose code is loaded when they are first opened.

use crate::harness::Window;
use crate::keyboard::open_seeded_book;

const SCREENS: [&str; 8] = [
    "TikTok Accounts",
    "Allocate Campaigns",
    "Allocate Audiences",
    "XPO Accounts",
    "Requests",
    "Sync activity",
    "Change history",
    "Settings",
];

async fn open(window: &Window, screen: &str) {
    window.click(screen).await;
    let shown = format!("return document.querySelector('main h1')?.textContent.trim() === '{screen}'");
    window.wait_until(&shown).await;
    let text = window.text().await;
    assert!(!text.contains("Something went wrong"), "{screen}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_can_be_the_first_one_after_a_start_and_the_others_follow() {
    let (harness, window) = open_seeded_book(false).await;
    window.close().await;
    for first in SCREENS {
        let window = harness.start_app().await;
        open(&window, first).await;
        for next in SCREENS.into_iter().chain(["Overview"]) {
            open(&window, next).await;
        }
        window.close().await;
    }
}

//! Notifications, closing the window, and the system tray that keeps the application running without a window.

use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use tiktok_sandbox::{ObjectKind, Sizes};

use crate::fixture::Fixture;
use crate::harness::{DOWN, Desktop, RETURN, Screen, is_running, wait_for};

/// The class of the icon's window in the tray.
const ICON: &str = "tray-icon tray app";
/// The class of the icon's menu, which is the application's only visible window while the main window is closed.
const MENU: &str = "Xpo-admin";

#[tokio::test(flavor = "multi_thread")]
async fn syncs_continue_in_the_tray_and_a_notification_reports_an_expired_sign_in() {
    let fixture = Fixture::imported(Sizes::default()).await;
    fixture.add_on_tiktok("Pine Bikes", ObjectKind::Campaign, &["Spring", "Summer"]);
    let (harness, window) = (&fixture.harness, &fixture.window);
    let (desktop, screen) = (Desktop::start(harness), harness.screen());
    let hidden = async || (!screen.has_window("XPO Admin")).then_some(());

    window.click("Settings").await;
    window.toggle("Keep syncing in the system tray when the window is closed").await;
    window.wait_for_text("To quit, choose").await;
    wait_for("an icon in the tray", async || screen.has_window(ICON).then_some(())).await;
    screen.close_window("XPO Admin").unwrap();
    wait_for("the window to close", hidden).await;

    fixture.sync("campaigns", "Pine Bikes").await;
    harness.sandbox().revoke_user(&harness.sandbox().users()[0].id);
    fixture.sync("campaigns", "Harbor Coffee").await;
    let name = &harness.sandbox().users()[0].name;
    let notification = format!("TikTok user “{name}” has to sign in again. Its syncs are paused until then.");
    wait_for("a notification", async || desktop.notifications().contains(&notification).then_some(())).await;

    wait_for("a click on the notification to open its screen", async || {
        desktop.click_notification();
        let opened = screen.has_window("XPO Admin") && window.text().await.contains("Re-authorize");
        opened.then_some(())
    })
    .await;
    screen.close_window("XPO Admin").unwrap();
    wait_for("the window to close", hidden).await;

    choose_menu_entry(&screen, 1).await;
    wait_for("the window to open", async || screen.has_window("XPO Admin").then_some(())).await;
    window.click("Sync activity").await;
    window.wait_for_row(&["Pine Bikes", "Done", "added"]).await;
    window.wait_for_row(&["Harbor Coffee", "Paused: sign in again"]).await;
    window.wait_for_text("1 waiting").await;

    window.click("Settings").await;
    window.fill("App ID", "7123").await;
    window.wait_for_text("Unsaved changes").await;
    screen.close_window("XPO Admin").unwrap();
    wait_for("the window to close", hidden).await;
    choose_menu_entry(&screen, 2).await;
    wait_for("the window to open", async || screen.has_window("XPO Admin").then_some(())).await;
    window.wait_for_text("You have unsaved changes in the").await;
    // The click may end the application before it is answered.
    wait_for("the application to end", async || {
        window.click_if_present("Discard changes").await;
        (!is_running(window.process)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_asks_about_unsaved_changes_and_a_second_request_closes_it() {
    let fixture = Fixture::from_file(&[]).await;
    let (window, screen) = (&fixture.window, fixture.harness.screen());
    window.click("Settings").await;
    window.fill("App ID", "7123").await;
    window.wait_for_text("Unsaved changes").await;
    screen.close_window("XPO Admin").unwrap();
    window.wait_for_text("You have unsaved changes in the").await;
    window.click("Keep editing").await;
    window.wait_until_gone("You have unsaved changes in the").await;
    screen.close_window("XPO Admin").unwrap();
    window.wait_for_text("You have unsaved changes in the").await;
    screen.close_window("XPO Admin").unwrap();
    wait_for("the application to end", async || (!is_running(window.process)).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_have_the_format_of_the_systems_region() {
    let Fixture { mut harness, window, .. } = Fixture::from_file(&[]).await;
    window.close().await;
    harness.date_format = "ja_JP.UTF-8";
    let window = harness.start_app().await;
    window.click("Settings").await;
    window.wait_for_text(&Timestamp::now().strftime("Last backup: %Y/").to_string()).await;
    window.close().await;
}

/// Chooses an entry of the icon's menu, counted from 1.
async fn choose_menu_entry(screen: &Screen, entry: usize) {
    wait_for("the icon's menu", async || {
        screen.click_window(ICON)?;
        let shown = async || screen.has_window(MENU).then_some(());
        tokio::time::timeout(Duration::from_secs(2), wait_for("a menu", shown)).await.ok()
    })
    .await;
    for _ in 0..entry {
        screen.press_key(DOWN).unwrap();
    }
    screen.press_key(RETURN).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_session_closes_the_file_and_asks_nothing() {
    let Fixture { harness, window, .. } = Fixture::from_file(&[]).await;
    window.close().await;
    for signal in ["TERM", "HUP", "INT"] {
        let window = harness.start_app().await;
        window.click("Settings").await;
        window.fill("App ID", "7123").await;
        window.wait_for_text("Unsaved changes").await;
        let marked = || {
            let files = std::fs::read_dir(harness.data_dir().join("partners")).unwrap().flatten();
            files.into_iter().any(|file| file.file_name().to_string_lossy().ends_with(".open"))
        };
        assert!(marked());
        let process = window.process.to_string();
        assert!(Command::new("kill").args(["-s", signal, &process]).status().unwrap().success());
        wait_for("the application to end", async || (!is_running(window.process)).then_some(())).await;
        assert!(!marked(), "{signal}");
    }
}

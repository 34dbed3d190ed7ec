//! What the application does of the desktop round it: notices, and the tray that it goes on in without a window.

use std::time::Duration;

use tiktok_sandbox::{ObjectKind, Sizes};

use crate::harness::{DOWN, Desktop, RETURN, until};
use crate::world::World;

/// The icon, as the tray has it.
const ICON: &str = "tray-icon tray app";
/// Its menu: the one window of the application's class while the window itself is away.
const MENU: &str = "Xpo-admin";

#[tokio::test(flavor = "multi_thread")]
async fn closed_to_the_tray_it_syncs_on_and_tells_of_a_log_in_that_died() {
    let world = World::connected(Sizes::default()).await;
    world.add("Pine Bikes", ObjectKind::Campaign, &["Spring", "Summer"]);
    let (harness, window) = (&world.harness, &world.window);
    let (desktop, screen) = (Desktop::round(harness), harness.screen());
    let away = async || (!screen.shows("XPO Admin")).then_some(());

    window.press("Settings").await;
    window.tick("Keep syncing in the system's tray when the window is closed").await;
    window.shows("To end it, choose").await;
    until("an icon in the tray", async || screen.shows(ICON).then_some(())).await;
    screen.close("XPO Admin").unwrap();
    until("the window is away", away).await;

    world.sync("campaigns", "Pine Bikes").await;
    harness.sandbox().revoke_user(&harness.sandbox().users()[0].id);
    world.sync("campaigns", "Harbor Coffee").await;
    let name = &harness.sandbox().users()[0].name;
    let notice = format!("TikTok user “{name}” has to log in again; until then its syncs wait.");
    until("a notice", async || desktop.told().contains(&notice).then_some(())).await;

    choose(&screen, 1).await;
    until("the window is back", async || screen.shows("XPO Admin").then_some(())).await;
    window.press("Sync activity").await;
    window.row(&["Pine Bikes", "Done", "added"]).await;
    window.row(&["Harbor Coffee", "Waits for a log-in"]).await;
    window.shows("1 waiting").await;

    screen.close("XPO Admin").unwrap();
    until("the window is away", away).await;
    choose(&screen, 2).await;
    until("the application has ended", async || (!crate::harness::runs(window.process)).then_some(())).await;
}

/// Choose in the icon's menu.
async fn choose(screen: &crate::harness::Screen, entry: usize) {
    until("the icon's menu is there", async || {
        screen.press(ICON)?;
        let shown = async || screen.shows(MENU).then_some(());
        tokio::time::timeout(Duration::from_secs(2), until("a menu", shown)).await.ok()
    })
    .await;
    for _ in 0..entry {
        screen.key(DOWN).unwrap();
    }
    screen.key(RETURN).unwrap();
}

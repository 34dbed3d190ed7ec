//! How pages are drawn where the system has no device that renders, as on many virtual machines.
//!
//! There WebKit plays a graphics card on the processor, which takes 150 ms for each frame of this window's size; drawing
//! without one takes less than 16 (measured with WebKitGTK 2.50 under Xvfb, two processors).

use std::path::Path;

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Where Linux has its graphics devices.
const DEVICES: &str = "/dev/dri";

/// Draw the window's pages without a graphics card where there is none.
pub fn choose<R: Runtime>(window: &WebviewWindow<R>) {
    if has_card(Path::new(DEVICES)) {
        return;
    }
    let chosen = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    match chosen {
        Ok(()) => tracing::info!("drawing without a graphics card"),
        Err(error) => tracing::warn!(%error, "drawing is left to WebKit"),
    }
}

/// Whether a card that can draw is among the devices; `card0` alone only shows what was drawn.
fn has_card(devices: &Path) -> bool {
    let entries = std::fs::read_dir(devices).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.as_encoded_bytes().starts_with(b"renderD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_alone_is_no_card_that_can_draw() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_card(&devices.path().join("nothing")));
        std::fs::write(devices.path().join("card0"), "").unwrap();
        assert!(!has_card(devices.path()));
        std::fs::write(devices.path().join("renderD128"), "").unwrap();
        assert!(has_card(devices.path()));
    }
}

//! Software rendering on computers without a GPU, such as many virtual machines.
//!
//! WebKit emulates a GPU there, which takes 150 ms a frame at the size of this window. Without acceleration a frame takes less
//! than 16 ms (WebKitGTK 2.50 under Xvfb on two cores).

use std::path::Path;

use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// The folder of the kernel's graphics devices.
const DEVICES: &str = "/dev/dri";

/// Turns hardware acceleration off where there is no GPU.
pub fn choose<R: Runtime>(window: &WebviewWindow<R>) {
    if has_gpu(Path::new(DEVICES)) {
        return;
    }
    let applied = window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    });
    match applied {
        Ok(()) => tracing::info!("hardware acceleration is off: there is no GPU"),
        Err(error) => tracing::warn!(%error, "failed to turn hardware acceleration off"),
    }
}

/// Tells whether a GPU can render: `card0` alone only drives a display.
fn has_gpu(devices: &Path) -> bool {
    let entries = std::fs::read_dir(devices).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.as_encoded_bytes().starts_with(b"renderD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_alone_is_not_a_gpu() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_gpu(&devices.path().join("missing")));
        std::fs::write(devices.path().join("card0"), "").unwrap();
        assert!(!has_gpu(devices.path()));
        std::fs::write(devices.path().join("renderD128"), "").unwrap();
        assert!(has_gpu(devices.path()));
    }
}

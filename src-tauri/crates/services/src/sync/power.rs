//! What the system tells of power and network: a schedule may rest on battery and where the network costs.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the system tells; where it tells nothing, neither is so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Surroundings {
    /// The computer runs on its battery.
    pub on_battery: bool,
    /// The network is paid for by volume.
    pub on_metered: bool,
}

impl Surroundings {
    /// As they are now. Asks the system, which may take a moment.
    pub fn now() -> Surroundings {
        Surroundings { on_battery: system::on_battery(), on_metered: system::on_metered() }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::Path;

    pub fn on_battery() -> bool {
        on_battery_as_told_in(Path::new("/sys/class/power_supply"))
    }

    /// Power comes from outside when any supply that is no battery is on; without a battery there is no other.
    pub(super) fn on_battery_as_told_in(supplies: &Path) -> bool {
        let Ok(supplies) = supplies.read_dir() else { return false };
        let (mut discharging, mut plugged_in) = (false, false);
        for supply in supplies.flatten() {
            let read = |name| std::fs::read_to_string(supply.path().join(name)).unwrap_or_default();
            // A mouse has a battery too, and says so.
            if read("scope").trim() == "Device" {
                continue;
            }
            if read("type").trim() == "Battery" {
                discharging |= read("status").trim() == "Discharging";
            } else {
                plugged_in |= read("online").trim() == "1";
            }
        }
        discharging && !plugged_in
    }

    /// NetworkManager's property `Metered`: 1 is yes, 3 is probably.
    pub fn on_metered() -> bool {
        let place = "org.freedesktop.NetworkManager";
        let metered = zbus::blocking::Connection::system()
            .and_then(|bus| zbus::blocking::Proxy::new(&bus, place, "/org/freedesktop/NetworkManager", place))
            .and_then(|manager| manager.get_property::<u32>("Metered"));
        matches!(metered, Ok(1 | 3))
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    pub fn on_battery() -> bool {
        false
    }

    pub fn on_metered() -> bool {
        false
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    #[test]
    fn the_battery_is_in_use_when_it_discharges_and_nothing_is_plugged_in() {
        let supply = |dir: &std::path::Path, name: &str, files: &[(&str, &str)]| {
            fs::create_dir(dir.join(name)).unwrap();
            for (file, text) in files {
                fs::write(dir.join(name).join(file), format!("{text}\n")).unwrap();
            }
        };
        let mouse = [("type", "Battery"), ("scope", "Device"), ("status", "Discharging")];
        for (battery, plug, expected) in [
            (Some("Discharging"), Some("0"), true),
            (Some("Discharging"), None, true),
            (Some("Discharging"), Some("1"), false),
            (Some("Charging"), Some("1"), false),
            (Some("Full"), Some("0"), false),
            (None, Some("1"), false),
            (None, None, false),
        ] {
            let dir = tempfile::tempdir().unwrap();
            supply(dir.path(), "hidpp_battery_0", &mouse);
            if let Some(status) = battery {
                supply(dir.path(), "BAT0", &[("type", "Battery"), ("status", status)]);
            }
            if let Some(online) = plug {
                supply(dir.path(), "AC", &[("type", "Mains"), ("online", online)]);
            }
            let told = super::system::on_battery_as_told_in(dir.path());
            assert_eq!(told, expected, "{battery:?} {plug:?}");
        }
        assert!(!super::system::on_battery_as_told_in(std::path::Path::new("/nowhere")));
    }
}

//! The power source and the kind of network, which can pause scheduled syncs.

/// Whatever the system does not report counts as false.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeviceState {
    /// The computer runs on its battery.
    pub on_battery: bool,
    /// The connection is billed by volume.
    pub on_metered: bool,
}

impl DeviceState {
    /// Asks the operating system, which may take a moment.
    pub fn read() -> DeviceState {
        DeviceState { on_battery: system::on_battery(), on_metered: system::on_metered() }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::Path;
    use std::time::Duration;

    const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

    pub fn on_battery() -> bool {
        is_discharging(Path::new("/sys/class/power_supply"))
    }

    /// Returns whether a battery is discharging and no other power supply is online.
    pub(super) fn is_discharging(supplies: &Path) -> bool {
        let Ok(supplies) = supplies.read_dir() else { return false };
        let (mut discharging, mut plugged_in) = (false, false);
        for supply in supplies.flatten() {
            let read = |name| std::fs::read_to_string(supply.path().join(name)).unwrap_or_default();
            // The batteries of mice and other peripherals have this scope.
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

    /// Reads NetworkManager's `Metered` property: 1 is yes, 3 is "guess yes".
    pub fn on_metered() -> bool {
        let name = "org.freedesktop.NetworkManager";
        // Without a time-out, syncs would wait for a service that hangs.
        let metered = zbus::blocking::connection::Builder::system()
            .and_then(|bus| bus.method_timeout(ANSWER_TIMEOUT).build())
            .and_then(|bus| zbus::blocking::Proxy::new(&bus, name, "/org/freedesktop/NetworkManager", name))
            .and_then(|manager| manager.get_property::<u32>("Metered"));
        matches!(metered, Ok(1 | 3))
    }
}

#[cfg(windows)]
mod system {
    use windows::Networking::Connectivity::{NetworkCostType, NetworkInformation};
    use windows::System::Power::{BatteryStatus, PowerManager, PowerSupplyStatus};

    pub fn on_battery() -> bool {
        matches!(PowerManager::BatteryStatus(), Ok(BatteryStatus::Discharging))
            && matches!(PowerManager::PowerSupplyStatus(), Ok(PowerSupplyStatus::NotPresent))
    }

    pub fn on_metered() -> bool {
        let cost = NetworkInformation::GetInternetConnectionProfile()
            .and_then(|profile| profile.GetConnectionCost())
            .and_then(|cost| cost.NetworkCostType());
        matches!(cost, Ok(NetworkCostType::Fixed | NetworkCostType::Variable))
    }
}

#[cfg(target_os = "macos")]
mod system {
    use std::process::Command;

    /// The first line of pmset's output names the power source.
    pub fn on_battery() -> bool {
        let output = Command::new("/usr/bin/pmset").args(["-g", "batt"]).output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("'Battery Power'"))
    }

    /// There is no command that tells. The interface hides the setting.
    pub fn on_metered() -> bool {
        false
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::system::is_discharging;

    #[test]
    fn the_computer_is_on_battery_if_it_discharges_and_nothing_is_plugged_in() {
        let supply = |dir: &Path, name: &str, files: &[(&str, &str)]| {
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
            assert_eq!(is_discharging(dir.path()), expected, "{battery:?} {plug:?}");
        }
        assert!(!is_discharging(Path::new("/nowhere")));
    }
}

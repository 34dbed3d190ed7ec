//! The size of everything in the window.

use serde::{Deserialize, Serialize};
use specta::Type;

/// In percent.
const LEVELS: [u16; 9] = [50, 67, 80, 90, 100, 110, 125, 150, 200];

/// One of the levels, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zoom(pub u16);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ZoomStep {
    In,
    Out,
    Reset,
}

impl Default for Zoom {
    fn default() -> Self {
        Zoom(100)
    }
}

impl Zoom {
    /// The next level, or the same one at either end.
    pub fn step(self, step: ZoomStep) -> Zoom {
        let next = match step {
            ZoomStep::In => LEVELS.iter().find(|level| **level > self.0),
            ZoomStep::Out => LEVELS.iter().rfind(|level| **level < self.0),
            ZoomStep::Reset => return Zoom::default(),
        };
        next.map_or(self, |level| Zoom(*level))
    }

    /// The factor, whatever an edited file says.
    pub fn factor(self) -> f64 {
        let [least, .., most] = LEVELS;
        f64::from(self.0.clamp(least, most)) / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zoom_stops_at_both_ends_and_resets_to_100_percent() {
        let all = |step| (0..20).fold(Zoom::default(), |zoom, _| zoom.step(step));
        assert_eq!(all(ZoomStep::In), Zoom(200));
        assert_eq!(all(ZoomStep::Out), Zoom(50));
        assert_eq!(all(ZoomStep::In).step(ZoomStep::Out), Zoom(150));
        assert_eq!(all(ZoomStep::Out).step(ZoomStep::Reset), Zoom(100));
        assert_eq!((Zoom(0).factor(), Zoom(9_000).factor()), (0.5, 2.0));
    }
}

//! The number of times that a fault or a scripted sign-in applies.

use serde::{Deserialize, Serialize};

/// In JSON a number or `"forever"`; once by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Times {
    /// Until cleared.
    Forever,
    #[serde(untagged)]
    Number(u32),
}

impl Times {
    /// Uses one up; false if none is left.
    pub(crate) fn take(&mut self) -> bool {
        match self {
            Times::Forever => true,
            Times::Number(0) => false,
            Times::Number(left) => {
                *left -= 1;
                true
            }
        }
    }

    pub(crate) fn is_exhausted(self) -> bool {
        self == Times::Number(0)
    }
}

impl Default for Times {
    fn default() -> Times {
        Times::Number(1)
    }
}

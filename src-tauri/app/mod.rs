//! What the application holds while it runs: the open partner, and this computer's preferences.

pub mod preferences;
pub mod state;

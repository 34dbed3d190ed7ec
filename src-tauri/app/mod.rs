//! What the application holds while it runs: the open partner, and this computer's preferences.

pub mod background;
pub mod daily_backup;
pub mod observers;
pub mod practice;
pub mod preferences;
pub mod session;
pub mod state;
pub mod tiktok;

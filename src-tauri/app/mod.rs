//! The state of the running application: the open partner, and this computer's preferences.

pub mod background;
pub mod daily_backup;
pub mod deletion;
pub mod exports;
pub mod list_reads;
pub mod lock;
pub mod observers;
pub mod open_partner;
pub mod practice;
pub mod preferences;
pub mod proxy;
pub mod session;
pub mod signals;
pub mod state;
pub mod sync_batch;
pub mod tested_mail;
pub mod tiktok;
pub mod zoom;

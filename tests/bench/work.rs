//! Requests and ended syncs for the large partner.

use jiff::{Timestamp, ToSpan};
use partner::Folder;
use partner::decisions::{Action, Change};
use partner::ids::{AdAccountId, ChangeId};
use partner::requests::mail_settings::MailSettings;
use partner::requests::request::NewRequest;
use partner::sync_jobs::job::{JobKind, JobState};

use crate::world;

const REQUESTS: usize = 500;

/// Adds [`REQUESTS`] requests and two syncs of each TikTok ad account.
pub fn add(folder: &Folder, file: &str) {
    let book = folder.open(file).unwrap();
    let settings = MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() };
    book.save_mail_settings(&settings).unwrap();
    let from = Timestamp::from_second(1_798_761_600).unwrap();
    for n in 0..REQUESTS {
        let request = NewRequest {
            name: format!("Lotus Brand {n:04} account"),
            industry: "Games".into(),
            country: "SG".into(),
            currency: "USD".into(),
            timezone: "Asia/Singapore".into(),
            note: String::new(),
        };
        let id = ChangeId(format!("00000000-0000-7000-b000-{n:012}"));
        let at = from + (n as i64).minutes();
        let change = Change { id, at, actor: "ana".into(), action: Action::RequestAccount(request) };
        assert!(book.commit(&change).unwrap().entry.is_some());
    }
    let accounts: Vec<AdAccountId> = (0..world::ACCOUNTS).map(world::account).collect();
    for kind in [JobKind::Campaigns, JobKind::Audiences] {
        let requested = book.request_syncs(kind, &accounts, false, from).unwrap();
        for (n, job) in requested.queued.iter().enumerate() {
            let state = if n % 10 == 0 { JobState::Cancelled } else { JobState::Done };
            book.end_job(job.id, state, None, from + (n as i64).seconds()).unwrap();
        }
    }
}

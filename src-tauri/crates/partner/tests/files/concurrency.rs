//! Saves, previews, undos, lists, searches, syncs, exports and backups from many threads at once.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use partner::Book;
use partner::decisions::{Action, AllocateCampaigns, Change, Undo};
use partner::ids::CampaignId;
use partner::queries::accounts::AccountQuery;
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::history::HistoryQuery;
use partner::queries::overview::CoverageKind;
use partner::queries::paging::PAGE;
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::tables::file::Format;

use crate::invariants;
use crate::test_partner::{TestPartner, account, advertiser, allocate, campaigns, xpo};

const SAVES: usize = 15;

/// Repeatedly allocates the campaigns of this thread and undoes it.
fn save(book: &Book, n: u32, saved: &AtomicUsize) {
    for round in 0..SAVES {
        let ids = campaigns(0, n * 100, 100).into_iter().map(|facts| CampaignId(facts.id)).collect();
        let allocate = Action::AllocateCampaigns(AllocateCampaigns {
            advertiser: advertiser(0),
            allocate: ids,
            deallocate: Vec::new(),
        });
        let change = Change::now("admin", allocate);
        assert!(book.preview(&change).unwrap().is_ready(), "round {round}");
        assert!(book.commit(&change).unwrap().entry.is_some());
        let undo = Action::Undo(Undo {
            change: change.id,
            keep: vec![],
            also: vec![],
            default_replacements: vec![],
        });
        assert!(book.commit(&Change::now("admin", undo)).unwrap().entry.is_some());
        saved.fetch_add(2, Ordering::Relaxed);
    }
}

/// Reads lists until told to stop, and returns how often. Each list must show the state at a single time.
fn read_lists(book: &Book, stop: &AtomicBool) -> usize {
    let mut rounds = 0;
    while !stop.load(Ordering::Relaxed) {
        let scope = CampaignsOf::XpoAccount { xpo_account: xpo(0) };
        let listing = book.list(&CampaignQuery::all(scope)).unwrap();
        assert_eq!(listing.total % 100, 0, "a save is visible completely or not at all");
        assert_eq!(listing.page.rows.len(), PAGE.min(listing.total as usize));
        assert!(listing.page.rows.iter().all(|row| row.allocated.is_some()));
        let row = book.rows::<XpoAccountQuery>(&[xpo(0)]).unwrap().remove(0);
        assert_eq!(row.advertisers[0].campaigns % 100, 0);
        let campaigns = book.coverage(CoverageKind::Campaigns).unwrap();
        assert!(campaigns.allocated <= campaigns.of && campaigns.allocated.is_multiple_of(100));
        let history = book.list(&HistoryQuery::default()).unwrap();
        assert_eq!(history.page.rows[0].entry.seq, i64::from(history.of), "the newest entry is first");
        book.search("words").unwrap();
        book.list(&AccountQuery::default()).unwrap();
        rounds += 1;
    }
    rounds
}

#[test]
fn concurrent_saves_lists_syncs_exports_and_backups_see_and_leave_consistent_data() {
    let partner = TestPartner::new();
    let book = partner.open();
    crate::test_partner::commit(&book, allocate(0, 0));
    let (saved, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|threads| {
        let (shared, counter) = (&book, &saved);
        let saves: Vec<_> = (0..4).map(|n| threads.spawn(move || save(shared, n, counter))).collect();
        let readers: Vec<_> = (0..2).map(|_| threads.spawn(|| read_lists(&book, &stop))).collect();
        let sync = threads.spawn(|| {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                book.record(&account(1), &campaigns(1, n * 50 % 5_000, 50)).unwrap();
                n += 1;
            }
        });
        let files = threads.spawn(|| {
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                let keep_going = &mut |_| ControlFlow::Continue(());
                let folder = book.export(partner.dir(), Format::Json, keep_going).unwrap();
                let text = std::fs::read_to_string(folder.join("allocated-campaigns.json")).unwrap();
                assert_eq!(text.matches("Campaign ID").count() % 100, 0, "an export shows one state");
                std::fs::remove_dir_all(folder).unwrap();
                book.back_up(&partner.dir().join("copies").join(format!("{}.sqlite", n % 2))).unwrap();
                n += 1;
            }
        });
        let results = saves.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>();
        stop.store(true, Ordering::Relaxed);
        assert!(readers.into_iter().all(|reader| reader.join().unwrap() > 0));
        sync.join().unwrap();
        files.join().unwrap();
        assert!(results.iter().all(Result::is_ok));
    });
    assert_eq!(saved.into_inner(), 4 * 2 * SAVES);
    let decisions = book.decisions().unwrap();
    assert_eq!(decisions.matches("\"campaign\"").count(), 0);
    assert_eq!(book.changes().unwrap().len(), 2 + 4 * 2 * SAVES);
    drop(book);
    invariants::assert_hold(&partner.path());
}

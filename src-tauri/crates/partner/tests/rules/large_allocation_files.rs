//! Allocation files with more rows than are looked at or shown at once.

use std::collections::HashSet;
use std::ops::ControlFlow;

use partner::Error;
use partner::decisions::{Action, AllocateCampaigns, InitializeCampaigns};
use partner::facts::objects::CampaignFacts;
use partner::ids::CampaignId;
use partner::tables::allocations::columns::AllocationFile;

use crate::allocation_files::{CAMPAIGNS, csv, keep_going};
use crate::fixture::{Fixture, account, advertiser, campaign, pair};

/// Returns a partner with many campaigns of account 1, which are allocated to an advertiser.
fn with_allocated(count: u32) -> (Fixture, Vec<CampaignId>) {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2)]);
    // An ID that ends in zeros may be rounded.
    let ids: Vec<String> = (0..count).map(|n| campaign(1, 1_001 + 10 * n)).collect();
    let facts: Vec<CampaignFacts> =
        ids.iter().map(|id| CampaignFacts { id: id.clone(), ..CampaignFacts::default() }).collect();
    fixture.book.record(&account(1), &facts).unwrap();
    let ids: Vec<CampaignId> = ids.into_iter().map(CampaignId).collect();
    let advertiser = advertiser(1, 1);
    let allocate = AllocateCampaigns { advertiser, allocate: ids.clone(), deallocate: Vec::new() };
    fixture.done(Action::AllocateCampaigns(allocate));
    (fixture, ids)
}

#[test]
fn looking_for_what_is_missing_from_a_file_reports_progress_and_can_be_cancelled() {
    let (fixture, _) = with_allocated(12_000);
    let file = format!("{CAMPAIGNS}\n{},,,,,\n", campaign(1, 1));
    let read = AllocationFile::read(file.as_bytes(), None, &mut keep_going).unwrap();
    let matches = [read.info.sheets[0].matched.clone()];
    for remove in [false, true] {
        let mut reported = Vec::new();
        let cancel_late = &mut |rows| {
            reported.push(rows);
            if reported.len() > 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let cancelled = fixture.book.compare_allocations(&read, &matches, remove, cancel_late);
        assert!(matches!(cancelled, Err(Error::Cancelled)), "{cancelled:?}");
        assert_eq!(reported.len(), 3);
        // The rows of what is missing count as well.
        assert_eq!(reported[2] > 9_000, remove, "{reported:?}");
    }
}

#[test]
fn every_blocked_row_has_its_reason_however_many_there_are() {
    let (fixture, campaigns) = with_allocated(1_500);
    fixture.done(Action::InitializeCampaigns(InitializeCampaigns { campaigns: campaigns.clone() }));
    let rows: Vec<String> = campaigns.iter().map(|id| format!("{},,,Client 1,Brand 2,", id.0)).collect();
    let table = csv(&fixture.book, CAMPAIGNS, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let preview =
        fixture.book.preview_allocations(&table, &HashSet::new(), "admin", &mut keep_going).unwrap();
    let (count, texts) = (preview.blockers, preview.outcome.blockers.clone());
    let shown = preview.shown();
    assert_eq!((shown.blockers, shown.blocked.len()), (count, 1_500));
    assert!(shown.outcome.blockers.len() < texts.len());
    for row in &shown.blocked {
        let text = &texts[row.blockers[0]].text;
        assert!(text.ends_with("is initialized, so it can't be deallocated or moved."), "{row:?}");
        let expected = match row.blockers.len() - 1 {
            0 => format!("Blocked: {text}"),
            others => format!("Blocked: {text} (and {} more)", partner::grouped(others)),
        };
        assert_eq!(row.effect, expected);
    }
}

//! How often suggestions are right, on partners with naming conventions, typing errors, wrong allocations and noise.

use crate::naming::{Naming, Quality, What};

#[test]
fn of_twenty_suggestions_nineteen_are_right_and_seven_of_ten_names_get_one() {
    let kinds = [What::AdAccounts, What::Campaigns, What::Audiences];
    let mut measured = kinds.map(|what| (what, Quality::default()));
    for seed in 1..=2 {
        let partner = Naming::new(seed);
        for (what, quality) in &mut measured {
            quality.add(partner.quality(*what));
        }
    }
    for (what, quality) in measured {
        println!("{what:?}: precision {:.3}, recall {:.3}", quality.precision(), quality.recall());
        assert!(quality.precision() >= 0.95 && quality.recall() >= 0.7, "{what:?}: {quality:?}");
    }
}

//! Suggestions: the time for a page of them, and how often they are right on generated partners.

use partner::Book;
use partner::queries::suggestions::{Suggester, SuggestionsFor};
use rusqlite::Connection;

use crate::floor;
use crate::naming::{GO_ON, Naming, Quality, What};
use crate::ours::{beside, time};
use crate::table::Measure;
use crate::world::{account, campaign};

/// The 95th percentile for a page is at most this, in milliseconds.
const PAGE_LIMIT: f64 = 50.0;
const WRONG: f64 = 5.0;
const WITHOUT: f64 = 30.0;

pub fn suggestions(book: &Book, bare: &Connection) -> Vec<Measure> {
    let suggester = Suggester::default();
    let page = SuggestionsFor::Campaigns {
        ad_accounts: vec![account(0)],
        only: Some((5_000..5_100).map(|n| campaign(0, n)).collect()),
    };
    let learning = time(|| suggester.suggest(book, &page, GO_ON).unwrap());
    let reading = time(|| floor::read(bare, NAMES, []));
    let mut measures = vec![
        Measure {
            name: "learning from the names of all that is allocated".into(),
            value: learning,
            unit: "ms",
            floor: reading,
            aim: 10.0,
            limit: Some(5_000.0),
        },
        Measure {
            // Reading the names is a small part of it.
            aim: 10.0,
            limit: Some(PAGE_LIMIT),
            ..beside(
                "suggestions for a page of campaigns",
                || drop(suggester.suggest(book, &page, GO_ON).unwrap()),
                || {
                    floor::read(bare, PAGE, [account(0)]);
                },
            )
        },
    ];
    let mut quality = Quality::default();
    for seed in 1..=4 {
        let partner = Naming::new(seed);
        for what in [What::AdAccounts, What::Campaigns, What::Audiences] {
            quality.add(partner.quality(what));
        }
    }
    let shares = [
        ("suggestions that are wrong", 1.0 - quality.precision(), WRONG),
        ("names without a right suggestion", 1.0 - quality.recall(), WITHOUT),
    ];
    measures.extend(shares.map(|(name, value, limit)| Measure {
        name: name.into(),
        value: 100.0 * value,
        unit: "%",
        floor: limit,
        aim: 1.0,
        limit: Some(limit),
    }));
    measures
}

const NAMES: &str = "SELECT c.name, a.advertiser_id FROM allocation a
    CROSS JOIN allocated_campaign n ON n.allocation = a.id CROSS JOIN campaign c ON c.id = n.campaign_id";

const PAGE: &str = "SELECT c.id, c.name, t.id, t.name FROM campaign c JOIN ad_account t ON t.id = c.account_id
    WHERE c.account_id = ? AND NOT EXISTS (SELECT 1 FROM allocated_campaign a WHERE a.campaign_id = c.id) LIMIT 100";

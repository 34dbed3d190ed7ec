//! Queries of the screens besides lists: the numbers of Overview, the allocation tree and facets.

use jiff::Timestamp;
use partner::Book;
use partner::queries::allocation_tree::TreeQuery;
use partner::queries::campaigns::CampaignsOf;
use partner::queries::overview::CoverageKind;
use rusqlite::Connection;

use crate::floor;
use crate::ours::beside;
use crate::table::Measure;
use crate::world::account;

pub fn screens(book: &Book, bare: &Connection) -> Vec<Measure> {
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let owner = account(0);
    let tree = TreeQuery { ad_accounts: vec![owner.clone()], search: String::new() };
    let of = CampaignsOf::Available { ad_accounts: vec![owner.clone()] };
    let numbers = beside(
        "coverage, attention, freshness and flows",
        || {
            for &of in CoverageKind::ALL {
                book.coverage(of).unwrap();
            }
            book.attention().unwrap();
            book.freshness(now).unwrap();
            book.flows().unwrap();
        },
        || {
            for sql in NUMBERS {
                floor::read(bare, sql, []);
            }
        },
    );
    vec![
        Measure { aim: 10.0 / numbers.floor, ..numbers },
        beside(
            "tree of XPO accounts and advertisers",
            || drop(book.allocation_tree(&tree).unwrap()),
            || {
                floor::read(bare, TREE, [&owner]);
            },
        ),
        beside(
            "what 18,000 campaigns can be filtered by",
            || drop(book.campaign_facets(&of).unwrap()),
            || {
                floor::read(bare, FACETS, [&owner]);
            },
        ),
    ]
}

const NUMBERS: &[&str] = &[
    "SELECT count(*) FROM ad_account",
    "SELECT count(DISTINCT ad_account_id) FROM account_link",
    "SELECT count(*) FROM campaign",
    "SELECT count(*) FROM allocated_campaign",
    "SELECT count(*) FROM audience",
    "SELECT count(*) FROM (SELECT DISTINCT audience_id, ad_account_id FROM audience_allocation)",
    "SELECT count(*) FROM default_account",
    "SELECT count(*) FROM xpo_account",
    "SELECT account_id, min(completed_at) FROM listing WHERE kind <> 'audience' GROUP BY account_id",
    "SELECT ad_account_id, count(DISTINCT payment_mode) FROM account_link GROUP BY ad_account_id",
    "SELECT t.id, t.name, x.id, x.name, count(*) FROM allocation n JOIN ad_account t ON t.id = n.ad_account_id
     JOIN xpo_account x ON x.id = n.xpo_account_id GROUP BY t.id, x.id ORDER BY x.name_folded, t.id",
];

const TREE: &str = "SELECT x.*, v.*, n.advertiser_id, l.payment_mode, d.ad_account_id FROM xpo_account x
    JOIN advertiser v ON v.xpo_account_id = x.id
    LEFT JOIN allocation n ON n.advertiser_id = v.id AND n.ad_account_id = ?1
    LEFT JOIN account_link l ON l.xpo_account_id = x.id AND l.ad_account_id = ?1
    LEFT JOIN default_account d ON d.xpo_account_id = x.id ORDER BY x.name_folded, v.name_folded";

const FACETS: &str =
    "SELECT operation_status, secondary_status, deleted_on_tiktok, objective, count(*)
    FROM campaign c JOIN campaign_traits k ON k.id = c.traits WHERE account_id = ? AND NOT EXISTS (SELECT 1 FROM allocated_campaign a WHERE a.campaign_id = c.id)
    GROUP BY 1, 2, 3, 4";

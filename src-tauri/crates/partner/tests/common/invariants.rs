//! The invariants of the product as SQL of its own: what must never be found in a partner's file, whatever happened to
//! the program that wrote it. Invariant 6 is about time; [`decisions`] before and after tell it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Invariant, and a query that finds what breaks it.
const BROKEN: &[(&str, &str)] = &[
    ("1: a default that is not linked", "SELECT xpo_account_id FROM default_account d WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.xpo_account_id = d.xpo_account_id AND a.ad_account_id = d.ad_account_id)"),
    ("1: an XPO account without a default", "SELECT DISTINCT xpo_account_id FROM allocation
        WHERE xpo_account_id NOT IN (SELECT xpo_account_id FROM default_account)"),
    ("2: a campaign allocated twice", "SELECT campaign_id FROM campaign_allocation GROUP BY 1 HAVING count(*) > 1"),
    ("2: a campaign without its account's allocation", "SELECT campaign_id FROM campaign_allocation c WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = c.ad_account_id AND a.advertiser_id = c.advertiser_id)"),
    ("2: a campaign of another account", "SELECT campaign_id FROM campaign_allocation c WHERE NOT EXISTS
        (SELECT 1 FROM campaign f WHERE f.id = c.campaign_id AND f.account_id = c.ad_account_id)"),
    ("3: an audience without its account's allocation", "SELECT audience_id FROM audience_allocation u WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = u.ad_account_id AND a.advertiser_id = u.advertiser_id)"),
    ("A20: an excluded audience with a link", "SELECT audience_id FROM audience_exclusion
        WHERE audience_id IN (SELECT audience_id FROM audience_allocation)"),
    ("4: a goal without its allocation", "SELECT id FROM goal g WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = g.ad_account_id AND a.advertiser_id = g.advertiser_id)"),
    ("4: an initialized campaign that was given up", "SELECT object_id FROM edit
        WHERE kind = 'campaign_allocation' AND before = 'initialized'"),
    ("5: an allocation without a payment mode", "SELECT ad_account_id FROM allocation a WHERE NOT EXISTS
        (SELECT 1 FROM link l WHERE l.xpo_account_id = a.xpo_account_id AND l.ad_account_id = a.ad_account_id)"),
    ("5: a payment mode without an allocation", "SELECT ad_account_id FROM link l WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.xpo_account_id = l.xpo_account_id AND a.ad_account_id = l.ad_account_id)"),
    ("an advertiser of another XPO account than its allocation", "SELECT advertiser_id FROM allocation a JOIN advertiser v
        ON v.id = a.advertiser_id WHERE v.xpo_account_id <> a.xpo_account_id"),
    // Invariant 7: the history sums up to what holds.
    ("7: a slot whose history does not follow", "SELECT kind FROM (SELECT kind, before,
            lag(after) OVER (PARTITION BY kind, holder_id, ad_account_id, object_id ORDER BY entry) AS was FROM edit)
        WHERE before IS NOT was"),
    ("7: decisions that are not the history's", "WITH now (kind, object, account, holder) AS (
            SELECT 'xpo_account', '', '', id FROM xpo_account
            UNION ALL SELECT 'advertiser', '', '', id FROM advertiser
            UNION ALL SELECT 'goal', id, ad_account_id, advertiser_id FROM goal
            UNION ALL SELECT 'payment', '', ad_account_id, xpo_account_id FROM link
            UNION ALL SELECT 'default_account', '', '', xpo_account_id FROM default_account
            UNION ALL SELECT 'account_allocation', '', ad_account_id, advertiser_id FROM allocation
            UNION ALL SELECT 'campaign_allocation', campaign_id, ad_account_id, advertiser_id FROM campaign_allocation
            UNION ALL SELECT 'audience_allocation', audience_id, ad_account_id, advertiser_id FROM audience_allocation
            UNION ALL SELECT 'audience_exclusion', audience_id, '', '' FROM audience_exclusion
            UNION ALL SELECT 'request', id, '', '' FROM request),
        told AS (SELECT kind, object_id, ad_account_id, holder_id FROM edit GROUP BY 1, 2, 3, 4 HAVING sum(more) = 1)
        SELECT kind FROM (SELECT * FROM now EXCEPT SELECT * FROM told)
        UNION ALL SELECT kind FROM (SELECT * FROM told EXCEPT SELECT * FROM now)"),
    ("R48: a mail that went twice", "SELECT request_id FROM outbox GROUP BY 1 HAVING count(*) FILTER (WHERE state <> 'sent') > 1"),
    ("7: an entry that is not found by its words", "SELECT seq FROM entry WHERE seq NOT IN (SELECT entry FROM entry_text)"),
];

/// Panic with the first thing that is wrong with a file.
pub fn hold(path: &Path) {
    let book = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let all = |sql: &str| -> Vec<String> {
        let mut statement = book.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok(format!("{:?}", row.get_ref(0)?))).unwrap();
        rows.map(|row| row.unwrap()).collect()
    };
    assert_eq!(all("PRAGMA integrity_check"), [r#"Text([111, 107])"#]);
    assert_eq!(all("PRAGMA foreign_key_check"), [] as [String; 0]);
    for (what, query) in BROKEN {
        assert_eq!(all(query), [] as [String; 0], "{what}");
    }
}

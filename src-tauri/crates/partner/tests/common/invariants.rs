//! The invariants of the product, written as SQL independently of the program. They hold in every partner's file, even if
//! the program that wrote it was killed. Invariant 6 concerns the effect of a sync, so tests compare decisions instead.

use std::path::Path;

use rusqlite::OpenFlags;

use crate::raw_file;

/// A violation of each invariant, and a query that finds it.
const VIOLATIONS: &[(&str, &str)] = &[
    ("1: a default account is not allocated", "SELECT xpo_account_id FROM default_account d WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.xpo_account_id = d.xpo_account_id AND a.ad_account_id = d.ad_account_id)"),
    ("1: an XPO account has no default account", "SELECT DISTINCT xpo_account_id FROM allocation
        WHERE xpo_account_id NOT IN (SELECT xpo_account_id FROM default_account)"),
    ("2: a campaign has two allocations", "SELECT campaign_id FROM campaign_allocation GROUP BY 1 HAVING count(*) > 1"),
    ("2: a campaign is allocated without its ad account", "SELECT campaign_id FROM campaign_allocation c WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = c.ad_account_id AND a.advertiser_id = c.advertiser_id)"),
    ("2: a campaign belongs to another ad account", "SELECT campaign_id FROM campaign_allocation c WHERE NOT EXISTS
        (SELECT 1 FROM campaign f WHERE f.id = c.campaign_id AND f.account_id = c.ad_account_id)"),
    ("3: an audience is allocated without its ad account", "SELECT audience_id FROM audience_allocation u WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = u.ad_account_id AND a.advertiser_id = u.advertiser_id)"),
    ("A20: an excluded audience is allocated", "SELECT audience_id FROM audience_exclusion
        WHERE audience_id IN (SELECT audience_id FROM audience_allocation)"),
    ("4: a goal has lost its allocation", "SELECT id FROM goal g WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.ad_account_id = g.ad_account_id AND a.advertiser_id = g.advertiser_id)"),
    ("4: an initialized campaign was deallocated", "SELECT object_id FROM edit
        WHERE kind = 'campaign_allocation' AND before = 'initialized'"),
    ("5: an allocation has no payment mode", "SELECT ad_account_id FROM allocation a WHERE NOT EXISTS
        (SELECT 1 FROM account_link l WHERE l.xpo_account_id = a.xpo_account_id AND l.ad_account_id = a.ad_account_id)"),
    ("5: a payment mode has no allocation", "SELECT ad_account_id FROM account_link l WHERE NOT EXISTS
        (SELECT 1 FROM allocation a WHERE a.xpo_account_id = l.xpo_account_id AND a.ad_account_id = l.ad_account_id)"),
    ("the advertiser of an allocation belongs to another XPO account", "SELECT advertiser_id FROM allocation a JOIN advertiser v
        ON v.id = a.advertiser_id WHERE v.xpo_account_id <> a.xpo_account_id"),
    // Invariant 7: replaying the change history results in the current decisions.
    ("7: an edit does not start from the value of the previous edit", "SELECT kind FROM (SELECT kind, before,
            lag(after) OVER (PARTITION BY kind, holder_id, ad_account_id, object_id ORDER BY entry) AS was FROM edit)
        WHERE before IS NOT was"),
    ("7: the decisions differ from those in the change history", "WITH now (kind, object, account, holder) AS (
            SELECT 'xpo_account', id, '', '' FROM xpo_account
            UNION ALL SELECT 'advertiser', id, '', '' FROM advertiser
            UNION ALL SELECT 'goal', id, ad_account_id, advertiser_id FROM goal
            UNION ALL SELECT 'payment', '', ad_account_id, xpo_account_id FROM account_link
            UNION ALL SELECT 'default_account', '', '', xpo_account_id FROM default_account
            UNION ALL SELECT 'account_allocation', '', ad_account_id, advertiser_id FROM allocation
            UNION ALL SELECT 'campaign_allocation', campaign_id, ad_account_id, advertiser_id FROM campaign_allocation
            UNION ALL SELECT 'audience_allocation', audience_id, ad_account_id, advertiser_id FROM audience_allocation
            UNION ALL SELECT 'audience_exclusion', audience_id, '', '' FROM audience_exclusion
            UNION ALL SELECT 'request', id, '', '' FROM request),
        edited AS (SELECT kind, object_id, ad_account_id, holder_id FROM edit GROUP BY 1, 2, 3, 4 HAVING sum(more) = 1)
        SELECT kind FROM (SELECT * FROM now EXCEPT SELECT * FROM edited)
        UNION ALL SELECT kind FROM (SELECT * FROM edited EXCEPT SELECT * FROM now)"),
    ("R48: a request has two unsent mails", "SELECT request_id FROM outbox GROUP BY 1 HAVING count(*) FILTER (WHERE state <> 'sent') > 1"),
    ("7: an entry cannot be searched", "SELECT e.seq FROM entry e
        WHERE NOT EXISTS (SELECT 1 FROM entry_words w WHERE e.seq >= w.first AND e.seq < w.first + w.entries)
            OR NOT EXISTS (SELECT 1 FROM entry_ids i WHERE e.seq >= i.first AND e.seq < i.first + i.entries)"),
];

/// Panics with the first violation in a file.
pub fn assert_hold(path: &Path) {
    let book = raw_file::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let all = |sql: &str| -> Vec<String> {
        let mut statement = book.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok(format!("{:?}", row.get_ref(0)?))).unwrap();
        rows.map(|row| row.unwrap()).collect()
    };
    assert_eq!(all("PRAGMA integrity_check"), [r#"Text([111, 107])"#]);
    assert_eq!(all("PRAGMA foreign_key_check"), [] as [String; 0]);
    for (what, query) in VIOLATIONS {
        assert_eq!(all(query), [] as [String; 0], "{what}");
    }
}

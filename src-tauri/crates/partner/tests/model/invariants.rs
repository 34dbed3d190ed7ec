//! The invariants, checked with SQL on a connection of its own.

use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// The violations of invariants: the number with a description, and the id of the row.
const VIOLATIONS: &str = "
SELECT '1: a default is not allocated', d.xpo_account_id FROM default_account d
WHERE NOT EXISTS (SELECT 1 FROM account_link l WHERE (l.xpo_account_id, l.ad_account_id) = (d.xpo_account_id, d.ad_account_id))
UNION ALL SELECT '1: there is not exactly one default', l.xpo_account_id FROM account_link l
WHERE (SELECT count(*) FROM default_account d WHERE d.xpo_account_id = l.xpo_account_id) <> 1
UNION ALL SELECT '2: a campaign has two allocations', campaign_id FROM campaign_allocation GROUP BY campaign_id HAVING count(*) > 1
UNION ALL SELECT '2: a campaign is allocated without its account', c.campaign_id FROM campaign_allocation c
WHERE NOT EXISTS (SELECT 1 FROM allocation a WHERE (a.ad_account_id, a.advertiser_id) = (c.ad_account_id, c.advertiser_id))
UNION ALL SELECT '3: an audience is allocated without its account', u.audience_id FROM audience_allocation u
WHERE NOT EXISTS (SELECT 1 FROM allocation a WHERE (a.ad_account_id, a.advertiser_id) = (u.ad_account_id, u.advertiser_id))
UNION ALL SELECT '4: a goal has lost its allocation', g.id FROM goal g
WHERE NOT EXISTS (SELECT 1 FROM allocation a WHERE (a.ad_account_id, a.advertiser_id) = (g.ad_account_id, g.advertiser_id))
UNION ALL SELECT '4: an initialized campaign was deallocated', d.object_id FROM edit d
WHERE d.kind = 'campaign_allocation' AND d.after = 'initialized' AND NOT EXISTS
    (SELECT 1 FROM campaign_allocation c WHERE c.campaign_id = d.object_id AND c.advertiser_id = d.holder_id
     AND c.initialized = d.entry)
UNION ALL SELECT '5: a payment mode has no allocation', l.ad_account_id FROM account_link l
WHERE NOT EXISTS (SELECT 1 FROM allocation a JOIN advertiser v ON v.id = a.advertiser_id
                  WHERE (a.ad_account_id, v.xpo_account_id) = (l.ad_account_id, l.xpo_account_id))
UNION ALL SELECT '5: an allocation has no payment mode', a.ad_account_id FROM allocation a JOIN advertiser v ON v.id = a.advertiser_id
WHERE NOT EXISTS (SELECT 1 FROM account_link l WHERE (l.ad_account_id, l.xpo_account_id) = (a.ad_account_id, v.xpo_account_id))
UNION ALL SELECT 'A20: an excluded audience is allocated', e.audience_id FROM audience_exclusion e
WHERE EXISTS (SELECT 1 FROM audience_allocation u WHERE u.audience_id = e.audience_id)
UNION ALL SELECT 'foreign keys', \"table\" FROM pragma_foreign_key_check
UNION ALL SELECT '7: an entry has no edits', e.id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM edit d WHERE d.entry = e.seq)
";

pub fn violations(file: &Connection) -> Vec<(String, String)> {
    let mut statement = file.prepare_cached(VIOLATIONS).unwrap();
    let broken = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    broken.collect::<rusqlite::Result<_>>().unwrap()
}

/// Invariant 7: the decisions that the history results in, in the form of [`partner::Book::decisions`].
pub fn decisions_in_history(file: &Connection) -> String {
    let mut statement = file
        .prepare_cached(
            "SELECT kind, CAST(object_id AS TEXT), CAST(ad_account_id AS TEXT), holder_id, after, max(entry) FROM edit
             GROUP BY kind, object_id, ad_account_id, holder_id ORDER BY 1, 2, 3, 4",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut text = String::new();
    while let Some(row) = rows.next().unwrap() {
        let part = |n| row.get::<_, String>(n).unwrap();
        if let Some(value) = row.get::<_, Option<String>>(4).unwrap() {
            text.push_str(&serde_json::to_string(&(part(0), part(1), part(2), part(3), value)).unwrap());
            text.push('\n');
        }
    }
    text
}

/// Returns a hash of every row of every table.
pub fn all_tables(file: &Connection) -> u64 {
    let mut names = file
        .prepare_cached(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
        )
        .unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut hash = DefaultHasher::new();
    for name in names {
        name.hash(&mut hash);
        let mut statement = file.prepare_cached(&format!("SELECT * FROM {name}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_ref(column).unwrap() {
                    ValueRef::Null => 0u8.hash(&mut hash),
                    ValueRef::Integer(value) => value.hash(&mut hash),
                    ValueRef::Real(value) => value.to_bits().hash(&mut hash),
                    ValueRef::Text(value) | ValueRef::Blob(value) => value.hash(&mut hash),
                }
            }
        }
    }
    hash.finish()
}

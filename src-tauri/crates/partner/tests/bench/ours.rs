//! The measurements.

use std::path::Path;
use std::time::Instant;

use jiff::{Timestamp, ToSpan};
use partner::decisions::{Action, AllocateCampaigns, Change, Undo};
use partner::queries::accounts::{AccountQuery, AccountSort};
use partner::queries::audiences::{AudienceQuery, AudiencesOf};
use partner::queries::campaigns::{CampaignQuery, CampaignsOf};
use partner::queries::history::HistoryQuery;
use partner::queries::paging::{Cursor, Query};
use partner::queries::xpo_accounts::XpoAccountQuery;
use partner::store::interrupt::Interrupt;
use partner::{Book, Folder};
use rusqlite::{Connection, params};

use crate::floor;
use crate::screens::screens;
use crate::suggestions::suggestions;
use crate::table::{Measure, median, percentile};
use crate::world::{account, advertiser, campaign, xpo};

/// Target: at most this multiple of plain SQL.
const AIM: f64 = 2.0;
/// The 95th percentile of lists and searches is at most this, in milliseconds.
const LIMIT: f64 = 20.0;
const RUNS: usize = 21;

const TYPED: &[&str] = &[
    "acme",
    "kopi corner",
    "会社",
    "black friday",
    "lotus sg",
    "ärzte",
    "traffic q4",
    "1700000",
    "zebra | sales",
    "สยาม",
];

pub fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let started = Instant::now();
    std::hint::black_box(work());
    started.elapsed().as_secs_f64() * 1_000.0
}

/// Measures both alternately, after a warm-up run of each.
pub fn beside(name: &str, mut ours: impl FnMut(), mut bare: impl FnMut()) -> Measure {
    let (mut value, mut floor) = (Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let (one, other) = (time(&mut ours), time(&mut bare));
        if run > 0 {
            value.push(one);
            floor.push(other);
        }
    }
    let slow = percentile(value.iter().copied(), 0.95);
    assert!(slow.is_finite());
    Measure {
        name: format!("{name} (p95 {slow:.1} ms)"),
        value: median(value),
        unit: "ms",
        floor: median(floor),
        aim: AIM,
        limit: Some(LIMIT),
    }
}

pub fn measure(root: &Path, file: &str, campaigns: &[usize]) -> Vec<Measure> {
    let path = root.join("partners").join(file);
    let copy = root.join("floor.sqlite");
    std::fs::copy(&path, &copy).unwrap();
    let folder = Folder::at(root);
    let mut measures = vec![beside(
        "open the book",
        || drop(folder.open(file).unwrap()),
        || {
            let book = floor::open(&copy);
            floor::read(&book, "SELECT id, name, practice FROM partner", []);
        },
    )];
    let book = folder.open(file).unwrap();
    let bare = floor::open(&copy);
    measures.extend(lists(&book, &bare));
    measures.extend(screens(&book, &bare));
    measures.extend(suggestions(&book, &bare));
    measures.push(typed_in_a_list(&book, &bare));
    measures.push(typed_anywhere(&book, &bare));
    measures.push(typed_in_the_history(&book, &bare));
    measures.push(past(&book, &bare));
    let memory = memory();
    measures.extend(saves(&book, bare, campaigns[0]));
    measures.push(Measure {
        name: "memory after all lists and searches".into(),
        value: memory,
        unit: "MB",
        floor: 100.0,
        aim: 1.0,
        limit: Some(100.0),
    });
    measures
}

fn campaigns_of(of: CampaignsOf, search: &str) -> CampaignQuery {
    CampaignQuery { search: search.into(), ..CampaignQuery::all(of) }
}

fn available(search: &str) -> CampaignQuery {
    campaigns_of(CampaignsOf::Available { ad_accounts: vec![account(0)] }, search)
}

/// Measures the first page with totals, a page in the middle and the last page.
fn pages<Q: Query>(name: &str, book: &Book, query: &Q, mut bare: impl FnMut(&str)) -> Vec<Measure> {
    let keys = book.page_keys_until(&Interrupt::default(), query).unwrap();
    let middle = Cursor::From(keys[keys.len() / 2].clone());
    vec![
        beside(
            &format!("{name}: first page and totals"),
            || drop(book.list(query).unwrap()),
            || bare("first"),
        ),
        beside(
            &format!("{name}: middle page"),
            || drop(book.page(query, &middle).unwrap()),
            || bare("middle"),
        ),
        beside(
            &format!("{name}: last page"),
            || drop(book.page(query, &Cursor::End).unwrap()),
            || bare("last"),
        ),
    ]
}

/// Reads the same page in plain SQL, by key and with totals for the first one.
fn page(bare: &Connection, which: &str, totals: &[&str], page: &str, middle: &str, last: &str, owner: &str) {
    match which {
        "first" => {
            for total in totals {
                floor::read(bare, total, []);
            }
            floor::read(bare, &page.replace("{where}", "").replace("{dir}", ""), [owner]);
        }
        "middle" => {
            floor::read(bare, &page.replace("{where}", middle).replace("{dir}", ""), [owner]);
        }
        _ => {
            floor::read(bare, &page.replace("{where}", last).replace("{dir}", "DESC"), [owner]);
        }
    }
}

fn lists(book: &Book, bare: &Connection) -> Vec<Measure> {
    let mut measures = Vec::new();
    let query = AccountQuery { sort: AccountSort::Name, ..Default::default() };
    measures.push(beside(
        "TikTok accounts: the total and the first page",
        || drop(book.list(&query).unwrap()),
        || {
            floor::read(bare, "SELECT id FROM ad_account ORDER BY name_folded, id LIMIT 100", []);
            floor::read(bare, "SELECT count(*) FROM ad_account", []);
            floor::read(bare, ACCOUNT_PAGE, []);
            floor::read(bare, HOLDINGS, []);
        },
    ));
    let account_0 = account(0);
    let of_account = format!("c.account_id = '{account_0}'");
    let unallocated = "NOT EXISTS (SELECT 1 FROM allocated_campaign a WHERE a.campaign_id = c.id)";
    let total = format!("SELECT count(*) FROM campaign c WHERE {of_account} AND {unallocated}");
    let sql = format!(
        "SELECT * FROM (SELECT c.id AS i, fold(c.name) AS f FROM campaign c WHERE c.account_id = ? AND {unallocated}
         {{where}} ORDER BY fold(c.name) {{dir}}, c.id {{dir}} LIMIT 100) CROSS JOIN campaign c ON c.id = i
         JOIN ad_account t ON t.id = c.account_id LEFT JOIN listing s ON s.account_id = c.account_id AND s.kind = 'campaign'"
    );
    measures.extend(pages("available campaigns of 18,000", book, &available(""), |which| {
        page(
            bare,
            which,
            &[&total, &total],
            &sql,
            "AND (fold(c.name), c.id) >= ('mèo', '')",
            "",
            account_0.as_str(),
        );
    }));

    let advertisers = "SELECT id FROM advertiser WHERE xpo_account_id = ?";
    let of_xpo = campaigns_of(CampaignsOf::XpoAccount { xpo_account: xpo(7) }, "");
    let from = format!(
        "FROM allocation a CROSS JOIN allocated_campaign n ON n.allocation = a.id CROSS JOIN campaign c ON c.id = n.campaign_id
         WHERE a.advertiser_id IN ({advertisers})"
    );
    let total = format!("SELECT count(*) {from}").replace('?', &format!("'{}'", xpo(7)));
    let sql = format!(
        "SELECT * FROM (SELECT c.id AS i {from} {{where}} ORDER BY fold(c.name) {{dir}}, c.id {{dir}} LIMIT 100)
         CROSS JOIN campaign c ON c.id = i JOIN ad_account t ON t.id = c.account_id
         JOIN campaign_allocation a ON a.campaign_id = c.id JOIN advertiser v ON v.id = a.advertiser_id
         JOIN xpo_account x ON x.id = v.xpo_account_id JOIN entry e ON e.seq = a.entry"
    );
    measures.extend(pages("campaigns of an XPO account", book, &of_xpo, |which| {
        page(
            bare,
            which,
            &[&total, &total],
            &sql,
            "AND (fold(c.name), c.id) >= ('mèo', '')",
            "",
            xpo(7).as_str(),
        );
    }));

    let audiences = AudienceQuery::all(AudiencesOf::AdAccounts { ad_accounts: vec![account(0)] });
    let shown = "NOT EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = c.id)";
    let total = format!("SELECT count(*) FROM audience c WHERE {of_account} AND {shown}");
    let sql = format!(
        "SELECT *, EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = i)
         FROM (SELECT c.id AS i, c.account_id AS o FROM audience c WHERE c.account_id = ? AND {shown} {{where}}
         ORDER BY fold(c.name) {{dir}}, c.id {{dir}} LIMIT 100) CROSS JOIN audience c ON c.account_id = o AND c.id = i
         JOIN ad_account t ON t.id = c.account_id
         LEFT JOIN listing s ON s.account_id = c.account_id AND s.kind = 'audience'
         LEFT JOIN audience_allocation a ON a.audience_id = c.id AND a.ad_account_id = c.account_id
         LEFT JOIN advertiser v ON v.id = a.advertiser_id"
    );
    measures.extend(pages("10,000 audiences", book, &audiences, |which| {
        page(
            bare,
            which,
            &[&total, &total],
            &sql,
            "AND (fold(c.name), c.id) >= ('mèo', '')",
            "",
            account_0.as_str(),
        );
    }));

    let total = "SELECT count(*) FROM xpo_account";
    let advertisers = "SELECT v.*, (SELECT count(*) FROM campaign_allocation c WHERE c.advertiser_id = v.id),
        (SELECT count(*) FROM audience_allocation c WHERE c.advertiser_id = v.id),
        (SELECT count(*) FROM goal c WHERE c.advertiser_id = v.id)
        FROM (SELECT id FROM xpo_account x WHERE ? IS NOT NULL {where} ORDER BY name_folded {dir} LIMIT 100) p
        CROSS JOIN xpo_account x ON x.id = p.id JOIN advertiser v ON v.xpo_account_id = x.id";
    measures.extend(pages("XPO accounts", book, &XpoAccountQuery::default(), |which| {
        page(bare, which, &[total, total], advertisers, "AND name_folded >= 'mèo'", "", "");
        floor::read(bare, HOLDINGS, []);
    }));

    let total = "SELECT count(*) FROM entry";
    let sql = "SELECT e.seq, e.id, e.at, e.actor, e.action, e.undoes,
        (SELECT max(position) FROM edit_row WHERE entry = e.seq),
        (SELECT max(u.seq) FROM entry u WHERE u.undoes = e.seq), d.*, t.name, v.name, c.name
        FROM (SELECT seq FROM entry e WHERE ? IS NOT NULL {where} ORDER BY seq {dir} LIMIT 100) p
        CROSS JOIN entry e ON e.seq = p.seq JOIN edit d ON d.entry = e.seq AND d.position < 3
        LEFT JOIN ad_account t ON t.id = d.ad_account_id LEFT JOIN advertiser v ON v.id = d.holder_id
        LEFT JOIN campaign c ON c.id = d.object_id";
    measures.extend(pages("change history of 50,000", book, &HistoryQuery::default(), |which| {
        page(bare, which, &[total, total], sql, "AND seq > 25000", "", "");
    }));
    measures
}

const ACCOUNT_PAGE: &str =
    "SELECT a.*, (SELECT coalesce(max(CASE WHEN NOT x.visible THEN 0 WHEN u.state = 'connected' THEN 2
    WHEN u.state = 'needs_authorization' THEN 1 ELSE 0 END), 0) FROM ad_account_access x
    JOIN tiktok_user u ON u.id = x.user_id WHERE x.account_id = a.id),
    (SELECT max(seen_at) FROM ad_account_access x WHERE x.account_id = a.id),
    (SELECT group_concat(u.name) FROM ad_account_access x JOIN tiktok_user u ON u.id = x.user_id
     WHERE x.account_id = a.id AND x.visible)
    FROM (SELECT id FROM ad_account ORDER BY name_folded, id LIMIT 100) p JOIN ad_account a ON a.id = p.id";

/// The links of 100 accounts with their advertisers.
const HOLDINGS: &str = "SELECT x.id, x.name, a.id, a.name, d.ad_account_id, l.payment_mode, v.id, v.name
    FROM (SELECT id FROM ad_account ORDER BY name_folded, id LIMIT 100) p
    CROSS JOIN account_link l ON l.ad_account_id = p.id
    JOIN xpo_account x ON x.id = l.xpo_account_id JOIN ad_account a ON a.id = l.ad_account_id
    LEFT JOIN default_account d ON d.xpo_account_id = l.xpo_account_id AND d.ad_account_id = l.ad_account_id
    JOIN allocation n ON n.xpo_account_id = l.xpo_account_id AND n.ad_account_id = l.ad_account_id
    JOIN advertiser v ON v.id = n.advertiser_id";

/// Returns all prefixes of the texts, as they are typed.
fn prefixes() -> Vec<String> {
    let grow = |text: &&str| {
        let characters: Vec<char> = text.chars().collect();
        (1..=characters.len()).map(|n| characters[..n].iter().collect()).collect::<Vec<String>>()
    };
    TYPED.iter().flat_map(grow).collect()
}

fn typed(name: &str, ours: impl Fn(&str), bare: impl Fn(&[&str])) -> Measure {
    let (mut value, mut floor) = (Vec::new(), Vec::new());
    for run in 0..4 {
        for text in prefixes() {
            let folded = text.to_lowercase();
            let words: Vec<&str> = folded.split_whitespace().collect();
            let (one, other) = (time(|| ours(&text)), time(|| bare(&words)));
            if run > 0 {
                value.push(one);
                floor.push(other);
            }
        }
    }
    Measure {
        name: format!("{name}, p95"),
        value: percentile(value, 0.95),
        unit: "ms",
        floor: percentile(floor, 0.95),
        aim: AIM,
        limit: Some(LIMIT),
    }
}

fn typed_in_a_list(book: &Book, bare: &Connection) -> Measure {
    let owner = account(0);
    typed(
        "typing in the list of 18,000 campaigns",
        |text| drop(book.list(&available(text)).unwrap()),
        |words| {
            let has: String = words
                .iter()
                .map(|word| format!(" AND (instr(fold(c.name), '{word}') OR instr(c.id, '{word}'))"))
                .collect();
            let from = "FROM campaign c WHERE c.account_id = ?
                 AND NOT EXISTS (SELECT 1 FROM allocated_campaign a WHERE a.campaign_id = c.id)";
            floor::read(bare, &format!("SELECT count(*) {from}"), [&owner]);
            floor::read(bare, &format!("SELECT count(*) {from} {has}"), [&owner]);
            floor::read(
                bare,
                &format!("SELECT c.* {from} {has} ORDER BY fold(c.name), c.id LIMIT 100"),
                [&owner],
            );
        },
    )
}

fn typed_in_the_history(book: &Book, bare: &Connection) -> Measure {
    let measure = typed(
        "typing in the change history of 50,000",
        |text| drop(book.list(&HistoryQuery { search: text.into(), ..Default::default() }).unwrap()),
        |words| {
            let has: String = words.iter().map(|word| format!(" AND instr(w.lines, '{word}')")).collect();
            floor::read(bare, &format!("SELECT count(*) FROM entry_words w WHERE true {has}"), []);
        },
    );
    Measure { limit: Some(100.0), ..measure }
}

fn typed_anywhere(book: &Book, bare: &Connection) -> Measure {
    typed(
        "typing in the search over everything",
        |text| drop(book.search(text).unwrap()),
        |words| {
            for table in ["ad_account", "xpo_account", "advertiser"] {
                let has: String =
                    words.iter().map(|word| format!(" AND instr(name_folded, '{word}')")).collect();
                floor::read(
                    bare,
                    &format!("SELECT id, name FROM {table} WHERE true {has} ORDER BY name_folded LIMIT 9"),
                    [],
                );
            }
            let long: Vec<String> = words
                .iter()
                .filter(|word| word.chars().count() > 2)
                .map(|word| {
                    let characters: Vec<char> = word.chars().collect();
                    let parts: Vec<String> = characters
                        .windows(3)
                        .map(|w| format!("\"{}\"", w.iter().collect::<String>()))
                        .collect();
                    parts.join(" AND ")
                })
                .collect();
            if !long.is_empty() {
                for table in ["campaign", "audience"] {
                    floor::read(
                        bare,
                        &format!(
                            "SELECT c.id, c.name FROM {table}_text f CROSS JOIN {table} c ON c.id = CAST(f.rowid AS TEXT)
                             WHERE {table}_text MATCH ? LIMIT 9"
                        ),
                        [long.join(" AND ")],
                    );
                }
            }
        },
    )
}

fn past(book: &Book, bare: &Connection) -> Measure {
    let then = Timestamp::from_second(1_767_225_600).unwrap() + 225_000.minutes();
    let seq = 25_000;
    let measure = beside(
        "everything as of a date in the middle",
        || drop(book.xpo_accounts_as_of(then).unwrap()),
        || {
            for kind in ["xpo_account", "advertiser", "payment", "default_account", "account_allocation"] {
                floor::read(
                    bare,
                    "SELECT e.object_id, e.ad_account_id, e.holder_id, e.after, max(e.entry) FROM edit e
                     WHERE e.kind = ? AND e.entry <= ? GROUP BY e.holder_id, e.ad_account_id, e.object_id
                     HAVING e.after IS NOT NULL",
                    params![kind, seq],
                );
            }
            for kind in ["campaign_allocation", "audience_allocation", "goal"] {
                floor::read(
                    bare,
                    "SELECT holder_id, sum(more) FROM edit WHERE kind = ? AND entry <= ? GROUP BY holder_id",
                    params![kind, seq],
                );
            }
        },
    );
    Measure { aim: 100.0 / measure.floor, limit: Some(300.0), ..measure }
}

fn saves(book: &Book, mut bare: Connection, of: usize) -> Vec<Measure> {
    let mut measures = Vec::new();
    for (count, limit) in [(1, None), (10_000, Some(300.0))] {
        let range = of - 12_000..of - 12_000 + count;
        let allocate = || {
            Change::now(
                "ana",
                Action::AllocateCampaigns(AllocateCampaigns {
                    advertiser: advertiser(0),
                    allocate: range.clone().map(|n| campaign(0, n)).collect(),
                    deallocate: Vec::new(),
                }),
            )
        };
        let (mut ours, mut floors) =
            ([Vec::new(), Vec::new(), Vec::new()], [Vec::new(), Vec::new(), Vec::new()]);
        for run in 0..=if count == 1 { RUNS } else { 7 } {
            let change = allocate();
            let undo = Change::now(
                "ana",
                Action::Undo(Undo {
                    change: change.id.clone(),
                    keep: vec![],
                    also: vec![],
                    default_replacements: vec![],
                }),
            );
            let ready = |outcome: partner::decisions::Outcome| assert!(outcome.is_ready(), "{outcome:?}");
            let one = [
                time(|| ready(book.preview(&change).unwrap())),
                time(|| ready(book.commit(&change).unwrap())),
                time(|| ready(book.commit(&undo).unwrap())),
            ];
            let other = [
                time(|| floor::write(&mut bare, range.clone(), true, false)),
                time(|| floor::write(&mut bare, range.clone(), true, true)),
                time(|| floor::write(&mut bare, range.clone(), false, true)),
            ];
            if run > 0 {
                (0..3).for_each(|n| ours[n].push(one[n]));
                (0..3).for_each(|n| floors[n].push(other[n]));
            }
        }
        for (n, what) in ["preview", "commit", "undo"].into_iter().enumerate() {
            measures.push(Measure {
                name: format!("{what} the allocation of {count} campaigns"),
                value: median(ours[n].iter().copied()),
                unit: "ms",
                floor: median(floors[n].iter().copied()),
                aim: if limit.is_some() && what == "commit" {
                    150.0 / median(floors[n].iter().copied())
                } else {
                    AIM
                },
                limit: limit.filter(|_| what == "commit"),
            });
        }
    }
    measures
}

/// Returns the peak memory of this process in MB, or 0 if the system does not report it.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

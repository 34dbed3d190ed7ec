//! The constraints and triggers of the database, tested with SQL on the file of a closed book.

use partner::decisions::{
    Action, AddGoals, AllocateAudiences, AllocateCampaigns, AudienceChoice, ExcludeAudiences, GoalKind,
    InitializeCampaigns, NewGoal,
};
use partner::ids::{AdAccountId, AdvertiserId, AudienceId, CampaignId, GoalId};
use partner::requests::mail_settings::MailSettings;
use rusqlite::Connection;

use crate::fixture::{Fixture, account, advertiser, audience, campaign, pair, xpo};

/// Returns a closed book with every kind of decision. Account 1 is allocated to the advertisers 1-1, 1-2 and 2-1, account 2
/// to 1-1. Advertiser 1-1 also has campaigns 1 and 2 (initialized), audience 1 and a goal. Audience 3 is excluded.
fn closed() -> (tempfile::TempDir, Connection) {
    let fixture = Fixture::new();
    fixture.allocate(&[pair(1, 1, 1), pair(1, 1, 2), pair(2, 1, 1), pair(1, 2, 1)]);
    fixture.done(Action::AllocateCampaigns(AllocateCampaigns {
        advertiser: advertiser(1, 1),
        allocate: vec![CampaignId(campaign(1, 1)), CampaignId(campaign(1, 2))],
        deallocate: vec![],
    }));
    fixture.done(Action::InitializeCampaigns(InitializeCampaigns {
        campaigns: vec![CampaignId(campaign(1, 2))],
    }));
    fixture.done(Action::AllocateAudiences(AllocateAudiences {
        advertiser: advertiser(1, 1),
        accounts: vec![AudienceChoice {
            ad_account: account(1),
            allocate: vec![AudienceId(audience(1))],
            deallocate: vec![],
        }],
    }));
    fixture.done(Action::AddGoals(AddGoals {
        goals: vec![NewGoal {
            id: GoalId("00000000-0000-7000-8000-900000000001".into()),
            kind: GoalKind::ConversionGoal,
            name: "Purchase".into(),
            advertiser: advertiser(1, 1),
            ad_account: account(1),
        }],
    }));
    fixture.done(Action::ExcludeAudiences(ExcludeAudiences { audiences: vec![AudienceId(audience(3))] }));
    fixture
        .book
        .save_mail_settings(&MailSettings { team: "team@knorex.example".into(), ..MailSettings::default() })
        .unwrap();
    crate::requests::request(&fixture, "New");
    fixture.closed()
}

/// Returns the SQL of the id of an allocation.
fn allocation(account: AdAccountId, advertiser: AdvertiserId) -> String {
    format!(
        "(SELECT id FROM allocation WHERE ad_account_id = '{account}' AND advertiser_id = '{advertiser}')"
    )
}

/// Runs `sql` while the entry `:e` is open, closes the entry and commits. Returns the error of SQLite.
fn attempt(raw: &mut Connection, sql: &str) -> Result<(), String> {
    let transaction = raw.transaction().unwrap();
    transaction
        .execute_batch(
            "INSERT INTO entry (id, at, actor, action, change)
             VALUES ('00000000-0000-7000-8000-eeeeeeeeeeee', 0, 'raw', 'raw', '{}')",
        )
        .unwrap();
    let entry = transaction.last_insert_rowid().to_string();
    let words = sql
        .replace(":e", &entry)
        .replace(":a1v11", &allocation(account(1), advertiser(1, 1)))
        .replace(":a1v21", &allocation(account(1), advertiser(2, 1)))
        .replace(":a3v31", &allocation(account(3), advertiser(3, 1)))
        .replace(":a1", account(1).as_str())
        .replace(":a2", account(2).as_str())
        .replace(":a3", account(3).as_str())
        .replace(":x1", xpo(1).as_str())
        .replace(":x2", xpo(2).as_str())
        .replace(":x3", xpo(3).as_str())
        .replace(":v11", advertiser(1, 1).as_str())
        .replace(":v12", advertiser(1, 2).as_str())
        .replace(":v21", advertiser(2, 1).as_str())
        .replace(":v31", advertiser(3, 1).as_str())
        .replace(":c11", &campaign(1, 1))
        .replace(":c12", &campaign(1, 2))
        .replace(":c13", &campaign(1, 3))
        .replace(":c31", &campaign(3, 1))
        .replace(":u1", &audience(1))
        .replace(":u3", &audience(3));
    let close = format!(
        "INSERT INTO edit_row VALUES ({entry}, 0, 1, '', NULL, 'self', 1);
         INSERT INTO entry_words VALUES ({entry}, 1, 'raw' || char(10));
         INSERT INTO entry_ids VALUES ({entry}, 1, '' || char(10));
         INSERT INTO entry_text VALUES ({entry}, '', x'')"
    );
    let done =
        transaction.execute_batch(&words).and_then(|()| transaction.execute_batch(&close)).and_then(|()| {
            // Releasing a savepoint does not check deferred constraints; the commit does.
            transaction.execute_batch("SAVEPOINT kept; RELEASE kept; PRAGMA defer_foreign_keys")?;
            transaction.commit()
        });
    done.map_err(|error| error.to_string())
}

/// Each statement must be refused with an error that contains the text.
fn all_refused(cases: &[(&str, &str)]) {
    let (_place, mut raw) = closed();
    for (sql, why) in cases {
        match attempt(&mut raw, sql) {
            Ok(()) => panic!("not refused: {sql}"),
            Err(said) => assert!(said.contains(why), "{sql}: {said}"),
        }
    }
}

const FOREIGN: &str = "FOREIGN KEY constraint failed";

#[test]
fn accepts_statements_that_keep_the_invariants() {
    for sql in [
        "INSERT INTO allocation VALUES (NULL, ':a3', ':v31', ':x3', :e);
         INSERT INTO account_link VALUES (':x3', ':a3', 'self', :e);
         INSERT INTO default_account VALUES (':x3', ':a3', :e);
         INSERT INTO allocated_campaign VALUES (':c31', :a3v31, NULL, :e)",
        "UPDATE account_link SET payment_mode = 'knorex', entry = :e WHERE xpo_account_id = ':x1'",
        "UPDATE default_account SET ad_account_id = ':a2', entry = :e WHERE xpo_account_id = ':x1'",
        "UPDATE allocated_campaign SET initialized = :e WHERE campaign_id = ':c11'",
        "DELETE FROM allocated_campaign WHERE campaign_id = ':c11'",
        "DELETE FROM audience_exclusion; DELETE FROM goal; DELETE FROM audience_allocation",
    ] {
        let (_place, mut raw) = closed();
        assert_eq!(attempt(&mut raw, sql), Ok(()), "{sql}");
    }
}

#[test]
fn invariant_1_a_default_is_one_of_the_xpo_accounts_own_accounts_and_never_missing() {
    all_refused(&[
        (
            "UPDATE default_account SET ad_account_id = ':a3', entry = :e WHERE xpo_account_id = ':x1'",
            FOREIGN,
        ),
        (
            "UPDATE default_account SET ad_account_id = ':a2', entry = :e WHERE xpo_account_id = ':x2'",
            FOREIGN,
        ),
        ("DELETE FROM default_account WHERE xpo_account_id = ':x1'", FOREIGN),
        ("INSERT INTO default_account VALUES (':x1', ':a2', :e)", "UNIQUE"),
        ("INSERT INTO default_account VALUES (':x3', ':a1', :e)", FOREIGN),
        (
            "INSERT INTO allocation VALUES (NULL, ':a3', ':v31', ':x3', :e);
             INSERT INTO account_link VALUES (':x3', ':a3', 'self', :e)",
            FOREIGN,
        ),
        ("UPDATE default_account SET xpo_account_id = ':x3', entry = :e", "identity of a decision"),
    ]);
}

#[test]
fn invariant_2_a_campaign_has_at_most_one_allocation_and_needs_that_of_its_account() {
    all_refused(&[
        ("INSERT INTO allocated_campaign VALUES (':c11', :a1v21, NULL, :e)", "UNIQUE"),
        (
            "INSERT INTO allocated_campaign VALUES (':c31', :a3v31, NULL, :e)",
            "does not belong to the ad account",
        ),
        ("INSERT INTO allocated_campaign VALUES ('1', 99, NULL, :e)", FOREIGN),
        (
            "INSERT INTO allocated_campaign VALUES (':c31', :a1v11, NULL, :e)",
            "does not belong to the ad account",
        ),
        (
            "INSERT INTO allocated_campaign VALUES ('1', :a1v11, NULL, :e)",
            "does not belong to the ad account",
        ),
        (
            "UPDATE allocated_campaign SET allocation = :a1v21 WHERE campaign_id = ':c11'",
            "identity of a decision",
        ),
        (
            "UPDATE allocated_campaign SET campaign_id = ':c13' WHERE campaign_id = ':c11'",
            "identity of a decision",
        ),
    ]);
}

#[test]
fn invariant_3_an_audience_needs_an_allocation_of_its_account_to_the_advertiser() {
    all_refused(&[
        ("INSERT INTO audience_allocation VALUES (':u1', ':a3', ':v11', :e)", FOREIGN),
        ("INSERT INTO audience_allocation VALUES ('1', ':a1', ':v11', :e)", FOREIGN),
        ("UPDATE audience_allocation SET advertiser_id = ':v31', entry = :e", "identity of a decision"),
        ("UPDATE audience_allocation SET ad_account_id = ':a2', entry = :e", "identity of a decision"),
        ("DELETE FROM allocation WHERE ad_account_id = ':a1' AND advertiser_id = ':v11'", FOREIGN),
    ]);
}

#[test]
fn invariant_4_a_blocked_allocation_or_an_initialized_campaign_cannot_be_removed() {
    all_refused(&[
        (
            "DELETE FROM audience_allocation; DELETE FROM goal;
             DELETE FROM allocation WHERE ad_account_id = ':a1' AND advertiser_id = ':v11'",
            FOREIGN,
        ),
        ("DELETE FROM allocated_campaign WHERE campaign_id = ':c12'", "cannot be deallocated"),
        ("DELETE FROM allocated_campaign", "cannot be deallocated"),
        ("UPDATE allocated_campaign SET initialized = NULL WHERE campaign_id = ':c12'", "cannot be changed"),
        ("UPDATE allocated_campaign SET initialized = :e WHERE campaign_id = ':c12'", "cannot be changed"),
        (
            "INSERT OR REPLACE INTO allocated_campaign VALUES (':c12', :a1v21, NULL, :e)",
            "cannot be deallocated",
        ),
        (
            "UPDATE OR REPLACE allocated_campaign SET campaign_id = ':c12' WHERE campaign_id = ':c11'",
            "identity of a decision",
        ),
        ("DELETE FROM campaign WHERE id = ':c12'", FOREIGN),
        ("UPDATE campaign SET account_id = ':a2' WHERE id = ':c12'", "stays in its ad account"),
        ("DELETE FROM advertiser WHERE id = ':v11'", FOREIGN),
        ("DELETE FROM xpo_account WHERE id = ':x1'", FOREIGN),
    ]);
}

#[test]
fn r25_a_goal_keeps_its_allocation() {
    all_refused(&[
        ("DELETE FROM allocation WHERE ad_account_id = ':a1' AND advertiser_id = ':v11'", FOREIGN),
        (
            "INSERT INTO goal VALUES ('00000000-0000-7000-8000-900000000002', 'conversion_goal', 'n', 'n', 'n', ':a3', ':v11', :e)",
            FOREIGN,
        ),
        ("UPDATE goal SET ad_account_id = ':a2', entry = :e", "identity of a decision"),
        (
            "INSERT INTO goal VALUES ('00000000-0000-7000-8000-900000000002', 'pixel', 'n', 'n', 'n', ':a1', ':v11', :e)",
            "CHECK",
        ),
        (
            "INSERT INTO goal VALUES ('00000000-0000-7000-8000-900000000002', 'conversion_goal', 'PURCHASE',
             'purchase', 'purchase', ':a2', ':v11', :e)",
            "UNIQUE",
        ),
    ]);
}

#[test]
fn invariant_5_exactly_the_allocated_pairs_have_a_payment_mode() {
    all_refused(&[
        ("INSERT INTO account_link VALUES (':x1', ':a3', 'self', :e)", "requires an allocation"),
        ("INSERT INTO allocation VALUES (NULL, ':a3', ':v11', ':x1', :e)", FOREIGN),
        ("DELETE FROM account_link WHERE xpo_account_id = ':x1' AND ad_account_id = ':a2'", FOREIGN),
        ("DELETE FROM allocation WHERE ad_account_id = ':a2'", "requires an allocation"),
        (
            "UPDATE account_link SET ad_account_id = ':a3', entry = :e WHERE xpo_account_id = ':x2'",
            "identity of a decision",
        ),
        ("UPDATE account_link SET payment_mode = 'cash', entry = :e", "CHECK"),
        (
            "UPDATE allocation SET xpo_account_id = ':x2', entry = :e WHERE advertiser_id = ':v12'",
            "identity of a decision",
        ),
        ("INSERT OR REPLACE INTO allocation VALUES (NULL, ':a2', ':v11', ':x2', :e)", FOREIGN),
        ("INSERT INTO allocation VALUES (NULL, '1', ':v11', ':x1', :e)", FOREIGN),
        ("INSERT OR REPLACE INTO allocation VALUES (NULL, ':a1', ':v11', ':x1', :e)", FOREIGN),
        (
            "INSERT OR REPLACE INTO allocation VALUES (:a1v11, ':a3', ':v31', ':x3', :e)",
            "identity of a decision",
        ),
        ("UPDATE allocation SET id = 99, entry = :e WHERE id = :a1v11", "identity of a decision"),
        // The campaign of a deleted allocation does not become one of the next.
        (
            "DELETE FROM allocation WHERE ad_account_id = ':a1' AND advertiser_id = ':v12';
             INSERT INTO allocation VALUES (NULL, ':a1', ':v12', ':x1', :e);
             INSERT INTO allocated_campaign VALUES (:c13, (SELECT max(id) FROM allocation), NULL, :e);
             DELETE FROM allocation WHERE id = (SELECT max(id) FROM allocation);
             INSERT INTO allocation VALUES (NULL, ':a1', ':v12', ':x1', :e)",
            FOREIGN,
        ),
        (
            "UPDATE advertiser SET xpo_account_id = ':x2', entry = :e WHERE id = ':v12'",
            "identity of a decision",
        ),
    ]);
}

#[test]
fn a20_an_excluded_audience_has_no_allocation() {
    all_refused(&[
        ("INSERT INTO audience_allocation VALUES (':u3', ':a1', ':v11', :e)", "excluded and allocated"),
        ("INSERT INTO audience_exclusion VALUES (':u1', :e)", "excluded and allocated"),
        ("UPDATE audience_exclusion SET audience_id = ':u1', entry = :e", "identity of a decision"),
        ("UPDATE audience_allocation SET audience_id = ':u3', entry = :e", "identity of a decision"),
        ("INSERT INTO audience_exclusion VALUES ('1', :e)", "does not exist"),
    ]);
}

#[test]
fn a1_checks_names_states_and_ids() {
    let id = "00000000-0000-7000-8000-900000000009";
    let of = |values: &str| format!("INSERT INTO xpo_account VALUES ({values}, :e)");
    for (values, why) in [
        (format!("'{id}', 'CLIENT 1', 'client 1', 'client 1', 'active', 0"), "UNIQUE"),
        (format!("'{id}', '', '', '', 'active', 0"), "CHECK"),
        (format!("'{id}', '{0}', '{0}', '{0}', 'active', 0", "n".repeat(101)), "CHECK"),
        (format!("'{id}', 'n', 'n', 'n', 'busy', 0"), "CHECK"),
        (format!("'{id}', 'n', 'n', 'n', 'active', 2"), "CHECK"),
        ("'00000000-0000-7000-8000-90000000000A', 'n', 'n', 'n', 'active', 0".into(), "CHECK"),
        ("'9', 'n', 'n', 'n', 'active', 0".into(), "CHECK"),
        ("NULL, 'n', 'n', 'n', 'active', 0".into(), "NOT NULL"),
    ] {
        all_refused(&[(&of(&values), why)]);
    }
    all_refused(&[
        (&format!("INSERT INTO advertiser VALUES ('{id}', '{id}', 'n', 'n', 'n', 0, :e)"), FOREIGN),
        (
            &format!("INSERT INTO advertiser VALUES ('{id}', ':x1', 'BRAND 1', 'brand 1', 'brand 1', 0, :e)"),
            "UNIQUE",
        ),
    ]);
}

#[test]
fn invariant_7_a_decision_belongs_to_an_entry_of_the_history() {
    all_refused(&[
        ("INSERT INTO allocated_campaign VALUES (':c13', :a1v11, NULL, 99)", "history entry is open"),
        ("INSERT INTO allocated_campaign VALUES (':c13', :a1v11, 99, :e)", "an initialized campaign"),
        (
            "UPDATE allocated_campaign SET initialized = 99 WHERE campaign_id = ':c11'",
            "history entry is open",
        ),
        ("UPDATE advertiser SET entry = 99 WHERE id = ':v12'", "history entry is open"),
        ("UPDATE xpo_account SET entry = 99 WHERE id = ':x1'", "history entry is open"),
        ("UPDATE audience_allocation SET entry = 99", "history entry is open"),
    ]);
}

#[test]
fn a_dictionary_with_which_objects_are_compressed_stays_as_it_is() {
    let add = "INSERT INTO json_dictionary VALUES (2, 'ad', x'00');";
    all_refused(&[
        (&format!("{add} UPDATE json_dictionary SET content = x''"), "compressed with this dictionary"),
        (&format!("{add} DELETE FROM json_dictionary"), "compressed with this dictionary"),
        (&format!("{add} INSERT INTO json_dictionary VALUES (3, 'ad', x'00')"), "UNIQUE"),
        ("INSERT INTO json_dictionary VALUES (1, 'ad', x'00')", "CHECK"),
        ("INSERT INTO json_dictionary VALUES (2, 'image', x'00')", "CHECK"),
    ]);
}

#[test]
fn invariant_7_the_history_is_append_only() {
    all_refused(&[
        ("UPDATE entry SET actor = 'x' WHERE seq = 1", "append-only"),
        ("DELETE FROM entry WHERE seq = 1", "append-only"),
        ("DELETE FROM entry", "append-only"),
        (
            "INSERT OR REPLACE INTO entry SELECT seq, id, 0, 'x', 'x', NULL, '{}' FROM entry WHERE seq = 1",
            "append-only",
        ),
        (
            "INSERT OR REPLACE INTO entry SELECT 99, id, 0, 'x', 'x', NULL, '{}' FROM entry WHERE seq = 1",
            "append-only",
        ),
        ("INSERT INTO edit_row VALUES (99, 0, 1, '', NULL, 'self', 1)", "append-only"),
        ("INSERT INTO edit_row VALUES (:e, 1, 0, '', NULL, 'self', 1)", "append-only"),
        ("UPDATE edit_subject SET holder_id = 'x' WHERE id = 1", "append-only"),
        ("DELETE FROM edit_subject", "append-only"),
        ("INSERT OR REPLACE INTO edit_subject VALUES (1, 'x', '', '')", "append-only"),
        (
            "INSERT OR REPLACE INTO edit_subject SELECT 99, kind, ad_account_id, holder_id FROM edit_subject",
            "append-only",
        ),
        ("DELETE FROM request", "a request is never deleted"),
        ("UPDATE edit_row SET after = 'x' WHERE entry = 1 AND position = 0", "append-only"),
        ("DELETE FROM edit_row WHERE entry = 1", "append-only"),
        ("INSERT INTO edit_row VALUES (1, 999, 1, '', NULL, 'self', 1)", "append-only"),
        ("INSERT OR REPLACE INTO edit_row VALUES (1, 0, 1, '', NULL, 'self', 1)", "append-only"),
        ("UPDATE entry_text SET summary = 'x' WHERE entry = 1", "append-only"),
        ("DELETE FROM entry_text WHERE entry = 1", "append-only"),
        ("INSERT OR REPLACE INTO entry_text VALUES (1, '', x'')", "closed once"),
        ("INSERT INTO entry_text VALUES (:e, 'nothing done', x'')", "closed once"),
        (
            "INSERT INTO edit_row VALUES (:e, 0, 1, '', NULL, 'self', 1);
             INSERT INTO entry_text VALUES (:e, 'not found by a search', x'')",
            "can be searched",
        ),
        ("UPDATE entry_words SET lines = 'x' || char(10) WHERE first = 1", "append-only"),
        (
            "UPDATE entry_words SET lines = lines || 'x' || char(10), entries = entries + 1 WHERE first = 1",
            "append-only",
        ),
        ("DELETE FROM entry_words", "append-only"),
        ("INSERT OR REPLACE INTO entry_words VALUES (1, 1, 'x' || char(10))", "append-only"),
        ("INSERT INTO entry_ids VALUES (1000000, 1, 'x' || char(10))", "append-only"),
        ("INSERT INTO entry_ids VALUES (:e, 2, 'x' || char(10))", "append-only"),
        ("INSERT INTO entry_ids VALUES (:e, 1, '')", "append-only"),
        ("INSERT INTO entry_ids VALUES (:e, 1, 'x' || char(10) || 'y' || char(10))", "append-only"),
        ("INSERT INTO edit_row VALUES (:e, 1, 1, '', 'self', 'self', 0)", "CHECK"),
        (
            "INSERT INTO entry VALUES (500, '00000000-0000-7000-8000-dddddddddddd', 0, 'x', 'x', NULL, '{}')",
            FOREIGN,
        ),
        (
            "INSERT INTO entry VALUES (-1, '00000000-0000-7000-8000-dddddddddddd', 0, 'x', 'x', NULL, '{}')",
            "CHECK",
        ),
        (
            "INSERT INTO entry VALUES (500, '00000000-0000-7000-8000-DDDDDDDDDDDD', 0, 'x', 'x', NULL, '{}')",
            "CHECK",
        ),
        (
            "INSERT INTO entry VALUES (500, '00000000-0000-7000-8000-dddddddddddd', 0, 'x', 'x', 500, '{}')",
            "CHECK",
        ),
    ]);
}

#[test]
fn invariant_7_no_decision_changes_without_an_open_entry() {
    let (_place, mut raw) = closed();
    let tables = [
        ("xpo_account", "archived = 1"),
        ("advertiser", "archived = 1"),
        ("goal", "name = 'x'"),
        ("account_link", "payment_mode = 'knorex'"),
        ("default_account", "ad_account_id = ad_account_id"),
        ("allocation", "entry = 1"),
        ("allocated_campaign", "initialized = 1"),
        ("audience_allocation", "entry = 1"),
        ("audience_exclusion", "entry = 1"),
        ("request", "state = 'withdrawn'"),
    ];
    for (table, set) in tables {
        let where_ = if table == "allocated_campaign" { "WHERE initialized IS NULL" } else { "" };
        for sql in [
            format!("DELETE FROM {table} {where_}"),
            format!("UPDATE {table} SET {set} {where_}"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} {where_}"),
        ] {
            let transaction = raw.transaction().unwrap();
            let said = transaction.execute_batch(&sql).unwrap_err().to_string();
            assert!(
                said.contains("history entry is open") || said.contains("requires an allocation"),
                "{sql}: {said}"
            );
        }
    }
}

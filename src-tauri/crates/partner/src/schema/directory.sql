-- XPO accounts and their advertisers. Here and in all tables of decisions, `entry` is the history entry that gave the row
-- its present values (invariant 7). Names with the same `name_key` are one name; `name_folded` is for search and order.

CREATE TABLE xpo_account (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL UNIQUE,
    name_folded TEXT NOT NULL,
    -- Not IN: for three values and more, SQLite would fill a temporary table with them whenever a row is written.
    state TEXT NOT NULL CHECK (state = 'active' OR state = 'suspended' OR state = 'inactive'),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX xpo_account_by_name ON xpo_account (name_folded);

CREATE TABLE advertiser (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
    xpo_account_id TEXT NOT NULL REFERENCES xpo_account (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    entry INTEGER NOT NULL,
    UNIQUE (xpo_account_id, name_key),
    UNIQUE (id, xpo_account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX advertiser_by_name ON advertiser (xpo_account_id, name_folded);

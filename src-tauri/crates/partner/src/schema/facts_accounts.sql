-- TikTok users and their ad accounts, as TikTok reports them. Facts can be discarded and fetched again.

CREATE TABLE tiktok_user (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('connected', 'needs_authorization', 'disconnected')),
    connected_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE ad_account (
    id INTEGER PRIMARY KEY CHECK (id > 0),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT '',
    company TEXT,
    company_folded TEXT NOT NULL DEFAULT '',
    currency TEXT,
    timezone TEXT,
    country TEXT,
    industry TEXT,
    role TEXT,
    account_type TEXT,
    rejection_reason TEXT,
    owner_bc_id TEXT,
    balance REAL,
    created_at INTEGER, -- seconds since 1970, UTC
    other_fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(other_fields)), -- the fields that have no column
    arrived_at INTEGER -- time of the first import in milliseconds since 1970, UTC
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_account_by_name ON ad_account (name_folded);

-- The ad accounts that each TikTok user can or could access (A22, A23).
CREATE TABLE ad_account_access (
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    user_id TEXT NOT NULL REFERENCES tiktok_user (id),
    visible INTEGER NOT NULL CHECK (visible IN (0, 1)),
    seen_at TEXT NOT NULL,
    PRIMARY KEY (account_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_account_access_by_user ON ad_account_access (user_id, visible);

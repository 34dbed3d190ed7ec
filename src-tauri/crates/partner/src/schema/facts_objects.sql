-- The objects inside TikTok ad accounts, as TikTok reports them. No row is ever
-- deleted (A18).

CREATE TABLE campaign (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    objective TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    budget REAL,
    budget_mode TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX campaign_by_id ON campaign (id);
CREATE INDEX campaign_by_name ON campaign (account_id, name_folded, id);

-- Finds campaigns by any part of the name or id. The row id is the campaign's id.
CREATE VIRTUAL TABLE campaign_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- The campaign id is not a foreign key: a sync can read an ad group before its campaign.
CREATE TABLE ad_group (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    budget REAL,
    budget_mode TEXT NOT NULL,
    optimization_goal TEXT NOT NULL,
    bid_type TEXT NOT NULL,
    bid REAL,
    starts_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_group_by_campaign ON ad_group (account_id, campaign_id, name_folded, id);

CREATE TABLE ad (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    ad_group_id TEXT NOT NULL,
    campaign_id TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    format TEXT NOT NULL,
    text TEXT NOT NULL,
    display_name TEXT NOT NULL,
    call_to_action TEXT NOT NULL,
    landing_page TEXT NOT NULL,
    video_id TEXT NOT NULL,
    image_ids TEXT NOT NULL CHECK (json_valid(image_ids)),
    created_at TEXT NOT NULL,
    modified_at TEXT NOT NULL,
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ad_by_ad_group ON ad (account_id, ad_group_id, name_folded, id);

-- The images and videos of ads. Their URLs are not stored because TikTok lets them expire within hours.
CREATE TABLE media (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'video')),
    file_name TEXT NOT NULL,
    format TEXT NOT NULL,
    width INTEGER,
    height INTEGER,
    size INTEGER,
    duration REAL,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;

-- An audience shared by several ad accounts has a row for each of them.
CREATE TABLE audience (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL CHECK (length(id) BETWEEN 1 AND 32 AND id NOT GLOB '*[^0-9]*'),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    audience_type TEXT NOT NULL,
    size INTEGER,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    expiring INTEGER NOT NULL CHECK (expiring IN (0, 1)),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    own INTEGER NOT NULL CHECK (own IN (0, 1)),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_by_id ON audience (id);
CREATE INDEX audience_by_name ON audience (account_id, name_folded, id);

-- Finds audiences by any part of the name or id. The row id is the audience's id.
CREATE VIRTUAL TABLE audience_text USING fts5 (
    text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- When all objects of a kind in an ad account were last read to the end.
CREATE TABLE listing (
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    completed_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;

-- The JSON object that TikTok sent for an object, compressed by facts/raw_json.rs.
CREATE TABLE raw_json (
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    account_id TEXT NOT NULL REFERENCES ad_account (id),
    id TEXT NOT NULL,
    compressed BLOB NOT NULL,
    PRIMARY KEY (kind, account_id, id)
) STRICT, WITHOUT ROWID;

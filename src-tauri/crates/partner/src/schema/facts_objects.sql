-- The objects inside TikTok ad accounts, as TikTok reports them. No row is ever deleted (A18).
--
-- TikTok's ids are numbers of at most 63 bits. A new object gets the next `row`, so the objects of an ad account that were
-- read together lie together, and `name_index` says up to which row names can be searched. `hash` is the hash of
-- everything that TikTok sent; `raw_json` is the JSON object itself, compressed by facts/raw_json.rs, or empty. `traits` are
-- the values that TikTok defines, such as statuses and modes: each combination of them is stored once. `fold(name)` is for
-- search and order; only indexes contain it. Changes of the function need a migration with REINDEX. Times such as `created`
-- are seconds since 1970, UTC, or TikTok's text where that is no such time; `created_at` is TikTok's text in any case, and
-- takes no space.

CREATE TABLE campaign_traits (
    id INTEGER PRIMARY KEY,
    objective TEXT NOT NULL,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    budget_mode TEXT NOT NULL,
    UNIQUE (objective, operation_status, secondary_status, budget_mode)
) STRICT;

CREATE TABLE campaign (
    row INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    id INTEGER NOT NULL CHECK (id > 0),
    name TEXT NOT NULL,
    traits INTEGER NOT NULL REFERENCES campaign_traits (id),
    budget REAL,
    created ANY NOT NULL,
    created_at ANY AS (iif(typeof(created) = 'integer', datetime(created, 'unixepoch'), created)),
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    hash INTEGER NOT NULL,
    raw_json BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX campaign_by_id ON campaign (id);
CREATE INDEX campaign_by_name ON campaign (account_id, fold(name), id);
-- An allocation names the campaign and its ad account (invariant 2).
CREATE TRIGGER campaign_stays_in_its_ad_account BEFORE UPDATE OF account_id ON campaign
BEGIN SELECT RAISE(ROLLBACK, 'a campaign stays in its ad account'); END;

-- Finds campaigns by any part of the name or id, by `row`.
CREATE VIRTUAL TABLE campaign_text USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

CREATE TABLE ad_group_traits (
    id INTEGER PRIMARY KEY,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    budget_mode TEXT NOT NULL,
    optimization_goal TEXT NOT NULL,
    bid_type TEXT NOT NULL,
    UNIQUE (operation_status, secondary_status, budget_mode, optimization_goal, bid_type)
) STRICT;

-- The campaign id is not a foreign key: a sync can read an ad group before its campaign.
CREATE TABLE ad_group (
    row INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    id INTEGER NOT NULL CHECK (id > 0),
    name TEXT NOT NULL,
    campaign_id INTEGER NOT NULL,
    traits INTEGER NOT NULL REFERENCES ad_group_traits (id),
    budget REAL,
    bid REAL,
    starts ANY NOT NULL,
    starts_at ANY AS (iif(typeof(starts) = 'integer', datetime(starts, 'unixepoch'), starts)),
    ends ANY NOT NULL,
    ends_at ANY AS (iif(typeof(ends) = 'integer', datetime(ends, 'unixepoch'), ends)),
    created ANY NOT NULL,
    created_at ANY AS (iif(typeof(created) = 'integer', datetime(created, 'unixepoch'), created)),
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    hash INTEGER NOT NULL,
    raw_json BLOB NOT NULL,
    UNIQUE (account_id, id)
) STRICT;
CREATE INDEX ad_group_by_campaign ON ad_group (account_id, campaign_id, fold(name), id);

CREATE TABLE ad_traits (
    id INTEGER PRIMARY KEY,
    operation_status TEXT NOT NULL,
    secondary_status TEXT NOT NULL,
    format TEXT NOT NULL,
    call_to_action TEXT NOT NULL,
    UNIQUE (operation_status, secondary_status, format, call_to_action)
) STRICT;

CREATE TABLE ad (
    row INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    id INTEGER NOT NULL CHECK (id > 0),
    name TEXT NOT NULL,
    ad_group_id INTEGER NOT NULL,
    campaign_id INTEGER NOT NULL,
    traits INTEGER NOT NULL REFERENCES ad_traits (id),
    text TEXT NOT NULL,
    display_name TEXT NOT NULL,
    landing_page TEXT NOT NULL,
    video_id TEXT NOT NULL,
    image_ids TEXT NOT NULL CHECK (json_valid(image_ids)),
    created ANY NOT NULL,
    created_at ANY AS (iif(typeof(created) = 'integer', datetime(created, 'unixepoch'), created)),
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    hash INTEGER NOT NULL,
    raw_json BLOB NOT NULL,
    UNIQUE (account_id, id)
) STRICT;
CREATE INDEX ad_by_ad_group ON ad (account_id, ad_group_id, fold(name), id);

-- With what `raw_json` is compressed: see facts/raw_json.rs. The objects that were read before a kind got its dictionary are
-- compressed with one that is part of the program.
CREATE TABLE json_dictionary (
    id INTEGER PRIMARY KEY CHECK (id BETWEEN 2 AND 255),
    kind TEXT NOT NULL UNIQUE CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    content BLOB NOT NULL
) STRICT;
CREATE TRIGGER json_dictionary_is_never_updated BEFORE UPDATE ON json_dictionary
BEGIN SELECT RAISE(ROLLBACK, 'objects are compressed with this dictionary'); END;
CREATE TRIGGER json_dictionary_is_never_deleted BEFORE DELETE ON json_dictionary
BEGIN SELECT RAISE(ROLLBACK, 'objects are compressed with this dictionary'); END;

-- The images and videos of ads. Their URLs are not stored because TikTok lets them expire within hours.
CREATE TABLE media (
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
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

-- The ad accounts of which `media` has every image, or every video, that their ads show. A sync does not read their ads again
-- to look for missing ones. When an ad is written, the rows of its ad account are deleted.
CREATE TABLE complete_media (
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('image', 'video')),
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;

-- An audience shared by several ad accounts has a row for each of them.
CREATE TABLE audience (
    row INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    id INTEGER NOT NULL CHECK (id > 0),
    name TEXT NOT NULL,
    audience_type TEXT NOT NULL,
    size INTEGER,
    valid INTEGER NOT NULL CHECK (valid IN (0, 1)),
    expiring INTEGER NOT NULL CHECK (expiring IN (0, 1)),
    shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
    own INTEGER NOT NULL CHECK (own IN (0, 1)),
    created ANY NOT NULL,
    created_at ANY AS (iif(typeof(created) = 'integer', datetime(created, 'unixepoch'), created)),
    expires ANY NOT NULL,
    expires_at ANY AS (iif(typeof(expires) = 'integer', datetime(expires, 'unixepoch'), expires)),
    deleted_on_tiktok INTEGER NOT NULL DEFAULT 0 CHECK (deleted_on_tiktok IN (0, 1)),
    hash INTEGER NOT NULL,
    raw_json BLOB NOT NULL,
    UNIQUE (account_id, id)
) STRICT;
CREATE INDEX audience_by_id ON audience (id);
CREATE INDEX audience_by_name ON audience (account_id, fold(name), id);

-- Finds audiences by any part of the name or id, by `row`.
CREATE VIRTUAL TABLE audience_text USING fts5 (
    text, content = '', columnsize = 0, detail = none, tokenize = 'trigram case_sensitive 1'
);

-- When all objects of a kind in an ad account were last read to the end.
CREATE TABLE listing (
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    kind TEXT NOT NULL CHECK (kind IN ('campaign', 'ad_group', 'ad', 'audience')),
    completed_at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    PRIMARY KEY (account_id, kind)
) STRICT, WITHOUT ROWID;

-- The last rows whose names are in `campaign_text` and `audience_text`. Syncs add the names of later rows in large batches.
CREATE TABLE name_index (
    kind TEXT PRIMARY KEY CHECK (kind IN ('campaign', 'audience')),
    last_row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO name_index VALUES ('campaign', 0), ('audience', 0);

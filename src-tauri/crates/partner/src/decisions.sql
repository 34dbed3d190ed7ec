-- What the admins decided, and how it came to be. The constraints keep invariants 1 to 5 and 7 of the product rules as
-- far as SQL can say them; those that only hold at the end of a change are deferred to the end of the transaction.

-- The change history: an entry for each change, and what it did. Nothing in it is ever changed or removed.
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    undoes INTEGER REFERENCES entry (seq),
    change TEXT NOT NULL CHECK (json_valid(change))
) STRICT;
CREATE INDEX entry_by_time ON entry (at);
CREATE INDEX entry_by_undone ON entry (undoes) WHERE undoes IS NOT NULL;

-- One decision before and after one change; NULL where there is none. Which of the ids are used depends on the kind:
-- object is a campaign, audience, goal or tag; holder an advertiser or XPO account.
CREATE TABLE edit (
    entry INTEGER NOT NULL REFERENCES entry (seq),
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    ad_account_id TEXT NOT NULL,
    holder_id TEXT NOT NULL,
    before TEXT,
    after TEXT CHECK (after IS NOT before),
    -- How many more there are: what was there at some time is what sums up to 1 until then.
    more INTEGER AS ((after IS NOT NULL) - (before IS NOT NULL)),
    PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_by_slot ON edit (kind, holder_id, ad_account_id, object_id, entry, more);
CREATE INDEX edit_by_object ON edit (object_id, entry) WHERE object_id <> '';
CREATE INDEX edit_by_ad_account ON edit (ad_account_id, entry) WHERE ad_account_id <> '';

-- What an entry is found by: action, actor, names and ids as they were then.
CREATE TABLE entry_text (
    entry INTEGER PRIMARY KEY REFERENCES entry (seq),
    text TEXT NOT NULL
) STRICT;

CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER edit_stays BEFORE DELETE ON edit BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;
CREATE TRIGGER edit_is_final BEFORE UPDATE ON edit BEGIN SELECT RAISE(ABORT, 'the history only grows'); END;

-- The directory. `entry` is, here and below, the entry of the history that made the row as it is (invariant 7).
CREATE TABLE xpo_account (
    id TEXT PRIMARY KEY CHECK (length(id) = 36),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'inactive')),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE advertiser (
    id TEXT PRIMARY KEY CHECK (length(id) = 36),
    xpo_account_id TEXT NOT NULL REFERENCES xpo_account (id) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded TEXT NOT NULL,
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    entry INTEGER NOT NULL REFERENCES entry (seq),
    UNIQUE (xpo_account_id, name_folded),
    UNIQUE (id, xpo_account_id)
) STRICT, WITHOUT ROWID;

-- Invariant 5: a payment mode for exactly the pairs that have an allocation. Invariant 1: a linked XPO account has a
-- default, and the default is linked.
CREATE TABLE link (
    xpo_account_id TEXT NOT NULL REFERENCES default_account (xpo_account_id) DEFERRABLE INITIALLY DEFERRED,
    ad_account_id TEXT NOT NULL REFERENCES ad_account (id),
    payment_mode TEXT NOT NULL CHECK (payment_mode IN ('self', 'knorex')),
    entry INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (xpo_account_id, ad_account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_ad_account ON link (ad_account_id, xpo_account_id);
CREATE TABLE default_account (
    xpo_account_id TEXT PRIMARY KEY,
    ad_account_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    FOREIGN KEY (xpo_account_id, ad_account_id) REFERENCES link (xpo_account_id, ad_account_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX default_account_by_ad_account ON default_account (ad_account_id);
CREATE TABLE allocation (
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    xpo_account_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (ad_account_id, advertiser_id),
    FOREIGN KEY (advertiser_id, xpo_account_id) REFERENCES advertiser (id, xpo_account_id)
        DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (xpo_account_id, ad_account_id) REFERENCES link (xpo_account_id, ad_account_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX allocation_by_advertiser ON allocation (advertiser_id, ad_account_id);
CREATE INDEX allocation_by_link ON allocation (xpo_account_id, ad_account_id);

CREATE TRIGGER link_needs_an_allocation BEFORE INSERT ON link
WHEN NOT EXISTS (SELECT 1 FROM allocation a
                 WHERE a.xpo_account_id = NEW.xpo_account_id AND a.ad_account_id = NEW.ad_account_id)
BEGIN SELECT RAISE(ABORT, 'a payment mode needs an allocation'); END;
CREATE TRIGGER link_stays_itself BEFORE UPDATE OF xpo_account_id, ad_account_id ON link
BEGIN SELECT RAISE(ABORT, 'a payment mode belongs to its pair'); END;
CREATE TRIGGER link_goes_first BEFORE DELETE ON allocation
WHEN EXISTS (SELECT 1 FROM link l WHERE l.xpo_account_id = OLD.xpo_account_id AND l.ad_account_id = OLD.ad_account_id)
    AND NOT EXISTS (SELECT 1 FROM allocation a
                    WHERE a.xpo_account_id = OLD.xpo_account_id AND a.ad_account_id = OLD.ad_account_id
                        AND a.advertiser_id <> OLD.advertiser_id)
BEGIN SELECT RAISE(ABORT, 'a payment mode needs an allocation'); END;
CREATE TRIGGER allocation_stays_itself BEFORE UPDATE OF ad_account_id, advertiser_id, xpo_account_id ON allocation
BEGIN SELECT RAISE(ABORT, 'an allocation is made or removed'); END;

-- Invariant 2: at most one allocation, and only where the TikTok ad account is allocated. `initialized` is the entry that
-- did it, for good (invariant 4).
CREATE TABLE campaign_allocation (
    campaign_id TEXT PRIMARY KEY,
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    initialized INTEGER REFERENCES entry (seq),
    entry INTEGER NOT NULL REFERENCES entry (seq),
    FOREIGN KEY (ad_account_id, campaign_id) REFERENCES campaign (account_id, id),
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_allocation_by_advertiser ON campaign_allocation (advertiser_id, ad_account_id, campaign_id);
CREATE TRIGGER initialized_stays BEFORE DELETE ON campaign_allocation WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an initialized campaign stays allocated'); END;
CREATE TRIGGER initialized_is_final BEFORE UPDATE ON campaign_allocation WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an initialized campaign stays as it is'); END;

-- Invariant 3, and no excluded audience has a link (A20).
CREATE TABLE audience_allocation (
    audience_id TEXT NOT NULL,
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (audience_id, ad_account_id, advertiser_id),
    FOREIGN KEY (ad_account_id, audience_id) REFERENCES audience (account_id, id),
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_allocation_by_advertiser ON audience_allocation (advertiser_id, ad_account_id, audience_id);
CREATE TABLE audience_exclusion (
    audience_id TEXT PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER excluded_has_no_link BEFORE INSERT ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM audience_allocation a WHERE a.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ABORT, 'an excluded audience has no link'); END;
CREATE TRIGGER excluded_gets_no_link BEFORE INSERT ON audience_allocation
WHEN EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ABORT, 'an excluded audience has no link'); END;
CREATE TRIGGER audience_allocation_stays_itself BEFORE UPDATE OF audience_id ON audience_allocation
BEGIN SELECT RAISE(ABORT, 'an audience allocation is made or removed'); END;
CREATE TRIGGER exclusion_stays_itself BEFORE UPDATE OF audience_id ON audience_exclusion
BEGIN SELECT RAISE(ABORT, 'an exclusion is made or removed'); END;

-- Conversion goals and remarketing tags, which keep the allocation that they were created with (R25).
CREATE TABLE goal (
    id TEXT PRIMARY KEY CHECK (length(id) = 36),
    kind TEXT NOT NULL CHECK (kind IN ('conversion_goal', 'remarketing_tag')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded TEXT NOT NULL,
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    UNIQUE (advertiser_id, kind, name_folded),
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX goal_by_allocation ON goal (ad_account_id, advertiser_id);

-- What the admins decided, and how it came to be. The constraints keep invariants 1 to 5 and 7 of the product rules as
-- far as SQL can say them; those that only hold at the end of a change are deferred to the end of the transaction.

-- The change history: an entry for each change, what it did, and what it is found by. It is closed with its text; from
-- then on nothing in it is changed, added or removed (invariant 7).
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY CHECK (seq > 0) REFERENCES entry_text (entry) DEFERRABLE INITIALLY DEFERRED,
    id TEXT NOT NULL UNIQUE CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
    at INTEGER NOT NULL, -- milliseconds since 1970, UTC
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    undoes INTEGER REFERENCES entry (seq) CHECK (undoes < seq),
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

-- ROLLBACK, here and below: ABORT would have SQLite keep a copy of what each row's statement touches.
-- REPLACE removes rows without asking the triggers for DELETE: an insertion has to refuse what is there.
CREATE TRIGGER entry_is_new BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry e WHERE e.seq = NEW.seq OR e.id = NEW.id)
BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER edit_is_of_an_open_entry BEFORE INSERT ON edit
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER edit_stays BEFORE DELETE ON edit BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER edit_is_final BEFORE UPDATE ON edit BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER entry_did_something BEFORE INSERT ON entry_text
WHEN NOT EXISTS (SELECT 1 FROM edit d WHERE d.entry = NEW.entry)
    OR EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'an entry is closed once, with what it did'); END;
CREATE TRIGGER entry_text_stays BEFORE DELETE ON entry_text BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;
CREATE TRIGGER entry_text_is_final BEFORE UPDATE ON entry_text
BEGIN SELECT RAISE(ROLLBACK, 'the history only grows'); END;

-- The directory. `entry` is, here and below, the entry of the history that made the row as it is (invariant 7).
CREATE TABLE xpo_account (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'inactive')),
    archived INTEGER NOT NULL CHECK (archived IN (0, 1)),
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE advertiser (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
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
BEGIN SELECT RAISE(ROLLBACK, 'a payment mode needs an allocation'); END;
CREATE TRIGGER link_goes_first BEFORE DELETE ON allocation
WHEN EXISTS (SELECT 1 FROM link l WHERE l.xpo_account_id = OLD.xpo_account_id AND l.ad_account_id = OLD.ad_account_id)
    AND NOT EXISTS (SELECT 1 FROM allocation a
                    WHERE a.xpo_account_id = OLD.xpo_account_id AND a.ad_account_id = OLD.ad_account_id
                        AND a.advertiser_id <> OLD.advertiser_id)
BEGIN SELECT RAISE(ROLLBACK, 'a payment mode needs an allocation'); END;

-- Invariant 2: at most one allocation, and only where the TikTok ad account is allocated. `initialized` is the entry that
-- did it, for good (invariant 4).
CREATE TABLE campaign_allocation (
    campaign_id TEXT PRIMARY KEY,
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    initialized INTEGER REFERENCES entry (seq),
    entry INTEGER NOT NULL REFERENCES entry (seq),
    FOREIGN KEY (ad_account_id, campaign_id) REFERENCES campaign (account_id, id)
        DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX campaign_allocation_by_ad_account ON campaign_allocation (ad_account_id, campaign_id);
CREATE INDEX campaign_allocation_by_advertiser ON campaign_allocation (advertiser_id, ad_account_id, campaign_id);
CREATE TRIGGER initialized_stays BEFORE DELETE ON campaign_allocation WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign stays allocated'); END;
CREATE TRIGGER initialized_is_not_replaced BEFORE INSERT ON campaign_allocation
WHEN EXISTS (SELECT 1 FROM campaign_allocation a
             WHERE a.campaign_id = NEW.campaign_id AND a.initialized IS NOT NULL)
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign stays allocated'); END;
CREATE TRIGGER initialized_is_final BEFORE UPDATE ON campaign_allocation WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign stays as it is'); END;

-- Invariant 3, and no excluded audience has a link (A20).
CREATE TABLE audience_allocation (
    audience_id TEXT NOT NULL,
    ad_account_id TEXT NOT NULL,
    advertiser_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (audience_id, ad_account_id, advertiser_id),
    FOREIGN KEY (ad_account_id, audience_id) REFERENCES audience (account_id, id)
        DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_allocation_by_advertiser ON audience_allocation (advertiser_id, ad_account_id, audience_id);
CREATE TABLE audience_exclusion (
    audience_id TEXT PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER exclusion_is_of_an_audience BEFORE INSERT ON audience_exclusion
WHEN NOT EXISTS (SELECT 1 FROM audience a WHERE a.id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'no such audience'); END;
CREATE TRIGGER excluded_has_no_link BEFORE INSERT ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM audience_allocation a WHERE a.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'an excluded audience has no link'); END;
CREATE TRIGGER excluded_gets_no_link BEFORE INSERT ON audience_allocation
WHEN EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'an excluded audience has no link'); END;

-- Conversion goals and remarketing tags, which keep the allocation that they were created with (R25).
CREATE TABLE goal (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
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

-- Invariant 7: a decision is made, altered or removed only while the entry of its change is open. What a row is about
-- never changes: it is another decision then.
CREATE TRIGGER xpo_account_is_decided BEFORE INSERT ON xpo_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER xpo_account_is_altered BEFORE UPDATE ON xpo_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER xpo_account_is_removed BEFORE DELETE ON xpo_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER xpo_account_stays_itself BEFORE UPDATE OF id ON xpo_account
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER advertiser_is_decided BEFORE INSERT ON advertiser
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER advertiser_is_altered BEFORE UPDATE ON advertiser
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER advertiser_is_removed BEFORE DELETE ON advertiser
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER advertiser_stays_itself BEFORE UPDATE OF id, xpo_account_id ON advertiser
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER goal_is_decided BEFORE INSERT ON goal
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER goal_is_altered BEFORE UPDATE ON goal
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER goal_is_removed BEFORE DELETE ON goal
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER goal_stays_itself BEFORE UPDATE OF id, kind, ad_account_id, advertiser_id ON goal
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER link_is_decided BEFORE INSERT ON link
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER link_is_altered BEFORE UPDATE ON link
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER link_is_removed BEFORE DELETE ON link
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER link_stays_itself BEFORE UPDATE OF xpo_account_id, ad_account_id ON link
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER default_account_is_decided BEFORE INSERT ON default_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER default_account_is_altered BEFORE UPDATE ON default_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER default_account_is_removed BEFORE DELETE ON default_account
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER default_account_stays_itself BEFORE UPDATE OF xpo_account_id ON default_account
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER allocation_is_decided BEFORE INSERT ON allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER allocation_is_altered BEFORE UPDATE ON allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER allocation_is_removed BEFORE DELETE ON allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER allocation_stays_itself BEFORE UPDATE OF ad_account_id, advertiser_id, xpo_account_id ON allocation
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER campaign_allocation_is_decided BEFORE INSERT ON campaign_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER campaign_allocation_is_altered BEFORE UPDATE ON campaign_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.initialized)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER campaign_allocation_is_removed BEFORE DELETE ON campaign_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER campaign_allocation_stays_itself BEFORE UPDATE OF campaign_id, ad_account_id, advertiser_id, entry ON campaign_allocation
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER audience_allocation_is_decided BEFORE INSERT ON audience_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_allocation_is_altered BEFORE UPDATE ON audience_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_allocation_is_removed BEFORE DELETE ON audience_allocation
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_allocation_stays_itself BEFORE UPDATE OF audience_id, ad_account_id, advertiser_id ON audience_allocation
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;
CREATE TRIGGER audience_exclusion_is_decided BEFORE INSERT ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_exclusion_is_altered BEFORE UPDATE ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_exclusion_is_removed BEFORE DELETE ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = (SELECT max(seq) FROM entry))
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER audience_exclusion_stays_itself BEFORE UPDATE OF audience_id ON audience_exclusion
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;

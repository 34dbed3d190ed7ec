-- Allocations of TikTok ad accounts, campaigns and audiences to advertisers, and what follows from them. Constraints that
-- hold only once a change is complete are deferred to the end of the transaction.

-- The payment mode of a TikTok ad account and an XPO account: a row for exactly the pairs that have an allocation
-- (invariant 5). Its XPO account has a default account (invariant 1).
CREATE TABLE account_link (
    xpo_account_id TEXT NOT NULL REFERENCES default_account (xpo_account_id) DEFERRABLE INITIALLY DEFERRED,
    ad_account_id INTEGER NOT NULL REFERENCES ad_account (id),
    payment_mode TEXT NOT NULL CHECK (payment_mode IN ('self', 'knorex')),
    entry INTEGER NOT NULL REFERENCES entry (seq),
    PRIMARY KEY (xpo_account_id, ad_account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_link_by_ad_account ON account_link (ad_account_id, xpo_account_id, payment_mode);
CREATE TRIGGER account_link_needs_allocation BEFORE INSERT ON account_link
WHEN NOT EXISTS (SELECT 1 FROM allocation a
                 WHERE a.xpo_account_id = NEW.xpo_account_id AND a.ad_account_id = NEW.ad_account_id)
BEGIN SELECT RAISE(ROLLBACK, 'a payment mode requires an allocation'); END;

-- The default TikTok ad account of an XPO account, one of those allocated to it (invariant 1).
CREATE TABLE default_account (
    xpo_account_id TEXT PRIMARY KEY,
    ad_account_id INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    FOREIGN KEY (xpo_account_id, ad_account_id) REFERENCES account_link (xpo_account_id, ad_account_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX default_account_by_ad_account ON default_account (ad_account_id);

-- Allocated campaigns refer to the id, which is never used again.
CREATE TABLE allocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ad_account_id INTEGER NOT NULL,
    advertiser_id TEXT NOT NULL,
    xpo_account_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    UNIQUE (ad_account_id, advertiser_id),
    FOREIGN KEY (advertiser_id, xpo_account_id) REFERENCES advertiser (id, xpo_account_id)
        DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (xpo_account_id, ad_account_id) REFERENCES account_link (xpo_account_id, ad_account_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX allocation_by_advertiser ON allocation (advertiser_id, ad_account_id);
CREATE INDEX allocation_by_link ON allocation (xpo_account_id, ad_account_id);
CREATE TRIGGER allocation_id_is_never_reused BEFORE INSERT ON allocation
WHEN EXISTS (SELECT 1 FROM allocation a WHERE a.id = NEW.id
             AND (a.ad_account_id, a.advertiser_id) IS NOT (NEW.ad_account_id, NEW.advertiser_id))
BEGIN SELECT RAISE(ROLLBACK, 'the identity of a decision cannot change'); END;
CREATE TRIGGER allocation_delete_needs_deleted_link BEFORE DELETE ON allocation
WHEN EXISTS (SELECT 1 FROM account_link l WHERE l.xpo_account_id = OLD.xpo_account_id AND l.ad_account_id = OLD.ad_account_id)
    AND NOT EXISTS (SELECT 1 FROM allocation a
                    WHERE a.xpo_account_id = OLD.xpo_account_id AND a.ad_account_id = OLD.ad_account_id
                        AND a.advertiser_id <> OLD.advertiser_id)
BEGIN SELECT RAISE(ROLLBACK, 'a payment mode requires an allocation'); END;

-- A campaign has at most one allocation, to an advertiser that its TikTok ad account is allocated to (invariant 2): it refers
-- to the allocation of its ad account. `initialized` is the history entry that initialized it, which cannot be undone
-- (invariant 4).
CREATE TABLE allocated_campaign (
    campaign_id INTEGER PRIMARY KEY REFERENCES campaign (id) DEFERRABLE INITIALLY DEFERRED,
    allocation INTEGER NOT NULL REFERENCES allocation (id) DEFERRABLE INITIALLY DEFERRED,
    initialized INTEGER,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX allocated_campaign_by_allocation ON allocated_campaign (allocation, campaign_id);
CREATE TRIGGER allocated_campaign_is_of_the_ad_account BEFORE INSERT ON allocated_campaign
WHEN (SELECT c.account_id FROM campaign c WHERE c.id = NEW.campaign_id)
    IS NOT (SELECT a.ad_account_id FROM allocation a WHERE a.id = NEW.allocation)
BEGIN SELECT RAISE(ROLLBACK, 'the campaign does not belong to the ad account'); END;
CREATE TRIGGER initialized_campaign_is_never_replaced BEFORE INSERT ON allocated_campaign
WHEN EXISTS (SELECT 1 FROM allocated_campaign a
             WHERE a.campaign_id = NEW.campaign_id AND a.initialized IS NOT NULL)
    OR NEW.initialized <> NEW.entry
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign cannot be deallocated'); END;
CREATE TRIGGER initialized_campaign_is_never_updated BEFORE UPDATE ON allocated_campaign
WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign cannot be changed'); END;
CREATE TRIGGER initialized_campaign_is_never_deleted BEFORE DELETE ON allocated_campaign
WHEN OLD.initialized IS NOT NULL
BEGIN SELECT RAISE(ROLLBACK, 'an initialized campaign cannot be deallocated'); END;

CREATE VIEW campaign_allocation AS
SELECT c.campaign_id, a.ad_account_id, a.advertiser_id, c.initialized, c.entry
FROM allocated_campaign c JOIN allocation a ON a.id = c.allocation;

-- An audience may have several allocations, to advertisers that its TikTok ad account is allocated to (invariant 3).
CREATE TABLE audience_allocation (
    audience_id INTEGER NOT NULL,
    ad_account_id INTEGER NOT NULL,
    advertiser_id TEXT NOT NULL,
    entry INTEGER NOT NULL,
    PRIMARY KEY (audience_id, ad_account_id, advertiser_id),
    FOREIGN KEY (ad_account_id, audience_id) REFERENCES audience (account_id, id)
        DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX audience_allocation_by_advertiser ON audience_allocation (advertiser_id, ad_account_id, audience_id);
CREATE TRIGGER excluded_audience_is_never_allocated BEFORE INSERT ON audience_allocation
WHEN EXISTS (SELECT 1 FROM audience_exclusion e WHERE e.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'an audience cannot be both excluded and allocated'); END;

-- An audience excluded from XPO has no allocation (A20). The id is not a foreign key because an audience shared by several
-- TikTok ad accounts has a row for each of them.
CREATE TABLE audience_exclusion (
    audience_id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER excluded_audience_exists BEFORE INSERT ON audience_exclusion
WHEN NOT EXISTS (SELECT 1 FROM audience a WHERE a.id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'the audience does not exist'); END;
CREATE TRIGGER allocated_audience_is_never_excluded BEFORE INSERT ON audience_exclusion
WHEN EXISTS (SELECT 1 FROM audience_allocation a WHERE a.audience_id = NEW.audience_id)
BEGIN SELECT RAISE(ROLLBACK, 'an audience cannot be both excluded and allocated'); END;

-- Conversion goals and remarketing tags. The allocation that they were created with cannot be removed (R25).
CREATE TABLE goal (
    id TEXT PRIMARY KEY CHECK (length(id) = 36 AND id NOT GLOB '*[^0-9a-f-]*'),
    kind TEXT NOT NULL CHECK (kind IN ('conversion_goal', 'remarketing_tag')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    ad_account_id INTEGER NOT NULL,
    advertiser_id TEXT NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry (seq),
    UNIQUE (advertiser_id, kind, name_key),
    FOREIGN KEY (ad_account_id, advertiser_id) REFERENCES allocation (ad_account_id, advertiser_id)
        DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX goal_by_allocation ON goal (ad_account_id, advertiser_id);

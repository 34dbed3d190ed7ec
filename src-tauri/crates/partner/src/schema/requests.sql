-- Requests for new TikTok ad accounts (R46 to R48): what was decided, and the mails that come of it.

-- When an ad account was first imported: milliseconds since 1970, UTC. Unknown of those that came before this version.
ALTER TABLE ad_account ADD COLUMN arrived_at INTEGER;
CREATE INDEX ad_account_by_name ON ad_account (name_folded);

-- A request has the id of the change that made it. It is never removed; `entry` made the row as it is (invariant 7).
CREATE TABLE request (
    id TEXT PRIMARY KEY REFERENCES entry (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_folded TEXT NOT NULL,
    industry TEXT NOT NULL CHECK (industry <> ''),
    country TEXT NOT NULL CHECK (length(country) = 2),
    currency TEXT NOT NULL CHECK (length(currency) = 3),
    timezone TEXT NOT NULL CHECK (timezone <> ''),
    note TEXT NOT NULL CHECK (length(note) <= 2000),
    state TEXT NOT NULL CHECK (state IN ('open', 'fulfilled', 'withdrawn')),
    ad_account_id TEXT REFERENCES ad_account (id) CHECK (ad_account_id IS NULL OR state = 'fulfilled'),
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_name ON request (name_folded);
-- An ad account is the answer to one request.
CREATE UNIQUE INDEX request_by_ad_account ON request (ad_account_id) WHERE ad_account_id IS NOT NULL;
CREATE TRIGGER request_is_decided BEFORE INSERT ON request
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
    OR NOT EXISTS (SELECT 1 FROM entry e WHERE e.seq = NEW.entry AND e.id = NEW.id)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER request_is_altered BEFORE UPDATE ON request
WHEN EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
BEGIN SELECT RAISE(ROLLBACK, 'a decision needs an entry of its own'); END;
CREATE TRIGGER request_stays BEFORE DELETE ON request
BEGIN SELECT RAISE(ROLLBACK, 'a request stays: a decision needs an entry of its own'); END;
CREATE TRIGGER request_stays_itself
BEFORE UPDATE OF id, name, name_folded, industry, country, currency, timezone, note ON request
BEGIN SELECT RAISE(ROLLBACK, 'a decision about something else is another one'); END;

-- The mails of requests: the first, and reminders that the admin asked for. No decisions: what became of them is a fact.
-- A mail is tried when it is queued, due, and its request open.
CREATE TABLE outbox (
    request_id TEXT NOT NULL REFERENCES request (id),
    mailing INTEGER NOT NULL CHECK (mailing > 0),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    queued_at INTEGER NOT NULL, -- times are milliseconds since 1970, UTC
    due_at INTEGER CHECK ((due_at IS NOT NULL) = (state = 'queued')),
    tried_at INTEGER,
    ended_at INTEGER CHECK ((ended_at IS NOT NULL) = (state IN ('sent', 'failed'))),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- The text is on its way: whatever happens to this process now, the server may have it.
    handed INTEGER NOT NULL DEFAULT 0 CHECK (handed IN (0, 1) AND (handed = 0 OR state = 'sending')),
    -- How many attempts ended without the server's word on the text.
    uncertain INTEGER NOT NULL DEFAULT 0 CHECK (uncertain BETWEEN 0 AND attempts),
    problem TEXT CHECK (json_valid(problem)),
    CHECK (state = 'queued' OR attempts > 0),
    PRIMARY KEY (request_id, mailing)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE state = 'queued';
CREATE TRIGGER mail_is_new BEFORE INSERT ON outbox
WHEN NEW.state <> 'queued'
    OR EXISTS (SELECT 1 FROM outbox o WHERE o.request_id = NEW.request_id
               AND (o.mailing >= NEW.mailing OR o.state <> 'sent'))
BEGIN SELECT RAISE(ROLLBACK, 'one mail of a request at a time'); END;
CREATE TRIGGER mail_stays BEFORE DELETE ON outbox BEGIN SELECT RAISE(ROLLBACK, 'a mail stays'); END;
CREATE TRIGGER mail_stays_itself BEFORE UPDATE OF request_id, mailing, queued_at ON outbox
BEGIN SELECT RAISE(ROLLBACK, 'a mail stays itself'); END;
CREATE TRIGGER sent_is_final BEFORE UPDATE ON outbox WHEN OLD.state = 'sent'
BEGIN SELECT RAISE(ROLLBACK, 'a mail is sent once'); END;
CREATE TRIGGER sent_was_handed_over BEFORE UPDATE ON outbox
WHEN NEW.state = 'sent' AND NOT (OLD.state = 'sending' AND OLD.handed)
BEGIN SELECT RAISE(ROLLBACK, 'a mail is sent once its text was handed over'); END;

-- How mails leave, but for the password.
CREATE TABLE mail_settings (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
    user TEXT NOT NULL,
    sender TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    account_manager TEXT NOT NULL,
    team TEXT NOT NULL
) STRICT;

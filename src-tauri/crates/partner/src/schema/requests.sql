-- Requests for new TikTok ad accounts (R46 to R48), and the mails that announce them.

-- A request has the id of the change that created it, and is never deleted.
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
    ad_account_id INTEGER REFERENCES ad_account (id) CHECK (ad_account_id IS NULL OR state = 'fulfilled'),
    entry INTEGER NOT NULL REFERENCES entry (seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_by_name ON request (name_folded);
-- An ad account fulfills at most one request.
CREATE UNIQUE INDEX request_by_ad_account ON request (ad_account_id) WHERE ad_account_id IS NOT NULL;
CREATE TRIGGER request_has_the_id_of_its_entry BEFORE INSERT ON request
WHEN NOT EXISTS (SELECT 1 FROM entry e WHERE e.seq = NEW.entry AND e.id = NEW.id)
BEGIN SELECT RAISE(ROLLBACK, 'a request has the id of the history entry that created it'); END;
CREATE TRIGGER request_is_never_deleted BEFORE DELETE ON request
BEGIN SELECT RAISE(ROLLBACK, 'a request is never deleted'); END;

-- The first mail of each request, and the reminders that an admin sent. Their state is a fact, not a decision. A mail is
-- tried when it is queued and due, and its request is open. All times are milliseconds since 1970, UTC.
CREATE TABLE outbox (
    request_id TEXT NOT NULL REFERENCES request (id),
    number INTEGER NOT NULL CHECK (number > 0),
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    queued_at INTEGER NOT NULL,
    -- When the next attempt is due. While a mail is being sent: when a retry was requested, in case the attempt fails.
    due_at INTEGER CHECK (iif(due_at IS NULL, state <> 'queued', state IN ('queued', 'sending'))),
    tried_at INTEGER,
    ended_at INTEGER CHECK ((ended_at IS NOT NULL) = (state IN ('sent', 'failed'))),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Set before the message text is transmitted: if this process dies, the server may have accepted the mail.
    handed_over INTEGER NOT NULL DEFAULT 0 CHECK (handed_over IN (0, 1) AND (handed_over = 0 OR state = 'sending')),
    -- The number of attempts that ended without a response to the message text.
    uncertain INTEGER NOT NULL DEFAULT 0 CHECK (uncertain BETWEEN 0 AND attempts),
    problem TEXT CHECK (json_valid(problem)),
    CHECK (state = 'queued' OR attempts > 0),
    PRIMARY KEY (request_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE state = 'queued';
CREATE TRIGGER mail_follows_sent_mails BEFORE INSERT ON outbox
WHEN NEW.state <> 'queued'
    OR EXISTS (SELECT 1 FROM outbox o WHERE o.request_id = NEW.request_id
               AND (o.number >= NEW.number OR o.state <> 'sent'))
BEGIN SELECT RAISE(ROLLBACK, 'a request has at most one unsent mail'); END;
CREATE TRIGGER mail_identity_never_changes BEFORE UPDATE OF request_id, number, queued_at ON outbox
BEGIN SELECT RAISE(ROLLBACK, 'the identity of a mail cannot change'); END;
CREATE TRIGGER sent_mail_was_transmitted BEFORE UPDATE ON outbox
WHEN NEW.state = 'sent' AND NOT (OLD.state = 'sending' AND OLD.handed_over)
BEGIN SELECT RAISE(ROLLBACK, 'only a mail whose text was transmitted can be sent'); END;
CREATE TRIGGER sent_mail_is_never_updated BEFORE UPDATE ON outbox WHEN OLD.state = 'sent'
BEGIN SELECT RAISE(ROLLBACK, 'a sent mail is final'); END;
CREATE TRIGGER mail_is_never_deleted BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ROLLBACK, 'a mail is never deleted'); END;

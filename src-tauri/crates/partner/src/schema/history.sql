-- The change history (invariant 7): one entry per change, with the decisions that the change edited.
--
-- An entry is open until its row in `entry_text` is inserted, and closed from then on. Every entry is closed by the end
-- of its transaction. Closed entries are immutable.

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

-- What edits are about, except for the object: a kind of decision, a TikTok ad account, and the advertiser or XPO account
-- that has the object. Most of the edits of an entry have the same, so each is stored once. `DECISION_TABLES` in mod.rs lists
-- the kinds and the ids that each of them uses; the other ids are empty.
CREATE TABLE edit_subject (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    ad_account_id ANY NOT NULL, -- TikTok's ids are integers, other ids are text
    holder_id TEXT NOT NULL,
    UNIQUE (kind, holder_id, ad_account_id)
) STRICT;
CREATE INDEX edit_subject_by_ad_account ON edit_subject (ad_account_id) WHERE ad_account_id <> '';

-- The value of one decision before and after a change; NULL means that there was none.
CREATE TABLE edit_row (
    entry INTEGER NOT NULL, -- an open entry: see the triggers
    position INTEGER NOT NULL,
    subject INTEGER NOT NULL, -- an edit_subject: see the triggers
    object_id ANY NOT NULL,
    before TEXT,
    after TEXT CHECK (after IS NOT before),
    -- 1 if the decision was added, -1 if it was removed: the sum up to an entry is 1 for each decision that existed then.
    -- It is no generated column, because SQLite does not read those from an index.
    more INTEGER NOT NULL CHECK (more = (after IS NOT NULL) - (before IS NOT NULL)),
    PRIMARY KEY (entry, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX edit_by_decision ON edit_row (subject, object_id, entry, more);
CREATE INDEX edit_by_object ON edit_row (object_id, entry) WHERE object_id <> '';

CREATE VIEW edit AS
SELECT e.entry, e.position, s.kind, e.object_id, s.ad_account_id, s.holder_id, e.before, e.after, e.more
FROM edit_row e JOIN edit_subject s ON s.id = e.subject;

-- The sentence that names the change, and the hashes of the names in it, by which pasted lists of names find it. Searches read
-- `entry_words` and `entry_ids`, which mod.rs creates.
CREATE TABLE entry_text (
    entry INTEGER PRIMARY KEY REFERENCES entry (seq),
    summary TEXT NOT NULL,
    names BLOB NOT NULL
) STRICT;

-- All triggers raise ROLLBACK: for ABORT, SQLite would journal every row that the statement touches.
-- REPLACE deletes rows without running DELETE triggers, so the INSERT triggers refuse existing keys.
CREATE TRIGGER entry_insert_is_new BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM entry e WHERE e.seq = NEW.seq OR e.id = NEW.id)
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER entry_is_never_updated BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;

CREATE TRIGGER edit_insert_needs_open_entry_and_subject BEFORE INSERT ON edit_row
WHEN NEW.entry NOT IN (SELECT seq FROM entry)
    OR EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
    OR NEW.subject NOT IN (SELECT id FROM edit_subject)
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER edit_is_never_updated BEFORE UPDATE ON edit_row
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER edit_is_never_deleted BEFORE DELETE ON edit_row
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;

CREATE TRIGGER edit_subject_insert_is_new BEFORE INSERT ON edit_subject
WHEN EXISTS (SELECT 1 FROM edit_subject s WHERE s.id = NEW.id)
    OR EXISTS (SELECT 1 FROM edit_subject s
               WHERE s.kind = NEW.kind AND s.holder_id = NEW.holder_id AND s.ad_account_id = NEW.ad_account_id)
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER edit_subject_is_never_updated BEFORE UPDATE ON edit_subject
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER edit_subject_is_never_deleted BEFORE DELETE ON edit_subject
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;

CREATE TRIGGER entry_is_closed_once_with_edits BEFORE INSERT ON entry_text
WHEN NOT EXISTS (SELECT 1 FROM edit_row d WHERE d.entry = NEW.entry)
    OR EXISTS (SELECT 1 FROM entry_text t WHERE t.entry = NEW.entry)
    OR (SELECT w.first + w.entries FROM entry_words w ORDER BY w.first DESC LIMIT 1) IS NOT NEW.entry + 1
    OR (SELECT i.first + i.entries FROM entry_ids i ORDER BY i.first DESC LIMIT 1) IS NOT NEW.entry + 1
BEGIN SELECT RAISE(ROLLBACK, 'a history entry is closed once, has at least one edit and can be searched'); END;
CREATE TRIGGER entry_text_is_never_updated BEFORE UPDATE ON entry_text
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;
CREATE TRIGGER entry_text_is_never_deleted BEFORE DELETE ON entry_text
BEGIN SELECT RAISE(ROLLBACK, 'the change history is append-only'); END;

-- Sync jobs (A15, A17). All times are milliseconds since 1970, UTC.

CREATE TABLE sync_job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'campaigns', 'audiences')),
    account_id INTEGER NOT NULL REFERENCES ad_account (id),
    automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'partly_done', 'failed', 'cancelled')),
    waits_for TEXT CHECK (
        waits_for IS NULL
        OR waits_for IN ('network', 'certificate', 'clock', 'proxy', 'quota', 'maintenance', 'sign_in', 'secrets', 'app')
        AND state = 'queued'
    ),
    wait_until INTEGER,
    requested_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER CHECK ((ended_at IS NULL) = (state IN ('queued', 'running'))),
    step INTEGER NOT NULL DEFAULT 0, -- number of completed steps
    -- Whether the job has read what A15 names. The pictures and videos of the ads are read when no other job can run.
    only_media_left INTEGER NOT NULL AS (kind = 'account' AND step >= 4 AND ended_at IS NULL),
    cursor TEXT CHECK (json_valid(cursor)), -- where the current step continues: a StepCursor
    done INTEGER NOT NULL DEFAULT 0, -- objects read so far
    total INTEGER NOT NULL DEFAULT 0, -- objects to read, as far as TikTok has reported
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0,
    unreadable INTEGER NOT NULL DEFAULT 0,
    problem TEXT CHECK (json_valid(problem)), -- why the job waits or failed: a StoredProblem
    attempts INTEGER NOT NULL DEFAULT 0, -- failed attempts since the last progress
    skipped_steps INTEGER NOT NULL DEFAULT 0,
    incomplete TEXT CHECK (json_valid(incomplete)) -- why the result is incomplete: a StoredProblem
) STRICT;
-- At most one job of a kind is active per ad account.
CREATE UNIQUE INDEX sync_job_active ON sync_job (account_id, kind) WHERE ended_at IS NULL;
CREATE INDEX sync_job_by_account ON sync_job (account_id, kind, id);
CREATE INDEX sync_job_by_state ON sync_job (state, id);
CREATE INDEX sync_job_queue ON sync_job (only_media_left, automatic, id)
    WHERE ended_at IS NULL AND state = 'queued';

-- The ids on the pages that an unfinished job has read, to find out what was deleted on TikTok.
CREATE TABLE sync_page (
    job INTEGER NOT NULL REFERENCES sync_job (id) ON DELETE CASCADE,
    position INTEGER NOT NULL, -- query * 2^32 + page
    ids BLOB NOT NULL, -- 8 bytes each, little-endian
    PRIMARY KEY (job, position)
) STRICT, WITHOUT ROWID;

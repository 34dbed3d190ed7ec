-- The partner that this file belongs to.

CREATE TABLE partner (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    id TEXT NOT NULL CHECK (length(id) = 36),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    practice INTEGER NOT NULL CHECK (practice IN (0, 1)),
    created_at TEXT NOT NULL
) STRICT;

-- Identifies the state of the file, so that a write-ahead log is applied only to the file it belongs to, and missing
-- changes are noticed (see the store module). Updated by every transaction. 56 bytes.
CREATE TABLE revision (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    stamp BLOB NOT NULL CHECK (length(stamp) = 56)
) STRICT;

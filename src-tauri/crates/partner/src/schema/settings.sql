-- Settings of the partner; those with `only_row` have one row once they have been saved. Secrets are in the system keychain
-- instead. `tested_at` is the time of the last successful test of what is saved, in milliseconds since 1970, UTC.

CREATE TABLE tiktok_app (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    app_id TEXT NOT NULL,
    redirect_url TEXT NOT NULL,
    api_address TEXT NOT NULL,
    sign_in_address TEXT NOT NULL,
    tested_at INTEGER
) STRICT;

CREATE TABLE sync_settings (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    schedule TEXT NOT NULL CHECK (schedule IN ('off', 'half_hourly', 'hourly', 'daily')),
    on_battery INTEGER NOT NULL CHECK (on_battery IN (0, 1)),
    on_metered INTEGER NOT NULL CHECK (on_metered IN (0, 1)),
    tier TEXT NOT NULL CHECK (tier IN ('basic', 'advanced', 'premium', 'ultimate'))
) STRICT;

CREATE TABLE mail_settings (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    host TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
    user TEXT NOT NULL,
    sender TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    account_manager TEXT NOT NULL,
    team TEXT NOT NULL,
    tested_at INTEGER
) STRICT;

-- The views that were saved of lists. The query is a ViewQuery, and names with the same name_key are one name.
CREATE TABLE saved_view (
    name_key TEXT PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    query TEXT NOT NULL CHECK (json_valid(query)),
    columns TEXT NOT NULL CHECK (json_valid(columns))
) STRICT, WITHOUT ROWID;

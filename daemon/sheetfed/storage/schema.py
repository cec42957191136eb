"""Schema: the catalogue's tables, and the ordered steps that bring an older one up to date."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE documents (
            id TEXT PRIMARY KEY,
            uid INTEGER NOT NULL,
            origin TEXT,
            instance TEXT,
            created REAL NOT NULL,
            last_used REAL NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE pages (
            id TEXT PRIMARY KEY,
            document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            job TEXT,
            sequence INTEGER NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL,
            mode TEXT NOT NULL,
            depth INTEGER NOT NULL,
            x_dpi REAL NOT NULL,
            y_dpi REAL NOT NULL,
            size_bytes INTEGER NOT NULL,
            created REAL NOT NULL
        ) STRICT
        """,
        "CREATE INDEX pages_in_order ON pages (document, position)",
        """
        CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            uid INTEGER NOT NULL,
            origin TEXT,
            scanner TEXT NOT NULL,
            document TEXT NOT NULL,
            instance TEXT,
            created REAL NOT NULL,
            state TEXT NOT NULL,
            reason TEXT,
            message TEXT NOT NULL,
            progress INTEGER NOT NULL,
            position INTEGER NOT NULL,
            pages INTEGER NOT NULL,
            snapped TEXT NOT NULL,
            ignored TEXT NOT NULL,
            ended REAL
        ) STRICT
        """,
    ),
    (
        "ALTER TABLE pages ADD COLUMN edits TEXT NOT NULL DEFAULT '[]'",
        "ALTER TABLE pages ADD COLUMN undone INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE documents ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE documents ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",
        "ALTER TABLE documents ADD COLUMN current INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE documents ADD COLUMN password_hash TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE jobs ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0",
    ),
    (
        """
        CREATE TABLE grants (
            id TEXT PRIMARY KEY,
            origin TEXT NOT NULL,
            uid INTEGER,
            since REAL NOT NULL,
            permissions TEXT NOT NULL,
            refused TEXT NOT NULL,
            wants TEXT,
            asked REAL,
            until REAL,
            last_used REAL
        ) STRICT
        """,
    ),
)
"""Step n leads from `PRAGMA user_version` n to n + 1; a released step is never changed."""

CREATE TABLE access_keys (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    secret BYTEA NOT NULL,
    policy TEXT,
    created_at BIGINT NOT NULL
);

-- Texts made once for a data folder: the demo's key and password.
CREATE TABLE generated_texts (
    name TEXT PRIMARY KEY,
    content BYTEA NOT NULL
);

-- The embedded user pool. Settings are JSON documents in the words of the interface model.

CREATE TABLE pools (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);
CREATE INDEX pools_by_scope ON pools (account, region, id);

-- Two pairs for each pool: one signs ID tokens, the other access tokens. Made on first use.
CREATE TABLE pool_keys (
    pool TEXT NOT NULL,
    purpose TEXT NOT NULL,
    kid TEXT NOT NULL,
    private_key BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (pool, purpose)
);

CREATE TABLE pool_clients (
    id TEXT PRIMARY KEY,
    pool TEXT NOT NULL,
    name TEXT NOT NULL,
    secret BYTEA,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
);
CREATE INDEX pool_clients_by_pool ON pool_clients (pool, id);

CREATE TABLE pool_domains (
    domain TEXT PRIMARY KEY,
    pool TEXT NOT NULL UNIQUE,
    managed_login_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE pool_users (
    pool TEXT NOT NULL,
    sub TEXT NOT NULL,
    username TEXT NOT NULL,
    attributes TEXT NOT NULL,
    status TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    password TEXT,
    password_expires_at BIGINT,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (pool, sub)
);

-- Every name that a user can sign in with: the user name, and e-mail, phone number and preferred
-- name where the pool has them so. A name belongs to one user.
CREATE TABLE pool_names (
    pool TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    sub TEXT NOT NULL,
    PRIMARY KEY (pool, name)
);
CREATE INDEX pool_names_by_user ON pool_names (pool, sub);

-- Failed passwords, for names that exist and names that do not, so that the lock tells nothing.
CREATE TABLE pool_attempts (
    pool TEXT NOT NULL,
    name TEXT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    PRIMARY KEY (pool, name)
);
CREATE INDEX pool_attempts_by_time ON pool_attempts (failed_at);

-- Browsers that are signed in.
CREATE TABLE pool_sessions (
    id TEXT PRIMARY KEY,
    hash BYTEA NOT NULL,
    pool TEXT NOT NULL,
    sub TEXT NOT NULL,
    signed_in_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_sessions_by_user ON pool_sessions (pool, sub);
CREATE INDEX pool_sessions_by_time ON pool_sessions (expires_at);

-- People whose temporary password was right and who have to choose their own.
CREATE TABLE pool_challenges (
    id TEXT PRIMARY KEY,
    hash BYTEA NOT NULL,
    pool TEXT NOT NULL,
    sub TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_challenges_by_user ON pool_challenges (pool, sub);
CREATE INDEX pool_challenges_by_time ON pool_challenges (expires_at);

-- One sign-in to one client; its tokens carry the id as origin_jti and end with it.
CREATE TABLE pool_grants (
    id TEXT PRIMARY KEY,
    pool TEXT NOT NULL,
    client TEXT NOT NULL,
    sub TEXT NOT NULL,
    scope TEXT NOT NULL,
    resource TEXT,
    signed_in_at BIGINT NOT NULL,
    revoked_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_grants_by_user ON pool_grants (pool, sub);
CREATE INDEX pool_grants_by_client ON pool_grants (client);
CREATE INDEX pool_grants_by_time ON pool_grants (expires_at);

CREATE TABLE pool_codes (
    id TEXT PRIMARY KEY,
    hash BYTEA NOT NULL,
    pool TEXT NOT NULL,
    client TEXT NOT NULL,
    grant_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    redirect_uri_given BIGINT NOT NULL,
    challenge TEXT,
    nonce BYTEA,
    used_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_codes_by_grant ON pool_codes (grant_id);
CREATE INDEX pool_codes_by_time ON pool_codes (expires_at);

CREATE TABLE pool_refresh_tokens (
    id TEXT PRIMARY KEY,
    hash BYTEA NOT NULL,
    grant_id TEXT NOT NULL,
    replaced_at BIGINT,
    expires_at BIGINT NOT NULL
);
CREATE INDEX pool_refresh_tokens_by_grant ON pool_refresh_tokens (grant_id);
CREATE INDEX pool_refresh_tokens_by_time ON pool_refresh_tokens (expires_at);

-- Invitations that would have been sent, for an operator to read; sealed.
CREATE TABLE pool_messages (
    id TEXT PRIMARY KEY,
    pool TEXT NOT NULL,
    sub TEXT NOT NULL,
    medium TEXT NOT NULL,
    destination TEXT NOT NULL,
    body BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX pool_messages_by_user ON pool_messages (pool, sub);

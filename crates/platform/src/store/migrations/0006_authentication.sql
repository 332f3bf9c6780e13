-- Sign-ins: one row for each run of an Authenticate Customer block.
--
-- Which columns hold a value follows from the stage. verifier, nonce, code, provider_error,
-- provider_error_description and id_token are sealed, and NULL once the sign-in has ended; what
-- stays is how it ended and the hash by which a repeated answer is known.
CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    instance TEXT NOT NULL,
    contact TEXT NOT NULL,
    user_pool_arn TEXT NOT NULL,
    app_client_id TEXT NOT NULL,
    object_type TEXT NOT NULL,
    time_limit_minutes BIGINT NOT NULL,
    stage TEXT NOT NULL,
    url_until BIGINT,
    expires_at BIGINT,
    state_hash BYTEA,
    redirect_uri TEXT,
    issuer TEXT,
    issued_at BIGINT,
    verifier BYTEA,
    nonce BYTEA,
    code BYTEA,
    provider_error BYTEA,
    provider_error_description BYTEA,
    id_token BYTEA,
    outcome TEXT,
    cause TEXT,
    begun_at BIGINT NOT NULL,
    finished_at BIGINT
);

-- A contact waits in one block at a time. The condition is on a column that accepting an answer
-- does not touch, so that doing so leaves this index alone.
CREATE UNIQUE INDEX sign_ins_unfinished ON sign_ins (contact) WHERE finished_at IS NULL;

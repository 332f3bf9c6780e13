-- The tables of instances.
CREATE TABLE instances (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    alias TEXT,
    -- the alias in lower case: it would be part of a host name
    alias_key TEXT,
    identity_management TEXT NOT NULL,
    inbound_calls BIGINT NOT NULL,
    outbound_calls BIGINT NOT NULL,
    -- a JSON object
    tags TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX instances_of_account ON instances (account, region, id);
CREATE UNIQUE INDEX instances_alias ON instances (account, region, alias_key)
    WHERE alias_key IS NOT NULL;

CREATE TABLE integration_associations (
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    integration_type TEXT NOT NULL,
    integration_arn TEXT NOT NULL,
    source_application_url TEXT,
    source_application_name TEXT,
    source_type TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (instance, id),
    UNIQUE (instance, integration_type, integration_arn)
);

-- Domains of Customer Profiles. The name is the account's own within a region; every other table
-- carries the id.
CREATE TABLE profile_domains (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    expiration_days BIGINT NOT NULL,
    -- the settings that are kept and answered, JSON
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account, region, name)
);

-- What feeds a domain. A Connect instance belongs to one domain.
CREATE TABLE profile_integrations (
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    uri TEXT NOT NULL,
    domain TEXT NOT NULL,
    object_type TEXT NOT NULL,
    tags TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account, region, uri)
);
CREATE INDEX profile_integrations_domain ON profile_integrations (domain, uri);

-- Object types that were put; templates are part of the program.
CREATE TABLE profile_object_types (
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    definition TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (domain, name)
);

-- Customers. The standard fields and who set each of them are JSON.
CREATE TABLE profiles (
    domain TEXT NOT NULL,
    id TEXT NOT NULL,
    fields TEXT NOT NULL,
    origins TEXT NOT NULL,
    object_count BIGINT NOT NULL,
    object_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (domain, id)
);
CREATE INDEX profiles_expiry ON profiles (domain, expires_at);

-- What was ingested, as it came.
CREATE TABLE profile_objects (
    domain TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    profile TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    ingested_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (domain, unique_key)
);
CREATE INDEX profile_objects_profile ON profile_objects (domain, profile, object_type, unique_key);
CREATE INDEX profile_objects_expiry ON profile_objects (domain, expires_at);

-- Under what a profile is found. The digest is of the value in the form in which values compare.
CREATE TABLE profile_keys (
    domain TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BYTEA NOT NULL,
    profile TEXT NOT NULL,
    -- where the key comes from: 'fields', 'call', 'contact', 'sign-in', or an object's unique key
    origin TEXT NOT NULL,
    -- 0 a customer claims it, 1 it was stated or verified, 2 and compares without a guess
    trust BIGINT NOT NULL,
    PRIMARY KEY (domain, name, digest, profile, origin)
);
CREATE INDEX profile_keys_profile ON profile_keys (domain, profile, origin);
-- A customer of an identity provider is one profile.
CREATE UNIQUE INDEX profile_keys_identity ON profile_keys (domain, digest)
    WHERE name = '_identity';

-- Key values that a running transaction is looking up. A row lives within one transaction only:
-- the unique key makes another transaction with the same value wait for its end.
CREATE TABLE profile_locks (
    domain TEXT NOT NULL,
    digest BYTEA NOT NULL,
    PRIMARY KEY (domain, digest)
);

-- The tables of flows.
CREATE TABLE flows (
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    flow_type TEXT NOT NULL,
    description TEXT,
    -- a JSON object
    tags TEXT NOT NULL,
    -- the revision that new contacts run; NULL until the flow is published
    published BIGINT,
    -- content that is saved but not published
    saved TEXT,
    modified_at BIGINT NOT NULL,
    PRIMARY KEY (instance, id),
    UNIQUE (instance, name)
);

-- Published contents. A contact goes on with the revision it began with, so one that is superseded
-- stays while contacts run it.
CREATE TABLE flow_revisions (
    instance TEXT NOT NULL,
    flow TEXT NOT NULL,
    revision BIGINT NOT NULL,
    flow_type TEXT NOT NULL,
    content TEXT NOT NULL,
    superseded_at BIGINT,
    PRIMARY KEY (instance, flow, revision)
);

-- Where the flow of each contact stands.
CREATE TABLE flow_runs (
    contact TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    flow TEXT NOT NULL,
    revision BIGINT NOT NULL,
    -- a JSON object
    state TEXT NOT NULL
);
CREATE INDEX flow_runs_of_revision ON flow_runs (instance, flow, revision);

-- What flows did, a row for each run up to a wait.
CREATE TABLE flow_log (
    contact TEXT NOT NULL,
    number BIGINT NOT NULL,
    instance TEXT NOT NULL,
    flow TEXT NOT NULL,
    at BIGINT NOT NULL,
    -- a JSON list
    entries TEXT NOT NULL,
    PRIMARY KEY (contact, number)
);

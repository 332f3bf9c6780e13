-- Everything that waits. One row for each kind and subject; the subject is the key of the row
-- that holds the truth.
CREATE TABLE jobs (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    -- how often it failed since it was last scheduled
    failures BIGINT NOT NULL,
    -- rises with each scheduling: a run ends only the scheduling it began with
    version BIGINT NOT NULL,
    -- rises with each lease: only the newest lease may end the run
    lease BIGINT NOT NULL,
    -- by the machine's clock; NULL while nobody runs it
    leased_until BIGINT,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX jobs_due ON jobs (due_at);
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE leased_until IS NOT NULL;

-- How much a chat holds: only transcript::append changes these, with last_sequence.
ALTER TABLE contacts ADD COLUMN items_kept BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN items_bytes BIGINT NOT NULL DEFAULT 0;
UPDATE contacts SET
    items_kept = (SELECT COUNT(*) FROM items
                  WHERE items.contact = contacts.id AND fleeting_until IS NULL),
    items_bytes = (SELECT COALESCE(CAST(SUM(LENGTH(content)) AS BIGINT), 0) FROM items
                   WHERE items.contact = contacts.id AND fleeting_until IS NULL)
WHERE ended_at IS NULL;

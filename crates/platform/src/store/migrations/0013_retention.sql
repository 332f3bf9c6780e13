-- What ended chats leave behind goes after a while, a part at a time.

-- The chat that a request was about; NULL for those about an instance.
ALTER TABLE client_tokens ADD COLUMN contact TEXT;
UPDATE client_tokens SET contact =
    (SELECT participants.contact FROM participants WHERE participants.id = client_tokens.asker);
CREATE INDEX client_tokens_of_contact ON client_tokens (contact) WHERE contact IS NOT NULL;
CREATE INDEX client_tokens_of_instance ON client_tokens (instance) WHERE contact IS NULL;

-- 0 once the requests about an ended chat are forgotten
ALTER TABLE contacts ADD COLUMN tokens_kept BIGINT NOT NULL DEFAULT 1;
CREATE INDEX contacts_ended ON contacts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX contacts_with_tokens ON contacts (ended_at)
    WHERE tokens_kept = 1 AND ended_at IS NOT NULL;
CREATE INDEX contacts_of_instance ON contacts (instance, id);
CREATE INDEX sign_ins_of_contact ON sign_ins (contact);
CREATE INDEX connections_by_time ON connections (expires_at);

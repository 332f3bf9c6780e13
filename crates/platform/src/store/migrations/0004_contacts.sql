-- Chat contacts. Whoever changes anything of a chat locks this row first.
CREATE TABLE contacts (
    id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    flow TEXT NOT NULL,
    -- the customer's row in participants
    customer TEXT NOT NULL,
    -- the participant as which the system writes; it has no row
    system TEXT NOT NULL,
    -- JSON: name to text
    attributes TEXT NOT NULL,
    -- JSON: name to value, as in the interface
    segment_attributes TEXT NOT NULL,
    customer_id TEXT,
    related_contact TEXT,
    -- JSON: the content types that participants may send
    content_types TEXT NOT NULL,
    initial_message TEXT,
    initiated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    connected_at BIGINT,
    updated_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_reason TEXT,
    -- of the transcript; only transcript::append changes these two
    last_sequence BIGINT NOT NULL,
    last_item_at BIGINT NOT NULL
);
CREATE INDEX contacts_active ON contacts (instance) WHERE ended_at IS NULL;

CREATE TABLE participants (
    -- a UUID, also the key in the participant token
    id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    contact TEXT NOT NULL,
    role TEXT NOT NULL,
    display_name TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    -- the last item that is known to have reached one of the participant's sockets
    pushed BIGINT NOT NULL
);
CREATE INDEX participants_of_contact ON participants (contact);

-- One row for each CreateParticipantConnection: a connection token, a websocket ticket, or both.
CREATE TABLE connections (
    id TEXT PRIMARY KEY,
    instance TEXT NOT NULL,
    contact TEXT NOT NULL,
    participant TEXT NOT NULL,
    token_hash BYTEA,
    expires_at BIGINT NOT NULL,
    -- NULL once the ticket was used
    ticket_hash BYTEA,
    ticket_expires_at BIGINT
);
CREATE INDEX connections_of_participant ON connections (participant, id);

-- What was answered to requests with a ClientToken.
CREATE TABLE client_tokens (
    instance TEXT NOT NULL,
    -- who asked: a participant, or for StartChatContact the instance
    asker TEXT NOT NULL,
    operation TEXT NOT NULL,
    client_token TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    -- sealed
    answer BYTEA NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (asker, operation, client_token)
);

-- Transcripts. The sequence is per contact and taken under the contact's lock.
CREATE TABLE items (
    contact TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    instance TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    type TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content TEXT,
    -- the author; a chat's end has none
    participant TEXT,
    role TEXT,
    display_name TEXT,
    -- JSON: MessageMetadata of a pushed receipt
    metadata TEXT,
    sign_in TEXT,
    -- 1 while GetTranscript leaves it out because its sign-in is pending
    hidden BIGINT NOT NULL,
    -- set on what is pushed only and never listed; meaningless afterwards
    fleeting_until BIGINT,
    -- a participant that it is not pushed to
    not_to TEXT,
    PRIMARY KEY (contact, sequence)
);
CREATE INDEX items_hidden ON items (sign_in) WHERE hidden = 1;
CREATE INDEX items_fleeting ON items (contact, fleeting_until) WHERE fleeting_until IS NOT NULL;

-- Which message reached whom.
CREATE TABLE receipts (
    contact TEXT NOT NULL,
    -- of the message
    sequence BIGINT NOT NULL,
    participant TEXT NOT NULL,
    instance TEXT NOT NULL,
    delivered_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (contact, sequence, participant)
);

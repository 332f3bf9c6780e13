-- The hash of a sign-in's accepted answer together with its State, of which the random part is
-- stored nowhere: by it an answer that is repeated, since the first acceptance was lost on the way,
-- is known from another one.
ALTER TABLE sign_ins ADD COLUMN answer_hash BYTEA;

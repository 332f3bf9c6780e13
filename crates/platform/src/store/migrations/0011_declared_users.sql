-- By which a user's password in the start data is known again: a digest under the master key.
ALTER TABLE pool_users ADD COLUMN declared_password BYTEA;
CREATE INDEX pool_users_declared ON pool_users (pool) WHERE declared_password IS NOT NULL;

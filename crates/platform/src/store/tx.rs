//! What a transaction's function can do.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::context::Context;
use super::driver::Driver;
use super::{Error, FromRow, Param, Place, Row, start_state};
use crate::clock::Timestamp;
use crate::ids::ContactId;
use crate::random::Random;
use crate::settings::Settings;
use crate::token::Token;

/// A running transaction: statements, one moment of time, randomness, sealing, and wake-ups that
/// are handed over once it is committed.
///
/// Statements are `&'static str` in the subset that both databases read (see [the
/// module](super)). After any failed statement the transaction does nothing more and is undone,
/// whatever its function returns.
pub struct Tx<'a> {
    driver: &'a mut dyn Driver,
    context: &'a Context,
    now: Timestamp,
    wakes: &'a mut Wakes,
    doomed: Option<Error>,
    /// Whether a statement ran that may have changed something.
    wrote: bool,
}

/// Who is to be told after a commit.
#[derive(Default)]
pub(super) struct Wakes {
    pub(super) contacts: BTreeSet<ContactId>,
    pub(super) jobs: bool,
}

impl Wakes {
    pub(super) fn add(&mut self, mut other: Self) {
        self.contacts.append(&mut other.contacts);
        self.jobs |= other.jobs;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.contacts.is_empty() && !self.jobs
    }
}

impl<'a> Tx<'a> {
    pub(super) fn new(
        driver: &'a mut dyn Driver,
        context: &'a Context,
        wakes: &'a mut Wakes,
    ) -> Self {
        let now = context.env.clock.now();
        Self {
            driver,
            context,
            now,
            wakes,
            doomed: None,
            wrote: false,
        }
    }

    /// Whether anything may have been changed, and the first failure of a statement, if any.
    pub(super) fn end(self) -> (bool, Option<Error>) {
        (self.wrote, self.doomed)
    }

    /// Runs a statement and gives the number of rows it changed.
    pub fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        self.wrote = true;
        self.run(params, |driver| driver.execute(sql, params))
    }

    /// Runs a statement whose outcome does not matter beyond its success. It may be sent along
    /// with the next one, so a failure may show later, or at the commit.
    pub fn write(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Error> {
        self.wrote = true;
        self.run(params, |driver| driver.write(sql, params))
    }

    /// Runs a query, or a change with `RETURNING`, and reads its only row. More than one is an
    /// error.
    pub fn find<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<Option<T>, Error> {
        let mut rows = self.fetch(sql, params)?;
        if rows.len() > 1 {
            let error = Error::statement(format!("more than one row: {sql}"));
            return Err(self.doom(error));
        }
        rows.pop().map(Row::read).transpose()
    }

    /// Runs a query of one number and gives it, or 0 where there is no row.
    pub fn count(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<i64, Error> {
        Ok(self.find(sql, params)?.unwrap_or_default())
    }

    /// Runs a query, or a change with `RETURNING`, and reads all its rows.
    pub fn list<T: FromRow>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
    ) -> Result<Vec<T>, Error> {
        let rows = self.fetch(sql, params)?;
        rows.into_iter().map(Row::read).collect()
    }

    fn fetch(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<Row>, Error> {
        self.wrote |= !sql.starts_with("SELECT");
        self.run(params, |driver| driver.fetch(sql, params))
    }

    /// The service's time: one moment for the whole transaction.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The machine's time, which the test controls do not move.
    #[must_use]
    pub fn machine_now(&self) -> Timestamp {
        self.context.env.clock.machine_now()
    }

    /// The source of randomness.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.context.env.random
    }

    /// The settings, read once.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.context.env.settings
    }

    /// A new key for a row: 36 characters, time-ordered.
    #[must_use]
    pub fn new_uuid(&self) -> String {
        self.random().uuid(self.now)
    }

    /// A new bearer token: a time-ordered row key and 256 random bits.
    #[must_use]
    pub fn new_token(&self) -> Token {
        Token::new(
            self.random().time_ordered_key(self.now),
            self.new_secret_bytes(),
        )
    }

    /// 256 random bits.
    #[must_use]
    pub fn new_secret_bytes(&self) -> [u8; 32] {
        self.random().secret_bytes()
    }

    /// Seals a secret for the place where it will be stored.
    #[must_use]
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        self.context.keyring.seal(self.random(), place, plain)
    }

    /// Opens a secret that was sealed for this place.
    pub fn unseal(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.context.keyring.unseal(place, sealed)
    }

    /// A digest under the master key, by which a secret is known again in its place at next to no
    /// cost: for secrets that whoever may know the master key knows anyway.
    #[must_use]
    pub fn digest(&self, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        self.context.keyring.digest(place, plain)
    }

    /// Whether the digest is that of the secret; none when its master key is no longer at hand.
    #[must_use]
    pub fn is_digest_of(&self, place: Place<'_>, digest: &[u8], plain: &[u8]) -> Option<bool> {
        self.context.keyring.is_digest_of(place, digest, plain)
    }

    /// Has the sockets of a contact look for new items once this is committed.
    pub fn wake_contact(&mut self, contact: &ContactId) {
        if !self.wakes.contacts.contains(contact) {
            self.wakes.contacts.insert(contact.clone());
        }
    }

    /// Has the job worker look for due jobs once this is committed.
    pub fn wake_jobs(&mut self) {
        self.wakes.jobs = true;
    }

    /// Goes back to the state that [`Store::keep_start`](super::Store::keep_start) kept: the rows of
    /// every table go, but those of `spared`, and the kept ones come back, where `only` is given of
    /// its tables alone. The store's own tables stay as they are.
    pub fn go_back_to_start(
        &mut self,
        spared: &[&str],
        only: Option<&[&str]>,
    ) -> Result<(), Error> {
        self.wrote = true;
        self.wake_jobs();
        self.run(&[], |driver| start_state::restore(driver, spared, only))
    }

    /// Runs something of the store's own that may change anything.
    pub(super) fn change(
        &mut self,
        change: fn(&mut dyn Driver) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.wrote = true;
        self.run(&[], change)
    }

    /// Runs statements that only tests need.
    #[cfg(test)]
    pub(super) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.wrote = true;
        self.run(&[], |driver| driver.script(sql))
    }

    /// The tables that have no primary key.
    #[cfg(test)]
    pub(super) fn without_key(&mut self) -> Result<Vec<String>, Error> {
        self.run(&[], |driver| {
            let keys = driver.keys()?;
            let mut tables = driver.tables()?;
            tables.retain(|table| !keys.iter().any(|key| key.starts_with(&format!("{table} "))));
            Ok(tables)
        })
    }

    /// Has the database read a statement, without running it.
    #[cfg(test)]
    pub(super) fn prepare(&mut self, sql: &'static str) -> Result<(), Error> {
        self.run(&[], |driver| driver.prepare_only(sql))
    }

    fn run<T>(
        &mut self,
        params: &[Param<'_>],
        run: impl FnOnce(&mut dyn Driver) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Some(error) = &self.doomed {
            return Err(error.clone());
        }
        if params.iter().any(Param::holds_nul) {
            return Err(self.doom(Error::Nul));
        }
        run(self.driver).map_err(|error| self.doom(error))
    }

    fn doom(&mut self, error: Error) -> Error {
        self.doomed = Some(error.clone());
        error
    }
}

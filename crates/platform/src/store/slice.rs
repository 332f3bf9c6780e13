//! Large deletions, a part at a time: nobody waits long for one of them.

use super::{Error, Param, Tx};

/// The rows that one transaction of a large deletion may still take away.
#[derive(Debug)]
pub struct Slice {
    left: i64,
}

impl Slice {
    /// A part of so many rows.
    #[must_use]
    pub const fn new(rows_max: i64) -> Self {
        Self { left: rows_max }
    }

    /// Whether there is no room for more.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.left <= 0
    }

    /// Counts rows that were changed otherwise.
    pub const fn count(&mut self, rows: i64) {
        self.left -= rows;
    }

    /// Runs a statement that takes rows of `key` (`$1`) away, `$2` of them at most. Gives whether none
    /// is left.
    pub fn delete(&mut self, tx: &mut Tx<'_>, sql: &'static str, key: &str) -> Result<bool, Error> {
        self.run(tx, sql, Param::Text(key), 1)
    }

    /// The same for rows that are as much work as `weight` ordinary ones.
    pub fn delete_heavy(
        &mut self,
        tx: &mut Tx<'_>,
        sql: &'static str,
        key: &str,
        weight: i64,
    ) -> Result<bool, Error> {
        self.run(tx, sql, Param::Text(key), weight)
    }

    /// The same for what ended before a moment (`$1`).
    pub fn delete_before(
        &mut self,
        tx: &mut Tx<'_>,
        sql: &'static str,
        before: crate::clock::Timestamp,
    ) -> Result<bool, Error> {
        self.run(tx, sql, Param::Integer(before.millis()), 1)
    }

    /// Runs statements one after the other as far as there is room. Gives whether nothing is left.
    pub fn delete_each(
        &mut self,
        tx: &mut Tx<'_>,
        statements: &[&'static str],
        key: &str,
    ) -> Result<bool, Error> {
        for sql in statements {
            if !self.delete(tx, sql, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn run(
        &mut self,
        tx: &mut Tx<'_>,
        sql: &'static str,
        key: Param<'_>,
        weight: i64,
    ) -> Result<bool, Error> {
        if self.is_full() {
            return Ok(false);
        }
        let asked = (self.left / weight).max(1);
        let deleted = tx.execute(sql, &[key, Param::Integer(asked)])?;
        let deleted = i64::try_from(deleted).unwrap_or(i64::MAX);
        if deleted < asked {
            self.left -= deleted.saturating_mul(weight);
            return Ok(true);
        }
        // There may be more: what is left of the room is not enough for it.
        self.left = 0;
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_both_databases;
    use crate::testing::Database;

    on_both_databases! {
        a_slice_takes_no_more_rows_than_it_may,
    }

    const SOME: &str = "DELETE FROM jobs WHERE kind = $1 AND subject IN
        (SELECT subject FROM jobs WHERE kind = $1 LIMIT $2)";

    /// Takes rows of two kinds, the second ones heavy; gives whether all are gone, and what is left.
    async fn part(store: &crate::store::Store) -> (bool, i64) {
        let part = |tx: &mut Tx<'_>| {
            let mut slice = Slice::new(10);
            let done = slice.delete_each(tx, &[SOME], "light")?
                && slice.delete_heavy(tx, SOME, "heavy", 4)?;
            assert!(done || slice.is_full());
            Ok::<_, Error>((done, tx.count("SELECT COUNT(*) FROM jobs", &[])?))
        };
        store.transact(part).await.unwrap()
    }

    async fn a_slice_takes_no_more_rows_than_it_may(database: Database) {
        let store = database.open();
        let fill = |tx: &mut Tx<'_>| {
            for number in 0..18 {
                let kind = if number < 15 { "light" } else { "heavy" };
                tx.write(
                    "INSERT INTO jobs (kind, subject, due_at, failures, version, lease)
                     VALUES ($1, $2, 0, 0, 1, 0)",
                    crate::params![kind, number.to_string()],
                )?;
            }
            Ok::<_, Error>(())
        };
        store.transact(fill).await.unwrap();
        assert_eq!(part(&store).await, (false, 8));
        // Five light ones leave room for one heavy one.
        assert_eq!(part(&store).await, (false, 2));
        assert_eq!(part(&store).await, (false, 0));
        assert_eq!(part(&store).await, (true, 0));
    }
}

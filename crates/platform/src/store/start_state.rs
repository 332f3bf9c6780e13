//! The state after a start, to which a test control goes back.
//!
//! It is kept beside the rows themselves, in a table `store_start_…` for each table that has any:
//! so values need no other form, sealed ones stay bound to their place, and it lasts as long as the
//! database. A first start keeps every row. A later one, on a database that has been used, keeps
//! what was kept before, as far as it is still there, and what this start has made or changed.

use super::driver::Driver;
use super::{Error, migrate};
use crate::params;

/// The rows after the last start.
const START: &str = "store_start_";
/// The rows before this start.
const BEFORE: &str = "store_before_";
/// The rows to be kept of this start, while they are gathered.
const NEXT: &str = "store_next_";
const KEPT: &str = "start kept";

/// A table that holds accounts' data, with the columns of its key.
struct Table {
    name: String,
    key: Vec<String>,
}

/// The database's tables.
struct Tables(Vec<Table>);

impl Tables {
    fn read(driver: &mut dyn Driver) -> Result<Self, Error> {
        let mut tables: Vec<Table> = Vec::new();
        for key in driver.keys()? {
            let (name, column) = key.split_once(' ').unwrap_or_default();
            match tables.last_mut().filter(|table| table.name == name) {
                Some(table) => table.key.push(column.to_owned()),
                None => tables.push(Table {
                    name: name.to_owned(),
                    key: vec![column.to_owned()],
                }),
            }
        }
        Ok(Self(tables))
    }

    /// Those of features, which hold accounts' data.
    fn of_features(&self) -> impl Iterator<Item = &Table> {
        let own = |table: &&Table| !table.name.starts_with(migrate::OWN_PREFIX);
        self.0.iter().filter(own)
    }
}

impl Table {
    /// The condition that a row of this table is the row of another one, by their keys.
    fn is_in(&self, other: &str, row: &str) -> String {
        let same: Vec<String> = self
            .key
            .iter()
            .map(|column| format!("it.{column} = {row}.{column}"))
            .collect();
        let same = same.join(" AND ");
        format!("EXISTS (SELECT 1 FROM {other} AS it WHERE {same})")
    }
}

fn copies(driver: &mut dyn Driver, prefix: &str) -> Result<Vec<String>, Error> {
    let mut tables = driver.tables()?;
    tables.retain(|table| table.starts_with(prefix));
    Ok(tables)
}

fn drop_copies(driver: &mut dyn Driver, prefix: &str) -> Result<(), Error> {
    let dropped: Vec<String> = copies(driver, prefix)?
        .iter()
        .map(|table| format!("DROP TABLE {table};"))
        .collect();
    driver.script(&dropped.concat())
}

fn is_kept(driver: &mut dyn Driver) -> Result<bool, Error> {
    let mark = driver.fetch(
        "SELECT name FROM store_marks WHERE name = $1",
        params![KEPT],
    )?;
    Ok(!mark.is_empty())
}

/// Forgets what was kept: the tables have changed since.
pub(super) fn forget(driver: &mut dyn Driver) -> Result<(), Error> {
    drop_copies(driver, START)?;
    driver
        .execute("DELETE FROM store_marks WHERE name = $1", params![KEPT])
        .map(drop)
}

/// Notes the rows before a start's own data is applied.
pub(super) fn begin(driver: &mut dyn Driver) -> Result<(), Error> {
    drop_copies(driver, BEFORE)?;
    if !is_kept(driver)? {
        return Ok(());
    }
    let mut script = Vec::new();
    for Table { name, .. } in Tables::read(driver)?.of_features() {
        script.push(format!(
            "CREATE TABLE {BEFORE}{name} AS SELECT * FROM {name};"
        ));
    }
    driver.script(&script.concat())
}

/// Keeps the rows after a start's own data was applied.
pub(super) fn keep(driver: &mut dyn Driver) -> Result<(), Error> {
    drop_copies(driver, NEXT)?;
    let again = is_kept(driver)?;
    let tables = Tables::read(driver)?;
    let kept = copies(driver, START)?;
    let mut script = Vec::new();
    for table in tables.of_features() {
        let Table { name, .. } = table;
        let (start, next) = (format!("{START}{name}"), format!("{NEXT}{name}"));
        let unchanged = if again {
            format!(" EXCEPT SELECT * FROM {BEFORE}{name}")
        } else {
            String::new()
        };
        script.push(format!(
            "CREATE TABLE {next} AS SELECT * FROM {name}{unchanged};"
        ));
        if kept.contains(&start) {
            let still_there = table.is_in(name, "kept");
            let newer = table.is_in(&next, "kept");
            script.push(format!(
                "INSERT INTO {next} SELECT * FROM {start} AS kept WHERE {still_there} AND NOT {newer};
                 DROP TABLE {start};"
            ));
        }
        script.push(format!("ALTER TABLE {next} RENAME TO {start};"));
    }
    driver.script(&script.concat())?;
    drop_copies(driver, BEFORE)?;
    driver.execute(
        "INSERT INTO store_marks (name) VALUES ($1) ON CONFLICT DO NOTHING",
        params![KEPT],
    )?;
    Ok(())
}

/// Deletes the rows of every table but `spared`, and puts those of the start back, of the tables
/// named by `only` if that is given.
pub(super) fn restore(
    driver: &mut dyn Driver,
    spared: &[&str],
    only: Option<&[&str]>,
) -> Result<(), Error> {
    let kept = copies(driver, START)?;
    let mut script = Vec::new();
    for table in driver.tables()? {
        if table.starts_with(migrate::OWN_PREFIX) || spared.contains(&&*table) {
            continue;
        }
        script.push(format!("DELETE FROM {table};"));
        let start = format!("{START}{table}");
        if kept.contains(&start) && only.is_none_or(|only| only.contains(&&*table)) {
            // What a later start made under the name of an earlier row takes its place.
            script.push(format!(
                "INSERT INTO {table} SELECT * FROM {start} WHERE true ON CONFLICT DO NOTHING;"
            ));
        }
    }
    driver.script(&script.concat())
}

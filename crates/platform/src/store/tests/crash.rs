//! Processes that are killed in the middle of their work: whatever they had acknowledged is there.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use super::{env, put};
use crate::on_both_databases;
use crate::secret::Secret;
use crate::store::{Error, Keyring, Options, Store, Url};
use crate::testing::Database;

const URL: &str = "SIGNBACK_TEST_CRASH_URL";
const PREFIX: &str = "SIGNBACK_TEST_CRASH_PREFIX";
const MARK: &str = "acknowledged ";

on_both_databases! {
    what_was_acknowledged_is_there_after_a_kill,
}

async fn what_was_acknowledged_is_there_after_a_kill(database: Database) {
    database.with_things().await.close().await;
    let mut acknowledged = HashSet::new();
    for round in 0..4 {
        let mut child = start(&database, &format!("round {round}"));
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        // Every line up to the last was acknowledged, those still in the pipe too.
        let names = |line: String| line.split_once(MARK).map(|(_, name)| name.to_owned());
        acknowledged.extend(lines.by_ref().filter_map(names).take(100 + 57 * round));
        child.kill().unwrap();
        acknowledged.extend(lines.filter_map(names));
        child.wait().unwrap();

        let store = database.open();
        let kept = store
            .read(|tx| {
                let names = tx.list::<String>("SELECT name FROM things", &[])?;
                Ok::<HashSet<_>, Error>(names.into_iter().collect())
            })
            .await
            .unwrap();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "lost in round {round}: {lost:?}");
        store.close().await;
    }
    assert!(acknowledged.len() > 700);
}

/// Runs [`child`] in a process of its own.
fn start(database: &Database, prefix: &str) -> Child {
    let url = match database.url() {
        Url::Sqlite(path) => format!("sqlite:{}", path.display()),
        Url::Postgres(url) => url.expose().to_owned(),
        Url::Temporary => unreachable!("these tests share their database"),
    };
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::crash::child", "--ignored"])
        .envs([(URL, url.as_str()), (PREFIX, prefix)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "a part of the test above, killed by it"]
async fn child() {
    let (Ok(url), Ok(prefix)) = (std::env::var(URL), std::env::var(PREFIX)) else {
        return;
    };
    let url = url
        .parse()
        .unwrap_or_else(|_| Url::Postgres(Secret::new(url.clone())));
    let store = Store::open(&Options::new(url), env(), Keyring::new(&[7; 32], &[])).unwrap();
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..16 {
        let (store, prefix) = (store.clone(), prefix.clone());
        callers.spawn(async move {
            for number in 0_i64.. {
                let name = format!("{prefix} {caller} {number}");
                let put_name = name.clone();
                store
                    .transact(move |tx| put(tx, &put_name, number))
                    .await
                    .unwrap();
                // One short write, which a kill does not cut.
                std::io::stdout()
                    .write_all(format!("{MARK}{name}\n").as_bytes())
                    .unwrap();
                std::io::stdout().flush().unwrap();
            }
        });
    }
    callers.join_next().await;
}

//! Databases for tests: SQLite always, PostgreSQL when `SIGNBACK_TEST_POSTGRES` names a server
//! (`scripts/with-postgres` makes one).

use crate::secret::Secret;
use crate::store::Url;
use crate::store::folder::TemporaryFolder;
use crate::store::scratch::Scratch;

/// The folder of a test's SQLite file.
pub struct Folder(TemporaryFolder);

/// A database of one test.
pub enum Database {
    /// A file of its own.
    Sqlite(Folder),
    /// A schema of its own.
    Postgres(Scratch),
}

impl Database {
    /// A fresh SQLite file.
    ///
    /// # Panics
    ///
    /// When there is no place for it.
    #[must_use]
    pub fn sqlite() -> Self {
        Self::Sqlite(Folder(
            TemporaryFolder::create().expect("tests may make databases"),
        ))
    }

    /// A fresh schema; `None`, with a word about it, when there is no server.
    ///
    /// # Panics
    ///
    /// When the server does not let it be made.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("SIGNBACK_TEST_POSTGRES") else {
            eprintln!("not run: SIGNBACK_TEST_POSTGRES is not set");
            return None;
        };
        Some(Self::Postgres(
            Scratch::create(&Secret::new(server)).expect("tests may make databases"),
        ))
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> Url {
        match self {
            Self::Sqlite(folder) => Url::Sqlite(folder.0.path().join("test.db")),
            Self::Postgres(scratch) => scratch.url(),
        }
    }
}

/// Declares tests that run on both databases.
#[macro_export]
macro_rules! on_both_databases {
    ($($test:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test]
            async fn $test() {
                super::$test($crate::testing::Database::sqlite()).await;
            }
        )+}
        mod on_postgresql {$(
            #[tokio::test]
            async fn $test() {
                if let Some(database) = $crate::testing::Database::postgres() {
                    super::$test(database).await;
                }
            }
        )+}
    };
}

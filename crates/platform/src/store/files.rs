//! The files of a SQLite database: only their owner may read them, and they are watched for being
//! removed or replaced under the running service. SQLite goes on writing to a file that has no name
//! any more, and all of it is gone with the process; so nothing is acknowledged then.

use std::ffi::OsString;
use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::Error;
use crate::clock::Clock;
use crate::seldom::Seldom;

/// The database, its log, and the index of that.
const SUFFIXES: [&str; 3] = ["", "-wal", "-shm"];
/// How many of them hold what was acknowledged.
const HOLDING: usize = 2;
/// What a file's owner alone may do.
const PRIVATE: u32 = 0o600;

/// Which file it is: device and number.
type Identity = (u64, u64);

/// The files of an open database.
pub(super) struct Files {
    paths: [PathBuf; HOLDING],
    known: Mutex<[Option<Identity>; HOLDING]>,
    complaints: Seldom,
    clock: Clock,
}

/// Makes the database's file, readable by its owner only, and takes others' rights to one that is
/// there.
pub(super) fn make_private(database: &Path) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(PRIVATE)
        .open(database)?;
    for path in SUFFIXES.map(|suffix| beside(database, suffix)) {
        let Ok(found) = fs::metadata(&path) else {
            continue;
        };
        if found.mode() & 0o077 != 0 {
            fs::set_permissions(&path, Permissions::from_mode(PRIVATE))?;
            tracing::warn!(path = %path.display(), "others could read the file: now only its owner may");
        }
    }
    Ok(())
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(suffix);
    path.into()
}

impl Files {
    pub(super) fn new(database: &Path, clock: Clock) -> Self {
        Self {
            paths: [SUFFIXES[0], SUFFIXES[1]].map(|suffix| beside(database, suffix)),
            known: Mutex::default(),
            complaints: Seldom::default(),
            clock,
        }
    }

    /// Checks that the files are those that were opened. A file is known from when it is first
    /// seen: SQLite makes the log with the first transaction, and keeps it.
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for (path, known) in self.paths.iter().zip(known.iter_mut()) {
            let found = fs::metadata(path).map(|found| (found.dev(), found.ino()));
            match (*known, found) {
                (None, Ok(found)) => *known = Some(found),
                (Some(known), Ok(found)) if known == found => {}
                (None, Err(error)) if error.kind() == io::ErrorKind::NotFound => {}
                (_, found) => return Err(self.gone(path, found.err())),
            }
        }
        Ok(())
    }

    fn gone(&self, path: &Path, error: Option<io::Error>) -> Error {
        if let Some(held_back) = self.complaints.pass(self.clock.machine_now().millis()) {
            tracing::error!(
                path = %path.display(),
                held_back,
                "the database's file was removed or replaced under the running service: nothing is \
                 written any more. Put the file back, or stop the service and start it again"
            );
        }
        Error::unavailable(error.unwrap_or_else(|| {
            io::Error::other("the database's file was replaced under the running service")
        }))
    }
}

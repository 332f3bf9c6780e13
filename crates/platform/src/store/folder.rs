//! Folders and files around a SQLite database.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, MetadataExt as _, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::Error;

/// How often a lock is tried for: a process that was just told to stop may still hold it.
const LOCK_ATTEMPTS_MAX: u32 = 100;
/// The pause between two tries.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Makes a folder that only its owner may enter, unless it is there; none has the empty name.
///
/// # Errors
///
/// When it cannot be made.
pub fn create_folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Keeps other processes from serving the same database as long as the file is open. The system
/// lets go of it when the process ends, however it ends.
pub(super) fn lock(database: &Path) -> Result<File, Error> {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(PathBuf::from(path))
        .map_err(Error::unavailable)?;
    for _ in 0..LOCK_ATTEMPTS_MAX {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(Error::unavailable(error)),
        }
    }
    Err(Error::Settings {
        what: format!("another process uses {}", database.display()),
    })
}

/// The file in a temporary folder that its process holds as long as it lives.
const HOLD: &str = "process.lock";

/// A folder that is deleted with its last holder. If the process is killed first, the next one
/// deletes it.
pub(crate) struct TemporaryFolder {
    path: PathBuf,
    _hold: File,
}

impl TemporaryFolder {
    pub(crate) fn create() -> std::io::Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        static SWEPT: Once = Once::new();
        let parent = std::env::temp_dir();
        loop {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let name = format!("{NAME}{}-{number}", std::process::id());
            let path = parent.join(name);
            match DirBuilder::new().mode(0o700).create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            // Another process may take it for one that was left, until it is held.
            let hold = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(path.join(HOLD));
            match hold {
                Ok(hold) if hold.try_lock().is_ok() => {
                    let owner = hold.metadata()?.uid();
                    SWEPT.call_once(|| sweep(&parent, owner));
                    return Ok(Self { path, _hold: hold });
                }
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        delete(&self.path);
    }
}

/// What the names of temporary folders begin with.
const NAME: &str = "signback-";

/// Deletes the temporary folders that processes of the same owner left behind when they were
/// killed: whose file nobody holds any more.
fn sweep(parent: &Path, owner: u32) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(NAME)
            && entry
                .metadata()
                .is_ok_and(|found| found.is_dir() && found.uid() == owner);
        if !is_ours {
            continue;
        }
        let hold = OpenOptions::new().write(true).open(entry.path().join(HOLD));
        if hold.is_ok_and(|hold| hold.try_lock().is_ok()) {
            delete(&entry.path());
        }
    }
}

fn delete(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(%error, path = %folder.display(), "cannot delete a temporary folder");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_deleted_and_nothing_else() {
        let parent = TemporaryFolder::create().unwrap();
        let owner = std::fs::metadata(parent.path()).unwrap().uid();
        let folder = |name: &str| {
            let path = parent.path().join(name);
            create_folder(&path).unwrap();
            path
        };
        let hold = |path: &Path| File::create(path.join(HOLD)).unwrap();
        let (left, alive) = (folder("signback-1-0"), folder("signback-2-0"));
        let (young, other) = (folder("signback-3-0"), folder("other-1-0"));
        drop(hold(&left));
        drop(hold(&other));
        let living = hold(&alive);
        living.try_lock().unwrap();
        sweep(parent.path(), owner + 1);
        assert!(left.exists(), "it is somebody else's");
        sweep(parent.path(), owner);
        assert!(!left.exists());
        assert!(alive.exists() && young.exists() && other.exists());
    }
}

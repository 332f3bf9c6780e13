//! A folder of one test.

use std::path::{Path, PathBuf};

use signback_platform::store::Url;

/// A folder that is gone with its test.
pub struct Folder(PathBuf);

impl Folder {
    /// The folder of this name, which no other test has.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("signback-it-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A database in it.
    pub fn database(&self) -> Url {
        Url::Sqlite(self.0.join("signback.db"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

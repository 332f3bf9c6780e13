//! A bootstrap file of one test.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use signback_server::config::Bootstrap;

/// The file, gone with its test.
pub struct StartData(PathBuf);

impl StartData {
    /// A file with that text.
    pub fn new(text: &str) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("signback-it-start-{}-{number}.toml", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    /// Writes the file anew.
    pub fn change(&self, text: &str) {
        std::fs::write(&self.0, text).unwrap();
    }

    /// The setting that names it.
    pub fn bootstrap(&self) -> Bootstrap {
        Bootstrap::File(self.0.clone())
    }
}

impl Drop for StartData {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

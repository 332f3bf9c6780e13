//! What a service that is up says of itself, for scripts and tests.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Map, Value};

use signback_platform::settings::Settings;

/// The document of the ready file. It may hold the demo's secrets: `Debug` hides it.
#[derive(Clone)]
pub struct Ready(Map<String, Value>);

impl Ready {
    pub(super) fn new(settings: &Settings, start_data: Map<String, Value>) -> Self {
        let mut document = Map::new();
        document.insert("url".to_owned(), settings.public_url.clone().into());
        document.insert(
            "websocket_url".to_owned(),
            settings.websocket_url.clone().into(),
        );
        document.extend(start_data);
        Self(document)
    }

    /// One entry as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// The whole document.
    #[must_use]
    pub fn document(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Writes the document at once (a reader never sees half of it), mode 0600.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_vec_pretty(&self.0)?;
        let unfinished = path.with_extension("unfinished");
        let write = || -> std::io::Result<()> {
            private_file(&unfinished)?.write_all(&text)?;
            std::fs::rename(&unfinished, path)
        };
        write().with_context(|| format!("cannot write the ready file {}", path.display()))
    }
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ready(hidden)")
    }
}

fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let _ = std::fs::remove_file(path);
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

//! What a service that is up says of itself, for scripts and tests.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Map, Value};

use signback_platform::settings::Settings;
use signback_platform::store::{self, Store};

/// The data folder of a service whose database is elsewhere.
const DATA_FOLDER: &str = "signback-data";
const NAME: &str = "ready.json";

/// Where the ready file goes: the one that is asked for, else `ready.json` in the data folder. One
/// that an earlier process left there goes, so that the file says that this one serves.
pub(super) fn place(asked: Option<&Path>, store: &Store) -> anyhow::Result<PathBuf> {
    let folder = store.folder().unwrap_or_else(|| Path::new(DATA_FOLDER));
    let file = asked.map_or_else(|| folder.join(NAME), Path::to_owned);
    let clear = || -> std::io::Result<()> {
        if asked.is_none() {
            store::create_folder(folder)?;
        }
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    };
    clear().with_context(|| format!("the ready file {} cannot be made", file.display()))?;
    Ok(file)
}

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

    /// Lines for a shell after which AWS clients call this service with its start data's key.
    #[must_use]
    pub fn exports(&self) -> String {
        let names = [
            ("AWS_ENDPOINT_URL", "url"),
            ("AWS_REGION", "region"),
            ("AWS_DEFAULT_REGION", "region"),
            ("AWS_ACCESS_KEY_ID", "access_key_id"),
            ("AWS_SECRET_ACCESS_KEY", "secret_access_key"),
        ];
        let lines = names.iter().filter_map(|(variable, name)| {
            let quoted = self.text(name)?.replace('\'', r"'\''");
            Some(format!("export {variable}='{quoted}'\n"))
        });
        lines.collect()
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

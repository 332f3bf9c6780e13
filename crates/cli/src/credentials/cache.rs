//! What is kept between calls: temporary keys in `~/.aws/cli/cache`, sign-in tokens in `~/.aws/sso/cache`.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use ring::digest;

use super::Credentials;
use crate::session::Session;
use crate::value::{Map, Value};
use crate::{clock, json, timestamps};

/// Keys are used from the cache only while they last at least this long.
const REMAINING_MIN: SignedDuration = SignedDuration::from_mins(15);

/// The folder of temporary keys.
pub(super) fn keys_folder(session: &Session) -> PathBuf {
    session.environment.home().join(".aws/cli/cache")
}

/// The folder of sign-in tokens.
pub(super) fn tokens_folder(session: &Session) -> PathBuf {
    session.environment.home().join(".aws/sso/cache")
}

/// The name of the file for what this text describes.
pub(super) fn name(described: &str) -> String {
    // Not for security: the files' names are those of the command being replaced.
    let hash = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, described.as_bytes());
    let hex = clock::hex(hash.as_ref());
    format!("{hex}.json")
}

/// The document in a file, if it is there and can be read.
pub(super) fn read(folder: &Path, name: &str) -> Option<Value> {
    json::parse(&std::fs::read_to_string(folder.join(name)).ok()?).ok()
}

/// Writes a document that only its owner may read. A cache that cannot be written is no failure.
pub(super) fn write(folder: &Path, name: &str, document: &Value) {
    let _ = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    let path = folder.join(name);
    // Made anew, so that an older file's permissions do not stay.
    let _ = std::fs::remove_file(&path);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let layout = json::Layout {
        indent: None,
        ascii: true,
    };
    if let Ok(mut file) = file {
        let _ = file.write_all(json::write(document, layout).as_bytes());
    }
}

/// The keys in a file, if they last long enough.
pub(super) fn keys(session: &Session, name: &str) -> Option<Credentials> {
    let document = read(&keys_folder(session), name)?;
    let credentials = from_document(document.get("Credentials")?)?;
    let enough = credentials
        .expires
        .is_some_and(|expires| expires.duration_since(clock::now()) >= REMAINING_MIN);
    enough.then_some(credentials)
}

/// The keys in a document of `AssumeRole`'s form.
pub(super) fn from_document(document: &Value) -> Option<Credentials> {
    Some(Credentials {
        access_key: document.text("AccessKeyId")?.to_owned(),
        secret_key: document.text("SecretAccessKey")?.to_owned(),
        token: document.text("SessionToken").map(str::to_owned),
        expires: document.get("Expiration").and_then(timestamps::read),
    })
}

/// Keys as a document of `AssumeRole`'s form.
pub(super) fn to_document(credentials: &Credentials, provider: Option<&str>) -> Value {
    let text = |text: &str| Value::from(text);
    let expires = credentials
        .expires
        .map(|expires| expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let members = [
        ("AccessKeyId", Some(text(&credentials.access_key))),
        ("SecretAccessKey", Some(text(&credentials.secret_key))),
        ("SessionToken", credentials.token.as_deref().map(text)),
        ("Expiration", expires.map(Value::Str)),
    ];
    let members: Map = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    let mut document = Map::new();
    if let Some(provider) = provider {
        document.insert("ProviderType".to_owned(), text(provider));
    }
    document.insert("Credentials".to_owned(), Value::Map(members));
    Value::Map(document)
}

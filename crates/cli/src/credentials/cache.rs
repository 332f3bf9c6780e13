//! What is kept between calls: temporary keys in `~/.aws/cli/cache`, sign-in tokens in `~/.aws/sso/cache`.

use std::path::{Path, PathBuf};

use ring::digest;

use super::ENOUGH;
use crate::call::expiry::Expiry;
use crate::call::keys::Credentials;
use crate::clock;
use crate::formats::json;
use crate::session::{Session, private};
use crate::value::Value;

/// The members of temporary keys, in the order in which they are missed.
pub(super) const MEMBERS: [&str; 4] = [
    "Expiration",
    "AccessKeyId",
    "SecretAccessKey",
    "SessionToken",
];

/// The folder of temporary keys.
pub(super) fn keys_folder(session: &Session) -> PathBuf {
    session.environment.home().join(".aws/cli/cache")
}

/// The folder of sign-in tokens.
pub(super) fn tokens_folder(session: &Session) -> PathBuf {
    session.environment.home().join(".aws/sso/cache")
}

/// The folder of console sessions.
pub(super) fn sessions_folder(session: &Session) -> PathBuf {
    let environment = &session.environment;
    match environment.get("AWS_LOGIN_CACHE_DIRECTORY") {
        Some(folder) => PathBuf::from(environment.expand(folder)),
        None => environment.home().join(".aws/login/cache"),
    }
}

/// The name of the file for what this text describes.
pub(super) fn name(described: &str) -> String {
    // Not for security: the files' names are those of the command being replaced.
    hashed(&digest::SHA1_FOR_LEGACY_USE_ONLY, described)
}

/// The name of the file of a console session.
pub(super) fn session_name(session: &str) -> String {
    hashed(&digest::SHA256, session)
}

fn hashed(algorithm: &'static digest::Algorithm, text: &str) -> String {
    let hash = digest::digest(algorithm, text.as_bytes());
    format!("{}.json", clock::hex(hash.as_ref()))
}

/// The document in a file, if it is there and can be read.
pub(super) fn read(folder: &Path, name: &str) -> Option<Value> {
    json::parse(&std::fs::read_to_string(folder.join(name)).ok()?).ok()
}

/// Writes a document that only its owner may read. A cache that cannot be written is no failure.
pub(super) fn write(folder: &Path, name: &str, document: &Value) {
    let text = json::write(document, json::Layout::SENT);
    let _ = private::write(&folder.join(name), &text);
}

/// The keys in a file, if they last long enough.
pub(super) fn keys(session: &Session, name: &str) -> Option<Credentials> {
    let document = read(&keys_folder(session), name)?;
    let credentials = from_document(document.get("Credentials")?)?;
    let enough = credentials
        .expires
        .as_ref()
        .is_some_and(|expires| expires.remaining() >= ENOUGH);
    enough.then_some(credentials)
}

/// The keys in a document of `AssumeRole`'s form.
pub(super) fn from_document(document: &Value) -> Option<Credentials> {
    Some(Credentials {
        access_key: document.text("AccessKeyId")?.to_owned(),
        secret_key: document.text("SecretAccessKey")?.to_owned(),
        token: Some(document.text("SessionToken")?.to_owned()),
        expires: Some(Expiry::read(document.text("Expiration")?)?),
    })
}

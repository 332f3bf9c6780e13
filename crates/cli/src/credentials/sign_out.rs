//! The end of sign-ins: what they left in the caches is removed.

use std::path::Path;

use super::{cache, calls, find, models};
use crate::call::keys::Signer;
use crate::failure::{Cause, Failure};
use crate::python;
use crate::session::Session;
use crate::session::config::text;
use crate::value::Value;

/// Removes the cached keys of the console session that the profile names, and tells whether it names one.
///
/// # Errors
/// A file that cannot be removed.
pub(crate) fn of_profile(session: &Session) -> Result<bool, Failure> {
    let section = session.config.profile(session.profile_name());
    let Some(name) = section.and_then(|section| text(section, "login_session")) else {
        return Ok(false);
    };
    let file = cache::sessions_folder(session).join(cache::session_name(name));
    if file.exists() {
        remove(&file)?;
    }
    Ok(true)
}

/// Removes the cached keys of every console session, and tells how many there were.
///
/// # Errors
/// A file that cannot be removed.
pub(crate) fn of_every_profile(session: &Session) -> Result<usize, Failure> {
    let holds_keys = |document: &Value| {
        let keys = document.get("accessToken");
        keys.is_some_and(|keys| keys.get("accessKeyId").is_some())
    };
    sweep(&cache::sessions_folder(session), holds_keys, |_| Ok(()))
}

/// Ends every sign-in, and removes the tokens and the keys that were fetched with them.
///
/// # Errors
/// A portal that cannot be asked, or a file that cannot be removed.
pub(crate) fn of_sign_ins(session: &Session) -> Result<(), Failure> {
    let holds_token = |document: &Value| document.get("accessToken").is_some();
    sweep(&cache::tokens_folder(session), holds_token, |document| {
        end(session, document)
    })?;
    let came_from_one = |document: &Value| document.text("ProviderType") == Some("sso");
    sweep(&cache::keys_folder(session), came_from_one, |_| Ok(()))?;
    Ok(())
}

/// Tells the portal that a token is no longer wanted. One that the portal refuses is gone already.
fn end(session: &Session, document: &Value) -> Result<(), Failure> {
    let (Some(token), Some(region)) = (document.get("accessToken"), document.text("region")) else {
        return Ok(());
    };
    if region.is_empty() {
        return Ok(());
    }
    let mut inner = session.clone().in_region(region);
    inner.globals.forget(&["endpoint-url"]);
    let service = models::sso();
    let operation = service.operation("Logout");
    let operation = operation.expect("the model has the operation");
    // Nobody signs, but keys that cannot be found are missed all the same.
    let mut caller = calls::prepared(&inner, &service, || {
        find(&inner)?;
        Ok(Signer::Nobody)
    })?;
    let parameters = [("accessToken".to_owned(), token.clone())];
    match caller.call(operation, parameters.into_iter().collect()) {
        Err(failure) if matches!(failure.cause, Cause::Service(_)) => Ok(()),
        answered => answered.map(|_| ()),
    }
}

/// Removes the documents of a folder that the rule picks, each after what comes before; tells how many.
fn sweep(
    folder: &Path,
    picks: impl Fn(&Value) -> bool,
    before: impl Fn(&Value) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let document = name.to_str().and_then(|name| cache::read(folder, name));
        if let Some(document) = document.filter(&picks) {
            before(&document)?;
            remove(&entry.path())?;
            count += 1;
        }
    }
    Ok(count)
}

fn remove(file: &Path) -> Result<(), Failure> {
    std::fs::remove_file(file)
        .map_err(|error| Failure::general(python::os_error(&error, &file.to_string_lossy())))
}

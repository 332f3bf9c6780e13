//! Interface models: those that come with the program, and the user's own.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use signback_wire::Service;

use crate::failure::Failure;
use crate::session::environment::Environment;

/// The model of a service: the user's own comes before the built-in one.
///
/// # Errors
/// A model of the user's that cannot be read.
pub(crate) fn service(
    environment: &Environment,
    name: &str,
) -> Result<Option<&'static Service>, Failure> {
    for folder in folders(environment) {
        let Some(version) = newest_version(&folder.join(name)) else {
            continue;
        };
        return own(name, &version).map(Some);
    }
    Ok(Service::builtin(name))
}

/// Reads a model of the user's once: the prompt asks for it with every key.
fn own(name: &str, version: &Path) -> Result<&'static Service, Failure> {
    static READ: Mutex<Vec<(PathBuf, &'static Service)>> = Mutex::new(Vec::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, service)) = read.iter().find(|(path, _)| path == version) {
        return Ok(service);
    }
    let unusable = |error: String| Failure::general(format!("{}: {error}", version.display()));
    let model = std::fs::read(version.join("service-2.json"))
        .map_err(|error| unusable(error.to_string()))?;
    let model = with_extras(version, "service-2", model);
    let paginators = std::fs::read(version.join("paginators-1.json")).ok();
    let paginators = paginators.map(|text| with_extras(version, "paginators-1", text));
    let service = Service::from_botocore(name, &model, paginators.as_deref())
        .map_err(|error| unusable(error.to_string()))?;
    // Records of a model are lent out for as long as the process lives.
    let service: &'static Service = Box::leak(Box::new(service));
    read.push((version.to_owned(), service));
    Ok(service)
}

/// The document with what the file of extras beside it adds, if there is one.
fn with_extras(version: &Path, name: &str, document: Vec<u8>) -> Vec<u8> {
    let extras = std::fs::read(version.join(format!("{name}.sdk-extras.json"))).ok();
    let extras = extras.and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok());
    let Some(more) = extras.as_ref().and_then(|extras| extras.get("merge")) else {
        return document;
    };
    match serde_json::from_slice(&document) {
        Ok(mut whole) => {
            merge(&mut whole, more);
            whole.to_string().into_bytes()
        }
        // Whoever reads the document says what is wrong with it.
        Err(_) => document,
    }
}

fn merge(whole: &mut serde_json::Value, more: &serde_json::Value) {
    match (whole, more) {
        (serde_json::Value::Object(whole), serde_json::Value::Object(more)) => {
            for (key, value) in more {
                match whole.get_mut(key) {
                    Some(old) => merge(old, value),
                    None => {
                        whole.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (whole, more) => *whole = more.clone(),
    }
}

/// The services that the user has models for.
pub(crate) fn own_services(environment: &Environment) -> Vec<String> {
    let mut names = Vec::new();
    for folder in folders(environment) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if newest_version(&entry.path()).is_some() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// Where models may stand, first come first served.
fn folders(environment: &Environment) -> Vec<PathBuf> {
    let given = environment.filled("AWS_DATA_PATH").unwrap_or_default();
    let given = given
        .split(':')
        .filter(|path| !path.is_empty())
        .map(|path| PathBuf::from(environment.expand(path)));
    given
        .chain([environment.home().join(".aws/models")])
        .collect()
}

/// The folder of the newest version of a service's model.
fn newest_version(folder: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    versions
        .filter(|version| version.join("service-2.json").is_file())
        .max()
}

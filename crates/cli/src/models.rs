//! Interface models: those that come with the program, and the user's own.

use std::path::PathBuf;

use signback_wire::Service;

use crate::environment::Environment;
use crate::failure::Failure;

/// The model of a service: the user's own comes before the built-in one.
///
/// # Errors
/// A model of the user's that cannot be read.
pub fn service(environment: &Environment, name: &str) -> Result<Option<&'static Service>, Failure> {
    for folder in folders(environment) {
        let Some(version) = newest_version(&folder.join(name)) else {
            continue;
        };
        let unusable = |error: String| Failure::general(format!("{}: {error}", version.display()));
        let model = std::fs::read(version.join("service-2.json"))
            .map_err(|error| unusable(error.to_string()))?;
        let paginators = std::fs::read(version.join("paginators-1.json")).ok();
        let service = Service::from_botocore(name, &model, paginators.as_deref());
        // One command reads one model, once: it lives as long as the process.
        return Ok(Some(Box::leak(Box::new(
            service.map_err(|error| unusable(error.to_string()))?,
        ))));
    }
    Ok(Service::builtin(name))
}

/// The services that the user has models for.
#[must_use]
pub fn own_services(environment: &Environment) -> Vec<String> {
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
fn newest_version(folder: &std::path::Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path());
    versions
        .filter(|version| version.join("service-2.json").is_file())
        .max()
}

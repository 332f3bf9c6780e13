//! What there is to call: services, `configure`, our own commands, and aliases; and what a line that
//! is still being written means.
//!
//! Help, completion, prompt and the parsers read these tables; nothing is typed twice.

pub(crate) mod alias;
pub(crate) mod context;
pub(crate) mod known;
pub(crate) mod meaning;
pub(crate) mod names;
pub(crate) mod own;
pub(crate) mod services;
pub(crate) mod tools;

use signback_wire::{BUILTIN, Service};

use crate::failure::Failure;
use crate::session::environment::Environment;

/// What the name of a command calls.
#[derive(Debug)]
pub(crate) enum Called {
    /// Help.
    Help,
    /// The shared files.
    Configure,
    /// An operation of a service.
    Service(&'static Service),
}

/// A command that is no service.
pub(crate) struct Fixed {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What it is.
    pub is: &'static str,
}

/// `configure`.
const CONFIGURE: Fixed = Fixed {
    name: "configure",
    does: "Reads and changes the shared files.",
    is: "The shared files, read and changed",
};
/// `help`.
const HELP: Fixed = Fixed {
    name: "help",
    does: "Shows what there is.",
    is: "This page, and pages about topics",
};

/// The commands that are no services.
pub(crate) const FIXED: &[Fixed] = &[CONFIGURE, HELP];

/// What may be called by that name.
///
/// # Errors
/// A name that there is no model for, or a model of the user's that cannot be read.
pub(crate) fn called(environment: &Environment, name: &str) -> Result<Called, Failure> {
    if name == HELP.name {
        return Ok(Called::Help);
    }
    if name == CONFIGURE.name {
        return Ok(Called::Configure);
    }
    match services::service(environment, name)? {
        Some(service) => Ok(Called::Service(service)),
        None => Err(Failure::general(format!(
            "{name} is not built. A service can be called once its interface model stands in ~/.aws/models/{name}/."
        ))),
    }
}

/// The services that come with the program, each with its full name.
pub(crate) fn builtin() -> impl Iterator<Item = (&'static str, &'static str)> {
    BUILTIN.iter().map(|name| {
        let full = Service::builtin(name).map(|service| service.metadata().full_name.as_str());
        (*name, full.unwrap_or_default())
    })
}

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

use crate::arguments::row::OptionRow;
use crate::failure::Failure;
use crate::session::environment::Environment;

/// What the name of a command calls.
#[derive(Debug)]
pub(crate) enum Called {
    /// Help.
    Help,
    /// The shared files.
    Configure,
    /// The end of console sessions.
    Logout,
    /// The end of sign-ins.
    Sso,
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
    /// The words that may follow it, where no table of its own has them.
    pub words: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionRow],
}

/// `configure`.
const CONFIGURE: Fixed = Fixed {
    name: "configure",
    does: "Reads and changes the shared files.",
    is: "The shared files, read and changed",
    words: &[],
    options: &[],
};
/// `help`.
const HELP: Fixed = Fixed {
    name: "help",
    does: "Shows what there is.",
    is: "This page, and pages about topics",
    words: &[],
    options: &[],
};
/// `logout`.
pub(crate) const LOGOUT: Fixed = Fixed {
    name: "logout",
    does: "Removes the cached keys of the console session that the profile names.",
    is: "Cached keys of console sessions, removed",
    words: &[],
    options: &[OptionRow::new(
        "all",
        "boolean",
        "The keys of every console session.",
    )],
};
/// `sso`.
pub(crate) const SSO: Fixed = Fixed {
    name: "sso",
    does: "Its command \"logout\" ends every sign-in and removes their cached tokens and keys.",
    is: "Sign-ins, ended",
    words: &["logout"],
    options: &[],
};
/// Commands that no interface model makes callable.
const NO_SERVICES: [&str; 5] = ["cli-dev", "ddb", "history", "login", "s3"];

/// The commands that are no services.
pub(crate) const FIXED: &[Fixed] = &[CONFIGURE, HELP, LOGOUT, SSO];

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
    if name == LOGOUT.name {
        return Ok(Called::Logout);
    }
    match services::service(environment, name)? {
        Some(service) => Ok(Called::Service(service)),
        None if name == SSO.name => Ok(Called::Sso),
        None if NO_SERVICES.contains(&name) => {
            Err(Failure::general(format!("{name} is not built.")))
        }
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

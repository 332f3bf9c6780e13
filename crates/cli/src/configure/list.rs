//! `configure list` and `configure list-profiles`.

use super::masked;
use crate::credentials;
use crate::failure::Failure;
use crate::session::Session;
use crate::session::config;
use crate::terminal::streams::write_stdout;

/// Shows profile, keys and region in use, and where each comes from.
pub(super) fn run(session: &Session) -> Result<i32, Failure> {
    line("NAME", "VALUE", "TYPE", "LOCATION");
    profile(session);
    keys(session)?;
    region(session)?;
    Ok(0)
}

/// Lists the profiles of both files.
#[expect(clippy::unnecessary_wraps, reason = "the form of a sub-command")]
pub(super) fn profiles(session: &Session) -> Result<i32, Failure> {
    for name in session.config.profile_names() {
        write_stdout(format!("{name}\n").as_bytes());
    }
    Ok(0)
}

fn profile(session: &Session) {
    match (session.globals.word("profile"), session.profile_asked()) {
        (Some(_), Some(name)) => line("profile", name, "manual", "--profile"),
        (None, Some(name)) => line(
            "profile",
            name,
            "env",
            "['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']",
        ),
        (_, None) => unset("profile"),
    }
}

fn keys(session: &Session) -> Result<(), Failure> {
    session.profile()?;
    let Some(found) = credentials::find(session)? else {
        unset("access_key");
        unset("secret_key");
        return Ok(());
    };
    let source = found.source();
    let keys = found.fetch(session)?;
    line("access_key", &masked(&keys.access_key), source, "");
    line("secret_key", &masked(&keys.secret_key), source, "");
    Ok(())
}

fn region(session: &Session) -> Result<(), Failure> {
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"];
    if let Some(region) = variables
        .iter()
        .find_map(|name| session.environment.get(name))
    {
        line(
            "region",
            region,
            "env",
            "['AWS_REGION', 'AWS_DEFAULT_REGION']",
        );
    } else if let Some(region) = session.profile_setting("region")? {
        line(
            "region",
            region,
            "config-file",
            &config::config_path(&session.environment),
        );
    } else if let Some(region) = credentials::instance_region(session)? {
        line("region", &region, "imds", "");
    } else {
        unset("region");
    }
    Ok(())
}

fn unset(name: &str) {
    line(name, "<not set>", "None", "None");
}

fn line(name: &str, value: &str, kind: &str, location: &str) {
    write_stdout(format!("{name:<10} : {value:<24} : {kind:<16} : {location}\n").as_bytes());
}

//! Keys in the files of the oldest tools: one that the environment names, and Boto's.

use super::{Found, partial};
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::python;
use crate::session::Session;
use crate::session::config;
use crate::session::config::text;

/// The name of the older source.
const EC2: &str = "ec2-credentials-file";
/// The name of the newer one.
const BOTO: &str = "boto-config";
/// Where Boto's file may be, unless the environment says it.
const BOTO_FILES: [&str; 2] = ["/etc/boto.cfg", "~/.boto"];

/// The keys of these files, if there are any.
pub(super) fn find(session: &Session) -> Result<Option<Found>, Failure> {
    if let Some(keys) = named_file(session)? {
        return Ok(Some(Found::Ready(keys, EC2)));
    }
    Ok(boto(session)?.map(|keys| Found::Ready(keys, BOTO)))
}

/// The keys in the file that the environment names: lines of `name=value`.
fn named_file(session: &Session) -> Result<Option<Credentials>, Failure> {
    let environment = &session.environment;
    let Some(path) = environment.get("AWS_CREDENTIAL_FILE") else {
        return Ok(None);
    };
    let path = environment.expand_user(path);
    let bytes = std::fs::read(&path).map_err(|_| {
        Failure::general(format!(
            "The specified config file ({path}) could not be found."
        ))
    })?;
    let contents = String::from_utf8_lossy(&bytes);
    let value = |name: &str| {
        let lines = python::lines(&contents).filter_map(|line| line.split_once('='));
        let named = lines.filter(|(key, _)| python::strip(key) == name);
        named
            .last()
            .map(|(_, value)| python::strip(value).to_owned())
    };
    let Some(access_key) = value("AWSAccessKeyId") else {
        return Ok(None);
    };
    let missing = || Failure::general(python::quoted("AWSSecretKey"));
    Ok(Some(Credentials {
        access_key,
        secret_key: value("AWSSecretKey").ok_or_else(missing)?,
        token: None,
        expires: None,
    }))
}

fn boto(session: &Session) -> Result<Option<Credentials>, Failure> {
    let environment = &session.environment;
    let given = environment.get("BOTO_CONFIG");
    let files = given.map_or(BOTO_FILES.to_vec(), |file| vec![file]);
    for file in files {
        let sections = config::read(environment, file)?;
        let Some(section) = sections.get("Credentials") else {
            continue;
        };
        let Some(access_key) = text(section, "aws_access_key_id") else {
            continue;
        };
        let secret_key = text(section, "aws_secret_access_key")
            .ok_or_else(|| partial(BOTO, "aws_secret_access_key"))?;
        return Ok(Some(Credentials {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            token: None,
            expires: None,
        }));
    }
    Ok(None)
}

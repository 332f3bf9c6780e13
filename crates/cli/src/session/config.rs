//! The shared files: `~/.aws/config` and `~/.aws/credentials`.

use std::path::PathBuf;

use indexmap::IndexMap;

use crate::failure::Failure;
use crate::session::environment::Environment;
use crate::session::ini::{self, Section, Setting};

/// The settings of both files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    profiles: IndexMap<String, Section>,
    sso_sessions: IndexMap<String, Section>,
    services: IndexMap<String, Section>,
    others: IndexMap<String, Section>,
    own_profiles: IndexMap<String, Section>,
    credentials_file: IndexMap<String, Section>,
}

impl Config {
    /// Reads both files; a file that is not there counts as empty.
    ///
    /// # Errors
    /// A file that cannot be parsed.
    pub(crate) fn load(environment: &Environment) -> Result<Self, Failure> {
        let config = profiles_by_name(read(environment, &config_path(environment))?);
        let credentials = read(environment, &credentials_path(environment))?;
        let mut config = Self {
            credentials_file: credentials.clone(),
            ..config
        };
        for (name, section) in credentials {
            config.profiles.entry(name).or_default().extend(section);
        }
        Ok(config)
    }

    /// The settings of a profile from both files; the credentials file comes first.
    pub(crate) fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    /// The names of all profiles, those of the config file first.
    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The settings of a profile in the credentials file alone.
    pub(crate) fn credentials_profile(&self, name: &str) -> Option<&Section> {
        self.credentials_file.get(name)
    }

    /// A `[sso-session NAME]` section.
    pub(crate) fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// A `[services NAME]` section.
    pub(crate) fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// A section of the config file that is none of the others.
    pub(crate) fn other(&self, name: &str) -> Option<&Section> {
        self.others.get(name)
    }
}

/// Where the config file is.
pub(crate) fn config_path(environment: &Environment) -> String {
    environment
        .get("AWS_CONFIG_FILE")
        .unwrap_or("~/.aws/config")
        .to_owned()
}

/// Where the credentials file is.
pub(crate) fn credentials_path(environment: &Environment) -> String {
    environment
        .get("AWS_SHARED_CREDENTIALS_FILE")
        .unwrap_or("~/.aws/credentials")
        .to_owned()
}

/// Reads a file of sections; one that is not there counts as empty.
///
/// # Errors
/// A file that cannot be parsed.
pub(crate) fn read(
    environment: &Environment,
    path: &str,
) -> Result<IndexMap<String, Section>, Failure> {
    let path = PathBuf::from(environment.expand(path));
    if !path.is_file() {
        return Ok(IndexMap::new());
    }
    let unparsable =
        || Failure::general(format!("Unable to parse config file: {}", path.display()));
    // A file that may not be read counts as empty, like one that is not there.
    let Ok(bytes) = std::fs::read(&path) else {
        return Ok(IndexMap::new());
    };
    let text = String::from_utf8(bytes).map_err(|_| unparsable())?;
    ini::parse(&text).map_err(|ini::Unparsable| unparsable())
}

/// Sorts the sections of the config file by what they describe.
fn profiles_by_name(sections: IndexMap<String, Section>) -> Config {
    let mut config = Config::default();
    for (header, section) in sections {
        if header == "default" {
            config.profiles.insert(header, section);
            continue;
        }
        // What the first word begins with is enough.
        let table = if header.starts_with("profile") {
            &mut config.profiles
        } else if header.starts_with("sso-session") {
            &mut config.sso_sessions
        } else if header.starts_with("services") {
            &mut config.services
        } else {
            config.others.insert(header, section);
            continue;
        };
        if let Ok([_, name]) = crate::python::split_words(&header).as_deref() {
            table.insert(name.clone(), section);
        }
    }
    config.own_profiles.clone_from(&config.profiles);
    config
}

/// The text of a setting, if it is one line.
pub(crate) fn text<'a>(section: &'a Section, name: &str) -> Option<&'a str> {
    section.get(name).and_then(Setting::text)
}

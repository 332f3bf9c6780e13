//! What one call of the program knows: environment, shared files, and the global options given.

pub(crate) mod config;
pub(crate) mod environment;
pub(crate) mod ini;
pub(crate) mod private;
#[cfg(test)]
mod strangers;
pub(crate) mod version;

use crate::arguments::globals::Globals;
use crate::clock;
use crate::failure::{ErrorFormat, Failure, complain};
use crate::session::config::Config;
use crate::session::environment::Environment;
use crate::session::ini::Section;

/// The circumstances of one command.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Variables and terminals.
    pub environment: Environment,
    /// The shared files.
    pub config: Config,
    /// The global options.
    pub globals: Globals,
    /// Whether every step is told.
    pub debug: bool,
}

impl Session {
    /// Tells a step, if steps are to be told.
    pub(crate) fn log(&self, step: impl FnOnce() -> String) {
        if self.debug {
            let time = clock::now()
                .to_zoned(jiff::tz::TimeZone::system())
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string();
            let millis = clock::now().subsec_millisecond();
            complain(&format!("{time},{millis:03} - MainThread - {}\n", step()));
        }
    }

    /// The same circumstances without the options that are about the command's own call.
    pub(crate) fn for_nested_calls(&self) -> Self {
        let mut session = self.clone();
        session.globals.forget(&[
            "endpoint-url",
            "no-sign-request",
            "no-verify-ssl",
            "ca-bundle",
        ]);
        session
    }

    /// The same circumstances in another region.
    pub(crate) fn in_region(mut self, region: &str) -> Self {
        self.globals.set_word("region", region);
        self
    }

    /// The profile that is asked for by option or environment.
    pub(crate) fn profile_asked(&self) -> Option<&str> {
        let environment = || {
            ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
                .iter()
                .find_map(|name| self.environment.get(name))
        };
        self.globals.filled("profile").or_else(environment)
    }

    /// The name of the profile in use.
    pub(crate) fn profile_name(&self) -> &str {
        self.profile_asked().unwrap_or("default")
    }

    /// The settings of the profile in use.
    ///
    /// # Errors
    /// A profile that was asked for and does not exist.
    pub(crate) fn profile(&self) -> Result<Option<&Section>, Failure> {
        let Some(name) = self.profile_asked() else {
            return Ok(self.config.profile("default"));
        };
        match self.config.profile(name) {
            Some(section) => Ok(Some(section)),
            None => Err(Failure::general(format!(
                "The config profile ({name}) could not be found"
            ))),
        }
    }

    /// A setting of the profile in use.
    ///
    /// # Errors
    /// A profile that does not exist.
    pub(crate) fn profile_setting(&self, name: &str) -> Result<Option<&str>, Failure> {
        Ok(self
            .profile()?
            .and_then(|section| config::text(section, name)))
    }

    /// A setting: from the environment, else from the profile.
    ///
    /// # Errors
    /// A profile that does not exist, when the environment does not settle it.
    pub(crate) fn setting(&self, variables: &[&str], name: &str) -> Result<Option<&str>, Failure> {
        match variables
            .iter()
            .find_map(|variable| self.environment.get(variable))
        {
            Some(value) => Ok(Some(value)),
            None => self.profile_setting(name),
        }
    }

    /// A setting that is `true` or not; an empty one counts as absent.
    ///
    /// # Errors
    /// A profile that does not exist.
    pub(crate) fn switch(&self, variable: &str, name: &str) -> Result<bool, Failure> {
        let value = self.setting(&[variable], name)?;
        Ok(value.is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    /// How errors are printed.
    pub(crate) fn error_format(&self) -> ErrorFormat {
        if let Some(name) = self.globals.word("cli-error-format") {
            return ErrorFormat::named(name).unwrap_or(ErrorFormat::Enhanced);
        }
        match self.setting(&["AWS_CLI_ERROR_FORMAT"], "cli_error_format") {
            Ok(name) => name
                .and_then(|name| ErrorFormat::named(&name.to_lowercase()))
                .unwrap_or(ErrorFormat::Enhanced),
            // Without its profile the command being replaced falls back to its oldest form.
            Err(_) => ErrorFormat::Legacy,
        }
    }

    /// The output format by option, environment and profile.
    ///
    /// # Errors
    /// A profile that does not exist.
    pub(crate) fn output(&self) -> Result<&str, Failure> {
        if let Some(format) = self.globals.word("output") {
            return Ok(format);
        }
        Ok(self
            .setting(&["AWS_DEFAULT_OUTPUT"], "output")?
            .unwrap_or("json"))
    }
}

//! What the program says it is.

use crate::session::environment::Environment;

/// The version of the command line whose behaviour this one follows.
pub(crate) const FOLLOWED: &str = "2.36.7";

/// The version line, in the form that scripts parse.
pub(crate) fn line(environment: &Environment) -> String {
    let execution = environment
        .get("AWS_EXECUTION_ENV")
        .map(|name| format!(" exec-env/{name}"))
        .unwrap_or_default();
    format!(
        "aws-cli/{FOLLOWED} Signback/{} {}{execution} exe/{}",
        env!("CARGO_PKG_VERSION"),
        system(),
        std::env::consts::ARCH
    )
}

/// The settings of `.cargo/config.toml` that the program was built without: a build from outside of
/// the repository does not see them (docs/decisions/build-settings.md).
pub(crate) fn missing_build_settings() -> Vec<&'static str> {
    [
        (
            "CARGO_CFG_HTTPARSE_DISABLE_SIMD",
            option_env!("CARGO_CFG_HTTPARSE_DISABLE_SIMD"),
        ),
        ("LIBSQLITE3_FLAGS", option_env!("LIBSQLITE3_FLAGS")),
    ]
    .into_iter()
    .filter_map(|(name, set)| set.is_none().then_some(name))
    .collect()
}

/// What the program calls itself where no call of a service is named.
pub(crate) fn product() -> String {
    format!(
        "aws-cli/{FOLLOWED} md/signback#{}",
        env!("CARGO_PKG_VERSION")
    )
}

/// The operating system and its release.
pub(crate) fn system() -> String {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let name = match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "Darwin",
        other => other,
    };
    let release = release.trim();
    if release.is_empty() {
        name.to_owned()
    } else {
        format!("{name}/{release}")
    }
}

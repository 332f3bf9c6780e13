//! Where settings come from: flags, then the environment, then `signback.toml`.

use std::collections::BTreeMap;

/// One setting of `signback serve`.
pub struct Setting {
    /// The flag without its dashes; the environment's name and the file's key follow from it.
    pub name: &'static str,
    /// What stands for the value in the help; `None` for a switch.
    pub value: Option<&'static str>,
    /// One line of help.
    pub help: &'static str,
}

/// A setting that takes a value.
#[must_use]
pub const fn value(name: &'static str, value: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        value: Some(value),
        help,
    }
}

/// A setting that is on or off.
#[must_use]
pub const fn switch(name: &'static str, help: &'static str) -> Setting {
    Setting {
        name,
        value: None,
        help,
    }
}

/// Settings as lines of a usage text, the help in a column of its own.
#[must_use]
pub fn lines(settings: &[Setting], width: usize) -> String {
    let line = |setting: &Setting| {
        let flag = match setting.value {
            Some(value) => format!("--{} {value}", setting.name),
            None => format!("--{}", setting.name),
        };
        format!("  {flag:<width$} {}\n", setting.help)
    };
    settings.iter().map(line).collect()
}

/// Every setting, in the order of the help.
pub const SETTINGS: &[Setting] = &[
    value(
        "listen",
        "ADDR",
        "address to serve on, port 0 picks one (default 127.0.0.1:4545)",
    ),
    value(
        "public-url",
        "URL",
        "the URL that clients use; goes into sign-in URLs, issuers and websocket URLs",
    ),
    value(
        "admin-listen",
        "ADDR",
        "a second address, for metrics and controls apart; health is on both",
    ),
    switch(
        "trust-network",
        "whoever reaches the service may do anything; for containers and CI",
    ),
    value(
        "allow-origin",
        "ORIGIN,…",
        "pages that may call the Connect APIs from a browser (CORS)",
    ),
    value(
        "database",
        "URL",
        "sqlite:PATH or postgres://… (default sqlite:signback-data/signback.db)",
    ),
    switch(
        "ephemeral",
        "the data lives in a folder that goes with the process; not with --database",
    ),
    value(
        "bootstrap",
        "FILE|demo",
        "declarative start data, applied idempotently",
    ),
    value(
        "ready-file",
        "FILE",
        "written when serving, JSON (default: ready.json in the data folder)",
    ),
    value("tls-cert", "FILE", "certificate chain, PEM"),
    value("tls-key", "FILE", "private key, PEM"),
    switch("behind-proxy", "TLS ends at a proxy in front"),
    value(
        "connections-per-address",
        "N",
        "connections of one address without a verified call (default 1024)",
    ),
    switch(
        "accept-any-credentials",
        "do not check signatures; loopback only, or with --trust-network",
    ),
    switch(
        "test-controls",
        "serve /_signback/clock, reset and sign-in; loopback only, or with --trust-network",
    ),
    value("throttles", "off|aws", "request rates (default off)"),
    value(
        "concurrent-chats",
        "N",
        "chats an instance may have at once (default: any; 500 with --throttles aws)",
    ),
    value(
        "retention-days",
        "N",
        "ended chats and all that belongs to them go after N days (default 730)",
    ),
    value(
        "profile-matching",
        "verified|aws",
        "which profiles a sign-in may attach to (default verified)",
    ),
    switch(
        "list-pending-sign-in",
        "show authentication.initiated in GetTranscript at once",
    ),
    value(
        "outbound-allow",
        "HOST[:PORT],…",
        "private addresses that outgoing calls may reach",
    ),
    value(
        "log-level",
        "LEVEL",
        "error, warn, info, debug or trace, also by module (default info)",
    ),
    value(
        "log-format",
        "text|json",
        "form of the log lines on stderr (default text)",
    ),
    value(
        "master-key-file",
        "FILE",
        "key that seals secrets at rest (default: made in the data folder)",
    ),
];

/// The texts of the settings after flags, environment and file were laid over each other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    values: BTreeMap<&'static str, String>,
    /// The `[[identity_source]]` tables of the file.
    pub identity_sources: Vec<toml::Table>,
}

impl Texts {
    /// The text of a setting, if it is given anywhere.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Collects the settings; every problem is added to `problems`.
    pub(super) fn collect(
        args: &[String],
        environment: &dyn Fn(&str) -> Option<String>,
        file: Option<&str>,
        problems: &mut Vec<String>,
    ) -> Self {
        let mut texts = Self::default();
        if let Some(file) = file {
            texts.read_file(file, problems);
        }
        for setting in SETTINGS {
            if let Some(text) = environment(&environment_name(setting.name)) {
                texts.values.insert(setting.name, text);
            }
        }
        texts.read_flags(args, problems);
        texts
    }

    fn read_flags(&mut self, args: &[String], problems: &mut Vec<String>) {
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let (flag, inline) = match arg.split_once('=') {
                Some((flag, text)) => (flag, Some(text.to_owned())),
                None => (arg.as_str(), None),
            };
            let setting = flag
                .strip_prefix("--")
                .and_then(|name| SETTINGS.iter().find(|setting| setting.name == name));
            let Some(setting) = setting else {
                problems.push(format!("unknown argument {flag}"));
                continue;
            };
            let text = match (setting.value, inline) {
                (None, inline) => Some(inline.unwrap_or_else(|| "true".to_owned())),
                (Some(_), Some(text)) => Some(text),
                (Some(_), None) => args.next().cloned(),
            };
            match text {
                Some(text) => drop(self.values.insert(setting.name, text)),
                None => problems.push(format!("{flag} needs a value")),
            }
        }
    }

    fn read_file(&mut self, file: &str, problems: &mut Vec<String>) {
        let table: toml::Table = match file.parse() {
            Ok(table) => table,
            Err(error) => return problems.push(format!("signback.toml cannot be read: {error}")),
        };
        for (key, value) in table {
            if key == "identity_source" {
                match value.try_into() {
                    Ok(sources) => self.identity_sources = sources,
                    Err(_) => {
                        problems.push("signback.toml: write [[identity_source]] tables".to_owned());
                    }
                }
                continue;
            }
            let name = key.replace('_', "-");
            match SETTINGS.iter().find(|setting| setting.name == name) {
                Some(setting) => drop(self.values.insert(setting.name, plain_text(&value))),
                None => problems.push(format!("signback.toml: unknown setting {key}")),
            }
        }
    }
}

fn plain_text(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(values) => values.iter().map(plain_text).collect::<Vec<_>>().join(","),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(on) => on.to_string(),
        // No setting is a table, a date or a fraction: the empty text is refused by its reader.
        _ => String::new(),
    }
}

fn environment_name(name: &str) -> String {
    format!("SIGNBACK_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// The help of `signback serve`.
#[must_use]
pub fn usage() -> String {
    let head = "usage: signback serve [options]\n\n\
         Each option is also read from the environment (SIGNBACK_LISTEN, …) and from\n\
         signback.toml in the current folder (listen = …); a flag beats both.\n\n";
    format!("{head}{}", lines(SETTINGS, 34))
}

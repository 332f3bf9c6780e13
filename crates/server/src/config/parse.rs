//! From texts to typed settings; every problem is reported at once.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::identity_source::identity_source;
use super::reach::{self, Reach};
use super::settings::Texts;
use super::{Bootstrap, LogFormat, Serve};
use signback_platform::listener;
use signback_platform::settings::{IdentitySource, Matching, Retention, Settings};
use signback_platform::store;

pub(super) const LISTEN: &str = "127.0.0.1:4545";
/// How many descriptors most systems let a process have open without being asked.
const DESCRIPTORS: usize = 1024;
/// How many chats an instance of AWS's may have at once.
const CONCURRENT_CHATS_AWS: u32 = 500;
/// What `--log-level` takes.
const LOG_LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
const DATABASE: &str = "sqlite:signback-data/signback.db";

/// Reads the settings of `signback serve`.
///
/// # Errors
///
/// Every problem found, one line each.
pub fn parse(
    args: &[String],
    environment: &dyn Fn(&str) -> Option<String>,
    file: Option<&str>,
) -> Result<Serve, Vec<String>> {
    let mut problems = Vec::new();
    let texts = Texts::collect(args, environment, file, &mut problems);
    let serve = Reader {
        texts: &texts,
        problems: &mut problems,
    }
    .serve();
    match serve {
        Some(serve) if problems.is_empty() => Ok(serve),
        _ => Err(problems),
    }
}

struct Reader<'a> {
    texts: &'a Texts,
    problems: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn serve(&mut self) -> Option<Serve> {
        let listen = self.address("listen", Some(LISTEN));
        let admin_listen = self.address("admin-listen", None);
        let database = self.database();
        let tls = self.tls();
        let behind_proxy = self.switch("behind-proxy");
        let public_url = self.public_url();
        let from_elsewhere = listen.and_then(|listen| {
            reach::from_elsewhere(listen, admin_listen, public_url.as_deref(), behind_proxy)
        });
        let reach = Reach {
            from_elsewhere: from_elsewhere.is_some(),
            network_is_trusted: self.switch("trust-network"),
        };
        let throttles = self.choice("throttles", &[("off", false), ("aws", true)]);
        let matching = self.choice(
            "profile-matching",
            &[("verified", Matching::Verified), ("aws", Matching::Aws)],
        );
        let log_format = self.choice(
            "log-format",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        );
        let settings = Settings {
            loopback: !reach.from_elsewhere,
            allowed_origins: self.origins(),
            accept_any_credentials: self.switch("accept-any-credentials"),
            test_controls: self.switch("test-controls"),
            throttles: throttles.unwrap_or(false),
            concurrent_chats_max: self.concurrent_chats(throttles.unwrap_or(false)),
            matching: matching.unwrap_or_default(),
            retention: self.retention(),
            list_pending_sign_in: self.switch("list-pending-sign-in"),
            identity_sources: self.identity_sources(),
            outbound_allowed: self.list("outbound-allow"),
            ..Settings::default()
        };
        let serve = Serve {
            listen: listen?,
            public_url,
            admin_listen,
            reach,
            database: database?,
            bootstrap: self.texts.get("bootstrap").map(|text| match text {
                "demo" => Bootstrap::Demo,
                path => Bootstrap::File(path.into()),
            }),
            ready_file: self.path("ready-file"),
            tls,
            master_key_file: self.path("master-key-file"),
            connections_per_address: self.connections_per_address(behind_proxy),
            descriptors: DESCRIPTORS,
            log_format: log_format.unwrap_or_default(),
            log_level: self.log_level(),
            settings,
        };
        self.check_reach(&serve, behind_proxy, from_elsewhere.as_deref());
        if serve.listen.ip().is_unspecified() && serve.public_url.is_none() {
            self.problem(
                "--listen stands for every address: give --public-url, the one that clients use",
            );
        }
        if matches!(serve.database, store::Url::Postgres(_)) && serve.master_key_file.is_none() {
            self.problem(
                "--master-key-file is required with PostgreSQL: every replica needs the same key",
            );
        }
        Some(serve)
    }

    /// What a service needs that is reachable from elsewhere, and what it must not do (design §3).
    fn check_reach(&mut self, serve: &Serve, behind_proxy: bool, from_elsewhere: Option<&str>) {
        if behind_proxy && serve.reach.network_is_trusted {
            self.problem(
                "--trust-network and --behind-proxy exclude each other: through a proxy comes \
                 whoever likes to; leave one of them out",
            );
        }
        let Some(why) = from_elsewhere.filter(|_| !serve.reach.is_trusted()) else {
            return;
        };
        let trust = "or --trust-network where whoever reaches the service may do anything";
        if serve.tls.is_none() && !behind_proxy {
            self.problem(format!(
                "{why}, and plain HTTP is for loopback only: give --tls-cert and --tls-key, \
                 --behind-proxy if TLS ends in front, {trust}"
            ));
        }
        if serve.admin_listen.is_none() {
            self.problem(format!(
                "{why}: give --admin-listen, an address apart for metrics and controls, {trust}"
            ));
        }
        let switches = [
            (
                "--accept-any-credentials",
                serve.settings.accept_any_credentials,
            ),
            ("--test-controls", serve.settings.test_controls),
        ];
        for (switch, _) in switches.iter().filter(|(_, on)| *on) {
            self.problem(format!(
                "{why}, and {switch} is for loopback only: leave it out, serve on loopback \
                 addresses alone, {trust}"
            ));
        }
    }

    fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    fn address(&mut self, name: &str, default: Option<&str>) -> Option<SocketAddr> {
        let text = self.texts.get(name).or(default)?;
        let parsed = text.parse().ok().or_else(|| {
            let (host, port) = text.rsplit_once(':')?;
            let host: IpAddr = if host == "localhost" {
                IpAddr::from([127, 0, 0, 1])
            } else {
                host.parse().ok()?
            };
            Some(SocketAddr::new(host, port.parse().ok()?))
        });
        if parsed.is_none() {
            self.problem(format!(
                "--{name} {text}: write ADDRESS:PORT, for example {LISTEN}"
            ));
        }
        parsed
    }

    fn database(&mut self) -> Option<store::Url> {
        let given = self.texts.get("database");
        if self.switch("ephemeral") {
            if given.is_some() {
                self.problem(
                    "--ephemeral and --database exclude each other: the data of the one goes with \
                     the process; leave one of them out",
                );
            }
            return Some(store::Url::Temporary);
        }
        let text = given.unwrap_or(DATABASE);
        if is_in_memory(text) {
            self.problem(format!(
                "--database {text} is no file: give --ephemeral for data that goes with the process"
            ));
            return None;
        }
        let url = text.parse().ok();
        if url.is_none() {
            self.problem("--database: write sqlite:PATH or postgres://USER@HOST/NAME");
        }
        url
    }

    fn tls(&mut self) -> Option<(PathBuf, PathBuf)> {
        match (self.path("tls-cert"), self.path("tls-key")) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) => None,
            _ => {
                self.problem("--tls-cert and --tls-key belong together");
                None
            }
        }
    }

    fn public_url(&mut self) -> Option<String> {
        let text = self.texts.get("public-url")?;
        let url = url::Url::parse(text).ok().filter(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        let Some(url) = url else {
            self.problem(format!(
                "--public-url {text}: write http(s)://HOST[:PORT][/PATH] without query or fragment"
            ));
            return None;
        };
        Some(url.as_str().trim_end_matches('/').to_owned())
    }

    /// The pages that may call the Connect APIs from a browser, each as browsers write it.
    fn origins(&mut self) -> Vec<String> {
        let mut origins = Vec::new();
        for text in self.list("allow-origin") {
            let url = url::Url::parse(&text).ok().filter(|url| {
                matches!(url.scheme(), "http" | "https")
                    && url.path() == "/"
                    && url.query().is_none()
                    && url.fragment().is_none()
                    && url.username().is_empty()
                    && url.password().is_none()
            });
            match url {
                Some(url) => origins.push(url.origin().ascii_serialization()),
                None => self.problem(format!(
                    "--allow-origin {text}: write http(s)://HOST[:PORT], several with commas between"
                )),
            }
        }
        origins
    }

    fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.texts.get(name)?;
        let chosen = choices
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        if chosen.is_none() {
            let words: Vec<_> = choices.iter().map(|(word, _)| *word).collect();
            self.problem(format!(
                "--{name} {text}: choose one of {}",
                words.join(", ")
            ));
        }
        chosen
    }

    fn concurrent_chats(&mut self, throttles: bool) -> Option<u32> {
        let Some(text) = self.texts.get("concurrent-chats") else {
            return throttles.then_some(CONCURRENT_CHATS_AWS);
        };
        let number = text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            self.problem(format!("--concurrent-chats {text}: write a number from 1"));
        }
        number
    }

    fn retention(&mut self) -> Retention {
        let Some(text) = self.texts.get("retention-days") else {
            return Retention::default();
        };
        let days = text.parse().ok().filter(|days| *days > 0);
        if days.is_none() {
            self.problem(format!("--retention-days {text}: write a number from 1"));
        }
        days.map_or_else(Retention::default, Retention)
    }

    /// Behind a proxy all connections come from its address.
    fn connections_per_address(&mut self, behind_proxy: bool) -> Option<usize> {
        let Some(text) = self.texts.get("connections-per-address") else {
            return (!behind_proxy).then_some(listener::PER_ADDRESS);
        };
        let number = text.parse().ok().filter(|number| *number > 0);
        if number.is_none() {
            let problem = format!("--connections-per-address {text}: write a number from 1");
            self.problem(problem);
        } else if behind_proxy {
            self.problem(
                "--connections-per-address: not with --behind-proxy, whose address all connections come from",
            );
        }
        number
    }

    fn switch(&mut self, name: &str) -> bool {
        match self.texts.get(name) {
            None | Some("" | "false" | "0") => false,
            Some("true" | "1") => true,
            Some(other) => {
                let problem = format!("--{name} {other}: write true or false");
                self.problem(problem);
                false
            }
        }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.texts.get(name).map(PathBuf::from)
    }

    fn list(&self, name: &str) -> Vec<String> {
        let texts = self.texts.get(name).unwrap_or_default().split(',');
        texts
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn log_level(&mut self) -> String {
        let level = self.texts.get("log-level").unwrap_or("info");
        if !LOG_LEVELS.contains(&level) {
            self.problem(format!(
                "--log-level: {level} is none of {}",
                LOG_LEVELS.join(", ")
            ));
        }
        level.to_owned()
    }

    fn identity_sources(&mut self) -> Vec<IdentitySource> {
        let tables = &self.texts.identity_sources;
        let mut sources = Vec::new();
        for (index, table) in tables.iter().enumerate() {
            match identity_source(table) {
                Ok(source) => sources.push(source),
                Err(problem) => {
                    self.problems.push(format!(
                        "[[identity_source]] number {}: {problem}",
                        index + 1
                    ));
                }
            }
        }
        sources
    }
}

/// Whether a database's text names what SQLite would keep in memory, or reads as a URI.
fn is_in_memory(text: &str) -> bool {
    let place = text.strip_prefix("sqlite:").map(str::to_ascii_lowercase);
    place.is_some_and(|place| {
        place.trim_start_matches('/').is_empty()
            || place.starts_with("file:")
            || place.contains(":memory:")
            || place.contains("mode=memory")
    })
}

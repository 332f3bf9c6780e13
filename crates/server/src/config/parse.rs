//! From texts to typed settings; every problem is reported at once.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::settings::Texts;
use super::{Bootstrap, LogFormat, Serve};
use signback_platform::secret::Secret;
use signback_platform::settings::{IdentitySource, Matching, Settings};
use signback_platform::store;

const LISTEN: &str = "127.0.0.1:4545";
/// How many chats an instance of AWS's may have at once.
const CONCURRENT_CHATS_AWS: u32 = 500;
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
            loopback: listen.is_some_and(|address| address.ip().is_loopback()),
            accept_any_credentials: self.switch("accept-any-credentials"),
            test_controls: self.switch("test-controls"),
            throttles: throttles.unwrap_or(false),
            concurrent_chats_max: self.concurrent_chats(throttles.unwrap_or(false)),
            matching: matching.unwrap_or_default(),
            list_pending_sign_in: self.switch("list-pending-sign-in"),
            identity_sources: self.identity_sources(),
            outbound_allowed: self.list("outbound-allow"),
            ..Settings::default()
        };
        let serve = Serve {
            listen: listen?,
            public_url,
            admin_listen,
            database: database?,
            bootstrap: self.texts.get("bootstrap").map(|text| match text {
                "demo" => Bootstrap::Demo,
                path => Bootstrap::File(path.into()),
            }),
            ready_file: self.path("ready-file"),
            tls,
            master_key_file: self.path("master-key-file"),
            log_format: log_format.unwrap_or_default(),
            log_level: self.texts.get("log-level").unwrap_or("info").to_owned(),
            settings,
        };
        self.check_together(&serve, behind_proxy);
        Some(serve)
    }

    /// The rules between settings (design §3).
    fn check_together(&mut self, serve: &Serve, behind_proxy: bool) {
        let loopback = serve.listen.ip().is_loopback();
        let public_is_loopback = serve.public_url.as_deref().is_none_or(is_loopback_url);
        if !loopback && serve.tls.is_none() && !behind_proxy {
            self.problem("--listen is not a loopback address: give --tls-cert and --tls-key, or --behind-proxy");
        }
        if !loopback && serve.admin_listen.is_none() {
            self.problem("--listen is not a loopback address: give --admin-listen as well");
        }
        if serve.listen.ip().is_unspecified() && serve.public_url.is_none() {
            self.problem(
                "--listen stands for every address: give --public-url, the one that clients use",
            );
        }
        for (switch, on) in [
            (
                "--accept-any-credentials",
                serve.settings.accept_any_credentials,
            ),
            ("--test-controls", serve.settings.test_controls),
        ] {
            if on && (!loopback || behind_proxy || !public_is_loopback) {
                self.problem(format!(
                    "{switch} is for loopback only: not with --behind-proxy, nor with an address or public URL that others reach"
                ));
            }
        }
        if matches!(serve.database, store::Url::Postgres(_)) && serve.master_key_file.is_none() {
            self.problem(
                "--master-key-file is required with PostgreSQL: every replica needs the same key",
            );
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
        let text = self.texts.get("database").unwrap_or(DATABASE);
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
        let plain = url::Url::parse(text).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        if !plain {
            self.problem(format!(
                "--public-url {text}: write http(s)://HOST[:PORT][/PATH] without query or fragment"
            ));
        }
        Some(text.trim_end_matches('/').to_owned())
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

fn identity_source(table: &toml::Table) -> Result<IdentitySource, String> {
    const KEYS: &[&str] = &[
        "user_pool_arn",
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "client_secret",
    ];
    if let Some(unknown) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key {unknown}"));
    }
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("{key} must be text")),
    };
    let required = |key: &str| text(key)?.ok_or_else(|| format!("{key} is missing"));
    Ok(IdentitySource {
        user_pool_arn: required("user_pool_arn")?,
        issuer: required("issuer")?,
        authorization_endpoint: text("authorization_endpoint")?,
        token_endpoint: text("token_endpoint")?,
        jwks_uri: text("jwks_uri")?,
        client_secret: text("client_secret")?.map(Secret::new),
    })
}

/// Whether a URL's host is a loopback name or address.
pub(crate) fn is_loopback_url(text: &str) -> bool {
    match url::Url::parse(text).ok().as_ref().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Serve, Vec<String>> {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        parse(&args, &|_| None, None)
    }

    #[test]
    fn without_arguments_it_serves_on_loopback() {
        let serve = parsed(&[]).unwrap();
        assert_eq!(serve.listen.to_string(), LISTEN);
        assert!(serve.settings.loopback);
        assert!(
            matches!(serve.database, store::Url::Sqlite(path) if path == std::path::Path::new("signback-data/signback.db"))
        );
    }

    #[test]
    fn a_flag_beats_the_environment_and_that_beats_the_file() {
        let environment =
            |name: &str| (name == "SIGNBACK_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let file = Some("listen = \"127.0.0.1:1\"\nlog_format = \"json\"");
        let serve = parse(&[], &environment, file).unwrap();
        assert_eq!(serve.listen.port(), 2);
        assert_eq!(serve.log_format, LogFormat::Json);
        let serve = parse(&["--listen=localhost:3".to_owned()], &environment, file).unwrap();
        assert_eq!(serve.listen.port(), 3);
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let problems = parsed(&[
            "--listen",
            "nowhere",
            "--nonsense",
            "--throttles",
            "some",
            "--tls-key",
            "k",
        ])
        .err()
        .unwrap();
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn what_others_reach_is_protected() {
        for args in [
            &["--listen", "10.0.0.1:80", "--admin-listen", "127.0.0.1:1"][..],
            &["--listen", "10.0.0.1:80", "--behind-proxy"],
            &["--accept-any-credentials", "--behind-proxy"],
            &[
                "--test-controls",
                "--public-url",
                "https://chat.example.com",
            ],
            &["--database", "postgres://localhost/x"],
        ] {
            assert!(parsed(args).is_err(), "{args:?}");
        }
        let served = parsed(&[
            "--accept-any-credentials",
            "--public-url",
            "http://localhost:9/x/",
        ])
        .unwrap();
        assert_eq!(served.public_url.as_deref(), Some("http://localhost:9/x"));
    }

    #[test]
    fn identity_sources_stand_in_the_file() {
        let file = "[[identity_source]]\nuser_pool_arn = \"arn:p\"\nissuer = \"https://id.example.com\"\nclient_secret = \"s\"";
        let serve = parse(&[], &|_| None, Some(file)).unwrap();
        assert_eq!(
            serve.settings.identity_sources[0].issuer,
            "https://id.example.com"
        );
        let wrong = parse(
            &[],
            &|_| None,
            Some("[[identity_source]]\nissuer = 5\nother = 1"),
        );
        assert!(wrong.is_err());
    }
}

//! `signback ping [URL]`: whether a service is healthy, for containers that hold no other program.

use std::time::Duration;

use http::{HeaderMap, Method};

use crate::failure::complain;
use crate::http::url::Url;
use crate::http::{Client, Proxies, Request, Settings, Trust};
use crate::own::status;
use crate::session::environment::Environment;
use crate::terminal::streams::write_stdout;

const USAGE: &str = "usage: signback ping [URL]\n\n\
    Asks a service whether it is healthy; without URL, http://127.0.0.1:4545.\n\
    Exit status 0: it is. 1: it is not, or does not answer within 5 seconds.\n\
    A certificate of your own is trusted by AWS_CA_BUNDLE.\n";
/// Where `signback serve` listens unless it is told otherwise.
const USUAL: &str = "http://127.0.0.1:4545";
/// How long to wait for a connection, and for each part of the answer.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asks, and gives the exit status.
pub(super) fn run(environment: &Environment, words: &[String]) -> i32 {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let address = match words[..] {
        [] => USUAL,
        ["--help" | "-h" | "help"] => {
            write_stdout(USAGE.as_bytes());
            return status::DONE;
        }
        [address] if address.starts_with("http://") || address.starts_with("https://") => address,
        _ => {
            complain(USAGE);
            return status::USAGE;
        }
    };
    match ask(environment, address) {
        Ok(()) => {
            write_stdout(format!("{address} is healthy\n").as_bytes());
            status::DONE
        }
        Err(problem) => {
            complain(&format!("signback ping: {problem}\n"));
            status::FAILED
        }
    }
}

/// # Errors
/// Why the service does not count as healthy.
fn ask(environment: &Environment, address: &str) -> Result<(), String> {
    let url = Url::parse(&format!(
        "{}/_signback/health",
        address.trim_end_matches('/')
    ));
    if let Some(fault) = url.bracket_fault().or_else(|| url.port_fault()) {
        return Err(format!("{address}: {fault}"));
    }
    let bundle = environment.filled("AWS_CA_BUNDLE");
    // Nothing stands between a service and the check beside it.
    let mut client = Client::new(Settings {
        trust: bundle.map_or(Trust::BuiltIn, |path| {
            Trust::Bundle(environment.expand_user(path))
        }),
        connect_timeout: Some(TIMEOUT),
        read_timeout: Some(TIMEOUT),
        proxies: Proxies::default(),
    });
    let request = Request {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    let answer = client
        .send(&request)
        .map_err(|trouble| trouble.failure(&request).message())?;
    let said = serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap_or_default();
    match (answer.status, said["status"].as_str()) {
        (200, Some("ok")) => Ok(()),
        (status, Some(said)) => Err(format!("{address} answered {status}: {said}")),
        (status, None) => Err(format!(
            "{address} answered {status}, and not as a Signback service does"
        )),
    }
}

//! Keys from beside the machine: the container's endpoint and the instance's metadata.

use std::net::IpAddr;
use std::time::Duration;

use super::{Credentials, Found, expiry, failed};
use crate::failure::Failure;
use crate::http::{Client, Proxies, Request, Response, Settings, Trouble, Trust};
use crate::session::Session;
use crate::url::Url;
use crate::value::Value;
use crate::{json, python};

/// The name of a container's endpoint in messages.
const CONTAINER_SOURCE: &str = "container-role";
/// The address of a container's endpoint when only its path is given.
const CONTAINER_ADDRESS: &str = "http://169.254.170.2";
/// The hosts that may be asked for a container's keys without a secure connection, beside loopback.
const CONTAINER_HOSTS: [&str; 4] = [
    "169.254.170.2",
    "169.254.170.23",
    "fd00:ec2::23",
    "localhost",
];
/// How long to wait for a container's endpoint.
const CONTAINER_TIMEOUT: Duration = Duration::from_secs(2);
/// How often a container's endpoint is asked, and how long is waited in between.
const CONTAINER_ATTEMPTS: (u32, Duration) = (3, Duration::from_secs(1));

/// The keys of the container, if the environment names an endpoint.
pub(super) fn container(session: &Session) -> Result<Option<Found>, Failure> {
    let environment = &session.environment;
    let relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    let text = match (
        relative,
        environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ) {
        (None, None) => return Ok(None),
        (Some(path), _) => format!("{CONTAINER_ADDRESS}{path}"),
        (None, Some(url)) => url.to_owned(),
    };
    let url = Url::parse(&text);
    let host = url.host().unwrap_or_default();
    let loopback = host
        .parse::<IpAddr>()
        .is_ok_and(|address| address.is_loopback());
    if url.scheme != "https" && !loopback && !CONTAINER_HOSTS.contains(&host.as_str()) {
        return Err(Failure::general(format!(
            "Unsupported host '{host}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}",
            CONTAINER_HOSTS.join(", ")
        )));
    }
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    if let Some(token) = container_token(session)? {
        headers.push(("authorization".to_owned(), token));
    }
    let request = Request {
        method: "GET".to_owned(),
        url,
        headers,
        body: Vec::new(),
    };
    let answer = ask_container(session, &request)?;
    let required = |name: &str| {
        answer
            .text(name)
            .map(str::to_owned)
            .ok_or_else(|| Failure::general(format!("'{name}'")))
    };
    Ok(Some(Found::Ready(
        Credentials {
            access_key: required("AccessKeyId")?,
            secret_key: required("SecretAccessKey")?,
            token: answer.text("Token").map(str::to_owned),
            expires: answer.text("Expiration").map(expiry).transpose()?,
        },
        CONTAINER_SOURCE,
    )))
}

/// What the container's endpoint is to be shown.
fn container_token(session: &Session) -> Result<Option<String>, Failure> {
    let environment = &session.environment;
    let token = match environment.filled("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(text.map_err(|error| Failure::general(python::os_error(&error, path)))?)
        }
        None => environment
            .filled("AWS_CONTAINER_AUTHORIZATION_TOKEN")
            .map(str::to_owned),
    };
    if token
        .as_ref()
        .is_some_and(|token| token.contains(['\r', '\n']))
    {
        return Err(Failure::general(
            "Auth token value is not a legal header value",
        ));
    }
    Ok(token)
}

fn ask_container(session: &Session, request: &Request) -> Result<Value, Failure> {
    let mut client = client(session, &request.url, CONTAINER_TIMEOUT);
    let mut attempt = 1;
    loop {
        let problem = match client.send(request) {
            Err(Trouble::Interrupted) => return Err(Failure::interrupted()),
            Err(trouble) => format!(
                "Received error when attempting to retrieve container metadata: {}",
                said(&trouble, request)
            ),
            Ok(response) if response.status != 200 => format!(
                "Received non 200 response {} from container metadata: {}",
                response.status,
                String::from_utf8_lossy(&response.body)
            ),
            Ok(response) => match document(&response) {
                Some(document) => return Ok(document),
                None => "Unable to parse JSON returned from container metadata services".to_owned(),
            },
        };
        if attempt == CONTAINER_ATTEMPTS.0 {
            return Err(failed(
                CONTAINER_SOURCE,
                &format!("Error retrieving metadata: {problem}"),
            ));
        }
        client
            .wait(CONTAINER_ATTEMPTS.1)
            .map_err(|_| Failure::interrupted())?;
        attempt += 1;
    }
}

fn said(trouble: &Trouble, request: &Request) -> String {
    let url = &request.url;
    match trouble {
        Trouble::ReadTimeout => format!("Read timeout on endpoint URL: \"{url}\""),
        Trouble::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
        Trouble::Closed => format!(
            "Connection was closed before we received a valid response from endpoint URL: \"{url}\"."
        ),
        _ => format!("Could not connect to the endpoint URL: \"{url}\""),
    }
}

fn document(response: &Response) -> Option<Value> {
    json::parse(std::str::from_utf8(&response.body).ok()?).ok()
}

fn client(session: &Session, url: &Url, timeout: Duration) -> Client {
    Client::new(Settings {
        trust: Trust::BuiltIn,
        connect_timeout: Some(timeout),
        read_timeout: Some(timeout),
        proxies: Proxies::for_url(&session.environment, url),
    })
}

/// The metadata service of the machine.
struct Metadata<'a> {
    session: &'a Session,
    base: String,
    attempts: u32,
    client: Client,
}

impl<'a> Metadata<'a> {
    /// The service, unless it is switched off.
    fn open(session: &'a Session) -> Result<Option<Self>, Failure> {
        let environment = &session.environment;
        let disabled = environment
            .get("AWS_EC2_METADATA_DISABLED")
            .unwrap_or_default();
        if disabled.eq_ignore_ascii_case("true") {
            return Ok(None);
        }
        let endpoint = session.setting(
            &["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
            "ec2_metadata_service_endpoint",
        )?;
        let mode = session.setting(
            &["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"],
            "ec2_metadata_service_endpoint_mode",
        )?;
        let base = match (endpoint.filter(|endpoint| !endpoint.is_empty()), mode) {
            (Some(endpoint), _) => endpoint,
            (None, Some(mode)) if mode.eq_ignore_ascii_case("ipv6") => "http://[fd00:ec2::254]/",
            (None, _) => "http://169.254.169.254/",
        };
        let number = |variable: &str, name: &str| {
            let value = session.setting(&[variable], name)?;
            Ok::<_, Failure>(
                value
                    .map(python::int)
                    .transpose()
                    .map_err(Failure::general)?
                    .unwrap_or(1)
                    .max(1),
            )
        };
        let timeout = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts = number(
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "metadata_service_num_attempts",
        )?;
        let timeout = Duration::from_secs(timeout.unsigned_abs());
        let client = client(session, &Url::parse(base), timeout);
        let base = format!("{}/", base.strip_suffix('/').unwrap_or(base));
        Ok(Some(Self {
            session,
            base,
            attempts: u32::try_from(attempts).unwrap_or(1),
            client,
        }))
    }

    fn request(&self, method: &str, path: &str, header: Option<(&str, String)>) -> Request {
        let headers = header
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Request {
            method: method.to_owned(),
            url: Url::parse(&format!("{}{path}", self.base)),
            headers,
            body: Vec::new(),
        }
    }

    /// The token that later requests must show; services of the first version have none.
    fn token(&mut self) -> Result<Option<String>, Failure> {
        let lifetime = ("x-aws-ec2-metadata-token-ttl-seconds", "21600".to_owned());
        let request = self.request("PUT", "latest/api/token", Some(lifetime));
        for _ in 0..self.attempts {
            match self.client.send(&request) {
                Ok(response) if response.status == 200 => {
                    return Ok(Some(String::from_utf8_lossy(&response.body).into_owned()));
                }
                Ok(response) if [403, 404, 405].contains(&response.status) => return Ok(None),
                Err(Trouble::ReadTimeout) => return Ok(None),
                Err(Trouble::Interrupted) => return Err(Failure::interrupted()),
                _ => {}
            }
        }
        Ok(None)
    }

    /// What stands under a path, if the service says so.
    fn get(&mut self, path: &str, token: Option<&str>) -> Result<Option<String>, Failure> {
        let request = self.request(
            "GET",
            path,
            token.map(|token| ("x-aws-ec2-metadata-token", token.to_owned())),
        );
        for _ in 0..self.attempts {
            match self.client.send(&request) {
                Ok(response) if response.status == 200 && !response.body.is_empty() => {
                    return Ok(Some(String::from_utf8_lossy(&response.body).into_owned()));
                }
                Err(Trouble::Interrupted) => return Err(Failure::interrupted()),
                _ => {}
            }
        }
        self.session.log(|| {
            format!("botocore.utils - DEBUG - The metadata service did not answer for {path}")
        });
        Ok(None)
    }

    fn checked_token(&mut self) -> Result<Option<String>, Failure> {
        let token = self.token()?;
        if token.is_none()
            && self
                .session
                .switch("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")?
        {
            return Err(Failure::general(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled",
            ));
        }
        Ok(token)
    }
}

/// The keys of the machine's role.
pub(super) fn instance(session: &Session) -> Result<Option<Found>, Failure> {
    const ROLES: &str = "latest/meta-data/iam/security-credentials/";
    let Some(mut metadata) = Metadata::open(session)? else {
        return Ok(None);
    };
    let token = metadata.checked_token()?;
    let Some(role) = metadata.get(ROLES, token.as_deref())? else {
        return Ok(None);
    };
    let Some(answer) = metadata.get(&format!("{ROLES}{role}"), token.as_deref())? else {
        return Ok(None);
    };
    let Ok(answer) = json::parse(&answer) else {
        return Ok(None);
    };
    let (Some(access_key), Some(secret_key)) =
        (answer.text("AccessKeyId"), answer.text("SecretAccessKey"))
    else {
        return Ok(None);
    };
    Ok(Some(Found::Ready(
        Credentials {
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            token: answer.text("Token").map(str::to_owned),
            // The service hands out new keys in time; what it calls expired may still work.
            expires: None,
        },
        "iam-role",
    )))
}

/// The region that the machine is in.
///
/// # Errors
/// Settings about the metadata service that make no sense.
pub fn instance_region(session: &Session) -> Result<Option<String>, Failure> {
    let Some(mut metadata) = Metadata::open(session)? else {
        return Ok(None);
    };
    let token = metadata.checked_token()?;
    let zone = metadata.get(
        "latest/meta-data/placement/availability-zone/",
        token.as_deref(),
    )?;
    Ok(zone.map(|mut zone| {
        zone.pop();
        zone
    }))
}

//! Keys and region from the metadata service of the machine, in its second version and its first.

use std::time::Duration;

use http::header::USER_AGENT;
use http::{HeaderMap, HeaderValue, Method};
use jiff::SignedDuration;

use super::{ENOUGH, Found, session_token};
use crate::call::expiry::Expiry;
use crate::call::keys::Credentials;
use crate::failure::Failure;
use crate::formats::json;
use crate::http::failure::{in_latin_1, sendable, unhandled};
use crate::http::url::Url;
use crate::http::{Client, Proxies, Request, Response, Settings, Trouble, Trust};
use crate::python::sentences;
use crate::session::Session;
use crate::session::version;
use crate::{clock, python};

/// The name of the source.
const SOURCE: &str = "iam-role";
/// Where the service is.
const ADDRESS: &str = "http://169.254.169.254/";
/// Where it is on machines with addresses of version 6.
const ADDRESS_V6: &str = "http://[fd00:ec2::254]/";
/// How long a token of the service may be used, in seconds.
const TOKEN_LIFETIME: &str = "21600";
/// Expired keys count as good for a while longer; how much longer at most than [`ENOUGH`].
const EXTENSION_MAX: Duration = Duration::from_mins(8);
/// And how much longer at least.
const EXTENSION_MIN: SignedDuration = SignedDuration::from_mins(2);

/// What the settings say about the metadata service.
struct Place {
    address: String,
    timeout: Duration,
    attempts: u32,
    enabled: bool,
    second_version_only: bool,
}

impl Place {
    /// # Errors
    /// A setting that makes no sense.
    fn from_settings(session: &Session) -> Result<Self, Failure> {
        let number = |variable: &str, name: &str| {
            let value = session.setting(&[variable], name)?;
            let value = value.map(python::int).transpose();
            Ok::<_, Failure>(value.map_err(Failure::general)?.unwrap_or(1))
        };
        let timeout = number("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout")?;
        let attempts = number(
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "metadata_service_num_attempts",
        )?;
        let given = session.setting(
            &["AWS_EC2_METADATA_SERVICE_ENDPOINT"],
            "ec2_metadata_service_endpoint",
        )?;
        let usual = if is_version_6(session)? {
            ADDRESS_V6
        } else {
            ADDRESS
        };
        let address = given.filter(|given| !given.is_empty()).unwrap_or(usual);
        if !Url::parse(address).is_valid_endpoint(address) {
            return Err(Failure::general(format!(
                "Invalid endpoint EC2 Instance Metadata endpoint: {address}"
            )));
        }
        let disabled = session.environment.get("AWS_EC2_METADATA_DISABLED");
        Ok(Self {
            address: address.to_owned(),
            timeout: Duration::from_secs(timeout.max(1).unsigned_abs()),
            attempts: u32::try_from(attempts.max(0)).unwrap_or(u32::MAX),
            enabled: !disabled.is_some_and(|value| value.eq_ignore_ascii_case("true")),
            second_version_only: session
                .switch("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled")?,
        })
    }
}

/// Whether the service is to be asked at its address of version 6.
fn is_version_6(session: &Session) -> Result<bool, Failure> {
    let mode = session.setting(
        &["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"],
        "ec2_metadata_service_endpoint_mode",
    )?;
    let Some(mode) = mode else {
        return session.switch("AWS_IMDS_USE_IPV6", "imds_use_ipv6");
    };
    match mode.to_lowercase().as_str() {
        "ipv4" => Ok(false),
        "ipv6" => Ok(true),
        _ => Err(Failure::general(format!(
            "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6')."
        ))),
    }
}

/// Reads the settings about the service without asking it.
///
/// # Errors
/// A setting that makes no sense.
pub(super) fn check_settings(session: &Session) -> Result<(), Failure> {
    Place::from_settings(session).map(|_| ())
}

/// What the service wants to be shown.
enum Token {
    /// This text.
    Given(String),
    /// Nothing: it is one of the first version.
    Unknown,
    /// It takes the question for a wrong one; there is no use in going on.
    Refused,
}

/// The metadata service.
struct Metadata<'a> {
    session: &'a Session,
    place: Place,
    client: Client,
}

impl<'a> Metadata<'a> {
    /// The service, unless it is switched off.
    fn open(session: &'a Session) -> Result<Option<Self>, Failure> {
        let place = Place::from_settings(session)?;
        if !place.enabled {
            return Ok(None);
        }
        let client = Client::new(Settings {
            trust: Trust::BuiltIn,
            connect_timeout: Some(place.timeout),
            read_timeout: Some(place.timeout),
            proxies: Proxies::for_url(&session.environment, &Url::parse(&place.address)),
        });
        Ok(Some(Self {
            session,
            place,
            client,
        }))
    }

    /// # Errors
    /// A name of this system that cannot be sent.
    fn request(&self, method: Method, path: &str) -> Result<Request, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, sendable(version::product())?);
        let address = &self.place.address;
        let base = address.strip_suffix('/').unwrap_or(address);
        Ok(Request {
            method,
            // Line ends and tabs are no part of an address: two lines are one name.
            url: Url::parse(&format!("{base}/{path}").replace(['\n', '\r', '\t'], "")),
            headers,
            body: Vec::new(),
        })
    }

    /// What later requests must show.
    fn token(&mut self) -> Result<Token, Failure> {
        let mut request = self.request(Method::PUT, "latest/api/token")?;
        request.headers.insert(
            "x-aws-ec2-metadata-token-ttl-seconds",
            HeaderValue::from_static(TOKEN_LIFETIME),
        );
        for _ in 0..self.place.attempts {
            match self.client.send(&request) {
                Ok(response) if response.status == 200 => {
                    return Ok(Token::Given(text(&response)));
                }
                Ok(response) if response.status == 400 => return Ok(Token::Refused),
                Ok(response) if [403, 404, 405].contains(&response.status) => break,
                Err(Trouble::ReadTimeout) => break,
                Err(trouble) if !passes(&trouble) => return Err(trouble.failure(&request)),
                _ => {}
            }
        }
        Ok(Token::Unknown)
    }

    /// What stands under a path, if the service gives something that will do.
    fn get(
        &mut self,
        path: &str,
        token: &Token,
        will_do: impl Fn(&str) -> bool,
    ) -> Result<Option<String>, Failure> {
        let token = match token {
            Token::Given(token) => Some(token.as_str()),
            Token::Unknown => None,
            Token::Refused => return Ok(None),
        };
        if token.is_none_or(str::is_empty) && self.place.second_version_only {
            return Err(Failure::general(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled",
            ));
        }
        let mut request = self.request(Method::GET, path)?;
        if let Some(token) = token {
            let value = HeaderValue::from_bytes(&in_latin_1(token)?).map_err(|_| {
                let shown = python::quoted_bytes(token.as_bytes());
                unhandled(sentences::bad_header(&shown))
            })?;
            request.headers.insert("x-aws-ec2-metadata-token", value);
        }
        for _ in 0..self.place.attempts {
            match self.client.send(&request) {
                Ok(response) if response.status == 200 && !response.body.is_empty() => {
                    let text = text(&response);
                    if will_do(&text) {
                        return Ok(Some(text));
                    }
                }
                Err(trouble) if !passes(&trouble) => return Err(trouble.failure(&request)),
                _ => {}
            }
        }
        self.session.log(|| {
            format!("botocore.utils - DEBUG - The metadata service did not answer for {path}")
        });
        Ok(None)
    }
}

/// Whether the service may be there all the same, or simply is not.
fn passes(trouble: &Trouble) -> bool {
    match trouble {
        Trouble::Connect | Trouble::ConnectTimeout | Trouble::ReadTimeout | Trouble::Closed => true,
        Trouble::Tls(_) | Trouble::Proxy(_) | Trouble::Unusable(_) | Trouble::Interrupted => false,
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// The keys of the machine's role.
pub(super) fn find(session: &Session) -> Result<Option<Found>, Failure> {
    const ROLES: &str = "latest/meta-data/iam/security-credentials/";
    let Some(mut metadata) = Metadata::open(session)? else {
        return Ok(None);
    };
    let token = metadata.token()?;
    let Some(role) = metadata.get(ROLES, &token, |_| true)? else {
        return Ok(None);
    };
    let is_document = |text: &str| json::parse(text).is_ok();
    let answer = metadata.get(&format!("{ROLES}{role}"), &token, is_document)?;
    let Some(answer) = answer.and_then(|text| json::parse(&text).ok()) else {
        return Ok(None);
    };
    let member = |name: &str| answer.text(name).map(str::to_owned);
    let (Some(access_key), Some(secret_key), Ok(token), Some(expires)) = (
        member("AccessKeyId"),
        member("SecretAccessKey"),
        session_token(&answer),
        member("Expiration"),
    ) else {
        // An error of the service comes as a document as well.
        return Ok(None);
    };
    let credentials = Credentials {
        access_key,
        secret_key,
        token,
        expires: Some(extended(Expiry::parse(&expires)?)),
    };
    Ok(Some(Found::Ready(credentials, SOURCE)))
}

/// When keys are to be asked for again. While the service has trouble it hands out expired ones,
/// which still work.
fn extended(expires: Expiry) -> Expiry {
    let longest = EXTENSION_MAX;
    let further = SignedDuration::try_from(clock::up_to(longest)).unwrap_or_default();
    let extension = ENOUGH + EXTENSION_MIN + further;
    if expires.remaining() > extension {
        expires
    } else {
        Expiry::at(clock::now() + extension)
    }
}

/// The region that the machine is in.
///
/// # Errors
/// Settings about the metadata service that make no sense.
pub(crate) fn instance_region(session: &Session) -> Result<Option<String>, Failure> {
    let Some(mut metadata) = Metadata::open(session)? else {
        return Ok(None);
    };
    let token = metadata.token()?;
    let zone = metadata.get(
        "latest/meta-data/placement/availability-zone/",
        &token,
        |_| true,
    )?;
    Ok(zone.map(|mut zone| {
        zone.pop();
        zone
    }))
}

//! Calls to one service: everything between parameters and a result.

pub(crate) mod document;
pub(crate) mod endpoint;
pub(crate) mod expiry;
pub(crate) mod keys;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod retry;
mod settings;
mod unchecked;
pub(crate) mod validation;

use std::time::Duration;

use http::HeaderValue;
use signback_wire::{Auth, Operation, Problem, Service, Shape, Style, Trait};

use crate::call::endpoint::Endpoint;
use crate::call::keys::Signer;
use crate::call::response::TimestampStyle;
use crate::call::retry::{Next, Policy};
use crate::clock;
use crate::failure::{Cause, Failure, status};
use crate::http::failure::{sendable, unhandled, unsendable};
use crate::http::url::Url;
use crate::http::{Client, Proxies, Request, Response, Settings, Trust};
use crate::session::Session;
use crate::value::{Map, Value};

/// How long to wait for a connection or an answer, unless the options say otherwise.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Calls one service.
#[derive(Debug)]
pub(crate) struct Caller<'a> {
    session: &'a Session,
    service: &'a Service,
    endpoint: Endpoint,
    signer: Signer<'a>,
    retries: Policy,
    client: Client,
    /// The parameters that were read as JSON of their own, which messages show in another way.
    read_as_json: Vec<String>,
}

impl<'a> Caller<'a> {
    /// Prepares calls that are signed in a certain way.
    ///
    /// # Errors
    /// The first setting that is missing or wrong.
    pub(crate) fn new(
        session: &'a Session,
        service: &'a Service,
        region: &str,
        signer: Signer<'a>,
    ) -> Result<Self, Failure> {
        let retries = Policy::from_settings(session)?;
        settings::check(session)?;
        let endpoint = endpoint::resolve(session, service.name(), service.metadata(), region)?;
        let settings = Settings {
            trust: trust(session)?,
            connect_timeout: timeout("connect", session.globals.connect_timeout)?,
            read_timeout: timeout("read", session.globals.read_timeout)?,
            proxies: Proxies::for_url(&session.environment, &endpoint.url),
        };
        let client = Client::new(settings);
        Ok(Self {
            session,
            service,
            endpoint,
            signer,
            retries,
            client,
            read_as_json: Vec::new(),
        })
    }

    /// The same calls, knowing which parameters were read as JSON of their own.
    pub(crate) fn with_json(mut self, names: Vec<String>) -> Self {
        self.read_as_json = names;
        self
    }

    /// The address that is called.
    pub(crate) fn address(&self) -> String {
        self.endpoint.url.to_string()
    }

    /// Checks the parameters of an operation, without sending anything.
    ///
    /// # Errors
    /// Every problem that they have.
    pub(crate) fn check(&self, operation: &Operation, parameters: &Map) -> Result<(), Failure> {
        match self.service.input(operation) {
            Some(_) if !settings::checks_parameters(self.session) => Ok(()),
            Some(shape) => validation::check(self.service, shape, parameters, &self.read_as_json),
            None => Ok(()),
        }
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// A parameter that is refused, a missing signature, a service that cannot be reached or that
    /// answers with an error.
    pub(crate) fn call(
        &mut self,
        operation: &Operation,
        mut parameters: Map,
    ) -> Result<Map, Failure> {
        add_tokens(self.service, operation, &mut parameters);
        self.check(operation, &parameters)?;
        if let Some(shape) = self.service.input(operation)
            && !settings::checks_parameters(self.session)
        {
            parameters = unchecked::sendable(self.service, shape, parameters)?;
        }
        let style = timestamp_style(self.session)?;
        let document = match self.service.input(operation) {
            Some(shape) => document::from_parameters(self.service, shape, &parameters),
            None => serde_json::Value::Null,
        };
        let encoded =
            signback_wire::encode_request(self.service, operation, &document, Style::Python)
                .map_err(|error| match error.problem() {
                    Problem::HeaderText => unsendable(),
                    _ => Failure::usage(format!("Parameter validation failed:\n{error}")),
                })?;
        let mut request = request::build(
            self.session,
            self.service,
            operation,
            &self.endpoint,
            encoded,
            &self.retries.mode,
        )?;
        let response = self.exchange(operation, style, &mut request)?;
        response::result(self.service, operation, style, &response)
    }

    fn exchange(
        &mut self,
        operation: &Operation,
        style: TimestampStyle,
        request: &mut Request,
    ) -> Result<Response, Failure> {
        let invocation = sendable(clock::uuid())?;
        let mut attempt = 1;
        loop {
            let signed = self.prepared(operation, request, &invocation, attempt)?;
            check_address(&signed.url)?;
            self.session.log(|| {
                format!(
                    "botocore.endpoint - DEBUG - Sending http request: {} {}",
                    signed.method, signed.url
                )
            });
            let outcome = self.client.send(&signed);
            let (next, failure) = match outcome {
                Ok(response) if response.status < 300 => return Ok(response),
                Ok(response) => {
                    let mut error = response::error(self.service, operation, style, &response)?;
                    let next = self.retries.after_answer(
                        attempt,
                        &response,
                        &error.code,
                        self.service.name(),
                    );
                    error.retries = (next == Next::Exhausted).then_some(attempt - 1);
                    (
                        next,
                        Failure {
                            status: status::SERVICE,
                            cause: Cause::Service(Box::new(error)),
                        },
                    )
                }
                Err(trouble) => (
                    self.retries.after_trouble(attempt, &trouble),
                    trouble.failure(request),
                ),
            };
            let Next::Wait(time) = next else {
                return Err(failure);
            };
            self.client.wait(time).map_err(|_| Failure::interrupted())?;
            attempt += 1;
        }
    }

    /// The request as one attempt sends it: with its counter, and signed at this moment.
    fn prepared(
        &mut self,
        operation: &Operation,
        request: &Request,
        invocation: &HeaderValue,
        attempt: u32,
    ) -> Result<Request, Failure> {
        let mut signed = request.clone();
        let count = if attempt == 1 {
            "attempt=1".to_owned()
        } else {
            format!("attempt={attempt}; max={}", self.retries.attempts_max)
        };
        if operation.auth != Auth::None
            && let Some(keys) = self.signer.keys()?
        {
            request::sign(
                &mut signed,
                keys,
                &self.endpoint.signing_region,
                self.service,
                operation,
                clock::now(),
            )?;
        }
        let headers = &mut signed.headers;
        headers.insert("amz-sdk-invocation-id", invocation.clone());
        headers.insert("amz-sdk-request", sendable(count)?);
        Ok(signed)
    }
}

/// Gives members that must differ from call to call a fresh value, if the user gave none.
fn add_tokens(service: &Service, operation: &Operation, parameters: &mut Map) {
    for member in service
        .input(operation)
        .map(Shape::members)
        .unwrap_or_default()
    {
        if member.has(Trait::IdempotencyToken) && !parameters.contains_key(&member.name) {
            parameters.insert(member.name.clone(), Value::Str(clock::uuid()));
        }
    }
}

/// How results show points in time, by the profile.
///
/// # Errors
/// A word in the profile that is no style.
pub(crate) fn timestamp_style(session: &Session) -> Result<TimestampStyle, Failure> {
    // A profile that does not exist is a problem for later.
    let setting = session.profile_setting("cli_timestamp_format");
    match setting.unwrap_or_default() {
        None | Some("iso8601") => Ok(TimestampStyle::Iso8601),
        Some("wire") => Ok(TimestampStyle::Wire),
        Some(other) => Err(Failure::configuration(
            "Configuration",
            format!(
                "Unknown cli_timestamp_format value: {other}, valid values are \"wire\" or \"iso8601\""
            ),
        )),
    }
}

/// Whom to trust, by options, environment and profile.
fn trust(session: &Session) -> Result<Trust, Failure> {
    if session.globals.flag("no-verify-ssl") {
        return Ok(Trust::Anyone);
    }
    let bundle = match session.globals.word("ca-bundle") {
        Some(bundle) => Some(bundle),
        None => session
            .setting(&["AWS_CA_BUNDLE"], "ca_bundle")?
            .or_else(|| session.environment.get("REQUESTS_CA_BUNDLE")),
    };
    match bundle {
        None => Ok(Trust::BuiltIn),
        Some(bundle) if bundle.trim().is_empty() => Err(Failure::general(
            "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, or verify) resolved to an empty or whitespace-only string. Provide a valid path to a CA bundle file.",
        )),
        Some(bundle) => Ok(Trust::Bundle(session.environment.expand_user(bundle))),
    }
}

fn timeout(what: &str, seconds: Option<i64>) -> Result<Option<Duration>, Failure> {
    match seconds {
        None => Ok(Some(TIMEOUT)),
        Some(0) => Ok(None),
        Some(seconds) => match u64::try_from(seconds) {
            Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
            Err(_) => Err(Failure::general(format!(
                "Attempted to set {what} timeout to {seconds}, but the timeout cannot be set to a value less than or equal to 0."
            ))),
        },
    }
}

/// Refuses what no connection can be made to.
fn check_address(url: &Url) -> Result<(), Failure> {
    let problem = if url.port_fault().is_some() {
        format!("Failed to parse: {url}")
    } else if ["http", "https", ""].contains(&url.scheme.as_str()) {
        return Ok(());
    } else {
        format!("Not supported URL scheme {}", url.scheme)
    };
    Err(unhandled(problem))
}

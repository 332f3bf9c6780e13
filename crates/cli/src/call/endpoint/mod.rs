//! Where requests go: region, partition and the settings that replace the usual address.

mod hosts;

use signback_wire::Metadata;

use crate::failure::Failure;
use crate::http::url::Url;
use crate::python::sentences;
use crate::session::Session;
use crate::session::config;
use crate::session::ini::Setting;
use crate::value::Value;

/// The address of a service and the region in its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The address.
    pub url: Url,
    /// The region that requests are signed for.
    pub signing_region: String,
}

/// The region by option, environment and profile, as it was written.
///
/// # Errors
/// A profile that does not exist, or text that cannot be a region.
pub(crate) fn region(session: &Session) -> Result<Option<&str>, Failure> {
    let given = match session.globals.word("region") {
        Some(region) => Some(region),
        None => session.setting(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region")?,
    };
    match given {
        Some(region) if !is_region_text(region) => Err(Failure::general(format!(
            "Provided region_name '{region}' doesn't match a supported format."
        ))),
        other => Ok(other),
    }
}

/// The failure of a command that needs a region and has none.
pub(crate) fn no_region() -> Failure {
    let message = "You must specify a region. You can also configure your region by running \"aws configure\".";
    Failure::configuration("NoRegion", message)
}

fn is_region_text(region: &str) -> bool {
    let sensible = region.len() <= 63
        && region
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let digits = !region.is_empty() && region.bytes().all(|b| b.is_ascii_digit());
    sensible && !digits && !region.starts_with('-') && !region.ends_with('-')
}

/// The endpoint of a service in a region.
///
/// # Errors
/// A profile that does not exist, or an address that is none.
pub(crate) fn resolve(
    session: &Session,
    service: &str,
    metadata: &Metadata,
    region: &str,
) -> Result<Endpoint, Failure> {
    let region_without_fips = region.replace("fips-", "").replace("-fips", "");
    let fips_by_name = region_without_fips != region;
    let region = region_without_fips.as_str();
    let given = match session.globals.word("endpoint-url") {
        Some(url) => Some(url.to_owned()),
        None => configured(session, service)?,
    };
    let fips = fips_by_name || session.switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?;
    let dual_stack = session.switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?;
    // Noticed even where another address is given.
    if dual_stack && !hosts::has_dual_stack(region) {
        let variants = if fips {
            "['dualstack', 'fips']"
        } else {
            "['dualstack']"
        };
        return Err(Failure::general(format!(
            "Unable to construct a modeled endpoint with the following variant(s) {variants}: "
        )));
    }
    let (text, signing_region) = match given {
        Some(text) => (text, region),
        None => hosts::usual(service, &metadata.endpoint_prefix, region, fips, dual_stack),
    };
    let url = Url::parse(&text);
    let fault = url
        .bracket_fault()
        .filter(|_| !text.contains(['\t', '\r', '\n']));
    if let Some(fault) = fault {
        return Err(Failure::general(fault));
    }
    if !url.is_valid_endpoint(&text) {
        return Err(Failure::general(format!("Invalid endpoint: {text}")));
    }
    Ok(Endpoint {
        url,
        signing_region: signing_region.to_owned(),
    })
}

/// The address that environment or profile put in place of the usual one.
fn configured(session: &Session, service: &str) -> Result<Option<String>, Failure> {
    if session.switch(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
    )? {
        return Ok(None);
    }
    let name = match service {
        "cognito-idp" => "cognito_identity_provider".to_owned(),
        other => other.replace('-', "_"),
    };
    let environment = &session.environment;
    let own = format!("AWS_ENDPOINT_URL_{}", name.to_uppercase());
    if let Some(url) = environment
        .filled(&own)
        .or_else(|| environment.filled("AWS_ENDPOINT_URL"))
    {
        return Ok(Some(url.to_owned()));
    }
    let Some(profile) = session.profile()? else {
        return Ok(None);
    };
    let own = match config::text(profile, "services") {
        Some(services) => in_services(session, services, &name.to_lowercase())?,
        None => None,
    };
    let url = own.or_else(|| config::text(profile, "endpoint_url"));
    Ok(url.filter(|url| !url.is_empty()).map(str::to_owned))
}

/// The address that a `services` section has for a service.
fn in_services<'a>(
    session: &'a Session,
    section: &str,
    name: &str,
) -> Result<Option<&'a str>, Failure> {
    let services = session.config.services(section);
    let services = services.filter(|services| !services.is_empty());
    let Some(services) = services else {
        return Err(Failure::general(format!(
            "The profile is configured to use the services section but the \"{section}\" services configuration does not exist."
        )));
    };
    let url = match services.get(name) {
        Some(Setting::Nested(settings)) => settings.get("endpoint_url").map(String::as_str),
        Some(Setting::Text(text)) => {
            let text = Value::from(text.as_str());
            return Err(Failure::general(sentences::no_attribute(&text, "get")));
        }
        None => None,
    };
    Ok(url.filter(|url| !url.is_empty()))
}

#[cfg(test)]
mod tests;

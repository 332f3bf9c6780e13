//! Where requests go: region, partition and the settings that replace the usual address.

use signback_wire::Metadata;

use crate::config::{self, ini::Setting};
use crate::failure::Failure;
use crate::session::Session;
use crate::url::Url;

/// The address of a service and the region in its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The address.
    pub url: Url,
    /// The region that requests are signed for.
    pub signing_region: String,
}

/// The region by option, environment and profile, as it was written.
///
/// # Errors
/// A profile that does not exist, or text that cannot be a region.
pub fn region(session: &Session) -> Result<Option<&str>, Failure> {
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
#[must_use]
pub fn no_region() -> Failure {
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
pub fn resolve(
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
        None => configured(session, metadata)?,
    };
    let fips = fips_by_name || session.switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?;
    let dual_stack = session.switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?;
    let (text, signing_region) = match given {
        Some(text) => (text, region.to_owned()),
        None if service == "sts" && region == "aws-global" && !fips && !dual_stack => (
            "https://sts.amazonaws.com".to_owned(),
            "us-east-1".to_owned(),
        ),
        None => {
            let host = usual_host(service, &metadata.endpoint_prefix, region, fips, dual_stack);
            (format!("https://{host}"), region.to_owned())
        }
    };
    let url = Url::parse(&text);
    if !url.is_valid_endpoint(&text) {
        return Err(Failure::general(format!("Invalid endpoint: {text}")));
    }
    Ok(Endpoint {
        url,
        signing_region,
    })
}

/// The address that environment or profile put in place of the usual one.
fn configured(session: &Session, metadata: &Metadata) -> Result<Option<String>, Failure> {
    if session.switch(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "ignore_configured_endpoint_urls",
    )? {
        return Ok(None);
    }
    let name = metadata.service_id.replace(' ', "_");
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
    let services =
        config::text(profile, "services").and_then(|services| session.config.services(services));
    let own = services.and_then(|services| match services.get(&name.to_lowercase())? {
        Setting::Nested(settings) => settings.get("endpoint_url").map(String::as_str),
        Setting::Text(_) => None,
    });
    let general = || config::text(profile, "endpoint_url");
    let filled = |url: &&str| !url.is_empty();
    Ok(own
        .filter(filled)
        .or_else(|| general().filter(filled))
        .map(str::to_owned))
}

/// A group of regions with host names of its own.
#[derive(Debug)]
struct Partition {
    name: &'static str,
    /// What the names of its regions begin with, before `-WORD-NUMBER`.
    stems: &'static [&'static str],
    /// A name that belongs to it without that form.
    global: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
}

/// The partitions; a region of none of them belongs to the first.
const PARTITIONS: &[Partition] = &[
    partition("aws", &[], "aws-global", "amazonaws.com", "api.aws"),
    partition(
        "aws-cn",
        &["cn"],
        "aws-cn-global",
        "amazonaws.com.cn",
        "api.amazonwebservices.com.cn",
    ),
    partition(
        "aws-us-gov",
        &["us-gov"],
        "aws-us-gov-global",
        "amazonaws.com",
        "api.aws",
    ),
    partition(
        "aws-iso",
        &["us-iso"],
        "aws-iso-global",
        "c2s.ic.gov",
        "api.aws.ic.gov",
    ),
    partition(
        "aws-iso-b",
        &["us-isob"],
        "aws-iso-b-global",
        "sc2s.sgov.gov",
        "api.aws.scloud",
    ),
    partition(
        "aws-iso-e",
        &["eu-isoe"],
        "aws-iso-e-global",
        "cloud.adc-e.uk",
        "api.cloud-aws.adc-e.uk",
    ),
    partition(
        "aws-iso-f",
        &["us-isof"],
        "aws-iso-f-global",
        "csp.hci.ic.gov",
        "api.aws.hci.ic.gov",
    ),
    partition(
        "aws-eusc",
        &["eusc-de"],
        "aws-eusc-global",
        "amazonaws.eu",
        "api.amazonwebservices.eu",
    ),
];

const fn partition(
    name: &'static str,
    stems: &'static [&'static str],
    global: &'static str,
    suffix: &'static str,
    dual_stack_suffix: &'static str,
) -> Partition {
    Partition {
        name,
        stems,
        global,
        suffix,
        dual_stack_suffix,
    }
}

fn partition_of(region: &str) -> &'static Partition {
    let numbered = |rest: &str| {
        rest.split_once('-').is_some_and(|(word, number)| {
            let word_like = |c: char| c.is_alphanumeric() || c == '_';
            !word.is_empty()
                && word.chars().all(word_like)
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
        })
    };
    let belongs = |stem: &&str| {
        region
            .strip_prefix(*stem)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(numbered)
    };
    let found = PARTITIONS
        .iter()
        .find(|partition| partition.global == region || partition.stems.iter().any(belongs));
    found.unwrap_or(&PARTITIONS[0])
}

/// The regions in which the user pools' two-stack FIPS host has the plain suffix.
const PLAIN_FIPS_REGIONS: [&str; 4] = ["us-east-1", "us-east-2", "us-west-1", "us-west-2"];

fn usual_host(service: &str, prefix: &str, region: &str, fips: bool, dual_stack: bool) -> String {
    let partition = partition_of(region);
    let suffix = if dual_stack {
        partition.dual_stack_suffix
    } else {
        partition.suffix
    };
    match (service, fips, dual_stack) {
        // GovCloud's plain hosts are FIPS hosts already.
        ("connect" | "connectparticipant" | "sts" | "sso" | "sso-oidc", true, false)
            if partition.name == "aws-us-gov" =>
        {
            format!("{prefix}.{region}.amazonaws.com")
        }
        ("cognito-idp", true, true) if PLAIN_FIPS_REGIONS.contains(&region) => {
            format!("{prefix}-fips.{region}.amazonaws.com")
        }
        ("cognito-idp", false, true) if partition.name == "aws" => {
            format!("{prefix}.{region}.amazonaws.com")
        }
        // The console's own hosts are named the other way round.
        ("signin", false, false) if partition.name == "aws" => {
            format!("{region}.signin.aws.amazon.com")
        }
        ("signin", false, false) if partition.name == "aws-cn" => {
            format!("{region}.signin.amazonaws.cn")
        }
        ("signin", false, false) if partition.name == "aws-us-gov" => {
            format!("{region}.signin.amazonaws-us-gov.com")
        }
        (_, true, _) => format!("{prefix}-fips.{region}.{suffix}"),
        (_, false, _) => format!("{prefix}.{region}.{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use super::usual_host;

    #[test]
    fn hosts_follow_partition_and_settings() {
        let host =
            |region, fips, dual_stack| usual_host("connect", "connect", region, fips, dual_stack);
        assert_eq!(
            host("us-east-1", false, false),
            "connect.us-east-1.amazonaws.com"
        );
        assert_eq!(
            host("nowhere", false, false),
            "connect.nowhere.amazonaws.com"
        );
        assert_eq!(
            host("cn-north-1", false, true),
            "connect.cn-north-1.api.amazonwebservices.com.cn"
        );
        assert_eq!(
            host("us-gov-west-1", true, false),
            "connect.us-gov-west-1.amazonaws.com"
        );
        assert_eq!(
            host("us-gov-west-1", true, true),
            "connect-fips.us-gov-west-1.api.aws"
        );
        assert_eq!(
            host("us-isob-east-1", false, false),
            "connect.us-isob-east-1.sc2s.sgov.gov"
        );
        assert_eq!(
            usual_host(
                "connectparticipant",
                "participant.connect",
                "us-east-1",
                true,
                false
            ),
            "participant.connect-fips.us-east-1.amazonaws.com"
        );
    }
}

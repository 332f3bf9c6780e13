//! The usual addresses of the services, by region, partition and variant.

/// The usual address of a service, and the region that its requests are signed for.
pub(super) fn usual<'a>(
    service: &str,
    prefix: &str,
    region: &'a str,
    fips: bool,
    dual_stack: bool,
) -> (String, &'a str) {
    let is_global = service == "sts" && region == "aws-global";
    let signing_region = if is_global { "us-east-1" } else { region };
    let host = if is_global && !fips && !dual_stack {
        "sts.amazonaws.com".to_owned()
    } else {
        host(service, prefix, region, fips, dual_stack)
    };
    (format!("https://{host}"), signing_region)
}

/// Whether any host in the region's partition has both stacks.
pub(super) fn has_dual_stack(region: &str) -> bool {
    let partition = partition_of(region);
    !["aws-iso-e", "aws-iso-f"].contains(&partition.name) || region == partition.global
}

/// The regions in which the user pools' two-stack FIPS host has the plain suffix.
const PLAIN_FIPS_REGIONS: [&str; 4] = ["us-east-1", "us-east-2", "us-west-1", "us-west-2"];

fn host(service: &str, prefix: &str, region: &str, fips: bool, dual_stack: bool) -> String {
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

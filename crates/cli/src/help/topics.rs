//! Pages that are not about one command.

use super::page::Page;

/// A page about something.
#[derive(Debug)]
pub(super) struct Topic {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// What it is about.
    pub(super) title: &'static str,
    /// Its items: what is described, and how.
    items: &'static [(&'static str, &'static str)],
}

/// Every topic.
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "config-vars",
        title: "The settings: environment variables, and names in a profile of ~/.aws/config",
        items: &[
            (
                "AWS_PROFILE, AWS_DEFAULT_PROFILE",
                "The profile to use; --profile comes before them.",
            ),
            (
                "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE",
                "Where the shared files are.",
            ),
            (
                "AWS_REGION, AWS_DEFAULT_REGION, region",
                "The region; --region comes before them.",
            ),
            (
                "AWS_DEFAULT_OUTPUT, output",
                "How results are printed; --output comes before them.",
            ),
            (
                "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
                "Credentials; skipped when --profile is given.",
            ),
            (
                "aws_access_key_id, aws_secret_access_key, aws_session_token",
                "Credentials of a profile.",
            ),
            (
                "role_arn, source_profile, credential_source, external_id, mfa_serial, role_session_name, duration_seconds",
                "A role to assume, and with what.",
            ),
            (
                "web_identity_token_file, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME",
                "A role to assume with a token in a file.",
            ),
            (
                "sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name",
                "A sign-in whose cached token is used.",
            ),
            ("credential_process", "A program that prints credentials."),
            (
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "An endpoint of the container.",
            ),
            (
                "AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT",
                "Whether and where the machine is asked.",
            ),
            (
                "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>, endpoint_url, services",
                "Addresses in place of the services' own.",
            ),
            (
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, ignore_configured_endpoint_urls",
                "Whether those addresses are left out.",
            ),
            (
                "AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, use_fips_endpoint, use_dualstack_endpoint",
                "Which of the services' own addresses to use.",
            ),
            (
                "AWS_MAX_ATTEMPTS, max_attempts, AWS_RETRY_MODE, retry_mode",
                "How often a request is sent: 3 times at most, unless set.",
            ),
            (
                "AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, ca_bundle",
                "A file of certificates to trust.",
            ),
            (
                "HTTPS_PROXY, HTTP_PROXY, NO_PROXY",
                "Proxies, also in lower case.",
            ),
            (
                "AWS_PAGER, cli_pager, PAGER",
                "The pager for results; an empty AWS_PAGER or cli_pager switches it off.",
            ),
            (
                "AWS_CLI_AUTO_PROMPT, cli_auto_prompt",
                "\"on\" or \"on-partial\": asks for commands on the terminal.",
            ),
            (
                "AWS_CLI_ERROR_FORMAT, cli_error_format",
                "How errors are printed.",
            ),
            (
                "cli_timestamp_format",
                "\"iso8601\", or \"wire\" to show times as they come.",
            ),
            ("cli_binary_format", "\"base64\" or \"raw-in-base64-out\"."),
            (
                "cli_help_output",
                "\"terminal\", \"browser\" or \"url\": how help is shown.",
            ),
            (
                "AWS_CLI_FILE_ENCODING, AWS_CLI_OUTPUT_ENCODING",
                "Encodings of file:// values and of what is printed.",
            ),
            (
                "AWS_DATA_PATH",
                "Folders with interface models, beside ~/.aws/models.",
            ),
        ],
    },
    Topic {
        name: "return-codes",
        title: "What the exit statuses mean",
        items: &[
            ("0", "The command did what it was asked to."),
            (
                "1",
                "configure get found nothing. (The s3 commands, which are not built, use it for failed transfers.)",
            ),
            ("130", "Interrupted from the terminal."),
            (
                "252",
                "Wrong usage, or a parameter that is refused before anything is sent.",
            ),
            (
                "253",
                "A region, credentials or another setting is missing or wrong.",
            ),
            ("254", "The service answered with an error."),
            (
                "255",
                "Anything else: no connection, no such profile, a file that cannot be parsed.",
            ),
        ],
    },
    Topic {
        name: "s3-config",
        title: "Settings of the s3 commands, which are not built",
        items: &[],
    },
    Topic {
        name: "s3-faq",
        title: "Questions about the s3 commands, which are not built",
        items: &[],
    },
    Topic {
        name: "ddb-expressions",
        title: "Expressions of the ddb commands, which are not built",
        items: &[],
    },
];

/// Writes the page about a topic, or the list of them.
pub(super) fn write(page: &mut Page, name: &str) {
    page.heading("NAME");
    page.paragraph(0, name);
    let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) else {
        page.heading("AVAILABLE TOPICS");
        for topic in TOPICS {
            page.item(0, &format!("{}: {}", topic.name, topic.title));
        }
        return;
    };
    page.heading("DESCRIPTION");
    page.paragraph(0, &format!("{}.", topic.title));
    for (names, text) in topic.items {
        page.name(0, names, "");
        page.paragraph(1, text);
    }
}

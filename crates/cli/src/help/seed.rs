//! The words about `connect update-participant-authentication`, the operation that this program is about.

use super::page::{Page, continued};

/// The options that every example begins with.
const INSTANCE: &str = "    --instance-id 12345678-1234-1234-1234-123456789012";

pub(super) fn description(page: &mut Page) {
    page.paragraph(
        0,
        "Tells a chat how the customer's sign-in went, and lets the chat go on. It is called by whoever receives the redirect of the identity provider, with the parameters of that redirect.",
    );
    page.item(
        0,
        "With --code, the service fetches the customer's identity from the provider and imports it into the profile.",
    );
    page.item(
        0,
        "With --error, the error branch of the block that asked the customer to sign in is taken.",
    );
    page.paragraph(
        0,
        "The answer says only that the parameters were taken. The exchange with the provider and what follows in the chat happen afterwards; watch the chat, or the flow's log, for their outcome.",
    );
    page.paragraph(
        0,
        "Before anything is sent, only types and least lengths are checked. Greatest lengths and patterns are checked by the service.",
    );
}

pub(super) fn examples(page: &mut Page, program: &str) {
    page.paragraph(
        0,
        "The customer signed in; the provider sent the browser to https://app.example/callback?code=abc&state=xyz:",
    );
    call(
        page,
        program,
        &[],
        &["    --state xyz", INSTANCE, "    --code abc"],
    );
    page.paragraph(
        0,
        "The customer declined; the redirect was https://app.example/callback?error=access_denied&error_description=No%20thanks&state=xyz:",
    );
    call(
        page,
        program,
        &[],
        &[
            "    --state xyz",
            INSTANCE,
            "    --error access_denied",
            "    --error-description 'No thanks'",
        ],
    );
    page.paragraph(0, "From the query string of a redirect, in bash:");
    call(
        page,
        program,
        &[
            "$ query='code=abc&state=xyz'",
            "$ get() { tr '&' '\\n' <<< \"$query\" | sed -n \"s/^$1=//p\"; }",
            "$ decode() { local v=${1//+/ }; printf '%b' \"${v//%/\\\\x}\"; }",
        ],
        &[
            "    --state \"$(decode \"$(get state)\")\"",
            "    --instance-id \"$INSTANCE_ID\"",
            "    --code \"$(decode \"$(get code)\")\"",
        ],
    );
    page.paragraph(
        0,
        "From a file, so that neither state nor code stands in the list of processes:",
    );
    call(
        page,
        program,
        &[],
        &["    --cli-input-json file://answer.json"],
    );
}

fn call(page: &mut Page, program: &str, before: &[&str], options: &[&str]) {
    let first = format!("$ {program} connect update-participant-authentication");
    let owned = |line: &&str| (*line).to_owned();
    let lines = continued([first].into_iter().chain(options.iter().map(owned)));
    page.code(before.iter().map(owned).chain(lines));
}

pub(super) fn exit_status(page: &mut Page) {
    page.heading("EXIT STATUS");
    for line in [
        "0 - the service took the parameters; nothing is printed.",
        "130 - interrupted from the terminal.",
        "252 - an option is missing, unknown or refused; nothing was sent.",
        "253 - region, credentials or another setting is missing; nothing was sent.",
        "254 - the service answered with an error.",
        "255 - no answer came, or anything else.",
    ] {
        page.item(0, line);
    }
}

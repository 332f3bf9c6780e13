//! The journey, step by step (design §3).

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::client::{Client, Items};
use super::screen::Screen;
use super::sign_in::sign_in;

const EVENT: &str = "application/vnd.amazonaws.connect.event.";
/// The last message of the demo flow's Success branch.
const SIGNED_IN: &str = "You are signed in.";

/// Runs the journey and shows each step as it happens.
pub(super) async fn run(client: &Client<'_>, screen: &mut Screen) -> anyhow::Result<()> {
    screen.heading("A chat customer signs in, in the middle of the conversation")?;

    screen.step("The customer opens a chat: StartChatContact")?;
    let chat = client
        .call(
            "connect",
            "StartChatContact",
            json!({
                "InstanceId": client.ready("instance_id")?,
                "ContactFlowId": client.ready("contact_flow_id")?,
                "ParticipantDetails": {"DisplayName": "Guest"},
            }),
        )
        .await?;
    let contact = text(&chat, "ContactId")?;
    screen.fact("contact", contact)?;
    screen.fact("name", "Guest")?;

    screen.step("The chat page connects and listens: CreateParticipantConnection, websocket")?;
    let connection = client
        .call(
            "connectparticipant",
            "CreateParticipantConnection",
            json!({
                "ParticipantToken": chat["ParticipantToken"],
                "Type": ["WEBSOCKET", "CONNECTION_CREDENTIALS"],
            }),
        )
        .await?;
    let token = text(&connection["ConnectionCredentials"], "ConnectionToken")?;
    let mut items = client
        .listen(text(&connection["Websocket"], "Url")?)
        .await?;

    screen.step("The flow reaches its Authenticate Customer block")?;
    let initiated = until_event(&mut items, screen, "authentication.initiated").await?;
    let content: Value = serde_json::from_str(text(&initiated, "Content")?)?;
    let session = text(&content, "SessionId")?;
    screen.fact("session", session)?;

    let callback = "http://localhost:3999/callback";
    screen.step("The chat page asks for the sign-in address: GetAuthenticationUrl")?;
    let url = client
        .call(
            "connectparticipant",
            "GetAuthenticationUrl",
            json!({
                "SessionId": session, "RedirectUri": callback, "ConnectionToken": token,
            }),
        )
        .await?;
    let url = text(&url, "AuthenticationUrl")?;
    screen.fact("address", url)?;

    screen.step("The customer signs in on the user pool's page")?;
    screen.fact("user", client.ready("username")?)?;
    let redirect = sign_in(client, url, callback).await?;
    screen.fact("redirect", &redirect)?;

    accept(client, screen, &redirect).await?;

    screen.step("The code is exchanged, the ID token verified, the identity imported")?;
    until_message(&mut items, screen, SIGNED_IN).await?;

    show_profile(client, screen, contact).await?;
    screen.plain("")?;
    screen.good("Done: the customer is known, and the flow took its Success branch.")
}

/// Runs the command that a redirect page's backend runs, as a process of its own.
async fn accept(client: &Client<'_>, screen: &mut Screen, redirect: &str) -> anyhow::Result<()> {
    let parameter = |name: &str| {
        let (_, query) = redirect.split_once('?')?;
        query
            .split('&')
            .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    };
    let code = parameter("code").context("the redirect carries a code")?;
    let state = parameter("state").context("the redirect carries a state")?;
    let instance = client.ready("instance_id")?;
    screen.step("The redirect page's backend passes code and state on")?;
    screen.plain(&format!(
        "    signback connect update-participant-authentication \\\n        --instance-id {instance} \\\n        --state {state} \\\n        --code {code}"
    ))?;
    // A home without files: what the user has configured for AWS must not play a part here.
    let home = std::env::temp_dir().join("signback-demo-no-home");
    let done = tokio::process::Command::new(std::env::current_exe()?)
        .args([
            "connect",
            "update-participant-authentication",
            "--instance-id",
            instance,
        ])
        .args([format!("--state={state}"), format!("--code={code}")])
        .env_clear()
        .env("HOME", &home)
        .env("AWS_ENDPOINT_URL", client.ready("url")?)
        .env("AWS_REGION", client.ready("region")?)
        .env("AWS_ACCESS_KEY_ID", client.ready("access_key_id")?)
        .env("AWS_SECRET_ACCESS_KEY", client.ready("secret_access_key")?)
        .output()
        .await?;
    ensure!(
        done.status.success(),
        "the command ended with {}: {}",
        done.status,
        String::from_utf8_lossy(&done.stderr).trim()
    );
    screen.good("accepted: exit status 0, and nothing printed")
}

async fn show_profile(
    client: &Client<'_>,
    screen: &mut Screen,
    contact: &str,
) -> anyhow::Result<()> {
    screen.step("The profile is there: SearchProfiles")?;
    let username = client.ready("username")?;
    let found = client
        .call("customer-profiles", "SearchProfiles", json!({
            "DomainName": client.ready("profiles_domain")?, "KeyName": "_email", "Values": [username],
        }))
        .await?;
    let profile = found["Items"]
        .get(0)
        .context("no profile has the user's address")?;
    for name in ["ProfileId", "FirstName", "LastName", "EmailAddress"] {
        screen.fact(name, profile[name].as_str().unwrap_or("-"))?;
    }
    screen.step("The contact says who it is: DescribeContact")?;
    let instance = client.ready("instance_id")?;
    let input = json!({"InstanceId": instance, "ContactId": contact});
    let described = client.call("connect", "DescribeContact", input).await?;
    let said =
        &described["Contact"]["SegmentAttributes"]["connect:CustomerAuthentication"]["ValueMap"];
    for name in [
        "Status",
        "AssociatedCustomerId",
        "ClientId",
        "AuthenticationMethod",
    ] {
        screen.fact(name, said[name]["ValueString"].as_str().unwrap_or("-"))?;
    }
    ensure!(
        said["Status"]["ValueString"] == "AUTHENTICATED",
        "the contact is not authenticated"
    );
    Ok(())
}

async fn until_event(items: &mut Items, screen: &mut Screen, name: &str) -> anyhow::Result<Value> {
    let content_type = format!("{EVENT}{name}");
    loop {
        let item = next(items, screen).await?;
        if item["ContentType"] == content_type.as_str() {
            return Ok(item);
        }
    }
}

async fn until_message(items: &mut Items, screen: &mut Screen, text: &str) -> anyhow::Result<()> {
    loop {
        let item = next(items, screen).await?;
        if item["Content"] == text {
            return Ok(());
        }
        let failed = item["ContentType"] == format!("{EVENT}authentication.failed").as_str();
        ensure!(!failed, "the sign-in took the flow's Error branch");
    }
}

async fn next(items: &mut Items, screen: &mut Screen) -> anyhow::Result<Value> {
    let item = items.next().await?;
    let kind = text(&item, "ContentType")?;
    match kind.strip_prefix(EVENT) {
        Some("participant.displayname.updated") => {
            screen.fact(
                "event",
                &format!("{kind} → {}", text(&item, "DisplayName")?),
            )?;
        }
        Some(_) => screen.fact("event", kind)?,
        None => screen.fact("message", text(&item, "Content")?)?,
    }
    Ok(item)
}

fn text<'v>(document: &'v Value, member: &str) -> anyhow::Result<&'v str> {
    document[member]
        .as_str()
        .with_context(|| format!("the answer has no {member}"))
}

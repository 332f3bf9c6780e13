//! The exchange with a provider outside: what goes wrong there ends in Error and nowhere else.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use signback_connect::authentication;
use signback_connect::{contacts, flows};
use signback_platform::clock::HeldTime;
use signback_platform::ids::{ContactId, SignInId};
use signback_platform::jobs;
use signback_platform::store::{self, Url};
use signback_server::config::Bootstrap;

use crate::support::{CLIENT, Customer, EVENT, IdentityProvider, Manners, START, Server};

const ARN: &str = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_Outside01";

/// A service whose customers sign in at an outside provider.
pub(crate) struct Outside {
    pub(crate) server: Server,
    pub(crate) provider: IdentityProvider,
    pub(crate) flow: String,
}

impl Outside {
    pub(crate) async fn start() -> Self {
        Self::start_on(crate::support::database().await).await
    }

    pub(crate) async fn start_on(database: Url) -> Self {
        let time = Arc::new(HeldTime::at(START));
        let provider = IdentityProvider::start(&time).await;
        let server = open(&provider, database, &time).await;
        Self::on(server, provider).await
    }

    /// With more keys of the identity source.
    pub(crate) async fn start_with(keys: impl Fn(&IdentityProvider) -> String) -> Self {
        let time = Arc::new(HeldTime::at(START));
        let provider = IdentityProvider::start(&time).await;
        let settings = provider.settings(ARN) + &keys(&provider);
        let database = crate::support::database().await;
        let demo = Some(Bootstrap::Demo);
        let server = Server::open_with(&[], Some(&settings), demo, database, time).await;
        Self::on(server, provider).await
    }

    async fn on(server: Server, provider: IdentityProvider) -> Self {
        let instance = server.ready("instance_id");
        let association = json!({
            "InstanceId": instance, "IntegrationType": "COGNITO_USER_POOL", "IntegrationArn": ARN,
        });
        server
            .call("connect", "CreateIntegrationAssociation", association)
            .await
            .done();
        let demo =
            json!({"InstanceId": instance, "ContactFlowId": server.ready("contact_flow_id")});
        let demo = server
            .call("connect", "DescribeContactFlow", demo)
            .await
            .done();
        let content = demo["ContactFlow"]["Content"]
            .as_str()
            .unwrap()
            .replace(&server.ready("user_pool_arn"), ARN)
            .replace(&server.ready("user_pool_client_id"), CLIENT);
        let flow = json!({
            "InstanceId": instance, "Name": "Outside", "Type": "CONTACT_FLOW", "Content": content,
        });
        let flow = server
            .call("connect", "CreateContactFlow", flow)
            .await
            .done();
        let flow = flow["ContactFlowId"].as_str().unwrap().to_owned();
        Self {
            server,
            provider,
            flow,
        }
    }

    pub(crate) async fn arrive(&self) -> Customer<'_> {
        Customer::arrive_with(&self.server, json!({"ContactFlowId": self.flow})).await
    }

    /// The service dies, and another goes on with its database; the provider behaves.
    pub(crate) async fn reopened(self, database: Url) -> Self {
        let Self {
            server,
            provider,
            flow,
        } = self;
        let time = Arc::clone(&server.time);
        server.crash().await;
        provider.behave(Manners::default());
        let server = open(&provider, database, &time).await;
        Self {
            server,
            provider,
            flow,
        }
    }

    /// A customer whose code is accepted.
    pub(crate) async fn answered(&self) -> Customer<'_> {
        let mut customer = self.arrive().await;
        let url = customer.authentication_url().await;
        customer.answer(self.provider.sign_in(&url)).await.done();
        customer
    }
}

pub(crate) async fn open(
    provider: &IdentityProvider,
    database: Url,
    time: &Arc<HeldTime>,
) -> Server {
    let time = Arc::clone(time);
    let settings = provider.settings(ARN);
    Server::open_with(&[], Some(&settings), Some(Bootstrap::Demo), database, time).await
}

/// What the flow log says about the contact.
pub(crate) async fn log(server: &Server, contact: &str) -> String {
    let contact = ContactId::new(contact);
    let lines = server.running.app.platform.store.transact(move |tx| {
        let contact = contacts::lock(tx, &contact)?.expect("the contact is there");
        flows::log_lines(tx, &contact.scope, &contact.instance, &contact.id)
    });
    let lines: Result<Vec<Value>, store::Error> = lines.await;
    json!(lines.unwrap()).to_string()
}

pub(crate) async fn authentication(server: &Server, contact: &str, name: &str) -> Value {
    let input = json!({"InstanceId": server.ready("instance_id"), "ContactId": contact});
    let contact = server
        .call("connect", "DescribeContact", input)
        .await
        .done();
    contact["Contact"]["SegmentAttributes"]["connect:CustomerAuthentication"]["ValueMap"][name]
        ["ValueString"]
        .clone()
}

/// The profiles with the provider's e-mail address.
pub(crate) async fn profiles(server: &Server) -> usize {
    let input = json!({
        "DomainName": server.ready("profiles_domain"),
        "KeyName": "_email",
        "Values": ["ada@example.com"],
    });
    let found = server
        .call("customer-profiles", "SearchProfiles", input)
        .await
        .done();
    found["Items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_customer_signs_in_at_a_provider_outside() {
    let outside = Outside::start().await;
    let mut customer = outside.answered().await;
    customer.message("You are signed in.").await;
    let renamed = customer.event("participant.displayname.updated").await;
    assert_eq!(renamed["DisplayName"], "Ada");
    assert_eq!(
        customer.authentication("IdentityProvider").await,
        outside.provider.issuer()
    );
    assert_eq!(customer.authentication("ClientId").await, CLIENT);
    assert_eq!(profiles(&outside.server).await, 1);

    // The second customer is the same person, and what the provider publishes is at hand.
    let mut again = outside.answered().await;
    again.message("You are signed in.").await;
    assert_eq!(
        again.authentication("AssociatedCustomerId").await,
        customer.authentication("AssociatedCustomerId").await
    );
    assert_eq!(profiles(&outside.server).await, 1);
    for path in ["/.well-known/openid-configuration", "/keys"] {
        assert_eq!(outside.provider.count(path), 1, "{path}");
    }
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_ends_in_error() {
    let outside = Outside::start().await;
    let error = |code: &str| json!({"error": code, "error_description": "words"}).to_string();
    for (status, body, cause) in [
        (400, error("invalid_request"), "invalid_request"),
        (400, error("invalid_client"), "invalid_client"),
        (401, error("invalid_client"), "invalid_client"),
        (400, error("invalid_grant"), "invalid_grant"),
        (400, error("unauthorized_client"), "unauthorized_client"),
        (
            400,
            error("unsupported_grant_type"),
            "unsupported_grant_type",
        ),
        (400, error("invalid_scope"), "invalid_scope"),
        (400, error("strange words"), "token_refused"),
        (404, "<html>".to_owned(), "token_endpoint_status: 404"),
        (500, error("server_error"), "token_endpoint_status: 500"),
        (204, String::new(), "token_endpoint_status: 204"),
        (200, "<html>".to_owned(), "token_answer_malformed"),
        (
            200,
            r#"{"access_token":"a","token_type":"Bearer"}"#.to_owned(),
            "token_answer_malformed",
        ),
        (
            200,
            r#"{"access_token":"a","id_token":"b","token_type":"mac"}"#.to_owned(),
            "token_answer_malformed",
        ),
        (
            200,
            r#"{"access_token":"a","id_token":"b","token_type":"Bearer"}"#.to_owned(),
            "id_token_refused",
        ),
        (200, "x".repeat(1024 * 1024 + 1), "token_endpoint_no_answer"),
    ] {
        let token_answer = Some((status, body));
        outside.provider.behave(Manners {
            token_answer,
            ..Manners::default()
        });
        let mut customer = outside.answered().await;
        customer.message("Sign-in failed.").await;
        assert_eq!(customer.authentication("Status").await, "FAILED", "{cause}");
        let log = log(&outside.server, &customer.contact).await;
        assert!(log.contains(cause), "{cause}: {log}");
        let said = json!(customer.items).to_string();
        assert!(!said.contains("words") && !said.contains(cause), "{said}");
    }
    assert_eq!(profiles(&outside.server).await, 0);
}

#[tokio::test]
async fn a_token_that_fails_a_check_ends_in_error() {
    let outside = Outside::start().await;
    let now = START.seconds();
    for (claim, value, refusal) in [
        ("iss", json!("https://elsewhere.example"), "issuer: "),
        ("aud", json!("another-client"), "aud: "),
        ("aud", json!([CLIENT, "another-client"]), "azp: "),
        ("azp", json!("another-client"), "azp: "),
        ("exp", json!(now - 61), "exp: "),
        ("exp", Value::Null, "exp: "),
        ("iat", json!(now + 7200), "iat: lies in the future"),
        ("iat", json!(now - 61), "iat: lies before"),
        ("nbf", json!(now + 7200), "nbf: "),
        ("nonce", json!("another"), "nonce does not match"),
        ("nonce", Value::Null, "nonce is missing"),
        ("sub", json!(""), "sub: "),
        ("at_hash", json!("wrong"), "at_hash: "),
    ] {
        let claims: Map<_, _> = [(claim.to_owned(), value)].into_iter().collect();
        outside.provider.behave(Manners {
            claims,
            ..Manners::default()
        });
        let mut customer = outside.answered().await;
        customer.message("Sign-in failed.").await;
        let log = log(&outside.server, &customer.contact).await;
        assert!(
            log.contains(&format!("id_token_refused: {refusal}")),
            "{claim}: {log}"
        );
    }
    assert_eq!(profiles(&outside.server).await, 0);
}

#[tokio::test]
async fn a_key_that_is_not_published_is_looked_for_once_a_minute() {
    let outside = Outside::start().await;
    outside.provider.behave(Manners {
        keys: Some(json!([])),
        ..Manners::default()
    });
    for _ in 0..2 {
        let mut customer = outside.answered().await;
        customer.message("Sign-in failed.").await;
        let log = log(&outside.server, &customer.contact).await;
        assert!(
            log.contains("id_token_refused: kid: the issuer publishes no such key"),
            "{log}"
        );
    }
    // Fetched, and once more because the key was not there.
    assert_eq!(outside.provider.count("/keys"), 2);
    outside.provider.behave(Manners::default());
    outside.server.time.advance(60_000);
    let mut customer = outside.arrive().await;
    let url = customer.authentication_url().await;
    customer.answer(outside.provider.sign_in(&url)).await.done();
    customer.message("You are signed in.").await;
    assert_eq!(outside.provider.count("/keys"), 3);
}

#[tokio::test]
async fn a_redirect_of_the_token_endpoint_is_not_followed() {
    let outside = Outside::start().await;
    let redirect = Some(format!("{}/elsewhere", outside.provider.issuer()));
    outside.provider.behave(Manners {
        redirect,
        ..Manners::default()
    });
    let mut customer = outside.answered().await;
    customer.message("Sign-in failed.").await;
    assert_eq!(outside.provider.count("/elsewhere"), 0);
}

#[tokio::test]
async fn a_job_that_runs_again_changes_nothing() {
    let outside = Outside::start().await;
    let mut customer = outside.answered().await;
    let session = customer.session().await;
    customer.message("You are signed in.").await;
    outside.server.settle().await;
    let before = (customer.transcript().await, customer.described().await);
    for _ in 0..2 {
        let id = SignInId::new(session.clone());
        let scheduled = outside
            .server
            .running
            .app
            .platform
            .store
            .transact(move |tx| {
                let now = tx.now();
                jobs::schedule(tx, &authentication::RUN, &id, now)?;
                jobs::schedule(tx, &authentication::EXPIRE, &id, now)
            });
        let scheduled: Result<(), store::Error> = scheduled.await;
        scheduled.unwrap();
        outside.server.settle().await;
    }
    assert_eq!(
        (customer.transcript().await, customer.described().await),
        before
    );
    assert_eq!(outside.provider.count("/token"), 1);
    assert_eq!(profiles(&outside.server).await, 1);
}

#[tokio::test]
async fn a_contact_that_ends_meanwhile_gets_no_identity() {
    let outside = Outside::start().await;
    outside.provider.behave(Manners {
        silent: Some("/keys"),
        ..Manners::default()
    });
    let mut customer = outside.answered().await;
    outside.provider.called("/keys").await;
    let input =
        json!({"InstanceId": outside.server.ready("instance_id"), "ContactId": customer.contact});
    outside
        .server
        .call("connect", "StopContact", input)
        .await
        .done();
    customer.event("chat.ended").await;
    assert_eq!(customer.authentication("Status").await, Value::Null);
    let ended = json!(customer.items).to_string();
    for name in ["succeeded", "failed", "timeout", "cancelled"] {
        assert!(
            !ended.contains(&format!("{EVENT}authentication.{name}")),
            "{ended}"
        );
    }
    assert_eq!(profiles(&outside.server).await, 0);
}

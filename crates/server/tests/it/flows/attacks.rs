//! Flows that are made to do as much as they can, in a service that goes on.

use serde_json::{Value, json};
use signback_connect::flows::budget::{RUN_ACTIONS_MAX, RUN_BYTES_MAX};
use signback_platform::params;
use signback_platform::store::{Error, Tx};

use super::*;

/// What a chat left in the database: its items and how long they are together, and the longest row
/// of its flow log.
async fn left_by(server: &Server, contact: &str) -> (i64, i64, i64) {
    let contact = contact.to_owned();
    let counted = move |tx: &mut Tx<'_>| {
        let number = |tx: &mut Tx<'_>, sql| {
            let number = tx.find::<Option<i64>>(sql, params![contact])?;
            Ok::<_, Error>(number.unwrap().unwrap_or_default())
        };
        Ok::<_, Error>((
            number(tx, "SELECT COUNT(*) FROM items WHERE contact = $1")?,
            number(
                tx,
                "SELECT CAST(SUM(LENGTH(content)) AS BIGINT) FROM items WHERE contact = $1",
            )?,
            number(
                tx,
                "SELECT MAX(LENGTH(entries)) FROM flow_log WHERE contact = $1",
            )?,
        ))
    };
    server
        .running
        .app
        .platform
        .store
        .read(counted)
        .await
        .unwrap()
}

/// An action that comes back to the first, whatever becomes of it.
fn again(identifier: &str, type_name: &str, parameters: Value, next: &str) -> Value {
    let transitions = json!({ "NextAction": next, "Errors": [error("NoMatchingError", next)] });
    action(identifier, type_name, parameters, transitions)
}

#[tokio::test]
async fn more_references_than_a_text_may_have_are_refused_when_it_is_made() {
    let server = Server::start().await;
    let flow = |count| {
        content(&json!([
            say("a", &"$.ContactId".repeat(count), "b"),
            end("b")
        ]))
    };
    let made = server
        .call(
            "connect",
            "CreateContactFlow",
            new_flow(&server, "Fits", &flow(1000)),
        )
        .await
        .done();
    let input = new_flow(&server, "Never", &flow(1001));
    let refused = server.call("connect", "CreateContactFlow", input).await;
    let message = refused.refused(400, "InvalidContactFlowException");
    assert!(
        message.contains("Parameters.Text has 1001 references, more than 1000"),
        "{message}"
    );
    let id = made["ContactFlowId"].as_str().unwrap();
    let update = json!({ "Content": flow(1001) });
    on_flow(&server, "UpdateContactFlowContent", id, update)
        .await
        .refused(400, "InvalidContactFlowException");
    let operand = content(&json!([
        action(
            "a",
            "Compare",
            json!({ "ComparisonValue": "$.ContactId" }),
            json!({
                "Conditions": [equals(&"$.ContactId".repeat(1001), "b")],
                "Errors": [error("NoMatchingCondition", "b")],
            })
        ),
        end("b"),
    ]));
    let input = new_flow(&server, "Nor", &operand);
    let refused = server.call("connect", "CreateContactFlow", input).await;
    let message = refused.refused(400, "InvalidContactFlowException");
    assert!(
        message.contains("the operand of condition 1 has 1001 references"),
        "{message}"
    );
}

#[tokio::test]
async fn a_run_fills_in_so_much_and_then_takes_the_error_branch() {
    let server = Server::start().await;
    // Ten times as much as a run may fill in, had it its way.
    let text = "$.Attributes.big".repeat(16);
    let flow = create(
        &server,
        "Much",
        &json!([
            again("a", "MessageParticipant", json!({ "Text": text }), "b"),
            again(
                "b",
                "UpdateContactAttributes",
                json!({ "Attributes": { "big": "$.Attributes.big$.Attributes.big" } }),
                "a"
            ),
        ]),
    )
    .await;
    let contact = chat_that_ends(&server, &flow, json!({ "big": "x" })).await;
    let (items, bytes, log) = left_by(&server, &contact).await;
    assert!(items < i64::from(RUN_ACTIONS_MAX), "{items}");
    assert!(usize::try_from(bytes).unwrap() <= RUN_BYTES_MAX, "{bytes}");
    assert!(log <= 2 * 64 * 1024, "{log}");
    let lines = super::log(&server, &contact).await;
    let too_long =
        |line: &&String| line.contains("NoMatchingError: run_too_long: 1 MiB was filled in");
    assert!(lines.iter().any(|line| too_long(&line)), "{lines:#?}");
    assert_eq!(
        lines.last().unwrap(),
        " fatal flow error: run_too_long: 1000 actions ran without a wait"
    );
}

#[tokio::test]
async fn a_thousand_actions_of_a_thousand_references_build_nothing() {
    let server = Server::start().await;
    let texts = (0..14).map(|number| {
        let name = |number: u32| {
            if number.is_multiple_of(14) {
                "a".to_owned()
            } else {
                number.to_string()
            }
        };
        let parameters = json!({ "Text": "$.Attributes.big".repeat(1000) });
        again(
            &name(number),
            "MessageParticipant",
            parameters,
            &name(number + 1),
        )
    });
    let flow = create(&server, "References", &texts.collect()).await;
    let contact = chat_that_ends(&server, &flow, json!({ "big": "x".repeat(32_000) })).await;
    let (_, bytes, log) = left_by(&server, &contact).await;
    assert!(bytes < 1000, "no message fits, {bytes}");
    assert!(log <= 2 * 64 * 1024, "{log}");
}

#[tokio::test]
async fn a_long_run_takes_turns_with_others() {
    let server = Server::start().await;
    let flow = create(&server, "Talks", &json!([say("a", "again", "a")])).await;
    let started = on_flow(
        &server,
        "StartChatContact",
        &flow,
        json!({ "ParticipantDetails": { "DisplayName": "Guest" } }),
    )
    .await
    .done();
    let contact = started["ContactId"].as_str().unwrap().to_owned();
    server.settle().await;
    let (items, ..) = left_by(&server, &contact).await;
    assert!(
        items > i64::from(RUN_ACTIONS_MAX),
        "all of it was said: {items}"
    );
    let rows = server.running.app.platform.store.read(move |tx| {
        let sql = "SELECT entries FROM flow_log WHERE contact = $1 ORDER BY number";
        tx.list::<String>(sql, params![contact])
    });
    let turns: Vec<usize> = rows
        .await
        .unwrap()
        .iter()
        .map(|entries| entries.matches("MessageParticipant").count())
        .collect();
    assert_eq!(turns.len(), 11, "{turns:?}");
    assert!(turns.iter().all(|said| *said <= 100), "{turns:?}");
}

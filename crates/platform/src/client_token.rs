//! `ClientToken`: the same request, sent again, gets the same answer and is done once.
//!
//! Answers are kept with the instance and sealed, since that of `StartChatContact` holds a token.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::columns;
use crate::ids::{ContactId, InstanceId};
use crate::params;
use crate::store::{Error, Place, Slice, Tx};

/// A request with a `ClientToken`.
pub struct Repeatable {
    instance: InstanceId,
    asker: String,
    operation: &'static str,
    client_token: String,
    hash: Vec<u8>,
}

/// What is known of a request with a `ClientToken`.
pub enum Recalled<T> {
    /// It is new.
    Nothing,
    /// It was answered with this.
    Answer(T),
    /// The token came with another request before.
    OtherRequest,
}

impl Repeatable {
    /// The request of `asker` with everything that it asks for in `payload`; `None` without a
    /// token. An empty token is none.
    #[must_use]
    pub fn new(
        instance: &InstanceId,
        asker: &str,
        operation: &'static str,
        client_token: Option<&str>,
        payload: &Value,
    ) -> Option<Self> {
        let client_token = client_token.filter(|token| !token.is_empty())?;
        Some(Self {
            instance: instance.clone(),
            asker: asker.to_owned(),
            operation,
            client_token: client_token.to_owned(),
            hash: Sha256::digest(sorted(payload).to_string()).to_vec(),
        })
    }

    fn place(&self) -> String {
        format!("{} {} {}", self.asker, self.operation, self.client_token)
    }
}

/// The same document with its members in order, so that equal requests have equal hashes.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| (name.clone(), sorted(value)))
                .collect();
            members.sort_by(|(left, _), (right, _)| left.cmp(right));
            Value::Object(members.into_iter().collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn place(row: &str) -> Place<'_> {
    Place {
        table: "client_tokens",
        column: "answer",
        row,
    }
}

columns! {
    struct Kept as select_kept {
        request_hash: Vec<u8>,
        answer: Vec<u8>,
    }
}

/// Looks a request up. The caller holds a lock that the same request would take too, or follows
/// with [`remember`].
pub fn recall<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    request: Option<&Repeatable>,
) -> Result<Recalled<T>, Error> {
    let Some(request) = request else {
        return Ok(Recalled::Nothing);
    };
    let row = tx.find::<Kept>(
        select_kept!(
            "FROM client_tokens WHERE asker = $1 AND operation = $2 AND client_token = $3"
        ),
        params![request.asker, request.operation, request.client_token],
    )?;
    let Some(row) = row else {
        return Ok(Recalled::Nothing);
    };
    if row.request_hash != request.hash {
        return Ok(Recalled::OtherRequest);
    }
    let answer = tx.unseal(place(&request.place()), &row.answer)?;
    serde_json::from_slice(&answer)
        .map(Recalled::Answer)
        .map_err(|_| Error::Corrupt {
            what: "answer to a request with a ClientToken",
        })
}

/// Keeps the answer to a request; `false` if the same request was answered in the meantime.
///
/// # Panics
///
/// When the answer is no JSON document, which every answer is.
pub fn remember(
    tx: &mut Tx<'_>,
    request: Option<&Repeatable>,
    answer: &impl Serialize,
) -> Result<bool, Error> {
    remember_in(tx, request, answer, None)
}

/// The same for a request about a chat, which is forgotten some time after its end.
///
/// # Panics
///
/// As [`remember`].
pub fn remember_in(
    tx: &mut Tx<'_>,
    request: Option<&Repeatable>,
    answer: &impl Serialize,
    contact: Option<&ContactId>,
) -> Result<bool, Error> {
    let Some(request) = request else {
        return Ok(true);
    };
    let answer = serde_json::to_vec(answer).expect("answers are JSON documents");
    let sealed = tx.seal(place(&request.place()), &answer);
    let now = tx.now();
    let inserted = tx.execute(
        "INSERT INTO client_tokens (instance, asker, operation, client_token, request_hash, answer, answered_at, contact)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        params![request.instance, request.asker, request.operation, request.client_token, request.hash, sealed, now, contact],
    )?;
    Ok(inserted == 1)
}

/// Forgets the requests about a chat as far as there is room; gives whether none is left.
pub fn forget_chat(tx: &mut Tx<'_>, slice: &mut Slice, contact: &ContactId) -> Result<bool, Error> {
    slice.delete(
        tx,
        "DELETE FROM client_tokens WHERE (asker, operation, client_token) IN
            (SELECT asker, operation, client_token FROM client_tokens WHERE contact = $1 LIMIT $2)",
        contact.as_str(),
    )
}

/// Forgets the requests about an instance itself as far as there is room, but how its deletion was
/// answered; gives whether none is left.
pub fn forget_instance(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    instance: &InstanceId,
) -> Result<bool, Error> {
    slice.delete(
        tx,
        "DELETE FROM client_tokens WHERE (asker, operation, client_token) IN
            (SELECT asker, operation, client_token FROM client_tokens
             WHERE instance = $1 AND contact IS NULL AND operation <> 'DeleteInstance' LIMIT $2)",
        instance.as_str(),
    )
}

/// Forgets how the deletion of an instance was answered.
pub fn forget_deletion(tx: &mut Tx<'_>, instance: &InstanceId) -> Result<(), Error> {
    tx.write(
        "DELETE FROM client_tokens
         WHERE instance = $1 AND contact IS NULL AND operation = 'DeleteInstance'",
        params![instance],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::on_both_databases;
    use crate::testing::Database;
    use serde_json::json;

    fn hash(payload: &Value) -> Vec<u8> {
        Repeatable::new(
            &InstanceId::new("i"),
            "p",
            "SendMessage",
            Some("t"),
            payload,
        )
        .unwrap()
        .hash
    }

    #[test]
    fn the_order_of_members_does_not_matter_but_their_values_do() {
        let one = json!({"a": {"b": 1, "c": [1, 2]}, "d": "e"});
        let other_order = json!({"d": "e", "a": {"c": [1, 2], "b": 1}});
        assert_eq!(hash(&one), hash(&other_order));
        assert_ne!(
            hash(&one),
            hash(&json!({"a": {"b": 1, "c": [2, 1]}, "d": "e"}))
        );
    }

    #[test]
    fn no_token_is_no_promise() {
        for token in [None, Some("")] {
            assert!(
                Repeatable::new(&InstanceId::new("i"), "p", "SendMessage", token, &json!({}))
                    .is_none()
            );
        }
    }

    on_both_databases! {
        a_request_is_remembered_with_its_answer,
    }

    async fn a_request_is_remembered_with_its_answer(database: Database) {
        let store = database.open();
        let asked = |payload: &'static str| {
            let instance = InstanceId::new("i");
            Repeatable::new(&instance, "p", "SendMessage", Some("t"), &json!(payload))
        };
        let remembered = store.transact(move |tx| {
            let first = remember(tx, asked("hello").as_ref(), &"answer")?;
            let second = remember(tx, asked("hello").as_ref(), &"other")?;
            Ok::<_, Error>((first, second))
        });
        assert_eq!(remembered.await.unwrap(), (true, false));
        let recalled = store.transact(move |tx| {
            let same = recall::<String>(tx, asked("hello").as_ref())?;
            let other = recall::<String>(tx, asked("goodbye").as_ref())?;
            Ok::<_, Error>((same, other))
        });
        assert!(
            matches!(recalled.await.unwrap(), (Recalled::Answer(answer), Recalled::OtherRequest) if answer == "answer")
        );
    }
}

//! Runs a contact's flow: carries out what the engine asks for, in the transaction and under the
//! contact's lock of whoever set the flow going.

use serde_json::{Map, Value, json};

use super::engine::{Effect, Entry, Outcome, Run, Step, View, Waiting, step};
use super::language::{
    Flow, MULTIPLE_FOUND_ERROR, NONE_FOUND_ERROR, OPTED_OUT, SignIn, TIME_LIMIT_EXCEEDED,
    WAIT_COMPLETED,
};
use super::store::{self, Revision};
use super::{Content, FlowType, arn, named, parse};
use crate::app::App;
use crate::authentication;
use crate::clock::Timestamp;
use crate::contacts::{self, Contact, EndReason};
use crate::ids::ContactId;
use crate::instances;
use crate::jobs::{self, Job, JobError};
use crate::profiles;
use crate::store::{Error, Tx};
use crate::transcript::{self, Author, NewItem};

/// The content type of what a flow says.
const PLAIN: &str = "text/plain";
/// After how many rows of the flow log the oldest are dropped.
const LOG_TRIM_EVERY: u32 = 50;

/// What a waiting flow goes on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resume {
    /// The customer signed in.
    SignedIn,
    /// The sign-in failed.
    SignInFailed {
        /// Why, in words for the flow log: no codes, tokens or claims.
        cause: String,
    },
    /// Nobody signed in within the time limit.
    SignInTimedOut,
    /// The customer declined to sign in.
    OptedOut,
    /// The time of a wait has come.
    Waited,
}

impl Resume {
    /// Whether it is what a run waits for.
    fn fits(&self, waiting: Option<Waiting>, now: Timestamp) -> bool {
        match (self, waiting) {
            (_, None) => false,
            (Self::Waited, Some(Waiting::Until(due))) => due <= now.millis(),
            (Self::Waited, Some(Waiting::SignIn)) => false,
            (_, Some(waiting)) => waiting == Waiting::SignIn,
        }
    }

    fn outcome(&self) -> Outcome {
        match self {
            Self::SignedIn => Outcome::Done,
            Self::SignInFailed { cause } => Outcome::failed(cause),
            Self::SignInTimedOut => Outcome::Failed {
                error_type: TIME_LIMIT_EXCEEDED,
                cause: "nobody signed in".to_owned(),
            },
            Self::OptedOut => Outcome::Result(OPTED_OUT.to_owned()),
            Self::Waited => Outcome::Result(WAIT_COMPLETED.to_owned()),
        }
    }
}

/// Starts the flow of a new contact and runs it up to its first wait. The contact may have ended
/// afterwards.
pub fn start(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let published = store::published(tx, &contact.instance, &contact.flow)?;
    let Some(place) = published.and_then(|revision| Place::enter(revision, None)) else {
        // It was there when the contact was made, so it went away in the same moment.
        return lost(tx, contact);
    };
    place.advance(tx, contact)
}

/// Goes on with the flow of a contact, which the caller has locked. What the flow does not wait
/// for is left alone, so a second call does nothing.
pub fn resume(tx: &mut Tx<'_>, contact: &mut Contact, with: Resume) -> Result<(), Error> {
    if !contact.is_active() {
        return Ok(());
    }
    let Some((run, revision)) = store::run(tx, &contact.id)? else {
        return Ok(());
    };
    if !with.fits(run.waiting(), tx.now()) {
        return Ok(());
    }
    let Some(mut place) = revision.and_then(|revision| Place::at(revision, run)) else {
        return lost(tx, contact);
    };
    match place
        .run
        .settle(&place.flow, &view(contact), &with.outcome())
    {
        Step::End(_) => place.end(tx, contact),
        _ => place.advance(tx, contact),
    }
}

/// Forgets where a contact's flow stands; its log stays.
pub fn forget(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    store::delete_run(tx, contact)?;
    jobs::cancel(
        tx,
        &Job::WakeFlow {
            contact: contact.clone(),
        },
    )
}

/// Goes on with a flow whose wait is over.
pub(crate) async fn wake(app: &App, contact: &ContactId) -> Result<(), JobError> {
    let id = contact.clone();
    app.store
        .transact(move |tx| match contacts::lock(tx, &id)? {
            Some(mut contact) => resume(tx, &mut contact, Resume::Waited),
            None => Ok::<_, Error>(()),
        })
        .await?;
    Ok(())
}

/// Writes a line into the flow log of a contact. It holds no codes, tokens or claims.
pub fn log(tx: &mut Tx<'_>, contact: &Contact, entry: Entry) -> Result<(), Error> {
    store::log(
        tx,
        &contact.id,
        &contact.instance,
        &contact.flow,
        &[entry],
        false,
    )
}

/// The flow log of a contact, oldest lines first, each as the document that logs have.
pub fn log_lines(tx: &mut Tx<'_>, contact: &Contact) -> Result<Vec<Value>, Error> {
    let mut lines = Vec::new();
    for (flow, at, entries) in store::logged(tx, &contact.id)? {
        let flow_arn = arn(&contact.scope, &contact.instance, &flow);
        lines.extend(entries.into_iter().map(|entry| {
            let mut line = json!({
                "ContactId": contact.id,
                "ContactFlowId": flow_arn,
                "Timestamp": at.iso8601(),
            });
            if let (Some(line), Ok(Value::Object(entry))) =
                (line.as_object_mut(), serde_json::to_value(entry))
            {
                line.extend(entry);
            }
            line
        }));
    }
    Ok(lines)
}

/// Ends a contact whose flow cannot be read any more.
fn lost(tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
    let results = "fatal flow error: the flow is not there".to_owned();
    log(
        tx,
        contact,
        Entry {
            results,
            ..Entry::default()
        },
    )?;
    contacts::end(tx, contact, EndReason::Flow)
}

/// A flow and where a contact stands in it.
struct Place {
    revision: Revision,
    flow: Flow,
    run: Run,
}

/// What became of an effect.
enum Acted {
    /// The action is over.
    With(Outcome),
    /// Another flow goes on.
    Entered(Place),
    /// The customer is asked to sign in.
    SignIn,
}

impl Place {
    /// The first action of a flow, for a new run or one that comes from another flow.
    fn enter(revision: Revision, run: Option<Run>) -> Option<Self> {
        let flow = parse::parse(&revision.content, revision.flow_type).ok()?;
        let run = match run {
            None => Run::start(&flow),
            Some(mut run) => {
                run.enter(&flow);
                run
            }
        };
        Some(Self {
            revision,
            flow,
            run,
        })
    }

    fn at(revision: Revision, run: Run) -> Option<Self> {
        let flow = parse::parse(&revision.content, revision.flow_type).ok()?;
        Some(Self {
            revision,
            flow,
            run,
        })
    }

    /// Runs up to the next wait or the end.
    fn advance(mut self, tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
        let mut seen = view(contact);
        loop {
            let effect = match step(&self.flow, &mut self.run, &seen) {
                Step::Continue => continue,
                Step::Act(effect) => effect,
                Step::Wait(seconds) => {
                    let due = tx.now().plus_seconds(seconds.into());
                    self.run.wait(Waiting::Until(due.millis()));
                    jobs::schedule(
                        tx,
                        &Job::WakeFlow {
                            contact: contact.id.clone(),
                        },
                        due,
                    )?;
                    return self.rest(tx, contact);
                }
                Step::End(_) => return self.end(tx, contact),
            };
            let changes_contact = matches!(effect, Effect::SetAttributes(_) | Effect::SignIn(_));
            match self.act(tx, contact, effect)? {
                Acted::With(outcome) => {
                    if changes_contact {
                        seen = view(contact);
                    }
                    if let Step::End(_) = self.run.settle(&self.flow, &seen, &outcome) {
                        return self.end(tx, contact);
                    }
                }
                Acted::Entered(place) => {
                    self.log(tx, contact)?;
                    self = place;
                }
                Acted::SignIn => {
                    self.run.wait(Waiting::SignIn);
                    return self.rest(tx, contact);
                }
            }
        }
    }

    fn act(
        &mut self,
        tx: &mut Tx<'_>,
        contact: &mut Contact,
        effect: Effect,
    ) -> Result<Acted, Error> {
        let outcome = match effect {
            Effect::Say(text) => {
                let message = NewItem::message(Author::system(contact), PLAIN, &text);
                transcript::append(tx, contact, message)?;
                Outcome::Done
            }
            Effect::SetAttributes(attributes) => {
                contact.attributes = attributes;
                contacts::save(tx, contact)?;
                Outcome::Done
            }
            Effect::FindProfile {
                criteria,
                all,
                fields,
            } => self.find_profile(tx, contact, &criteria, all, &fields)?,
            Effect::SignIn(sign_in) => match authentication::begin(tx, contact, &block(sign_in))? {
                Ok(()) => return Ok(Acted::SignIn),
                Err(cause) => Outcome::failed(cause.as_str()),
            },
            Effect::Transfer(target) => return self.transfer(tx, contact, &target),
            Effect::Draw => {
                let mut bytes = [0; 8];
                tx.random().fill(&mut bytes);
                Outcome::Result((u64::from_be_bytes(bytes) % 100 + 1).to_string())
            }
        };
        Ok(Acted::With(outcome))
    }

    fn find_profile(
        &mut self,
        tx: &mut Tx<'_>,
        contact: &Contact,
        criteria: &[(String, String)],
        all: bool,
        fields: &[String],
    ) -> Result<Outcome, Error> {
        let instance_arn = instances::arn(&contact.scope, &contact.instance);
        let Some(domain) = profiles::domain_of_instance(tx, &contact.scope, &instance_arn)? else {
            return Ok(Outcome::failed(
                "the instance has no Customer Profiles domain",
            ));
        };
        let found = profiles::find(tx, &domain, criteria, all, 2)?;
        let none = |error_type, cause: &str| Outcome::Failed {
            error_type,
            cause: cause.to_owned(),
        };
        Ok(match &found[..] {
            [] => none(NONE_FOUND_ERROR, "no profile was found"),
            [profile] => {
                if self.run.keep_customer(chosen(&profile.document(), fields)) {
                    Outcome::Done
                } else {
                    Outcome::failed("the fields of the profile are too large")
                }
            }
            _ => none(MULTIPLE_FOUND_ERROR, "several profiles were found"),
        })
    }

    fn transfer(
        &mut self,
        tx: &mut Tx<'_>,
        contact: &Contact,
        target: &str,
    ) -> Result<Acted, Error> {
        let flow = named(&contact.scope, &contact.instance, target);
        let revision = match flow {
            Some((flow, Content::Published)) => store::published(tx, &contact.instance, &flow)?,
            _ => None,
        };
        let Some(revision) = revision else {
            return Ok(Acted::With(Outcome::failed(
                "there is no such published flow",
            )));
        };
        if revision.flow_type != FlowType::ContactFlow {
            return Ok(Acted::With(Outcome::failed("the flow is no inbound flow")));
        }
        self.run.note_transfer(&self.flow);
        match Self::enter(revision, Some(self.run.clone())) {
            Some(mut place) => {
                place.run.take_entries();
                Ok(Acted::Entered(place))
            }
            None => Ok(Acted::With(Outcome::failed("the flow cannot be read"))),
        }
    }

    /// Keeps where the flow waits.
    fn rest(mut self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        self.log(tx, contact)?;
        store::save_run(
            tx,
            &contact.id,
            &contact.instance,
            &self.revision,
            &self.run,
        )
    }

    /// Ends the contact, since its flow is over.
    fn end(mut self, tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
        self.log(tx, contact)?;
        contacts::end(tx, contact, EndReason::Flow)
    }

    fn log(&mut self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        let entries = self.run.take_entries();
        if entries.is_empty() {
            return Ok(());
        }
        let trim = self.run.count_log_row() % LOG_TRIM_EVERY == 0;
        let flow = &self.revision.flow;
        store::log(tx, &contact.id, &contact.instance, flow, &entries, trim)
    }
}

fn block(sign_in: SignIn) -> authentication::Block {
    authentication::Block {
        user_pool_arn: sign_in.user_pool_arn,
        app_client_id: sign_in.app_client_id,
        object_type: sign_in.object_type,
        time_limit_minutes: sign_in.time_limit_minutes,
    }
}

/// The wanted fields of a profile, `Attributes.x` among them, and always its id.
fn chosen(profile: &Map<String, Value>, fields: &[String]) -> Map<String, Value> {
    let mut chosen = Map::new();
    let wanted = ["ProfileId"]
        .into_iter()
        .chain(fields.iter().map(String::as_str));
    for field in wanted {
        let found = match field.split_once('.') {
            None => profile.get(field).cloned().map(|value| (field, value)),
            Some((group, name)) => profile
                .get(group)
                .and_then(|members| members.get(name))
                .map(|value| (group, json!({ name: value }))),
        };
        match (found, field.split_once('.')) {
            (Some((group, value)), Some(_)) => {
                let members = chosen.entry(group).or_insert_with(|| json!({}));
                if let (Some(members), Value::Object(value)) = (members.as_object_mut(), value) {
                    members.extend(value);
                }
            }
            (Some((name, value)), None) => {
                chosen.insert(name.to_owned(), value);
            }
            (None, _) => {}
        }
    }
    chosen
}

/// What references see of a contact.
fn view(contact: &Contact) -> View {
    let segment: Map<String, Value> = contact
        .segment_attributes
        .iter()
        .map(|(name, value)| (name.clone(), plain(value)))
        .collect();
    let document = json!({
        "ContactId": contact.id,
        "InitialContactId": contact.id,
        "Channel": "CHAT",
        "InitiationMethod": "API",
        "InstanceARN": instances::arn(&contact.scope, &contact.instance),
        "AwsRegion": contact.scope.region,
        "CustomerId": contact.customer_id,
        "CustomerEndpoint": { "DisplayName": contact.customer.display_name },
        "Media": { "InitialMessage": contact.initial_message },
        "Attributes": contact.attributes,
        "SegmentAttributes": segment,
    });
    let Value::Object(document) = document else {
        return View::default();
    };
    View { document }
}

/// A segment attribute without the names of its forms: `{"ValueString": "x"}` is `"x"`.
fn plain(value: &Value) -> Value {
    let Some((form, content)) = value.as_object().and_then(|forms| forms.iter().next()) else {
        return Value::Null;
    };
    match (form.as_str(), content) {
        ("ValueMap", Value::Object(members)) => Value::Object(
            members
                .iter()
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect(),
        ),
        ("ValueList", Value::Array(items)) => items.iter().map(plain).collect(),
        _ => content.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_attributes_are_seen_without_their_forms() {
        let value = json!({ "ValueMap": {
            "Status": { "ValueString": "AUTHENTICATED" },
            "Count": { "ValueInteger": 3 },
            "Others": { "ValueList": [{ "ValueString": "a" }] },
        } });
        let expected = json!({ "Status": "AUTHENTICATED", "Count": 3, "Others": ["a"] });
        assert_eq!(plain(&value), expected);
        assert_eq!(plain(&json!({})), Value::Null);
        assert_eq!(plain(&json!("x")), Value::Null);
    }

    #[test]
    fn the_wanted_fields_of_a_profile_are_kept() {
        let profile = json!({
            "ProfileId": "p", "FirstName": "Ada", "LastName": "L",
            "Attributes": { "a": "1", "b": "2", "c": "3" }, "Address": { "City": "X" },
        });
        let fields = [
            "FirstName",
            "Attributes.a",
            "Attributes.c",
            "Missing",
            "Attributes.z",
        ];
        let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
        assert_eq!(
            Value::Object(chosen(profile.as_object().unwrap(), &fields)),
            json!({ "ProfileId": "p", "FirstName": "Ada", "Attributes": { "a": "1", "c": "3" } })
        );
    }

    #[test]
    fn only_what_a_run_waits_for_goes_on() {
        let now = Timestamp::from_millis(1000);
        let due = Some(Waiting::Until(1000));
        let failed = Resume::SignInFailed {
            cause: "x".to_owned(),
        };
        assert!(Resume::Waited.fits(due, now));
        assert!(!Resume::Waited.fits(Some(Waiting::Until(1001)), now));
        for resume in [
            Resume::SignedIn,
            failed,
            Resume::SignInTimedOut,
            Resume::OptedOut,
        ] {
            assert!(resume.fits(Some(Waiting::SignIn), now));
            assert!(!resume.fits(due, now));
            assert!(!resume.fits(None, now));
        }
        assert!(!Resume::Waited.fits(Some(Waiting::SignIn), now));
        assert!(!Resume::Waited.fits(None, now));
    }
}

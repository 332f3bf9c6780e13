//! Runs a contact's flow up to its next wait: carries out what the engine asks for.

use serde_json::{Map, Value, json};

use super::end;
use super::view::view;
use crate::authentication;
use crate::contacts::{self, Contact, EndReason};
use crate::flows::budget::Overlong;
use crate::flows::engine::{ActionResult, Effect, Ending, Flow, Run, Step, Waiting, step};
use crate::flows::language::{FlowType, MULTIPLE_FOUND_ERROR, NONE_FOUND_ERROR};
use crate::flows::rows::{self, Revision};
use crate::flows::{self, Content, named, parse};
use crate::transcript::{self, Author, NewItem};
use signback_platform::arn;
use signback_platform::jobs;
use signback_platform::store::{Error, Tx};

/// The cause of a flow's end in a chat that takes nothing more.
const CHAT_FULL: &str = "chat_full";
/// The content type of what a flow says.
const PLAIN: &str = "text/plain";
/// How much a run does to the database in one transaction; then others have their turn. A message
/// and an attribute cost one.
const TURN_MAX: u32 = 100;
/// What another flow costs before its content: it is read.
const TRANSFER_COST: u32 = 5;
/// How many bytes of a flow that is read, or of attributes that are written, cost one.
const PART_BYTES: usize = 2048;
/// What a search for a profile costs: it may look at some hundred of them.
const SEARCH_COST: u32 = 25;

/// A flow and where a contact stands in it.
pub(super) struct Progress {
    revision: Revision,
    pub(super) flow: Flow,
    pub(super) run: Run,
}

/// What became of an effect.
enum Acted {
    /// The action is over.
    With(ActionResult),
    /// Another flow goes on.
    Entered(Box<Progress>),
    /// The customer is asked to sign in.
    SignIn,
    /// The chat takes nothing more.
    Full,
}

impl Progress {
    /// The first action of a flow, for a new run.
    pub(super) fn enter(revision: Revision) -> Option<Self> {
        let flow = parse::parse(&revision.content, revision.flow_type).ok()?;
        let run = Run::start(&flow);
        Some(Self {
            revision,
            flow,
            run,
        })
    }

    /// Where a run stands.
    pub(super) fn at(revision: Revision, run: Run) -> Option<Self> {
        let flow = parse::parse(&revision.content, revision.flow_type).ok()?;
        Some(Self {
            revision,
            flow,
            run,
        })
    }

    /// Runs up to the next wait or the end.
    pub(super) fn advance(mut self, tx: &mut Tx<'_>, contact: &mut Contact) -> Result<(), Error> {
        let mut seen = view(contact);
        let mut cost = 0;
        loop {
            if cost >= TURN_MAX {
                return self.pause(tx, contact);
            }
            let effect = match step(&self.flow, &mut self.run, &seen) {
                Step::Continue => continue,
                Step::Act(effect) => effect,
                Step::Wait(seconds) => {
                    let due = tx.now().plus_seconds(seconds.into());
                    self.run.wait(Waiting::Until(due.millis()));
                    jobs::schedule(tx, &flows::WAKE, &contact.id, due)?;
                    return self.rest(tx, contact);
                }
                Step::End(ending) => return self.end(tx, contact, &ending),
            };
            cost += match &effect {
                Effect::Transfer(_) => TRANSFER_COST,
                Effect::FindProfile { .. } => SEARCH_COST,
                // The contact is written whole.
                Effect::SetAttributes(_) => 1 + parts(attributes_bytes(contact)),
                _ => 1,
            };
            let changes_contact = matches!(effect, Effect::SetAttributes(_) | Effect::SignIn(_));
            match self.act(tx, contact, effect)? {
                Acted::With(outcome) => {
                    if changes_contact {
                        seen = view(contact);
                    }
                    if let Step::End(ending) = self.run.settle(&self.flow, &seen, &outcome) {
                        return self.end(tx, contact, &ending);
                    }
                }
                Acted::Entered(progress) => {
                    cost += parts(progress.revision.content.len());
                    self = *progress;
                }
                Acted::Full => {
                    let cause = format!("{CHAT_FULL}: it holds as much as a chat may");
                    self.run.die(&cause);
                    return self.end(tx, contact, &Ending::Fatal);
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
                match transcript::append_if_room(tx, contact, message)? {
                    Some(_) => ActionResult::Done,
                    None => return Ok(Acted::Full),
                }
            }
            Effect::SetAttributes(attributes) => {
                contact.attributes.extend(attributes);
                contacts::save(tx, contact)?;
                ActionResult::Done
            }
            Effect::FindProfile {
                criteria,
                all,
                fields,
            } => self.find_profile(tx, contact, &criteria, all, &fields)?,
            Effect::SignIn(_) if !transcript::has_room(tx, &contact.id)? => {
                return Ok(Acted::Full);
            }
            Effect::SignIn(block) => match authentication::begin(tx, contact, &block)? {
                Ok(()) => return Ok(Acted::SignIn),
                Err(cause) => ActionResult::failed(cause.name()),
            },
            Effect::Transfer(target) => return self.transfer(tx, contact, &target),
            Effect::Draw => {
                let mut bytes = [0; 8];
                tx.random().fill(&mut bytes);
                ActionResult::Result((u64::from_be_bytes(bytes) % 100 + 1).to_string())
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
    ) -> Result<ActionResult, Error> {
        let instance_arn = arn::instance(&contact.scope, &contact.instance);
        let Some(domain) =
            signback_profiles::domain_of_instance(tx, &contact.scope, &instance_arn)?
        else {
            return Ok(ActionResult::failed(
                "the instance has no Customer Profiles domain",
            ));
        };
        if let Err(overlong) = self.run.budget.search() {
            return Ok(ActionResult::overlong(overlong, "the search"));
        }
        let Some(found) = signback_profiles::find(tx, &domain, criteria, all, 2)? else {
            let overlong = Overlong::Run("too many profiles have one of the identifiers");
            return Ok(ActionResult::overlong(overlong, "the search"));
        };
        Ok(match &found[..] {
            [] => ActionResult::error(NONE_FOUND_ERROR, "no profile was found"),
            [profile] => {
                if self.run.keep_customer(chosen(&profile.document(), fields)) {
                    ActionResult::Done
                } else {
                    ActionResult::failed("the fields of the profile are too large")
                }
            }
            _ => ActionResult::error(MULTIPLE_FOUND_ERROR, "several profiles were found"),
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
            Some((flow, Content::Published)) => rows::published(tx, &contact.instance, &flow)?,
            _ => None,
        };
        let Some(revision) = revision else {
            return Ok(Acted::With(ActionResult::failed(
                "there is no such published flow",
            )));
        };
        if revision.flow_type != FlowType::ContactFlow {
            return Ok(Acted::With(ActionResult::failed(
                "the flow is no inbound flow",
            )));
        }
        if let Err(overlong) = self.run.budget.read(revision.content.len()) {
            let outcome = ActionResult::overlong(overlong, "the flow");
            return Ok(Acted::With(outcome));
        }
        let Ok(flow) = parse::parse(&revision.content, revision.flow_type) else {
            return Ok(Acted::With(ActionResult::failed("the flow cannot be read")));
        };
        self.run.note_transfer(&self.flow);
        self.log(tx, contact)?;
        let mut run = self.run.clone();
        run.enter(&flow);
        Ok(Acted::Entered(Box::new(Self {
            revision,
            flow,
            run,
        })))
    }

    /// Leaves the rest to the next transaction.
    fn pause(mut self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        let now = tx.now();
        self.run.wait(Waiting::Turn);
        jobs::schedule(tx, &flows::WAKE, &contact.id, now)?;
        self.rest(tx, contact)
    }

    /// Keeps where the flow waits.
    fn rest(mut self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        self.log(tx, contact)?;
        rows::save_run(
            tx,
            &contact.id,
            &contact.instance,
            &self.revision,
            &self.run,
        )
    }

    /// Ends the contact, since its flow is over.
    pub(super) fn end(
        mut self,
        tx: &mut Tx<'_>,
        contact: &mut Contact,
        ending: &Ending,
    ) -> Result<(), Error> {
        if *ending == Ending::Fatal {
            let flow = &self.revision.flow;
            tracing::warn!(contact = %contact.id, %flow, "a flow could not go on and ended its chat");
        }
        self.log(tx, contact)?;
        end(tx, contact, EndReason::Flow)
    }

    fn log(&mut self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        let flow = &self.revision.flow;
        for failed in self.run.take_failures() {
            let (cause, detail) = failed
                .cause
                .split_once(": ")
                .map_or((&*failed.cause, None), |(cause, detail)| {
                    (cause, Some(detail))
                });
            tracing::warn!(
                contact = %contact.id, %flow, block = failed.identifier, r#type = failed.type_name,
                cause, detail, "a block failed"
            );
        }
        let entries = self.run.take_entries();
        if entries.is_empty() {
            return Ok(());
        }
        let (number, bytes) = rows::log(tx, &contact.id, &contact.instance, flow, &entries)?;
        match self.run.count_log_row(number, bytes) {
            Some(number) => rows::drop_log(tx, &contact.id, number),
            None => Ok(()),
        }
    }
}

/// What reading or writing so many bytes costs.
fn parts(bytes: usize) -> u32 {
    u32::try_from(bytes / PART_BYTES).unwrap_or(TURN_MAX)
}

fn attributes_bytes(contact: &Contact) -> usize {
    let sizes = contact.attributes.iter();
    sizes.map(|(name, value)| name.len() + value.len()).sum()
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

#[cfg(test)]
mod tests {
    use super::*;

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
}

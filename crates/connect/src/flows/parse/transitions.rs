//! The branches of an action.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::IDENTIFIER_CHARS_MAX;
use crate::flows::language::{
    Condition, Conditions, Operator, Rule, TEXT_REFERENCES_MAX, Transitions,
};
use crate::flows::problems::{Problems, clip};
use crate::flows::reference::Text;

/// How many conditions or errors an action may have.
const BRANCHES_MAX: usize = 100;

/// Reads an action's `Transitions` and checks them against the rule of its type.
pub(super) fn read(
    place: &str,
    given: Option<&Value>,
    rule: &Rule,
    targets: &HashMap<&str, usize>,
    problems: &mut Problems,
) -> Transitions {
    let empty = Map::new();
    let given = if let Some(Value::Object(given)) = given {
        given
    } else {
        problems.add(format!("{place}: Transitions must be an object"));
        &empty
    };
    let mut reader = Reader {
        place,
        targets,
        problems,
    };
    let transitions = Transitions {
        next: given
            .get("NextAction")
            .and_then(|next| reader.target("NextAction", Some(next))),
        errors: reader.errors(given.get("Errors")),
        conditions: reader.conditions(given.get("Conditions")),
    };
    if rule.terminal {
        reader.check_terminal(given);
        return transitions;
    }
    if rule.next_required && !given.contains_key("NextAction") {
        reader.problem("Transitions.NextAction is missing");
    }
    reader.check_errors(rule, &transitions);
    reader.check_conditions(rule, &transitions);
    transitions
}

struct Reader<'a> {
    place: &'a str,
    targets: &'a HashMap<&'a str, usize>,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn problem(&mut self, text: impl std::fmt::Display) {
        self.problems.add(format!("{}: {text}", self.place));
    }

    fn target(&mut self, member: &str, given: Option<&Value>) -> Option<usize> {
        let Some(identifier) = given.and_then(Value::as_str) else {
            self.problem(format_args!("{member} must be the identifier of an action"));
            return None;
        };
        let target = self.targets.get(identifier).copied();
        if target.is_none() {
            let identifier = clip(identifier, IDENTIFIER_CHARS_MAX);
            self.problem(format_args!(
                "{member} \"{identifier}\" is no action of the flow"
            ));
        }
        target
    }

    fn list<'b>(&mut self, member: &str, given: Option<&'b Value>) -> &'b [Value] {
        match given {
            None => &[],
            Some(Value::Array(list)) if list.len() <= BRANCHES_MAX => list,
            Some(_) => {
                self.problem(format_args!(
                    "Transitions.{member} must be a list of at most {BRANCHES_MAX}"
                ));
                &[]
            }
        }
    }

    fn errors(&mut self, given: Option<&Value>) -> Vec<(String, usize)> {
        let mut errors: Vec<(String, usize)> = Vec::new();
        for error in self.list("Errors", given) {
            let Some(error_type) = error.get("ErrorType").and_then(Value::as_str) else {
                self.problem("Errors[].ErrorType must be text");
                continue;
            };
            let named = clip(error_type, IDENTIFIER_CHARS_MAX);
            let target = self.target(
                &format!("the NextAction of error {named}"),
                error.get("NextAction"),
            );
            if errors.iter().any(|(name, _)| name == error_type) {
                self.problem(format_args!("error {named} is given more than once"));
            }
            errors.push((error_type.to_owned(), target.unwrap_or_default()));
        }
        errors
    }

    fn conditions(&mut self, given: Option<&Value>) -> Vec<(Condition, usize)> {
        let mut conditions = Vec::new();
        for (number, listed) in self.list("Conditions", given).iter().enumerate() {
            let number = number + 1;
            let target = self.target(
                &format!("the NextAction of condition {number}"),
                listed.get("NextAction"),
            );
            if let Some(condition) = self.condition(number, listed.get("Condition")) {
                conditions.push((condition, target.unwrap_or_default()));
            }
        }
        conditions
    }

    fn condition(&mut self, number: usize, given: Option<&Value>) -> Option<Condition> {
        let Some(Value::Object(given)) = given else {
            self.problem(format_args!("condition {number} must have a Condition"));
            return None;
        };
        let operator = match given.get("Operator").and_then(Value::as_str) {
            None => {
                self.problem(format_args!(
                    "the Operator of condition {number} must be text"
                ));
                None
            }
            Some(name) => {
                let operator = Operator::named(name);
                if operator.is_none() {
                    let name = clip(name, IDENTIFIER_CHARS_MAX);
                    self.problem(format_args!(
                        "the Operator \"{name}\" of condition {number} is not known"
                    ));
                }
                operator
            }
        };
        let operand = match given
            .get("Operands")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        {
            Some([Value::String(operand)]) => operand.clone(),
            Some([Value::Number(operand)]) => operand.to_string(),
            _ => {
                self.problem(format_args!(
                    "the Operands of condition {number} must be a list of one text"
                ));
                return None;
            }
        };
        let text = Text::parse(&operand);
        if text.references() > TEXT_REFERENCES_MAX {
            self.problem(format_args!(
                "the operand of condition {number} has {} references, more than {TEXT_REFERENCES_MAX}",
                text.references()
            ));
            return None;
        }
        Some(Condition {
            operator: operator?,
            operand: text,
            operand_text: operand,
        })
    }

    fn check_terminal(&mut self, given: &Map<String, Value>) {
        let is_empty = given.iter().all(|(member, value)| {
            matches!(member.as_str(), "Errors" | "Conditions")
                && value.as_array().is_some_and(Vec::is_empty)
        });
        if !is_empty {
            self.problem("Transitions must be empty, the action ends the flow");
        }
    }

    fn check_errors(&mut self, rule: &Rule, transitions: &Transitions) {
        for required in rule.errors_required {
            if transitions.error(required).is_none() {
                self.problem(format_args!("the error branch {required} is missing"));
            }
        }
        let Some(allowed) = rule.errors else { return };
        for (error_type, _) in &transitions.errors {
            if !allowed.contains(&error_type.as_str()) {
                let named = clip(error_type, IDENTIFIER_CHARS_MAX);
                self.problem(format_args!("the action has no error {named}"));
            }
        }
    }

    fn check_conditions(&mut self, rule: &Rule, transitions: &Transitions) {
        let conditions = &transitions.conditions;
        match rule.conditions {
            Conditions::Any => {}
            Conditions::None => {
                if !conditions.is_empty() {
                    self.problem("the action has no conditions");
                }
            }
            Conditions::Equals(allowed, required) => {
                for (condition, _) in conditions {
                    let operand = condition.operand_text.as_str();
                    if condition.operator != Operator::Equals || !allowed.contains(&operand) {
                        self.problem(format_args!(
                            "conditions must be Equals with one of {}",
                            allowed.join(", ")
                        ));
                    }
                }
                for required in required {
                    if !conditions
                        .iter()
                        .any(|(condition, _)| condition.operand_text == *required)
                    {
                        self.problem(format_args!("the condition Equals {required} is missing"));
                    }
                }
            }
        }
    }
}

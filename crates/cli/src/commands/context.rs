//! What the finished words of a command line mean.

use signback_wire::{Operation, Service};

use super::known::{self, Known, Takes};
use crate::arguments::operation::Operations;
use crate::commands::services;
use crate::session::Session;

/// What the finished words mean so far.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The circumstances.
    pub session: &'a Session,
    /// The words that are neither options nor their values.
    pub operands: Vec<String>,
    /// The service that the first of them names.
    pub service: Option<&'static Service>,
    /// The operation that the second names.
    pub operation: Option<&'static Operation>,
    /// The options so far, by their full names, each with its first value if there is one.
    pub given: Vec<(String, Option<String>)>,
    /// The option whose value comes next.
    pub open: Option<Known>,
    /// The option that may take another value, though it needs none.
    pub more: Option<Known>,
}

impl<'a> Context<'a> {
    /// Reads the words.
    pub(crate) fn of(session: &'a Session, words: &[String]) -> Self {
        let mut context = Self {
            session,
            operands: Vec::new(),
            service: None,
            operation: None,
            given: Vec::new(),
            open: None,
            more: None,
        };
        for word in words {
            context.read(word);
        }
        context
    }

    /// Whether the operand of that place is this word.
    pub(crate) fn is(&self, place: usize, word: &str) -> bool {
        self.operands.get(place).is_some_and(|given| given == word)
    }

    /// Whether the word stands among the operands.
    pub(crate) fn operand(&self, word: &str) -> bool {
        self.operands.iter().any(|given| given == word)
    }

    /// Whether the option was given.
    pub(crate) fn gives(&self, name: &str) -> bool {
        self.given.iter().any(|(given, _)| given == name)
    }

    /// The value that was given for the option.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().rev().find(|(given, _)| given == name);
        found.and_then(|(_, value)| value.as_deref())
    }

    fn read(&mut self, word: &str) {
        if let Some(name) = word.strip_prefix("--") {
            self.read_option(name);
        } else if let Some(open) = self.open.take().or_else(|| self.more.take()) {
            if let Some((_, value)) = self.given.last_mut() {
                value.get_or_insert_with(|| word.to_owned());
            }
            self.more = (open.takes == Takes::Many).then_some(open);
        } else {
            self.read_operand(word);
        }
    }

    fn read_option(&mut self, name: &str) {
        (self.open, self.more) = (None, None);
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (name, None),
        };
        let Some(option) = known::option(self, name) else {
            self.given.push((name.to_owned(), value));
            return;
        };
        self.given.push((option.name.clone(), value.clone()));
        match option.takes {
            Takes::Nothing => {}
            Takes::Perhaps => self.more = value.is_none().then_some(option),
            Takes::One | Takes::Many => self.open = value.is_none().then_some(option),
        }
    }

    fn read_operand(&mut self, word: &str) {
        match (self.operands.len(), self.service) {
            (0, _) => {
                let environment = &self.session.environment;
                self.service = services::service(environment, word).ok().flatten();
            }
            (1, Some(service)) => {
                let operations = Operations {
                    service,
                    aliases: &[],
                };
                self.operation = operations.find(word);
            }
            _ => {}
        }
        self.operands.push(word.to_owned());
    }
}

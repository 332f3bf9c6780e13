//! The state between pages: tokens, counts and what is cut off.

use signback_wire::Paginator;

use super::{Keys, Paging, set, token};
use crate::failure::Failure;
use crate::python;
use crate::value::{Map, Value};

/// Where paging stands.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    names: &'a [String],
    keys: &'a Keys,
    parameters: Option<Map>,
    max_items: Option<i64>,
    /// How much of the first page was shown before.
    skip: i64,
    starts_later: bool,
    is_first: bool,
    seen: i64,
    /// The tokens with which the current page was asked for.
    tokens: Map,
    previous: Option<Map>,
    fixed: Map,
    resume: Option<String>,
    is_cut: bool,
}

impl<'a> Pages<'a> {
    pub(super) fn new(
        paginator: &'a Paginator,
        keys: &'a Keys,
        paging: &Paging,
        mut parameters: Map,
    ) -> Result<Self, Failure> {
        let names = &paginator.input_token;
        let mut tokens: Map = names
            .iter()
            .map(|name| (name.clone(), Value::Null))
            .collect();
        let mut skip = 0;
        if let Some(text) = &paging.starting_token {
            (tokens, skip) = token::decode(text, names)?;
            inject(&mut parameters, &tokens);
        }
        if let (Some(size), Some(name)) = (&paging.page_size, &paginator.limit_key) {
            parameters.insert(name.clone(), size.clone());
        }
        Ok(Self {
            names,
            keys,
            parameters: Some(parameters),
            max_items: paging.max_items,
            skip,
            starts_later: paging.starting_token.is_some(),
            is_first: true,
            seen: 0,
            tokens,
            previous: None,
            fixed: Map::new(),
            resume: None,
            is_cut: false,
        })
    }

    /// The parameters for the next page, if there is one.
    pub(super) fn next_parameters(&self) -> Option<Map> {
        self.parameters.clone()
    }

    /// What is shown besides the pages' results.
    pub(super) fn fixed(&self) -> &Map {
        &self.fixed
    }

    /// With what a later command can go on.
    pub(super) fn resume_token(&self) -> Option<String> {
        self.resume.clone()
    }

    /// Takes a page and gives what is to be shown of it.
    pub(super) fn receive(&mut self, mut page: Value) -> Result<Value, Failure> {
        if self.is_first {
            if self.starts_later {
                self.skip_shown(&mut page)?;
            }
            for key in &self.keys.fixed {
                set(&mut self.fixed, &key.text, key.find(&page)?);
            }
        } else {
            self.skip = 0;
        }
        self.is_first = false;
        let count = self.count(&page)?;
        let excess = self.max_items.map_or(0, |max| self.seen + count - max);
        if excess > 0 {
            self.cut(&mut page, count - excess)?;
        }
        Ok(page)
    }

    /// Finds out, after a page was shown, how to get the next.
    pub(super) fn advance(&mut self, page: &Value) -> Result<(), Failure> {
        let Some(mut parameters) = self.parameters.take() else {
            return Ok(());
        };
        if self.is_cut {
            return Ok(());
        }
        self.seen += self.count(page)?;
        self.tokens = self.next_tokens(page)?;
        if self.tokens.values().all(|token| *token == Value::Null) {
            return Ok(());
        }
        if self.max_items == Some(self.seen) {
            self.resume = Some(token::encode(self.tokens.clone(), self.names)?);
            return Ok(());
        }
        if self.previous.as_ref() == Some(&self.tokens) {
            return Err(Failure::general(format!(
                "Error during pagination: The same next token was received twice: {}",
                python::repr(&Value::Map(self.tokens.clone()))
            )));
        }
        inject(&mut parameters, &self.tokens);
        self.previous = Some(self.tokens.clone());
        self.parameters = Some(parameters);
        Ok(())
    }

    fn count(&self, page: &Value) -> Result<i64, Failure> {
        let Some(primary) = self.keys.results.first() else {
            return Ok(0);
        };
        let count = match primary.find(page)? {
            Value::List(items) => items.len(),
            Value::Map(map) => map.len(),
            Value::Str(text) => text.chars().count(),
            _ => 0,
        };
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Leaves out of the first page what an earlier command has shown.
    fn skip_shown(&self, page: &mut Value) -> Result<(), Failure> {
        for (place, key) in self.keys.results.iter().enumerate() {
            let value = match (place, key.find(page)?) {
                (0, Value::List(items)) => Value::List(from(items, self.skip)),
                (0, Value::Str(text)) => Value::Str(
                    from(text.chars().collect(), self.skip)
                        .into_iter()
                        .collect(),
                ),
                (0, _) => Value::Null,
                (_, Value::List(_)) => Value::List(Vec::new()),
                (_, Value::Str(_)) => Value::from(""),
                (_, Value::Int(_) | Value::Float(_) | Value::Bool(_)) => Value::Int(0),
                _ => Value::Null,
            };
            if let Value::Map(map) = page {
                set(map, &key.text, value);
            }
        }
        Ok(())
    }

    /// Keeps only the first items of a page and remembers where to go on.
    fn cut(&mut self, page: &mut Value, keep: i64) -> Result<(), Failure> {
        self.is_cut = true;
        let Some(primary) = self.keys.results.first() else {
            return Ok(());
        };
        let value = match primary.find(page)? {
            Value::List(items) => Value::List(until(items, keep)),
            Value::Str(text) => {
                Value::Str(until(text.chars().collect(), keep).into_iter().collect())
            }
            _ => Value::List(Vec::new()),
        };
        if let Value::Map(map) = page {
            set(map, &primary.text, value);
        }
        let mut tokens = self.tokens.clone();
        tokens.insert(token::CUT.to_owned(), Value::Int(keep + self.skip));
        self.resume = Some(token::encode(tokens, self.names)?);
        Ok(())
    }

    fn next_tokens(&self, page: &Value) -> Result<Map, Failure> {
        if let Some(more) = &self.keys.more
            && more.find(page)?.is_empty()
        {
            return Ok(Map::new());
        }
        let mut tokens = Map::new();
        for (key, name) in self.keys.outputs.iter().zip(self.names) {
            let found = key.find(page)?;
            tokens.insert(
                name.clone(),
                if found.is_empty() { Value::Null } else { found },
            );
        }
        Ok(tokens)
    }
}

fn inject(parameters: &mut Map, tokens: &Map) {
    for (name, token) in tokens {
        if *token == Value::Null || token.as_str() == Some("None") {
            parameters.shift_remove(name);
        } else {
            parameters.insert(name.clone(), token.clone());
        }
    }
}

/// The place that an index means; negative ones count from the end.
fn place(length: usize, index: i64) -> usize {
    match usize::try_from(index) {
        Ok(index) => index.min(length),
        Err(_) => {
            length.saturating_sub(usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX))
        }
    }
}

fn from<T>(mut items: Vec<T>, start: i64) -> Vec<T> {
    items.split_off(place(items.len(), start))
}

fn until<T>(mut items: Vec<T>, end: i64) -> Vec<T> {
    items.truncate(place(items.len(), end));
    items
}

//! Results that come in pages: fetched until there are no more, or until `--max-items` are there.

mod pages;
#[cfg(test)]
mod tests;
mod token;

use signback_wire::{Kind, Operation, Paginator, Service};

use crate::arguments::names::dashed;
use crate::arguments::parser::Parsed;
use crate::call::Caller;
use crate::failure::{Failure, complain};
use crate::input::files;
use crate::jmespath::Expression;
use crate::output::{Format, Printer};
use crate::python;
use crate::session::Session;
use crate::session::environment::Environment;
use crate::value::{Map, Value};

use pages::Pages;

/// The options of paging, in the order in which they are named in messages.
const OPTIONS: [&str; 3] = ["starting-token", "page-size", "max-items"];

/// What the options say about paging.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Paging {
    by_hand: bool,
    starting_token: Option<String>,
    page_size: Option<Value>,
    max_items: Option<i64>,
}

/// Reads the options; nothing if the pages are not to be fetched.
///
/// # Errors
/// Options that contradict one another.
pub(crate) fn options(
    session: &Session,
    service: &Service,
    operation: &Operation,
    parsed: &Parsed,
) -> Result<Option<Paging>, Failure> {
    let Some(paginator) = &operation.paginator else {
        return Ok(None);
    };
    // An option that a member has the name of pages by hand, but for the greatest number of items.
    let is_own = |name: &str| {
        let name = dashed(name);
        name != "max-items" && parsed.get(&name).is_some()
    };
    let by_hand =
        session.globals.flag("no-paginate") || own_members(paginator).any(|name| is_own(name));
    let is_free = |name: &str| !(by_hand && is_members_name(service, operation, name));
    if by_hand {
        let used: Vec<String> = OPTIONS
            .iter()
            .filter(|name| is_free(name))
            .filter(|name| {
                parsed
                    .word(name)
                    .is_some_and(|word| !word.is_empty() && python::int(word) != Ok(0))
            })
            .map(|name| format!("--{name}"))
            .collect();
        if !used.is_empty() {
            return Err(Failure::usage(format!(
                "Cannot specify --no-paginate along with pagination arguments: {}",
                used.join(", ")
            )));
        }
        if OPTIONS.iter().all(|name| parsed.word(name).is_none()) {
            return Ok(None);
        }
    }
    let is_text = paginator.limit_key.as_ref().is_some_and(|name| {
        let input = service.input(operation);
        let member = input.and_then(|shape| shape.member(name));
        member.is_some_and(|member| service.shape(member.shape).kind == Kind::String)
    });
    let number = |name| {
        parsed
            .word(name)
            .filter(|_| is_free(name))
            .map(python::int)
            .transpose()
            .map_err(Failure::general)
    };
    let page_size = if is_text {
        parsed
            .word("page-size")
            .filter(|_| is_free("page-size"))
            .map(Value::from)
    } else {
        number("page-size")?.map(Value::Int)
    };
    Ok(Some(Paging {
        by_hand,
        starting_token: parsed
            .word("starting-token")
            .filter(|_| is_free("starting-token"))
            .map(str::to_owned),
        page_size,
        max_items: number("max-items")?,
    }))
}

/// Whether a member of the input has the name of that option.
fn is_members_name(service: &Service, operation: &Operation, option: &str) -> bool {
    let input = service.input(operation);
    input.is_some_and(|shape| {
        shape
            .members()
            .iter()
            .any(|member| dashed(&member.name) == option)
    })
}

/// Whether the option is one of paging while the pages are fetched, whatever member has its name too.
#[must_use]
pub(crate) fn takes(paging: Option<&Paging>, option: &str) -> bool {
    OPTIONS.contains(&option) && paging.is_some_and(|paging| !paging.by_hand)
}

impl Paging {
    /// Reads the token from its file if it names one.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub(crate) fn load_token(&mut self, environment: &Environment) -> Result<(), Failure> {
        if let Some(token) = &mut self.starting_token
            && let Some(loaded) = files::parameter(environment, "--starting-token", token)?
        {
            *token = python::display(&loaded);
        }
        Ok(())
    }
}

/// Warns of limits that make little sense.
pub(crate) fn warn(paging: &Paging) {
    if paging.max_items.is_some_and(|items| items <= 0) {
        complain(
            "warning: Non-positive values for --max-items may result in undefined behavior.\n",
        );
    }
}

/// Whether the pages are left to the user: so it was said, or the parameters hold what paging would
/// fill in.
pub(crate) fn is_by_hand(paging: &Paging, paginator: &Paginator, parameters: &Map) -> bool {
    paging.by_hand || own_members(paginator).any(|name| parameters.contains_key(name))
}

/// The paging options as the parameter that nobody takes, once the pages are left to the user.
pub(crate) fn left_over(paging: &Paging) -> Option<Value> {
    let mut map = Map::new();
    if let Some(token) = &paging.starting_token {
        map.insert("StartingToken".to_owned(), Value::from(token.as_str()));
    }
    if let Some(size) = &paging.page_size {
        map.insert("PageSize".to_owned(), size.clone());
    }
    if let Some(items) = paging.max_items {
        map.insert("MaxItems".to_owned(), Value::Int(items));
    }
    (!map.is_empty()).then_some(Value::Map(map))
}

fn own_members(paginator: &Paginator) -> impl Iterator<Item = &String> {
    paginator.input_token.iter().chain(&paginator.limit_key)
}

/// Calls the operation for every page and shows what comes.
///
/// # Errors
/// A call that fails; what was shown before stays shown.
pub(crate) fn run(
    caller: &mut Caller<'_>,
    operation: &Operation,
    paginator: &Paginator,
    paging: &Paging,
    parameters: Map,
    printer: &mut Printer<'_>,
) -> Result<(), Failure> {
    let keys = Keys::new(paginator)?;
    let mut pages = Pages::new(paginator, &keys, paging, parameters)?;
    let format = printer.format();
    let mut gathered = Map::new();
    let mut is_first = true;
    while let Some(parameters) = pages.next_parameters() {
        let page = pages.receive(Value::Map(caller.call(operation, parameters)?))?;
        match format {
            Format::Text => {
                let mut shown = if is_first {
                    pages.fixed().clone()
                } else {
                    Map::new()
                };
                for key in &keys.results {
                    set(&mut shown, &key.text, key.find(&page)?);
                }
                printer.show_page(&Value::Map(shown))?;
            }
            Format::YamlStream => printer.show_page(&page)?,
            _ => gather(&mut gathered, &keys.results, &page)?,
        }
        is_first = false;
        pages.advance(&page)?;
    }
    let resume = pages.resume_token();
    if format.is_paged() {
        if let (Format::Text, Some(token)) = (format, resume) {
            let inner = Map::from_iter([("NextToken".to_owned(), Value::Str(token))]);
            let outer = Map::from_iter([("NextToken".to_owned(), Value::Map(inner))]);
            printer.show_page(&Value::Map(outer))?;
        }
        return Ok(());
    }
    merge(&mut gathered, pages.fixed());
    if let Some(token) = resume {
        gathered.insert("NextToken".to_owned(), Value::Str(token));
    }
    printer.show(&Value::Map(gathered))
}

/// An expression with its text.
#[derive(Debug)]
struct Key {
    text: String,
    expression: Expression,
}

impl Key {
    fn new(text: &str) -> Result<Self, Failure> {
        let expression = Expression::parse(text).map_err(Failure::general)?;
        Ok(Self {
            text: text.to_owned(),
            expression,
        })
    }

    fn find(&self, value: &Value) -> Result<Value, Failure> {
        self.expression.search(value).map_err(Failure::general)
    }
}

/// The expressions of a paginator.
#[derive(Debug)]
struct Keys {
    outputs: Vec<Key>,
    results: Vec<Key>,
    fixed: Vec<Key>,
    more: Option<Key>,
}

impl Keys {
    fn new(paginator: &Paginator) -> Result<Self, Failure> {
        let all = |texts: &[String]| {
            texts
                .iter()
                .map(|text| Key::new(text))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            outputs: all(&paginator.output_token)?,
            results: all(&paginator.result_key)?,
            fixed: all(&paginator.non_aggregate_keys)?,
            more: paginator
                .more_results
                .as_deref()
                .map(Key::new)
                .transpose()?,
        })
    }
}

/// Sets what a dotted path names.
fn set(map: &mut Map, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            map.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = map
                .entry(first.to_owned())
                .or_insert_with(|| Value::Map(Map::new()));
            if let Value::Map(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// Adds the results of a page to those that are there: lists grow, numbers and texts are added.
fn gather(gathered: &mut Map, keys: &[Key], page: &Value) -> Result<(), Failure> {
    for key in keys {
        let found = key.find(page)?;
        if let (Some(Value::List(known)), Value::List(found)) =
            (gathered.get_mut(&key.text), &found)
        {
            // The usual case, without copying what is there.
            known.extend(found.iter().cloned());
            continue;
        }
        let known = key.find(&Value::Map(gathered.clone()))?;
        let sum = match (known, found) {
            (_, Value::Null) => continue,
            (Value::Null, found) => found,
            (Value::List(mut known), Value::List(found)) => {
                known.extend(found);
                Value::List(known)
            }
            (Value::Str(known), Value::Str(found)) => Value::Str(known + &found),
            (Value::Int(known), Value::Int(found)) => Value::Int(known.saturating_add(found)),
            (Value::Float(known), Value::Float(found)) => Value::Float(known + found),
            _ => continue,
        };
        set(gathered, &key.text, sum);
    }
    Ok(())
}

/// Adds the members of one map to another, those of nested maps too.
fn merge(map: &mut Map, other: &Map) {
    for (name, value) in other {
        match (map.get_mut(name), value) {
            (Some(Value::Map(known)), Value::Map(value)) => merge(known, value),
            _ => {
                map.insert(name.clone(), value.clone());
            }
        }
    }
}

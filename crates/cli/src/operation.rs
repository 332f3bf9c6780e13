//! One operation, called from the command line.

use signback_wire::{Operation, Service, Shape};

use crate::arguments::misused;
use crate::arguments::operation::{OperationOption, Source, arguments, lift_required, options};
use crate::arguments::parser::{self, Given, Parsed, Stop};
use crate::credentials;
use crate::failure::Failure;
use crate::input::blobs;
use crate::input::blobs::BinaryFormat;
use crate::input::{document, skeleton, values};
use crate::pagination::Paging;
use crate::python::sentences;
use crate::session::Session;
use crate::value::{Map, Value};
use crate::{output, pagination};

/// What the words after an operation's name ask for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// Its help page.
    Help,
    /// A call.
    Call(Options),
}

/// The options that were given for an operation.
#[derive(Debug)]
pub(crate) struct Options {
    options: Vec<OperationOption>,
    parsed: Parsed,
}

/// Parses the words after the operation's name.
///
/// # Errors
/// Words that are no options of the operation, or miss something.
pub(crate) fn parse(
    session: &Session,
    service: &Service,
    operation: &Operation,
    words: &[String],
) -> Result<Asked, Failure> {
    if words == ["help"] {
        return Ok(Asked::Help);
    }
    let mut options = options(service, operation);
    lift_required(&mut options, words);
    let (parsed, mut rest) = match parser::parse(&arguments(service, operation, &options), words) {
        Ok(parsed) => parsed,
        Err(Stop::Version) => return Ok(Asked::Help),
        Err(Stop::Problem(message)) => {
            return Err(misused(&session.environment.program, &message));
        }
    };
    match parsed.word("help") {
        Some("help") => return Ok(Asked::Help),
        Some(word) if !word.is_empty() => rest.push(word.to_owned()),
        _ => {}
    }
    if !rest.is_empty() {
        return Err(Failure::unknown_options(&rest));
    }
    Ok(Asked::Call(Options { options, parsed }))
}

/// Calls the operation and prints its result.
///
/// # Errors
/// Whatever keeps it from succeeding.
pub(crate) fn run(
    session: &Session,
    service: &Service,
    operation: &Operation,
    given: &Options,
) -> Result<i32, Failure> {
    let mut paging = pagination::options(session, service, operation, &given.parsed)?;
    let (mut parameters, read_as_json) =
        parameters(session, service, operation, given, paging.as_ref())?;
    if let Some(paging) = &mut paging {
        paging.load_token(&session.environment)?;
        pagination::warn(paging);
    }
    let is_named_by_text = document::add(session, &given.parsed, &mut parameters)?;
    let skeleton = given.parsed.word("generate-cli-skeleton");
    if let Some(kind @ ("input" | "yaml-input")) = skeleton {
        skeleton::input(service, operation, kind);
        return Ok(0);
    }
    let binary = blobs::format(session)?;
    let mut caller = credentials::caller(session, service)?.with_json(read_as_json);
    if let (Some(shape), BinaryFormat::Base64) = (service.input(operation), binary) {
        blobs::decode(service, shape, &mut parameters)?;
    }
    if !is_named_by_text {
        return Err(Failure::general(sentences::NAMES_ARE_NO_TEXTS));
    }
    let left_over = paging.as_ref().and_then(pagination::left_over);
    if skeleton == Some("output") {
        add_left_over(&mut parameters, left_over);
        // The original makes its sample before it looks at what was given.
        let sample = skeleton::output(service, operation)?;
        caller.check(operation, &parameters)?;
        return output::print(session, operation, &sample).map(|()| 0);
    }
    if let (Some(paginator), Some(paging)) = (&operation.paginator, paging) {
        if !pagination::is_by_hand(&paging, paginator, &parameters) {
            let mut printer = output::Printer::new(session, operation)?;
            return pagination::run(
                &mut caller,
                operation,
                paginator,
                &paging,
                parameters,
                &mut printer,
            )
            .map(|()| 0);
        }
        add_left_over(&mut parameters, left_over);
    }
    let result = caller.call(operation, parameters)?;
    output::print(session, operation, &Value::Map(result)).map(|()| 0)
}

/// Adds the paging options as a parameter, which no operation takes: for calls that do not page.
fn add_left_over(parameters: &mut Map, left_over: Option<Value>) {
    if let Some(left_over) = left_over {
        parameters.insert("PaginationConfig".to_owned(), left_over);
    }
}

/// The parameters given as options, in the order of the model, and which of them were JSON.
fn parameters(
    session: &Session,
    service: &Service,
    operation: &Operation,
    given: &Options,
    paging: Option<&Paging>,
) -> Result<(Map, Vec<String>), Failure> {
    let members = service
        .input(operation)
        .map(Shape::members)
        .unwrap_or_default();
    let (mut parameters, mut read_as_json) = (Map::new(), Vec::new());
    for option in &given.options {
        let (Source::Member(place) | Source::Negated(place)) = option.source else {
            continue;
        };
        let member = &members[place];
        let key = crate::arguments::names::dashed(&member.name);
        let Some(words) = given.parsed.get(&key) else {
            continue;
        };
        if pagination::takes(paging, &key) {
            continue;
        }
        if matches!(words, Given::Flag(_)) && parameters.contains_key(&member.name) {
            continue;
        }
        let (value, is_json) =
            values::unpack(&session.environment, service, member, &option.name, words)?;
        if is_json {
            read_as_json.push(member.name.clone());
        }
        parameters.insert(member.name.clone(), value);
    }
    Ok((parameters, read_as_json))
}

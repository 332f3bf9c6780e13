//! From a request back to its operation: by method and path, or by `X-Amz-Target`.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use super::{Operation, Service};

/// Path parameters by name, decoded.
pub type PathParameters = Vec<(String, String)>;

/// The paths of one REST service.
///
/// A literal part of a path wins over a parameter, a parameter over a greedy one; where the
/// better match leads nowhere the next is tried. A slash at the end makes no difference.
#[derive(Debug)]
pub struct Router<'s> {
    methods: HashMap<String, Node<'s>>,
}

/// What a method and a path lead to.
#[derive(Debug, PartialEq)]
pub struct Route<'s> {
    /// The operation.
    pub operation: &'s Operation,
    /// Its path parameters.
    pub parameters: PathParameters,
}

/// One step of the tree of paths.
#[derive(Debug, Default)]
struct Node<'s> {
    literals: HashMap<String, Node<'s>>,
    parameter: Option<Box<Node<'s>>>,
    greedy: Option<End<'s>>,
    end: Option<End<'s>>,
}

/// The end of a path: an operation and the names of its parameters in order.
#[derive(Debug)]
struct End<'s> {
    operation: &'s Operation,
    names: Vec<String>,
}

impl<'s> Router<'s> {
    /// The router of a service whose operations differ by method and path.
    #[must_use]
    pub fn new(service: &'s Service) -> Router<'s> {
        Router::of(service.operations())
    }

    /// The router of some operations.
    pub(crate) fn of(operations: impl IntoIterator<Item = &'s Operation>) -> Router<'s> {
        let mut router = Router {
            methods: HashMap::new(),
        };
        for operation in operations {
            router.add(operation);
        }
        router
    }

    fn add(&mut self, operation: &'s Operation) {
        let path = operation.uri.split('?').next().unwrap_or_default();
        let mut names = Vec::new();
        let mut node = self.methods.entry(operation.method.clone()).or_default();
        for part in parts(path) {
            match part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                None => node = node.literals.entry(part.to_owned()).or_default(),
                Some(name) => {
                    names.push(name.trim_end_matches('+').to_owned());
                    if name.ends_with('+') {
                        node.greedy = Some(End { operation, names });
                        return;
                    }
                    node = node.parameter.get_or_insert_default();
                }
            }
        }
        node.end = Some(End { operation, names });
    }

    /// The operation for a method and an encoded path, if there is one.
    #[must_use]
    pub fn route(&self, method: &str, path: &str) -> Option<Route<'s>> {
        let path: Vec<&str> = parts(path).collect();
        let mut values = Vec::new();
        let end = self.methods.get(method)?.find(&path, &mut values)?;
        let decoded =
            |value: &String| Some(percent_decode_str(value).decode_utf8().ok()?.into_owned());
        let parameters = end
            .names
            .iter()
            .zip(&values)
            .map(|(name, value)| Some((name.clone(), decoded(value)?)));
        Some(Route {
            operation: end.operation,
            parameters: parameters.collect::<Option<_>>()?,
        })
    }
}

impl<'s> Node<'s> {
    fn find(&self, path: &[&str], values: &mut Vec<String>) -> Option<&End<'s>> {
        let Some((part, rest)) = path.split_first() else {
            return self.end.as_ref();
        };
        let taken = values.len();
        let literal = self.literals.get(*part);
        if let Some(end) = literal.and_then(|node| node.find(rest, values)) {
            return Some(end);
        }
        values.truncate(taken);
        if let Some(node) = self.parameter.as_ref().filter(|_| !part.is_empty()) {
            values.push((*part).to_owned());
            if let Some(end) = node.find(rest, values) {
                return Some(end);
            }
            values.truncate(taken);
        }
        values.push(path.join("/"));
        self.greedy.as_ref()
    }
}

/// The parts of a path between its slashes, without a last empty one.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

/// The operation that an `X-Amz-Target` names, if it is one of this service.
#[must_use]
pub fn target_operation<'s>(service: &'s Service, target: &str) -> Option<&'s Operation> {
    let (prefix, operation) = target.split_once('.')?;
    if service.metadata().target_prefix.as_deref() != Some(prefix) {
        return None;
    }
    service.operation(operation)
}

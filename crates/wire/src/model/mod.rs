//! Interface models: what a service's operations and shapes are called and how they travel.
//!
//! A model is an index of names with one compact record each. Records are read when they are
//! first asked for, because the command uses one operation of hundreds and starts in 2 ms.

mod access;
mod index;
mod notation;
mod pack;
mod pattern;
mod record;
mod router;

use std::sync::OnceLock;

use index::{Index, Records};
pub(crate) use pattern::Pattern;
pub use record::{
    Auth, Bound, ErrorCase, ErrorTrait, Kind, Location, Member, Metadata, Operation, Paginator,
    Protocol, Shape, ShapeId, TimestampFormat, Trait, Traits,
};
pub use router::{PathParameters, Route, Router, target_operation};

// The names of the embedded services and their models, as the build script found them in `models/`.
include!(concat!(env!("OUT_DIR"), "/services.rs"));

/// How the names of members end that hold bearer secrets, though the models do not always call them sensitive.
const HIDDEN_ENDINGS: [&str; 9] = [
    "Token",
    "State",
    "Session",
    "SessionId",
    "Code",
    "Url",
    "Uri",
    "Secret",
    "Password",
];

/// The model of one service.
#[derive(Debug)]
pub struct Service {
    name: String,
    metadata: Metadata,
    index: Index,
    operations: Records<Operation>,
    shapes: Records<Shape>,
    /// The patterns of shapes, compiled when first needed; `None` where there is none to check.
    patterns: Records<Option<Pattern>>,
}

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the interface model of {service} cannot be used: {problem}")]
pub struct ModelError {
    service: String,
    problem: String,
}

impl Service {
    /// The embedded model of that name, such as `connect`.
    #[must_use]
    pub fn builtin(name: &str) -> Option<&'static Service> {
        static LOADED: [OnceLock<Service>; BUILTIN.len()] =
            [const { OnceLock::new() }; BUILTIN.len()];
        let place = BUILTIN.iter().position(|builtin| *builtin == name)?;
        Some(LOADED[place].get_or_init(|| Service::open(name, Index::embedded(PACKED[place]))))
    }

    /// Reads a model in botocore's form: `service-2.json`, and `paginators-1.json` if there is one.
    pub fn from_botocore(
        name: &str,
        model: &[u8],
        paginators: Option<&[u8]>,
    ) -> Result<Service, ModelError> {
        let unusable = |problem: String| ModelError {
            service: name.into(),
            problem,
        };
        let parsed =
            |bytes| serde_json::from_slice(bytes).map_err(|error| unusable(error.to_string()));
        let model = parsed(model)?;
        let paginators = paginators.map(parsed).transpose()?;
        let packed = pack::pack(&model, paginators.as_ref()).map_err(unusable)?;
        Ok(Service::open(name, Index::owned(packed)))
    }

    fn open(name: &str, index: Index) -> Service {
        Service {
            name: name.into(),
            metadata: index.metadata(),
            operations: Records::new(index.operations().len()),
            shapes: Records::new(index.shapes().len()),
            patterns: Records::new(index.shapes().len()),
            index,
        }
    }

    /// The name under which the command knows the service, such as `customer-profiles`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the service says about itself.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The operation of that name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        Some(self.operation_at(self.index.find(&self.index.operations(), name)?))
    }

    /// The names of all operations, sorted.
    #[must_use]
    pub fn operation_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.index.operations().map(|entry| self.index.name(entry))
    }

    /// All operations, sorted by name.
    #[must_use]
    pub fn operations(&self) -> impl ExactSizeIterator<Item = &Operation> {
        (0..self.index.operations().len()).map(|place| self.operation_at(place))
    }

    /// The shape of that number. Numbers come from this same service's records.
    #[must_use]
    pub fn shape(&self, id: ShapeId) -> &Shape {
        let place = id.0 as usize;
        self.shapes.get(place, || {
            let entry = self.index.shapes().start + place;
            Shape {
                name: self.index.name(entry).into(),
                ..self.index.record(entry)
            }
        })
    }

    /// The shape of that name.
    #[must_use]
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        let place = self.index.find(&self.index.shapes(), name)?;
        Some(self.shape(ShapeId(u32::try_from(place).ok()?)))
    }

    /// All shapes, sorted by name.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        (0..)
            .map(ShapeId)
            .take(self.index.shapes().len())
            .map(|id| self.shape(id))
    }

    /// The shape of an operation's input, if it has any.
    #[must_use]
    pub fn input(&self, operation: &Operation) -> Option<&Shape> {
        operation.input.map(|id| self.shape(id))
    }

    /// The shape of an operation's output, if it has any.
    #[must_use]
    pub fn output(&self, operation: &Operation) -> Option<&Shape> {
        operation.output.map(|id| self.shape(id))
    }

    /// Whether a member's value must not be shown in logs, errors and traces: because the model says so, or
    /// because its name says that it opens something.
    #[must_use]
    pub fn hides(&self, member: &Member) -> bool {
        self.shape(member.shape).is_sensitive()
            || HIDDEN_ENDINGS
                .iter()
                .any(|ending| member.name.ends_with(ending))
    }

    /// The compiled pattern of a shape.
    pub(crate) fn pattern(&self, id: ShapeId) -> Option<&Pattern> {
        let compile = || self.shape(id).pattern.as_deref().and_then(Pattern::compile);
        self.patterns.get(id.0 as usize, compile).as_ref()
    }

    fn operation_at(&self, place: usize) -> &Operation {
        self.operations.get(place, || {
            let entry = self.index.operations().start + place;
            Operation {
                name: self.index.name(entry).into(),
                ..self.index.record(entry)
            }
        })
    }
}

#[cfg(test)]
mod tests;

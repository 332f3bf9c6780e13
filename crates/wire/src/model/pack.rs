//! Packs a botocore model into an index and one record per operation and shape. Shared with
//! `build.rs`, which packs the embedded models; foreign models are packed when they are read.
//!
//! Layout, all numbers `u32` little endian: the count of operations, the count of shapes, then
//! one entry per record (offset and length of its name, offset and length of its bytes), first
//! the metadata, then operations and shapes each sorted by name; then names and records.

use serde::Serialize;
use serde_json::{Map, Value};

use super::notation::{
    auth, bound, error_trait, flag, map_of, member_traits, metadata, number, object, paginator,
    shape_traits, strings, text, timestamp_format,
};
use super::record::{ErrorCase, Kind, Location, Member, Operation, Shape, ShapeId, Trait};

/// The status of an error whose shape names none.
const ERROR_STATUS: u16 = 400;
/// The status of an error that is the service's fault and names none.
const FAULT_STATUS: u16 = 500;

/// Packs the model in the form of botocore's `service-2.json` and `paginators-1.json`.
pub(crate) fn pack(model: &Value, paginators: Option<&Value>) -> Result<Vec<u8>, String> {
    let source = Source {
        operations: sorted(model, "operations")?,
        shapes: sorted(model, "shapes")?,
        paginators: paginators.and_then(|document| object(document, "pagination")),
    };
    let mut packed = Packed::default();
    packed.add(
        "",
        &metadata(object(model, "metadata").ok_or("no metadata")?)?,
    )?;
    for (name, operation) in &source.operations {
        let record = source.operation(name, operation);
        packed.add(
            name,
            &record.map_err(|problem| format!("{name}: {problem}"))?,
        )?;
    }
    for (name, shape) in &source.shapes {
        let record = source.shape(shape);
        packed.add(
            name,
            &record.map_err(|problem| format!("{name}: {problem}"))?,
        )?;
    }
    packed.written(source.operations.len(), source.shapes.len())
}

/// Named objects, sorted by name.
type Entries<'a> = Vec<(&'a str, &'a Map<String, Value>)>;

/// The parts of a model while it is packed.
struct Source<'a> {
    operations: Entries<'a>,
    shapes: Entries<'a>,
    paginators: Option<&'a Map<String, Value>>,
}

impl Source<'_> {
    fn operation(&self, name: &str, operation: &Map<String, Value>) -> Result<Operation, String> {
        let http = map_of(operation, "http").ok_or("no http binding")?;
        let referred = |part| {
            map_of(operation, part)
                .map(|part| self.referred(part))
                .transpose()
        };
        let errors = operation
            .get("errors")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        Ok(Operation {
            name: String::new(),
            method: text(http, "method").unwrap_or_else(|| "POST".into()),
            uri: text(http, "requestUri").unwrap_or_else(|| "/".into()),
            status: number(http, "responseCode")?.unwrap_or(200),
            input: referred("input")?,
            output: referred("output")?,
            result_wrapper: map_of(operation, "output")
                .and_then(|output| text(output, "resultWrapper")),
            errors: errors
                .iter()
                .map(|error| self.error(error))
                .collect::<Result<_, _>>()?,
            auth: auth(operation),
            unsigned_payload: flag(operation, "unsignedPayload"),
            idempotent: flag(operation, "idempotent"),
            host_prefix: map_of(operation, "endpoint")
                .and_then(|endpoint| text(endpoint, "hostPrefix")),
            paginator: self
                .paginators
                .and_then(|all| map_of(all, name))
                .map(paginator),
        })
    }

    fn error(&self, reference: &Value) -> Result<ErrorCase, String> {
        let reference = reference.as_object().ok_or("an error is not an object")?;
        let shape = self.referred(reference)?;
        let name = text(reference, "shape").ok_or("an error names no shape")?;
        let definition = self.shapes[shape.0 as usize].1;
        let details = error_trait(definition)?;
        let default = if flag(definition, "fault") {
            FAULT_STATUS
        } else {
            ERROR_STATUS
        };
        Ok(ErrorCase {
            code: details
                .as_ref()
                .and_then(|error| error.code.clone())
                .unwrap_or_else(|| name.clone()),
            status: details.and_then(|error| error.status).unwrap_or(default),
            name,
            shape,
        })
    }

    fn shape(&self, shape: &Map<String, Value>) -> Result<Shape, String> {
        let texts = |key| shape.get(key).map(strings).unwrap_or_default();
        Ok(Shape {
            name: String::new(),
            kind: self.kind(shape)?,
            min: bound(shape, "min"),
            max: bound(shape, "max"),
            pattern: text(shape, "pattern"),
            enumeration: texts("enum"),
            timestamp_format: timestamp_format(shape),
            error: error_trait(shape)?,
            traits: shape_traits(shape),
        })
    }

    fn kind(&self, shape: &Map<String, Value>) -> Result<Kind, String> {
        let part = |key: &str| {
            let reference = map_of(shape, key).ok_or_else(|| format!("no {key}"))?;
            self.member(key, reference)
        };
        Ok(match text(shape, "type").unwrap_or_default().as_str() {
            "structure" => self.structure(shape)?,
            "list" => Kind::List {
                member: part("member")?,
            },
            "map" => Kind::Map {
                key: part("key")?,
                value: part("value")?,
            },
            "string" | "character" => Kind::String,
            "byte" | "short" | "integer" => Kind::Integer,
            "long" | "biginteger" => Kind::Long,
            "float" => Kind::Float,
            "double" | "bigdecimal" => Kind::Double,
            "boolean" => Kind::Boolean,
            "blob" => Kind::Blob,
            "timestamp" => Kind::Timestamp,
            other => return Err(format!("a shape of the unknown type '{other}'")),
        })
    }

    fn structure(&self, shape: &Map<String, Value>) -> Result<Kind, String> {
        let payload = text(shape, "payload");
        let required = shape.get("required").map(strings).unwrap_or_default();
        let mut members = Vec::new();
        for (name, reference) in map_of(shape, "members").into_iter().flatten() {
            let reference = reference.as_object().ok_or("a member is not an object")?;
            let mut member = self.member(name, reference)?;
            if required.contains(name) {
                member.traits.add(Trait::Required);
            }
            if payload.as_ref() == Some(name) {
                member.traits.add(Trait::Payload);
            }
            members.push(member);
        }
        let place = |name: &String| {
            let place = members.iter().position(|member| member.name == *name);
            place
                .and_then(|place| u32::try_from(place).ok())
                .ok_or_else(|| format!("{name} is required, but is no member"))
        };
        let required = required.iter().map(place).collect::<Result<_, _>>()?;
        Ok(Kind::Structure { members, required })
    }

    fn member(&self, name: &str, reference: &Map<String, Value>) -> Result<Member, String> {
        Ok(Member {
            name: name.into(),
            location_name: text(reference, "locationName"),
            location: match text(reference, "location").as_deref() {
                None => Location::Body,
                Some("uri") => Location::Uri,
                Some("querystring") => Location::Query,
                Some("header") => Location::Header,
                Some("headers") => Location::Headers,
                Some("statusCode") => Location::Status,
                Some(other) => return Err(format!("{name}: the unknown location '{other}'")),
            },
            shape: self.referred(reference)?,
            timestamp_format: timestamp_format(reference),
            traits: member_traits(reference),
        })
    }

    /// The number of the shape that a reference names.
    fn referred(&self, reference: &Map<String, Value>) -> Result<ShapeId, String> {
        let name = text(reference, "shape").ok_or("a reference without shape")?;
        let place = self
            .shapes
            .binary_search_by_key(&name.as_str(), |(name, _)| name);
        place
            .ok()
            .and_then(|place| u32::try_from(place).ok())
            .map(ShapeId)
            .ok_or_else(|| format!("no shape {name}"))
    }
}

/// Records while they are gathered.
#[derive(Default)]
struct Packed {
    names: Vec<u8>,
    records: Vec<u8>,
    entries: Vec<[usize; 4]>,
}

impl Packed {
    fn add(&mut self, name: &str, record: &impl Serialize) -> Result<(), String> {
        let bytes = postcard::to_stdvec(record).map_err(|error| error.to_string())?;
        self.entries.push([
            self.names.len(),
            name.len(),
            self.records.len(),
            bytes.len(),
        ]);
        self.names.extend_from_slice(name.as_bytes());
        self.records.extend_from_slice(&bytes);
        Ok(())
    }

    fn written(self, operations: usize, shapes: usize) -> Result<Vec<u8>, String> {
        let names = 8 + self.entries.len() * 16;
        let records = names + self.names.len();
        let mut bytes = Vec::with_capacity(records + self.records.len());
        let mut put = |number: usize| {
            let number = u32::try_from(number).map_err(|_| "the model is too large".to_owned())?;
            bytes.extend_from_slice(&number.to_le_bytes());
            Ok::<(), String>(())
        };
        put(operations)?;
        put(shapes)?;
        for [name, name_length, record, record_length] in self.entries {
            put(names + name)?;
            put(name_length)?;
            put(records + record)?;
            put(record_length)?;
        }
        bytes.extend(self.names);
        bytes.extend(self.records);
        Ok(bytes)
    }
}

fn sorted<'a>(model: &'a Value, section: &str) -> Result<Entries<'a>, String> {
    let entries = object(model, section).ok_or_else(|| format!("no {section}"))?;
    let entry = |(name, value): (&'a String, &'a Value)| Some((name.as_str(), value.as_object()?));
    let entries: Option<Entries> = entries.iter().map(entry).collect();
    let mut entries = entries.ok_or_else(|| format!("an entry of {section} is not an object"))?;
    entries.sort_unstable_by_key(|(name, _)| *name);
    Ok(entries)
}

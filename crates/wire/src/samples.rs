//! Generated documents for tests: valid by their model, awkward in all that the model leaves open.

use serde_json::{Map, Value, json};

use crate::model::{Bound, Kind, Location, Member, Protocol, Service, Shape, ShapeId, Trait};

/// Texts that awkward parsers stumble over.
const AWKWARD: &[char] = &[
    'a',
    'Z',
    '0',
    ' ',
    '/',
    '?',
    '=',
    '&',
    '%',
    '+',
    '"',
    '\\',
    '<',
    '>',
    ';',
    ',',
    '.',
    ':',
    '~',
    '\'',
    '{',
    '}',
    '\n',
    '\t',
    '\r',
    '\u{1}',
    '\u{7f}',
    'é',
    'ß',
    '漢',
    '\u{fffd}',
    '\u{1f600}',
];
/// Texts that can stand in a header without being trimmed or refused.
const PLAIN: &[char] = &[
    'a', 'Z', '0', '/', '?', '=', '&', '%', '+', '"', '\\', '<', ';', ',', '.', '~', 'é',
];
/// What the patterns of the models ask for; each pattern finds at least one here.
const FITTING: &[&str] = &[
    "a",
    "A1",
    "abc_def",
    "us-east-1",
    "us-east-1_AbCdEf123",
    "us-east-1_0a1b2c3d-4e5f",
    "0a1b2c3d-4e5f-4a7b-8c9d-0e1f2a3b4c5d",
    "0123456789abcdef0123456789abcdef",
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "tkn0123456789abcdefghijklmno",
    "Level1",
    "model/2026-01-02T03-04-05Z",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret/mine",
    "+15551234567",
    "+1555",
    "15551234567",
    "12:30",
    "2024-02-29",
    "2024-02-29T10:20:30.000Z",
    "404",
    "123456",
    "someone@example.com",
    "arn:aws:connect:us-east-1:123456789012:instance/0a1b2c3d-4e5f-4a7b-8c9d-0e1f2a3b4c5d",
    "arn:aws:connect:us-east-1:123456789012:traffic-distribution-group/0a1b2c3d-4e5f-4a7b-8c9d-0e1f2a3b4c5d",
    "arn:aws:iam::123456789012:role/some-role-name-of-enough-length",
    "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-4e5f",
    "arn:aws:profile:us-east-1:123456789012:domains/mine",
    "arn:aws:s3:::bucket",
    "arn:aws:lambda:us-east-1:123456789012:function:mine",
    "s3://bucket/key",
    "https://bucket.s3.us-east-1.amazonaws.com/key",
    "import-0a1b",
    "d-0123456789",
    "terms-of-use",
    "cognito:english",
    "Your code is {####}",
    "Press {##here##}",
    "{username} {####}",
    "Passw0rd!",
    "\u{1}",
];

/// Which members a document has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fullness {
    Required,
    Random,
    All,
}

/// A source of documents, the same for the same seed.
pub(crate) struct Samples<'s> {
    pub(crate) service: &'s Service,
    pub(crate) fullness: Fullness,
    state: u64,
}

/// Where a value travels, which limits what it can be.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Body,
    Text,
    Header,
}

impl<'s> Samples<'s> {
    pub(crate) fn new(service: &'s Service, fullness: Fullness, seed: u64) -> Samples<'s> {
        Samples {
            service,
            fullness,
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        }
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        usize::try_from(self.state % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }

    /// A document of a structure.
    pub(crate) fn document(&mut self, shape: &Shape) -> Value {
        self.structure(shape, 0)
    }

    fn structure(&mut self, shape: &Shape, depth: usize) -> Value {
        if shape.has(Trait::Document) {
            return json!({"any": [1, "é", null, {"deep": true}]});
        }
        let members = shape.members();
        let only = shape.has(Trait::Union).then(|| self.below(members.len()));
        let mut document = Map::new();
        for (at, member) in members.iter().enumerate() {
            let chosen = match self.fullness {
                _ if only.is_some() => only == Some(at),
                _ if member.is_required() || member.location == Location::Uri => true,
                Fullness::Required => false,
                Fullness::Random => depth < 6 && self.below(2) == 0,
                Fullness::All => depth < 4,
            };
            // A status is always read, so it is always there.
            if chosen || member.location == Location::Status {
                document.insert(member.name.clone(), self.member(member, depth));
            }
        }
        // A form cannot say that a structure is there without members.
        let query = self.service.metadata().protocol == Protocol::Query;
        if let Some(member) = members
            .first()
            .filter(|_| query && depth > 0 && document.is_empty())
        {
            document.insert(member.name.clone(), self.member(member, depth));
        }
        Value::Object(document)
    }

    fn member(&mut self, member: &Member, depth: usize) -> Value {
        let place = match member.location {
            Location::Status => return json!(202),
            Location::Body => Place::Body,
            Location::Uri | Location::Query => Place::Text,
            Location::Header | Location::Headers => Place::Header,
        };
        self.value(member.shape, place, depth)
    }

    fn value(&mut self, id: ShapeId, place: Place, depth: usize) -> Value {
        let shape = self.service.shape(id);
        let query = self.service.metadata().protocol == Protocol::Query;
        match &shape.kind {
            Kind::Structure { .. } => self.structure(shape, depth + 1),
            Kind::List { member } => {
                let size = self.size(shape, usize::from(place != Place::Body), depth);
                (0..size)
                    .map(|_| self.value(member.shape, place, depth + 1))
                    .collect()
            }
            Kind::Map { key, value } => {
                let size = self.size(shape, 0, depth);
                let entries = (0..size).map(|_| {
                    let name = self.value(key.shape, place, depth + 1);
                    (
                        name.as_str().unwrap().to_owned(),
                        self.value(value.shape, place, depth + 1),
                    )
                });
                Value::Object(entries.collect())
            }
            Kind::String => Value::String(self.text(id, shape, place)),
            Kind::Integer => json!(self.whole(shape, i64::from(i32::MIN), i64::from(i32::MAX))),
            Kind::Long => json!(self.whole(shape, i64::MIN, i64::MAX)),
            Kind::Float | Kind::Double => json!(self.real(shape)),
            Kind::Boolean => json!(self.below(2) == 0),
            Kind::Blob => {
                let size = self.size(shape, 0, 0);
                let bytes: Vec<u8> = (0..size)
                    .map(|_| u8::try_from(self.below(256)).unwrap())
                    .collect();
                Value::String(crate::codec::blob_text(&bytes))
            }
            Kind::Timestamp if place == Place::Header || (query && self.below(2) == 0) => {
                json!(1_440_938_160)
            }
            Kind::Timestamp => json!(1_440_938_160.25),
        }
    }

    fn size(&mut self, shape: &Shape, at_least: usize, depth: usize) -> usize {
        let (min, max) = (
            size(shape.min).unwrap_or(0),
            size(shape.max).unwrap_or(usize::MAX),
        );
        let more = if depth > 4 { 0 } else { self.below(3) };
        min.max(at_least).saturating_add(more).min(max)
    }

    fn text(&mut self, id: ShapeId, shape: &Shape, place: Place) -> String {
        if !shape.enumeration.is_empty() {
            return shape.enumeration[self.below(shape.enumeration.len())].clone();
        }
        let (min, max) = (
            size(shape.min).unwrap_or(0),
            size(shape.max).unwrap_or(usize::MAX),
        );
        let pattern = self.service.pattern(id);
        let fits = |text: &str| {
            (min..=max).contains(&text.chars().count())
                && pattern.is_none_or(|pattern| pattern.matches(text))
        };
        let alphabet = if place == Place::Header {
            PLAIN
        } else {
            AWKWARD
        };
        let least = if place == Place::Body {
            min
        } else {
            min.max(1)
        };
        let length = least.saturating_add(self.below(6)).min(max);
        let random: String = (0..length)
            .map(|_| alphabet[self.below(alphabet.len())])
            .collect();
        if fits(&random) {
            return random;
        }
        let skipped = self.below(FITTING.len());
        let longer = FITTING
            .iter()
            .map(|text| text.repeat(min.div_ceil(text.len()).max(1)));
        let fitting = longer
            .chain(FITTING.iter().map(|text| (*text).to_owned()))
            .filter(|text| fits(text));
        let fitting: Vec<String> = fitting.collect();
        assert!(
            !fitting.is_empty(),
            "nothing fits {}: {:?}",
            shape.name,
            shape.pattern
        );
        fitting[skipped % fitting.len()].clone()
    }

    fn whole(&mut self, shape: &Shape, least: i64, most: i64) -> i64 {
        let (min, max) = (
            whole(shape.min).unwrap_or(least),
            whole(shape.max).unwrap_or(most),
        );
        [min, max, (min / 2).saturating_add(max / 2)][self.below(3)]
    }

    fn real(&mut self, shape: &Shape) -> f64 {
        let choices = [0.5, 1.5, -2.25, 1e-7, 1.5e20, 99.5].into_iter();
        let fits = |real: f64| {
            let number = serde_json::Number::from_f64(real).unwrap();
            !shape.min.is_some_and(|min| min.exceeds(&number))
                && !shape.max.is_some_and(|max| max.is_exceeded_by(&number))
        };
        let choices: Vec<f64> = choices.filter(|real| fits(*real)).collect();
        choices[self.below(choices.len())]
    }
}

fn whole(bound: Option<Bound>) -> Option<i64> {
    match bound? {
        Bound::Whole(bound) => Some(bound),
        #[expect(clippy::cast_possible_truncation, reason = "bounds are small")]
        Bound::Real(bound) => Some(bound as i64),
    }
}

fn size(bound: Option<Bound>) -> Option<usize> {
    whole(bound).and_then(|bound| usize::try_from(bound).ok())
}

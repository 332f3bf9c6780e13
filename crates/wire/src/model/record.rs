//! The records of a packed interface model. Shared with `build.rs`, so it holds data only;
//! what the records can do is in the other files of this module.

use serde::{Deserialize, Serialize};

/// What a service says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The protocol that this crate speaks with the service.
    pub protocol: Protocol,
    /// Every protocol that the model names, in its order.
    pub protocols: Vec<String>,
    /// The version of the interface, a date such as `2017-08-08`.
    pub api_version: String,
    /// The first label or labels of the service's host name.
    pub endpoint_prefix: String,
    /// The host that serves every region, if there is one.
    pub global_endpoint: Option<String>,
    /// The service's name in the scope of a signature.
    pub signing_name: String,
    /// The signature scheme, `v4` for every embedded service.
    pub signature_version: String,
    /// The authentication schemes in order of preference.
    pub auth: Vec<String>,
    /// The name from which SDKs derive their settings' names.
    pub service_id: String,
    /// The product's full name.
    pub full_name: String,
    /// The product's short name.
    pub abbreviation: Option<String>,
    /// `1.0` or `1.1`, for the JSON protocols.
    pub json_version: Option<String>,
    /// What stands before the dot in `X-Amz-Target`.
    pub target_prefix: Option<String>,
    /// The namespace of XML documents.
    pub xml_namespace: Option<String>,
    /// Whether the service keeps the error codes of the Query protocol, and wants requests to say so.
    pub query_compatible: bool,
}

/// A wire protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// JSON bodies; method, path, query and headers carry members too.
    RestJson,
    /// JSON bodies posted to `/`; `X-Amz-Target` names the operation.
    Json,
    /// Form-encoded requests to `/`, XML responses.
    Query,
}

/// The number of a shape inside its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShapeId(pub(crate) u32);

/// One operation of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// The operation's name, such as `StartChatContact`.
    #[serde(skip)]
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The path with `{Parameter}` and `{Greedy+}` parts, perhaps with a fixed query string.
    pub uri: String,
    /// The status of a success, unless a member carries it.
    pub status: u16,
    /// The shape of the input document.
    pub input: Option<ShapeId>,
    /// The shape of the output document.
    pub output: Option<ShapeId>,
    /// The element around the result in XML answers.
    pub result_wrapper: Option<String>,
    /// The errors that the operation may answer with.
    pub errors: Vec<ErrorCase>,
    /// Whether requests are signed.
    pub auth: Auth,
    /// Whether the body is left out of the signature.
    pub unsigned_payload: bool,
    /// Whether repeating the call changes nothing more.
    pub idempotent: bool,
    /// What the endpoint's host name is prefixed with, with `{Parameter}` parts.
    pub host_prefix: Option<String>,
    /// How to page through the results.
    pub paginator: Option<Paginator>,
}

/// How an operation's caller proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Auth {
    /// With the service's signature scheme.
    Signed,
    /// With the signature scheme, but the body is left out of it (`v4-unsigned-body`).
    SignedWithoutBody,
    /// Not by signature: a token inside the request, or nothing.
    None,
}

/// An error that a service may answer with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCase {
    /// The name of the error's shape.
    pub name: String,
    /// The code on the wire, mostly the same as the name.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The shape of the error's members.
    pub shape: ShapeId,
}

/// How to page through the results of an operation. Every entry is a JMESPath expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paginator {
    /// Input members that take the tokens.
    pub input_token: Vec<String>,
    /// Where the next tokens stand in the output.
    pub output_token: Vec<String>,
    /// What is gathered from the pages; the first is the primary list.
    pub result_key: Vec<String>,
    /// Output members that are taken from the first page only.
    pub non_aggregate_keys: Vec<String>,
    /// The input member that limits a page.
    pub limit_key: Option<String>,
    /// The output member that says whether another page follows.
    pub more_results: Option<String>,
}

/// A type of the interface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// The shape's name.
    #[serde(skip)]
    pub name: String,
    /// What kind of value it is, with its parts.
    pub kind: Kind,
    /// The least length, size or value.
    pub min: Option<Bound>,
    /// The greatest length, size or value.
    pub max: Option<Bound>,
    /// The regular expression for strings, in Java's dialect.
    pub pattern: Option<String>,
    /// The values allowed, if the string is an enumeration.
    pub enumeration: Vec<String>,
    /// The format of a timestamp, if not its location's.
    pub timestamp_format: Option<TimestampFormat>,
    /// The code and status of an exception.
    pub error: Option<ErrorTrait>,
    /// Marks without a value.
    pub traits: Traits,
}

/// The kind of a shape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Named members, in the model's order.
    Structure {
        /// The members.
        members: Vec<Member>,
        /// Indexes of the required members, in the order in which they are missed.
        required: Vec<u32>,
    },
    /// A sequence.
    List {
        /// The element.
        member: Member,
    },
    /// A mapping from strings.
    Map {
        /// The key.
        key: Member,
        /// The value.
        value: Member,
    },
    /// Text.
    String,
    /// A whole number of 32 bits or fewer.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number of single precision.
    Float,
    /// A number of double precision.
    Double,
    /// True or false.
    Boolean,
    /// Bytes; base64 text in documents.
    Blob,
    /// A point in time; epoch seconds in documents.
    Timestamp,
}

/// The use of a shape: a member of a structure, an element of a list, a key or value of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The member's name in documents; `member`, `key` or `value` outside structures.
    pub name: String,
    /// The name on the wire where it differs or is given.
    pub location_name: Option<String>,
    /// Where in the message the member travels.
    pub location: Location,
    /// The shape of its value.
    pub shape: ShapeId,
    /// The format of a timestamp, if not its shape's.
    pub timestamp_format: Option<TimestampFormat>,
    /// Marks without a value.
    pub traits: Traits,
}

/// Where in an HTTP message a member travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Location {
    /// In the body.
    Body,
    /// In the path.
    Uri,
    /// In the query string.
    Query,
    /// In one header.
    Header,
    /// In all headers that begin with the member's wire name.
    Headers,
    /// As the status code.
    Status,
}

/// How a timestamp is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimestampFormat {
    /// `2015-08-30T12:36:00Z`.
    Iso8601,
    /// `Sun, 30 Aug 2015 12:36:00 GMT`.
    Rfc822,
    /// Seconds since 1970, perhaps with a fraction.
    Epoch,
}

/// A limit on a length, a size or a value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Bound {
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Real(f64),
}

/// What makes a structure an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorTrait {
    /// The code on the wire, if it is not the shape's name.
    pub code: Option<String>,
    /// The HTTP status, if it is not the default.
    pub status: Option<u16>,
}

/// A set of [`Trait`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits(pub(crate) u32);

/// A mark without a value, on a shape or on a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// Not to be shown.
    Sensitive,
    /// A structure that is an error.
    Exception,
    /// An error that is the service's fault.
    Fault,
    /// An error that is the caller's fault, in the words of the Query protocol.
    SenderFault,
    /// A structure that stands for any JSON value.
    Document,
    /// A structure with exactly one member set.
    Union,
    /// A body that may be streamed.
    Streaming,
    /// A streamed body whose length must be known.
    RequiresLength,
    /// A list or map without an element of its own around it.
    Flattened,
    /// A structure sent as an event stream.
    EventStream,
    /// A member that must be given.
    Required,
    /// A member that is the whole body.
    Payload,
    /// A string that carries JSON.
    JsonValue,
    /// A member that gets a fresh value if the caller gives none.
    IdempotencyToken,
    /// A member that is part of the host name.
    HostLabel,
}

//! Requests: encoded by the command, decoded by the service.

use http::{HeaderMap, Method};
use serde_json::{Map, Value};

use super::failure::{CodecError, Coded, Problem};
use super::{
    EncodedRequest, FORM, JSON, Limits, Reading, ReceivedRequest, headers, json_body, query_form,
    scalar, uri,
};
use crate::json::{Style, Writer};
use crate::model::{Kind, Location, Member, Operation, Protocol, Service, Shape, Trait};

/// Encodes an input document.
///
/// Nothing is made up: an idempotency token that the caller wants to send is in the document.
pub fn encode_request(
    service: &Service,
    operation: &Operation,
    document: &Value,
    style: Style,
) -> Coded<EncodedRequest> {
    let no_members = Map::new();
    let document = match document {
        Value::Object(document) => document,
        Value::Null => &no_members,
        _ => return Err(Problem::WrongType("an object").into()),
    };
    let input = service.input(operation);
    let encoding = Encoding {
        service,
        operation,
        input,
        document,
        style,
    };
    let mut request = match service.metadata().protocol {
        Protocol::RestJson => encoding.rest()?,
        Protocol::Json => encoding.json()?,
        Protocol::Query => encoding.query()?,
    };
    request.host_prefix = operation
        .host_prefix
        .as_deref()
        .map(|prefix| encoding.host_prefix(prefix))
        .transpose()?;
    Ok(request)
}

/// Decodes an input document, whatever parts of the request its members travel in.
pub fn decode_request(
    service: &Service,
    operation: &Operation,
    request: &ReceivedRequest<'_>,
    limits: &Limits,
) -> Coded<Value> {
    if request.body.len() > limits.body_bytes {
        return Err(Problem::BodyTooLarge(limits.body_bytes).into());
    }
    let Some(input) = service.input(operation) else {
        return Ok(Value::Object(Map::new()));
    };
    let document = match service.metadata().protocol {
        Protocol::RestJson => rest_document(service, input, request, limits)?,
        Protocol::Json => body_document(service, input, request.body, limits)?,
        Protocol::Query => query_form::read_form(service, input, request.body, limits)?,
    };
    Ok(Value::Object(document))
}

/// What an encoding works with.
struct Encoding<'e> {
    service: &'e Service,
    operation: &'e Operation,
    input: Option<&'e Shape>,
    document: &'e Map<String, Value>,
    style: Style,
}

impl Encoding<'_> {
    fn request(&self, path: String, query: String) -> Coded<EncodedRequest> {
        let method = Method::from_bytes(self.operation.method.as_bytes());
        Ok(EncodedRequest {
            method: method
                .map_err(|_| Problem::Malformed("the model names no HTTP method".into()))?,
            path,
            query,
            headers: HeaderMap::new(),
            body: Vec::new(),
            host_prefix: None,
        })
    }

    fn rest(&self) -> Coded<EncodedRequest> {
        let (path, fixed) = uri::address(
            self.service,
            &self.operation.uri,
            self.input,
            self.document,
            self.style,
        )?;
        let mut request = self.request(path, String::new())?;
        let mut query = uri::Query::with(fixed);
        if let Some(input) = self.input {
            for (name, value) in self.document.iter().filter(|(_, value)| !value.is_null()) {
                let unknown = || CodecError::from(Problem::UnknownMember).in_member(name);
                let member = input.member(name).ok_or_else(unknown)?;
                match member.location {
                    Location::Query => query.member(self.service, member, value, self.style),
                    Location::Header | Location::Headers => headers::write(
                        self.service,
                        &mut request.headers,
                        member,
                        value,
                        self.style,
                    ),
                    Location::Body | Location::Uri | Location::Status => Ok(()),
                }
                .map_err(|error| error.in_member(name))?;
            }
            let (body, content_type) = self.rest_body(input)?;
            request.body = body;
            if let Some(content_type) =
                content_type.filter(|_| !request.headers.contains_key("content-type"))
            {
                headers::set(&mut request.headers, "content-type", content_type)?;
            }
        } else if let Some(name) = self.document.keys().next() {
            return Err(CodecError::from(Problem::UnknownMember).in_member(name));
        }
        request.query = query.into_text();
        Ok(request)
    }

    fn rest_body(&self, input: &Shape) -> Coded<(Vec<u8>, Option<&'static str>)> {
        if let Some(payload) = input.payload() {
            let value = self
                .document
                .get(&payload.name)
                .filter(|value| !value.is_null());
            return payload_body(self.service, payload, value, self.style)
                .map_err(|error| error.in_member(&payload.name));
        }
        if !input.members().iter().any(Member::is_in_body) {
            return Ok((Vec::new(), None));
        }
        let mut writer = Writer::new(self.style);
        json_body::write_members(
            self.service,
            &mut writer,
            input,
            self.document,
            Member::is_in_body,
        )?;
        Ok((writer.into_text().into_bytes(), Some(JSON)))
    }

    fn json(&self) -> Coded<EncodedRequest> {
        let metadata = self.service.metadata();
        let mut request = self.request("/".into(), String::new())?;
        let target = format!(
            "{}.{}",
            metadata.target_prefix.as_deref().unwrap_or_default(),
            self.operation.name
        );
        headers::set(&mut request.headers, "x-amz-target", &target)?;
        headers::set(
            &mut request.headers,
            "content-type",
            &json_content_type(self.service),
        )?;
        if metadata.query_compatible {
            headers::set(&mut request.headers, "x-amzn-query-mode", "true")?;
        }
        let mut writer = Writer::new(self.style);
        match self.input {
            Some(input) => {
                json_body::write_members(self.service, &mut writer, input, self.document, |_| {
                    true
                })?;
            }
            None => writer.value(&Value::Object(Map::new())),
        }
        request.body = writer.into_text().into_bytes();
        Ok(request)
    }

    fn query(&self) -> Coded<EncodedRequest> {
        let mut request = self.request("/".into(), String::new())?;
        headers::set(&mut request.headers, "content-type", FORM)?;
        let form = query_form::write_form(
            self.service,
            self.operation,
            self.input,
            self.document,
            self.style,
        )?;
        request.body = form.into_bytes();
        Ok(request)
    }

    /// Fills the parameters of a host prefix. They may hold what host names may hold.
    fn host_prefix(&self, template: &str) -> Coded<String> {
        uri::filled(template, |name| {
            let value = self.document.get(name).and_then(Value::as_str);
            let value =
                value.ok_or_else(|| CodecError::from(Problem::MissingParameter).in_member(name))?;
            let fits = |character: char| {
                character.is_ascii_alphanumeric() || matches!(character, '-' | '.')
            };
            if value.is_empty() || !value.chars().all(fits) {
                return Err(
                    CodecError::from(Problem::WrongType("a part of a host name")).in_member(name),
                );
            }
            Ok(value.to_owned())
        })
    }
}

/// The content type of a service of the JSON protocol.
pub(super) fn json_content_type(service: &Service) -> String {
    format!(
        "application/x-amz-json-{}",
        service.metadata().json_version.as_deref().unwrap_or("1.0")
    )
}

/// Encodes the member that is the whole body: bytes and text as they are, all else as JSON.
pub(super) fn payload_body(
    service: &Service,
    payload: &Member,
    value: Option<&Value>,
    style: Style,
) -> Coded<(Vec<u8>, Option<&'static str>)> {
    let shape = service.shape(payload.shape);
    Ok(match (&shape.kind, value) {
        (Kind::Blob | Kind::String, None) => (Vec::new(), None),
        (Kind::Blob, Some(Value::String(text))) => (scalar::blob(text)?, None),
        (Kind::String, Some(Value::String(text))) => (text.clone().into_bytes(), None),
        (_, None) => (b"{}".to_vec(), Some(JSON)),
        (_, Some(value)) => {
            let mut writer = Writer::new(style);
            json_body::write(service, &mut writer, payload, value)?;
            (writer.into_text().into_bytes(), Some(JSON))
        }
    })
}

/// Decodes the member that is the whole body.
pub(super) fn read_payload(
    service: &Service,
    payload: &Member,
    body: &[u8],
    reading: Reading,
    depth: usize,
) -> Coded<Option<Value>> {
    let shape = service.shape(payload.shape);
    if body.is_empty() && payload.has(Trait::Payload) && reading != Reading::Lenient {
        return Ok(None);
    }
    Ok(Some(match &shape.kind {
        Kind::Blob => scalar::blob_text(body).into(),
        Kind::String => String::from_utf8(body.to_vec())
            .map_err(|_| Problem::WrongType("UTF-8 text"))?
            .into(),
        _ => json_body::read(service, reading, payload, json_body::parse(body, depth)?)?,
    }))
}

fn rest_document(
    service: &Service,
    input: &Shape,
    request: &ReceivedRequest<'_>,
    limits: &Limits,
) -> Coded<Map<String, Value>> {
    let mut document = Map::new();
    for member in input
        .members()
        .iter()
        .filter(|member| member.location == Location::Uri)
    {
        let given = request
            .parameters
            .iter()
            .find(|(name, _)| name == member.wire_name());
        if let Some((_, text)) = given {
            let value = scalar::from_text(service, member, text)
                .map_err(|error| error.in_member(&member.name))?;
            document.insert(member.name.clone(), value);
        }
    }
    uri::read_query(service, input, request.query, &mut document)?;
    headers::read(service, input, request.headers, &mut document)?;
    if let Some(payload) = input.payload() {
        let value = read_payload(
            service,
            payload,
            request.body,
            limits.reading(),
            limits.depth(),
        );
        if let Some(value) = value.map_err(|error| error.in_member(&payload.name))? {
            document.insert(payload.name.clone(), value);
        }
    } else if input.members().iter().any(Member::is_in_body) {
        document.extend(body_document(service, input, request.body, limits)?);
    }
    Ok(document)
}

/// The members in a JSON body; an empty body has none.
fn body_document(
    service: &Service,
    input: &Shape,
    body: &[u8],
    limits: &Limits,
) -> Coded<Map<String, Value>> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match json_body::parse(body, limits.depth())? {
        Value::Object(object) => {
            json_body::read_members(service, limits.reading(), input, object, Member::is_in_body)
        }
        _ => Err(Problem::WrongType("an object").into()),
    }
}

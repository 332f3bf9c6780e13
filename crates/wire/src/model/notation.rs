//! How botocore's models write things down. Shared with `build.rs`, like [`super::pack`].

use serde_json::{Map, Value};

use super::record::{
    Auth, Bound, ErrorTrait, Metadata, Paginator, Protocol, TimestampFormat, Trait, Traits,
};

impl Traits {
    pub(crate) fn add(&mut self, mark: Trait) {
        self.0 |= 1 << mark as u32;
    }
}

pub(crate) fn shape_traits(shape: &Map<String, Value>) -> Traits {
    let mut traits = marked(
        shape,
        &[
            ("sensitive", Trait::Sensitive),
            ("exception", Trait::Exception),
            ("fault", Trait::Fault),
            ("document", Trait::Document),
            ("union", Trait::Union),
            ("streaming", Trait::Streaming),
            ("requiresLength", Trait::RequiresLength),
            ("flattened", Trait::Flattened),
            ("eventstream", Trait::EventStream),
        ],
    );
    if map_of(shape, "error").is_some_and(|error| flag(error, "senderFault")) {
        traits.add(Trait::SenderFault);
    }
    traits
}

pub(crate) fn member_traits(reference: &Map<String, Value>) -> Traits {
    marked(
        reference,
        &[
            ("streaming", Trait::Streaming),
            ("jsonvalue", Trait::JsonValue),
            ("idempotencyToken", Trait::IdempotencyToken),
            ("flattened", Trait::Flattened),
            ("hostLabel", Trait::HostLabel),
        ],
    )
}

pub(crate) fn marked(object: &Map<String, Value>, keys: &[(&str, Trait)]) -> Traits {
    let mut traits = Traits::default();
    for (key, mark) in keys {
        if flag(object, key) {
            traits.add(*mark);
        }
    }
    traits
}

pub(crate) fn metadata(metadata: &Map<String, Value>) -> Result<Metadata, String> {
    let required = |key| text(metadata, key).ok_or_else(|| format!("the metadata names no {key}"));
    let named = required("protocol")?;
    let protocols = metadata
        .get("protocols")
        .map_or_else(|| vec![named.clone()], strings);
    // The order in which SDKs prefer the protocols, among those that are built here.
    let preferred = [
        ("json", Protocol::Json),
        ("rest-json", Protocol::RestJson),
        ("query", Protocol::Query),
    ];
    let protocol = preferred
        .iter()
        .find(|(name, _)| protocols.iter().any(|protocol| protocol == name));
    let endpoint_prefix = required("endpointPrefix")?;
    Ok(Metadata {
        protocol: protocol
            .ok_or_else(|| format!("the protocol {named} is not built"))?
            .1,
        protocols,
        api_version: required("apiVersion")?,
        global_endpoint: text(metadata, "globalEndpoint"),
        signing_name: text(metadata, "signingName").unwrap_or_else(|| endpoint_prefix.clone()),
        endpoint_prefix,
        signature_version: text(metadata, "signatureVersion").unwrap_or_else(|| "v4".into()),
        auth: metadata.get("auth").map(strings).unwrap_or_default(),
        service_id: text(metadata, "serviceId").unwrap_or_default(),
        full_name: text(metadata, "serviceFullName").unwrap_or_default(),
        abbreviation: text(metadata, "serviceAbbreviation"),
        json_version: text(metadata, "jsonVersion"),
        target_prefix: text(metadata, "targetPrefix"),
        xml_namespace: text(metadata, "xmlNamespace"),
        query_compatible: metadata.contains_key("awsQueryCompatible"),
    })
}

pub(crate) fn auth(operation: &Map<String, Value>) -> Auth {
    match text(operation, "authtype").as_deref() {
        Some("none") => Auth::None,
        Some("v4-unsigned-body") => Auth::SignedWithoutBody,
        _ => Auth::Signed,
    }
}

pub(crate) fn paginator(paginator: &Map<String, Value>) -> Paginator {
    let texts = |key| paginator.get(key).map(strings).unwrap_or_default();
    Paginator {
        input_token: texts("input_token"),
        output_token: texts("output_token"),
        result_key: texts("result_key"),
        non_aggregate_keys: texts("non_aggregate_keys"),
        limit_key: text(paginator, "limit_key"),
        more_results: text(paginator, "more_results"),
    }
}

pub(crate) fn error_trait(shape: &Map<String, Value>) -> Result<Option<ErrorTrait>, String> {
    let Some(error) = map_of(shape, "error") else {
        return Ok(None);
    };
    Ok(Some(ErrorTrait {
        code: text(error, "code"),
        status: number(error, "httpStatusCode")?,
    }))
}

pub(crate) fn timestamp_format(object: &Map<String, Value>) -> Option<TimestampFormat> {
    match text(object, "timestampFormat")?.as_str() {
        "iso8601" => Some(TimestampFormat::Iso8601),
        "rfc822" => Some(TimestampFormat::Rfc822),
        "unixTimestamp" => Some(TimestampFormat::Epoch),
        _ => None,
    }
}

pub(crate) fn bound(shape: &Map<String, Value>, key: &str) -> Option<Bound> {
    let value = shape.get(key)?;
    value
        .as_i64()
        .map(Bound::Whole)
        .or_else(|| value.as_f64().map(Bound::Real))
}

pub(crate) fn number(object: &Map<String, Value>, key: &str) -> Result<Option<u16>, String> {
    let Some(value) = object.get(key) else {
        return Ok(None);
    };
    let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
    number
        .map(Some)
        .ok_or_else(|| format!("{key} is not a status"))
}

pub(crate) fn object<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key)?.as_object()
}

pub(crate) fn map_of<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    map.get(key)?.as_object()
}

pub(crate) fn text(map: &Map<String, Value>, key: &str) -> Option<String> {
    map.get(key)?.as_str().map(str::to_owned)
}

pub(crate) fn flag(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A text, or the texts of a list.
pub(crate) fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(many) => many
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

//! Keys of a console session that `aws login` began: cached keys, renewed with a proof of the key
//! pair that the session is bound to (RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use super::{Found, cache, calls, models, required};
use crate::call::expiry::Expiry;
use crate::call::keys::{Credentials, Signer};
use crate::clock;
use crate::failure::{Cause, Failure, ServiceError};
use crate::session::Session;
use crate::session::config::text;
use crate::value::{Map, Value};

/// Keys that last longer than this are used as they are.
const ENOUGH: SignedDuration = SignedDuration::from_mins(5);
/// The members that a cached session must have.
const MEMBERS: [&str; 4] = ["accessToken", "refreshToken", "dpopKey", "clientId"];

/// A console session whose keys are renewed when they are needed.
#[derive(Debug)]
pub(crate) struct Login {
    name: String,
}

/// The console session that a profile names.
pub(super) fn find(session: &Session, profile: &str) -> Result<Option<Found>, Failure> {
    let section = session.config.profile(profile);
    let Some(name) = section.and_then(|section| text(section, "login_session")) else {
        return Ok(None);
    };
    let login = Login {
        name: name.to_owned(),
    };
    let document = login.document(session)?;
    credentials(&document)?;
    Ok(Some(Found::Login(login)))
}

impl Login {
    /// What is cached about the session.
    fn document(&self, session: &Session) -> Result<Value, Failure> {
        let file = cache::session_name(&self.name);
        let document = cache::read(&cache::sessions_folder(session), &file).ok_or_else(|| {
            load_error(&format!(
                "Unable to load a existing login session for session {}, Please reauthenticate with 'aws login'.",
                self.name
            ))
        })?;
        if MEMBERS.iter().all(|member| document.get(member).is_some()) {
            return Ok(document);
        }
        Err(load_error(
            "Failed to load access token from token cache, missing one or more required fields.",
        ))
    }

    /// The session's keys, new ones if the cached ones end soon.
    ///
    /// # Errors
    /// A session that is over, or a refusal by the service.
    pub(super) fn fetch(self, session: &Session) -> Result<Credentials, Failure> {
        let document = self.document(session)?;
        let cached = credentials(&document)?;
        let remaining = cached.expires.as_ref().map(Expiry::remaining);
        if remaining.is_some_and(|remaining| remaining > ENOUGH) {
            return Ok(cached);
        }
        let renewed = renewed(session, document)?;
        let folder = cache::sessions_folder(session);
        cache::write(&folder, &cache::session_name(&self.name), &renewed);
        credentials(&renewed)
    }
}

/// The keys in what is cached about a session.
fn credentials(document: &Value) -> Result<Credentials, Failure> {
    let keys = document.get("accessToken").unwrap_or(&Value::Null);
    let credentials = Credentials {
        access_key: required(keys, "accessKeyId")?,
        secret_key: required(keys, "secretAccessKey")?,
        token: Some(required(keys, "sessionToken")?),
        expires: Some(Expiry::parse(&required(keys, "expiresAt")?)?),
    };
    required(keys, "accountId")?;
    Ok(credentials)
}

/// The session's document with new keys in it.
fn renewed(session: &Session, document: Value) -> Result<Value, Failure> {
    let service = models::signin();
    let operation = service
        .operation("CreateOAuth2Token")
        .expect("the model has the operation");
    let inner = session.for_nested_calls();
    let mut caller = calls::prepared(&inner, &service, || Ok(Signer::Nobody))?;
    let address = format!("{}/v1/token", caller.address().trim_end_matches('/'));
    let key = private_key(document.text("dpopKey").unwrap_or_default())?;
    let member = |name: &str| Value::from(document.text(name).unwrap_or_default());
    let input = map([
        ("clientId", member("clientId")),
        ("refreshToken", member("refreshToken")),
        ("grantType", Value::from("refresh_token")),
    ]);
    let parameters = map([
        ("proof", Value::Str(proof(&key, &address, clock::now())?)),
        ("tokenInput", Value::Map(input)),
    ]);
    let answer = caller.call(operation, parameters).map_err(refusal)?;
    let output = answer.get("tokenOutput").unwrap_or(&Value::Null);
    let (Some(keys), Some(Value::Int(lifetime)), Some(refresh)) = (
        output.get("accessToken").and_then(Value::as_map),
        output.get("expiresIn"),
        output.get("refreshToken"),
    ) else {
        return Err(load_error(
            "Unable to refresh access token due to an invalid service response. Please try running 'aws login' again. If the issue persists, there may be a temporary signin service problem.",
        ));
    };
    let expires = clock::now() + SignedDuration::from_secs(*lifetime);
    let expires = expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let Value::Map(mut document) = document else {
        return Err(load_error("Private key not found in cached token."));
    };
    let account = document
        .get("accessToken")
        .and_then(|keys| keys.get("accountId"));
    let account = account.map(|account| ("accountId".to_owned(), account.clone()));
    let mut keys = keys.clone();
    keys.extend(account);
    keys.insert("expiresAt".to_owned(), Value::Str(expires));
    document.insert("accessToken".to_owned(), Value::Map(keys));
    document.insert("refreshToken".to_owned(), refresh.clone());
    Ok(Value::Map(document))
}

/// Says why the service does not renew the keys.
fn refusal(failure: Failure) -> Failure {
    let Cause::Service(error) = &failure.cause else {
        return failure;
    };
    let ServiceError { code, members, .. } = &**error;
    if code != "AccessDeniedException" {
        return failure;
    }
    let reason = members.get("error").and_then(Value::as_str);
    Failure::general(match reason {
        Some("TOKEN_EXPIRED") => {
            "Your session has expired. Please reauthenticate using 'aws login'."
        }
        Some("USER_CREDENTIALS_CHANGED") => {
            "Unable to refresh login credentials because of a change in your password. Please reauthenticate with your new password using 'aws login'."
        }
        Some("INSUFFICIENT_PERMISSIONS") => {
            "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission for the 'signin:CreateOAuth2Token' action."
        }
        _ => {
            "An unspecified error happened when resolving AWS credentials or refreshing a login session profile."
        }
    })
}

fn load_error(message: &str) -> Failure {
    Failure::general(format!("Error loading login session token: {message}"))
}

fn map<'n>(members: impl IntoIterator<Item = (&'n str, Value)>) -> Map {
    let owned = |(name, value): (&str, Value)| (name.to_owned(), value);
    members.into_iter().map(owned).collect()
}

/// The key pair in a PEM file, in the form of SEC 1 or in PKCS #8 around it.
fn private_key(pem: &str) -> Result<EcdsaKeyPair, Failure> {
    /// An octet string of 32 bytes.
    const SECRET: [u8; 2] = [0x04, 0x20];
    /// A bit string of 65 bytes that holds an uncompressed point.
    const POINT: [u8; 4] = [0x03, 0x42, 0x00, 0x04];
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .map(str::trim)
        .collect();
    let der = STANDARD.decode(body).unwrap_or_default();
    let behind = |mark: &[u8]| {
        let at = der.windows(mark.len()).position(|window| window == mark)?;
        Some(at + mark.len())
    };
    let secret = behind(&SECRET).and_then(|at| der.get(at..at + 32));
    let point = behind(&POINT).and_then(|at| der.get(at - 1..at + 64));
    let key = secret.zip(point).and_then(|(secret, point)| {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        EcdsaKeyPair::from_private_key_and_public_key(
            algorithm,
            secret,
            point,
            &SystemRandom::new(),
        )
        .ok()
    });
    key.ok_or_else(|| load_error("Unable to load private key from cached token."))
}

/// The proof that a request to that address comes from the holder of the key pair.
fn proof(key: &EcdsaKeyPair, address: &str, now: Timestamp) -> Result<String, Failure> {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let header = serde_json::json!({
        "typ": "dpop+jwt",
        "alg": "ES256",
        "jwk": {"kty": "EC", "x": encoded(x), "y": encoded(y), "crv": "P-256"},
    });
    let payload = serde_json::json!({
        "htm": "POST",
        "htu": address,
        "iat": now.as_second(),
        "jti": clock::uuid(),
    });
    let signed = format!(
        "{}.{}",
        encoded(header.to_string().as_bytes()),
        encoded(payload.to_string().as_bytes())
    );
    let signature = key
        .sign(&SystemRandom::new(), signed.as_bytes())
        .map_err(|_| load_error("Unable to load private key from cached token."))?;
    Ok(format!("{signed}.{}", encoded(signature.as_ref())))
}

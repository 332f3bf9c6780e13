//! Public keys as JSON: a key (JWK) and a provider's set of them (JWKS), RFC 7517.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::Algorithm;
use crate::encoding::{from_padded_base64url, to_base64url};
use crate::json;

/// The most keys that a set may have. Providers publish two to ten.
pub const KEYS_MAX: usize = 128;

/// The least length of an RSA modulus, in bits (RFC 7518 §3.3).
const RSA_BITS_MIN: usize = 2048;
/// The greatest length of an RSA modulus that is worth a verification.
const RSA_BITS_MAX: usize = 8192;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    pub(crate) kid: Option<String>,
    pub(crate) usage: Option<String>,
    pub(crate) operations: Option<Vec<String>>,
    pub(crate) algorithm: Option<String>,
    pub(crate) material: Material,
}

/// The numbers of a key. A private part, should one be published, is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    Ec {
        curve: Curve,
        x: Vec<u8>,
        y: Vec<u8>,
    },
    Ed25519 {
        x: Vec<u8>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

/// Why a key cannot judge a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unfit {
    Type,
    Use,
    Size,
}

impl Jwk {
    /// The RSA key with that id, for RS256 signatures.
    pub(crate) fn rsa(kid: &str, n: &[u8], e: &[u8]) -> Self {
        Self {
            kid: Some(kid.to_owned()),
            usage: Some("sig".to_owned()),
            operations: None,
            algorithm: Some(Algorithm::Rs256.name().to_owned()),
            material: Material::Rsa {
                n: n.to_vec(),
                e: e.to_vec(),
            },
        }
    }

    /// The key's id.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whether the key may be used to verify with the algorithm.
    pub(crate) fn fitness(&self, algorithm: Algorithm) -> Result<(), Unfit> {
        let announced = self.algorithm.as_deref();
        let other = |name| Algorithm::from_name(name) != Some(algorithm);
        if !algorithm.fits(&self.material) || announced.is_some_and(other) {
            return Err(Unfit::Type);
        }
        let signs = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let verifies = self
            .operations
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name == "verify"));
        if !signs || !verifies {
            return Err(Unfit::Use);
        }
        match &self.material {
            Material::Rsa { n, .. } if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits(n)) => {
                Err(Unfit::Size)
            }
            _ => Ok(()),
        }
    }

    fn from_members(members: Members) -> Option<Self> {
        let number = |text: &Option<String>| from_padded_base64url(text.as_deref()?);
        let material = match (members.kty.as_str(), members.crv.as_deref()) {
            ("RSA", _) => Material::Rsa {
                n: without_leading_zeros(number(&members.n)?),
                e: without_leading_zeros(number(&members.e)?),
            },
            ("EC", Some("P-256")) => {
                point(Curve::P256, 32, number(&members.x)?, number(&members.y)?)?
            }
            ("EC", Some("P-384")) => {
                point(Curve::P384, 48, number(&members.x)?, number(&members.y)?)?
            }
            ("EC", Some("P-521")) => {
                point(Curve::P521, 66, number(&members.x)?, number(&members.y)?)?
            }
            ("OKP", Some("Ed25519")) => {
                let x = number(&members.x)?;
                (x.len() == 32).then_some(Material::Ed25519 { x })?
            }
            _ => return None,
        };
        Some(Self {
            kid: members.kid,
            usage: members.usage,
            operations: members.key_ops,
            algorithm: members.alg,
            material,
        })
    }

    fn to_members(&self) -> Members {
        let mut members = Members {
            alg: self.algorithm.clone(),
            kid: self.kid.clone(),
            usage: self.usage.clone(),
            key_ops: self.operations.clone(),
            ..Members::default()
        };
        match &self.material {
            Material::Rsa { n, e } => {
                members.kty = String::from("RSA");
                members.e = Some(to_base64url(e));
                members.n = Some(to_base64url(n));
            }
            Material::Ec { curve, x, y } => {
                members.kty = String::from("EC");
                let name = match curve {
                    Curve::P256 => "P-256",
                    Curve::P384 => "P-384",
                    Curve::P521 => "P-521",
                };
                members.crv = Some(name.to_owned());
                members.x = Some(to_base64url(x));
                members.y = Some(to_base64url(y));
            }
            Material::Ed25519 { x } => {
                members.kty = String::from("OKP");
                members.crv = Some("Ed25519".to_owned());
                members.x = Some(to_base64url(x));
            }
        }
        members
    }
}

fn point(curve: Curve, size: usize, x: Vec<u8>, y: Vec<u8>) -> Option<Material> {
    (x.len() == size && y.len() == size).then_some(Material::Ec { curve, x, y })
}

/// Some providers write the sign byte of DER into `n`.
fn without_leading_zeros(number: Vec<u8>) -> Vec<u8> {
    match number.iter().position(|byte| *byte != 0) {
        Some(0) => number,
        Some(zeros) => number[zeros..].to_vec(),
        None => Vec::new(),
    }
}

fn bits(number: &[u8]) -> usize {
    number
        .first()
        .map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize)
}

/// The members of a key on the wire, in the order in which Cognito writes them.
#[derive(Default, Serialize, Deserialize)]
struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    kty: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_members().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_members(Members::deserialize(deserializer)?)
            .ok_or_else(|| serde::de::Error::custom("not a usable public key"))
    }
}

/// Why a document is not a set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JwksRefusal {
    /// Not a JSON object with an array `keys`, or a member stands twice.
    #[error("the key set is not a JSON object with an array \"keys\"")]
    Malformed,
    /// More than [`KEYS_MAX`] keys.
    #[error("the key set has more than {KEYS_MAX} keys")]
    TooMany,
}

/// A provider's public keys.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// The keys that can be used; keys of other kinds are left out while reading.
    pub keys: Vec<Jwk>,
}

impl Jwks {
    /// Reads the document behind a provider's `jwks_uri`. Keys of unknown kinds are passed over, as
    /// RFC 7517 §5 asks.
    pub fn parse(document: &[u8]) -> Result<Self, JwksRefusal> {
        let mut members = json::object(document).map_err(|_| JwksRefusal::Malformed)?;
        let Some(serde_json::Value::Array(entries)) = members.remove("keys") else {
            return Err(JwksRefusal::Malformed);
        };
        if entries.len() > KEYS_MAX {
            return Err(JwksRefusal::TooMany);
        }
        let keys = entries
            .into_iter()
            .filter_map(|entry| serde_json::from_value(entry).ok());
        Ok(Self {
            keys: keys.collect(),
        })
    }

    /// Whether a key with that id is in the set.
    #[must_use]
    pub fn contains(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid() == Some(kid))
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.keys.iter().map(Jwk::kid))
            .finish()
    }
}
